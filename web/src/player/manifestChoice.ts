// Takes out of a DASH manifest what this device will not play, and what the plan does not reach. A film comes in two codecs and up to
// four kinds of sound; Shaka Player asks the browser about every pair of picture and sound, one after
// the other, and the viewer waits for that.

/** An element as Shaka Player parses it. */
export interface Element {
  tagName: string;
  attributes: Record<string, string>;
  children: (Element | string)[];
}

export interface Device {
  /** Best first; the beginnings of codec strings. */
  videoCodecs: readonly string[];
  audioCodecs: readonly string[];
  channels: number;
  /** The screen shows HDR. */
  hdr: boolean;
}

const SAME_AS_SDR = new Set(["", "1", "2", "6", "13", "14", "15"]);
const TRANSFER = "urn:mpeg:mpegB:cicp:TransferCharacteristics";

const elements = (parent: Element, name: string): Element[] =>
  parent.children.filter(
    (child): child is Element => typeof child !== "string" && child.tagName === name,
  );

/** An attribute of a representation, or of the adaptation set around it. */
const told = (set: Element, one: Element, name: string): string =>
  one.attributes[name] ?? set.attributes[name] ?? "";

/** Whether its picture is HDR (ISO/IEC 23091-2, table 3: 16 is PQ, 18 HLG). */
function isHdr(set: Element, one: Element): boolean {
  const properties = [set, one].flatMap((at) => [
    ...elements(at, "SupplementalProperty"),
    ...elements(at, "EssentialProperty"),
  ]);
  const transfer = properties.find(({ attributes }) => attributes["schemeIdUri"] === TRANSFER);
  return !SAME_AS_SDR.has(transfer?.attributes["value"] ?? "");
}

function channelsOf(set: Element, one: Element): number {
  const found = [one, set].flatMap((at) => elements(at, "AudioChannelConfiguration"))[0];
  return Number(found?.attributes["value"] ?? 2);
}

/** The place of a codec among the wanted; after them all if it is none of them. */
function place(codec: string, wanted: readonly string[]): number {
  const at = wanted.findIndex((beginning) => codec.startsWith(beginning));
  return at === -1 ? wanted.length : at;
}

interface Offer {
  one: Element;
  /** The less the better. Only the best of a kind stay. */
  cost: number;
  /** Offers of one kind can stand for each other. */
  kind: string;
}

const OUT_OF_REACH = 1000;

/** HDR on a screen without it is the last resort; SDR on an HDR screen only a little less. */
function videoCost(set: Element, one: Element, device: Device): number {
  const hdr = isHdr(set, one);
  const misfit = hdr === device.hdr ? 0 : hdr ? OUT_OF_REACH : 0.5;
  return place(told(set, one, "codecs"), device.videoCodecs) + misfit;
}

/** As many channels as there are loudspeakers come before the codec. */
function audioCost(set: Element, one: Element, device: Device): number {
  const channels = channelsOf(set, one);
  const misfit = channels > device.channels ? OUT_OF_REACH : -channels;
  return place(told(set, one, "codecs"), device.audioCodecs) + misfit * 10;
}

function offersOf(set: Element, device: Device): Offer[] {
  const words = elements(set, "Label").flatMap(({ children }) => children);
  const label = words.filter((word) => typeof word === "string").join(" ");
  return elements(set, "Representation").map((one) => {
    const type = set.attributes["contentType"] ?? told(set, one, "mimeType").split("/")[0];
    if (type === "video") return { one, cost: videoCost(set, one, device), kind: "video" };
    if (type !== "audio") return { one, cost: 0, kind: "other" };
    const kind = `audio ${set.attributes["lang"] ?? ""} ${label}`;
    return { one, cost: audioCost(set, one, device), kind };
  });
}

/** Takes out what would make Shaka Player steer by itself: our supply does. */
export function dropSteering(manifest: Element): void {
  manifest.children = manifest.children.filter(
    (child) => typeof child === "string" || child.tagName !== "ContentSteering",
  );
}

/** The lines of a picture, however it is turned; 0 if the manifest does not say. */
const linesOf = (set: Element, one: Element): number =>
  Math.min(Number(told(set, one, "width")), Number(told(set, one, "height")));

/** Leaves pictures of at most so many lines in a set, and always the smallest. */
function keepWithin(set: Element, lines_max: number): void {
  const lines = elements(set, "Representation").map((one) => linesOf(set, one));
  const reach = Math.max(lines_max, Math.min(...lines));
  set.children = set.children.filter(
    (child) =>
      typeof child === "string" ||
      child.tagName !== "Representation" ||
      linesOf(set, child) <= reach,
  );
}

/**
 * Leaves in every period only what suits the device best, of at most so many lines, and always
 * something of each kind.
 */
export function keepWhatSuits(manifest: Element, device: Device, lines_max = Infinity): void {
  for (const period of elements(manifest, "Period")) {
    const sets = elements(period, "AdaptationSet");
    for (const set of sets) keepWithin(set, lines_max);
    const offers = sets.flatMap((set) => offersOf(set, device));
    const best = new Map<string, number>();
    for (const { kind, cost } of offers) best.set(kind, Math.min(cost, best.get(kind) ?? Infinity));
    const kept = new Set(
      offers.filter(({ kind, cost }) => cost === best.get(kind)).map((o) => o.one),
    );
    const isKept = (child: Element | string) =>
      typeof child === "string" || child.tagName !== "Representation" || kept.has(child);
    for (const set of sets) set.children = set.children.filter(isKept);
    period.children = period.children.filter(
      (child) =>
        typeof child === "string" ||
        child.tagName !== "AdaptationSet" ||
        elements(child, "Representation").length > 0,
    );
  }
}
