import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useLocation } from "wouter";
import { sentenceOf } from "../../api/problem";
import { exchange } from "../../api/transport";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { notify } from "../../design/notice";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { enter } from "../../session/session";
import { forgetArrivedCode, useArrivedCode } from "../arrival";
import type { SecondFactorAsked } from "../messages";
import { LetterCodeField } from "./LetterCodeField";
import { NewPasswordField } from "./NewPasswordField";
import { SecondFactor } from "./SecondFactor";

export default function ResetPasswordPage() {
  const arrived = useArrivedCode();
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<SecondFactorAsked | null>(null);
  const reset = useMutation({
    mutationFn: async (body: { code: string; password: string }) =>
      enter(await exchange("/api/identity/password/reset", { method: "POST", body })),
    onSuccess: (more) => {
      forgetArrivedCode();
      notify("Your password is changed. Every other device was signed out.");
      if (more) setAsked(more);
      else navigate("/", { replace: true });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const code = arrived || textOf(data, "code").trim();
    if (!reset.isPending) reset.mutate({ code, password: textOf(data, "password") });
  };
  if (asked) {
    const leave = (to: string) => () => navigate(to, { replace: true });
    return <SecondFactor asked={asked} back={leave("/sign-in")} onIn={leave("/")} />;
  }
  return (
    <Gate title="Choose a new password">
      <form className="form" onSubmit={submit}>
        {reset.error && <Alert>{sentenceOf(reset.error)}</Alert>}
        {!arrived && <LetterCodeField />}
        <NewPasswordField label="New password" />
        <Button look="primary" wide type="submit" busy={reset.isPending}>
          Change password
        </Button>
      </form>
      <p className="gate__other">
        Is the link too old?{" "}
        <Link className="text-link" href="/forgot-password">
          Ask for a new one
        </Link>
      </p>
    </Gate>
  );
}
