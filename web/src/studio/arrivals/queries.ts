// What the pages of arriving files read.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { Arrivals, OpenUploads } from "../../api/messages";
import { OPEN_UPLOADS } from "../uploads";

/** While something is on its way, pages look this often. */
const BUSY_INTERVAL_MS = 2_000;
const QUIET_INTERVAL_MS = 10_000;

export const openUploadsQuery = queryOptions({
  queryKey: ["studio", "uploads"],
  queryFn: ({ signal }) => call<OpenUploads>(OPEN_UPLOADS, { signal }),
  staleTime: 0,
  refetchInterval: QUIET_INTERVAL_MS,
});

const MOVING = ["settling", "waiting", "taking"] as const;

export const arrivalsQuery = queryOptions({
  queryKey: ["studio", "arrivals"],
  queryFn: ({ signal }) => call<Arrivals>("/api/catalog/studio/arrivals", { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    MOVING.some((moving) => (state.data?.counts[moving] ?? 0) > 0)
      ? BUSY_INTERVAL_MS
      : QUIET_INTERVAL_MS,
});
