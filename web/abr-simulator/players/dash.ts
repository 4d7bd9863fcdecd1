// dash.js as it ships: its own AbrController with all its rules (DYNAMIC: throughput and BOLA, insufficient
// buffer, switch history, abandonment) and its own ThroughputController, in a scheduler of this file that
// asks and replaces segments (fast switching) as the real one does.
import type { Transfer, Underway } from "../network";
import type { Choice, Film, Player, View } from "../session";
import { Clock, install } from "./clock";
import type { DashLibrary, EventBus, Representation, Settings } from "./dashLibrary";

const STREAM = "film";
const TYPE = "video";
const FILTERS = { streamId: STREAM, mediaType: TYPE };

class DashPlayer implements Player {
  private readonly clock = new Clock();
  private readonly context = {};
  private readonly settings: Settings;
  private readonly events: EventBus;
  private readonly abr;
  private readonly representations: Representation[];
  private readonly segment_s: number;
  private readonly long: boolean;
  private current: Representation;
  private view: View | null = null;
  private delay_ms = 0;
  private mustCheck = false;
  private request: Record<string, unknown> | null = null;
  private forced = false;
  private at: number | null = null;
  private readonly fetched: number[] = [];

  constructor(library: DashLibrary, settings: Settings, film: Film) {
    install(this.clock);
    this.settings = settings;
    this.segment_s = film.segment_duration_ms / 1000;
    const film_s = this.segment_s * film.segment_sizes_bits.length;
    this.long = film_s >= settings.streaming.buffer.longFormContentDurationThreshold;
    const streamInfo = { id: STREAM, manifestInfo: { isDynamic: false, duration: film_s } };
    const mediaInfo = { id: "0", index: 0, type: TYPE, streamInfo };
    this.representations = film.bitrates_kbps.map((kbps, at) => ({
      id: String(at),
      absoluteIndex: at,
      bandwidth: kbps * 1000,
      bitrateInKbit: kbps,
      mediaInfo,
      fragmentDuration: this.segment_s,
      segmentDuration: this.segment_s,
      qualityRanking: NaN,
      pixelsPerSecond: NaN,
      bitsPerPixel: NaN,
    }));
    const make = (name: string) =>
      library.FactoryMaker.getSingletonFactoryByName(name)(this.context).getInstance();
    const throughput = make("ThroughputController");
    this.abr = make("AbrController");
    this.events = library.FactoryMaker.getSingletonInstance(this.context, "EventBus") as EventBus;
    const kept = { get: () => settings };
    const playback = { getIsDynamic: () => false, getLowLatencyModeEnabled: () => false };
    throughput["setConfig"]?.({ settings: kept, playbackController: playback });
    throughput["initialize"]?.();
    this.abr["setConfig"]?.({
      settings: kept,
      throughputController: throughput,
      ...this.surroundings(streamInfo),
    });
    this.abr["initialize"]?.();
    this.abr["registerStreamType"]?.(TYPE, this.processor(streamInfo, mediaInfo, playback));
    this.events.on("qualityChangeRequested", (event) => this.changed(event), this);
    const start = this.abr["getInitialBitrateFor"]?.(TYPE);
    this.current = this.abr["getOptimalRepresentationForBitrate"]?.(
      mediaInfo,
      start,
    ) as Representation;
    install(null);
    library.FactoryMaker.deleteSingletonInstances(this.context);
  }

  /** What its AbrController asks of the rest of the library. */
  private surroundings(streamInfo: object): object {
    const { buffer } = this.settings.streaming;
    const state = () =>
      (this.view?.buffer_s ?? 0) <= buffer.stallThreshold ? "bufferStalled" : "bufferLoaded";
    return {
      dashMetrics: {
        getCurrentBufferLevel: () => this.view?.buffer_s ?? 0,
        getCurrentBufferState: () => ({ state: state() }),
      },
      mediaPlayerModel: {
        getBufferTimeDefault: () => buffer.bufferTimeDefault,
        getAbrBitrateParameter: () => -1,
      },
      adapter: { getVoRepresentations: () => this.representations, areMediaInfosEqual: () => true },
      capabilities: { areKeyIdsUsable: () => true },
      customParametersModel: { getAbrCustomRules: () => [] },
      domStorage: { getSavedBitrateSettings: () => NaN, setSavedBitrateSettings: () => undefined },
      videoModel: { getPlaybackQuality: () => null },
      cmsdModel: {},
      streamController: { getActiveStreamInfo: () => streamInfo },
    };
  }

  private processor(streamInfo: object, mediaInfo: object, playback: object): object {
    return {
      getStreamInfo: () => streamInfo,
      getLastSegment: () => null,
      getRepresentation: () => this.current,
      getRepresentationController: () => ({
        getCurrentCompositeRepresentation: () => this.current,
      }),
      getScheduleController: () => ({
        setTimeToLoadDelay: (ms: number) => {
          this.delay_ms = ms;
        },
        getPlaybackController: () => playback,
      }),
      getFragmentModel: () => ({ getRequests: () => (this.request ? [this.request] : []) }),
      getAllMediaInfos: () => [mediaInfo],
    };
  }

  /** `prepareQualityChange` of its stream processor. */
  private changed(event: Record<string, unknown>): void {
    const old = this.current;
    this.current = event["newRepresentation"] as Representation;
    const reason = event["reason"] as { forceAbandon?: boolean } | undefined;
    if (reason?.forceAbandon && this.request) {
      this.forced = true;
      return;
    }
    const { view } = this;
    if (!view || this.current.bandwidth <= old.bandwidth) return;
    const safe_s = 1.5 * this.segment_s;
    const at = Math.floor((view.played_s + safe_s) / this.segment_s + 1e-9);
    const there = this.fetched[at];
    if (
      there !== undefined &&
      view.buffer_s >= safe_s &&
      (this.representations[there]?.bandwidth ?? 0) < this.current.bandwidth
    ) {
      this.at = at;
    }
  }

  /** `_shouldBuffer` of its schedule controller. */
  private hasRoom(buffer_s: number): boolean {
    const { buffer } = this.settings.streaming;
    const top = this.current.absoluteIndex === this.representations.length - 1;
    const atTop = this.long ? buffer.bufferTimeAtTopQualityLongForm : buffer.bufferTimeAtTopQuality;
    return buffer_s + this.segment_s < (top ? atTop : buffer.bufferTimeDefault);
  }

  next(view: View): Choice {
    this.view = view;
    install(this.clock);
    this.clock.advance(view.now_ms);
    const choice = this.choose(view);
    install(null);
    return choice;
  }

  private choose(view: View): Choice {
    const { defaultTimeout } = this.settings.streaming.scheduling;
    if (this.delay_ms > 0) {
      const wait_ms = this.delay_ms;
      this.delay_ms = 0;
      this.mustCheck = false;
      return { wait_ms };
    }
    this.events.trigger("metricAdded", {
      mediaType: TYPE,
      metric: "BufferLevel",
      value: { level: 1000 * view.buffer_s },
    });
    if (!this.hasRoom(view.buffer_s)) return { wait_ms: defaultTimeout };
    if (this.mustCheck) {
      const changed = this.abr["checkPlaybackQuality"]?.(TYPE, STREAM) as boolean;
      // Where the quality changed, an init segment comes first, and with it another look at the buffer.
      this.mustCheck = false;
      if (changed && !this.hasRoom(view.buffer_s)) return { wait_ms: defaultTimeout };
      if (this.delay_ms > 0) return this.choose(view);
    }
    if (this.at !== null && this.at >= view.segment) this.at = null;
    const segment = this.at ?? view.segment;
    this.mustCheck = true;
    this.request = {
      mediaType: TYPE,
      index: segment,
      duration: this.segment_s,
      representation: this.current,
      firstByteDate: null,
      traces: [],
      bytesLoaded: 0,
      bytesTotal: 0,
    };
    this.forced = false;
    return { rung: this.current.absoluteIndex, segment };
  }

  abandons(
    view: View,
    { elapsed_ms, bits, latency_ms }: Underway,
    rung: number,
    segment: number,
  ): boolean {
    const { request } = this;
    if (!request || bits <= 0 || latency_ms === null) return false;
    this.view = view;
    install(this.clock);
    this.clock.advance(view.now_ms);
    const bytes = bits / 8 - (request["bytesLoaded"] as number);
    const traces = request["traces"] as { d: number; b: number[] }[];
    const before_ms = traces.reduce((sum, { d }) => sum + d, 0);
    traces.push({ d: elapsed_ms - before_ms, b: [bytes] });
    request["firstByteDate"] ??= new Date(Date.now() - elapsed_ms + latency_ms);
    request["bytesLoaded"] = bits / 8;
    request["bytesTotal"] = (view.film.segment_sizes_bits[segment]?.[rung] ?? 0) / 8;
    this.events.trigger("loadingProgress", { request, streamId: STREAM }, FILTERS);
    install(null);
    return this.forced;
  }

  finished(view: View, transfer: Transfer, rung: number, segment: number): void {
    this.view = view;
    install(this.clock);
    this.clock.advance(view.now_ms);
    const { request } = this;
    this.request = null;
    if (transfer.abandoned) {
      this.mustCheck = false;
      this.events.trigger(
        "fragmentLoadingAbandoned",
        { request, mediaType: TYPE, streamId: STREAM },
        FILTERS,
      );
    } else {
      this.fetched[segment] = rung;
      if (this.at !== null) this.at = segment + 1;
      this.tell(transfer, segment, this.representations[rung] as Representation);
    }
    install(null);
  }

  private tell(
    { bits, duration_ms, latency_ms }: Transfer,
    segment: number,
    representation: Representation,
  ): void {
    const now = Date.now();
    const asked = now - duration_ms;
    const start = segment * this.segment_s;
    const bytes = bits / 8;
    this.events.trigger(
      "mediaFragmentLoaded",
      { chunk: { start, duration: this.segment_s, representation }, streamId: STREAM },
      FILTERS,
    );
    this.events.trigger("metricAdded", {
      mediaType: TYPE,
      metric: "HttpList",
      value: {
        type: "MediaSegment",
        trace: [{ s: new Date(asked), d: duration_ms, b: [bytes] }],
        trequest: new Date(asked),
        tresponse: new Date(asked + latency_ms),
        _tfinish: new Date(now),
        _streamId: STREAM,
        _resourceTimingValues: {
          transferSize: bytes,
          decodedBodySize: bytes,
          responseStart: asked + latency_ms,
          responseEnd: now,
        },
      },
    });
    this.events.trigger("bytesAppendedEndFragment", { startTime: start, mediaType: TYPE }, FILTERS);
  }
}

/** Makes players with the settings that dash.js has when nobody sets any. */
export function dashPlayers(library: DashLibrary): (film: Film) => Player {
  const settings = library.MediaPlayer().create().getSettings();
  return (film) => new DashPlayer(library, settings, film);
}
