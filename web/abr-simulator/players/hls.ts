// hls.js as it ships: its own AbrController, in a stream controller of this file that asks for
// fragments as the real one does.
import type { Transfer, Underway } from "../network";
import type { Choice, Film, Player, View } from "../session";
import { Clock, install } from "./clock";

interface Stats {
  loaded: number;
  total: number;
  aborted: boolean;
  loading: { start: number; first: number; end: number };
  parsing: { start: number; end: number };
}

interface Fragment {
  sn: number;
  type: "main";
  level: number;
  duration: number;
  bitrate: number | null;
  bitrateTest: boolean;
  stats: Stats;
  abortRequests: () => void;
}

interface AbrController {
  nextAutoLevel: number;
  firstAutoLevel: number;
  forcedAutoLevel: number;
}

export interface HlsLibrary {
  DefaultConfig: Record<string, unknown> & {
    abrController: new (hls: unknown) => AbrController;
    maxBufferLength: number;
    maxBufferSize: number;
    maxMaxBufferLength: number;
  };
  Events: Record<string, string>;
}

/** The real one looks this often while it is idle (`task-loop`). */
const TICK_MS = 100;

class HlsPlayer implements Player {
  private readonly library: HlsLibrary;
  private readonly clock = new Clock();
  private readonly abr: AbrController;
  private readonly listeners = new Map<string, ((event: string, data: unknown) => void)[]>();
  private readonly levels: { bitrate: number; maxBitrate: number; [key: string]: unknown }[];
  private readonly segment_s: number;
  private loadLevel = -1;
  private view: View | null = null;
  private fragment: Fragment | null = null;

  constructor(library: HlsLibrary, film: Film) {
    this.library = library;
    this.segment_s = film.segment_duration_ms / 1000;
    this.levels = film.bitrates_kbps.map((kbps) => this.levelOf(kbps * 1000));
    this.abr = new library.DefaultConfig.abrController(this.hls());
  }

  private levelOf(bitrate: number) {
    const details = { live: false, averagetargetduration: this.segment_s };
    const errors = { loadError: 0, fragmentError: 0 };
    const kind = {
      codecSet: "avc1",
      videoRange: "SDR",
      frameRate: 30,
      supportedResult: { supported: true },
    };
    return { bitrate, maxBitrate: bitrate, averageBitrate: bitrate, details, ...errors, ...kind };
  }

  /** What the controller sees of the library. */
  private hls(): unknown {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const player = this;
    const nothing = () => undefined;
    const config = { ...player.library.DefaultConfig, useMediaCapabilities: false };
    return {
      config,
      userConfig: {},
      logger: {
        trace: nothing,
        debug: nothing,
        log: nothing,
        info: nothing,
        warn: nothing,
        error: nothing,
      },
      levels: player.levels,
      allAudioTracks: [],
      minAutoLevel: 0,
      maxAutoLevel: player.levels.length - 1,
      firstLevel: 0,
      autoLevelEnabled: true,
      manualLevel: -1,
      latestLevelDetails: { live: false },
      on: (event: string, listen: (event: string, data: unknown) => void, context: unknown) => {
        const all = player.listeners.get(event) ?? [];
        player.listeners.set(event, [...all, listen.bind(context)]);
      },
      off: nothing,
      trigger: nothing,
      get media() {
        const started = player.view?.started ?? false;
        return { paused: !started, playbackRate: 1, readyState: started ? 4 : 0 };
      },
      get mainForwardBufferInfo() {
        return { len: player.view?.buffer_s ?? 0, start: 0, end: 0 };
      },
      get loadLevel() {
        return player.loadLevel;
      },
      get loadLevelObj() {
        return player.levels[player.loadLevel];
      },
      get nextAutoLevel() {
        return player.abr.nextAutoLevel;
      },
      set nextAutoLevel(level: number) {
        player.abr.nextAutoLevel = level;
      },
      get nextLoadLevel() {
        return player.abr.nextAutoLevel;
      },
      set nextLoadLevel(level: number) {
        player.load(level);
      },
    };
  }

  private load(level: number): void {
    if (level !== this.loadLevel) {
      this.loadLevel = level;
      this.tell("LEVEL_SWITCHING", { level });
    }
    this.abr.nextAutoLevel = level;
  }

  private tell(event: string, data: unknown): void {
    const name = this.library.Events[event] ?? event;
    for (const listen of this.listeners.get(name) ?? []) listen(name, data);
  }

  private at(view: View): void {
    this.view = view;
    install(this.clock);
  }

  /** `doTickIdle` and `getMaxBufferLength` of its stream controller. */
  next(view: View): Choice {
    this.at(view);
    this.clock.advance(view.now_ms);
    const first = this.loadLevel === -1;
    const level = first ? this.abr.firstAutoLevel : this.abr.nextAutoLevel;
    this.load(level);
    const { maxBufferLength, maxBufferSize, maxMaxBufferLength } = this.library.DefaultConfig;
    const bySize_s = (8 * maxBufferSize) / (this.levels[level]?.maxBitrate ?? 1);
    const goal_s = Math.min(Math.max(bySize_s, maxBufferLength), maxMaxBufferLength);
    const full = view.buffer_s >= goal_s;
    if (!full) this.begin(view, level);
    install(null);
    return full ? { wait_ms: TICK_MS } : { rung: level };
  }

  private begin(view: View, level: number): void {
    const start = performance.now();
    const fragment: Fragment = {
      sn: view.segment,
      type: "main",
      level,
      duration: this.segment_s,
      bitrate: null,
      bitrateTest: false,
      stats: {
        loaded: 0,
        total: 0,
        aborted: false,
        loading: { start, first: 0, end: 0 },
        parsing: { start: 0, end: 0 },
      },
      abortRequests: () => {
        fragment.stats.aborted = true;
      },
    };
    this.fragment = fragment;
    this.tell("FRAG_LOADING", { frag: fragment });
  }

  abandons(view: View, { bits, latency_ms }: Underway, rung: number): boolean {
    const { fragment } = this;
    if (!fragment) return false;
    this.at(view);
    const { stats } = fragment;
    stats.loaded = Math.floor(bits / 8);
    if (latency_ms !== null && bits > 0) {
      const size = view.film.segment_sizes_bits[view.segment]?.[rung] ?? 0;
      stats.loading.first = stats.loading.start + latency_ms;
      stats.total = Math.ceil(size / 8);
      fragment.bitrate = size / this.segment_s;
    }
    this.clock.advance(view.now_ms);
    install(null);
    return stats.aborted;
  }

  finished(view: View, { bits, duration_ms, latency_ms, abandoned }: Transfer): void {
    const { fragment } = this;
    if (!fragment) return;
    this.at(view);
    this.fragment = null;
    if (!abandoned) {
      const { stats } = fragment;
      stats.loaded = stats.total = Math.round(bits / 8);
      stats.loading.first = stats.loading.start + latency_ms;
      stats.loading.end = stats.loading.start + duration_ms;
      stats.parsing = { start: stats.loading.end, end: stats.loading.end };
      fragment.bitrate = bits / this.segment_s;
      this.clock.now_ms = Math.max(this.clock.now_ms, view.now_ms);
      this.tell("FRAG_LOADED", { frag: fragment, part: null });
      this.tell("FRAG_BUFFERED", { frag: fragment, part: null, stats, id: "main" });
    }
    install(null);
  }
}

export const hlsPlayer = (library: HlsLibrary, film: Film): Player => new HlsPlayer(library, film);
