// What the pages of identity read.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/client";
import { queryClient } from "../api/queries";
import { bodyOf, exchange } from "../api/transport";
import type { Export, Ratings, SignedInDevice, Security, SignInWays } from "./messages";

export const waysQuery = queryOptions({
  queryKey: ["ways"],
  queryFn: async ({ signal }) =>
    bodyOf<SignInWays>(await exchange("/api/identity/ways", { signal })),
  staleTime: 300_000,
});

export const securityQuery = queryOptions({
  queryKey: ["security"],
  queryFn: ({ signal }) => call<Security>("/api/identity/security", { signal }),
  staleTime: 0,
});

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => call<SignedInDevice[]>("/api/identity/sessions", { signal }),
  staleTime: 0,
});

/** An archive that is being put together is looked at again this often. */
const EXPORT_INTERVAL_MS = 2_000;

export const ratingsQuery = queryOptions({
  queryKey: ["ratings"],
  queryFn: ({ signal }) => call<Ratings>("/api/identity/ratings", { signal }),
  staleTime: Infinity,
});

export const exportsQuery = queryOptions({
  queryKey: ["exports"],
  queryFn: ({ signal }) => call<Export[]>("/api/identity/privacy/exports", { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.some((one) => one.state === "waiting") ? EXPORT_INTERVAL_MS : false,
});

/** Reads anew what a change of how one signs in may have changed. */
export async function renewSecurity(): Promise<void> {
  await Promise.all(
    [securityQuery.queryKey, devicesQuery.queryKey].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
}
