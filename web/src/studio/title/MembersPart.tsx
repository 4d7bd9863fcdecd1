// What a collection holds, in order.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Title, TitleCard } from "../../api/messages";
import { Button, RoundButton } from "../../design/Button";
import { Field } from "../../design/Field";
import { Picture } from "../../design/Picture";
import { studioTitlesQuery } from "../queries";
import { useSettled } from "../useSettled";
import { moved } from "./numbered";
import { Part } from "./Part";
import { useChange } from "./useChange";

type Member = Pick<TitleCard, "id" | "name" | "artwork">;
/** Kinds with a page of their own. */
const ABLE: ReadonlySet<string> = new Set(["film", "short", "series"]);
const FOUND_MAX = 8;

function Row({ member, children }: { member: Member; children: React.ReactNode }) {
  return (
    <li className="record__member">
      <Picture
        src={member.artwork.poster}
        seed={member.id}
        className="studio__poster"
        sizes="3.25rem"
      />
      <span className="record__member-name">{member.name}</span>
      <span className="record__tools">{children}</span>
    </li>
  );
}

function Finder({ held, add }: { held: ReadonlySet<string>; add: (member: Member) => void }) {
  const [words, setWords] = useState("");
  const calm = useSettled(words.trim());
  const { data } = useInfiniteQuery({ ...studioTitlesQuery(calm), enabled: calm !== "" });
  const found = (data?.pages[0]?.titles ?? [])
    .map(({ title }) => title)
    .filter(({ id, kind }) => ABLE.has(kind) && !held.has(id))
    .slice(0, FOUND_MAX);
  return (
    <>
      <Field
        label="Find a title to add"
        type="search"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {calm !== "" && (
        <ul aria-label="Titles to add">
          {found.map((title) => (
            <Row key={title.id} member={title}>
              <Button small icon="plus" aria-label={`Add ${title.name}`} onClick={() => add(title)}>
                Add
              </Button>
            </Row>
          ))}
        </ul>
      )}
    </>
  );
}

export function MembersPart({ title }: { title: Title }) {
  const change = useChange(title.id);
  const [members, setMembers] = useState<readonly Member[]>(title.entries ?? []);
  const save = () => change.mutate({ members: members.map(({ id }) => id) });
  return (
    <Part name="Titles in it" count={members.length} change={change} save={save}>
      <ol aria-label="Titles in this collection, in order">
        {members.map((member, index) => (
          <Row key={member.id} member={member}>
            <RoundButton
              icon="left"
              label={`Move ${member.name} up`}
              onClick={() => setMembers(moved(members, index, -1))}
            />
            <RoundButton
              icon="right"
              label={`Move ${member.name} down`}
              onClick={() => setMembers(moved(members, index, 1))}
            />
            <RoundButton
              icon="trash"
              label={`Remove ${member.name}`}
              onClick={() => setMembers(members.filter(({ id }) => id !== member.id))}
            />
          </Row>
        ))}
      </ol>
      <Finder
        held={new Set(members.map(({ id }) => id))}
        add={(member) => setMembers([...members, member])}
      />
    </Part>
  );
}
