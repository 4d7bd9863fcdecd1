// Ties the requests of one page load, or of one press of Play, together for whoever runs the service
// (W3C Trace Context, level 1). The page's own answer says which share of them somebody looks at.

/** What is asked for later than this belongs to what somebody does on the page. */
const LOADING_MS = 10_000;
const TIMING = "traces";

/** So many bytes of chance, as text. */
export function hex(bytes: number): string {
  const numbers = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(numbers, (number) => number.toString(16).padStart(2, "0")).join("");
}

/** The share that the page's answer named; 0 where nothing is looked at, or nobody says so. */
function shareTold(): number {
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  // Not every browser that plays films has it.
  const timings = page?.serverTiming;
  const told = timings?.find(({ name }) => name === TIMING)?.description;
  return Number(told) || 0;
}

/** The header of something that begins now; null where nothing is looked at. */
export function newTrace(share = shareTold()): string | null {
  if (share <= 0) return null;
  return `00-${hex(16)}-${hex(8)}-${Math.random() < share ? "01" : "00"}`;
}

let ofPage: string | null | undefined;

/** The header of what the page asks for as it loads; null for what comes later. */
export function pageTrace(): string | null {
  if (performance.now() > LOADING_MS) return null;
  return (ofPage ??= newTrace());
}
