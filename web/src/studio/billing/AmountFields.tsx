import { Field } from "../../design/Field";

interface AmountFieldsProps {
  label?: string;
  /** What is wrong with the amount that was typed. */
  error?: string | undefined;
  currency?: string;
}

/** An amount and its currency, to be read by `amountOf`. */
export function AmountFields({ label = "Amount", error, currency = "EUR" }: AmountFieldsProps) {
  return (
    <>
      <Field label={label} name="amount" inputMode="decimal" required error={error} />
      <Field
        label="Currency"
        name="currency"
        required
        defaultValue={currency}
        pattern="[A-Za-z]{3}"
        maxLength={3}
      />
    </>
  );
}

export const NO_AMOUNT = "Write an amount of the currency, like 9.99.";
