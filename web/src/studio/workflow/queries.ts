// What Studio reads of the workflow, the calendar and previews.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Calendar, Colleague, History, Preview, Workflow } from "./messages";

const STUDIO = "/api/catalog/studio";
/** What others do with a title is seen within this time. */
const LOOK_AGAIN_MS = 15_000;

export const pathOf = (titleId: string) => `${STUDIO}/titles/${titleId}`;

export const workflowQuery = (titleId: string) =>
  queryOptions({
    queryKey: ["studio", "workflow", titleId],
    queryFn: ({ signal }) => call<Workflow>(`${pathOf(titleId)}/workflow`, { signal }),
    staleTime: 0,
    refetchInterval: LOOK_AGAIN_MS,
  });

export const deedsQuery = (titleId: string) =>
  infiniteQueryOptions({
    queryKey: ["studio", "deeds", titleId],
    queryFn: ({ signal, pageParam }) => {
      const before = pageParam ? `?before=${pageParam}` : "";
      return call<History>(`${pathOf(titleId)}/history${before}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
  });

export const colleaguesQuery = queryOptions({
  queryKey: ["studio", "colleagues"],
  queryFn: ({ signal }) => call<Colleague[]>("/api/identity/studio/staff/names", { signal }),
});

/** From where somebody looks; empty where that does not matter. */
export interface Whose {
  country: string;
  plan: string;
  platform: string;
}

function said(whose: Whose, more: Record<string, string>): URLSearchParams {
  const kept = Object.entries({ ...whose, ...more }).filter(([, value]) => value !== "");
  return new URLSearchParams(kept);
}

export const calendarQuery = (since: Date, until: Date, whose: Whose) => {
  const asked = said(whose, { since: since.toISOString(), until: until.toISOString() });
  return queryOptions({
    queryKey: ["studio", "calendar", asked.toString()],
    queryFn: ({ signal }) => call<Calendar>(`${STUDIO}/calendar?${asked}`, { signal }),
    staleTime: 0,
  });
};

export const previewQuery = (at: string, whose: Whose) => {
  const asked = said(whose, { at });
  return infiniteQueryOptions({
    queryKey: ["studio", "preview", asked.toString()],
    queryFn: ({ signal, pageParam }) => {
      const after = pageParam ? `&after=${pageParam}` : "";
      return call<Preview>(`${STUDIO}/preview?${asked}${after}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
  });
};

/** Reads everything of Studio anew: what was done shows in lists as well. */
export const renewStudio = () => queryClient.invalidateQueries({ queryKey: ["studio"] });
