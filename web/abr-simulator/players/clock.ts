// Time as it passes in a simulation, for code written for browsers.

interface Timer {
  due_ms: number;
  every_ms: number | null;
  run: () => void;
}

/** Stands in for the browser's clocks and timers. */
export class Clock {
  now_ms = 0;
  private readonly timers = new Map<number, Timer>();
  private last = 0;

  private add(run: () => void, ms: number, every_ms: number | null): number {
    this.last += 1;
    this.timers.set(this.last, { due_ms: this.now_ms + ms, every_ms, run });
    return this.last;
  }

  readonly setTimeout = (run: () => void, ms = 0): number => this.add(run, ms, null);
  readonly setInterval = (run: () => void, ms = 1): number => this.add(run, ms, Math.max(1, ms));
  readonly clear = (id: number): void => void this.timers.delete(id);

  /** Runs what is due until then. */
  advance(now_ms: number): void {
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.due_ms <= now_ms);
      const next = due.sort(([, a], [, b]) => a.due_ms - b.due_ms)[0];
      if (!next) break;
      const [id, timer] = next;
      this.now_ms = Math.max(this.now_ms, timer.due_ms);
      if (timer.every_ms === null) this.timers.delete(id);
      else timer.due_ms += timer.every_ms;
      timer.run();
    }
    this.now_ms = Math.max(this.now_ms, now_ms);
  }
}

const EPOCH_MS = 1_000_000;
let current: Clock | null = null;
const real = {
  date: Date.now.bind(Date),
  performance: performance.now.bind(performance),
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  clearTimeout: globalThis.clearTimeout,
  clearInterval: globalThis.clearInterval,
};

/** From now on code that asks the browser for the time is told this clock's. */
export function install(clock: Clock | null): void {
  current = clock;
}

/** Makes what the players' code expects of a browser; once, before it is loaded. */
export function pretendBrowser(): void {
  const timers = {
    setTimeout: (run: () => void, ms?: number) =>
      current ? current.setTimeout(run, ms) : real.setTimeout(run, ms),
    setInterval: (run: () => void, ms?: number) =>
      current ? current.setInterval(run, ms) : real.setInterval(run, ms),
    clearTimeout: (id: number) => (current ? current.clear(id) : real.clearTimeout(id)),
    clearInterval: (id: number) => (current ? current.clear(id) : real.clearInterval(id)),
  };
  Object.assign(globalThis, timers);
  const nothing = () => undefined;
  const events = { addEventListener: nothing, removeEventListener: nothing };
  const screen = { width: 3840, height: 2160 };
  const url = { createObjectURL: nothing, revokeObjectURL: nothing };
  const page = {
    URL: url,
    getComputedStyle: () => ({}),
    ...timers,
    ...events,
    screen,
    devicePixelRatio: 1,
    performance,
    location: { href: "http://localhost/", protocol: "http:" },
  };
  Date.now = () => (current ? EPOCH_MS + current.now_ms : real.date());
  performance.now = () => (current ? EPOCH_MS + current.now_ms : real.performance());
  const element = () => ({ canPlayType: () => "", style: {}, setAttribute: nothing, ...events });
  const documentElement = { style: {} };
  const document = { createElement: element, documentElement, ...events };
  const navigator = { userAgent: "", vendor: "", platform: "", language: "en", onLine: true };
  for (const [name, value] of Object.entries({ self: page, window: page, document, navigator })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
