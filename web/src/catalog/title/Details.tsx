import type { Title } from "../../api/messages";
import { languageWords } from "../wording";

type Role = Title["credits"][number]["role"];

const ROLES: readonly (readonly [Role, one: string, many: string])[] = [
  ["director", "Director", "Directors"],
  ["writer", "Writer", "Writers"],
  ["composer", "Music", "Music"],
  ["cast", "Cast", "Cast"],
];

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
          const names = title.credits
            .filter((credit) => credit.role === role)
            .map(({ name }) => name);
          return <Entry key={role} name={names.length === 1 ? one : many} values={names} />;
        })}
        <Entry name="Mood" values={title.moods} />
        <Entry name="Sound" values={title.audio_languages.map(languageWords)} />
        <Entry name="Subtitles" values={title.subtitle_languages.map(languageWords)} />
      </dl>
    </div>
  );
}
