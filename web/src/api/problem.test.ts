import { describe, expect, it } from "vitest";
import { Problem, problemOf, sentenceOf } from "./problem";

const ID = "0123456789abcdef0123456789abcdef";

async function told(status: number, code: string): Promise<string> {
  const body = JSON.stringify({ code, detail: "It failed." });
  const headers = { "X-Request-ID": ID };
  return sentenceOf(await problemOf(new Response(body, { status, headers })));
}

describe("what is said of a failure", () => {
  it("names the request where the operator should hear of it", async () => {
    expect(await told(500, "internal")).toBe("It failed. Code for the operator: 0123456789ab");
    expect(await told(503, "database_down")).toContain("0123456789ab");
  });

  it("does not where the viewer can mend it, or it passes by itself", async () => {
    expect(await told(422, "invalid")).toBe("It failed.");
    expect(await told(503, "busy")).toBe("It failed.");
    expect(await told(503, "starting")).toBe("It failed.");
  });

  it("does without where nobody gave an id", async () => {
    const problem = await problemOf(new Response("", { status: 502 }));
    expect(problem.requestId).toBeNull();
    expect(sentenceOf(problem)).not.toContain("operator");
    expect(sentenceOf(new Problem(0, "unreachable", "Away."))).toBe("Away.");
  });
});
