// The address /watch/<id>: a play session, and a player for it.
import "./player.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { Problem } from "../api/problem";
import { queryClient, titleQuery } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { useProfile } from "../catalog/useProfile";
import { Icon } from "../design/Icon";
import type { Trouble } from "./engine";
import { Player } from "./Player";
import { Breakdown, Refusal } from "./PlayerNotices";
import { useShowing } from "./useShowing";

/** A refused media token is answered with a new session this often before we give up. */
const REOPENINGS_MAX = 3;

/** Why it does not go on: trouble of the player's, or what the service said. */
export type Broken = { trouble: Trouble["kind"] } | { problem: Problem };

interface Turn {
  number: number;
  /** Where to go on; null for where the service remembers. */
  at_s: number | null;
  broken: Broken | null;
  reopenings: number;
}

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
  const opening = useShowing(titleId, turn.number, turn.at_s);
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
  // What broke first is what there is to say; the rest follows from it.
  const fail = (broken: Broken, at_s: number) =>
    setTurn((before) => (before.broken ? before : { ...before, at_s, broken }));
  const reopen = (at_s: number) =>
    setTurn((before) =>
      before.reopenings >= REOPENINGS_MAX
        ? { ...before, at_s, broken: { trouble: "refused" } }
        : { ...before, number: before.number + 1, at_s, reopenings: before.reopenings + 1 },
    );

  const heading = (
    <PageHeading unseen keepsFocus>{`Watch ${title?.name ?? "a title"}`}</PageHeading>
  );
  if (opening.phase === "open" && turn.broken === null) {
    const { showing } = opening;
    return (
      <Player
        key={showing.session.session_id}
        heading={heading}
        showing={showing}
        title={title}
        series={series}
        pressed_ms={opening.pressed_ms}
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
        <Breakdown broken={turn.broken} back={back} retry={() => again(turn.at_s)} />
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
