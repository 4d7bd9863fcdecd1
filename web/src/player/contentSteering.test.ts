import { describe, expect, it } from "vitest";
import { keepSteering, readAdvice, type Steered } from "./contentSteering";

const KNOWN = [
  { id: "a", base_url: "https://a.example/" },
  { id: "own", base_url: "https://watch.example/" },
];
const clone = (id: string, host: string) => ({
  "BASE-ID": ".",
  ID: id,
  "URI-REPLACEMENT": { HOST: host },
});
const MANIFEST = {
  VERSION: 1,
  TTL: 30,
  "PATHWAY-PRIORITY": ["b", "own", "a", "."],
  "PATHWAY-CLONES": [clone("b", "b.example:8443"), clone("own", "elsewhere.example")],
};

describe("readAdvice", () => {
  it("orders what is known and adds what is cloned", () => {
    expect(readAdvice(MANIFEST, KNOWN)).toEqual({
      priority: [{ id: "b", base_url: "https://b.example:8443/" }, KNOWN[1], KNOWN[0]],
      ttl_s: 30,
      reload: null,
    });
  });

  it("keeps the port where only a host is told", () => {
    const like = [{ id: "a", base_url: "http://a.example:8480/" }];
    const told = { ...MANIFEST, "PATHWAY-PRIORITY": ["b"], "PATHWAY-CLONES": [clone("b", "b")] };
    expect(readAdvice(told, like)?.priority).toEqual([{ id: "b", base_url: "http://b:8480/" }]);
  });

  it.each([null, "text", [], {}, { VERSION: 2, "PATHWAY-PRIORITY": ["a"] }, { VERSION: 1 }])(
    "takes nothing from %j",
    (told) => expect(readAdvice(told, KNOWN)).toBeNull(),
  );

  it("leaves out what makes no sense and bounds the rest", () => {
    const odd = {
      VERSION: 1,
      TTL: 0.001,
      "PATHWAY-PRIORITY": ["a", 7, null, "nobody", "a", "evil"],
      "PATHWAY-CLONES": [null, 3, { ID: "x" }, clone("evil", "evil.example/path?x")],
    };
    expect(readAdvice(odd, KNOWN)).toEqual({ priority: [KNOWN[0]], ttl_s: 2, reload: null });
  });
});

describe("keepSteering", () => {
  const run = async (
    answers: ({ status: number; body: unknown } | null)[],
    speeds: { pathway: string; bps: number }[] = [],
  ) => {
    const leaving = new AbortController();
    const asked: string[] = [];
    const waits_ms: number[] = [];
    const orders: string[][] = [];
    const steered: Steered = {
      known: KNOWN,
      steer: (priority) => orders.push(priority.map(({ id }) => id)),
      measured: () => speeds.shift() ?? null,
    };
    await keepSteering("https://watch.example/steering/home/all-0.json", steered, leaving.signal, {
      ask: (address) => {
        const answer = answers[asked.push(address) - 1];
        if (asked.length >= answers.length) leaving.abort();
        return answer ? Promise.resolve(answer) : Promise.reject(new Error("away"));
      },
      after: (ms) => {
        waits_ms.push(ms);
        return Promise.resolve();
      },
      chance: () => 0.5,
    });
    return { asked, waits_ms, orders };
  };

  it("asks again when it was told to, where it was told to", async () => {
    const first = { ...MANIFEST, TTL: 12, "RELOAD-URI": "../paris/all-0.json" };
    const { asked, waits_ms, orders } = await run([
      { status: 200, body: first },
      { status: 200, body: { ...MANIFEST, "PATHWAY-PRIORITY": ["a"] } },
    ]);
    expect(asked[1]).toBe("https://watch.example/steering/paris/all-0.json");
    expect(waits_ms).toEqual([5_000, 12_000, 30_000]);
    expect(orders).toEqual([["b", "own", "a"], ["a"]]);
  });

  it("tells how fast the pathway in use is, once", async () => {
    const again = { status: 200, body: MANIFEST };
    const { asked } = await run([again, again], [{ pathway: "b", bps: 8_000_000 }]);
    const address = "https://watch.example/steering/home/all-0.json";
    expect(asked).toEqual([`${address}?_HLS_pathway=b&_HLS_throughput=8000000`, address]);
  });

  it("keeps to what it knows while nobody answers, or nonsense comes", async () => {
    const { asked, orders } = await run([
      null,
      { status: 503, body: null },
      { status: 200, body: "<html>" },
      { status: 200, body: { ...MANIFEST, "PATHWAY-PRIORITY": ["nobody"] } },
    ]);
    expect(asked).toHaveLength(4);
    expect(orders).toEqual([]);
  });

  it("never asks again what is gone", async () => {
    const { asked } = await run([
      { status: 410, body: null },
      { status: 200, body: MANIFEST },
    ]);
    expect(asked).toHaveLength(1);
  });
});
