import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Metric } from "../../api/messages";
import { draftOf, ruleWords, typedOf, valueOf, windowsOf, WrongDraftError } from "./alertDraft";

const metric = (unit: Metric["unit"], finest_s = 60): Metric => ({
  id: "some",
  name: "Some figure",
  sentence: "",
  formula: "",
  unit,
  better: null,
  by: [],
  finest_s,
});

const typed = (values: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries({ name: "A", side: "above", ...values }))
    data.set(name, value);
  return data;
};

describe("an alert as it is typed", () => {
  it("says its limit in people's units", () => {
    expect(draftOf(metric("share"), typed({ limit: "2,5" })).limit).toBe(0.025);
    expect(draftOf(metric("bits_per_second"), typed({ limit: "3" })).limit).toBe(3_000_000);
    expect(draftOf(metric("count"), typed({ limit: "12" })).limit).toBe(12);
  });

  it("comes back as it was typed", () => {
    const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 1000);
    const unit = fc.constantFrom<Metric["unit"]>("count", "share", "seconds", "bits_per_second");
    fc.assert(
      fc.property(value, unit, (one, its) => {
        const mine = metric(its);
        expect(typedOf(mine, valueOf(mine, `${one}`) ?? NaN)).toBe(`${one}`);
      }),
    );
  });

  it("is refused where the limit is no number", () => {
    for (const limit of ["", "much", "1e999", "2 %"])
      expect(() => draftOf(metric("share"), typed({ limit }))).toThrow(WrongDraftError);
    const wrongEnd = typed({ limit: "2", clear_at: "little" });
    expect(() => draftOf(metric("share"), wrongEnd)).toThrow(WrongDraftError);
  });

  it("takes addresses however they are parted", () => {
    const data = typed({ limit: "1", emails: "ada@example.org, eve@example.org\n" });
    expect(draftOf(metric("count"), data).emails).toEqual(["ada@example.org", "eve@example.org"]);
  });

  it("offers no window in which the figure says nothing", () => {
    expect(windowsOf(metric("count", 3600)).map(([window_s]) => window_s)).toEqual([3600, 86_400]);
    const data = typed({ limit: "1", window_s: "300" });
    expect(draftOf(metric("count", 3600), data).window_s).toBe(3600);
  });

  it("reads as a sentence", () => {
    const rule = { metric: "some", side: "above", limit: 0.02, window_s: 900 } as const;
    expect(ruleWords(rule, metric("share"))).toMatch(
      /^Some figure of the last 15 minutes above 2\s?%$/,
    );
  });
});
