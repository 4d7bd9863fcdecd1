import { expect, it } from "vitest";
import { changeFrom, creditsFrom, draftFrom, listOf } from "./titleFields";

const FORM: Record<string, string> = {
  name: " Low Tide ",
  year: "2021",
  maturity_age: "12",
  genres: "Drama, , Drama,Mystery",
  director: "Ines Okafor",
  cast: "Maren Holt\nDele Adeyemi",
  kind: "film",
  language: "en",
};
const read = (fields: Record<string, string>) => (name: string) => fields[name] ?? "";

it("reads lists from commas and lines, each part once", () => {
  expect(listOf(" a, b\nc ,a,")).toEqual(["a", "b", "c"]);
  expect(listOf("  ")).toEqual([]);
});

it("makes a change out of the form", () => {
  expect(changeFrom(read(FORM))).toEqual({
    name: "Low Tide",
    tagline: "",
    description: "",
    year: 2021,
    maturity_age: 12,
    genres: ["Drama", "Mystery"],
    moods: [],
    keywords: [],
  });
});

it("says nothing of the year when it is left empty", () => {
  expect(changeFrom(read({ ...FORM, year: "" })).year).toBeNull();
});

it("sends an episode's place in its series, and only an episode's", () => {
  const place = { series_slug: "orbit", season: "0", episode: "3" };
  expect(draftFrom(read({ ...FORM, ...place }))).not.toHaveProperty("series_slug");
  expect(draftFrom(read({ ...FORM, ...place, kind: "episode" }))).toMatchObject({
    series_slug: "orbit",
    season: 0,
    episode: 3,
  });
});

it("reads people by what they did, for a new title", () => {
  const people = [
    { name: "Ines Okafor", role: "director" },
    { name: "Maren Holt", role: "cast" },
    { name: "Dele Adeyemi", role: "cast" },
  ];
  expect(creditsFrom(read(FORM))).toEqual(people);
  expect(draftFrom(read(FORM)).credits).toEqual(people);
});

it("says to which title a trailer belongs, and nothing else does", () => {
  const place = { belongs_to_slug: " low-tide " };
  expect(draftFrom(read({ ...FORM, ...place, kind: "trailer" }))).toMatchObject({
    kind: "trailer",
    belongs_to_slug: "low-tide",
  });
  expect(draftFrom(read({ ...FORM, ...place }))).not.toHaveProperty("belongs_to_slug");
});
