import { Button } from "../../design/Button";
import { Choice, Field } from "../../design/Field";
import type { Variable } from "./messages";
import type { Typed } from "./typedVariant";

const shortName = ({ name }: Variable) => name.slice(name.indexOf(".") + 1).replaceAll("_", " ");

function boundsOf({ low, high, unit, usual }: Variable): string {
  const usually = usual === null ? "as the settings say" : `${usual}`;
  return `${low} to ${high} ${unit ?? ""}; usually ${usually}`;
}

interface VariableFieldProps {
  variable: Variable;
  text: string;
  onChange: (text: string) => void;
}

function VariableField({ variable, text, onChange }: VariableFieldProps) {
  const label = shortName(variable);
  const { choices = [], sentence } = variable;
  if (choices.length > 0) {
    return (
      <Choice
        label={label}
        hint={sentence}
        options={[
          ["", `As usual (${variable.usual})`],
          ...choices.map((one) => [one, one] as const),
        ]}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  return (
    <Field
      label={label}
      hint={`${sentence} (${boundsOf(variable)})`}
      inputMode="decimal"
      value={text}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

interface VariantFieldsProps {
  typed: Typed;
  variables: readonly Variable[];
  onChange: (typed: Typed) => void;
  onRemove?: () => void;
}

/** A variant while it is planned. */
export function VariantFields({ typed, variables, onChange, onRemove }: VariantFieldsProps) {
  return (
    <fieldset className="variant">
      <legend>{typed.name || "Variant"}</legend>
      <div className="studio__pair">
        <Field
          label="Name"
          required
          maxLength={80}
          value={typed.name}
          onChange={({ target }) => onChange({ ...typed, name: target.value })}
        />
        <Field
          label="Weight"
          type="number"
          min={1}
          max={100}
          required
          value={typed.weight}
          onChange={({ target }) => onChange({ ...typed, weight: target.value })}
          hint="Its part of the profiles, next to the others’"
        />
      </div>
      <details className="studio__more" open={onRemove !== undefined}>
        <summary>What it turns</summary>
        <div className="studio__pair">
          {variables.map((variable) => (
            <VariableField
              key={variable.name}
              variable={variable}
              text={typed.values[variable.name] ?? ""}
              onChange={(text) =>
                onChange({ ...typed, values: { ...typed.values, [variable.name]: text } })
              }
            />
          ))}
        </div>
      </details>
      {onRemove && (
        <Button small look="danger" icon="trash" onClick={onRemove}>
          Remove {typed.name || "this variant"}
        </Button>
      )}
    </fieldset>
  );
}
