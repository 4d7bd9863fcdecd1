// Chooses how many bits to fetch per second, so that the film never stops and looks as good as it can.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { BufferAbr, type Host } from "./bufferAbr";
import type { Tuning } from "./tuning";

export { tuningOf, USUAL, type Tuning } from "./tuning";

/**
 * For Shaka's `abrFactory`. `remembered_bps` is what earlier plays learned of the connection; `player`
 * tells where segments end, and is told how far to fetch ahead. `tuning` is asked each time.
 */
export function abrFactory(
  remembered_bps: number | null,
  player: Host,
  tuning: () => Tuning,
): shaka.extern.AbrManager.Factory {
  return () => new BufferAbr(remembered_bps, player, tuning);
}
