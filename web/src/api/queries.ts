// What pages read, by name, and how long it stays fresh. Each key starts with the profile, so that
// nothing of one viewer is ever shown to another.
import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, call } from "./client";
import { isTurnedAway } from "./crowd";
import type {
  Dismissals,
  History,
  HomePage,
  MyList,
  Person,
  Plan,
  SearchPage,
  SimilarPage,
  Subscription,
  Thumbs,
  Title,
  TitleCard,
  TitleState,
} from "./messages";
import { Problem } from "./problem";
import { bodyOf, exchange } from "./transport";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What was turned away came again by itself already, or is not worth it.
      retry: (count, error) =>
        count < 2 && error instanceof Problem && error.passing && !isTurnedAway(error),
    },
  },
});

/** New titles appear on an open home page within this time. */
const HOME_INTERVAL_MS = 10_000;

/** Says of a home page that it was kept, and whose it is: made while there was no time for a new one. */
const KEPT = "X-Matinee-Kept";

/** The version of the home page that each profile's cache holds. */
const homeTags = new Map<string, string>();

export const homeQuery = (profile: string) => {
  const key = [profile, "home"];
  return queryOptions({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const known = queryClient.getQueryData<HomePage>(key);
      const tag = homeTags.get(profile);
      const answer = await ask("/api/recommendations/home", {
        signal,
        ...(known && tag ? { ifNoneMatch: tag } : {}),
        dispensable: known !== undefined,
      });
      if (answer.status === 304 && known) return known;
      // What is on screen is better than a page that was made for nobody.
      if (answer.headers.get(KEPT) === "anybody" && known) return known;
      homeTags.set(profile, answer.headers.get("ETag") ?? "");
      return bodyOf<HomePage>(answer);
    },
    staleTime: 0,
    refetchInterval: HOME_INTERVAL_MS,
  });
};

export const titleQuery = (profile: string, idOrSlug: string) =>
  queryOptions({
    queryKey: [profile, "title", idOrSlug],
    queryFn: ({ signal }) =>
      call<Title>(`/api/catalog/titles/${encodeURIComponent(idOrSlug)}`, { signal }),
  });

export const personQuery = (profile: string, id: string) =>
  queryOptions({
    queryKey: [profile, "person", id],
    queryFn: ({ signal }) =>
      call<Person>(`/api/catalog/people/${encodeURIComponent(id)}`, { signal }),
  });

export const titleStateQuery = (profile: string, titleId: string) =>
  queryOptions({
    queryKey: [profile, "state", titleId],
    queryFn: ({ signal }) => call<TitleState>(`/api/viewing/titles/${titleId}`, { signal }),
    staleTime: 0,
  });

export const similarQuery = (profile: string, titleId: string) =>
  queryOptions({
    queryKey: [profile, "similar", titleId],
    queryFn: ({ signal }) =>
      call<SimilarPage>(`/api/recommendations/titles/${titleId}/similar`, { signal }),
  });

export const searchQuery = (profile: string, words: string) =>
  queryOptions({
    queryKey: [profile, "search", words],
    queryFn: ({ signal }) =>
      call<SearchPage>(`/api/recommendations/search?q=${encodeURIComponent(words)}`, { signal }),
  });

/** A request names at most this many titles, to keep its address short. */
const IDS_MAX = 50;
const ERASED_AT_ONCE = 1000;

async function readCards(ids: readonly string[], signal: AbortSignal): Promise<TitleCard[]> {
  const parts: Promise<TitleCard[]>[] = [];
  for (let from = 0; from < ids.length; from += IDS_MAX) {
    const some = ids.slice(from, from + IDS_MAX).join(",");
    parts.push(call<TitleCard[]>(`/api/catalog/titles?ids=${some}`, { signal }));
  }
  return (await Promise.all(parts)).flat();
}

export const cardsQuery = (profile: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: [profile, "cards", ...ids],
    queryFn: async ({ signal }) => {
      const cards = await readCards(ids, signal);
      const byId = new Map(cards.map((card) => [card.id, card]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
    enabled: ids.length > 0,
  });

export const myListQuery = (profile: string) =>
  queryOptions({
    queryKey: [profile, "my-list"],
    queryFn: ({ signal }) => call<MyList>("/api/viewing/my-list", { signal }),
    staleTime: 0,
  });

export const historyQuery = (profile: string) =>
  infiniteQueryOptions({
    queryKey: [profile, "history"],
    queryFn: ({ signal, pageParam }) =>
      call<History>(
        `/api/viewing/history${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ""}`,
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
  });

/** Forgets that a film, or any episode of a series, was watched. */
export async function historyForget(profile: string, titleId: string): Promise<void> {
  const title = await queryClient.query(titleQuery(profile, titleId));
  const episodes = title.seasons.flatMap((season) => season.episodes.map(({ id }) => id));
  const title_ids = title.kind === "series" ? episodes : [titleId];
  for (let from = 0; from < title_ids.length; from += ERASED_AT_ONCE) {
    const body = { title_ids: title_ids.slice(from, from + ERASED_AT_ONCE) };
    await call("/api/viewing/history/erasures", { method: "POST", body });
  }
}

export const thumbsQuery = (profile: string) =>
  queryOptions({
    queryKey: [profile, "thumbs"],
    queryFn: ({ signal }) => call<Thumbs>("/api/viewing/thumbs", { signal }),
    staleTime: 0,
  });

export const dismissalsQuery = (profile: string) =>
  queryOptions({
    queryKey: [profile, "dismissals"],
    queryFn: ({ signal }) => call<Dismissals>("/api/viewing/dismissals", { signal }),
    staleTime: 0,
  });

export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: async ({ signal }) => bodyOf<Plan[]>(await exchange("/api/billing/plans", { signal })),
  staleTime: 300_000,
});

export const subscriptionQuery = queryOptions({
  queryKey: ["subscription"],
  queryFn: async ({ signal }): Promise<Subscription | null> => {
    try {
      return await call<Subscription>("/api/billing/subscription", { signal });
    } catch (error) {
      if (error instanceof Problem && error.code === "no_subscription") return null;
      throw error;
    }
  },
});
