import { expect, it } from "vitest";
import { changeFrom, draftFrom, listOf, namesOf } from "./titleFields";

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
    credits: [
      { name: "Ines Okafor", role: "director" },
      { name: "Maren Holt", role: "cast" },
      { name: "Dele Adeyemi", role: "cast" },
    ],
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

it("shows credits as they are typed", () => {
  const { credits } = changeFrom(read(FORM));
  expect(namesOf(credits ?? [], "cast")).toBe("Maren Holt, Dele Adeyemi");
});
