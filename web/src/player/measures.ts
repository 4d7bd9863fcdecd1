// How a play goes: time to first frame, time played, stalls (CTA-2066 calls these startup time,
// playing time and rebuffering).
import type { PlayerReport } from "../api/messages";

type State = "starting" | "playing" | "paused" | "stalled";

type Measured = Pick<PlayerReport, "startup_s" | "played_s" | "stalled_s" | "stalls">;

/** Adds up what the player tells it. Times come from a clock that only runs forward. */
export class Measures {
  private state: State = "starting";
  private since_ms: number;
  private readonly began_ms: number;
  private startup_s: number | null = null;
  private played_s = 0;
  private stalled_s = 0;
  private stalls = 0;
  private readonly now_ms: () => number;

  /** `began_ms` is when Play was pressed, on the same clock. */
  constructor(now_ms: () => number, began_ms = now_ms()) {
    this.now_ms = now_ms;
    this.began_ms = began_ms;
    this.since_ms = now_ms();
  }

  /** A picture is on the screen. The first call ends the start. */
  firstFrame(): void {
    this.startup_s ??= (this.now_ms() - this.began_ms) / 1000;
  }

  /** Frames move. */
  playing(): void {
    this.firstFrame();
    this.enter("playing");
  }

  /** The viewer stopped it, or it is over: no one waits. */
  paused(): void {
    if (this.state !== "starting") this.enter("paused");
  }

  /** The buffer ran dry. `seeking` waits are asked for by the viewer and are no stall. */
  waiting(seeking: boolean): void {
    if (this.state !== "playing") return;
    if (seeking) {
      this.enter("paused");
      return;
    }
    this.stalls += 1;
    this.enter("stalled");
  }

  private settle(): void {
    const now_ms = this.now_ms();
    const passed_s = (now_ms - this.since_ms) / 1000;
    if (this.state === "playing") this.played_s += passed_s;
    if (this.state === "stalled") this.stalled_s += passed_s;
    this.since_ms = now_ms;
  }

  private enter(state: State): void {
    this.settle();
    this.state = state;
  }

  soFar(): Measured {
    this.settle();
    const { startup_s, played_s, stalled_s, stalls } = this;
    return { startup_s, played_s, stalled_s, stalls };
  }
}
