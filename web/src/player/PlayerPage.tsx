// The address /watch/<id>: a play session, and a player for it.
import "./player.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { queryClient, titleQuery } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { useProfile } from "../catalog/useProfile";
import { Icon } from "../design/Icon";
import { Measures } from "./measures";
import { Player } from "./Player";
import { Breakdown, Refusal } from "./PlayerNotices";
import { usePlaySession } from "./usePlaySession";
import { Link } from "wouter";

/** A refused media token is answered with a new session this often before we give up. */
const REOPENINGS_MAX = 3;

interface Turn {
  number: number;
  /** Where to go on; null for where the service remembers. */
  at_s: number | null;
  broken: string | null;
  reopenings: number;
}

const clock = () => performance.now();

/** The title's own page and what it belongs to. */
function useTitle(titleId: string) {
  const profile = useProfile();
  const { data: title } = useQuery(titleQuery(profile, titleId));
  const seriesId = title?.series_id ?? "";
  const { data: series } = useQuery({ ...titleQuery(profile, seriesId), enabled: seriesId !== "" });
  return { title, series, back: `/title/${series?.slug ?? title?.slug ?? titleId}` };
}

export default function PlayerPage({ titleId }: { titleId: string }) {
  const profile = useProfile();
  const [parameters] = useSearchParams();
  const fromStart = parameters.get("from") === "start";
  const [turn, setTurn] = useState<Turn>({
    number: 0,
    at_s: fromStart ? 0 : null,
    broken: null,
    reopenings: 0,
  });
  const [measures] = useState(() => new Measures(clock));
  const opening = usePlaySession(titleId, turn.number);
  const { title, series, back } = useTitle(titleId);

  // What was watched changes what the other pages show.
  useEffect(
    () => () => {
      for (const part of ["state", "history", "home"]) {
        void queryClient.invalidateQueries({ queryKey: [profile, part] });
      }
    },
    [profile],
  );

  const again = (at_s: number | null) =>
    setTurn((before) => ({ ...before, number: before.number + 1, at_s, broken: null }));
  const fail = (code: string, at_s: number) =>
    setTurn((before) => ({ ...before, at_s, broken: code }));
  const reopen = (at_s: number) =>
    setTurn((before) =>
      before.reopenings >= REOPENINGS_MAX
        ? { ...before, at_s, broken: "refused" }
        : { ...before, number: before.number + 1, at_s, reopenings: before.reopenings + 1 },
    );

  const heading = (
    <PageHeading unseen keepsFocus>{`Watch ${title?.name ?? "a title"}`}</PageHeading>
  );
  if (opening.phase === "open" && turn.broken === null) {
    const { session } = opening;
    return (
      <Player
        key={session.session_id}
        heading={heading}
        session={session}
        title={title}
        series={series}
        start_s={turn.at_s ?? session.resume_s}
        measures={measures}
        back={back}
        reopen={reopen}
        fail={fail}
      />
    );
  }
  return (
    <main className="player player--empty" data-region="player">
      {heading}
      <Link href={back} className="round-button player__way-out" aria-label="Back to the title">
        <Icon name="left" />
      </Link>
      {turn.broken !== null ? (
        <Breakdown code={turn.broken} back={back} retry={() => again(turn.at_s)} />
      ) : opening.phase === "refused" ? (
        <Refusal error={opening.error} back={back} retry={() => again(turn.at_s)} />
      ) : (
        <div className="player__waiting" role="status">
          <span className="spinner" />
          <span className="unseen">Opening the film</span>
        </div>
      )}
    </main>
  );
}
