import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Link } from "wouter";
import { sentenceOf } from "../../api/problem";
import { exchange } from "../../api/transport";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";

export default function ForgotPasswordPage() {
  const letter = useMutation({
    mutationFn: (email: string) =>
      exchange("/api/identity/password/forgot", { method: "POST", body: { email } }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!letter.isPending) letter.mutate(textOf(new FormData(event.currentTarget), "email").trim());
  };
  if (letter.isSuccess) {
    return (
      <Gate title="Look into your mail">
        <p role="status">
          If there is an account with {letter.variables}, a letter with a link is on its way. The
          link works once, for ten minutes.
        </p>
        <p className="gate__other">
          Nothing came? Look among unwanted mail, or{" "}
          <button type="button" className="text-link" onClick={() => letter.reset()}>
            try another address
          </button>
          .
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Forgot your password?">
      <form className="form" onSubmit={submit}>
        {letter.error && <Alert>{sentenceOf(letter.error)}</Alert>}
        <Field
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          hint="We send you a letter with a link to choose a new one."
        />
        <Button look="primary" wide type="submit" busy={letter.isPending}>
          Send me a link
        </Button>
      </form>
      <p className="gate__other">
        It came back to you?{" "}
        <Link className="text-link" href="/sign-in">
          Sign in
        </Link>
      </p>
    </Gate>
  );
}
