// Word lengths as shares of a budget of 1: which of them make a prefix code, and what it costs.
import { box, escape, frame, range, segment, show, text } from "./base.js";
import { budget, entropy, words } from "./measures.js";

const eighths = (x) => {   // the budget as a fraction, since lengths are whole
  let below = 1;
  while ((x * below) % 1 && below < 64) below *= 2;
  return below === 1 ? String(x) : `${x * below}/${below}`;
};

export default ({ p, lengths, names }) => {
  const cost = (s) => s.lengths.reduce((total, n, i) => total + n * p[i], 0);
  return {
    title: "Code words as shares of a budget of 1",
    state: { lengths },
    controls: names.map((name, i) => ({ key: ["lengths", i], min: 1, max: 5, step: 1, label: name, format: (v) => (v === 1 ? "1 digit" : `${v} digits`) })),
    draw(s, size, hatch) {
      const used = budget(s.lengths), code = words(s.lengths), deepest = Math.max(3, ...s.lengths);
      const widest = Math.max(1, used);
      const at = frame(size,
        { domain: [0, widest], ticks: used > 1 ? range(5, 0, 1) : range(9, 0, 1), format: eighths, label: "share of the budget" },
        { domain: [deepest, 0], ticks: range(deepest, 0.5, deepest - 0.5), format: (v) => show(v + 0.5, 0), label: "binary digits" });
      let start = 0;
      const order = s.lengths.map((_, i) => i).sort((i, j) => s.lengths[i] - s.lengths[j]);
      for (const i of order) {
        const share = 2 ** -s.lengths[i], over = start + share > 1;
        const [left, right, top] = [at.x(start), at.x(start + share), at.y(s.lengths[i] - 1)];
        const height = at.area.bottom - top - 2, wide = right - left;
        at.markup += box(left, top, wide, height, `bar ${over ? "extra" : "truth"}`);
        if (over) at.markup += `<rect x="${left}" y="${top}" width="${wide}" height="${height}" fill="${hatch}"/>`;
        const lines = [code && code[i], names[i]].filter(Boolean), x = left + wide / 2;
        if (wide < 8 * Math.max(...lines.map((line) => line.length))) {   // too narrow: the name stands above, turned
          at.markup += `<text class="small inside" transform="translate(${x + 4} ${top - 6}) rotate(-90)">${escape(names[i])}</text>`;
        } else {
          lines.forEach((line, row) => {
            at.markup += text(x, top + height / 2 + 4 + 15 * (row - (lines.length - 1) / 2), line, `inside middle ${over ? "label" : ""} ${wide < 40 ? "small" : ""}`);
          });
        }
        start += share;
      }
      if (used < 1) {
        at.markup += box(at.x(used), at.area.top, at.x(1) - at.x(used), at.area.bottom - at.area.top - 2, "free");
        if (at.x(1) - at.x(used) > 40) at.markup += text((at.x(used) + at.x(1)) / 2, at.area.top + 18, "unspent", "quiet middle");
      }
      if (used > 1) at.markup += segment(at.x(1), at.area.top - 4, at.x(1), at.area.bottom, "limit") + text(at.x(1) - 6, at.area.top + 13, "the budget", "inside end strong");
      return at;
    },
    readout: (s) => [
      ["budget", "budget used", eighths(budget(s.lengths))],
      ["cost", "average length", `${show(cost(s))} digits`],
      ["entropy", "entropy", `${show(entropy(p, 2))} bits`],
      ["verdict", ...(words(s.lengths) ? ["prefix code", words(s.lengths).join(", ")] : ["no prefix code:", "the budget is overdrawn"])],
    ],
    describe: (s) => `Lengths ${names.map((name, i) => `${name} ${s.lengths[i]}`).join(", ")} use ${eighths(budget(s.lengths))} of the budget: ` +
      `${words(s.lengths) ? "a prefix code exists" : "no prefix code exists"}. The average length is ${show(cost(s))} digits.`,
  };
};
