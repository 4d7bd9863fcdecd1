// How one title does: how far its plays came, and its figures over time.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useSearch } from "wouter";
import type { DropOff } from "../../api/messages";
import { Button } from "../../design/Button";
import { Failure } from "../../design/States";
import { clockTime } from "../../player/time";
import { ReportTable } from "../ReportTable";
import { Chart } from "./Chart";
import { SaveButton } from "./Panel";
import { LoadingPanels, Panels } from "./Panels";
import { dropOffQuery } from "./queries";
import { SHOWN } from "./shownFigures";
import type { Choice } from "./span";
import { axisWords, valueWords } from "./units";

/** Of the table: every twentieth of the title, and both its ends. */
const TABLE_STEP = 5;
const HUNDREDTHS = Array.from({ length: 101 }, (_, number) => number);

/** A hundredth of a title as its time, or as a share of it where its length is not known. */
const placeWords = ({ duration_s }: DropOff, hundredth: number): string =>
  duration_s === null ? `${hundredth} %` : clockTime((duration_s * hundredth) / 100);

function Curve({ told, choice }: { told: DropOff; choice: Choice }) {
  const [isTable, setTable] = useState(false);
  const lines = useMemo(() => [{ name: "Still watching", values: told.shares }], [told.shares]);
  const share = (value: number | null) => valueWords("share", value);
  return (
    <section className="studio__panel" aria-labelledby="drop-off">
      <header className="panel__head">
        <h2 id="drop-off">How far plays came</h2>
        <details className="meaning">
          <summary>
            What it means<span className="unseen">: How far plays came</span>
          </summary>
          <p>The share of the plays of this time that reached each place of the title.</p>
          <p className="muted">Plays whose furthest position is at or after the place ÷ plays.</p>
        </details>
      </header>
      <p>
        <strong className="panel__total">{valueWords("count", told.plays)}</strong> plays
      </p>
      <Chart
        label="How far plays came"
        at={HUNDREDTHS}
        lines={lines}
        atWords={(hundredth) => placeWords(told, hundredth)}
        tickWords={(hundredth) => placeWords(told, hundredth)}
        valueWords={share}
        axisWords={(value) => axisWords("share", value)}
      />
      <div className="panel__foot">
        <Button small aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Hide the table" : "Show as a table"}
          <span className="unseen">: How far plays came</span>
        </Button>
        <SaveButton
          what={`titles/${told.title_id}/drop-off`}
          choice={choice}
          only={{}}
          name={`How far plays of ${told.name} came`}
        />
      </div>
      {isTable && (
        <ReportTable
          label="How far plays came, as a table"
          columns={[
            { name: "Place", of: (hundredth: number) => placeWords(told, hundredth) },
            {
              name: "Still watching",
              of: (hundredth: number) => share(told.shares[hundredth] ?? null),
              isNumber: true,
            },
          ]}
          rows={HUNDREDTHS.filter((hundredth) => hundredth % TABLE_STEP === 0)}
          keyOf={(hundredth) => `${hundredth}`}
        />
      )}
    </section>
  );
}

export function TitlePart({ id, choice }: { id: string; choice: Choice }) {
  const search = useSearch();
  const { data, error, refetch } = useQuery(dropOffQuery(id, choice));
  const back = `/studio/insights/titles${search ? `?${search}` : ""}`;
  return (
    <>
      <p className="report__back">
        <Link href={back} className="studio__link">
          All titles
        </Link>
      </p>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LoadingPanels count={1} />
      ) : (
        <>
          <h2 className="studio__sub">{data.name}</h2>
          <Curve told={data} choice={choice} />
          <Panels ids={SHOWN.title} choice={choice} only={{ title_id: id }} />
        </>
      )}
    </>
  );
}
