// Who made a title and who is seen in it, each with what they did and whom they play.
import { useState } from "react";
import type { Title } from "../../api/messages";
import { Button, RoundButton } from "../../design/Button";
import { Choice, Field } from "../../design/Field";
import { grown, keyed, moved, type Keyed } from "./numbered";
import { Part } from "./Part";
import { useChange } from "./useChange";

type Credit = Title["credits"][number];
type Role = Credit["role"];

export const ROLES: readonly (readonly [Role, string])[] = [
  ["creator", "Creator"],
  ["director", "Director"],
  ["writer", "Writer"],
  ["cast", "Cast"],
  ["voice", "Voice"],
  ["narrator", "Narrator"],
  ["host", "Host"],
  ["producer", "Producer"],
  ["cinematographer", "Camera"],
  ["editor", "Editing"],
  ["composer", "Music"],
];
/** Those who play somebody. */
const ACTING: ReadonlySet<Role> = new Set(["cast", "voice"]);

interface RowProps {
  credit: Keyed<Credit>;
  change: (by: Partial<Credit>) => void;
  move: (by: number) => void;
  remove: () => void;
}

function Row({ credit, change, move, remove }: RowProps) {
  const who = credit.name || "this person";
  return (
    <li className="record__row">
      <Field
        label="Name"
        required
        maxLength={60}
        value={credit.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Choice
        label="Role"
        options={ROLES}
        value={credit.role}
        onChange={(event) => change({ role: event.target.value as Role })}
      />
      {ACTING.has(credit.role) && (
        <Field
          label="Character"
          maxLength={60}
          value={credit.character ?? ""}
          onChange={(event) => change({ character: event.target.value })}
        />
      )}
      <span className="record__tools">
        <RoundButton icon="left" label={`Move ${who} up`} onClick={() => move(-1)} />
        <RoundButton icon="right" label={`Move ${who} down`} onClick={() => move(1)} />
        <RoundButton icon="trash" label={`Remove ${who}`} onClick={remove} />
      </span>
    </li>
  );
}

export function CreditsPart({ title }: { title: Title }) {
  const change = useChange(title.id);
  const [credits, setCredits] = useState(() => keyed(title.credits));
  const save = () =>
    change.mutate({
      credits: credits.map(({ name, role, character }) => ({
        name: name.trim(),
        role,
        character: ACTING.has(role) ? (character ?? "").trim() : "",
      })),
    });
  return (
    <Part name="People" count={title.credits.length} change={change} save={save}>
      <ol className="record__rows" aria-label="Credits, in the order in which they are shown">
        {credits.map((credit, index) => (
          <Row
            key={credit.key}
            credit={credit}
            change={(by) =>
              setCredits(credits.map((one) => (one.key === credit.key ? { ...one, ...by } : one)))
            }
            move={(by) => setCredits(moved(credits, index, by))}
            remove={() => setCredits(credits.filter((one) => one.key !== credit.key))}
          />
        ))}
      </ol>
      <div>
        <Button
          small
          icon="plus"
          onClick={() => setCredits(grown(credits, { name: "", role: "cast", character: "" }))}
        >
          Add a person
        </Button>
      </div>
    </Part>
  );
}
