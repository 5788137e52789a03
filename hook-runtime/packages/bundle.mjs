// Makes each package that the runtime compiles in one CommonJS file, in which Node's own modules stay
// `require("node/NAME")`: there is one Buffer and one EventEmitter, ours.
//
//   node bundle.mjs FOLDER     writes FOLDER/NAME.js for each package, and FOLDER/NOTICE
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

// The file's name, what it is made from, and by what of ours its dependencies are replaced.
const BUNDLES = [
  { name: "web-streams", entry: "web-streams-polyfill" },
  {
    name: "readable-stream",
    entry: "readable-stream/lib/stream.js",
    // The environment has the class, so the package's own copies of these stay out.
    instead: { "abort-controller": "module.exports = { AbortController, AbortSignal };" },
  },
  { name: "punycode", entry: "punycode/punycode.js" },
];

const NODE = new Set(builtinModules);

const ours = (instead = {}) => ({
  name: "ours",
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      const name = path.replace(/^node:/, "").replace(/\/$/, "");
      if (name in instead) return { path: name, namespace: "instead" };
      return NODE.has(name) ? { path: `node/${name}`, external: true } : undefined;
    });
    bundle.onLoad({ filter: /.*/, namespace: "instead" }, ({ path }) => ({ contents: instead[path] }));
  },
});

// The folder below node_modules of the package that a file of esbuild's list belongs to.
const packageOf = (input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const notice = async (packages) => {
  const parts = await Promise.all([...packages].sort().map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no file with its licence; expected node_modules/${name}/LICENSE`);
    const text = await readFile(join(folder, file), "utf8");
    return `${name} ${version} (${license})\n\n${text.trim().replace(/\r\n/g, "\n").replace(/^/gm, "    ").replace(/ +$/gm, "")}\n`;
  }));
  return `JavaScript packages that are compiled into the runtime, with their licences.
Written by hook-runtime/packages/bundle.mjs; do not edit.

${parts.join("\n")}`;
};

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("expected the folder to write into: node bundle.mjs FOLDER");
await mkdir(folder, { recursive: true });
const packages = new Set();
for (const { name, entry, instead } of BUNDLES) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `module.exports = require(${JSON.stringify(entry)});`, resolveDir: here, sourcefile: `${name}.js` },
    absWorkingDir: here, // paths are in the output
    bundle: true,
    write: false,
    metafile: true,
    format: "cjs",
    platform: "neutral",
    mainFields: ["main"],
    conditions: ["require"],
    target: "es2023",
    // Identifiers stay: the names of classes and functions can be seen.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none", // NOTICE has the whole licences.
    plugins: [ours(instead)],
    logLevel: "warning",
  });
  for (const input of Object.keys(metafile.inputs)) {
    const used = packageOf(input);
    if (used) packages.add(used);
  }
  await writeWhole(join(folder, `${name}.js`), outputFiles[0].text);
}
await writeWhole(join(folder, "NOTICE"), await notice(packages));

// Cargo builds what it finds: a file is whole or not there.
async function writeWhole(file, text) {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
