// What the studio reads.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call } from "../api/client";
import type {
  DeliveryOverview,
  EdgeList,
  EncodeReport,
  Ratings,
  SiteList,
  Still,
  StudioPage,
  StudioRow,
  StudioTitle,
  TakedownList,
  TitlePlacement,
  TitleSubtitles,
  Training,
  Trainings,
} from "../api/messages";
import { isRunning } from "./encodeStages";

/** While something is being encoded, its progress is read this often. */
const BUSY_INTERVAL_MS = 2_000;
const QUIET_INTERVAL_MS = 10_000;

const isBusy = ({ title, progress }: StudioTitle | StudioRow): boolean =>
  title.status === "processing" || isRunning(progress);

/** Which titles are listed: of a kind, of a status, of a series or beside another title. */
export interface TitlesFilter {
  kind?: string;
  status?: string;
  within?: string;
  /** "true" for those of which changes wait. */
  amended?: string;
}

export const studioTitlesQuery = (words: string, filter: TitlesFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ["studio", "titles", words, filter],
    queryFn: ({ signal, pageParam }) => {
      const parameters = new URLSearchParams();
      if (words) parameters.set("q", words);
      for (const [name, value] of Object.entries<string | undefined>({ ...filter })) {
        if (value) parameters.set(name, value);
      }
      if (pageParam) parameters.set("cursor", pageParam);
      return call<StudioPage>(`/api/catalog/studio/titles?${parameters}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.titles.some(isBusy))
        ? BUSY_INTERVAL_MS
        : QUIET_INTERVAL_MS,
  });

export const studioTitleQuery = (id: string) =>
  queryOptions({
    queryKey: ["studio", "title", id],
    queryFn: ({ signal }) => call<StudioTitle>(`/api/catalog/studio/titles/${id}`, { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data && isBusy(state.data) ? BUSY_INTERVAL_MS : QUIET_INTERVAL_MS,
  });

export const edgesQuery = queryOptions({
  queryKey: ["studio", "edges"],
  queryFn: ({ signal }) => call<EdgeList>("/api/delivery/edges", { signal }),
  refetchInterval: QUIET_INTERVAL_MS,
});

/** What is looked at live is read this often. */
const LIVE_INTERVAL_MS = 5_000;

export const deliveryQuery = queryOptions({
  queryKey: ["studio", "delivery"],
  queryFn: ({ signal }) => call<DeliveryOverview>("/api/delivery/overview", { signal }),
  staleTime: 0,
  refetchInterval: LIVE_INTERVAL_MS,
});

/** An order that not every edge has obeyed yet is looked at this often. */
const ORDER_INTERVAL_MS = 1_000;

export const takedownsQuery = queryOptions({
  queryKey: ["studio", "takedowns"],
  queryFn: ({ signal }) => call<TakedownList>("/api/delivery/takedowns", { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.takedowns.some(({ edges, obeyed }) => obeyed < edges)
      ? ORDER_INTERVAL_MS
      : QUIET_INTERVAL_MS,
});

export const sitesQuery = queryOptions({
  queryKey: ["studio", "sites"],
  queryFn: ({ signal }) => call<SiteList>("/api/delivery/sites", { signal }),
});

export const placementQuery = (id: string) =>
  queryOptions({
    queryKey: ["studio", "placement", id],
    queryFn: ({ signal }) =>
      call<TitlePlacement>(`/api/delivery/titles/${id}/placement`, { signal }),
    staleTime: 0,
    refetchInterval: QUIET_INTERVAL_MS,
  });

export const encodeReportQuery = (id: string) =>
  queryOptions({
    queryKey: ["studio", "report", id],
    queryFn: ({ signal }) =>
      call<EncodeReport>(`/api/catalog/studio/titles/${id}/encode-report`, { signal }),
  });

export const subtitlesQuery = (id: string) =>
  queryOptions({
    queryKey: ["studio", "subtitles", id],
    queryFn: ({ signal }) =>
      call<TitleSubtitles>(`/api/catalog/studio/titles/${id}/subtitles`, { signal }),
    staleTime: 0,
  });

export const trainingsQuery = queryOptions({
  queryKey: ["studio", "trainings"],
  queryFn: ({ signal }) => call<Trainings>("/api/recommendations/trainings", { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.trainings.some((row) => row.state === "running")
      ? BUSY_INTERVAL_MS
      : QUIET_INTERVAL_MS,
});

export const trainingQuery = (version: string) =>
  queryOptions({
    queryKey: ["studio", "training", version],
    queryFn: ({ signal }) =>
      call<Training>(`/api/recommendations/trainings/${version}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? BUSY_INTERVAL_MS : false),
  });

/** The rating systems of the world do not change while a page is open. */
export const ratingsQuery = queryOptions({
  queryKey: ["ratings"],
  queryFn: ({ signal }) => call<Ratings>("/api/identity/ratings", { signal }),
  staleTime: Infinity,
});

export const stillsQuery = (id: string) =>
  queryOptions({
    queryKey: ["studio", "stills", id],
    queryFn: ({ signal }) => call<Still[]>(`/api/catalog/studio/titles/${id}/stills`, { signal }),
  });
