// Shaka's objects, as far as the tests of this folder need them.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";

export const NO_LIMITS: shaka.extern.Restrictions = {
  minWidth: 0,
  maxWidth: Infinity,
  minHeight: 0,
  maxHeight: Infinity,
  minPixels: 0,
  maxPixels: Infinity,
  minFrameRate: 0,
  maxFrameRate: Infinity,
  minBandwidth: 0,
  maxBandwidth: Infinity,
  minChannelsCount: 0,
  maxChannelsCount: Infinity,
};

export function variant(id: number, bandwidth: number, height: number): shaka.extern.Variant {
  const video = { id, type: "video", height, width: Math.round((height * 16) / 9), frameRate: 25 };
  return { id, bandwidth, video, audio: null } as shaka.extern.Variant;
}
