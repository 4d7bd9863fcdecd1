// Content keys: asked for with the access token, and only once a play session is granted.
import { ask } from "../api/client";
import type { PlaySession } from "../api/messages";
import { Problem } from "../api/problem";
import { pause_ms } from "./patience";

export const CLEAR_KEY = "org.w3.clearkey";

export type Licence = NonNullable<PlaySession["licence"]>;

/** Where each key system gets its keys. */
export function licenceServers(licence: Licence | null | undefined): Record<string, string> {
  if (!licence) return {};
  const own = licence.clearkey_url === null ? {} : { [CLEAR_KEY]: licence.clearkey_url };
  const all = Object.entries({ ...licence.servers, ...own });
  return Object.fromEntries(all.map(([system, url]) => [system, new URL(url, location.href).href]));
}

const TRIES = 5;

/**
 * Carries a Clear Key licence request (EME, section 9.1.3) to `address`; gives the JWK set. Tries again
 * where that may help.
 */
export async function askForKeys(address: string, message: BufferSource): Promise<ArrayBuffer> {
  const body = new Blob([message], { type: "application/json" });
  for (let tried = 1; ; tried++) {
    try {
      const answer = await ask(address, { method: "POST", body });
      return await answer.arrayBuffer();
    } catch (error) {
      if (!(error instanceof Problem) || !error.passing || tried >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause_ms(tried, Math.random())));
    }
  }
}

/** Whether this browser opens what is locked with Clear Key. It must also be a secure page. */
export async function canUnlock(): Promise<boolean> {
  if (!("requestMediaKeySystemAccess" in navigator)) return false;
  const video = { contentType: 'video/mp4; codecs="avc1.4d401f"' };
  try {
    await navigator.requestMediaKeySystemAccess(CLEAR_KEY, [
      { initDataTypes: ["cenc"], videoCapabilities: [video] },
    ]);
    return true;
  } catch {
    return false;
  }
}
