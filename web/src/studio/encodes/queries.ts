// What the page of encodes reads.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { EncodeBoard, EncodeOutlook } from "../../api/messages";

/** While something is encoded the page moves; otherwise it looks now and then. */
const BUSY_INTERVAL_MS = 2_000;
const QUIET_INTERVAL_MS = 10_000;
/** A ladder changes with its codec's trials and rounds: minutes apart. */
const OUTLOOK_INTERVAL_MS = 5_000;

export const encodeBoardQuery = queryOptions({
  queryKey: ["studio", "encodes"],
  queryFn: ({ signal }) => call<EncodeBoard>("/api/catalog/studio/encodes", { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data && state.data.under_way.length > 0 ? BUSY_INTERVAL_MS : QUIET_INTERVAL_MS,
});

export const encodeOutlookQuery = (titleId: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ["studio", "encode-outlook", titleId],
    queryFn: ({ signal }) =>
      call<EncodeOutlook>(`/api/catalog/studio/titles/${titleId}/encode`, { signal }),
    staleTime: 0,
    refetchInterval: isRunning ? OUTLOOK_INTERVAL_MS : false,
  });
