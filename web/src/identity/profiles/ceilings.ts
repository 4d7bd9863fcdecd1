// Which ceilings a profile can be given, in the words of the territory's own rating system.
import type { RatingSystem } from "../messages";

/** Titles above this age do not belong in a children's profile. */
export const KIDS_AGE_MAX = 8;
export const AGE_MAX = 18;

type Choice = readonly [value: string, name: string];

/** From everything down to what is for all; `now` is among them whatever the system says. */
export function ceilingChoices(system: RatingSystem, isKids: boolean, now: number): Choice[] {
  const highest = isKids ? KIDS_AGE_MAX : AGE_MAX - 1;
  const names = new Map<number, string>(system.steps.map(({ age, name }) => [age, name]));
  if (!names.has(now)) names.set(now, `age ${now}`);
  const ages = [...names.keys()].filter((age) => age <= highest).sort((a, b) => b - a);
  const choices = ages.map((age): Choice => {
    const name = names.get(age) ?? "";
    return [`${age}`, age === 0 ? name : `Up to ${name}`];
  });
  return isKids ? choices : [[`${AGE_MAX}`, "Everything"], ...choices];
}

/** The ceiling after a profile became a children's one, or ceased to be: the highest that fits. */
export function ceilingFor(choices: readonly Choice[], now: number): number {
  const fitting = choices.map(([value]) => Number(value)).filter((age) => age <= now);
  return Math.max(0, ...fitting);
}
