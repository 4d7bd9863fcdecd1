import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../api/client";
import { sentenceOf } from "../api/problem";
import type { Session } from "../api/messages";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert, Field } from "../design/Field";
import { LoadingPart } from "../design/States";
import { textOf } from "../session/formText";
import { goOn } from "../session/session";
import { answerStepUp } from "../session/stepUp";
import type { PasskeyAsked, Security } from "./messages";
import { canUsePasskeys, signedByPasskey } from "./passkeys";
import { securityQuery } from "./queries";

const STEP_UP = "/api/identity/step-up";

type Way = "passkey" | "words";

const OTHER: Record<Way, string> = {
  passkey: "Use a passkey",
  words: "Use something you know",
};

/** What is typed in: an account with a second factor shows both. */
interface Typed {
  password: boolean;
  code: boolean;
}

function typedBy({ has_password, totp, passkeys }: Security): Typed {
  return { password: has_password, code: totp || passkeys.length > 0 };
}

function waysOf({ passkeys }: Security): Way[] {
  return passkeys.length > 0 && canUsePasskeys() ? ["passkey", "words"] : ["words"];
}

/** Six digits come from an app, anything else is a recovery code. */
function proofOf(data: FormData) {
  const password = textOf(data, "password");
  const code = textOf(data, "code").replaceAll(/\s/g, "");
  return {
    ...(password && { password }),
    ...(code && (/^[0-9]{6}$/.test(code) ? { code } : { recovery_code: code })),
  };
}

async function byPasskey() {
  const path = `${STEP_UP}/passkey`;
  const asked = await call<PasskeyAsked>(path, { method: "POST", body: {} });
  return { passkey_ticket: asked.ticket, credential: await signedByPasskey(asked.options) };
}

const useProof = () =>
  useMutation({
    mutationFn: async (proof: ReturnType<typeof proofOf> | null) =>
      call<Session>(STEP_UP, { method: "POST", body: proof ?? (await byPasskey()) }),
    onSuccess: (session) => {
      goOn(session);
      answerStepUp(true);
    },
  });

function Proof({ way, typed }: { way: Way; typed: Typed }) {
  if (way === "passkey") {
    return <p>Your browser will ask for your fingerprint, face, PIN or security key.</p>;
  }
  return (
    <>
      {typed.password && (
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={128}
        />
      )}
      {typed.code && (
        <Field
          label="Code from your app, or a recovery code"
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          required
          maxLength={40}
        />
      )}
    </>
  );
}

function Question({ ways, typed }: { ways: readonly Way[]; typed: Typed }) {
  const [way, setWay] = useState<Way>(ways[0] ?? "words");
  const attempt = useProof();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (attempt.isPending) return;
    attempt.mutate(way === "passkey" ? null : proofOf(new FormData(event.currentTarget)));
  };
  return (
    <form className="form" onSubmit={submit}>
      {attempt.error && <Alert>{sentenceOf(attempt.error)}</Alert>}
      <Proof way={way} typed={typed} />
      <div className="acts">
        <Button look="primary" type="submit" busy={attempt.isPending}>
          Continue
        </Button>
        <Button onClick={() => answerStepUp(false)}>Cancel</Button>
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button
              key={other}
              look="plain"
              onClick={() => {
                attempt.reset();
                setWay(other);
              }}
            >
              {OTHER[other]}
            </Button>
          ))}
      </div>
    </form>
  );
}

/** Asks who is there before something that could lock the owner of an account out. */
export default function StepUpDialog() {
  const { data, error } = useQuery(securityQuery);
  return (
    <Dialog title="Is it you?" actions={null} onClose={() => answerStepUp(false)}>
      <p className="muted dialog__lead">
        This changes something important, so please show it again.
      </p>
      {data ? (
        <Question ways={waysOf(data)} typed={typedBy(data)} />
      ) : error ? (
        <Alert>{sentenceOf(error)}</Alert>
      ) : (
        <LoadingPart />
      )}
    </Dialog>
  );
}
