// A home page as somebody would be shown it: made for a viewer who does not exist.
import "./programme.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Card, HomePage } from "../../api/messages";
import { Choice, Field } from "../../design/Field";
import { Picture } from "../../design/Picture";
import { Failure, LoadingPart } from "../../design/States";
import { useSettled } from "../useSettled";
import { WhoseFields } from "../workflow/WhoseFields";
import type { Whose } from "../workflow/queries";
import { isoMoment } from "../workflow/windows";
import type { EditorialRow, MadeUpViewer, PreviewRequest, VariantSettings } from "./messages";
import { pagePreviewQuery } from "./queries";
import type { NamedTitle } from "./rowDraft";
import { TitlesPicker } from "./TitlesPicker";

interface PagePreviewProps {
  /** The operator's rows as they would be; left out for as they are. */
  rows?: EditorialRow[];
  /** What a variant of an experiment turns. */
  settings?: VariantSettings;
  /** From where and when it is looked at, where the page around asks for that. */
  seen?: Seen;
}

interface Seen {
  whose: Whose;
  /** A moment as services write it. */
  at: string;
}

interface Kind {
  language: string;
  age: string;
  whose: Whose;
  liked: readonly NamedTitle[];
  at: string;
}

const AGES = [
  ["18", "A grown-up"],
  ["16", "16"],
  ["12", "12"],
  ["kids", "A child, up to 6"],
] as const;
const LIKED_MAX = 20;
const CHILDS_AGE = 6;

function viewerOf({ language, age, whose, liked }: Kind): MadeUpViewer {
  const isKids = age === "kids";
  return {
    language: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language) ? language : "en",
    country: whose.country || null,
    maturity_age: isKids ? CHILDS_AGE : Number(age),
    is_kids: isKids,
    plan: whose.plan || null,
    platform: (whose.platform || "browser") as NonNullable<MadeUpViewer["platform"]>,
    liked: liked.map(({ id }) => id),
  };
}

interface KindFieldsProps {
  kind: Kind;
  isWhole: boolean;
  onChange: (kind: Kind) => void;
}

/** Who looks; unless `isWhole` the page around says from where and when. */
function KindFields({ kind, isWhole, onChange }: KindFieldsProps) {
  return (
    <div className="form">
      <div className="studio__pair">
        <Choice
          label="Viewer"
          options={AGES}
          value={kind.age}
          onChange={({ target }) => onChange({ ...kind, age: target.value })}
        />
        <Field
          label="Language"
          value={kind.language}
          maxLength={20}
          onChange={({ target }) => onChange({ ...kind, language: target.value })}
          hint="A tag, such as en or pt-BR"
        />
        {isWhole && (
          <Field
            label="Moment"
            type="datetime-local"
            step={1}
            value={kind.at}
            onChange={({ target }) => onChange({ ...kind, at: target.value })}
            hint="Empty: now"
          />
        )}
      </div>
      {isWhole && (
        <WhoseFields whose={kind.whose} onChange={(whose) => onChange({ ...kind, whose })} />
      )}
      <TitlesPicker
        label="What they watched and liked"
        add="They watched and liked"
        titles={kind.liked}
        onChange={(liked) => onChange({ ...kind, liked })}
        most={LIKED_MAX}
      />
    </div>
  );
}

function Poster({ card }: { card: Card }) {
  return (
    <li className="page-preview__card">
      <Picture
        src={card.artwork.poster}
        seed={card.id}
        name={card.name}
        className="page-preview__poster"
        sizes="5rem"
      />
      <span className="unseen">{card.name}</span>
    </li>
  );
}

function Made({ page }: { page: HomePage }) {
  const { hero, rows } = page;
  return (
    <div className="page-preview__page">
      {hero && (
        <div className="page-preview__hero">
          <Picture
            src={hero.card.artwork.backdrop ?? hero.card.artwork.poster}
            seed={hero.card.id}
            className="page-preview__backdrop"
            sizes="12rem"
          />
          <p>
            <strong>{hero.card.name}</strong>
            <span className="muted">{hero.reason}</span>
          </p>
        </div>
      )}
      {rows.map(({ id, name, reason, cards }) => (
        <section key={id} className="page-preview__row" aria-label={name}>
          <h3>{name}</h3>
          <p className="muted">{reason}</p>
          {/* Scrolls sideways where it is too wide; the focus makes that possible with keys. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className="page-preview__cards" tabIndex={0} aria-label={`Titles of ${name}`}>
            {cards.map((card) => (
              <Poster key={card.id} card={card} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Answer({ asked }: { asked: string }) {
  const { data, error, refetch } = useQuery(pagePreviewQuery(asked));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      {data.hidden.length > 0 && (
        <details className="studio__more">
          <summary>
            {data.hidden.length === 1
              ? "One part of the programme is not on this page"
              : `${data.hidden.length} parts of the programme are not on this page`}
          </summary>
          <ul className="page-preview__hidden">
            {data.hidden.map(({ id, name, why }) => (
              <li key={id}>
                <strong>{name}</strong>: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Made page={data.page} />
    </>
  );
}

export function PagePreview({ rows, settings, seen }: PagePreviewProps) {
  const [kind, setKind] = useState<Kind>({
    language: navigator.language.split("-")[0] ?? "en",
    age: "18",
    whose: { country: "", plan: "", platform: "" },
    liked: [],
    at: "",
  });
  const asked: PreviewRequest = {
    viewer: viewerOf(seen ? { ...kind, whose: seen.whose } : kind),
    at: seen ? seen.at : isoMoment(kind.at),
    rows: rows ?? null,
    settings: settings ?? {},
  };
  const settled = useSettled(JSON.stringify(asked));
  return (
    <section className="page-preview" aria-labelledby="page-preview">
      <h2 id="page-preview">{seen ? "Home page" : "Preview"}</h2>
      <p className="muted">
        The home page of a viewer who does not exist
        {seen && ", at that moment, of titles that are released by now"}. Nobody’s data is looked
        at, and nothing is learnt from it.
      </p>
      <KindFields kind={kind} isWhole={!seen} onChange={setKind} />
      <Answer asked={settled} />
    </section>
  );
}
