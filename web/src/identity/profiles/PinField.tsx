import { Field } from "../../design/Field";

/** Four digits, unseen by those who look over the shoulder. */
export function PinField({ label = "PIN", hint }: { label?: string; hint?: string }) {
  return (
    <Field
      label={label}
      name="pin"
      type="password"
      inputMode="numeric"
      autoComplete="off"
      pattern="[0-9]{4}"
      minLength={4}
      maxLength={4}
      required
      hint={hint ?? "Four digits."}
    />
  );
}
