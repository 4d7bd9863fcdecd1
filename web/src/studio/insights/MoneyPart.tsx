// Who pays, what that brings in, and how many stay.
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import type { Cohorts } from "../../api/messages";
import { Failure, LoadingPart } from "../../design/States";
import { TableFrame } from "../TableFrame";
import { BreakdownTable } from "./BreakdownTable";
import { SaveButton } from "./Panel";
import { Panels } from "./Panels";
import { cohortsQuery } from "./queries";
import { SHOWN } from "./shownFigures";
import type { Choice } from "./span";
import { valueWords } from "./units";

type Cohort = Cohorts["cohorts"][number];

const MONTH = new Intl.DateTimeFormat(undefined, {
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const WHOLE_PERCENT = new Intl.NumberFormat(undefined, {
  style: "percent",
  maximumFractionDigits: 0,
});

function Kept({ cohort: { size, kept }, month }: { cohort: Cohort; month: number }) {
  const count = kept[month];
  if (count === undefined || size === 0) return <td />;
  const share = count / size;
  return (
    // Darker where fewer are left; the words say it as well.
    <td className="cohorts__kept" style={{ "--kept": share } as CSSProperties}>
      {WHOLE_PERCENT.format(share)}
    </td>
  );
}

function CohortTable({ cohorts }: Cohorts) {
  const months = Math.max(0, ...cohorts.map(({ kept }) => kept.length));
  const numbers = Array.from({ length: months }, (_, number) => number);
  return (
    <TableFrame label="Who stayed">
      <table className="table table--numbers cohorts">
        <thead>
          <tr>
            <th scope="col">Joined in</th>
            <th scope="col" className="table__number">
              Customers
            </th>
            {numbers.map((number) => (
              <th key={number} scope="col" className="cohorts__month">
                <span className="unseen">after month </span>
                {number}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map((cohort) => (
            <tr key={cohort.month}>
              <th scope="row">{MONTH.format(Date.parse(cohort.month))}</th>
              <td className="table__number">{valueWords("count", cohort.size)}</td>
              {numbers.map((number) => (
                <Kept key={number} cohort={cohort} month={number} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function CohortPart({ choice }: { choice: Choice }) {
  const { data, error, refetch } = useQuery(cohortsQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <section className="breakdown">
      <div className="breakdown__head">
        <h2>Who stayed</h2>
        <SaveButton what="cohorts" choice={choice} only={{}} name="Who stayed" />
      </div>
      <p className="muted studio__lead">
        Customers by the month in which their first subscription began, and the share of them that
        was there at the end of each month from then on.
      </p>
      {data.cohorts.length === 0 ? (
        <p className="muted">Nobody has subscribed yet.</p>
      ) : (
        <CohortTable cohorts={data.cohorts} />
      )}
    </section>
  );
}

export function MoneyPart({ choice }: { choice: Choice }) {
  return (
    <>
      <Panels ids={SHOWN.money} choice={choice} />
      <BreakdownTable
        title="Plans"
        by="plan"
        of="Plan"
        ids={SHOWN.plans}
        choice={choice}
        none="Nobody had a subscription in this time."
      />
      <CohortPart choice={choice} />
    </>
  );
}
