import { Field } from "../../design/Field";

/** For a letter's code, where somebody came without its link. */
export function LetterCodeField() {
  return (
    <Field
      label="Code"
      name="code"
      autoComplete="one-time-code"
      required
      maxLength={100}
      hint="It stands in the letter."
    />
  );
}
