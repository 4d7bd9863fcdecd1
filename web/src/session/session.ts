// Who is signed in and who is watching. The only holder of the access token.
import { useSyncExternalStore } from "react";
import type { Account, Profile, Session, SignIn, SignUp } from "../api/messages";
import { Problem } from "../api/problem";
import { bodyOf, exchange } from "../api/transport";
import { rememberedProfile, rememberProfile } from "./remembered";
import { Renewal } from "./renewal";

export type SessionState =
  | { status: "starting" }
  | { status: "unreachable"; problem: Problem }
  | { status: "signed_out" }
  | { status: "signed_in"; account: Account; profiles: Profile[]; profile: Profile | null };

let state: SessionState = { status: "starting" };
const listeners = new Set<() => void>();
const signOutListeners = new Set<() => void>();

/** The profile that is watching; null until somebody chose. */
let watching = rememberedProfile();

const renewal = new Renewal<Session>(renewAcrossTabs);

function show(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function accept(session: Session): Session {
  renewal.accept(session);
  const profile = session.profiles.find(({ id }) => id === watching) ?? null;
  show({
    status: "signed_in",
    account: session.account,
    profiles: session.profiles,
    profile: session.profile_id === profile?.id ? profile : null,
  });
  return session;
}

async function postRefresh(profile_id: string | null): Promise<Session> {
  const body = profile_id ? { profile_id } : {};
  return bodyOf(await exchange("/api/identity/refresh", { method: "POST", body }));
}

async function renew(): Promise<Session> {
  try {
    return accept(await postRefresh(watching));
  } catch (error) {
    if (!(error instanceof Problem) || error.passing) throw error;
    if (error.status !== 401 && watching) {
      // The remembered profile is gone, or belongs to somebody else.
      watch(null);
      return accept(await postRefresh(null));
    }
    end();
    throw error;
  }
}

/** Two tabs share one refresh cookie; the lock keeps them from spending it at the same time. */
async function renewAcrossTabs(): Promise<Session> {
  if (!("locks" in navigator)) return renew();
  return navigator.locks.request("matinee-refresh", renew);
}

function watch(id: string | null): void {
  watching = id;
  rememberProfile(id);
}

function end(): void {
  renewal.forget();
  watch(null);
  show({ status: "signed_out" });
  for (const listener of signOutListeners) listener();
}

/** Finds out whether this browser is signed in. Call once, when the page loads. */
export async function start(): Promise<void> {
  show({ status: "starting" });
  try {
    await renewal.renewed();
  } catch (error) {
    if (error instanceof Problem && error.passing) show({ status: "unreachable", problem: error });
    else show({ status: "signed_out" });
  }
}

export async function signIn(credentials: SignIn): Promise<void> {
  const answer = await exchange("/api/identity/sign-in", { method: "POST", body: credentials });
  watch(null);
  accept(await bodyOf<Session>(answer));
}

/** Makes an account and goes on as its first profile. */
export async function signUp(wish: SignUp): Promise<void> {
  const answer = await exchange("/api/identity/sign-up", { method: "POST", body: wish });
  const session = await bodyOf<Session>(answer);
  watch(session.profiles[0]?.id ?? null);
  renewal.accept(session);
  if (session.profile_id === watching) accept(session);
  else await renewal.renewed();
}

export async function signOut(): Promise<void> {
  const token = await renewal.token().catch(() => null);
  // Signing out works without a network too: the cookie then ends by itself.
  await exchange("/api/identity/sign-out", { method: "POST", ...(token ? { token } : {}) }).catch(
    () => undefined,
  );
  end();
}

/** From now on `id` is watching. */
export async function chooseProfile(id: string): Promise<void> {
  watch(id);
  renewal.forget();
  await renewal.renewed();
}

/** Reads the account's profiles again after one was made, changed or removed. */
export async function reloadProfiles(): Promise<void> {
  renewal.forget();
  await renewal.renewed();
}

/** Nobody is watching until somebody chooses again. */
export function leaveProfile(): void {
  watch(null);
  if (state.status === "signed_in") show({ ...state, profile: null });
}

export const accessToken = (): Promise<string> => renewal.token();
export const accessTokenInsteadOf = (refused: string): Promise<string> =>
  renewal.tokenInsteadOf(refused);

/** Calls `listener` when the session ended, so that nothing of it stays in memory. */
export function onSignOut(listener: () => void): void {
  signOutListeners.add(listener);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): SessionState {
  return useSyncExternalStore(subscribe, () => state);
}

const STAFF_ROLES = new Set(["owner", "editor", "publisher", "analyst"]);

/** Whether the account may open the studio. */
export function isStaff(account: Account): boolean {
  return account.roles.some((role) => STAFF_ROLES.has(role));
}
