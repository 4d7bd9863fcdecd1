import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { notify } from "../../design/notice";
import { textOf } from "../../session/formText";
import { reloadSession } from "../../session/session";
import type { PasswordChange, Security } from "../messages";
import { renewSecurity } from "../queries";
import { NewPasswordField } from "../signIn/NewPasswordField";

function Change({ hasOne, onDone }: { hasOne: boolean; onDone: () => void }) {
  const change = useMutation({
    mutationFn: async (body: PasswordChange) => {
      await call("/api/identity/password", { method: "POST", body });
      await reloadSession();
      await renewSecurity();
    },
    onSuccess: (_, { end_sessions }) => {
      notify(
        end_sessions
          ? "Your password is changed. Every other device was signed out."
          : "Your password is changed.",
      );
      onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (change.isPending) return;
    const data = new FormData(event.currentTarget);
    change.mutate({
      current: textOf(data, "current"),
      new: textOf(data, "password"),
      end_sessions: data.has("end_sessions"),
    });
  };
  return (
    <form className="form" onSubmit={submit} aria-label="Change password">
      {change.error && <Alert>{sentenceOf(change.error)}</Alert>}
      {hasOne && (
        <Field
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          maxLength={128}
        />
      )}
      <NewPasswordField label="New password" />
      <label className="check">
        <input type="checkbox" name="end_sessions" defaultChecked />
        Sign out all other devices
      </label>
      <div className="acts">
        <Button look="primary" type="submit" busy={change.isPending}>
          Change password
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

export function PasswordPart({ security }: { security: Security }) {
  const [changing, setChanging] = useState(false);
  if (changing) {
    return <Change hasOne={security.has_password} onDone={() => setChanging(false)} />;
  }
  return (
    <div className="part">
      {!security.has_password && (
        <p className="muted">You have none: you sign in without a password.</p>
      )}
      <div className="acts">
        <Button onClick={() => setChanging(true)}>
          {security.has_password ? "Change password" : "Set a password"}
        </Button>
      </div>
    </div>
  );
}
