import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { beforeEach, expect, test } from "vitest";
import { BufferAbr } from "./bufferAbr";
import { NO_LIMITS, variant } from "./sketches";

const LADDER = [
  variant(0, 300_000, 270),
  variant(1, 900_000, 360),
  variant(2, 2_000_000, 540),
  variant(3, 4_000_000, 720),
];
const CONFIG = {
  restrictions: NO_LIMITS,
  defaultBandwidthEstimate: 3_000_000,
  droppedFrames: false,
} as unknown as shaka.extern.AbrConfiguration;

/** A player that notes how far it is told to fetch ahead. */
class Host extends EventTarget {
  ahead: unknown = null;
  configure(_name: string | object, value?: unknown): boolean {
    this.ahead = value;
    return true;
  }
  tell(name: string, detail: object): void {
    this.dispatchEvent(Object.assign(new Event(name), detail));
  }
}

/** A video with so many seconds in its buffer. */
const videoWith = (buffer_s: number): HTMLMediaElement => {
  const buffered = { length: 1, start: () => 0, end: () => 10 + buffer_s };
  const shown = { clientWidth: 1280, clientHeight: 720 };
  const known = { buffered, currentTime: 10, duration: 600, ...shown };
  return Object.assign(new EventTarget(), known) as never;
};

let host: Host;
let switched: number[];

function started(buffer_s: number, remembered_bps: number | null = null): BufferAbr {
  const abr = new BufferAbr(remembered_bps, host);
  abr.configure(CONFIG);
  abr.setVariants(LADDER);
  abr.init(
    ({ id }) => switched.push(id),
    () => undefined,
  );
  abr.setMediaElement(videoWith(buffer_s));
  abr.chooseVariant();
  abr.enable();
  return abr;
}

/** A request for a segment of a rung of picture. */
function asked(rung: number): [shaka.extern.Request, shaka.extern.RequestContext] {
  const segment = { getStartTime: () => 20, getEndTime: () => 24 };
  const request = { requestStartTime: Date.now(), timeToFirstByte: 0 };
  return [request, { stream: LADDER[rung]?.video, segment }] as never;
}

const appended = { contentType: "video", start: 20, end: 24 };

beforeEach(() => {
  host = new Host();
  switched = [];
});

test("a film fetched ahead begins by what earlier plays learned, without a video to look at", () => {
  const abr = new BufferAbr(20_000_000, host);
  abr.configure(CONFIG);
  abr.setVariants(LADDER);
  expect(abr.chooseVariant().id).toBe(1);
  expect(abr.getBandwidthEstimate()).toBe(20_000_000);
  abr.release();
});

test("without anything learned the configured guess holds", () => {
  expect(started(0).getBandwidthEstimate()).toBe(3_000_000);
});

test("a segment's end is where the next rung is chosen", () => {
  const abr = started(25);
  const coming = asked(0);
  for (let at = 0; at < 20; at += 1) abr.segmentDownloaded(100, 100_000, true, ...coming);
  expect(switched).toEqual([]);
  host.tell("segmentappended", { ...appended, contentType: "audio" });
  expect(switched).toEqual([]);
  host.tell("segmentappended", appended);
  expect(switched).toEqual([3]);
});

test("what comes from a cache says nothing of the connection", () => {
  const abr = started(25);
  abr.segmentDownloaded(1, 5_000_000, true, ...asked(0));
  expect(abr.getBandwidthEstimate()).toBe(3_000_000);
});

test("a segment that would come too late is given up for one that does not", () => {
  const abr = started(20, 40_000_000);
  host.tell("segmentappended", appended);
  expect(switched).toEqual([3]);
  abr.setMediaElement(videoWith(6));
  const [request, context] = asked(3);
  host.tell("downloadheadersreceived", { request, headers: { "content-length": "2000000" } });
  for (let at = 0; at < 8; at += 1) abr.segmentDownloaded(100, 10_000, true, request, context);
  expect(switched).toEqual([3, 1]);
});

test("nothing is chosen while the viewer chose the quality", () => {
  const abr = started(25);
  abr.disable();
  host.tell("segmentappended", appended);
  expect(switched).toEqual([]);
});

test("a slow connection is told to fetch further ahead", () => {
  const abr = started(25);
  const coming = asked(0);
  for (let at = 0; at < 20; at += 1) abr.segmentDownloaded(1000, 60_000, true, ...coming);
  host.tell("segmentappended", appended);
  expect(host.ahead).toBe(300);
  expect(switched).toEqual([0]);
});

test("a seek to where nothing is there is a start again", () => {
  const abr = started(25, 20_000_000);
  const coming = asked(0);
  for (let at = 0; at < 20; at += 1) abr.segmentDownloaded(100, 250_000, true, ...coming);
  host.tell("segmentappended", appended);
  const far = videoWith(25);
  abr.setMediaElement(far);
  far.dispatchEvent(new Event("seeking"));
  expect(switched).toEqual([3]);
  far.currentTime = 300;
  far.dispatchEvent(new Event("seeking"));
  expect(switched).toEqual([3, 1]);
});

test("after its end it hears no more", () => {
  const abr = started(25);
  abr.stop();
  host.tell("segmentappended", appended);
  expect(switched).toEqual([]);
});

test("variants that are the same are no change", () => {
  const abr = started(25);
  expect(abr.setVariants([...LADDER].reverse())).toBe(false);
  expect(abr.setVariants(LADDER.slice(1))).toBe(true);
});
