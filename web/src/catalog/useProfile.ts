import { useSession } from "../session/session";

/** The id of the profile that is watching; empty while nobody is. */
export function useProfile(): string {
  const session = useSession();
  return session.status === "signed_in" ? (session.profile?.id ?? "") : "";
}
