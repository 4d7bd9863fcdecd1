import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { Link, useSearch } from "wouter";
import { sentenceOf } from "../api/problem";
import { Button } from "../design/Button";
import { Alert, Field } from "../design/Field";
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
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={128}
          hint="At least 10 characters. A short sentence is easy to remember."
        />
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
