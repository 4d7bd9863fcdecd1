import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { notify } from "../../design/notice";
import { textOf } from "../../session/formText";
import { goOn, reloadSession } from "../../session/session";
import type { FactorAdded, RecoveryCodes, Security, TotpConfirm, TotpDraft } from "../messages";
import { QrPicture } from "../QrPicture";
import { renewSecurity } from "../queries";
import { NewRecoveryCodes } from "./NewRecoveryCodes";

const TOTP = "/api/identity/totp";

function Confirm({ draft, onDone }: { draft: TotpDraft; onDone: (codes: string[]) => void }) {
  const confirm = useMutation({
    mutationFn: (body: TotpConfirm) =>
      call<FactorAdded>(`${TOTP}/confirm`, { method: "POST", body }),
    onSuccess: ({ session, codes }) => {
      goOn(session);
      onDone(codes);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const code = textOf(data, "code").replaceAll(/\s/g, "");
    if (!confirm.isPending) confirm.mutate({ code, end_sessions: data.has("end_sessions") });
  };
  return (
    <form className="form" onSubmit={submit} aria-label="Set up codes from an app">
      <p>Scan this with an app for sign-in codes, then type the code that it shows.</p>
      <QrPicture src={draft.qr_svg} meaning="The secret for your app" />
      <p className="muted">
        Or type it in: <code className="secret">{draft.secret}</code>
      </p>
      {confirm.error && <Alert>{sentenceOf(confirm.error)}</Alert>}
      <label className="check">
        <input type="checkbox" name="end_sessions" defaultChecked />
        Sign out all other devices
      </label>
      <div className="beside">
        <Field
          label="Code from your app"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\s*[0-9]{3}\s?[0-9]{3}\s*"
          required
        />
        <Button look="primary" type="submit" busy={confirm.isPending}>
          Switch on
        </Button>
      </div>
    </form>
  );
}

function Active({ left, show }: { left: number; show: (codes: string[]) => void }) {
  const renewal = useMutation({
    mutationFn: () =>
      call<RecoveryCodes>("/api/identity/recovery-codes", { method: "POST", body: {} }),
    onSuccess: ({ codes }) => show(codes),
  });
  const end = useMutation({
    mutationFn: async () => {
      await call(TOTP, { method: "DELETE" });
      await Promise.all([reloadSession(), renewSecurity()]);
    },
    onSuccess: () => notify("Signing in asks for no code from now on."),
  });
  const error = renewal.error ?? end.error;
  return (
    <>
      <p>
        <span className="badge badge--up">On</span> Signing in asks for a code. {left} of 10
        recovery codes are left.
      </p>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      <div className="acts">
        <Button busy={renewal.isPending} onClick={() => renewal.mutate()}>
          New recovery codes
        </Button>
        <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
          Switch off
        </Button>
      </div>
    </>
  );
}

export function TotpPart({ security }: { security: Security }) {
  const [codes, setCodes] = useState<string[]>([]);
  const begin = useMutation({
    mutationFn: () => call<TotpDraft>(TOTP, { method: "POST", body: {} }),
  });
  const show = (fresh: string[]) => {
    setCodes(fresh);
    begin.reset();
    void renewSecurity();
  };
  if (codes.length > 0) return <NewRecoveryCodes codes={codes} onDone={() => setCodes([])} />;
  if (begin.data) return <Confirm draft={begin.data} onDone={show} />;
  return (
    <div className="part">
      {security.totp ? (
        <Active left={security.recovery_codes_left} show={show} />
      ) : (
        <>
          <p className="muted">
            A code from your phone, besides the password: whoever learns the password still stays
            out.
          </p>
          {begin.error && <Alert>{sentenceOf(begin.error)}</Alert>}
          <div className="acts">
            <Button busy={begin.isPending} onClick={() => begin.mutate()}>
              Set up codes from an app
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
