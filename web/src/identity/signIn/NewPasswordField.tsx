import { Field } from "../../design/Field";

/** The rules are the server's; these are what a browser can say before. */
export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 128;

export function NewPasswordField({ label = "Password" }: { label?: string }) {
  return (
    <Field
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      required
      minLength={PASSWORD_LENGTH_MIN}
      maxLength={PASSWORD_LENGTH_MAX}
      hint={`At least ${PASSWORD_LENGTH_MIN} characters of any kind. A short sentence is easy to remember.`}
    />
  );
}
