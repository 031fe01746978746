// Make the index of the search: node search-index.mjs FOLDER; the records come as JSON on the standard input.
import { close, createIndex } from "pagefind";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";

const NEEDED = /^(pagefind(-worker)?\.js|pagefind-entry\.json|wasm\.en\.pagefind|.*\.pf_(meta|index|fragment))$/; // no user interface
const folder = process.argv[2];
const { records, words } = await json(process.stdin);
const { index } = await createIndex({ forceLanguage: "en", maxFragments: 12 });
const failed = [];
for (const { kind, title, url, text, page = "" } of records) {
  // The title under the name of its kind has the weight of its kind: search.js
  const meta = { title, page, kind, [kind]: title };
  failed.push(...(await index.addCustomRecord({ url, content: text || title, language: "en", meta })).errors);
}
const { files, errors } = await index.getFiles();
await close();
if (failed.length + errors.length) throw new Error([...failed, ...errors].join("\n"));
await rm(folder, { force: true, recursive: true });
for (const { path, content } of files) {
  if (!NEEDED.test(path.split("/").pop())) continue;
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}
await writeFile(join(folder, "words.txt"), words);
