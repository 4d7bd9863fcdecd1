// Runs main.ts under Node.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { runnerImport } from "vite";

/** The players' own builds: Shaka Player is ours too, the others lie in a folder of their own. */
async function load(name, folder) {
  if (name === "shaka-player") {
    return createRequire(import.meta.url)("shaka-player/dist/shaka-player.dash-es2021.js");
  }
  const module = await import(pathToFileURL(`${folder}/node_modules/${name}`).href);
  return name.startsWith("hls.js") ? module.default : module;
}

const path = new URL("./main.ts", import.meta.url).pathname;
const { module } = await runnerImport(path, { logLevel: "error", configFile: false });
// dash.js adds a listener for each of the thousands of plays.
process.removeAllListeners("warning");
await module.main(process.argv.slice(2), load);
