// What went wrong with a request, as the service told it (RFC 9457) or as we noticed it.

const OFFLINE = "Matinee cannot be reached. Check your connection and try again.";
const BROKEN = "Something went wrong on our side. Try again in a moment.";

/** So much of a request's id is unique among all of months, and can be told by telephone. */
const TOLD_DIGITS = 12;
/** It says itself what is the matter, and that it passes. */
const EXPECTED = new Set(["busy", "starting"]);

/**
 * A request that failed; `message` is a sentence for people. `status` is 0 when nothing answered.
 * `requestId` is what logs name it by, where the fault is not the viewer's.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly retryAfter_s: number | null;
  requestId: string | null = null;

  constructor(
    status: number,
    code: string,
    detail: string,
    retryAfter_s: number | null = null,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.status = status;
    this.code = code;
    this.retryAfter_s = retryAfter_s;
  }

  /** Whether the same request may succeed if it is simply sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function unreachable(cause: unknown): Problem {
  return new Problem(0, "unreachable", OFFLINE, null, { cause });
}

/** Reads the problem out of an answer that is not a success. */
export async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null);
  const told = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const code = typeof told["code"] === "string" ? told["code"] : `http_${answer.status}`;
  const detail = typeof told["detail"] === "string" && told["detail"] ? told["detail"] : BROKEN;
  const wait_s = Number(answer.headers.get("Retry-After"));
  const problem = new Problem(answer.status, code, detail, wait_s > 0 ? wait_s : null);
  if (answer.status >= 500 && !EXPECTED.has(code)) {
    problem.requestId = answer.headers.get("X-Request-ID")?.slice(0, TOLD_DIGITS) || null;
  }
  return problem;
}

/** The sentence to show for anything that was thrown, with what the operator should be told. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Problem)) return BROKEN;
  const { message, requestId } = error;
  return requestId ? `${message} Code for the operator: ${requestId}` : message;
}
