// How fast each pathway brings media, as a player tells with its requests for steering (RFC 8216bis,
// section 7.1).
import type { Progress } from "./race";

/** A pathway and its speed. */
export interface Speed {
  pathway: string;
  bps: number;
}

/** Fewer bytes say more about latency than about speed. */
const TELLING_BYTES = 64_000;
/** What was measured before counts so much less with each new piece. */
const KEPT = 0.7;

export class Speeds {
  private readonly sums = new Map<string, { bytes: number; ms: number }>();
  private last: string | null = null;

  /** A piece came whole by a pathway. */
  heard(pathway: string, { bytes, elapsed_ms }: Progress): void {
    if (bytes < TELLING_BYTES || elapsed_ms <= 0) return;
    const before = this.sums.get(pathway) ?? { bytes: 0, ms: 0 };
    this.sums.set(pathway, {
      bytes: KEPT * before.bytes + bytes,
      ms: KEPT * before.ms + elapsed_ms,
    });
    this.last = pathway;
  }

  /** Of the pathway that brought something last, since this was asked before; null if none did. */
  take(): Speed | null {
    const pathway = this.last;
    const sum = pathway === null ? undefined : this.sums.get(pathway);
    if (pathway === null || !sum) return null;
    this.last = null;
    return { pathway, bps: Math.round((8_000 * sum.bytes) / sum.ms) };
  }
}
