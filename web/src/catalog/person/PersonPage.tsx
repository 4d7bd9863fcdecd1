import "./person.css";
import { useQuery } from "@tanstack/react-query";
import type { Person } from "../../api/messages";
import { Problem } from "../../api/problem";
import { personQuery } from "../../api/queries";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { Failure, Loading } from "../../design/States";
import { Card } from "../Card";
import { CardGridSkeleton } from "../CardGrid";
import { useProfile } from "../useProfile";

type Part = Person["titles"][number]["parts"][number];

const ROLES: Record<Part["role"], string> = {
  creator: "Creator",
  director: "Director",
  writer: "Writer",
  producer: "Producer",
  cinematographer: "Camera",
  editor: "Editing",
  composer: "Music",
  cast: "Cast",
  voice: "Voice",
  narrator: "Narrator",
  host: "Host",
};

/** "Director, Cast as Ruth". */
export function partsWords(parts: readonly Part[]): string {
  return parts
    .map(({ role, character }) => (character ? `${ROLES[role]} as ${character}` : ROLES[role]))
    .join(", ");
}

function Sheet({ person }: { person: Person }) {
  return (
    <div className="page">
      <PageHeading>{person.name}</PageHeading>
      <ul className="grid person__titles" aria-label={`Titles of ${person.name}`}>
        {person.titles.map(({ card, parts }) => (
          <li key={card.id} data-row>
            <Card card={card} shape="poster" />
            <p className="person__parts">{partsWords(parts)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Somebody who made titles or is seen in them, with those that the profile may watch. */
export default function PersonPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(personQuery(useProfile(), id));
  if (data) return <Sheet person={data} />;
  if (error instanceof Problem && [404, 422].includes(error.status)) return <NotFound />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="the person">
      <CardGridSkeleton />
    </Loading>
  );
}
