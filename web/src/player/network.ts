// What the browser says of its network (the Network Information API; Chromium only).

interface NetworkInformation {
  type?: string;
  effectiveType?: string;
  saveData?: boolean;
}

export const networkInformation = (): NetworkInformation | undefined =>
  (navigator as { connection?: NetworkInformation }).connection;

/** "wifi", "cellular" …, else how fast it seems ("4g"); null in browsers that do not tell. */
export function kindOfNetwork(): string | null {
  const told = networkInformation();
  const kind = told?.type ?? told?.effectiveType;
  return kind !== undefined && /^[a-z0-9][a-z0-9-]{0,39}$/.test(kind) ? kind : null;
}

/** Whether to fetch what may not be needed: not where each byte counts or is slow to come. */
export function maySpendAhead(): boolean {
  const told = networkInformation();
  const slow = told?.effectiveType === "2g" || told?.effectiveType === "slow-2g";
  return navigator.onLine && !told?.saveData && !slow;
}
