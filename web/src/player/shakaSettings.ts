// How Shaka Player is set up.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { abrFactory, BUFFER_GOAL_S } from "./abr";
import { recallConnection, USUAL_BPS } from "./connection";
import { preferredChannels, preferredCodecs } from "./decoding";
import { CLEAR_KEY } from "./licence";
import type { Preferences } from "./preferences";

/** How much of what was shown stays in memory, in seconds. */
const BEHIND_S = 30;

/** Our supply decides by itself what to ask again, where and when; Shaka asks it once. */
const ASK_ONCE = { maxAttempts: 1, timeout: 0, stallTimeout: 0, connectionTimeout: 0 };

/** What to do about failures is decided by the player's page, which can say so. Shaka insists on one
 * parameter. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars
function leaveToThePage(_error: unknown): void {
  // Shaka's "error" event tells the page.
}

type AudioPreference = Partial<shaka.extern.AudioPreference>;

/** Opus before AAC in the wanted language, no more channels than there are loudspeakers. */
function audioPreferences(language: string | null, channelCount: number): AudioPreference[] {
  const spoken = language ? { language } : {};
  return [
    { ...spoken, channelCount, codec: "opus" },
    { ...spoken, channelCount, codec: "mp4a" },
    { channelCount, codec: "opus" },
    { channelCount },
  ];
}

/** Everything but the licence server, which is known with the film. */
export async function shakaSettings(preferences: Preferences, player: EventTarget) {
  const remembered_bps = recallConnection();
  const codecs = await preferredCodecs();
  return {
    manifest: { retryParameters: ASK_ONCE },
    drm: { retryParameters: ASK_ONCE, preferredKeySystems: [CLEAR_KEY] },
    streaming: {
      retryParameters: ASK_ONCE,
      bufferingGoal: BUFFER_GOAL_S,
      bufferBehind: BEHIND_S,
      ignoreTextStreamFailures: true,
      // All codecs stay at hand; the preferences below choose among them.
      dontChooseCodecs: true,
      failureCallback: leaveToThePage,
    },
    abrFactory: abrFactory(remembered_bps, player),
    abr: {
      useNetworkInformation: false,
      restrictToElementSize: true,
      defaultBandwidthEstimate: remembered_bps ?? USUAL_BPS,
    },
    preferredVideo: [
      ...codecs.map((codec) => ({ codec, hdrLevel: "AUTO" })),
      ...codecs.map((codec) => ({ codec })),
    ],
    preferredAudio: audioPreferences(preferences.audio, preferredChannels()),
    preferredText: preferences.subtitles ? [{ language: preferences.subtitles }] : [],
  };
}
