import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { notify } from "../../design/notice";
import { textOf } from "../../session/formText";
import { goOn, reloadSession } from "../../session/session";
import type { FactorAdded, PasskeyAsked, Passkey } from "../messages";
import { canUsePasskeys, newPasskey } from "../passkeys";
import { renewSecurity } from "../queries";
import { dayWords } from "../wording";
import { NewRecoveryCodes } from "./NewRecoveryCodes";

const PASSKEYS = "/api/identity/passkeys";

async function make(name: string): Promise<string[]> {
  const asked = await call<PasskeyAsked>(`${PASSKEYS}/options`, { method: "POST", body: {} });
  const credential = await newPasskey(asked.options);
  const body = { ticket: asked.ticket, credential, name };
  const added = await call<FactorAdded>(PASSKEYS, { method: "POST", body });
  goOn(added.session);
  return added.codes;
}

function MakePasskey({ show }: { show: (codes: string[]) => void }) {
  const making = useMutation({
    mutationFn: make,
    onSuccess: (codes) => {
      notify("Your passkey is ready. Sign in with it from now on.");
      show(codes);
      return renewSecurity();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = textOf(new FormData(event.currentTarget), "name").trim();
    if (!making.isPending) making.mutate(name);
  };
  return (
    <form className="form" onSubmit={submit} aria-label="Make a passkey">
      {making.error && <Alert>{sentenceOf(making.error)}</Alert>}
      <div className="beside">
        <Field
          label="Name of the passkey"
          name="name"
          required
          maxLength={60}
          placeholder="My phone"
        />
        <Button type="submit" icon="plus" busy={making.isPending}>
          Make a passkey
        </Button>
      </div>
    </form>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const removal = useMutation({
    mutationFn: async () => {
      await call(`${PASSKEYS}/${passkey.id}`, { method: "DELETE" });
      await Promise.all([reloadSession(), renewSecurity()]);
    },
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{passkey.name}</strong>
        <span className="muted">
          Made {dayWords(passkey.created_at)}
          {passkey.used_at ? `, last used ${dayWords(passkey.used_at)}` : ", never used"}
        </span>
        {removal.error && <Alert>{sentenceOf(removal.error)}</Alert>}
      </span>
      <RoundButton
        icon="trash"
        label={`Remove the passkey ${passkey.name}`}
        aria-disabled={removal.isPending}
        onClick={() => !removal.isPending && removal.mutate()}
      />
    </li>
  );
}

export function PasskeysPart({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [codes, setCodes] = useState<string[]>([]);
  if (codes.length > 0) return <NewRecoveryCodes codes={codes} onDone={() => setCodes([])} />;
  return (
    <div className="part">
      <p className="muted">
        Sign in with your fingerprint, your face or a security key. Nobody can phish it or guess it.
      </p>
      {passkeys.length > 0 && (
        <ul className="lines" aria-label="Passkeys">
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {canUsePasskeys() ? (
        <MakePasskey show={setCodes} />
      ) : (
        <p className="muted">
          This browser cannot make one at this address. It takes a secure address with a name, not a
          number.
        </p>
      )}
    </div>
  );
}
