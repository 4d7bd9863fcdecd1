// Every encode as it goes: stages, time left, the ladder, bits saved, warnings; and its turn.
import "../report.css";
import "./encodes.css";
import { useQuery } from "@tanstack/react-query";
import type { EncodeBoard } from "../../api/messages";
import { PageHeading } from "../../app/pageFocus";
import { LinkButton } from "../../design/Button";
import { Failure, Loading, Note } from "../../design/States";
import { EncodeCard } from "./EncodeCard";
import { encodeBoardQuery } from "./queries";

function Entries({ label, entries }: { label: string; entries: EncodeBoard["under_way"] }) {
  return (
    <ul className="encodes" aria-label={label}>
      {entries.map((entry) => (
        <EncodeCard key={entry.title_id} entry={entry} />
      ))}
    </ul>
  );
}

function Board({ board: { under_way, under_way_count, ended } }: { board: EncodeBoard }) {
  return (
    <>
      <h2 className="studio__sub">Under way</h2>
      {under_way.length === 0 ? (
        <Note
          title="Nothing is being encoded"
          actions={
            <LinkButton look="primary" icon="upload" to="/studio/files">
              Add films
            </LinkButton>
          }
        >
          Films appear here as soon as they have arrived.
        </Note>
      ) : (
        <Entries label="Encodes under way" entries={under_way} />
      )}
      {under_way_count > under_way.length && (
        <p className="muted">{under_way_count - under_way.length} more wait behind these.</p>
      )}
      {ended.length > 0 && (
        <>
          <h2 className="studio__sub">Ended lately</h2>
          <Entries label="Encodes that ended" entries={ended} />
        </>
      )}
    </>
  );
}

export function EncodesPage() {
  const { data, error, refetch } = useQuery(encodeBoardQuery);
  return (
    <>
      <PageHeading>Encodes</PageHeading>
      {data ? (
        <Board board={data} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="encodes">
          {[1, 2, 3].map((index) => (
            <div key={index} className="studio__skeleton skeleton" />
          ))}
        </Loading>
      )}
    </>
  );
}
