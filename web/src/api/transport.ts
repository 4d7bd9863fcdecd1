// One HTTP exchange: JSON both ways, a time limit, failures as `Problem`.
import { inTurn } from "./crowd";
import { problemOf, unreachable } from "./problem";
import { pageTrace } from "./tracing";

export interface Exchange {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON, or as it is when it is a Blob. */
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
  ifNoneMatch?: string;
  /** Nobody waits for it: not sent again when the service has too much to do. */
  dispensable?: boolean;
  timeout_s?: number;
  /** What it belongs to, where that is not the page's loading. */
  trace?: string | null;
}

const TIMEOUT_S = 20;

function headersOf(request: Exchange, triesLeft: number): Headers {
  const { body, token, ifNoneMatch, trace = pageTrace() } = request;
  const headers = new Headers({ Accept: "application/json" });
  // A press of Play that is turned away has not failed while it comes again.
  if (triesLeft > 0) headers.set("X-Tries-Left", String(triesLeft));
  if (trace) headers.set("traceparent", trace);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (ifNoneMatch) headers.set("If-None-Match", ifNoneMatch);
  if (body instanceof Blob) headers.set("Content-Type", body.type || "application/octet-stream");
  else if (body !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

/**
 * Sends one request, and again while the service turns it away for having too much to do. Throws
 * `Problem`, or `AbortError` where the caller's signal asked for it.
 */
export function exchange(path: string, request: Exchange = {}): Promise<Response> {
  const isOnce = request.dispensable || request.keepalive;
  if (isOnce) return sent(path, request, 0);
  return inTurn((triesLeft) => sent(path, request, triesLeft), request.signal);
}

async function sent(path: string, request: Exchange, triesLeft: number): Promise<Response> {
  const { method = "GET", body, signal, keepalive = false, timeout_s = TIMEOUT_S } = request;
  const limit = AbortSignal.timeout(timeout_s * 1000);
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: headersOf(request, triesLeft),
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      keepalive,
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(error);
  }
  if (!answer.ok && answer.status !== 304) throw await problemOf(answer);
  return answer;
}

/** The answer's body; nothing for 204. */
export async function bodyOf<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch (error) {
    throw unreachable(error);
  }
}
