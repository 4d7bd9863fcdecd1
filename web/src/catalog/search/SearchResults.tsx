import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { SearchLabel, SearchPage } from "../../api/messages";
import { homeQuery, searchQuery } from "../../api/queries";
import { PageHeading } from "../../app/pageFocus";
import { Failure, Loading, Note } from "../../design/States";
import { Card } from "../Card";
import { CardGrid, CardGridSkeleton } from "../CardGrid";
import { useProfile } from "../useProfile";
import { SearchBox, useWords } from "./SearchBox";
import { useSearchTold } from "./useSearchTold";

function countWords(page: SearchPage): string {
  if (page.cards.length === 0) return "Nothing found";
  return page.cards.length === 1 ? "1 title found" : `${page.cards.length} titles found`;
}

const KINDS: Record<SearchLabel["kind"], string> = {
  person: "Person",
  genre: "Genre",
  mood: "Mood",
};

/** People, genres and moods whose names match; each leads to its titles. */
function Labels({ labels, words }: { labels: readonly SearchLabel[]; words: string }) {
  const others = labels.filter(({ name }) => name.toLowerCase() !== words.toLowerCase());
  if (others.length === 0) return null;
  return (
    <ul className="search__labels" aria-label="People, genres and moods">
      {others.map(({ kind, name, titles }) => (
        <li key={`${kind} ${name}`}>
          <Link href={`/search?q=${encodeURIComponent(name)}`} className="search__label">
            <span className="search__kind">{KINDS[kind]}</span> {name}
            <span className="unseen">{titles === 1 ? ", 1 title" : `, ${titles} titles`}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Titles that belong together, under a name that matches. */
function Collections({ page }: { page: SearchPage }) {
  const found = page.collections ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="collections" className="search__collections">
      <h2 id="collections" className="search__near">
        {found.length === 1 ? "Collection" : "Collections"}
      </h2>
      <ul className="grid" aria-label="Collections">
        {found.map((card) => (
          <li key={card.id}>
            <Card card={card} shape="poster" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Found({ page, words }: { page: SearchPage; words: string }) {
  if (page.cards.length > 0)
    return <CardGrid cards={page.cards} label="Search results" slot="search" />;
  if (page.near.length === 0 && (page.collections ?? []).length > 0) return null;
  if (page.near.length === 0) {
    return (
      <Note title={`Nothing matches “${words}”`}>
        Check the spelling, or try fewer words: a title, a person, a genre or a mood.
      </Note>
    );
  }
  return (
    <section aria-labelledby="near">
      <p className="muted search__none">Nothing matches “{words}”.</p>
      <h2 id="near" className="search__near">
        Perhaps one of these
      </h2>
      <CardGrid cards={page.near} label="Something close" slot="search" />
    </section>
  );
}

/** Something to look at before the first letter. */
function Suggestions() {
  const profile = useProfile();
  const { data } = useQuery({ ...homeQuery(profile), refetchInterval: false });
  const rows = data?.rows ?? [];
  const row =
    rows.find(({ kind }) => kind === "top_10") ??
    rows.find(({ kind }) => kind === "trending") ??
    rows.at(-1);
  if (!row) return null;
  return (
    <section aria-labelledby="suggestions">
      <h2 id="suggestions" className="search__near">
        {row.name}
      </h2>
      <CardGrid cards={row.cards} label={row.name} />
    </section>
  );
}

function Answer({ words }: { words: string }) {
  const profile = useProfile();
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...searchQuery(profile, words),
    placeholderData: (before) => before,
  });
  useSearchTold(words, isPlaceholderData ? undefined : data);
  if (data) {
    return (
      <>
        <p className="unseen" role="status">
          {isPlaceholderData ? "" : countWords(data)}
        </p>
        <Labels labels={data.labels ?? []} words={words} />
        <Found page={data} words={words} />
        <Collections page={data} />
      </>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="search results">
      <CardGridSkeleton />
    </Loading>
  );
}

export default function SearchResults() {
  const words = useWords();
  return (
    <div className="page search">
      <PageHeading unseen keepsFocus>
        Search
      </PageHeading>
      <div className="search__box">
        <SearchBox focusOnMount />
      </div>
      {words ? <Answer words={words} /> : <Suggestions />}
    </div>
  );
}
