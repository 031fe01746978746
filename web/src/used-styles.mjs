// Reads {"sheets": [...], "contents": [...]} (paths) from standard input and prints a list of the sheets'
// texts, each without the rules that match nothing in the contents: pages, and scripts that name a class.

import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const { sheets, contents } = JSON.parse(await text(process.stdin));
const results = await new PurgeCSS().purge({ content: contents, css: sheets, fontFace: true });
const css = new Map(results.map((result) => [result.file, result.css]));
process.stdout.write(JSON.stringify(sheets.map((sheet) => css.get(sheet))));
