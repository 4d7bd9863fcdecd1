import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useSearch } from "wouter";
import { sentenceOf } from "../api/problem";
import { Button } from "../design/Button";
import { Alert, Field } from "../design/Field";
import type { SecondFactorAsked } from "../identity/messages";
import { OtherWays } from "../identity/signIn/OtherWays";
import { SecondFactor } from "../identity/signIn/SecondFactor";
import { textOf } from "./formText";
import { Gate } from "./Gate";
import { signIn } from "./session";

export default function SignInPage() {
  const search = useSearch();
  const [asked, setAsked] = useState<SecondFactorAsked | null>(null);
  const attempt = useMutation({ mutationFn: signIn, onSuccess: setAsked });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (attempt.isPending) return;
    const data = new FormData(event.currentTarget);
    attempt.mutate({ email: textOf(data, "email").trim(), password: textOf(data, "password") });
  };
  if (asked) return <SecondFactor asked={asked} back={() => setAsked(null)} />;
  return (
    <Gate title="Sign in">
      <form className="form" onSubmit={submit}>
        {attempt.error && <Alert>{sentenceOf(attempt.error)}</Alert>}
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={128}
        />
        <Button look="primary" wide type="submit" busy={attempt.isPending}>
          {attempt.isPending ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      <p className="gate__forgot">
        <Link className="text-link" href="/forgot-password">
          Forgot your password?
        </Link>
      </p>
      <OtherWays onAsked={setAsked} />
      <p className="gate__other">
        New here?{" "}
        <Link className="text-link" href={`/sign-up${search ? `?${search}` : ""}`}>
          Create an account
        </Link>
      </p>
    </Gate>
  );
}
