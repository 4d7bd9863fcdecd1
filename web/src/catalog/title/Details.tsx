import { Fragment } from "react";
import { Link } from "wouter";
import type { Title } from "../../api/messages";
import { languageWords } from "../wording";

type Role = Title["credits"][number]["role"];

const ROLES: readonly (readonly [Role, one: string, many: string])[] = [
  ["creator", "Creator", "Creators"],
  ["director", "Director", "Directors"],
  ["writer", "Writer", "Writers"],
  ["cast", "Cast", "Cast"],
  ["voice", "Voice", "Voices"],
  ["narrator", "Narrator", "Narrators"],
  ["host", "Host", "Hosts"],
  ["producer", "Producer", "Producers"],
  ["cinematographer", "Camera", "Camera"],
  ["editor", "Editing", "Editing"],
  ["composer", "Music", "Music"],
];

type Credit = Title["credits"][number];

/** A person's name leads to what else they did. */
function Name({ credit }: { credit: Credit }) {
  const { name, person_id, character } = credit;
  return (
    <>
      {person_id ? (
        <Link href={`/person/${person_id}`} className="title__person">
          {name}
        </Link>
      ) : (
        name
      )}
      {character && <span className="title__character"> as {character}</span>}
    </>
  );
}

function People({ name, credits }: { name: string; credits: readonly Credit[] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {credits.map((credit, index) => (
          <Fragment key={credit.name}>
            {index > 0 && ", "}
            <Name credit={credit} />
          </Fragment>
        ))}
      </dd>
    </div>
  );
}

function Entry({ name, values }: { name: string; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{values.join(", ")}</dd>
    </div>
  );
}

/** What it is about, who made it, and in which languages. */
export function Details({ title }: { title: Title }) {
  return (
    <div className="title__about">
      <p className="title__description">{title.description}</p>
      <dl className="title__details">
        {ROLES.map(([role, one, many]) => {
          const found = title.credits.filter((credit) => credit.role === role);
          if (found.length === 0) return null;
          return <People key={role} name={found.length === 1 ? one : many} credits={found} />;
        })}
        <Entry name="Mood" values={title.moods} />
        <Entry name="Sound" values={title.audio_languages.map(languageWords)} />
        <Entry name="Subtitles" values={title.subtitle_languages.map(languageWords)} />
      </dl>
    </div>
  );
}
