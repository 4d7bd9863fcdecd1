// Chooses the stretch of time that a page's figures are of, and what they are held against.
import { useState, type SubmitEvent } from "react";
import { useLocation, useSearch } from "wouter";
import { Button } from "../../design/Button";
import { Alert, Choice as ChoiceField, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import {
  areDays,
  choiceOf,
  COMPARISON_NAMES,
  COMPARISONS,
  daysOf,
  PRESET_NAMES,
  PRESETS,
  searchOf,
  type Choice,
} from "./span";

const OWN = "own";

/** What is chosen, and how something else is; both stand in the page's address. */
export function useChoice(): readonly [Choice, (to: Choice) => void] {
  const search = useSearch();
  const [path, go] = useLocation();
  const choose = (to: Choice) => {
    const asked = searchOf(to);
    go(asked ? `${path}?${asked}` : path, { replace: true });
  };
  return [choiceOf(search), choose];
}

function OwnDays({ choice, choose }: { choice: Choice; choose: (to: Choice) => void }) {
  const [isWrong, setWrong] = useState(false);
  const [{ first, last }] = useState(() => daysOf(choice.span, Date.now()));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const days = { first: textOf(typed, "first"), last: textOf(typed, "last") };
    const isRight = areDays(days.first, days.last);
    setWrong(!isRight);
    if (isRight) choose({ ...choice, span: days });
  };
  return (
    <form className="range__own" onSubmit={submit} aria-label="Own days">
      <Field label="First day" name="first" type="date" required defaultValue={first} />
      <Field label="Last day" name="last" type="date" required defaultValue={last} />
      <Button type="submit">Show</Button>
      {isWrong && <Alert>The last day must not come before the first, nor ten years later.</Alert>}
    </form>
  );
}

export function TimeRange({ choice, choose }: { choice: Choice; choose: (to: Choice) => void }) {
  const { span, compare } = choice;
  const [isOwn, setOwn] = useState(!("preset" in span));
  const pick = (value: string) => {
    const preset = PRESETS.find((one) => one === value);
    setOwn(!preset);
    if (preset) choose({ ...choice, span: { preset } });
  };
  return (
    <div className="range">
      <ChoiceField
        label="Time"
        value={isOwn || !("preset" in span) ? OWN : span.preset}
        onChange={(event) => pick(event.currentTarget.value)}
        options={[...PRESETS.map((one) => [one, PRESET_NAMES[one]] as const), [OWN, "Own days"]]}
      />
      <ChoiceField
        label="Compared with"
        value={compare}
        onChange={(event) => {
          const to = COMPARISONS.find((one) => one === event.currentTarget.value);
          if (to) choose({ ...choice, compare: to });
        }}
        options={COMPARISONS.map((one) => [one, COMPARISON_NAMES[one]] as const)}
      />
      {isOwn && <OwnDays choice={choice} choose={choose} />}
    </div>
  );
}
