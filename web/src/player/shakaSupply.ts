// Makes Shaka Player fetch through our supply. Shaka keeps one plugin per scheme for all players, so
// requests carry a note of whose they are.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import { AttemptError, type Attempt, type Errand, type MediaSupply } from "./mediaSupply";
import { askForKeys, CLEAR_KEY } from "./licence";
import { failureOf, SILENCE_MS, type Failure } from "./patience";

type Shaka = typeof shaka;
type Call = Parameters<shaka.extern.SchemePlugin>;

interface Customer {
  supply: MediaSupply;
  /** Resolves with the play session: before it no key is asked for. */
  granted: Promise<unknown>;
}

interface Request {
  customer: Customer;
  /** How long the piece plays; undefined for what is no segment. */
  needed_ms: number | undefined;
}

const requests = new WeakMap<object, Request>();
const LICENCE = 2;
const BAD_HTTP_STATUS = 1001;
const LOST = new Set([1002, 1003]);
const APPLICATION = 3;

/** What one of Shaka's request errors means; null for an abort and for what no retry mends. */
function failureIn(error: unknown): Failure | null {
  const { code, data } = error as { code?: unknown; data?: unknown };
  if (code === BAD_HTTP_STATUS) return failureOf(Number(Array.isArray(data) ? data[1] : 0));
  return LOST.has(Number(code)) ? "lost" : null;
}

/** Counts what has come of one attempt. */
class Count {
  bytes = 0;
  bytes_total: number | null = null;
  private readonly asked_ms = performance.now();

  progress = () => ({
    elapsed_ms: performance.now() - this.asked_ms,
    bytes: this.bytes,
    bytes_total: this.bytes_total,
  });

  headers(headers: Readonly<Record<string, string>>): void {
    const told = Number(headers["content-length"]);
    if (told > 0) this.bytes_total = told;
  }
}

/** One attempt, given up when no byte comes for too long. */
function attempt(
  library: Shaka,
  call: Call,
  address: string,
  { hasOtherWays, isRival }: Attempt,
): Errand<shaka.extern.Response> {
  const [, request, type, onProgress, onHeaders, config] = call;
  const silence_ms = hasOtherWays ? SILENCE_MS.otherWays : SILENCE_MS.onlyWay;
  const count = new Count();
  let isSilent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSilent = true;
      void operation.abort();
    }, silence_ms);
  };
  const operation = library.net.HttpFetchPlugin.parse(
    address,
    request,
    type,
    (...progress: Parameters<typeof onProgress>) => {
      hear();
      count.bytes += progress[1];
      // Shaka believes that it has one request: of two it hears the first one's progress.
      if (!isRival) onProgress(...progress);
    },
    (...headers: Parameters<typeof onHeaders>) => {
      hear();
      count.headers(headers[0]);
      if (!isRival) onHeaders(...headers);
    },
    config,
  ) as shaka.extern.IAbortableOperation<shaka.extern.Response>;
  hear();
  const promise = operation.promise
    .then((response) => {
      // A rival that came whole has won; what it found is what the connection gives.
      if (isRival) onProgress(count.progress().elapsed_ms, count.bytes, 0);
      return response;
    })
    .catch((error: unknown) => {
      throw new AttemptError(isSilent ? "lost" : failureIn(error), { cause: error });
    })
    .finally(() => clearTimeout(timer));
  return { promise, abort: () => operation.abort(), progress: count.progress };
}

const ABORTED = 7001;

type Kind = "ABORTED" | "TIMED_OUT" | "NOTHING_CAME" | "NO_LICENCE";

/** An error of Shaka's own class: it treats no other as one. */
function shakaError(library: Shaka, kind: Kind, ...data: unknown[]): shaka.util.Error {
  const { Error: ShakaError } = library.util;
  const { Category, Code, Severity } = ShakaError;
  const [category, code] = {
    ABORTED: [Category.PLAYER, Code.OPERATION_ABORTED] as const,
    TIMED_OUT: [Category.NETWORK, Code.TIMEOUT] as const,
    NOTHING_CAME: [Category.NETWORK, Code.HTTP_ERROR] as const,
    NO_LICENCE: [Category.DRM, Code.LICENSE_REQUEST_FAILED] as const,
  }[kind];
  return new ShakaError(Severity.CRITICAL, category, code, ...data);
}

/** What Shaka is told when a piece of media could not be had. */
function finalError(library: Shaka, error: unknown, address: string): shaka.util.Error {
  if (!(error instanceof AttemptError)) return shakaError(library, "NOTHING_CAME", address, error);
  if (error.cause === "aborted") return shakaError(library, "ABORTED");
  const { cause } = error;
  if (!(cause instanceof library.util.Error))
    return shakaError(library, "NOTHING_CAME", address, cause);
  // An attempt that we ended for its silence was no abort of Shaka's.
  const isOurs = error.failure !== null && cause.code === ABORTED;
  return isOurs ? shakaError(library, "TIMED_OUT", address) : cause;
}

/** A copy, which belongs to this request alone. */
const bodyOf = ({ body }: shaka.extern.Request): Uint8Array<ArrayBuffer> => {
  if (!body) return new Uint8Array();
  return new Uint8Array(
    ArrayBuffer.isView(body)
      ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
      : new Uint8Array(body),
  );
};

type Operation = shaka.extern.IAbortableOperation<shaka.extern.Response>;

/** The licence server's answer in Shaka's form. Our own server wants the access token. */
async function licence(
  library: Shaka,
  call: Call,
  granted: Promise<unknown>,
): Promise<shaka.extern.Response> {
  const [address, request] = call;
  try {
    await granted;
    if (request.drmInfo?.keySystem !== CLEAR_KEY) {
      const operation = library.net.HttpFetchPlugin.parse(...call) as Operation;
      return await operation.promise;
    }
    const data = await askForKeys(address, bodyOf(request));
    return { uri: address, originalUri: address, originalRequest: request, data, headers: {} };
  } catch (error) {
    throw shakaError(library, "NO_LICENCE", error);
  }
}

function bring(library: Shaka, ...call: Call): Operation {
  const [address, request, type] = call;
  const known = requests.get(request);
  if (!known) return library.net.HttpFetchPlugin.parse(...call) as Operation;
  const { AbortableOperation } = library.util;
  if ((type as number) === LICENCE) {
    return AbortableOperation.notAbortable(licence(library, call, known.customer.granted));
  }
  const errand = known.customer.supply.bring(
    address,
    (way, how) => attempt(library, call, way, how),
    known.needed_ms,
  );
  const promise = errand.promise.catch((error: unknown) => {
    throw finalError(library, error, address);
  });
  return new AbortableOperation(promise, async () => {
    await errand.abort();
  });
}

let installedIn: Shaka | null = null;

/** Teaches the library to fetch through supplies; once. */
export function installSupply(library: Shaka): void {
  if (installedIn === library) return;
  installedIn = library;
  const plugin = (...call: Call) => bring(library, ...call);
  for (const scheme of ["http", "https"]) {
    library.net.NetworkingEngine.registerScheme(scheme, plugin, APPLICATION, true);
  }
}

/** From now on what `player` asks for comes from `customer`. */
export function supplyPlayer(player: shaka.Player, customer: Customer): void {
  player.getNetworkingEngine()?.registerRequestFilter((_type, request, context) => {
    const segment = context?.segment;
    const needed_ms = segment ? 1000 * (segment.getEndTime() - segment.getStartTime()) : undefined;
    requests.set(request, { customer, needed_ms });
  });
}
