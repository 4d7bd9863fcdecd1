// Who is signed in and who is watching. The only holder of the access token.
import { useSyncExternalStore } from "react";
import type { Account, Profile, Session, SignIn, SignUp } from "../api/messages";
import { Problem } from "../api/problem";
import { bodyOf, exchange } from "../api/transport";
import type {
  LetterSent,
  ProfileMoveAccept,
  Role,
  SecondFactorAsked,
  VerifySignUp,
} from "../identity/messages";
import { rememberedProfile, rememberProfile } from "./remembered";
import { Renewal } from "./renewal";

export type SessionState =
  | { status: "starting" }
  | { status: "unreachable"; problem: Problem }
  | { status: "signed_out" }
  | {
      status: "signed_in";
      account: Account;
      profiles: Profile[];
      profile: Profile | null;
      rolesRest: boolean;
    };

let state: SessionState = { status: "starting" };
const listeners = new Set<() => void>();
const signOutListeners = new Set<() => void>();

/** The profile that is watching; null until somebody chose. */
let watching = rememberedProfile();

const renewal = new Renewal<Session>(() => acrossTabs(renew));

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
    rolesRest: session.roles_rest === true,
  });
  return session;
}

async function postRefresh(profile_id: string | null, pin?: string): Promise<Session> {
  const body = { ...(profile_id && { profile_id }), ...(pin && { pin }) };
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
async function acrossTabs(act: () => Promise<Session>): Promise<Session> {
  if (!("locks" in navigator)) return act();
  return navigator.locks.request("matinee-refresh", act);
}

function watch(id: string | null): void {
  watching = id;
  rememberProfile(id);
}

/** Forgets the session, which has ended elsewhere: its account was erased, say. */
export function leave(): void {
  end();
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

/** Takes the answer to any way of signing in; gives what is still to be shown, if anything. */
export async function enter(answer: Response): Promise<SecondFactorAsked | null> {
  if (answer.status === 202) return bodyOf<SecondFactorAsked>(answer);
  const session = await bodyOf<Session>(answer);
  const [only, ...others] = session.profiles;
  if (only && !only.has_pin && others.length === 0) {
    // Whoever shares the account with nobody need not say who is watching.
    await begin(session);
  } else {
    watch(null);
    accept(session);
  }
  return null;
}

export async function signIn(credentials: SignIn): Promise<SecondFactorAsked | null> {
  return enter(await exchange("/api/identity/sign-in", { method: "POST", body: credentials }));
}

/** Goes on as the first profile of an account. */
async function begin(session: Session): Promise<void> {
  watch(session.profiles[0]?.id ?? null);
  renewal.accept(session);
  if (session.profile_id === watching) accept(session);
  else await renewal.renewed();
}

/** Makes an account and goes on as its first profile, unless the address is to be confirmed first:
 * then a letter was sent, and that is said. */
export async function signUp(wish: SignUp): Promise<LetterSent | null> {
  const answer = await exchange("/api/identity/sign-up", { method: "POST", body: wish });
  if (answer.status === 202) return bodyOf<LetterSent>(answer);
  await begin(await bodyOf<Session>(answer));
  return null;
}

/** Makes the account that somebody signed up for, by the code of the letter. */
export async function finishSignUp(proof: VerifySignUp): Promise<void> {
  const answer = await exchange("/api/identity/sign-up/verify", { method: "POST", body: proof });
  await begin(await bodyOf<Session>(answer));
}

/** Makes a new account of a profile that moves, by the code of the letter. */
export async function takeProfile(proof: ProfileMoveAccept): Promise<void> {
  const path = "/api/identity/profiles/move/accept";
  await begin(await bodyOf<Session>(await exchange(path, { method: "POST", body: proof })));
}

/** Goes on in a session that came of another one: after a step-up, say. */
export function goOn(session: Session): void {
  accept(session);
}

export async function signOut(): Promise<void> {
  const token = await renewal.token().catch(() => null);
  // Signing out works without a network too: the cookie then ends by itself.
  await exchange("/api/identity/sign-out", { method: "POST", ...(token ? { token } : {}) }).catch(
    () => undefined,
  );
  end();
}

/** From now on `id` is watching; a locked profile asks for its PIN, and stays shut without. */
export async function chooseProfile(id: string, pin?: string): Promise<void> {
  const session = await acrossTabs(() => postRefresh(id, pin));
  watch(id);
  renewal.forget();
  accept(session);
}

/** Reads the account and its profiles again after something of them changed. */
export async function reloadSession(): Promise<void> {
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

/** Whether the account may open the studio. */
export const isStaff = (account: Account): boolean => account.roles.length > 0;

/** Whether the account may do what is for these roles; an owner may do everything. */
export const hasRole = (account: Account, roles: readonly Role[]): boolean =>
  account.roles.some((role) => role === "owner" || roles.includes(role));
