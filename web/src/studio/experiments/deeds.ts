// What can be done about an experiment, each with what is asked before.
import type { Experiment } from "./messages";
import { actOn, adoptVariant, removeExperiment, stopVariant } from "./queries";
import { shareWords } from "./readings";

/** Something that is asked once more before it is done. */
export interface Deed {
  act: string;
  question: string;
  meaning: string;
  do: () => Promise<unknown>;
  leaves?: boolean;
}

export const begin = ({ id, share }: Experiment): Deed => ({
  act: "Begin",
  question: "Begin this experiment?",
  meaning: `${shareWords(share ?? 1)} of all profiles take part from their next page or play on.`,
  do: () => actOn(id, "start"),
});
export const end = ({ id }: Experiment): Deed => ({
  act: "End it",
  question: "End this experiment?",
  meaning: "Everybody is shown what is usual again. What is known of it stays.",
  do: () => actOn(id, "end"),
});
export const remove = ({ id, name }: Experiment): Deed => ({
  act: "Remove",
  question: `Remove ${name}?`,
  meaning: "All that is known of it goes with it.",
  do: () => removeExperiment(id),
  leaves: true,
});
export const stop = ({ id }: Experiment, key: string, name: string): Deed => ({
  act: "Stop it",
  question: `Stop ${name}?`,
  meaning: "Its profiles are shown what the first variant’s are, until the experiment ends.",
  do: () => stopVariant(id, key),
});
export const adopt = ({ id }: Experiment, key: string, name: string): Deed => ({
  act: "Adopt it",
  question: `Show ${name} to everybody?`,
  meaning: "It holds for all profiles from their next page or play on, until you take it back.",
  do: () => adoptVariant(id, key),
});
