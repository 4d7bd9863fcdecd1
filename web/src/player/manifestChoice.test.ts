import { describe, expect, it } from "vitest";
import { keepWhatSuits, type Device, type Element } from "./manifestChoice";

type Attributes = Record<string, string>;

const element = (tagName: string, attributes: Attributes, ...children: (Element | string)[]) => ({
  tagName,
  attributes,
  children,
});

const picture = (codecs: string, transfer: string, ...ids: string[]) =>
  element(
    "AdaptationSet",
    { contentType: "video" },
    element("SupplementalProperty", {
      schemeIdUri: "urn:mpeg:mpegB:cicp:TransferCharacteristics",
      value: transfer,
    }),
    ...ids.map((id) => element("Representation", { id, codecs })),
  );

const sound = (codecs: string, lang: string, label: string, channels: readonly string[]) =>
  element(
    "AdaptationSet",
    { contentType: "audio", lang },
    element("Label", {}, label),
    ...channels.map((value) =>
      element(
        "Representation",
        { id: `${lang}-${codecs}-${value}`, codecs },
        element("AudioChannelConfiguration", { value }),
      ),
    ),
  );

const SDR = "1";
const PQ = "16";
const LAPTOP: Device = {
  videoCodecs: ["av01", "avc1"],
  audioCodecs: ["opus", "mp4a"],
  channels: 2,
  hdr: false,
};

function kept(device: Device, ...sets: Element[]): string[] {
  const manifest = element("MPD", {}, "\n", element("Period", {}, ...sets));
  keepWhatSuits(manifest, device);
  const found: string[] = [];
  const visit = (at: Element) => {
    if (at.tagName === "AdaptationSet") expect(at.children.length).toBeGreaterThan(0);
    if (at.tagName === "Representation") found.push(at.attributes["id"] ?? "");
    for (const child of at.children) if (typeof child !== "string") visit(child);
  };
  visit(manifest);
  return found;
}

describe("a plan's ceiling", () => {
  const rung = (id: string, width: number, height: number) =>
    element("Representation", { id, width: String(width), height: String(height) });
  const within = (lines_max: number, ...rungs: Element[]) => {
    const set = element("AdaptationSet", { contentType: "video", codecs: "avc1" }, ...rungs);
    keepWhatSuits(element("MPD", {}, element("Period", {}, set)), LAPTOP, lines_max);
    return set.children.map((one) => (typeof one === "string" ? one : one.attributes["id"]));
  };

  it("leaves what it reaches, whichever way a film is turned", () => {
    const wide = () => [rung("s", 640, 268), rung("m", 1280, 536), rung("l", 1920, 804)];
    expect(within(720, ...wide())).toEqual(["s", "m"]);
    expect(within(1080, ...wide())).toEqual(["s", "m", "l"]);
    expect(within(720, rung("s", 360, 640), rung("m", 720, 1280), rung("l", 1080, 1920))).toEqual([
      "s",
      "m",
    ]);
  });

  it("leaves the smallest even of a film that begins above it", () => {
    expect(within(480, rung("m", 960, 540), rung("l", 1920, 1080))).toEqual(["m"]);
  });
});

describe("keepWhatSuits", () => {
  const av1 = () => picture("av01.0.08M.08", SDR, "a1", "a2");
  const h264 = () => picture("avc1.640028", SDR, "h1", "h2", "h3");

  it("keeps every rung of the best codec", () => {
    expect(kept(LAPTOP, av1(), h264())).toEqual(["a1", "a2"]);
    expect(kept({ ...LAPTOP, videoCodecs: ["avc1", "av01"] }, av1(), h264())).toEqual([
      "h1",
      "h2",
      "h3",
    ]);
    expect(kept({ ...LAPTOP, videoCodecs: ["avc1"] }, av1())).toEqual(["a1", "a2"]);
  });

  it("shows HDR where the screen can, and SDR in another codec where it cannot", () => {
    const hdr = () => picture("av01.0.08M.10", PQ, "x1");
    expect(kept({ ...LAPTOP, hdr: true }, hdr(), h264())).toEqual(["x1"]);
    expect(kept(LAPTOP, hdr(), h264())).toEqual(["h1", "h2", "h3"]);
    expect(kept(LAPTOP, hdr())).toEqual(["x1"]);
    expect(kept({ ...LAPTOP, hdr: true }, h264())).toEqual(["h1", "h2", "h3"]);
  });

  it("keeps one sound of each language and label: as many channels as there are loudspeakers", () => {
    const sets = () => [
      sound("mp4a.40.2", "en", "English", ["2", "6"]),
      sound("opus", "en", "English", ["2", "6"]),
      sound("opus", "en", "Commentary", ["2"]),
      sound("mp4a.40.2", "fr", "Français", ["6"]),
    ];
    expect(kept(LAPTOP, ...sets())).toEqual(["en-opus-2", "en-opus-2", "fr-mp4a.40.2-6"]);
    expect(kept({ ...LAPTOP, channels: 6 }, ...sets())).toEqual([
      "en-opus-6",
      "en-opus-2",
      "fr-mp4a.40.2-6",
    ]);
    expect(kept({ ...LAPTOP, audioCodecs: ["mp4a"] }, ...sets())[0]).toBe("en-mp4a.40.2-2");
  });

  it("leaves text and what it does not know alone", () => {
    const text = element("AdaptationSet", { contentType: "text" });
    text.children.push(
      element("Representation", { id: "t1" }),
      element("Representation", { id: "t2" }),
    );
    expect(kept(LAPTOP, text, av1())).toEqual(["t1", "t2", "a1", "a2"]);
  });
});
