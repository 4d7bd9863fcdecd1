// Asks again and again which pathway to take (RFC 8216bis, section 7: Content Steering). Shaka Player
// could, but its choice and our supply's would be two steering wheels on one car.
import type { PlaySession } from "../api/messages";
import type { Speed } from "./speeds";

type Pathway = PlaySession["pathways"][number];

/** As it comes from the network: each part may be anything. */
interface Manifest {
  VERSION?: unknown;
  TTL?: unknown;
  "RELOAD-URI"?: unknown;
  "PATHWAY-PRIORITY"?: unknown;
  "PATHWAY-CLONES"?: unknown;
}

/** Until the first answer, which comes once the film has begun, and where an answer names no time. */
const FIRST_MS = 5_000;
const USUAL_TTL_S = 30;
const TTL_S = { min: 2, max: 3600 };
const TIMEOUT_MS = 10_000;
/** Players that began together do not ask together for good. */
const SPREAD = 0.1;

/** What a steering manifest says of the order, with the pathways that it makes. */
export interface Advice {
  priority: readonly Pathway[];
  ttl_s: number;
  reload: string | null;
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Reads a manifest that may be anything; null when it says nothing that can be used. */
export function readAdvice(told: unknown, known: readonly Pathway[]): Advice | null {
  if (typeof told !== "object" || told === null) return null;
  const manifest: Manifest = told;
  const order = manifest["PATHWAY-PRIORITY"];
  if (manifest.VERSION !== 1 || !Array.isArray(order)) return null;
  const ways = new Map(clonesIn(manifest, known[0]).map((way) => [way.id, way]));
  // The play session knows better how its viewer reaches the service's own edge.
  for (const way of known) ways.set(way.id, way);
  const ttl = Number(manifest.TTL);
  const reload = manifest["RELOAD-URI"];
  return {
    priority: [...new Set(order.filter(isText))].flatMap((id) => ways.get(id) ?? []),
    ttl_s: ttl > 0 ? Math.min(TTL_S.max, Math.max(TTL_S.min, ttl)) : USUAL_TTL_S,
    reload: isText(reload) ? reload : null,
  };
}

/** The pathways that a manifest makes by other hosts, reached as the known ones are. */
function clonesIn(manifest: Manifest, like: Pathway | undefined): Pathway[] {
  const clones = manifest["PATHWAY-CLONES"];
  if (!Array.isArray(clones) || !like) return [];
  const { protocol, port } = new URL(like.base_url);
  return clones.flatMap((clone: Record<string, unknown> | null) => {
    const host = (clone?.["URI-REPLACEMENT"] as { HOST?: unknown } | undefined)?.HOST;
    const address = isText(host) ? URL.parse(`${protocol}//${host}/`) : null;
    if (!isText(clone?.["ID"]) || !address) return [];
    if (address.pathname !== "/" || address.search || address.username) return [];
    if (address.port === "") address.port = port; // As the specification has it: the host alone.
    return [{ id: clone["ID"], base_url: address.href }];
  });
}

/** What `Steering` needs of the browser. */
export interface SteeringSurroundings {
  ask: (address: string, signal: AbortSignal) => Promise<{ status: number; body: unknown }>;
  after: (ms: number, signal: AbortSignal) => Promise<void>;
  chance: () => number;
}

/** What is steered. */
export interface Steered {
  readonly known: readonly Pathway[];
  steer: (priority: readonly Pathway[]) => void;
  /** How fast the pathway in use is; null where nothing new is known. */
  measured: () => Speed | null;
}

/** The address with what was measured, as section 7.1 has it. */
function telling(address: string, speed: Speed | null): string {
  if (speed === null) return address;
  const url = new URL(address);
  url.searchParams.set("_HLS_pathway", speed.pathway);
  url.searchParams.set("_HLS_throughput", `${speed.bps}`);
  return url.href;
}

const GONE = 410;

/** Steers until the signal is given; nothing that goes wrong on the way reaches the viewer. */
export async function keepSteering(
  address: string,
  steered: Steered,
  signal: AbortSignal,
  surroundings: SteeringSurroundings = browserSurroundings,
): Promise<void> {
  const { ask, after, chance } = surroundings;
  let ttl_s = USUAL_TTL_S;
  let next = address;
  await after(FIRST_MS, signal);
  while (!signal.aborted) {
    const asked = telling(next, steered.measured());
    const answer = await ask(asked, signal).catch(() => null);
    if (answer?.status === GONE) return; // Section 7.3: not again for the rest of the play.
    const advice = answer?.status === 200 ? readAdvice(answer.body, steered.known) : null;
    if (advice) {
      ({ ttl_s } = advice);
      next = advice.reload === null ? next : new URL(advice.reload, next).href;
      if (advice.priority.length > 0) steered.steer(advice.priority);
    }
    await after(ttl_s * 1000 * (1 + SPREAD * (chance() - 0.5)), signal);
  }
}

const browserSurroundings: SteeringSurroundings = {
  ask: async (address, signal) => {
    const answer = await fetch(address, {
      credentials: "omit",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return { status: answer.status, body: answer.ok ? ((await answer.json()) as unknown) : null };
  },
  after: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  chance: Math.random,
};
