// The workflow in words.
import { languageName } from "../languageNames";
import type { Act, Deed, Standing, Workflow } from "./messages";

export const ACTS: Record<Act, string> = {
  submit: "Submit for review",
  return: "Send back",
  approve: "Approve",
  schedule: "Schedule",
  publish: "Publish now",
  withdraw: "Withdraw",
  reopen: "Work on it again",
};

const STANDINGS: Record<Standing, string> = {
  draft: "A draft: nobody sees it.",
  review: "In review: nobody sees it until it is approved.",
  scheduled: "Approved, and published by itself at its moment.",
  released: "Released: viewers see it as soon as it can be played.",
  withdrawn: "Withdrawn: nobody sees it.",
};

const VERBS: Record<Deed["verb"], string> = {
  made: "made the title",
  changed: "changed",
  undone: "undid a change of",
  proposed: "proposed to change",
  amended: "approved a change of",
  discarded: "discarded proposed changes of",
  said: "said",
  artwork: "changed the artwork",
  film: "changed the film",
  subtitles: "changed the subtitles",
  submitted: "submitted it for review",
  returned: "sent it back",
  approved: "approved it",
  scheduled: "scheduled it",
  published: "published it",
  withdrawn: "withdrew it",
  reopened: "took it up again",
};

/** What is told with the fields that it was done to. */
const TELLS_FIELDS: ReadonlySet<Deed["verb"]> = new Set([
  "changed",
  "undone",
  "proposed",
  "amended",
  "discarded",
]);

const FIELDS: Record<string, string> = {
  maturity_age: "age rating",
  external_ids: "numbers elsewhere",
  texts: "other languages",
};

/** Where a title stands, as a sentence. */
export function standingSentence({ standing, publish_at }: Workflow): string {
  return standing === "scheduled" && publish_at
    ? `Approved; published on ${momentOf(publish_at)}.`
    : STANDINGS[standing];
}

/** A moment with its second, where the reader is. */
export const momentOf = (moment: string): string =>
  new Date(moment).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** The name of a field as people say it; pictures of a language are called `poster:de`. */
export function fieldName(field: string): string {
  const [name = field, language] = field.split(":");
  const words = FIELDS[name] ?? name.replaceAll("_", " ");
  return language ? `${words} (${languageName(language)})` : words;
}

/** Whether a field's value is the address of a picture. */
export const isPicture = (field: string): boolean => /^(poster|backdrop)(:|$)/.test(field);

/** What somebody did, without their name: "changed name and year". */
export function deedSentence({ verb, after }: Deed): string {
  if (!TELLS_FIELDS.has(verb)) return VERBS[verb];
  const names = Object.keys(after).map(fieldName);
  const list = new Intl.ListFormat("en", { type: "conjunction" }).format(names);
  return `${VERBS[verb]} ${list}`;
}

/** A value of a field, short enough for a line. */
export function valueText(value: unknown): string {
  if (value === null || value === "") return "nothing";
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    return value.map(itemText).join(", ");
  }
  return itemText(value);
}

interface FileTold {
  file_name: string;
  language?: string;
}

const fileText = ({ file_name, language }: FileTold): string =>
  language ? `${file_name} (${languageName(language)})` : file_name;

function itemText(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    // A film or a subtitle file: where it lies is nobody's business.
    if ("file_name" in value) return fileText(value as FileTold);
    const kept = Object.values(value).filter((one) => one !== null && one !== "");
    return kept.map((one) => valueText(one)).join(" · ") || "nothing";
  }
  return String(value);
}
