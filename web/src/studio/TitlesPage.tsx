import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../api/client";
import type { StudioRow, Title } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton } from "../design/Button";
import { episodeWords } from "../catalog/wording";
import { Alert, Choice, Field } from "../design/Field";
import { Picture } from "../design/Picture";
import { Failure, Loading, Note } from "../design/States";
import { Progress } from "./Progress";
import { studioTitlesQuery, type TitlesFilter } from "./queries";
import { KINDS } from "./TitleFields";
import { useSettled } from "./useSettled";

const STATUSES: Record<Title["status"], string> = {
  draft: "Draft",
  review: "In review",
  scheduled: "Scheduled",
  processing: "Processing",
  published: "Published",
  failed: "Failed",
  withdrawn: "Withdrawn",
};

const KIND_NAMES = new Map<string, string>(KINDS);
const EVERY = ["", "All"] as const;
const KIND_FILTER = [EVERY, ...KINDS];
const AMENDED = "amended";
const STATUS_FILTER = [EVERY, ...Object.entries(STATUSES), [AMENDED, "Changes wait"] as const];

export function StatusBadge({ status }: { status: Title["status"] }) {
  return <span className={`badge badge--${status}`}>{STATUSES[status]}</span>;
}

function RetryButton({ title }: { title: StudioRow["title"] }) {
  const retry = useMutation({
    mutationFn: () => call(`/api/catalog/studio/titles/${title.id}/encode`, { method: "POST" }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["studio"] }),
  });
  return (
    <>
      <Button
        small
        icon="replay"
        busy={retry.isPending}
        aria-label={`Retry ${title.name}`}
        onClick={() => retry.mutate()}
      >
        Retry
      </Button>
      {retry.error && <Alert>{sentenceOf(retry.error)}</Alert>}
    </>
  );
}

/** "Episode of Harbour, S1 E2", "Film, 2021". */
function factsOf({ kind, beside, season, episode, year }: StudioRow["title"]): string {
  const name = KIND_NAMES.get(kind) ?? kind;
  const place = beside ? `${name.split(" ")[0]} of ${beside}` : name;
  return [place, episodeWords({ season, episode }), year].filter(Boolean).join(", ");
}

function Row({ row: { title, progress } }: { row: StudioRow }) {
  return (
    <li className="studio__title" data-row>
      <Picture
        src={title.artwork.poster ?? title.artwork.backdrop}
        seed={title.id}
        className="studio__poster"
        sizes="3.25rem"
      />
      <div className="studio__words">
        <p className="studio__name">
          <Link href={`/studio/titles/${title.id}`}>{title.name}</Link>
        </p>
        <p className="studio__facts">
          <StatusBadge status={title.status} />
          {factsOf(title)}
        </p>
        <Progress titleId={title.id} name={title.name} progress={progress} />
      </div>
      {title.status === "failed" && <RetryButton title={title} />}
      <LinkButton small to={`/studio/titles/${title.id}`} label={`Edit ${title.name}`}>
        Edit
      </LinkButton>
    </li>
  );
}

function Titles({ words, filter }: { words: string; filter: TitlesFilter }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    {
      ...studioTitlesQuery(words, filter),
      placeholderData: keepPreviousData,
    },
  );
  if (data) {
    const rows = data.pages.flatMap((page) => page.titles);
    if (rows.length === 0) {
      const isFiltered = Object.values(filter).some(Boolean);
      return words || isFiltered ? (
        <Note title={words ? `Nothing matches “${words}”` : "No such titles"}>
          Try fewer or other words, or another kind or status.
        </Note>
      ) : (
        <Note
          title="No titles yet"
          actions={
            <LinkButton look="primary" icon="plus" to="/studio/upload">
              Add a title
            </LinkButton>
          }
        >
          Upload a film; it is encoded and published by itself.
        </Note>
      );
    }
    return (
      <>
        <ul className="studio__titles" aria-label="Titles">
          {rows.map((row) => (
            <Row key={row.title.id} row={row} />
          ))}
        </ul>
        {hasNextPage && (
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        )}
      </>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="titles">
      {[1, 2, 3, 4, 5].map((index) => (
        <div key={index} className="studio__skeleton skeleton" />
      ))}
    </Loading>
  );
}

export function TitlesPage() {
  const [words, setWords] = useState("");
  const [filter, setFilter] = useState<TitlesFilter>({});
  const calm = useSettled(words.trim());
  return (
    <>
      <div className="studio__head">
        <PageHeading>Titles</PageHeading>
        <div className="studio__buttons">
          <LinkButton to="/studio/labels">Genres and moods</LinkButton>
          <LinkButton look="primary" icon="plus" to="/studio/upload">
            Add a title
          </LinkButton>
        </div>
      </div>
      <div className="studio__filter">
        <Field
          label="Filter titles"
          type="search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Choice
          label="Kind"
          options={KIND_FILTER}
          value={filter.kind ?? ""}
          onChange={(event) => setFilter({ ...filter, kind: event.target.value })}
        />
        <Choice
          label="Status"
          options={STATUS_FILTER}
          value={filter.amended ? AMENDED : (filter.status ?? "")}
          onChange={({ target: { value } }) =>
            setFilter({
              ...filter,
              status: value === AMENDED ? "" : value,
              amended: value === AMENDED ? "true" : "",
            })
          }
        />
      </div>
      <Titles words={calm} filter={filter} />
    </>
  );
}
