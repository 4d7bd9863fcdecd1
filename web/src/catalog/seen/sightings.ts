// What one profile saw and the service has not been told yet.
import type { Impressions } from "../../api/messages";

type Seen = Impressions["seen"][number];

/** A title and where it stands; `picks` and `pick` go back to who chose what is shown. */
export interface Place extends Required<Omit<Seen, "ago_s">> {
  /** Of the row that it stands in. */
  picks?: string | undefined;
  /** Of the hero that it is. */
  pick?: string | undefined;
}

interface Sighting {
  place: Place;
  at_ms: number;
}

/** As many as one report may hold; older ones make room. */
export const REPORT_MAX = 200;
/** More rows than a page has. */
const PICKS_MAX = 100;
/** Looking at a title again within this time is the same look. */
const VISIT_MS = 30 * 60_000;
/** The service takes nothing that is older. */
const OLDEST_S = 86_400;

const keyOf = ({ title_id, slot }: Place): string => `${slot} ${title_id}`;

export class Sightings {
  #waiting = new Map<string, Sighting>();
  #lately = new Map<string, number>();

  /** Whether this says something new. */
  add(place: Place, now_ms: number): boolean {
    const key = keyOf(place);
    if (now_ms - (this.#lately.get(key) ?? -Infinity) < VISIT_MS) return false;
    for (const [old, at_ms] of this.#lately)
      if (now_ms - at_ms >= VISIT_MS) this.#lately.delete(old);
    this.#lately.set(key, now_ms);
    this.#wait(key, { place, at_ms: now_ms });
    return true;
  }

  /** The next report, if there is something to tell; it counts as told. */
  take(now_ms: number): Impressions | null {
    if (this.#waiting.size === 0) return null;
    const told = [...this.#waiting.values()];
    this.#waiting.clear();
    const picks = new Set(told.map(({ place }) => place.picks ?? "").filter(Boolean));
    return {
      seen: told.map(({ place: { title_id, slot, row, line, place }, at_ms }) => ({
        ...{ title_id, slot, row, line, place },
        ago_s: Math.min(Math.max(now_ms - at_ms, 0) / 1000, OLDEST_S),
      })),
      picks: [...picks].slice(0, PICKS_MAX),
      hero_pick: told.findLast(({ place }) => place.pick)?.place.pick ?? "",
    };
  }

  #wait(key: string, sighting: Sighting): void {
    this.#waiting.set(key, sighting);
    if (this.#waiting.size > REPORT_MAX) {
      const oldest = this.#waiting.keys().next();
      if (!oldest.done) this.#waiting.delete(oldest.value);
    }
  }
}
