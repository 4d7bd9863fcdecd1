import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { takeProfile } from "../../session/session";
import { useLocation } from "wouter";
import { forgetArrivedCode, useArrivedCode } from "../arrival";
import { LetterCodeField } from "../signIn/LetterCodeField";
import { NewPasswordField } from "../signIn/NewPasswordField";

/** Where the letter to somebody leads whose profile becomes an account of its own. */
export default function MoveProfilePage() {
  const arrived = useArrivedCode();
  const [, navigate] = useLocation();
  const take = useMutation({
    mutationFn: takeProfile,
    onSuccess: () => {
      forgetArrivedCode();
      navigate("/", { replace: true });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (take.isPending) return;
    const data = new FormData(event.currentTarget);
    const code = arrived || textOf(data, "code").trim();
    take.mutate({ code, password: textOf(data, "password") });
  };
  return (
    <Gate title="An account of your own">
      <form className="form" onSubmit={submit}>
        <p className="muted">
          Your profile moves here with its history, its list and its recommendations. Choose a
          password to sign in with from now on.
        </p>
        {take.error && <Alert>{sentenceOf(take.error)}</Alert>}
        {!arrived && <LetterCodeField />}
        <NewPasswordField />
        <Button look="primary" wide type="submit" busy={take.isPending}>
          Take my profile along
        </Button>
      </form>
    </Gate>
  );
}
