import { useQuery } from "@tanstack/react-query";
import type { Summary } from "../api/messages";
import { PageHeading } from "../app/pageFocus";
import { Failure, Loading } from "../design/States";
import { summaryQuery } from "./queries";
import { Figures } from "./Figures";

const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const SECONDS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 });

function figuresOf(summary: Summary): [name: string, value: string, meaning: string][] {
  const { startup_median_s, rebuffer_ratio, bitrate_bps } = summary;
  return [
    ["Watching now", NUMBER.format(summary.viewers_now), "people"],
    ["Plays", NUMBER.format(summary.plays), "started"],
    ["Watched", NUMBER.format(summary.watched_hours), "hours"],
    [
      "Time to first frame",
      startup_median_s === null ? "–" : SECONDS.format(startup_median_s),
      "seconds, for half of the plays or less",
    ],
    [
      "Rebuffer ratio",
      rebuffer_ratio === null ? "–" : PERCENT.format(rebuffer_ratio),
      "of the time was waiting",
    ],
    [
      "Mean bitrate",
      bitrate_bps === null ? "–" : NUMBER.format(bitrate_bps / 1_000_000),
      "Mbit/s of what was shown",
    ],
    ["Failed plays", NUMBER.format(summary.failed_plays), "ended with an error"],
  ];
}

function TopTitles({ titles }: { titles: Summary["top_titles"] }) {
  if (titles.length === 0) return <p className="muted">Nobody has watched anything yet.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Title</th>
          <th scope="col" className="table__number">
            Plays
          </th>
          <th scope="col" className="table__number">
            Hours
          </th>
        </tr>
      </thead>
      <tbody>
        {titles.map((title) => (
          <tr key={title.title_id}>
            <th scope="row">{title.name}</th>
            <td className="table__number">{NUMBER.format(title.plays)}</td>
            <td className="table__number">{NUMBER.format(title.watched_hours)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function InsightsPage() {
  const { data, error, refetch } = useQuery(summaryQuery);
  return (
    <>
      <PageHeading>Insights</PageHeading>
      <p className="muted studio__lead">The last 24 hours.</p>
      {data ? (
        <>
          <Figures of={figuresOf(data)} />
          <h2 className="studio__sub">Most watched</h2>
          <TopTitles titles={data.top_titles} />
        </>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="insights">
          <div className="figures">
            {[1, 2, 3, 4, 5, 6, 7].map((index) => (
              <div key={index} className="figure skeleton" />
            ))}
          </div>
        </Loading>
      )}
    </>
  );
}
