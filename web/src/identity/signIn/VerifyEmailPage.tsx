import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { exchange } from "../../api/transport";
import { Button, LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { reloadSession, useSession } from "../../session/session";
import { forgetArrivedCode, useArrivedCode } from "../arrival";
import { renewSecurity } from "../queries";
import { LetterCodeField } from "./LetterCodeField";

/** Where a letter about an account's address leads. */
export default function VerifyEmailPage() {
  const arrived = useArrivedCode();
  const session = useSession();
  const isIn = session.status === "signed_in";
  const verify = useMutation({
    mutationFn: async (code: string) => {
      await exchange("/api/identity/email/verify", { method: "POST", body: { code } });
      forgetArrivedCode();
      if (isIn) await Promise.all([reloadSession(), renewSecurity()]);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = textOf(new FormData(event.currentTarget), "code").trim();
    if (!verify.isPending) verify.mutate(arrived || typed);
  };
  if (verify.isSuccess) {
    return (
      <Gate title="Your address is confirmed">
        <p role="status">Letters about your account come here from now on.</p>
        <p className="gate__other">
          <LinkButton look="primary" wide to={isIn ? "/account/security" : "/sign-in"}>
            {isIn ? "Go to your account" : "Sign in"}
          </LinkButton>
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Confirm your address">
      <form className="form" onSubmit={submit}>
        {verify.error && <Alert>{sentenceOf(verify.error)}</Alert>}
        {!arrived && <LetterCodeField />}
        <Button look="primary" wide type="submit" busy={verify.isPending}>
          Confirm
        </Button>
      </form>
    </Gate>
  );
}
