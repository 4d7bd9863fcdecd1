import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { notify } from "../../design/notice";
import type { AccountWanted, StudioAccount } from "../../identity/messages";
import { dayWords, lastSeenWords } from "../../identity/wording";
import { textOf } from "../../session/formText";

const ACCOUNTS = "/api/identity/studio/accounts";
const REASON_LENGTH_MIN = 8;
const REASON_LENGTH_MAX = 200;

type Act = "sessions/end" | "disable" | "enable";

const DONE: Record<Act, string> = {
  "sessions/end": "Every device of the account was signed out.",
  disable: "The account is disabled, and signed out everywhere.",
  enable: "The account can sign in again.",
};

interface FoundProps {
  account: StudioAccount;
  /** Why it was looked up; what is done to it is done for the same reason. */
  reason: string;
  again: () => void;
}

function Found({ account, reason, again }: FoundProps) {
  const act = useMutation({
    mutationFn: (what: Act) =>
      call(`${ACCOUNTS}/${account.id}/${what}`, { method: "POST", body: { reason } }),
    onSuccess: (_, what) => {
      notify(DONE[what]);
      again();
    },
  });
  const toggle: Act = account.is_disabled ? "enable" : "disable";
  return (
    <section className="found" aria-labelledby="found">
      <h2 id="found">{account.email}</h2>
      <dl className="facts">
        <dt>Member since</dt>
        <dd>{dayWords(account.created_at)}</dd>
        <dt>Profiles</dt>
        <dd>{account.profiles}</dd>
        <dt>Signed in on</dt>
        <dd>
          {account.sessions.length === 1 ? "1 device" : `${account.sessions.length} devices`}
          {account.sessions[0] && `, last ${lastSeenWords(account.sessions[0].last_seen_at)}`}
        </dd>
        <dt>State</dt>
        <dd>{account.is_disabled ? "Disabled" : "Open"}</dd>
      </dl>
      {act.error && <Alert>{sentenceOf(act.error)}</Alert>}
      <div className="acts">
        <Button busy={act.isPending} onClick={() => act.mutate("sessions/end")}>
          Sign out everywhere
        </Button>
        <Button
          look={account.is_disabled ? "calm" : "danger"}
          busy={act.isPending}
          onClick={() => act.mutate(toggle)}
        >
          {account.is_disabled ? "Enable the account" : "Disable the account"}
        </Button>
      </div>
    </section>
  );
}

/** Support finds one account by its exact address, and says why: the audit log keeps it. */
export function AccountsPart() {
  const find = useMutation({
    mutationFn: (body: AccountWanted) =>
      call<StudioAccount>(`${ACCOUNTS}/find`, { method: "POST", body }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (find.isPending) return;
    const data = new FormData(event.currentTarget);
    find.mutate({ email: textOf(data, "email").trim(), reason: textOf(data, "reason").trim() });
  };
  return (
    <>
      <form className="form studio__form" onSubmit={submit} aria-label="Find an account">
        <Field label="E-mail address" name="email" type="email" required maxLength={254} />
        <Field
          label="Why you look"
          name="reason"
          required
          minLength={REASON_LENGTH_MIN}
          maxLength={REASON_LENGTH_MAX}
          placeholder="Ticket 4711: cannot sign in"
          hint="Kept in the audit log, with your name."
        />
        {find.error && <Alert>{sentenceOf(find.error)}</Alert>}
        <div>
          <Button look="primary" type="submit" busy={find.isPending}>
            Find the account
          </Button>
        </div>
      </form>
      {find.data && (
        <Found
          key={find.data.id}
          account={find.data}
          reason={find.variables.reason}
          again={() => find.mutate(find.variables)}
        />
      )}
    </>
  );
}
