// Reads {"sheets": [...], "contents": [...]} (texts of style sheets, paths) from standard input and prints a list of the
// texts, each without the rules that match nothing in the contents: pages, and scripts that name a class.

import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";

const { sheets, contents } = JSON.parse(await text(process.stdin));
// PurgeCSS keeps a font that a rule in use names in `font-family`, and doesn't see the shorthand `font`.
const FONT = /\bfont:[^;{}]*?\d(?:r?em|px|pt|%)(?:\/[\d.]+)?\s+([^;{}]+)/g;
const css = sheets.map((sheet) => ({ raw: sheet.replace(FONT, "$&;font-family:$1") }));
const results = await new PurgeCSS().purge({ content: contents, css, fontFace: true });
process.stdout.write(JSON.stringify(results.map((result) => result.css)));
