// Asks as bench/k6.py says in the file that PLAN names: each time in the name of another viewer.
import { SharedArray } from "k6/data";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";

const plan = JSON.parse(open(__ENV.PLAN));
const tokens = new SharedArray("tokens", () => JSON.parse(open(plan.tokens)));
const bodies = new SharedArray("bodies", () => JSON.parse(open(plan.bodies)));

const spare = new Counter("spare");

export const options = {
  discardResponseBodies: true,
  scenarios: { crowd: plan.scenario },
  summaryTrendStats: ["med", "p(99)", "max"],
  systemTags: ["status"],
};

export default function () {
  const turn = exec.scenario.iterationInTest;
  const headers = {
    "Accept-Encoding": "gzip",
    "Authorization": `Bearer ${tokens[turn % tokens.length]}`,
    "Content-Type": "application/json",
  };
  const body = bodies.length ? bodies[turn % bodies.length] : null;
  const path = plan.paths[turn % plan.paths.length];
  const answer = http.request(plan.method, plan.url + path, body, { headers });
  if (answer.headers["X-Matinee-Kept"]) {
    spare.add(1);
  }
}

export function handleSummary(data) {
  return { stdout: JSON.stringify(data.metrics) };
}
