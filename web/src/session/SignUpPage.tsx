import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Link, useSearch } from "wouter";
import { sentenceOf } from "../api/problem";
import { Button } from "../design/Button";
import { Alert, Field } from "../design/Field";
import { NewPasswordField } from "../identity/signIn/NewPasswordField";
import { textOf } from "./formText";
import { Gate } from "./Gate";
import { signUp } from "./session";

export default function SignUpPage() {
  const search = useSearch();
  const attempt = useMutation({ mutationFn: signUp });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (attempt.isPending) return;
    const data = new FormData(event.currentTarget);
    attempt.mutate({
      email: textOf(data, "email").trim(),
      password: textOf(data, "password"),
      profile_name: textOf(data, "profile_name").trim(),
    });
  };
  if (attempt.data) {
    return (
      <Gate title="Look into your mail">
        <p role="status">
          A letter is on its way to {attempt.data.email}. Open the link in it to begin; it works
          once, for ten minutes.
        </p>
        <p className="gate__other">
          Nothing came? Look among unwanted mail, or{" "}
          <button type="button" className="text-link" onClick={() => attempt.reset()}>
            sign up again
          </button>
          .
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Create account">
      <form className="form" onSubmit={submit}>
        {attempt.error && <Alert>{sentenceOf(attempt.error)}</Alert>}
        <Field
          label="Your name"
          name="profile_name"
          autoComplete="given-name"
          required
          maxLength={40}
          hint="Shown on your profile. You can add more people later."
        />
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
        <NewPasswordField />
        <Button look="primary" wide type="submit" busy={attempt.isPending}>
          {attempt.isPending ? "Creating your account…" : "Create account"}
        </Button>
      </form>
      <p className="gate__other">
        Already a member?{" "}
        <Link className="text-link" href={`/sign-in${search ? `?${search}` : ""}`}>
          Sign in instead
        </Link>
      </p>
    </Gate>
  );
}
