import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { bodyOf, exchange } from "../../api/transport";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { enter } from "../../session/session";
import type { FactorWay, PasskeyAsked, SecondFactorAsked } from "../messages";
import { canUsePasskeys, signedByPasskey } from "../passkeys";

const OTHER: Record<FactorWay, string> = {
  totp: "Use a code from your app",
  passkey: "Use a passkey",
  recovery_code: "Use a recovery code",
};

async function byPasskey(ticket: string) {
  const answer = await exchange("/api/identity/sign-in/second/passkey", {
    method: "POST",
    body: { ticket },
  });
  const asked = await bodyOf<PasskeyAsked>(answer);
  return { passkey_ticket: asked.ticket, credential: await signedByPasskey(asked.options) };
}

function CodeField({ way }: { way: FactorWay }) {
  if (way === "recovery_code") {
    return (
      <Field
        key="recovery"
        label="Recovery code"
        name="code"
        autoComplete="off"
        autoCapitalize="none"
        required
        maxLength={40}
        hint="One of those that you put away when you switched this on. Each works once."
      />
    );
  }
  return (
    <Field
      key="code"
      label="Code from your app"
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="\s*[0-9]{3}\s?[0-9]{3}\s*"
      required
      hint="Six digits, new every 30 seconds."
    />
  );
}

interface SecondFactorProps {
  asked: SecondFactorAsked;
  /** Goes back to the password. */
  back: () => void;
  /** Once somebody is in. */
  onIn?: () => void;
}

/** The second half of signing in. */
export function SecondFactor({ asked, back, onIn }: SecondFactorProps) {
  const ways = asked.ways.filter((way) => way !== "passkey" || canUsePasskeys());
  const [way, setWay] = useState<FactorWay>(ways[0] ?? "recovery_code");
  const attempt = useMutation({
    mutationFn: async (proof: { code?: string; recovery_code?: string }) => {
      const shown = way === "passkey" ? await byPasskey(asked.ticket) : proof;
      const body = { ticket: asked.ticket, ...shown };
      await enter(await exchange("/api/identity/sign-in/second", { method: "POST", body }));
    },
    ...(onIn && { onSuccess: onIn }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (attempt.isPending) return;
    const code = textOf(new FormData(event.currentTarget), "code").replaceAll(/\s/g, "");
    attempt.mutate(way === "recovery_code" ? { recovery_code: code } : { code });
  };
  const choose = (other: FactorWay) => {
    attempt.reset();
    setWay(other);
  };
  return (
    <Gate title="One more step">
      <form className="form" onSubmit={submit}>
        {attempt.error && <Alert>{sentenceOf(attempt.error)}</Alert>}
        {way === "passkey" ? (
          <p>Your browser will ask for your fingerprint, face, PIN or security key.</p>
        ) : (
          <CodeField way={way} />
        )}
        <Button look="primary" wide type="submit" busy={attempt.isPending}>
          {way === "passkey" ? "Use passkey" : "Sign in"}
        </Button>
      </form>
      <div className="gate__ways">
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Button key={other} look="plain" onClick={() => choose(other)}>
              {OTHER[other]}
            </Button>
          ))}
        <Button look="plain" onClick={back}>
          Start again
        </Button>
      </div>
    </Gate>
  );
}
