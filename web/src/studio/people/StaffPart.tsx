import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import type { Role, StaffDraft, StaffMember } from "../../identity/messages";
import { dayWords } from "../../identity/wording";
import { textOf } from "../../session/formText";
import { renewPeople, staffQuery } from "./queries";
import { ROLES } from "./roles";

const STAFF = "/api/identity/studio/staff";

function MemberRow({ member }: { member: StaffMember }) {
  const removal = useMutation({
    mutationFn: () => call(`${STAFF}/${member.account_id}`, { method: "DELETE" }),
    onSettled: renewPeople,
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{member.email}</strong>
        <span className="muted">
          {member.roles.join(", ")}; since {dayWords(member.added_at)}
        </span>
        {removal.error && <Alert>{sentenceOf(removal.error)}</Alert>}
      </span>
      {!member.second_factor && <span className="badge badge--failed">No second factor yet</span>}
      <RoundButton
        icon="trash"
        label={`Take all roles from ${member.email}`}
        onClick={() => !removal.isPending && removal.mutate()}
      />
    </li>
  );
}

function GiveRoles() {
  const form = useRef<HTMLFormElement>(null);
  const give = useMutation({
    mutationFn: (body: StaffDraft) => call(STAFF, { method: "PUT", body }),
    onSuccess: () => form.current?.reset(),
    onSettled: renewPeople,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (give.isPending) return;
    const data = new FormData(event.currentTarget);
    const roles = ROLES.map(([role]) => role).filter((role: Role) => data.has(role));
    give.mutate({ email: textOf(data, "email").trim(), roles });
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="give-roles">
      <h2 id="give-roles">Give roles</h2>
      <Field
        label="E-mail address of the account"
        name="email"
        type="email"
        required
        maxLength={254}
        hint="Its owner signs up first. These roles replace those that it has."
      />
      <fieldset>
        <legend className="field__label">Roles</legend>
        {ROLES.map(([role, words]) => (
          <label key={role} className="check">
            <input type="checkbox" name={role} />
            <span>
              {role} <span className="muted">– {words}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {give.error && <Alert>{sentenceOf(give.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={give.isPending}>
          Give these roles
        </Button>
      </div>
    </form>
  );
}

export function StaffPart() {
  const { data, error, refetch } = useQuery(staffQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      <ul className="lines lines--end" aria-label="Staff">
        {data.map((member) => (
          <MemberRow key={member.account_id} member={member} />
        ))}
      </ul>
      <GiveRoles />
    </>
  );
}
