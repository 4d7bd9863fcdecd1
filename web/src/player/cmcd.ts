// Tells how a play goes: Common Media Client Data, version 2, event mode (CTA-5004-A). Shaka Player
// could, but it would mark every media request too (which caches then take for different files), it
// counts the start from loading and not from the press, and it tells neither error codes nor the end.

/** What a report holds; the units are the standard's: ms and kbit/s. */
export interface CmcdReport {
  e: CmcdEvent;
  ts: number;
  sn: number;
  sid: string;
  cid: string;
  sta: CmcdState;
  /** From the press to the first frame; told once. */
  msd?: number;
  br?: number;
  bl?: number;
  /** Stalls and stalled time so far. */
  bsa?: number;
  bsda?: number;
  /** Frames dropped so far. */
  dfa?: number;
  pt?: number;
  ec?: string;
  /** Over which pathway, by which kind of network: keys of our own have a hyphen. */
  "matinee-edge"?: string;
  "matinee-network"?: string;
}

/** Bitrate change, error, play state, time interval. */
export type CmcdEvent = "bc" | "e" | "ps" | "t";

/** Starting, playing, seeking, rebuffering, paused, ended, failed, quit. */
export type CmcdState = "s" | "p" | "k" | "r" | "a" | "e" | "f" | "q";

const TOKENS = new Set(["e", "sta"]);
const LISTS = new Set(["bl", "br", "bsa", "bsda", "ec"]);
const VERSION = 2;

/** A string of structured fields (RFC 9651, section 4.1.6); other signs than ASCII's are left out. */
function quoted(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, "");
  return `"${plain.replace(/[\\"]/g, "\\$&")}"`;
}

function valueOf(key: string, value: string | number): string {
  const bare =
    typeof value === "number" ? String(Math.round(value)) : TOKENS.has(key) ? value : quoted(value);
  return LISTS.has(key) ? `(${bare})` : bare;
}

/** A report as one line: a dictionary of structured fields with its keys in order. */
export function lineOf(report: CmcdReport): string {
  const all: [string, string | number | undefined][] = Object.entries({ ...report, v: VERSION });
  return all
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${valueOf(key, value)}`]))
    .sort()
    .join(",");
}

/** How a batch of reports went: taken, to be sent again later, or not wanted any more. */
export type Delivery = "taken" | "later" | "unwanted";

export type Post = (lines: string, isLast: boolean) => Promise<Delivery>;

const LINES_MAX = 100;

/** Collects reports and sends them in batches; keeps a bounded number while nobody takes them. */
export class Reports {
  private lines: string[] = [];
  private isOver = false;
  private readonly post: Post;

  constructor(post: Post) {
    this.post = post;
  }

  add(report: CmcdReport): void {
    if (this.isOver) return;
    this.lines.push(lineOf(report));
    this.lines.splice(0, this.lines.length - LINES_MAX);
  }

  /** Sends what there is. `isLast`: the page may be gone before the answer. */
  async flush(isLast = false): Promise<void> {
    if (this.lines.length === 0 || this.isOver) return;
    const batch = this.lines;
    this.lines = [];
    const delivery = await this.post(batch.join("\n"), isLast);
    if (delivery === "unwanted") this.isOver = true;
    if (delivery === "later") this.lines = [...batch, ...this.lines].slice(-LINES_MAX);
  }
}

/** Posts reports to a collector, whose address says which play it is: no cookie, no access token. */
export function postTo(address: string): Post {
  return async (lines, isLast) => {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/cmcd" },
        body: lines,
        credentials: "omit",
        keepalive: isLast,
      });
      if (answer.ok) return "taken";
      if (answer.status === 429 || answer.status >= 500) return "later";
      // A report that is not understood is dropped; a play that is over is told no more of.
      return [401, 403, 404, 410].includes(answer.status) ? "unwanted" : "taken";
    } catch {
      return "later";
    }
  };
}
