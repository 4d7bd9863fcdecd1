// Inviting a host to become an edge: one command, which is run there.
import "./delivery.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Invitation, InvitationDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Choice, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { sitesQuery } from "../queries";

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const ROLES = [
  ["edge", "An edge, which serves viewers"],
  ["shield", "A shield, which serves edges"],
] as const;

function Told({ invitation }: { invitation: Invitation }) {
  return (
    <div className="delivery__invitation">
      <p>
        Run this on the host before {TIME.format(new Date(invitation.expires_at))}. It works once,
        and is shown this once.
      </p>
      <pre>
        <code>{invitation.command}</code>
      </pre>
      <Button
        small
        onClick={() =>
          void navigator.clipboard.writeText(invitation.command).catch(() => undefined)
        }
      >
        Copy
      </Button>
    </div>
  );
}

export function InviteEdge() {
  const sites = useQuery(sitesQuery);
  const invite = useMutation({
    mutationFn: (body: InvitationDraft) =>
      call<Invitation>("/api/delivery/invitations", { method: "POST", body }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (invite.isPending) return;
    const data = new FormData(event.currentTarget);
    invite.mutate({
      id: textOf(data, "id").trim(),
      base_url: textOf(data, "base_url").trim().replace(/\/+$/, ""),
      region: textOf(data, "region").trim(),
      site: textOf(data, "site"),
      role: textOf(data, "role") as NonNullable<InvitationDraft["role"]>,
    });
  };
  const places = sites.data?.sites ?? [];
  return (
    <form className="form studio__form" onSubmit={submit} aria-labelledby="invite-edge">
      <h2 id="invite-edge">Invite a host</h2>
      <p className="muted">
        A host that runs the command becomes an edge: certificate, configuration and agent come with
        it.
      </p>
      <div className="studio__pair">
        <Field
          label="Name of the host"
          name="id"
          required
          maxLength={40}
          pattern="[a-z0-9][a-z0-9\-]*"
          hint="Small letters, digits and hyphens"
        />
        <Choice label="It becomes" name="role" options={ROLES} />
      </div>
      <div className="studio__pair">
        <Field
          label="Region of its viewers"
          name="region"
          defaultValue="home"
          required
          pattern="[a-z0-9\-]+"
        />
        {places.length > 0 && (
          <Choice
            label="Site"
            name="site"
            options={[["", "None"] as const, ...places.map(({ id }) => [id, id] as const)]}
          />
        )}
      </div>
      <Field
        label="Address for viewers"
        name="base_url"
        type="url"
        pattern="https?://[^\s\/]+/?"
        placeholder="https://edge.example.org"
        hint="Empty: the command asks for it"
      />
      {invite.error && <Alert>{sentenceOf(invite.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={invite.isPending}>
          Invite
        </Button>
      </div>
      <div role="status">{invite.data && <Told invitation={invite.data} />}</div>
    </form>
  );
}
