// A variant as a form holds it.
import type { Settings, Variable } from "./messages";
import { typedValue } from "./readings";

export interface Typed {
  key: number;
  name: string;
  weight: string;
  /** What was typed, by name of variable. */
  values: Readonly<Record<string, string>>;
}

const NAMES = ["As usual", "Variant B", "Variant C", "Variant D", "Variant E", "Variant F"];

export const variant = (key: number): Typed => ({
  key,
  name: NAMES[key] ?? "",
  weight: "1",
  values: {},
});

/** What a variant turns, of the variables of a layer. */
export function settingsOf({ values }: Typed, variables: readonly Variable[]): Settings {
  return Object.fromEntries(
    variables.flatMap((variable) => {
      const value = typedValue(values[variable.name] ?? "", variable);
      return value === null ? [] : [[variable.name, value]];
    }),
  );
}
