// Tokens and sheets, as the staff read of them.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { ApiTokens, SheetImports } from "./messages";

const BUSY_INTERVAL_MS = 1000;

export const TOKENS = "/api/identity/studio/api-tokens";
export const SHEETS = "/api/catalog/studio/sheets";

export const tokensQuery = queryOptions({
  queryKey: ["studio", "scripts", "tokens"],
  queryFn: ({ signal }) => call<ApiTokens>(TOKENS, { signal }),
  staleTime: 0,
});

export const sheetsQuery = queryOptions({
  queryKey: ["studio", "scripts", "sheets"],
  queryFn: ({ signal }) => call<SheetImports>(SHEETS, { signal }),
  staleTime: 0,
  // Whoever sends one waits for what comes of it.
  refetchInterval: ({ state }) =>
    state.data?.imports.some(({ ended_at }) => !ended_at) ? BUSY_INTERVAL_MS : false,
});

/** Reads all of it anew. */
export const renewScripts = () =>
  queryClient.invalidateQueries({ queryKey: ["studio", "scripts"] });
