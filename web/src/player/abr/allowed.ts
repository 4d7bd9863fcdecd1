// Which variants may be chosen at all: what Shaka calls soft restrictions, and the size on screen.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";

type Variant = shaka.extern.Variant;
type Restrictions = shaka.extern.Restrictions;

/** Pixels of the device; null where nothing is known or nothing is asked. */
export type Screen = { width: number; height: number } | null;

const within = (value: number | null | undefined, min: number, max: number): boolean =>
  value === null || value === undefined || (value >= min && value <= max);

function meets({ video, audio, bandwidth }: Variant, limits: Restrictions): boolean {
  const { width, height, frameRate } = video ?? {};
  const pixels = width && height ? width * height : undefined;
  return (
    within(bandwidth, limits.minBandwidth, limits.maxBandwidth) &&
    within(width, limits.minWidth, limits.maxWidth) &&
    within(height, limits.minHeight, limits.maxHeight) &&
    within(pixels, limits.minPixels, limits.maxPixels) &&
    within(frameRate, limits.minFrameRate, limits.maxFrameRate) &&
    within(audio?.channelsCount, limits.minChannelsCount, limits.maxChannelsCount)
  );
}

const covers = ({ video }: Variant, { width, height }: { width: number; height: number }) =>
  (video?.width ?? 0) >= width && (video?.height ?? 0) >= height;

/** Those no larger than the smallest that covers the screen. */
function fitting(variants: readonly Variant[], screen: Screen): readonly Variant[] {
  if (!screen) return variants;
  const pixels = ({ video }: Variant) => (video?.width ?? 0) * (video?.height ?? 0);
  const enough = Math.min(...variants.filter((one) => covers(one, screen)).map(pixels));
  return variants.filter((one) => pixels(one) <= enough);
}

/**
 * The variants to choose from, fewest bits first, one per bit rate. Where none meets the limits, the
 * one with the fewest bits: something must play.
 */
export function allowed(
  variants: readonly Variant[],
  limits: Restrictions,
  screen: Screen,
): Variant[] {
  const sorted = [...variants].sort((a, b) => a.bandwidth - b.bandwidth);
  const meeting = sorted.filter((one) => meets(one, limits));
  const some = meeting.length > 0 ? fitting(meeting, screen) : sorted.slice(0, 1);
  return some.filter((one, at) => one.bandwidth !== some[at + 1]?.bandwidth);
}
