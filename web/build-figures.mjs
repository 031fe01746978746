// Bundle the figures with sliders: node build-figures.mjs OUT
import { build } from "esbuild";

await build({
  absWorkingDir: import.meta.dirname,
  bundle: true,
  charset: "utf8",
  entryPoints: { figures: "src/figures/index.js", "figures-load": "src/figures/load.js" },
  external: ["./figures.js"], // the loader fetches it when a figure comes near
  format: "esm",
  logLevel: "error",
  minify: true,
  outdir: process.argv[2],
  target: "es2022",
});
await build({
  absWorkingDir: import.meta.dirname,
  bundle: true,
  entryPoints: ["src/figures/figures.css"],
  logLevel: "error",
  minify: true,
  outdir: process.argv[2],
});
