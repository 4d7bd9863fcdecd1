// Passkeys: what the browser asks its authenticator for, as JSON both ways (WebAuthn level 3).
import type { PasskeyAsked } from "./messages";
import { Problem } from "../api/problem";

/** What an authenticator answers; only the service reads it. */
type SignedByKey = Record<string, unknown>;

/** An address that is a number has no passkeys: they belong to a name. */
const isNumber = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith("[");

/** Whether this browser can make and use passkeys at this address. */
export function canUsePasskeys(host: string = location.hostname): boolean {
  return (
    isSecureContext &&
    typeof PublicKeyCredential === "function" &&
    "parseRequestOptionsFromJSON" in PublicKeyCredential &&
    !isNumber(host)
  );
}

function problemOf(error: unknown): Problem {
  if (error instanceof DOMException && error.name === "InvalidStateError") {
    return new Problem(409, "passkey_known", "This device has a passkey for your account already.");
  }
  return new Problem(
    400,
    "passkey_not_used",
    "No passkey was used. Try again, or choose another way.",
    null,
    { cause: error },
  );
}

function jsonOf(credential: Credential | null): SignedByKey {
  if (!(credential instanceof PublicKeyCredential)) throw new TypeError("not a passkey");
  const json: unknown = credential.toJSON();
  return json as SignedByKey;
}

/** Has the authenticator make a passkey. Throws `Problem` when it was called off. */
export async function newPasskey(options: PasskeyAsked["options"]): Promise<SignedByKey> {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as unknown as PublicKeyCredentialCreationOptionsJSON,
    );
    return jsonOf(await navigator.credentials.create({ publicKey }));
  } catch (error) {
    throw problemOf(error);
  }
}

/** Has the authenticator sign with a passkey. Throws `Problem` when it was called off. */
export async function signedByPasskey(options: PasskeyAsked["options"]): Promise<SignedByKey> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as unknown as PublicKeyCredentialRequestOptionsJSON,
    );
    return jsonOf(await navigator.credentials.get({ publicKey }));
  } catch (error) {
    throw problemOf(error);
  }
}
