// Numbers of delivery as words. Pure.
import type { DeliveryOverview, EdgeOverview, ServedBytes, Takedown } from "../../api/messages";

const NUMBER = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const PREFIXES = ["", "k", "M", "G", "T", "P"];

function scaled(value: number, unit: string): string {
  const power = value < 1 ? 0 : Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3));
  return `${NUMBER.format(value / 1000 ** power)} ${PREFIXES[power] ?? ""}${unit}`;
}

export const bytesWords = (bytes: number): string => scaled(bytes, "B");
export const bitrateWords = (bps: number): string => scaled(bps, "bit/s");

/** A share as per cent; a dash where there is nothing to have a share of. */
export const shareWords = (share: number | null): string =>
  share === null ? "–" : PERCENT.format(share);

export const servedBytes = ({ held, cached, missed }: ServedBytes): number =>
  held + cached + missed;

/** The share of bytes that came from the edge itself; null where it served none. */
export function hitShare(bytes: ServedBytes): number | null {
  const all = servedBytes(bytes);
  return all === 0 ? null : (bytes.held + bytes.cached) / all;
}

export function sumServed(all: readonly ServedBytes[]): ServedBytes {
  const sum = (name: keyof ServedBytes) => all.reduce((total, one) => total + one[name], 0);
  return {
    held: sum("held"),
    cached: sum("cached"),
    missed: sum("missed"),
    written: sum("written"),
  };
}

/** How full something is, from 0 to 1; null where its size is not known. */
export const fullness = (used: number, size: number | null): number | null =>
  size === null || size <= 0 ? null : Math.min(1, used / size);

const STALE_MS = 60_000;

/** What an operator should know first of an edge of a service of `release`; null where all is well. */
export function worryOf(
  { edge, figures }: EdgeOverview,
  release: string,
  now_ms: number,
): string | null {
  if (edge.health === "down") return "Does not answer";
  if (!figures) return null;
  const silent_ms = now_ms - Date.parse(figures.reported_at);
  if (silent_ms > STALE_MS) return `No report for ${Math.round(silent_ms / 60_000)} min`;
  if (!figures.is_serving) return "nginx does not serve";
  if (figures.fill.state === "stuck") return figures.fill.detail || "Cannot fill";
  if (figures.remarks[0]) return figures.remarks[0];
  const isOther = figures.release !== "" && figures.release !== release;
  return isOther ? `Runs release ${figures.release}, the service ${release}: upgrade it` : null;
}

/** What edges send together; one that is down sends nothing, whatever it said last. */
export const sendsNow_bps = (edges: readonly EdgeOverview[]): number =>
  edges.reduce(
    (sum, { edge, figures }) => sum + (edge.health === "up" ? (figures?.egress_bps ?? 0) : 0),
    0,
  );

/** The edges that stand somewhere on the map. */
export function placedEdges({ edges, sites }: DeliveryOverview) {
  const places = new Map(sites.map((site) => [site.id, site]));
  return edges.flatMap((row) => {
    const site = places.get(row.edge.site ?? "");
    const { latitude = null, longitude = null } = site ?? {};
    return latitude === null || longitude === null ? [] : [{ ...row, latitude, longitude }];
  });
}

/** The newest order of each title that forbids it: those that can be taken back. */
export function standingTakedowns(newestFirst: readonly Takedown[]): Set<Takedown> {
  const seen = new Set<string>();
  const first = newestFirst.filter(({ title_id }) => !seen.has(title_id) && seen.add(title_id));
  return new Set(first.filter(({ lifted }) => !lifted));
}

/** "all 3 edges after 2.1 s", "1 of 3 edges". */
export function obeyedWords({ edges, obeyed, asked_at, last_obeyed_at }: Takedown): string {
  if (edges === 0) return "the origin, at once";
  if (obeyed < edges) return `${obeyed} of ${edges} edges`;
  const which = edges === 1 ? "the edge" : `all ${edges} edges`;
  if (last_obeyed_at === null) return which;
  const took_s = Math.max(0, Date.parse(last_obeyed_at) - Date.parse(asked_at)) / 1000;
  return `${which} after ${took_s.toFixed(1)} s`;
}
