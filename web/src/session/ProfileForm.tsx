import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../api/client";
import type { AvatarName, Profile, ProfileDraft } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { Avatar, AVATARS } from "../design/Avatar";
import { Button } from "../design/Button";
import { Alert, Choice, Field } from "../design/Field";
import { languageWords } from "../catalog/wording";
import type { RatingSystem } from "../identity/messages";
import { AGE_MAX, ceilingChoices, ceilingFor, KIDS_AGE_MAX } from "../identity/profiles/ceilings";
import { PinField } from "../identity/profiles/PinField";
import { ratingsQuery } from "../identity/queries";
import { textOf } from "./formText";
import { reloadSession } from "./session";

/** Until the territory's own rating system is known. */
const YEARS: RatingSystem = {
  code: "years",
  name: "Years",
  territories: [],
  steps: [0, 6, 12, 16].map((age) => ({
    age,
    name: age === 0 ? "All ages" : `${age}`,
  })),
};

const LANGUAGES = "cs da de el en es fi fr hi hu it ja ko nb nl pl pt ro sv tr uk zh".split(" ");

/** The languages that are offered: the usual ones, the browser's, and the one that is chosen. */
function languageChoices(chosen: string): [string, string][] {
  const tags = new Set([chosen, ...navigator.languages, ...LANGUAGES]);
  return [...tags]
    .map((tag): [string, string] => [tag, languageWords(tag)])
    .sort(([, one], [, other]) => one.localeCompare(other));
}

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
  /** Whether adding one takes the account's PIN. */
  needsPin?: boolean;
  onDone: () => void;
}

/** Where the territory's own rating system is offered, and years until it is known. */
function useRatingSystem(): RatingSystem {
  const { data } = useQuery(ratingsQuery);
  return data?.systems.find(({ code }) => code === data.own) ?? YEARS;
}

/** A ceiling, and whether the profile is a child's, which lowers it. */
function Ceiling({ profile }: { profile: Profile | null }) {
  const system = useRatingSystem();
  const [isKids, setIsKids] = useState(profile?.is_kids ?? false);
  const [age, setAge] = useState(profile?.maturity_age ?? AGE_MAX);
  const choices = ceilingChoices(system, isKids, age);
  return (
    <>
      <Choice
        label="Shows titles"
        name="maturity_age"
        value={String(ceilingFor(choices, age))}
        onChange={(event) => setAge(Number(event.target.value))}
        options={choices}
        hint={`Titles rated above it cannot be seen or played. Ratings as in ${system.name}.`}
      />
      <label className="check">
        <input
          type="checkbox"
          name="is_kids"
          checked={isKids}
          onChange={(event) => setIsKids(event.target.checked)}
        />
        A profile for children (never above {KIDS_AGE_MAX})
      </label>
    </>
  );
}

const useSave = (profile: Profile | null, onDone: () => void) =>
  useMutation({
    mutationFn: async (draft: ProfileDraft) => {
      if (profile)
        await call(`/api/identity/profiles/${profile.id}`, { method: "PATCH", body: draft });
      else await call("/api/identity/profiles", { method: "POST", body: draft });
      await reloadSession();
    },
    onSuccess: onDone,
  });

function draftOf(data: FormData): ProfileDraft {
  const pin = textOf(data, "pin");
  return {
    name: textOf(data, "name").trim(),
    avatar: textOf(data, "avatar") as AvatarName,
    is_kids: data.has("is_kids"),
    maturity_age: Number(textOf(data, "maturity_age")),
    language: textOf(data, "language"),
    ...(pin && { pin }),
  };
}

/** Makes or changes a profile. */
export function ProfileForm({ profile, needsPin = false, onDone }: ProfileFormProps) {
  const [avatar, setAvatar] = useState<AvatarName>(profile?.avatar ?? "lagoon");
  const save = useSave(profile, onDone);
  const language = profile?.language ?? "en";
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(draftOf(new FormData(event.currentTarget)));
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
      <Ceiling profile={profile} />
      <Choice
        label="Language"
        name="language"
        defaultValue={language}
        options={languageChoices(language)}
      />
      {!profile && needsPin && (
        <PinField
          label="PIN for adding profiles"
          hint="Whoever looks after this account knows it."
        />
      )}
      <div className="manage__buttons">
        <Button look="primary" type="submit" busy={save.isPending}>
          {profile ? "Save profile" : "Add profile"}
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
