// Sets formulas, one a line: {"tex", "display"} in, {"html"} or {"error"} out, both as JSON.
// book/_ext/formulas.py keeps one such process for the whole book.

import { createInterface } from "node:readline";
import katex from "katex";

function set({ tex, display }) {
  try {
    const html = katex.renderToString(tex, {
      displayMode: display,
      output: "htmlAndMathml", // one for the eye, the other for the ear
      throwOnError: true,
      strict: "error", // what LaTeX would refuse is refused here too
      trust: false,
    });
    return { html };
  } catch (error) {
    if (error instanceof katex.ParseError) return { error: error.message };
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(set(JSON.parse(line)))}\n`);
}
