// How the service does: figures over any time, each with its meaning, its table and its file.
import "./insights.css";
import { useState, type ReactNode } from "react";
import { Link, Route, Switch, useSearch } from "wouter";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { rowWords } from "../../catalog/hiding/rowWords";
import { Choice as ChoiceField } from "../../design/Field";
import { Parts } from "../Parts";
import { AlertsPart } from "./AlertsPart";
import { BreakdownTable } from "./BreakdownTable";
import { MoneyPart } from "./MoneyPart";
import { OverviewPart } from "./OverviewPart";
import { Panels } from "./Panels";
import { SHOWN } from "./shownFigures";
import type { Choice } from "./span";
import { TimeRange, useChoice } from "./TimeRange";
import { TitlePart } from "./TitlePart";

const NOTHING_PLAYED = "Nothing was played in this time.";

function TitlesPart({ choice }: { choice: Choice }) {
  const search = useSearch();
  const back = search ? `?${search}` : "";
  return (
    <BreakdownTable
      title="Titles"
      by="title"
      of="Title"
      ids={SHOWN.titles}
      choice={choice}
      none={NOTHING_PLAYED}
      nameOf={({ key, name }) => (
        <Link href={`/studio/insights/titles/${key}${back}`} className="studio__link">
          {name}
        </Link>
      )}
    />
  );
}

const COUNTRIES = new Intl.DisplayNames(undefined, { type: "region" });

/** A country's name; the code itself, or a word for none, where there is no such country. */
const countryOf = (code: string, name: string): string =>
  /^[A-Z]{2}$/.test(code) ? (COUNTRIES.of(code) ?? code) : name;

function AudiencePart({ choice }: { choice: Choice }) {
  const shared = { ids: SHOWN.audienceBy, choice, none: NOTHING_PLAYED };
  return (
    <>
      <Panels ids={SHOWN.audience} choice={choice} />
      <BreakdownTable
        {...shared}
        title="Territories"
        by="territory"
        of="Territory"
        nameOf={({ key, name }) => countryOf(key, name)}
      />
      <BreakdownTable {...shared} title="Devices" by="device" of="Device" />
    </>
  );
}

const SIDES = [
  ["edge", "Edge"],
  ["network", "Network"],
  ["device", "Device"],
  ["title", "Title"],
] as const;

function QualityPart({ choice }: { choice: Choice }) {
  const [side, setSide] = useState<(typeof SIDES)[number]>(SIDES[0]);
  const [by, of] = side;
  return (
    <>
      <Panels ids={SHOWN.quality} choice={choice} />
      <div className="range">
        <ChoiceField
          label="Told apart by"
          value={by}
          options={SIDES}
          onChange={(event) =>
            setSide(SIDES.find(([one]) => one === event.currentTarget.value) ?? SIDES[0])
          }
        />
      </div>
      <BreakdownTable
        key={by}
        title={`Quality by ${of.toLowerCase()}`}
        by={by}
        of={of}
        ids={SHOWN.qualityBy}
        choice={choice}
        none={NOTHING_PLAYED}
      />
    </>
  );
}

function SearchesPart({ choice }: { choice: Choice }) {
  return (
    <>
      <Panels ids={SHOWN.searches} choice={choice} />
      <BreakdownTable
        title="What found nothing"
        by="search"
        of="Searched for"
        ids={SHOWN.searchesBy}
        choice={choice}
        none="Nobody searched in this time."
      />
    </>
  );
}

function RowsPart({ choice }: { choice: Choice }) {
  return (
    <>
      <Panels ids={SHOWN.rows} choice={choice} />
      <BreakdownTable
        title="Rows"
        by="row"
        of="Row"
        nameOf={({ key }) => rowWords(key)}
        ids={SHOWN.rowsBy}
        choice={choice}
        none="No row was in view in this time."
      />
    </>
  );
}

const ROOT = "/studio/insights";
type Part = (props: { choice: Choice }) => ReactNode;
const PARTS: readonly (readonly [path: string, name: string, part: Part])[] = [
  [ROOT, "Overview", OverviewPart],
  [`${ROOT}/titles`, "Titles", TitlesPart],
  [`${ROOT}/audience`, "Audience", AudiencePart],
  [`${ROOT}/quality`, "Quality", QualityPart],
  [`${ROOT}/searches`, "Searches", SearchesPart],
  [`${ROOT}/rows`, "Rows", RowsPart],
  [`${ROOT}/money`, "Money", MoneyPart],
];
const ALERTS = `${ROOT}/alerts`;

const LINKS = [...PARTS.map(([to, name]) => [to, name] as const), [ALERTS, "Alerts"] as const];

export default function InsightsPage() {
  const [choice, choose] = useChoice();
  return (
    <>
      <PageHeading>Insights</PageHeading>
      <Parts label="Insights" parts={LINKS} keepsSearch />
      <Switch>
        <Route path={ALERTS} component={AlertsPart} />
        <Route>
          <TimeRange choice={choice} choose={choose} />
          <Switch>
            {PARTS.map(([to, , PartOf]) => (
              <Route key={to} path={to}>
                <PartOf choice={choice} />
              </Route>
            ))}
            <Route path={`${ROOT}/titles/:id`}>
              {({ id }) => <TitlePart key={id} id={id} choice={choice} />}
            </Route>
            <Route component={NotFound} />
          </Switch>
        </Route>
      </Switch>
    </>
  );
}
