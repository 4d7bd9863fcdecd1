// Which pathways have failed lately, and for how long each is asked last.

const FIRST_SPELL_MS = 30_000;
const LONGEST_SPELL_MS = 300_000;

interface Spell {
  until_ms: number;
  length_ms: number;
}

/** A pathway that fails again and again is distrusted for twice as long each time, up to a bound. */
export class Trust {
  private readonly spells = new Map<string, Spell>();
  private readonly now_ms: () => number;

  constructor(now_ms: () => number) {
    this.now_ms = now_ms;
  }

  failed(pathway: string): void {
    const before = this.spells.get(pathway);
    const now_ms = this.now_ms();
    if (before && before.until_ms > now_ms) return; // One outage fails many requests.
    const length_ms = before ? Math.min(LONGEST_SPELL_MS, 2 * before.length_ms) : FIRST_SPELL_MS;
    this.spells.set(pathway, { until_ms: now_ms + length_ms, length_ms });
  }

  /** It brought something in time. What was asked of it before it failed says nothing. */
  worked(pathway: string): void {
    const spell = this.spells.get(pathway);
    if (spell && spell.until_ms <= this.now_ms()) this.spells.delete(pathway);
  }

  isDistrusted(pathway: string): boolean {
    return (this.spells.get(pathway)?.until_ms ?? -Infinity) > this.now_ms();
  }
}
