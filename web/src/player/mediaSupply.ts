// Brings pieces of media: from the next pathway when one fails, again after a pause when all do, with
// a fresh token when the old one is refused. Whoever asks waits, and hears only of what is final.
import type { PlaySession } from "../api/messages";
import { deferred } from "./deferred";
import { pathwayOf, waysTo, withToken } from "./mediaAddress";
import { isHopeless, pause_ms, type Failure } from "./patience";

type Pathway = PlaySession["pathways"][number];

/** A request under way. */
export interface Errand<T> {
  promise: Promise<T>;
  abort: () => unknown;
}

/** What an attempt rejects with. `failure` is null for an abort and for what no retry can mend. */
export class AttemptError extends Error {
  override readonly name = "AttemptError";
  readonly failure: Failure | null;

  constructor(failure: Failure | null, options: ErrorOptions) {
    super(failure ?? "final", options);
    this.failure = failure;
  }
}

/** Sends one request to one address; rejects with `AttemptError`. */
export type Send<T> = (address: string, hasOtherWays: boolean) => Errand<T>;

/** A fresh media token. Rejects when none can be had: `busy` may change, `refused` does not. */
export type Renew = () => Promise<string>;

export interface SupplyListener {
  /** Called with true when nothing comes by any way, and with false when it flows again. */
  dry: (isDry: boolean) => void;
}

/** A pathway that failed is asked last for this long. */
const DISTRUST_MS = 30_000;
/** A request gets this many fresh tokens before it counts as refused. */
const RENEWALS_MAX = 2;

export interface Surroundings {
  now_ms: () => number;
  /** Resolves after a time, or sooner when there is hope: the browser came back online. */
  rest: (ms: number) => Promise<void>;
}

export class MediaSupply {
  private pathways: readonly Pathway[];
  private token: string | null = null;
  private renew: Renew | null = null;
  private renewing: Promise<string> | null = null;
  private readonly distrusted = new Map<string, number>();
  private readonly dry = new Set<symbol>();
  private readonly surroundings: Surroundings;
  private readonly listener: SupplyListener;

  constructor(
    pathways: readonly Pathway[],
    listener: SupplyListener,
    surroundings = browserSurroundings,
  ) {
    this.pathways = pathways;
    this.listener = listener;
    this.surroundings = surroundings;
  }

  /** From now on these are the ways, and `token` opens them. */
  use(pathways: readonly Pathway[], token: string | null): void {
    this.pathways = pathways;
    this.token = token;
  }

  setToken(token: string): void {
    this.token = token;
  }

  renewWith(renew: Renew): void {
    this.renew = renew;
  }

  /** Starts to bring one piece of media. */
  bring<T>(address: string, send: Send<T>): Errand<T> {
    const order: Order<T> = { address, send, under_way: null, isAborted: false };
    const abandoned = deferred<never>();
    return {
      promise: Promise.race([this.persist(order), abandoned.promise]),
      abort: () => {
        order.isAborted = true;
        abandoned.reject(new AttemptError(null, { cause: "aborted" }));
        return order.under_way?.abort();
      },
    };
  }

  private async persist<T>(order: Order<T>): Promise<T> {
    const { now_ms, rest } = this.surroundings;
    const began_ms = now_ms();
    const thirst = Symbol();
    try {
      for (let round = 1; ; round++) {
        const outcome = await this.goRound(order);
        if ("brought" in outcome) return outcome.brought;
        const { error } = outcome;
        const { failure } = error;
        if (failure === null || isHopeless(failure, round, now_ms() - began_ms)) throw error;
        if (failure !== "missing") this.tell(thirst, true);
        await rest(pause_ms(round, Math.random()));
      }
    } finally {
      this.tell(thirst, false);
    }
  }

  /** Asks on every pathway once, the trusted ones first. */
  private async goRound<T>(order: Order<T>): Promise<Outcome<T>> {
    const ways = this.byTrust(waysTo(order.address, this.pathways));
    let last: AttemptError | null = null;
    for (const way of ways) {
      if (order.isAborted) break;
      try {
        return { brought: await this.tryWay(order, way, ways.length > 1) };
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        if (error.failure === null) return { error };
        this.distrust(way);
        // That something did answer says more than that something else did not.
        if (last === null || last.failure === "lost") last = error;
      }
    }
    if (last === null || order.isAborted) last = new AttemptError(null, { cause: "aborted" });
    return { error: last };
  }

  private async tryWay<T>(order: Order<T>, way: string, hasOtherWays: boolean): Promise<T> {
    for (let renewals = 0; ; renewals++) {
      const { token } = this;
      order.under_way = order.send(token ? withToken(way, token) : way, hasOtherWays);
      try {
        return await order.under_way.promise;
      } catch (error) {
        const isRefused = error instanceof AttemptError && error.failure === "refused";
        if (!isRefused || !this.renew || renewals >= RENEWALS_MAX || order.isAborted) throw error;
        // Somebody else may have had it renewed while this request was out.
        if (this.token === token) await this.renewed(this.renew);
      }
    }
  }

  /** Has the token renewed, once at a time however many ask. */
  private async renewed(renew: Renew): Promise<void> {
    this.renewing ??= renew().finally(() => {
      this.renewing = null;
    });
    this.token = await this.renewing;
  }

  private byTrust(ways: readonly string[]): string[] {
    const now_ms = this.surroundings.now_ms();
    const isDistrusted = (way: string) =>
      (this.distrusted.get(this.nameOf(way)) ?? -Infinity) > now_ms;
    return [...ways].sort((a, b) => Number(isDistrusted(a)) - Number(isDistrusted(b)));
  }

  private distrust(way: string): void {
    this.distrusted.set(this.nameOf(way), this.surroundings.now_ms() + DISTRUST_MS);
  }

  private nameOf(way: string): string {
    return pathwayOf(way, this.pathways)?.id ?? way;
  }

  private tell(thirst: symbol, isDry: boolean): void {
    const before = this.dry.size > 0;
    if (isDry) this.dry.add(thirst);
    else this.dry.delete(thirst);
    const after = this.dry.size > 0;
    if (before !== after) this.listener.dry(after);
  }
}

type Outcome<T> = { brought: T } | { error: AttemptError };

interface Order<T> {
  address: string;
  send: Send<T>;
  under_way: Errand<T> | null;
  isAborted: boolean;
}

const browserSurroundings: Surroundings = {
  now_ms: () => performance.now(),
  rest: (ms) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      window.addEventListener("online", done);
    }),
};
