// A code that a letter or a QR picture leads here with. It stands behind the "#", which no server
// is told, and is taken out of the address at once, so that no history or screenshot keeps it.
import { useState } from "react";

/** The code in the part of an address behind "#"; empty where there is none. */
export const codeIn = (hash: string): string =>
  new URLSearchParams(hash.replace(/^#/, "")).get("code") ?? "";

/** By page. Survives a change of page (signing in first, say), but no reload. */
const arrived = new Map<string, string>();

/** Takes the code out of the address and keeps it for the page that it was meant for. */
export function takeArrivedCode(): string {
  const found = codeIn(location.hash);
  if (found) {
    arrived.set(location.pathname, found);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return arrived.get(location.pathname) ?? "";
}

/** The code that this page was opened with. */
export function useArrivedCode(): string {
  const [code] = useState(takeArrivedCode);
  return code;
}

/** Forgets the code once it was used. */
export function forgetArrivedCode(): void {
  arrived.delete(location.pathname);
}
