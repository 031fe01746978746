// Arithmetic coding: each day keeps its part of the interval, which the next row magnifies.
import { box, segment, show, text } from "./base.js";

const ROOM = 0.76;   // of the width is the rows'; beside them stands how wide they really are

export default ({ p, names, days }) => {
  const starts = p.map((_, k) => p.slice(0, k).reduce((total, share) => total + share, 0));
  /** Low end and width of what the first days leave. */
  const part = (s, n = s.days.length) => s.days.slice(0, n).reduce(([low, width], k) => [low + width * starts[k], width * p[k]], [0, 1]);
  const fraction = (width) => (width < 1 && Number.isInteger(1 / width) ? `1/${1 / width}` : String(Number(show(width))));
  /** The first binary digits that lead into the part, whatever digits follow. */
  const code = (s) => {
    const [low, width] = part(s);
    for (let n = 1; ; n++) {
      const number = Math.ceil(low * 2 ** n);
      if (number + 1 <= (low + width) * 2 ** n) return number.toString(2).padStart(n, "0");
    }
  };
  return {
    title: "The interval narrows with each day",
    state: { days },
    controls: days.map((_, i) => ({ key: ["days", i], min: 0, max: names.length - 1, step: 1, label: `day ${i + 1}`, format: (k) => names[k] })),
    draw(s, size) {
      const at = { x: (v) => 4 + v * ROOM * size.width, y: (row) => 4 + (row * (size.height - 8)) / (days.length - 0.42), markup: "" };
      const thick = at.y(0.58) - at.y(0);
      s.days.forEach((kept, row) => {
        names.forEach((name, k) => {
          const [left, wide] = [at.x(starts[k]), at.x(p[k]) - at.x(0)];
          at.markup += box(left, at.y(row), wide, thick, k === kept ? "bar truth" : "free");
          at.markup += text(left + wide / 2, at.y(row) + thick / 2 + 4, name, `${k === kept ? "inside" : "quiet"} middle ${wide < 40 ? "small" : ""}`);
        });
        at.markup += text(at.x(1) + 8, at.y(row) + thick / 2 + 4, `width ${fraction(part(s, row)[1])}`, "");
        if (row + 1 < days.length) {
          const [low, high] = [at.x(starts[kept]), at.x(starts[kept] + p[kept])];
          at.markup += segment(low, at.y(row) + thick, at.x(0), at.y(row + 1), "guide") + segment(high, at.y(row) + thick, at.x(1), at.y(row + 1), "guide");
        }
      });
      return at;
    },
    readout: (s) => [
      ["width", "what is left", fraction(part(s)[1])],
      ["surprise", "surprise", `${show(-Math.log2(part(s)[1]))} bits`],
      ["code", "number", `binary 0.${code(s)}`],
      ["digits", "digits", String(code(s).length)],
    ],
    describe: (s) => `${s.days.map((k) => names[k]).join(", ")}: the part that is left is ${fraction(part(s)[1])} wide, ` +
      `and ${code(s).length} binary digits, ${code(s)}, name a number in it.`,
  };
};
