import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../api/client";
import type { AvatarName, MaturityAge, Profile, ProfileDraft } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { Avatar, AVATARS } from "../design/Avatar";
import { Button } from "../design/Button";
import { Alert, Choice, Field } from "../design/Field";
import { textOf } from "./formText";
import { reloadProfiles } from "./session";

const AGES: readonly (readonly [string, string])[] = [
  ["18", "Everything"],
  ["16", "Up to 16"],
  ["12", "Up to 12"],
  ["6", "Up to 6"],
  ["0", "For all ages only"],
];

/** Titles above this age do not belong in a children's profile. */
const KIDS_AGE_MAX = 12;

function AvatarChoice({
  chosen,
  choose,
}: {
  chosen: AvatarName;
  choose: (name: AvatarName) => void;
}) {
  return (
    <fieldset>
      <legend className="field__label">Picture</legend>
      <div className="avatars">
        {AVATARS.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="avatar"
              value={name}
              aria-label={name}
              checked={name === chosen}
              onChange={() => choose(name)}
            />
            <Avatar name={name} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface ProfileFormProps {
  /** Null for a new one. */
  profile: Profile | null;
  onDone: () => void;
}

/** Makes or changes a profile. */
export function ProfileForm({ profile, onDone }: ProfileFormProps) {
  const [avatar, setAvatar] = useState<AvatarName>(profile?.avatar ?? "lagoon");
  const [isKids, setIsKids] = useState(profile?.is_kids ?? false);
  const save = useMutation({
    mutationFn: async (draft: ProfileDraft) => {
      if (profile)
        await call(`/api/identity/profiles/${profile.id}`, { method: "PATCH", body: draft });
      else await call("/api/identity/profiles", { method: "POST", body: draft });
      await reloadProfiles();
    },
    onSuccess: onDone,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (save.isPending) return;
    const data = new FormData(event.currentTarget);
    const age = Number(textOf(data, "maturity_age")) as MaturityAge;
    save.mutate({
      name: textOf(data, "name").trim(),
      avatar,
      is_kids: isKids,
      maturity_age: isKids && age > KIDS_AGE_MAX ? KIDS_AGE_MAX : age,
    });
  };
  return (
    <form
      className="form manage__form"
      onSubmit={submit}
      aria-label={profile ? `Edit ${profile.name}` : "New profile"}
    >
      {save.error && <Alert>{sentenceOf(save.error)}</Alert>}
      <Field label="Name" name="name" defaultValue={profile?.name} required maxLength={40} />
      <AvatarChoice chosen={avatar} choose={setAvatar} />
      <Choice
        label="Shows titles"
        name="maturity_age"
        defaultValue={String(profile?.maturity_age ?? 18)}
        options={AGES}
        hint="Titles rated above this age cannot be seen or played."
      />
      <label className="check">
        <input
          type="checkbox"
          checked={isKids}
          onChange={(event) => setIsKids(event.target.checked)}
        />
        A profile for children (never above {KIDS_AGE_MAX})
      </label>
      <div className="manage__buttons">
        <Button look="primary" type="submit" busy={save.isPending}>
          {profile ? "Save profile" : "Add profile"}
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
