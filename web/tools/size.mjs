// Fails when the first view asks for more than 150 kB of compressed JavaScript.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 150_000;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));

// What the first view of a signed-in viewer needs: the entry, and the home page.
const FIRST_VIEW = ["index.html", "src/catalog/home/Home.tsx"];

const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the build's manifest; has it moved?`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) visit(imported);
};
FIRST_VIEW.filter((key) => key === "index.html" || manifest[key]).forEach(visit);

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(dist + file), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(
  `${String(total).padStart(8)}  bytes of JavaScript (gzip) in the first view, of ${LIMIT_BYTES}`,
);
if (total > LIMIT_BYTES) {
  console.error("Too much: load something lazily.");
  process.exit(1);
}
