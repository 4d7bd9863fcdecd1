import { Button } from "../../design/Button";
import { Field } from "../../design/Field";
import { PLATFORMS, type WindowDraft } from "./windows";

interface WindowFieldsProps {
  number: number;
  draft: WindowDraft;
  plans: readonly (readonly [code: string, name: string])[];
  problem: string | null;
  onChange: (draft: WindowDraft) => void;
  /** Left out where there is but one, which may be empty. */
  onRemove?: () => void;
}

interface TicksProps<T extends string> {
  legend: string;
  hint: string;
  options: readonly (readonly [value: T, name: string])[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
}

function Ticks<T extends string>({ legend, hint, options, chosen, onChange }: TicksProps<T>) {
  return (
    <fieldset className="window__ticks">
      <legend>{legend}</legend>
      {options.map(([value, name]) => (
        <label key={value} className="window__tick">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChange(
                target.checked ? [...chosen, value] : chosen.filter((other) => other !== value),
              )
            }
          />
          {name}
        </label>
      ))}
      <span className="field__hint">{hint}</span>
    </fieldset>
  );
}

/** One rights window while it is edited. */
export function WindowFields(props: WindowFieldsProps) {
  const { number, draft, plans, problem, onChange, onRemove } = props;
  const unknown = draft.plans.filter((code) => !plans.some(([known]) => known === code));
  return (
    <fieldset className="window">
      <legend>{onRemove ? `Window ${number}` : "Where and when"}</legend>
      <div className="studio__pair">
        <Field
          label="From"
          type="datetime-local"
          step={1}
          value={draft.startsAt}
          onChange={({ target }) => onChange({ ...draft, startsAt: target.value })}
          hint="Empty: ever since"
        />
        <Field
          label="Until just before"
          type="datetime-local"
          step={1}
          value={draft.endsAt}
          onChange={({ target }) => onChange({ ...draft, endsAt: target.value })}
          hint="Empty: without end"
        />
      </div>
      <Field
        label="Countries"
        value={draft.territories}
        onChange={({ target }) => onChange({ ...draft, territories: target.value })}
        hint="Codes of two letters with commas between, such as IS, NO. Empty: everywhere"
        error={problem ?? undefined}
      />
      <div className="studio__pair">
        <Ticks
          legend="Plans"
          hint="None: whoever signs in"
          options={[...plans, ...unknown.map((code) => [code, code] as const)]}
          chosen={draft.plans}
          onChange={(chosen) => onChange({ ...draft, plans: chosen })}
        />
        <Ticks
          legend="Devices"
          hint="None: every kind"
          options={PLATFORMS}
          chosen={draft.platforms}
          onChange={(chosen) => onChange({ ...draft, platforms: chosen })}
        />
      </div>
      {onRemove && (
        <Button small look="danger" icon="trash" onClick={onRemove}>
          Remove window {number}
        </Button>
      )}
    </fieldset>
  );
}
