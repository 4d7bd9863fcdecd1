import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { plansQuery } from "../../api/queries";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { WindowFields } from "../workflow/WindowFields";
import { renewRows, saveRow } from "./queries";
import { EVERY_DAY, messageOf, rowProblem, type RowDraft } from "./rowDraft";
import { dayName } from "./rowWords";
import { TitlesPicker } from "./TitlesPicker";

interface RowFormProps {
  draft: RowDraft;
  onChange: (draft: RowDraft) => void;
  onDone: () => void;
}

type PartProps = Pick<RowFormProps, "draft" | "onChange">;

const TITLES_MAX = 100;
const SHOWN_AS = [
  ["row", "A row of the page"],
  ["hero", "The title that opens it"],
] as const;
const VIEWERS = [
  ["everybody", "Everybody"],
  ["children", "Profiles of children"],
  ["grown_ups", "Other profiles"],
] as const;

function What({ draft, onChange }: PartProps) {
  const isHero = draft.shownAs === "hero";
  return (
    <>
      <div className="studio__pair">
        <Choice
          label="Shown as"
          options={SHOWN_AS}
          value={draft.shownAs}
          onChange={({ target }) =>
            onChange({ ...draft, shownAs: target.value as RowDraft["shownAs"] })
          }
        />
        <Field
          label="Name"
          required
          maxLength={80}
          value={draft.name}
          onChange={({ target }) => onChange({ ...draft, name: target.value })}
          hint={isHero ? "For you; viewers see the title’s" : undefined}
        />
      </div>
      <Field
        label="Reason"
        maxLength={200}
        value={draft.reason}
        onChange={({ target }) => onChange({ ...draft, reason: target.value })}
        hint="Why it is shown, in a sentence"
      />
      <TitlesPicker
        label="Titles in their order"
        add="Add a title"
        titles={draft.titles}
        onChange={(titles) => onChange({ ...draft, titles })}
        most={TITLES_MAX}
      />
      {!isHero && (
        <Field
          label="Place"
          type="number"
          min={1}
          max={20}
          value={draft.place}
          onChange={({ target }) => onChange({ ...draft, place: target.value })}
          hint="Which row of the page, from 1. Empty: where it suits each profile"
        />
      )}
    </>
  );
}

function HoursFields({ draft, onChange }: PartProps) {
  const { hours } = draft;
  const set = (change: Partial<RowDraft["hours"]>) =>
    onChange({ ...draft, hours: { ...hours, ...change } });
  return (
    <fieldset className="window">
      <legend>Hours</legend>
      <label className="window__tick">
        <input
          type="checkbox"
          checked={draft.hasHours}
          onChange={({ target }) => onChange({ ...draft, hasHours: target.checked })}
        />
        Only at some hours
      </label>
      {draft.hasHours && (
        <>
          <fieldset className="window__ticks">
            <legend>Days</legend>
            {EVERY_DAY.map((day) => (
              <label key={day} className="window__tick">
                <input
                  type="checkbox"
                  checked={hours.days.includes(day)}
                  onChange={({ target }) =>
                    set({
                      days: EVERY_DAY.filter((one) =>
                        one === day ? target.checked : hours.days.includes(one),
                      ),
                    })
                  }
                />
                {dayName(day)}
              </label>
            ))}
          </fieldset>
          <div className="studio__pair">
            <Field
              label="From the hour"
              type="time"
              value={hours.starts}
              onChange={({ target }) => set({ starts: target.value })}
            />
            <Field
              label="Until the hour"
              type="time"
              value={hours.ends}
              onChange={({ target }) => set({ ends: target.value })}
              hint="Earlier: past midnight"
            />
            <Field
              label="Time zone"
              value={hours.time_zone}
              onChange={({ target }) => set({ time_zone: target.value })}
              hint="Such as Europe/Berlin"
            />
          </div>
        </>
      )}
    </fieldset>
  );
}

function Audience({ draft, onChange }: PartProps) {
  const plans = useQuery(plansQuery);
  return (
    <>
      <WindowFields
        number={1}
        draft={draft.window}
        plans={(plans.data ?? []).map(({ code, name }) => [code, name] as const)}
        problem={null}
        onChange={(window) => onChange({ ...draft, window })}
      />
      <HoursFields draft={draft} onChange={onChange} />
      <div className="studio__pair">
        <Choice
          label="Viewers"
          options={VIEWERS}
          value={draft.viewers}
          onChange={({ target }) =>
            onChange({ ...draft, viewers: target.value as RowDraft["viewers"] })
          }
        />
        <Field
          label="Languages"
          value={draft.languages}
          onChange={({ target }) => onChange({ ...draft, languages: target.value })}
          hint="Of profiles, such as de, pt-BR. Empty: all"
        />
      </div>
    </>
  );
}

/** A row or hero while it is edited; what it would look like stands beside it. */
export function RowForm({ draft, onChange, onDone }: RowFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: () => saveRow(draft.id, messageOf(draft)),
    onSuccess: async () => {
      await renewRows();
      onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wrong = rowProblem(draft);
    setProblem(wrong);
    if (wrong === null && !saving.isPending) saving.mutate();
  };
  const title = draft.id === null ? "Add to the programme" : `Edit ${draft.name}`;
  return (
    <form className="form studio__form" onSubmit={submit} aria-label={title}>
      <What draft={draft} onChange={onChange} />
      <Audience draft={draft} onChange={onChange} />
      {(problem ?? saving.error) && <Alert>{problem ?? sentenceOf(saving.error)}</Alert>}
      <div className="studio__buttons">
        <Button look="primary" type="submit" busy={saving.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
