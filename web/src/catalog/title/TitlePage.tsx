import "./title.css";
import { useQuery } from "@tanstack/react-query";
import type { Title } from "../../api/messages";
import { Problem } from "../../api/problem";
import { historyQuery, similarQuery, titleQuery, titleStateQuery } from "../../api/queries";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { Failure, Loading } from "../../design/States";
import { Picture } from "../../design/Picture";
import { CardGrid } from "../CardGrid";
import { useProfile } from "../useProfile";
import { useInfiniteQuery } from "@tanstack/react-query";
import { openingOf } from "../watching";
import { definitionWords, factsOf } from "../wording";
import { Actions } from "./Actions";
import { Entries, Extras, Holding } from "./Beside";
import { Details } from "./Details";
import { Episodes } from "./Episodes";

/** What the viewer has to do with the title: resume point, thumb and, of a series, its episodes. */
function useViewing(title: Title) {
  const profile = useProfile();
  const state = useQuery(titleStateQuery(profile, title.id));
  const history = useInfiniteQuery({ ...historyQuery(profile), enabled: title.kind === "series" });
  const points = history.data?.pages.flatMap((page) => page.entries) ?? [];
  const known = title.kind === "series" ? !history.isPending : !state.isPending;
  return { state: state.data ?? null, points, known };
}

function Similar({ titleId }: { titleId: string }) {
  const { data } = useQuery(similarQuery(useProfile(), titleId));
  if (!data || data.cards.length === 0) return null;
  return (
    <section className="title__part" aria-labelledby="similar">
      <h2 id="similar">More like this</h2>
      <CardGrid cards={data.cards} label="More like this" slot="similar" />
    </section>
  );
}

function Facts({ title }: { title: Title }) {
  const seasons = title.seasons.length;
  const facts = factsOf(title).map((fact) =>
    fact === "Series" && seasons > 0 ? `${seasons} ${seasons === 1 ? "season" : "seasons"}` : fact,
  );
  const definition = definitionWords(title.height);
  return (
    <ul className="title__facts" aria-label="Facts">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
      {definition && <li className="title__badge">{definition}</li>}
      {title.subtitle_languages.length > 0 && (
        <li className="title__badge">
          <abbr title="Subtitles">CC</abbr>
        </li>
      )}
    </ul>
  );
}

function Sheet({ title }: { title: Title }) {
  const { state, points, known } = useViewing(title);
  const opening = openingOf(title, state?.resume ?? null, points);
  return (
    <article className="title">
      <Picture
        src={title.artwork.backdrop ?? title.artwork.poster}
        seed={title.id}
        className="title__art"
        eager
      />
      <div className="title__sheet">
        <div className="title__top" data-top>
          <p className="title__genres">{title.genres.join("  ·  ")}</p>
          <PageHeading className="title__name">{title.name}</PageHeading>
          {title.tagline && <p className="title__tagline">{title.tagline}</p>}
          <Facts title={title} />
          <Holding title={title} />
          {title.kind !== "collection" && (
            <Actions title={title} opening={opening} thumb={state?.thumb ?? null} known={known} />
          )}
        </div>
        <Details title={title} />
        {title.kind === "series" && (
          <Episodes seasons={title.seasons} points={points} start={opening?.season ?? null} />
        )}
        <Entries title={title} />
        <Extras title={title} />
        {title.kind !== "collection" && <Similar titleId={title.id} />}
      </div>
    </article>
  );
}

function Skeleton() {
  return (
    <div className="title">
      <span className="title__art skeleton" />
      <div className="title__sheet">
        <div className="title__top">
          <span className="skeleton title__name-skeleton" />
          <span className="skeleton title__line-skeleton" />
        </div>
      </div>
    </div>
  );
}

export function TitlePage({ idOrSlug }: { idOrSlug: string }) {
  const { data, error, refetch } = useQuery(titleQuery(useProfile(), idOrSlug));
  if (data) return <Sheet title={data} />;
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Loading what="the title">
      <Skeleton />
    </Loading>
  );
}
