// Shaka Player as it ships: its own SimpleAbrManager, in a streaming engine of this file that fetches and
// aborts as the real one does.
import type { Transfer, Underway } from "../network";
import type { Choice, Film, Player, View } from "../session";
import { Clock, install } from "./clock";

interface Variant {
  bandwidth: number;
  rung: number;
  [key: string]: unknown;
}

interface Manager {
  init: (switchTo: (variant: Variant) => void, disable: () => void) => void;
  configure: (config: unknown) => void;
  setVariants: (variants: Variant[], low: boolean) => void;
  chooseVariant: (fast: boolean) => Variant;
  enable: () => void;
  segmentDownloaded: (ms: number, bytes: number, allowed: boolean) => void;
  getBandwidthEstimate: () => number;
}

export interface ShakaLibrary {
  abr: { SimpleAbrManager: new () => Manager };
  util: {
    PlayerConfiguration: {
      createDefault: () => {
        abr: object;
        streaming: {
          bufferingGoal: number;
          updateIntervalSeconds: number;
          rebufferingGoal: number;
        };
      };
    };
  };
}

/** `networking.minBytesForProgressEvents`: fewer bytes are told of with the next. */
const PROGRESS_BYTES_MIN = 16_000;

class ShakaPlayer implements Player {
  private readonly clock = new Clock();
  private readonly manager: Manager;
  private readonly variants: Variant[];
  private readonly streaming;
  private chosen: Variant | null = null;
  private heard_bits = 0;
  private heard_ms = 0;
  private variantsTaken = 0;

  constructor(library: ShakaLibrary, film: Film) {
    install(this.clock);
    const defaults = library.util.PlayerConfiguration.createDefault();
    this.streaming = defaults.streaming;
    this.manager = new library.abr.SimpleAbrManager();
    this.variants = film.bitrates_kbps.map((kbps, rung) => ({
      bandwidth: kbps * 1000,
      rung,
      video: {
        width: 16 * (rung + 1),
        height: 9 * (rung + 1),
        fastSwitching: false,
        frameRate: 30,
      },
      audio: null,
    }));
    this.manager.configure(defaults.abr);
    this.manager.init(
      (variant) => {
        if (variant !== this.chosen) this.variantsTaken += 1;
        this.chosen = variant;
      },
      () => undefined,
    );
    this.manager.setVariants(this.variants, false);
    install(null);
  }

  private at(view: View): void {
    install(this.clock);
    this.clock.advance(view.now_ms);
  }

  next(view: View): Choice {
    const { bufferingGoal, rebufferingGoal, updateIntervalSeconds } = this.streaming;
    if (view.buffer_s >= Math.max(bufferingGoal, rebufferingGoal)) {
      return { wait_ms: (updateIntervalSeconds / 2) * 1000 };
    }
    this.at(view);
    if (!this.chosen) {
      this.chosen = this.manager.chooseVariant(true);
      this.manager.enable();
    }
    this.heard_bits = 0;
    this.heard_ms = view.now_ms;
    install(null);
    return { rung: this.chosen.rung };
  }

  /** Its network plug-in tells of progress every tenth of a second. */
  private hear(bits: number, now_ms: number): void {
    this.manager.segmentDownloaded(now_ms - this.heard_ms, (bits - this.heard_bits) / 8, true);
    this.heard_bits = bits;
    this.heard_ms = now_ms;
  }

  abandons(view: View, { bits }: Underway, rung: number): boolean {
    if (bits - this.heard_bits < 8 * PROGRESS_BYTES_MIN) return false;
    this.at(view);
    const before = this.variantsTaken;
    this.hear(bits, view.now_ms);
    const aborts = this.variantsTaken > before && this.aborts(view, bits, rung);
    install(null);
    return aborts;
  }

  /** `shouldAbortCurrentRequest_` of its streaming engine, with a segment's size taken from its bit rate. */
  private aborts({ film, segment, buffer_s }: View, bits: number, rung: number): boolean {
    const wanted = ((this.chosen?.bandwidth ?? 0) * film.segment_duration_ms) / 1000;
    const { rebufferingGoal } = this.streaming;
    if (wanted / this.manager.getBandwidthEstimate() < buffer_s - rebufferingGoal) return true;
    return (film.segment_sizes_bits[segment]?.[rung] ?? 0) - bits > wanted;
  }

  finished(view: View, { bits, abandoned }: Transfer): void {
    if (abandoned) return;
    this.at(view);
    this.hear(bits, view.now_ms);
    install(null);
  }
}

export const shakaPlayer = (library: ShakaLibrary, film: Film): Player =>
  new ShakaPlayer(library, film);
