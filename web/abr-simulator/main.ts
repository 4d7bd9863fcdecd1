// Reads films and traces, lets every player play, writes the results as JSON.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contest, own, peers, published, type Libraries, type Result } from "./contest";
import type { Period } from "./network";
import { pretendBrowser } from "./players/clock";
import type { Film } from "./session";

const USAGE =
  "usage: run.mjs NETWORK PEERS: a folder of films (*.json) and of folders of traces, and one with node_modules of the peers";

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function filmsOf(folder: string): [string, Film][] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.map((name) => [name.slice(0, -5), readJson(join(folder, name)) as Film]);
}

/** Sets of traces: folders, by name; in each, files in the order of their names. */
function setsOf(folder: string): [string, Period[][]][] {
  const sets = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  return sets.map(({ name }) => {
    const files = readdirSync(join(folder, name)).filter((file) => file.endsWith(".json"));
    return [name, files.sort().map((file) => readJson(join(folder, name, file)) as Period[])];
  });
}

/** Parts of a set: the rule was tuned on every other trace alone. */
const PARTS: Record<string, (at: number) => boolean> = {
  all: () => true,
  tuned: (at) => at % 2 === 0,
  held: (at) => at % 2 === 1,
};

export async function main(
  [network, folder]: readonly string[],
  load: (name: string, from: string) => Promise<unknown>,
): Promise<void> {
  if (!network || !folder) throw new Error(USAGE);
  pretendBrowser();
  const libraries = {
    dash: await load("dashjs/dist/modern/esm/dash.mediaplayer.min.js", folder),
    hls: await load("hls.js/dist/hls.mjs", folder),
    shaka: await load("shaka-player", folder),
  } as Libraries;
  const makers = { ...own, ...peers(libraries), ...published };
  const results: (Result & { part: string })[] = [];
  for (const [film, sizes] of filmsOf(network)) {
    for (const [set, traces] of setsOf(network)) {
      for (const [part, belongs] of Object.entries(PARTS)) {
        const some = traces.filter((_trace, at) => belongs(at));
        if (some.length === 0) continue;
        const rows = contest(makers, sizes, some);
        results.push(...rows.map((row) => ({ film, set, part, ...row })));
      }
    }
  }
  process.stdout.write(JSON.stringify(results));
}
