/* Holds manifests (a JSON list on standard input) against the kinds of operators of others: their fields against the
   types, so that a misspelt one is found, and their values against the schemas. Prints one finding a line. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = {
  "external-secrets.io": "@kubernetes-models/external-secrets",
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
const here = dirname(fileURLToPath(import.meta.url));
const ts = createRequire(join(here, "../../../web/package.json"))("typescript");

const moduleOf = ({ apiVersion, kind }) => `${PACKAGES[apiVersion.split("/")[0]]}/${apiVersion}/${kind}`;

/** What the schemas find wrong with a manifest's values. */
async function wrongValues(manifest) {
  const { [manifest.kind]: Model } = await import(moduleOf(manifest));
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [error.message];
  }
}

/** What the types find wrong with manifests' fields: the compiler looks at them as literals in a file of its own. */
function wrongFields(manifests) {
  const file = join(here, "manifests.ts");
  const lines = manifests.flatMap((manifest, number) => [
    `import type { I${manifest.kind} as Kind${number} } from "${moduleOf(manifest)}";`,
    `export const manifest${number}: Kind${number} = ${JSON.stringify(manifest)};`,
  ]);
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const text = lines.join("\n");
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
    const line = source.getLineAndCharacterOfPosition(found.start).line;
    const { kind, metadata } = manifests[Math.floor(line / 2)];
    return `${kind} ${metadata.name}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
  });
}

const manifests = JSON.parse(readFileSync(0, "utf8"));
for (const manifest of manifests) {
  for (const wrong of await wrongValues(manifest)) {
    console.log(`${manifest.kind} ${manifest.metadata.name}: ${wrong}`);
  }
}
for (const wrong of wrongFields(manifests)) console.log(wrong);
