// Which of a film's codecs this device should decode, and how many loudspeakers it has.
import type { Device } from "./manifestChoice";

/** What the browser says of decoding one codec (W3C Media Capabilities, section 2.2). */
export interface Decoding {
  supported: boolean;
  smooth: boolean;
  powerEfficient: boolean;
}

export type VideoCodec = "av01" | "avc1";

/**
 * AV1 needs fewer bits, H.264 is decoded everywhere. AV1 first where it runs smoothly, unless that
 * would give up decoding in hardware, which spares the battery.
 */
export function codecsByPreference(av1: Decoding, h264: Decoding): VideoCodec[] {
  const losesHardware = h264.powerEfficient && !av1.powerEfficient;
  const wantsAv1 = av1.supported && av1.smooth && !losesHardware;
  return wantsAv1 ? ["av01", "avc1"] : ["avc1", "av01"];
}

const NONE: Decoding = { supported: false, smooth: false, powerEfficient: false };
const FPS = 30;
/** Bits per pixel and second of the picture at a good quality; what the browser's guess needs. */
const BITS_PER_PIXEL = { av01: 0.045, avc1: 0.075 };
const CONTENT_TYPE = {
  av01: 'video/mp4; codecs="av01.0.08M.10"',
  avc1: 'video/mp4; codecs="avc1.640028"',
};

async function decodingOf(codec: VideoCodec, width: number, height: number): Promise<Decoding> {
  if (!("mediaCapabilities" in navigator)) return NONE;
  const bitrate = Math.round(width * height * FPS * BITS_PER_PIXEL[codec]);
  const video = { contentType: CONTENT_TYPE[codec], width, height, bitrate, framerate: FPS };
  return navigator.mediaCapabilities
    .decodingInfo({ type: "media-source", video })
    .catch(() => NONE);
}

const KEY = "matinee.codecs";
/** A codec that failed on this device is given another chance after this long. */
const AVOIDED_MS = 30 * 24 * 3600 * 1000;

/** Keeps AV1 away from this device for a while: it failed to decode, or dropped frames. */
export function avoidAv1(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ av1_avoided_until_ms: Date.now() + AVOIDED_MS }));
  } catch {
    // Storage may be switched off; then it is found out again.
  }
}

function isAv1Avoided(): boolean {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return Number(kept["av1_avoided_until_ms"]) > Date.now();
  } catch {
    return false;
  }
}

/** The film's codecs, best for this device first, at the size of its screen up to 1080 lines. */
async function preferredCodecs(): Promise<VideoCodec[]> {
  const lines = Math.min(1080, Math.max(480, screen.height * devicePixelRatio));
  const height = Math.round(lines);
  const width = Math.round((height * 16) / 9);
  const [av1, h264] = await Promise.all([
    decodingOf("av01", width, height),
    decodingOf("avc1", width, height),
  ]);
  return codecsByPreference(av1, h264);
}

const SURROUND = 6;
const STEREO = 2;

function countChannels(): number {
  try {
    const context = new AudioContext();
    const channels = context.destination.maxChannelCount;
    void context.close().catch(() => undefined);
    return channels;
  } catch {
    return STEREO;
  }
}

let channels = STEREO;
let codecs: Promise<VideoCodec[]> | null = null;

/** Finds out about the device before it matters: about the loudspeakers in an idle moment. */
export function knowDevice(): void {
  if (codecs) return;
  codecs = preferredCodecs();
  const listen = () => {
    channels = countChannels();
  };
  if ("requestIdleCallback" in window) window.requestIdleCallback(listen);
  else setTimeout(listen, 1_000);
}

/** What this device plays best. */
export async function thisDevice(): Promise<Device> {
  knowDevice();
  const videoCodecs = isAv1Avoided() ? ["avc1"] : ((await codecs) ?? ["avc1"]);
  const opus = "MediaSource" in window && MediaSource.isTypeSupported('audio/mp4; codecs="opus"');
  return {
    videoCodecs,
    audioCodecs: opus ? ["opus", "mp4a"] : ["mp4a"],
    channels: channels >= SURROUND ? SURROUND : STEREO,
    hdr: matchMedia("(dynamic-range: high)").matches,
  };
}
