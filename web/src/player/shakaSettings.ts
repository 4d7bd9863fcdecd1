// How Shaka Player is set up.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { abrFactory, USUAL, type Tuning } from "./abr";
import { recallConnection, USUAL_BPS } from "./connection";
import { thisDevice } from "./decoding";
import { CLEAR_KEY } from "./licence";
import { dropSteering, keepWhatSuits, type Element } from "./manifestChoice";
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

/** What is known of the film that is played next, and of who watches it. */
export interface Film {
  tuning: Tuning;
  /** Of the tallest picture that the plan reaches, in lines. */
  lines_max: number;
}

/** Everything but the licence server, which is known with the film. */
export async function shakaSettings(
  preferences: Preferences,
  player: shaka.Player,
  film: () => Film,
) {
  const remembered_bps = recallConnection();
  const device = await thisDevice();
  return {
    manifest: {
      retryParameters: ASK_ONCE,
      dash: {
        manifestPreprocessorTXml: (manifest: Element) => {
          dropSteering(manifest);
          keepWhatSuits(manifest, device, film().lines_max);
        },
      },
    },
    drm: { retryParameters: ASK_ONCE, preferredKeySystems: [CLEAR_KEY] },
    streaming: {
      retryParameters: ASK_ONCE,
      bufferingGoal: USUAL.buffer_goal_s,
      bufferBehind: BEHIND_S,
      ignoreTextStreamFailures: true,
      failureCallback: leaveToThePage,
    },
    abrFactory: abrFactory(remembered_bps, player, () => film().tuning),
    abr: {
      useNetworkInformation: false,
      restrictToElementSize: true,
      defaultBandwidthEstimate: remembered_bps ?? USUAL_BPS,
    },
    preferredAudio: preferences.audio ? [{ language: preferences.audio }] : [],
    preferredText: preferences.subtitles ? [{ language: preferences.subtitles }] : [],
  };
}
