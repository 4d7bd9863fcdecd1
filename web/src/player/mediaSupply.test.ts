import { beforeEach, describe, expect, it } from "vitest";
import { AttemptError, MediaSupply, type Errand, type Send } from "./mediaSupply";
import type { Failure } from "./patience";

const A = "https://a.example/media/t1/pkg/v/3.m4s";
const B = "https://b.example/media/t1/pkg/v/3.m4s";
const BOTH = [
  { id: "a", base_url: "https://a.example/" },
  { id: "b", base_url: "https://b.example/" },
];

describe("MediaSupply", () => {
  let now_ms = 0;
  let rests: number[] = [];
  let dryness: boolean[] = [];
  let asked: string[] = [];
  const surroundings = {
    now_ms: () => now_ms,
    rest: (ms: number) => {
      rests.push(ms);
      now_ms += ms;
      return Promise.resolve();
    },
    after: () => new Promise<void>(() => undefined),
  };
  const listener = { dry: (isDry: boolean) => dryness.push(isDry) };
  const supplyOf = (pathways: typeof BOTH) => new MediaSupply(pathways, listener, surroundings);

  /** Answers as told: a failure to reject with, or null for success. */
  const answering =
    (answers: (address: string, nth: number) => Failure | null): Send<string> =>
    (address): Errand<string> => {
      const failure = answers(address, asked.push(address));
      const promise =
        failure === null
          ? Promise.resolve(address)
          : Promise.reject(new AttemptError(failure, { cause: failure }));
      return { promise, abort: () => undefined };
    };

  beforeEach(() => {
    now_ms = 1_000;
    rests = [];
    dryness = [];
    asked = [];
  });

  it("asks elsewhere at once, and goes there first for a while", async () => {
    const supply = supplyOf(BOTH);
    const send = answering((address) => (address.includes("a.example") ? "busy" : null));
    expect(await supply.bring(A, send).promise).toBe(B);
    expect(rests).toEqual([]);
    asked = [];
    await supply.bring(A, send).promise;
    expect(asked).toEqual([B]);
    asked = [];
    now_ms += 60_000;
    await supply.bring(A, send).promise;
    expect(asked).toEqual([A, B]);
  });

  it("rests before it asks everybody again, and says that nothing comes", async () => {
    const send = answering((_address, nth) => (nth < 5 ? "lost" : null));
    await supplyOf(BOTH).bring(A, send).promise;
    expect(asked).toEqual([A, B, A, B, A]);
    expect(rests).toHaveLength(2);
    expect(dryness).toEqual([true, false]);
  });

  it("counts as dry until the last piece has come", async () => {
    const supply = supplyOf(BOTH.slice(0, 1));
    const twice = answering((_address, nth) => (nth < 4 ? "lost" : null));
    await Promise.all([supply.bring(A, twice).promise, supply.bring(A, twice).promise]);
    expect(dryness).toEqual([true, false]);
  });

  it("gives up after minutes without an answer", async () => {
    const errand = supplyOf(BOTH).bring(
      A,
      answering(() => "lost"),
    );
    await expect(errand.promise).rejects.toMatchObject({ failure: "lost" });
    expect(now_ms).toBeGreaterThan(300_000);
    expect(asked.length).toBeLessThan(400);
    expect(dryness).toEqual([true, false]);
  });

  it("has a refused token renewed once for all who wait, and asks the very same again", async () => {
    const supply = supplyOf(BOTH.slice(0, 1));
    let renewals = 0;
    supply.use(BOTH.slice(0, 1), "t1");
    supply.renewWith(() => Promise.resolve(`t${(renewals += 1) + 1}`));
    const send = answering((address) => (address.includes("/t1/") ? "refused" : null));
    const brought = await Promise.all([
      supply.bring(A, send).promise,
      supply.bring(A, send).promise,
    ]);
    expect(brought).toEqual([A.replace("t1", "t2"), A.replace("t1", "t2")]);
    expect(renewals).toBe(1);
    expect(rests).toEqual([]);
  });

  it("waits for a renewal that may yet succeed, and stops where it may not", async () => {
    const supply = supplyOf(BOTH.slice(0, 1));
    supply.use(BOTH.slice(0, 1), "t1");
    let tries = 0;
    supply.renewWith(() => {
      tries += 1;
      if (tries < 3) return Promise.reject(new AttemptError("busy", { cause: "503" }));
      return Promise.resolve("t2");
    });
    const send = answering((address) => (address.includes("/t1/") ? "refused" : null));
    await supply.bring(A, send).promise;
    expect(tries).toBe(3);
    supply.setToken("t1");
    supply.renewWith(() => Promise.reject(new AttemptError(null, { cause: "410" })));
    await expect(supply.bring(A, send).promise).rejects.toMatchObject({ failure: null });
  });

  it("stops at once when nobody wants it any more", async () => {
    const supply = supplyOf(BOTH);
    let aborted = 0;
    const errand = supply.bring(A, () => ({
      promise: new Promise<string>(() => undefined),
      abort: () => (aborted += 1),
    }));
    void errand.abort();
    await expect(errand.promise).rejects.toMatchObject({ failure: null, cause: "aborted" });
    expect(aborted).toBe(1);
    expect(dryness).toEqual([]);
  });
});
