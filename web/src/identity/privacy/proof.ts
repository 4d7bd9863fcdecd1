// What remains of somebody who was erased: the number and the secret by which this tab may ask
// whether every part of the house has done it. Gone with the tab.
import type { Erasure } from "../messages";

const KEY = "matinee-erasure";

export interface Proof {
  id: string;
  secret: string;
}

export function keepProof({ id, secret }: Erasure): void {
  if (secret) sessionStorage.setItem(KEY, JSON.stringify({ id, secret }));
}

/** What was kept; null where nothing was, or something else. */
export function keptProof(): Proof | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { id, secret } = kept as Partial<Record<string, unknown>>;
    return typeof id === "string" && typeof secret === "string" ? { id, secret } : null;
  } catch {
    return null;
  }
}
