// Reads {"sheets": [...], "contents": [...]} (texts of style sheets, paths) from standard input and prints a list of the
// texts, each without the rules that match nothing in the contents: pages, and scripts that name a class.

import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const { sheets, contents } = JSON.parse(await text(process.stdin));
const css = sheets.map((raw) => ({ raw }));
const results = await new PurgeCSS().purge({ content: contents, css, fontFace: true });
process.stdout.write(JSON.stringify(results.map((result) => result.css)));
