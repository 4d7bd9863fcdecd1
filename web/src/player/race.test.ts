import { beforeEach, describe, expect, it } from "vitest";
import { AttemptError, MediaSupply, type Attempt, type Errand, type Send } from "./mediaSupply";
import { deferred } from "./deferred";
import { isTooSlow, LOOK_MS, restAfter_ms } from "./race";

const A = "https://a.example/media/t1/pkg/v/3.m4s";
const B = "https://b.example/media/t1/pkg/v/3.m4s";
const BOTH = [
  { id: "a", base_url: "https://a.example/" },
  { id: "b", base_url: "https://b.example/" },
];

describe("isTooSlow", () => {
  it("asks whether the whole will have come in time, as it comes now", () => {
    const half = { elapsed_ms: 2_000, bytes: 500, bytes_total: 1_000 };
    expect(isTooSlow(half, 4_000)).toBe(false);
    expect(isTooSlow(half, 3_999)).toBe(true);
  });

  it("takes silence for slowness, and says nothing of a size that nobody knows", () => {
    expect(isTooSlow({ elapsed_ms: LOOK_MS, bytes: 0, bytes_total: null }, 60_000)).toBe(true);
    expect(isTooSlow({ elapsed_ms: 60_000, bytes: 1, bytes_total: null }, 4_000)).toBe(false);
  });
});

describe("a race for a piece that comes too slowly", () => {
  let now_ms = 0;
  let asked: { address: string; how: Attempt; answer: ReturnType<typeof deferred<string>> }[] = [];
  let aborted: string[] = [];
  let bytes = 0;
  let looks: (() => void)[] = [];
  const surroundings = {
    now_ms: () => now_ms,
    rest: () => Promise.resolve(),
    after: () => new Promise<void>((resolve) => looks.push(resolve)),
  };
  const supplyOf = () => new MediaSupply(BOTH, { dry: () => undefined }, surroundings);
  const send: Send<string> = (address, how): Errand<string> => {
    const answer = deferred<string>();
    asked.push({ address, how, answer });
    const progress = () => ({ elapsed_ms: LOOK_MS, bytes, bytes_total: 10_000 });
    return { promise: answer.promise, abort: () => aborted.push(address), progress };
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const look = async () => {
    await settle();
    now_ms += LOOK_MS;
    for (const resolve of looks.splice(0)) resolve();
    await settle();
  };
  const answer = (nth: number) => asked[nth]?.answer.resolve(asked[nth].address);

  beforeEach(() => {
    now_ms = 1_000;
    asked = [];
    aborted = [];
    looks = [];
    bytes = 100;
  });

  it("is won by who brings it first; the slow one is then asked last", async () => {
    const supply = supplyOf();
    const errand = supply.bring(A, send, 4_000);
    await look();
    expect(asked.map(({ address }) => address)).toEqual([A, B]);
    expect(asked.map(({ how }) => how.isRival)).toEqual([false, true]);
    answer(1);
    expect(await errand.promise).toBe(B);
    expect(aborted).toEqual([A]);
    void supply.bring(A, send, 4_000).promise.catch(() => undefined);
    expect(asked[2]?.address).toBe(B);
  });

  it("is not begun while a piece comes in time, nor where there is no other way", async () => {
    bytes = 9_000;
    const errand = supplyOf().bring(A, send, 4_000);
    await look();
    await look();
    expect(asked).toHaveLength(1);
    answer(0);
    expect(await errand.promise).toBe(A);
    bytes = 100;
    const alone = new MediaSupply(BOTH.slice(0, 1), { dry: () => undefined }, surroundings);
    void alone.bring(A, send, 4_000).promise.catch(() => undefined);
    await look();
    expect(asked).toHaveLength(2);
  });

  it("blames nobody where the viewer's own connection is slow, and rests for longer each time", async () => {
    const supply = supplyOf();
    for (let lost = 1; lost <= 2; lost++) {
      asked = [];
      const errand = supply.bring(A, send, 4_000);
      await look();
      expect(asked).toHaveLength(2);
      answer(0);
      expect(await errand.promise).toBe(A);
      const next = supply.bring(A, send, 4_000);
      await look();
      expect(asked.map(({ address }) => address)).toEqual([A, B, A]);
      answer(2);
      await next.promise;
      now_ms += restAfter_ms(lost);
    }
    expect(restAfter_ms(2)).toBeGreaterThan(restAfter_ms(1));
    expect(restAfter_ms(99)).toBe(300_000);
  });

  it("goes on with the slow one when the other has nothing", async () => {
    const errand = supplyOf().bring(A, send, 4_000);
    await look();
    asked[1]?.answer.reject(new AttemptError("missing", { cause: 404 }));
    await settle();
    answer(0);
    expect(await errand.promise).toBe(A);
  });

  it("stops both when nobody wants the piece any more", async () => {
    const errand = supplyOf().bring(A, send, 4_000);
    await look();
    void errand.abort();
    await expect(errand.promise).rejects.toMatchObject({ cause: "aborted" });
    expect(aborted).toEqual([A, B]);
  });
});
