// Tells Shaka Player which variant to fetch: what it sees goes into the rule, the rule's word to Shaka.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { allowed, type Screen } from "./allowed";
import { DroppedFrames } from "./droppedFrames";
import { abandon, choose, goal_s, type Situation } from "./rule";
import { Throughput } from "./throughput";
import { USUAL, type Tuning } from "./tuning";
import { Transfers, type Coming } from "./underway";

/** What of Shaka Player is needed. */
export type Host = EventTarget & Partial<Pick<shaka.Player, "configure">>;

type Variant = shaka.extern.Variant;
type Config = shaka.extern.AbrConfiguration;
type Switch = shaka.extern.AbrManager.SwitchCallback;
type Disable = shaka.extern.AbrManager.DisableStreamCallback;
type Request = shaka.extern.Request;
type Context = shaka.extern.RequestContext;

/** Until the first segment says better. */
const SEGMENT_S = 4;
/** Quicker answers come from a cache and say nothing of the connection. */
const CACHED_MS = 5;
/** A segment that began quickly is not believed to be faster than the connection was lately, by more. */
export const FASTER = 1.5;

/** Steps in which fetching goes further ahead. */
const AHEAD_STEP_S = 20;
/** A gap that Shaka plays over. */
const GAP_S = 0.5;

/** Where what plays from here without a gap ends. */
function bufferEnd(video: HTMLMediaElement): number {
  const { buffered, currentTime } = video;
  for (let at = 0; at < buffered.length; at += 1) {
    const end = buffered.end(at);
    if (buffered.start(at) <= currentTime + GAP_S && end > currentTime) return end;
  }
  return currentTime;
}

/** Seconds that are there, and seconds that are not yet. */
function ahead(video: HTMLMediaElement | null): { buffer_s: number; left_s: number } {
  if (!video) return { buffer_s: 0, left_s: Infinity };
  const end = bufferEnd(video);
  const left_s = Number.isFinite(video.duration) ? Math.max(0, video.duration - end) : Infinity;
  return { buffer_s: end - video.currentTime, left_s };
}

/** What the picture covers, in pixels of the device. An element that is not shown yet has no size. */
function screenOf(video: HTMLMediaElement | null, config: Config): Screen {
  const { restrictToElementSize, restrictToScreenSize, ignoreDevicePixelRatio } = config;
  if (!restrictToElementSize && !restrictToScreenSize) return null;
  const density = ignoreDevicePixelRatio ? 1 : window.devicePixelRatio;
  const { clientWidth, clientHeight } = video ?? { clientWidth: 0, clientHeight: 0 };
  const shown = restrictToElementSize && clientWidth > 0 && clientHeight > 0;
  const width = shown ? clientWidth : window.screen.width;
  const height = shown ? clientHeight : window.screen.height;
  return { width: width * density, height: height * density };
}

export class BufferAbr implements shaka.extern.AbrManager {
  private readonly remembered_bps: number | null;
  private readonly player: Host;
  private readonly throughput = new Throughput();
  private readonly transfers = new Transfers();
  private readonly droppedFrames = new DroppedFrames(() => this.enabled);
  private variants: readonly Variant[] = [];
  private chosen: Variant | null = null;
  private config: Config | null = null;
  private video: HTMLMediaElement | null = null;
  private switchTo: Switch | null = null;
  private enabled = false;
  private rate = 1;
  private segment_s = SEGMENT_S;
  private ahead_s = USUAL.buffer_goal_s;
  private readonly tuning: () => Tuning;

  constructor(remembered_bps: number | null, player: Host, tuning: () => Tuning = () => USUAL) {
    this.remembered_bps = remembered_bps;
    this.player = player;
    this.tuning = tuning;
  }

  init(switchTo: Switch, disable: Disable): void {
    this.switchTo = switchTo;
    this.droppedFrames.onTooMany(disable);
    this.player.addEventListener("segmentappended", this.appended);
    this.player.addEventListener("downloadheadersreceived", this.answered);
  }

  stop(): void {
    this.player.removeEventListener("segmentappended", this.appended);
    this.player.removeEventListener("downloadheadersreceived", this.answered);
    this.droppedFrames.stop();
    this.switchTo = null;
    this.enabled = false;
    this.variants = [];
    this.chosen = null;
    this.video?.removeEventListener("seeking", this.sought);
    this.video = null;
    this.rate = 1;
  }

  release(): void {
    this.stop();
  }

  configure(config: Config): void {
    this.config = config;
    this.droppedFrames.configure(config);
  }

  setMediaElement(video: HTMLMediaElement | null): void {
    this.video?.removeEventListener("seeking", this.sought);
    this.video = video;
    this.video?.addEventListener("seeking", this.sought);
    this.droppedFrames.watch(video);
  }

  setCmsdManager(): void {
    // No server here sends hints on the connection.
  }

  setVariants(variants: readonly Variant[]): boolean {
    const same =
      variants.length === this.variants.length &&
      variants.every((one) => this.variants.includes(one));
    if (!same) this.variants = variants;
    return !same;
  }

  playbackRateChanged(rate: number): void {
    this.rate = Math.abs(rate) || 1;
  }

  enable(): void {
    this.enabled = true;
  }

  disable(): void {
    this.enabled = false;
  }

  getBandwidthEstimate(): number {
    return this.throughput.bps ?? this.remembered_bps ?? this.config?.defaultBandwidthEstimate ?? 0;
  }

  private options(): Variant[] {
    if (!this.config) return [...this.variants];
    return allowed(this.variants, this.config.restrictions, screenOf(this.video, this.config));
  }

  private situation(options: readonly Variant[]): Situation {
    const { chosen } = this;
    const current = options.findLastIndex(
      ({ bandwidth }) => chosen !== null && bandwidth <= chosen.bandwidth,
    );
    const throughput_bps = this.getBandwidthEstimate();
    return {
      bitrates_bps: options.map(({ bandwidth }) => bandwidth * this.rate),
      segment_s: this.segment_s,
      ...ahead(this.video),
      rung: chosen ? Math.max(0, current) : null,
      throughput_bps,
      sustained_bps: this.throughput.sustained_bps ?? throughput_bps,
      drought_s: this.throughput.drought_s,
      distance_s: this.throughput.distance_s,
    };
  }

  chooseVariant(): Variant {
    const options = this.options();
    this.chosen = options[choose(this.situation(options), this.tuning())] ?? null;
    // Shaka asks with nothing to choose from only where nothing can be played, and takes null for that.
    return this.chosen as Variant;
  }

  trySuggestStreams(): void {
    if (!this.enabled || this.variants.length === 0) return;
    const variant = this.chooseVariant();
    const options = this.options();
    this.fetchAhead(goal_s(this.situation(options), options.indexOf(variant), this.tuning()));
    this.switchTo?.(variant);
  }

  /** Tells Shaka in steps: each time it goes through all of its settings. */
  private fetchAhead(wanted_s: number): void {
    const ahead_s = Math.floor(wanted_s / AHEAD_STEP_S) * AHEAD_STEP_S;
    if (ahead_s === this.ahead_s) return;
    this.ahead_s = ahead_s;
    this.player.configure?.("streaming.bufferingGoal", ahead_s);
  }

  /** Where nothing is there after a seek, it is a start again: the next segment must come soon. */
  private readonly sought = (): void => {
    if (ahead(this.video).buffer_s > 0) return;
    this.chosen = null;
    this.trySuggestStreams();
  };

  /** Between two segments of picture nothing is under way that a switch could throw away. */
  private readonly appended = (event: Event): void => {
    const { contentType, start, end } = event as unknown as Record<string, unknown>;
    if (contentType !== "video") return;
    this.segment_s = Number(end) - Number(start) || this.segment_s;
    this.trySuggestStreams();
  };

  private readonly answered = (event: Event): void => {
    const { request, headers } = event as unknown as {
      request: Request;
      headers: Readonly<Record<string, string>>;
    };
    this.transfers.answered(request, headers);
  };

  segmentDownloaded(
    ms: number,
    bytes: number,
    _allowSwitch: boolean,
    request?: Request,
    context?: Context,
  ): void {
    if (!request) return;
    const sample = this.transfers.progressed(request, ms, bytes, Date.now());
    if (ms >= CACHED_MS) this.throughput.add(sample, this.lowest_bps());
    const coming = context && this.transfers.coming(request, context);
    if (coming && this.enabled) this.reconsider(coming);
  }

  private lowest_bps(): number {
    return this.rate * Math.min(...this.variants.map(({ bandwidth }) => bandwidth));
  }

  /** Gives up a segment that would come too late. */
  private reconsider({ streamId, duration_s, elapsed_s, bytes, bytes_total }: Coming): void {
    const options = this.options();
    const rung = options.findIndex(({ video }) => video?.id === streamId);
    if (rung < 0 || this.chosen?.video?.id !== streamId) return;
    const situation = this.situation(options);
    const bits = bytes_total ? 8 * bytes_total : (options[rung]?.bandwidth ?? 0) * duration_s;
    const own_bps = elapsed_s > 0 ? (8 * bytes) / elapsed_s : 0;
    const recent_bps = this.throughput.recent_bps ?? own_bps;
    const bits_left = Math.max(0, bits - 8 * bytes);
    const rate_bps = Math.min(own_bps, FASTER * recent_bps);
    const instead = abandon(situation, { rung, bits_left, elapsed_s, rate_bps });
    const variant = instead === null ? undefined : options[instead];
    if (!variant) return;
    this.chosen = variant;
    this.switchTo?.(variant);
  }
}
