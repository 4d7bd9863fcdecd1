// Brings pieces of media: from the pathway that steering names first, from the next when one fails or
// is slow, again after a pause when all fail, with a fresh token when the old one is refused. Whoever
// asks waits, and hears only of what is final.
import type { PlaySession } from "../api/messages";
import { deferred } from "./deferred";
import { pathwayOf, waysTo, withToken } from "./mediaAddress";
import { isHopeless, pause_ms, type Failure } from "./patience";
import { isTooSlow, LOOK_MS, restAfter_ms, type Progress } from "./race";
import { Speeds, type Speed } from "./speeds";
import { Trust } from "./trust";

type Pathway = PlaySession["pathways"][number];

/** A request under way. */
export interface Errand<T> {
  promise: Promise<T>;
  abort: () => unknown;
  /** How far it has come; left out where nobody knows. */
  progress?: () => Progress;
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

export interface Attempt {
  hasOtherWays: boolean;
  /** Another request for the same piece is under way. */
  isRival: boolean;
}

/** Sends one request to one address; rejects with `AttemptError`. */
export type Send<T> = (address: string, attempt: Attempt) => Errand<T>;

/** A fresh media token. Rejects when none can be had: `busy` may change, `refused` does not. */
export type Renew = () => Promise<string>;

export interface SupplyListener {
  /** Called with true when nothing comes by any way, and with false when it flows again. */
  dry: (isDry: boolean) => void;
}

/** A piece that is no segment should come within this time. */
const USUAL_MS = 4_000;
/** A request gets this many fresh tokens before it counts as refused. */
const RENEWALS_MAX = 2;

export interface Surroundings {
  now_ms: () => number;
  /** Resolves after a time, or sooner when there is hope: the browser came back online. */
  rest: (ms: number) => Promise<void>;
  /** Resolves after a time. */
  after: (ms: number) => Promise<void>;
}

export class MediaSupply {
  private pathways: readonly Pathway[];
  private token: string | null = null;
  private renew: Renew | null = null;
  private renewing: Promise<string> | null = null;
  private readonly trust: Trust;
  private readonly speeds = new Speeds();
  private races = { lost: 0, notBefore_ms: -Infinity };
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
    this.trust = new Trust(surroundings.now_ms);
  }

  /** From now on these are the ways, and `token` opens them. */
  use(pathways: readonly Pathway[], token: string | null): void {
    this.pathways = pathways;
    this.token = token;
  }

  /** Steering says: these pathways, best first. Others that are known stay as a last resort. */
  steer(priority: readonly Pathway[]): void {
    const named = new Set(priority.map(({ id }) => id));
    this.pathways = [...priority, ...this.pathways.filter(({ id }) => !named.has(id))];
  }

  get known(): readonly Pathway[] {
    return this.pathways;
  }

  /** How fast the pathway in use is; null where nothing new is known. */
  measured(): Speed | null {
    return this.speeds.take();
  }

  setToken(token: string): void {
    this.token = token;
  }

  renewWith(renew: Renew): void {
    this.renew = renew;
  }

  /** Starts to bring one piece of media, which should come within `needed_ms`. */
  bring<T>(address: string, send: Send<T>, needed_ms = USUAL_MS): Errand<T> {
    const order: Order<T> = { address, send, needed_ms, under_way: null, isAborted: false };
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
    for (const [at, way] of ways.entries()) {
      if (order.isAborted) break;
      try {
        return { brought: await this.tryWay(order, way, ways[at + 1] ?? ways[0] ?? way) };
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        if (error.failure === null) return { error };
        this.trust.failed(this.nameOf(way));
        // That something did answer says more than that something else did not.
        if (last === null || last.failure === "lost") last = error;
      }
    }
    if (last === null || order.isAborted) last = new AttemptError(null, { cause: "aborted" });
    return { error: last };
  }

  private async tryWay<T>(order: Order<T>, way: string, other: string): Promise<T> {
    for (let renewals = 0; ; renewals++) {
      const { token } = this;
      try {
        return await this.run(order, way, other);
      } catch (error) {
        const isRefused = error instanceof AttemptError && error.failure === "refused";
        if (!isRefused || !this.renew || renewals >= RENEWALS_MAX || order.isAborted) throw error;
        // Somebody else may have had it renewed while this request was out.
        if (this.token === token) await this.renewed(this.renew);
      }
    }
  }

  private send<T>(
    order: Order<T>,
    way: string,
    isRival: boolean,
    hasOtherWays: boolean,
  ): Errand<T> {
    const { token } = this;
    return order.send(token ? withToken(way, token) : way, { hasOtherWays, isRival });
  }

  /** Asks one way; the other one too when that is too slow. */
  private async run<T>(order: Order<T>, way: string, other: string): Promise<T> {
    const hasOtherWays = other !== way;
    const first = this.send(order, way, false, hasOtherWays);
    order.under_way = first;
    const state = { isOver: false };
    const came = first.promise.finally(() => (state.isOver = true));
    came.catch(() => undefined); // Whoever awaits `first` below hears of it.
    const slow = hasOtherWays && (await this.isSlow(first, order.needed_ms, came, state));
    if (!slow || order.isAborted) {
      const brought = await came;
      const name = this.nameOf(way);
      this.trust.worked(name);
      if (first.progress) this.speeds.heard(name, first.progress());
      return brought;
    }
    return this.race(order, came, way, other);
  }

  /** Resolves with true as soon as a request is too slow, with false when it is over before. */
  private async isSlow(
    { progress }: Errand<unknown>,
    needed_ms: number,
    came: Promise<unknown>,
    state: { isOver: boolean },
  ): Promise<boolean> {
    if (!progress) return false;
    const { after, now_ms } = this.surroundings;
    const over = came.then(
      () => undefined,
      () => undefined,
    );
    for (;;) {
      await Promise.race([over, after(LOOK_MS)]);
      if (state.isOver) return false;
      if (now_ms() >= this.races.notBefore_ms && isTooSlow(progress(), needed_ms)) return true;
    }
  }

  private async race<T>(order: Order<T>, came: Promise<T>, way: string, other: string): Promise<T> {
    const first = order.under_way;
    const rival = this.send(order, other, true, true);
    order.under_way = { abort: () => Promise.all([first?.abort(), rival.abort()]) };
    const won = await Promise.any([
      came.then((brought) => ({ brought, by: way })),
      rival.promise.then((brought) => ({ brought, by: other })),
    ]).catch(() => null);
    if (!won) return came; // Both failed: the first one's failure counts.
    void Promise.resolve(won.by === way ? rival.abort() : first?.abort()).catch(() => undefined);
    this.judge(won.by === other, way);
    return won.brought;
  }

  private judge(rivalWon: boolean, way: string): void {
    if (rivalWon) this.trust.failed(this.nameOf(way));
    const lost = rivalWon ? 0 : this.races.lost + 1;
    this.races = { lost, notBefore_ms: this.surroundings.now_ms() + restAfter_ms(lost) };
  }

  /** Has the token renewed, once at a time however many ask. */
  private async renewed(renew: Renew): Promise<void> {
    this.renewing ??= renew().finally(() => {
      this.renewing = null;
    });
    this.token = await this.renewing;
  }

  private byTrust(ways: readonly string[]): string[] {
    const isDistrusted = (way: string) => this.trust.isDistrusted(this.nameOf(way));
    return [...ways].sort((a, b) => Number(isDistrusted(a)) - Number(isDistrusted(b)));
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
  needed_ms: number;
  under_way: Pick<Errand<T>, "abort"> | null;
  isAborted: boolean;
}

const browserSurroundings: Surroundings = {
  now_ms: () => performance.now(),
  after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
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
