// Choosing who watches: a locked profile asks for its PIN first.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Profile } from "../../api/messages";
import { Problem } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { chooseProfile } from "../../session/session";

interface Choice {
  profile: Profile;
  pin?: string;
}

export function useProfileChoice(onChosen: () => void) {
  const [locked, setLocked] = useState<Profile | null>(null);
  const choice = useMutation({
    mutationFn: ({ profile, pin }: Choice) => chooseProfile(profile.id, pin),
    // Before, not after: the new profile's page asks as soon as the session says who is watching.
    onMutate: () => queryClient.removeQueries(),
    onSuccess: () => {
      setLocked(null);
      onChosen();
    },
    onError: (error, { profile }) => {
      if (error instanceof Problem && error.code === "pin_needed") setLocked(profile);
    },
  });
  const isQuestion = choice.error instanceof Problem && choice.error.code === "pin_needed";
  return {
    choose: (profile: Profile) => choice.mutate({ profile }),
    unlock: (pin: string) => locked && choice.mutate({ profile: locked, pin }),
    /** The profile whose PIN is asked for. */
    locked,
    close: () => {
      setLocked(null);
      choice.reset();
    },
    busy: choice.isPending,
    error: isQuestion ? null : choice.error,
  };
}
