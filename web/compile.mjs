// Compile the Python of zip files ahead of the reader: node compile.mjs JOB, where JOB is JSON:
// {pyodide: its folder, leave: prefixes of what is left out, keep: prefixes of what keeps its source, files: [[from, to], …]}
// It runs in the Pyodide that will read them, so that the bytecode fits.
import { readFile, rename, writeFile } from "node:fs/promises";

const { pyodide, files, ...options } = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: pyodide });
const compiled = python.runPython(await readFile(new URL("src/compiled.py", import.meta.url), "utf8"));
for (const [from, to] of files) {
  const made = compiled(python.toPy(new Uint8Array(await readFile(from))), python.toPy(options)).toJs();
  await writeFile(`${to}.part`, made);
  await rename(`${to}.part`, to);
}
process.exit(0); // Pyodide would keep Node alive
