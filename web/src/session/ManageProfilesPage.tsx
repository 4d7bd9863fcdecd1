import "./profiles.css";
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
import { ProfileForm } from "./ProfileForm";
import { PROFILES_MAX } from "./ProfilesPage";
import { leaveProfile, reloadProfiles, useSession } from "./session";

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
      await reloadProfiles();
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
        </span>
      </span>
      <RoundButton icon="edit" label={`Edit ${profile.name}`} onClick={edit} />
      {removable && <RoundButton icon="trash" label={`Remove ${profile.name}`} onClick={remove} />}
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
  const done = () => {
    setEditing(null);
    setRemoving(null);
  };
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
                <ProfileForm profile={profile} onDone={done} />
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
            <ProfileForm profile={null} onDone={done} />
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
        {removing && (
          <Removal
            profile={removing}
            watching={removing.id === session.profile?.id}
            onDone={done}
          />
        )}
      </main>
    </div>
  );
}
