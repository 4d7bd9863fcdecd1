// Rights windows as a form holds them: texts while somebody types, messages when they are sent.
import type { Platform, RightsWindow } from "./messages";

export const PLATFORMS: readonly (readonly [value: Platform, name: string])[] = [
  ["browser", "Browsers"],
  ["tv", "Televisions"],
  ["app", "Apps"],
];

/** A window that is being edited; moments are local, as an input of a date and time has them. */
export interface WindowDraft {
  /** Tells drafts apart while they are moved and removed. */
  key: number;
  territories: string;
  plans: string[];
  platforms: Platform[];
  startsAt: string;
  endsAt: string;
}

let lastKey = 0;

export function emptyDraft(): WindowDraft {
  lastKey += 1;
  return { key: lastKey, territories: "", plans: [], platforms: [], startsAt: "", endsAt: "" };
}

export function draftOf(window: RightsWindow): WindowDraft {
  return {
    ...emptyDraft(),
    territories: (window.territories ?? []).join(", "),
    plans: window.plans ?? [],
    platforms: window.platforms ?? [],
    startsAt: localMoment(window.starts_at),
    endsAt: localMoment(window.ends_at),
  };
}

/** What is wrong with a draft, as a sentence; null if nothing is. */
export function draftProblem(draft: WindowDraft): string | null {
  const wrong = codesIn(draft.territories).filter((code) => !/^[A-Z]{2}$/.test(code));
  if (wrong.length > 0) {
    return `${wrong.join(", ")}: countries are two letters each, such as IS or DE.`;
  }
  if (draft.startsAt && draft.endsAt && draft.startsAt >= draft.endsAt) {
    return "It must begin before it ends.";
  }
  return null;
}

export function windowOf(draft: WindowDraft): RightsWindow {
  return {
    territories: codesIn(draft.territories),
    plans: draft.plans,
    platforms: draft.platforms,
    starts_at: isoMoment(draft.startsAt),
    ends_at: isoMoment(draft.endsAt),
  };
}

/** The codes in a text, each once. */
export function codesIn(text: string): string[] {
  return [...new Set(text.toUpperCase().split(/[\s,;]+/))].filter(Boolean);
}

/** A moment as an input of a local date and time shows it, with its second. */
export function localMoment(moment: string | null | undefined): string {
  if (!moment) return "";
  const at = new Date(moment);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** What such an input says, as a moment; null for nothing. */
export const isoMoment = (local: string): string | null =>
  local === "" ? null : new Date(local).toISOString();

/** For whom a window is, in words. */
export function audienceOf({ territories, plans, platforms }: RightsWindow): string {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  const parts = [
    (territories ?? []).map((code) => names.of(code) ?? code).join(", "),
    (plans ?? []).map((plan) => `plan ${plan}`).join(", "),
    PLATFORMS.filter(([value]) => platforms?.includes(value))
      .map(([, name]) => name.toLowerCase())
      .join(", "),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : "everybody";
}
