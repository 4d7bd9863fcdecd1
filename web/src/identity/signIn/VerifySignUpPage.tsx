import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Problem, sentenceOf } from "../../api/problem";
import { Button, LinkButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { finishSignUp } from "../../session/session";
import { forgetArrivedCode, useArrivedCode } from "../arrival";
import { LetterCodeField } from "./LetterCodeField";

/** Where the letter to somebody who signs up leads: their account begins here. */
export default function VerifySignUpPage() {
  const arrived = useArrivedCode();
  const begin = useMutation({ mutationFn: finishSignUp, onSuccess: forgetArrivedCode });
  // Opened in another browser than the one that signed up: the password says that it is you.
  const needsPassword =
    begin.error instanceof Problem &&
    (begin.error.code === "password_needed" || begin.error.code === "wrong_password");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (begin.isPending) return;
    const data = new FormData(event.currentTarget);
    const password = textOf(data, "password");
    const code = arrived || textOf(data, "code").trim();
    begin.mutate(password ? { code, password } : { code });
  };
  return (
    <Gate title="Confirm your address">
      <form className="form" onSubmit={submit}>
        {begin.error && <Alert>{sentenceOf(begin.error)}</Alert>}
        {!arrived && <LetterCodeField />}
        {needsPassword && (
          <Field
            label="The password you chose"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={128}
          />
        )}
        <Button look="primary" wide type="submit" busy={begin.isPending}>
          Confirm and begin
        </Button>
      </form>
      <p className="gate__other">
        Is the link too old?{" "}
        <LinkButton look="plain" small to="/sign-up">
          Sign up again
        </LinkButton>
      </p>
    </Gate>
  );
}
