// What the staff read of people.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { AuditPage, OAuthClient, StaffMember } from "../../identity/messages";

const STUDIO = "/api/identity/studio";

export const staffQuery = queryOptions({
  queryKey: ["studio", "people", "staff"],
  queryFn: ({ signal }) => call<StaffMember[]>(`${STUDIO}/staff`, { signal }),
  staleTime: 0,
});

export const clientsQuery = queryOptions({
  queryKey: ["studio", "people", "clients"],
  queryFn: ({ signal }) => call<OAuthClient[]>(`${STUDIO}/clients`, { signal }),
  staleTime: 0,
});

export const auditQuery = (action: string) =>
  infiniteQueryOptions({
    queryKey: ["studio", "people", "audit", action],
    queryFn: ({ signal, pageParam }) => {
      const wanted = new URLSearchParams({
        ...(action && { action }),
        ...(pageParam !== null && { before: `${pageParam}` }),
      });
      return call<AuditPage>(`${STUDIO}/audit?${wanted}`, { signal });
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.before,
    staleTime: 0,
  });

/** Reads all of it anew. */
export const renewPeople = () => queryClient.invalidateQueries({ queryKey: ["studio", "people"] });
