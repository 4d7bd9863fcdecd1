import { describe, expect, it } from "vitest";
import { lineOf, Reports, type CmcdReport, type Delivery } from "./cmcd";

const report: CmcdReport = {
  e: "ps",
  sta: "p",
  ts: 1_700_000_000_123,
  sn: 3,
  sid: "session",
  cid: "title",
};

describe("lineOf", () => {
  it("is a dictionary of structured fields with its keys in order", () => {
    expect(lineOf({ ...report, msd: 812.4, br: 2500, bsa: 1, ec: "shaka_1001" })).toBe(
      'br=(2500),bsa=(1),cid="title",e=ps,ec=("shaka_1001"),msd=812,sid="session",sn=3,sta=p,' +
        "ts=1700000000123,v=2",
    );
  });

  it("tells over which pathway and network, by keys that are nobody else's", () => {
    const line = lineOf({ ...report, "matinee-edge": "home", "matinee-network": "wifi" });
    expect(line).toContain('e=ps,matinee-edge="home",matinee-network="wifi",sid="session"');
  });

  it("lets nothing break out of a string", () => {
    expect(lineOf({ ...report, ec: 'a"),e=(\\é\n' })).toContain('ec=("a\\"),e=(\\\\")');
  });
});

describe("Reports", () => {
  const posted: string[] = [];
  const reportsThat = (...deliveries: Delivery[]) => {
    posted.length = 0;
    return new Reports((lines) => {
      posted.push(lines);
      return Promise.resolve(deliveries.shift() ?? "taken");
    });
  };

  it("sends what is there in one batch, and nothing where nothing is", async () => {
    const reports = reportsThat();
    await reports.flush();
    reports.add(report);
    reports.add({ ...report, sn: 4 });
    await reports.flush();
    await reports.flush();
    expect(posted).toHaveLength(1);
    expect(posted[0]?.split("\n")).toHaveLength(2);
  });

  it("keeps what nobody took, in order and bounded", async () => {
    const reports = reportsThat("later");
    reports.add(report);
    await reports.flush();
    for (let sn = 4; sn < 400; sn++) reports.add({ ...report, sn });
    await reports.flush();
    const lines = posted[1]?.split("\n") ?? [];
    expect(lines).toHaveLength(100);
    expect(lines.at(-1)).toContain("sn=399");
  });

  it("is silent once it is not wanted any more", async () => {
    const reports = reportsThat("unwanted");
    reports.add(report);
    await reports.flush();
    reports.add(report);
    await reports.flush();
    expect(posted).toHaveLength(1);
  });
});
