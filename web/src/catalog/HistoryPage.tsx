import "./history.css";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../api/client";
import type { ResumePoint, TitleCard } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { cardsQuery, historyQuery, queryClient } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton, RoundButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Picture } from "../design/Picture";
import { Failure, Loading, Note } from "../design/States";
import { HiddenByYou } from "./hiding/HiddenByYou";
import { useProfile } from "./useProfile";
import { progressOf } from "./watching";
import { durationWords } from "./wording";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

interface EntryProps {
  point: ResumePoint;
  card: TitleCard | undefined;
  remove: () => void;
}

function Entry({ point, card, remove }: EntryProps) {
  const name = card?.name ?? "A title that has left";
  const progress = progressOf(point);
  const words = (
    <>
      <span className="history__art">
        <Picture src={card?.artwork.backdrop ?? card?.artwork.poster} seed={point.title_id} />
        {progress !== null && (
          <span className="progress" aria-hidden="true">
            <span style={{ inlineSize: `${Math.round(progress * 100)}%` }} />
          </span>
        )}
      </span>
      <span className="history__words">
        <span className="history__name">{name}</span>
        <span className="history__facts">
          <span>{DAY.format(new Date(point.watched_at))}</span>
          <span>
            {progress === null
              ? "Watched"
              : `${durationWords(point.duration_s - point.position_s)} left`}
          </span>
        </span>
      </span>
    </>
  );
  return (
    <li className="history__entry" data-row>
      {card ? (
        <Link href={`/title/${card.slug}`} className="history__link">
          {words}
        </Link>
      ) : (
        <div className="history__link">{words}</div>
      )}
      <RoundButton icon="trash" label={`Remove ${name} from history`} onClick={remove} />
    </li>
  );
}

function useRemoval() {
  const profile = useProfile();
  return useMutation({
    mutationFn: (titleId: string | null) =>
      call(`/api/viewing/history${titleId ? `/${titleId}` : ""}`, { method: "DELETE" }),
    // The home page, resume points and what is similar knew of it, too.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [profile] }),
  });
}

function ClearAll({ clear }: { clear: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button small icon="trash" onClick={() => setAsking(true)}>
        Clear history
      </Button>
      {asking && (
        <Dialog
          title="Clear the whole history?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Keep it</Button>
              <Button
                look="danger"
                onClick={() => {
                  setAsking(false);
                  clear();
                }}
              >
                Clear everything
              </Button>
            </>
          }
        >
          <p className="muted">
            Where you stopped is forgotten too, and nothing that you watched or were shown counts
            for what is recommended to you. My list, your thumbs and what you took out of rows stay.
          </p>
        </Dialog>
      )}
    </>
  );
}

function Entries() {
  const profile = useProfile();
  const history = useInfiniteQuery(historyQuery(profile));
  const points = history.data?.pages.flatMap((page) => page.entries) ?? [];
  const cards = useQuery({
    ...cardsQuery(
      profile,
      points.map(({ title_id }) => title_id),
    ),
    placeholderData: (before) => before,
  });
  const removal = useRemoval();

  if (history.error) return <Failure error={history.error} retry={() => void history.refetch()} />;
  if (history.isPending || (points.length > 0 && cards.isPending)) {
    return (
      <Loading what="history">
        <div className="history">
          {[1, 2, 3, 4].map((index) => (
            <div key={index} className="history__skeleton skeleton" />
          ))}
        </div>
      </Loading>
    );
  }
  if (points.length === 0) {
    return (
      <Note
        title="Nothing watched yet"
        actions={
          <LinkButton look="primary" icon="home" to="/">
            Find something
          </LinkButton>
        }
      >
        What you watch is kept here, and only here: each profile has its own history.
      </Note>
    );
  }
  const byId = new Map(cards.data?.map((card) => [card.id, card]));
  return (
    <>
      {removal.error && <Alert>{sentenceOf(removal.error)}</Alert>}
      <ul className="history" aria-label="Watched titles">
        {points.map((point) => (
          <Entry
            key={point.title_id}
            point={point}
            card={byId.get(point.title_id)}
            remove={() => removal.mutate(point.title_id)}
          />
        ))}
      </ul>
      <div className="history__end">
        {history.hasNextPage && (
          <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Show older
          </Button>
        )}
        <ClearAll clear={() => removal.mutate(null)} />
      </div>
    </>
  );
}

export default function HistoryPage() {
  return (
    <div className="page page--narrow">
      <PageHeading>History</PageHeading>
      <Entries />
      <HiddenByYou />
    </div>
  );
}
