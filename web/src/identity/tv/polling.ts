// When a television asks again whether somebody has agreed on a phone (RFC 8628, section 3.5).
import { Problem } from "../../api/problem";

/** What one is told to wait longer by, and what a broken line costs. */
const SLOWER_S = 5;
const WAIT_MAX_S = 60;

/** The seconds until the next question; null where it has been answered for good. */
export function nextWait_s(wait_s: number, error: unknown): number | null {
  if (!(error instanceof Problem)) return null;
  if (error.code === "authorization_pending") return wait_s;
  if (error.code === "slow_down") return Math.min(wait_s + SLOWER_S, WAIT_MAX_S);
  if (!error.passing) return null;
  return Math.min(Math.max(error.retryAfter_s ?? 0, wait_s * 2), WAIT_MAX_S);
}
