// Asks as bench/k6.py says in the file that PLAN names: each time in the name of another viewer.
import { SharedArray } from "k6/data";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";

const plan = JSON.parse(open(__ENV.PLAN));
// Each text in an array of its own: k6 freezes what it hands out, and of a bare text each letter,
// which takes as long as all else that it does for a request.
const shared = (name) =>
  new SharedArray(name, () => JSON.parse(open(plan[name])).map((text) => [text]));
const tokens = shared("tokens");
const bodies = shared("bodies");

const spare = new Counter("spare");
// Made anew each time that it is asked for, so each connection keeps its own.
let scenario = null;

export const options = {
  discardResponseBodies: true,
  scenarios: { crowd: plan.scenario },
  summaryTrendStats: ["med", "p(99)", "max"],
  systemTags: ["status"],
};

export default function () {
  scenario = scenario || exec.scenario;
  const turn = scenario.iterationInTest;
  const headers = {
    "Accept-Encoding": "gzip",
    "Authorization": `Bearer ${tokens[turn % tokens.length][0]}`,
    "Content-Type": "application/json",
  };
  const body = bodies.length ? bodies[turn % bodies.length][0] : null;
  const path = plan.paths[turn % plan.paths.length];
  const answer = http.request(plan.method, plan.url + path, body, { headers });
  if (answer.headers["X-Matinee-Kept"]) {
    spare.add(1);
  }
}

export function handleSummary(data) {
  return { stdout: JSON.stringify(data.metrics) };
}
