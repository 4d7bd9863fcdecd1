import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../../api/client";
import type { ThumbValue, Title } from "../../api/messages";
import { queryClient, titleStateQuery } from "../../api/queries";
import { TitleOffers } from "../../billing/TitleOffers";
import { LinkButton, RoundButton } from "../../design/Button";
import { playIntent, preloadWhenIdle } from "../../player/intent";
import { MyListButton } from "../MyListButton";
import { useProfile } from "../useProfile";
import type { Opening } from "../watching";
import { durationWords, episodeWords } from "../wording";

/** Gives or takes back a thumb; shows it before the service has confirmed it. */
function useThumb(titleId: string) {
  const { queryKey } = titleStateQuery(useProfile(), titleId);
  return useMutation({
    mutationFn: (value: ThumbValue | null) =>
      value
        ? call(`/api/viewing/thumbs/${titleId}`, { method: "PUT", body: { value } })
        : call(`/api/viewing/thumbs/${titleId}`, { method: "DELETE" }),
    onMutate: (value) => {
      const before = queryClient.getQueryData(queryKey);
      if (before) queryClient.setQueryData(queryKey, { ...before, thumb: value });
      return before;
    },
    onError: (_error, _value, before) => queryClient.setQueryData(queryKey, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}

function Thumbs({ titleId, thumb }: { titleId: string; thumb: ThumbValue | null }) {
  const { mutate, isError } = useThumb(titleId);
  const press = (value: ThumbValue) => mutate(thumb === value ? null : value);
  return (
    <>
      <RoundButton
        icon="thumbUp"
        label="I like this"
        aria-pressed={thumb === "up"}
        onClick={() => press("up")}
      />
      <RoundButton
        icon="thumbDown"
        label="Not for me"
        aria-pressed={thumb === "down"}
        onClick={() => press("down")}
      />
      <span className="unseen" role="status">
        {isError ? "Your thumb could not be saved. Try again." : ""}
      </span>
    </>
  );
}

interface ActionsProps {
  title: Title;
  opening: Opening | null;
  thumb: ThumbValue | null;
  /** False until it is known where the viewer stopped. */
  known: boolean;
}

/** Why there is nothing to press, and when there will be. */
function waitingSentence({ available_from, on_offer }: Title): string {
  if (on_offer) return "Not in your plan; you can have it alone.";
  if (!available_from) return "Not playable yet. It appears here as soon as it is ready.";
  const moment = new Date(available_from);
  return `Comes on ${moment.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" })}.`;
}

export function Actions({ title, opening, thumb, known }: ActionsProps) {
  const episode = opening && episodeWords(opening);
  const resumes = opening?.progress != null;
  const isPlayable = opening !== null;
  useEffect(() => (isPlayable ? preloadWhenIdle() : undefined), [isPlayable]);
  return (
    <div className="title__do">
      <div className="title__actions">
        {opening ? (
          <LinkButton
            look="primary"
            icon="play"
            to={`/watch/${opening.titleId}`}
            {...playIntent(opening.titleId)}
          >
            {resumes ? "Resume" : "Play"}
            {episode && ` ${episode}`}
          </LinkButton>
        ) : (
          <p className="title__soon">{waitingSentence(title)}</p>
        )}
        {resumes && (
          <LinkButton
            icon="replay"
            to={`/watch/${opening.titleId}?from=start`}
            {...playIntent(opening.titleId, 0)}
          >
            Start over
          </LinkButton>
        )}
        <MyListButton titleId={title.id} />
        <Thumbs titleId={title.id} thumb={thumb} />
      </div>
      {title.kind !== "series" && <TitleOffers titleId={title.id} inPlan={!title.on_offer} />}
      <p className="title__left">
        {known && opening?.progress != null && opening.left_s !== null && (
          <>
            <span className="title__progress" aria-hidden="true">
              <span style={{ inlineSize: `${Math.round(opening.progress * 100)}%` }} />
            </span>
            {durationWords(opening.left_s)} left
          </>
        )}
      </p>
    </div>
  );
}
