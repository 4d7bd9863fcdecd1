// Who is sent where, and why not elsewhere.
import type { RegionOverview } from "../../api/messages";
import { bitrateWords, shareWords } from "./figures";
import { TableFrame, TableHead } from "../TableFrame";

const METHOD: Record<string, string> = {
  lp: "The best plan that there is",
  greedy: "A quick plan, as there was no time for the best one",
  order: "By health and distance, as nothing was measured yet",
};
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Reasons as the plan gives them, in words. */
const REASONS: Record<string, string> = {
  down: "does not answer",
  unchecked: "was not checked yet",
  not_serving: "does not serve",
  failing: "answers with errors",
  full: "is full",
  content: "has not got these titles",
  far: "is farther away",
  price: "costs more",
};
const reason = (told: string): string => REASONS[told] ?? told;

type SteeredClass = RegionOverview["classes"][number];

const className = (name: string): string => (name === "all" ? "All other titles" : name);

function Shares({ shares }: Pick<SteeredClass, "shares">) {
  return (
    <ul className="delivery__shares">
      {shares.map(({ pathway, share }) => (
        <li key={pathway}>
          <span>
            {pathway} <b>{shareWords(share)}</b>
          </span>
          <span className="level__bar" aria-hidden="true">
            <span style={{ inlineSize: `${100 * share}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function LeftOut({ left_out }: Pick<SteeredClass, "left_out">) {
  const all = Object.entries(left_out);
  if (all.length === 0) return <>–</>;
  return (
    <ul className="delivery__reasons">
      {all.map(([pathway, why]) => (
        <li key={pathway}>
          {pathway} {reason(why)}
        </li>
      ))}
    </ul>
  );
}

function Region({ region }: { region: RegionOverview }) {
  const { method, planned_at, ttl_s, classes } = region;
  return (
    <section aria-label={`Region ${region.region}`}>
      <h3 className="delivery__region">{region.region}</h3>
      <p className="muted">
        {METHOD[method] ?? method}
        {planned_at !== null && `, made at ${TIME.format(new Date(planned_at))}`}; players ask again
        every {ttl_s} s.
      </p>
      <TableFrame label={`Plan of ${region.region}`}>
        <table className="table">
          <TableHead names={["Titles", "Wanted", "Sent to", "Not sent to"]} numbers={["Wanted"]} />
          <tbody>
            {classes.map((one) => (
              <tr key={one.title_class}>
                <th scope="row">{className(one.title_class)}</th>
                <td className="table__number">{bitrateWords(one.demand_bps)}</td>
                <td>
                  <Shares shares={one.shares} />
                </td>
                <td>
                  <LeftOut left_out={one.left_out} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}

export function SteeringTable({ regions }: { regions: readonly RegionOverview[] }) {
  if (regions.length === 0) {
    return <p className="muted">No plan was made yet. The first comes within a minute.</p>;
  }
  return regions.map((region) => <Region key={region.region} region={region} />);
}
