import "./gate.css";
import "./profiles.css";
import "../identity/identity.css";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { call } from "../api/client";
import type { Profile } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { PageHeading } from "../app/pageFocus";
import { maturityWords } from "../catalog/wording";
import { Avatar } from "../design/Avatar";
import { Button, LinkButton, RoundButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Alert } from "../design/Field";
import { Wordmark } from "../design/Wordmark";
import { MovePart } from "../identity/profiles/MovePart";
import { PinPart } from "../identity/profiles/PinPart";
import { ProfileForm } from "./ProfileForm";
import { PROFILES_MAX } from "./ProfilesPage";
import { leaveProfile, reloadSession, useSession } from "./session";

function Removal({
  profile,
  watching,
  onDone,
}: {
  profile: Profile;
  watching: boolean;
  onDone: () => void;
}) {
  const removal = useMutation({
    mutationFn: async () => {
      await call(`/api/identity/profiles/${profile.id}`, { method: "DELETE" });
      if (watching) leaveProfile();
      await reloadSession();
    },
    onSuccess: onDone,
  });
  return (
    <Dialog
      title={`Remove ${profile.name}?`}
      onClose={onDone}
      actions={
        <>
          <Button onClick={onDone}>Keep profile</Button>
          <Button look="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
            Remove profile
          </Button>
        </>
      }
    >
      {removal.error ? (
        <Alert>{sentenceOf(removal.error)}</Alert>
      ) : (
        <p className="muted">Its history, its list and its recommendations go with it, for good.</p>
      )}
    </Dialog>
  );
}

interface PersonProps {
  profile: Profile;
  removable: boolean;
  edit: () => void;
  remove: () => void;
}

function Person({ profile, removable, edit, remove }: PersonProps) {
  return (
    <div className="manage__person">
      <Avatar name={profile.avatar} />
      <span className="manage__words">
        <strong>{profile.name}</strong>
        <span className="muted">
          {profile.is_kids ? "Children" : "Adult"} · {maturityWords(profile.maturity_age)}
          {profile.has_pin && " · PIN"}
        </span>
      </span>
      <RoundButton icon="edit" label={`Edit ${profile.name}`} onClick={edit} />
      {removable && <RoundButton icon="trash" label={`Remove ${profile.name}`} onClick={remove} />}
    </div>
  );
}

/** All that can be changed of a profile. */
function Editing({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  return (
    <div className="manage__editing">
      <ProfileForm profile={profile} onDone={onDone} />
      <section className="manage__form" aria-labelledby="pin">
        <h2 id="pin">PIN</h2>
        <PinPart
          path={`/api/identity/profiles/${profile.id}/pin`}
          isSet={profile.has_pin === true}
          label={`PIN of ${profile.name}`}
          words={
            profile.has_pin
              ? "Watching with this profile takes a PIN."
              : "With a PIN, nobody else watches with this profile."
          }
        />
      </section>
      {!profile.is_kids && (
        <section className="manage__form" aria-labelledby="move">
          <h2 id="move">Moving out</h2>
          <MovePart profile={profile} />
        </section>
      )}
    </div>
  );
}

export default function ManageProfilesPage() {
  const session = useSession();
  const [parameters] = useSearchParams();
  const [editing, setEditing] = useState<string | null>(parameters.has("new") ? "new" : null);
  const [removing, setRemoving] = useState<Profile | null>(null);
  if (session.status !== "signed_in") return null;
  const { profiles } = session;
  // What was opened while an answer was on its way stays open.
  const done = (what: string) => () => setEditing((now) => (now === what ? null : now));
  return (
    <div className="gate">
      <header className="gate__header">
        <Link href="/" aria-label="Matinee home">
          <Wordmark />
        </Link>
      </header>
      <main className="manage__page" data-region="main">
        <PageHeading>Manage profiles</PageHeading>
        <ul className="manage" aria-label="Profiles">
          {profiles.map((profile) => (
            <li key={profile.id}>
              {editing === profile.id ? (
                <Editing profile={profile} onDone={done(profile.id)} />
              ) : (
                <Person
                  profile={profile}
                  removable={profiles.length > 1}
                  edit={() => setEditing(profile.id)}
                  remove={() => setRemoving(profile)}
                />
              )}
            </li>
          ))}
        </ul>
        <div className="manage__end">
          {editing === "new" ? (
            <ProfileForm
              profile={null}
              needsPin={session.account.adding_needs_pin === true}
              onDone={done("new")}
            />
          ) : (
            <div className="manage__buttons">
              {profiles.length < PROFILES_MAX && (
                <Button icon="plus" onClick={() => setEditing("new")}>
                  Add a profile
                </Button>
              )}
              <LinkButton look="primary" to="/profiles">
                Done
              </LinkButton>
            </div>
          )}
        </div>
        <section className="manage__adding" aria-labelledby="adding">
          <h2 id="adding">Who may add profiles</h2>
          <PinPart
            path="/api/identity/profiles/adding-pin"
            isSet={session.account.adding_needs_pin === true}
            label="PIN for adding profiles"
            words={
              session.account.adding_needs_pin
                ? "Adding a profile takes a PIN."
                : "Anybody who watches here can add a profile. A PIN keeps that to you."
            }
          />
        </section>
        {removing && (
          <Removal
            profile={removing}
            watching={removing.id === session.profile?.id}
            onDone={() => setRemoving(null)}
          />
        )}
      </main>
    </div>
  );
}
