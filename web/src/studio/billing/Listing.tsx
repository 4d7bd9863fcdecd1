import {
  useInfiniteQuery,
  type UseInfiniteQueryOptions,
  type InfiniteData,
} from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../design/Button";
import { Failure, LoadingPart } from "../../design/States";
import { ReportTable, type Column } from "../ReportTable";

type Pages<T> = UseInfiniteQueryOptions<T[], Error, InfiniteData<T[]>, string[], string>;

interface ListingProps<T> {
  label: string;
  query: Pages<T>;
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  /** What is said where there are none. */
  none: string;
  /** What can be done with a row, as it was read at that time. */
  act?: (row: T, read_ms: number) => ReactNode;
}

/** A list of the staff's that comes page by page, the newest first. */
export function Listing<T>({ label, query, columns, keyOf, none, act }: ListingProps<T>) {
  const { data, dataUpdatedAt, error, refetch, hasNextPage, fetchNextPage } =
    useInfiniteQuery(query);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const rows = data.pages.flatMap((page) => page);
  if (rows.length === 0) return <p className="muted">{none}</p>;
  return (
    <>
      <ReportTable
        label={label}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        {...(act && { act: (row: T) => act(row, dataUpdatedAt) })}
      />
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show older</Button>}
    </>
  );
}
