// The segments of picture under way, and what each request adds to what is known of the connection.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import type { Sample } from "./throughput";

type Request = shaka.extern.Request;
type Context = shaka.extern.RequestContext;

interface Transfer {
  /** Shaka sets this anew when it asks again. */
  asked_ms: number;
  first_ms: number;
  heard_ms: number;
  bytes: number;
  /** From the answer's headers; null where it says none. */
  bytes_total: number | null;
}

/** A segment of picture that is coming in. */
export interface Coming {
  streamId: number;
  duration_s: number;
  /** Since its first byte. */
  elapsed_s: number;
  bytes: number;
  bytes_total: number | null;
}

/**
 * Keeps a clock for each request: what happened before the player was loaded (a film fetched ahead)
 * is told later and all at once, and only the requests themselves know when it happened.
 */
export class Transfers {
  private readonly transfers = new WeakMap<Request, Transfer>();
  private readonly totals = new WeakMap<Request, number>();

  /** The answer to a request has begun. */
  answered(request: Request, headers: Readonly<Record<string, string>>): void {
    const bytes = Number(headers["content-length"]);
    if (bytes > 0) this.totals.set(request, bytes);
  }

  private begin(request: Request, ms: number, now_ms: number): Transfer {
    const asked_ms = request.requestStartTime ?? now_ms - ms;
    const known = this.transfers.get(request);
    if (known?.asked_ms === asked_ms) return known;
    const first_ms = asked_ms + (request.timeToFirstByte ?? 0);
    const bytes_total = this.totals.get(request) ?? null;
    const begun = { asked_ms, first_ms, heard_ms: asked_ms, bytes: 0, bytes_total };
    this.transfers.set(request, begun);
    return begun;
  }

  /** So many bytes of a request came in, in so many milliseconds. */
  progressed(request: Request, ms: number, bytes: number, now_ms: number): Sample {
    const transfer = this.begin(request, ms, now_ms);
    const waited_ms = transfer.heard_ms;
    const began_ms = Math.max(waited_ms, transfer.first_ms);
    transfer.heard_ms += ms;
    transfer.bytes += bytes;
    return { waited_ms, began_ms, ended_ms: Math.max(began_ms, transfer.heard_ms), bytes };
  }

  /** The segment of picture that a request brings; null if it brings something else. */
  coming(request: Request, { stream, segment }: Context): Coming | null {
    const transfer = this.transfers.get(request);
    if (!transfer || !segment || stream?.type !== "video") return null;
    const { heard_ms, first_ms, bytes, bytes_total } = transfer;
    return {
      streamId: stream.id,
      duration_s: segment.getEndTime() - segment.getStartTime(),
      elapsed_s: (heard_ms - first_ms) / 1000,
      bytes,
      bytes_total,
    };
  }
}
