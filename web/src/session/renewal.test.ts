import { beforeEach, describe, expect, it, vi } from "vitest";
import { Renewal, type Grant } from "./renewal";

const NOW_MS = Date.parse("2026-01-01T12:00:00Z");
const grant = (access_token: string, lasts_s: number): Grant => ({
  access_token,
  expires_at: new Date(NOW_MS + lasts_s * 1000).toISOString(),
});

describe("Renewal", () => {
  const renew = vi.fn<() => Promise<Grant>>();
  let renewal: Renewal<Grant>;

  beforeEach(() => {
    renew.mockReset();
    renewal = new Renewal(renew, () => NOW_MS);
  });

  it("asks once for however many wait", async () => {
    renew.mockResolvedValue(grant("one", 600));
    const tokens = await Promise.all([renewal.token(), renewal.token(), renewal.renewed()]);
    expect(tokens.slice(0, 2)).toEqual(["one", "one"]);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it("keeps a token that is good for a while and renews one that is about to end", async () => {
    renewal.accept(grant("good", 300));
    expect(await renewal.token()).toBe("good");
    renewal.accept(grant("ending", 30));
    renew.mockResolvedValue(grant("fresh", 600));
    expect(await renewal.token()).toBe("fresh");
  });

  it("renews a refused token once, and hands the new one to all who were refused the old", async () => {
    renewal.accept(grant("refused", 600));
    renew.mockResolvedValue(grant("new", 600));
    expect(await renewal.tokenInsteadOf("refused")).toBe("new");
    expect(await renewal.tokenInsteadOf("refused")).toBe("new");
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it("tells everyone of a failure, and tries again for the next who asks", async () => {
    renew.mockRejectedValueOnce(new Error("no network"));
    const both = await Promise.allSettled([renewal.token(), renewal.token()]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    renew.mockResolvedValueOnce(grant("later", 600));
    expect(await renewal.token()).toBe("later");
  });

  it("does not bring a session back that ended while its renewal was under way", async () => {
    let answer: (value: Grant) => void = () => undefined;
    renew.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const pending = renewal.token();
    renewal.forget();
    answer(grant("ghost", 600));
    await pending;
    renew.mockResolvedValueOnce(grant("next", 600));
    expect(await renewal.token()).toBe("next");
  });
});
