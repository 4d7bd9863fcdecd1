// What became of a sheet, in words.
import type { SheetImport } from "./messages";

const titles = (count: number) => (count === 1 ? "1 title" : `${count} titles`);

/** One sentence; what is wrong with single lines stands in a table. */
export function outcomeOf({ state, is_trial, made, changed, errors_all }: SheetImport): string {
  switch (state) {
    case "waiting":
      return "Waits for a worker.";
    case "working":
      return is_trial ? "Is being looked at." : "Is being brought in.";
    case "refused":
      return `Nothing was changed: ${errors_all === 1 ? "1 thing is" : `${errors_all} things are`} wrong.`;
    case "failed":
      return "Nothing was changed: something went wrong here. Please send it again.";
    case "done":
      return is_trial
        ? `Nothing is wrong: ${titles(made)} would be made and ${changed} changed.`
        : `${titles(made)} made and ${changed} changed.`;
  }
}
