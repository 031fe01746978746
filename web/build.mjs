// Bundle what runs in the reader's browser: node build.mjs OUT RUNTIME
// RUNTIME is JSON: where Pyodide lies (relative to the scripts), its lock file, and the size of each file.
import { build } from "esbuild";
import { basename } from "node:path";

const [out, runtime] = process.argv.slice(2);
const common = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none", // the notices are published in full, in a file of their own
  loader: { ".py": "text" },
  logLevel: "error",
  metafile: true,
  minify: true,
  outdir: out,
  target: ["chrome111", "firefox114", "safari16.4"], // module workers, and the CSS that the book uses
};

// The worker first: its name holds its hash, and the page must know it.
const worker = await build({
  ...common,
  define: { RUNTIME: runtime },
  entryPoints: { worker: "src/worker.js" },
  entryNames: "[name]-[hash]",
});
const name = basename(Object.keys(worker.metafile.outputs).find((file) => file.endsWith(".js")));

await build({
  ...common,
  define: { WORKER: JSON.stringify(name), TOTAL: String(JSON.parse(runtime).total) },
  entryPoints: { live: "src/live.js", "live-style": "src/live.css" },
  chunkNames: "[name]-[hash]",
  splitting: true,
});
