// What of the rule may be tuned for a profile: as usual, unless its play answer says otherwise.
import type { PlayerTuning } from "../../api/messages";

export interface Tuning {
  /** How long a first segment may take, of its own length. */
  first_share: number;
  /** Below this buffer BOLA takes the lowest rung, and nothing is spent. */
  reserve_s: number;
  /** From this buffer on BOLA takes the best. */
  ample_s: number;
  /** The time over which the buffer above the reserve is spent. */
  horizon_s: number;
  /** The share of the throughput that is used. */
  bandwidth_share: number;
  /** Where fetching stops on a good connection. */
  buffer_goal_s: number;
}

export const USUAL: Readonly<Tuning> = {
  first_share: 0.35,
  reserve_s: 12,
  ample_s: 30,
  horizon_s: 240,
  bandwidth_share: 0.92,
  buffer_goal_s: 60,
};

/** The usual, but for what was told. */
export function tuningOf(told: PlayerTuning | null | undefined): Tuning {
  const said = Object.entries(told ?? {}).filter(([, value]) => typeof value === "number");
  return { ...USUAL, ...(Object.fromEntries(said) as Partial<Tuning>) };
}
