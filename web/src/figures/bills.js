// Two distributions with bars to drag, and the bills in both directions: entropy and divergence, end to end.
import { box, frame, linear, range, segment, show, text } from "./base.js";
import { crossEntropy, divergence, entropy, reshare } from "./measures.js";

const LONGEST = 3;   // bits along the axis
const BARS = [["p", "q"], ["q", "p"]];

export default ({ p, q, names }) => {
  const column = (which, i) => ({ key: [which, i], min: 0, max: 1, step: 0.01, label: `${which}(${names[i]})`, mark: which === "p" ? "truth" : "belief" });
  const handles = ["p", "q"].flatMap((which) => names.map((_, i) => ({
    ...column(which, i), along: "y", at: (s, at) => [at.middle(which, i), at.y(s[which][i])],
  })));
  return {
    title: "The bills of a wrong belief, in both directions",
    state: { p, q },
    change: (s, key, i, value) => reshare(s[key], i, value),
    draw(s, size, hatch) {
      const narrow = size.width < 420;
      const at = frame(size, { domain: [0, LONGEST], ticks: range(4, 0, LONGEST), label: "bits" }, { domain: [0, 2] }, { left: 62, top: 18, right: narrow ? 54 : 68 });
      const row = (at.area.bottom - at.area.top) / 2, thick = row * 0.62;
      const end = at.area.right;
      BARS.forEach(([a, b], number) => {
        const floor = entropy(s[a], 2), extra = divergence(s[a], s[b], 2);
        const y = at.area.top + number * row + (row - thick) / 2;
        const [x0, x1, x2] = [at.x(0), at.x(floor), Math.min(at.x(Math.min(floor + extra, 99)), end)];
        at.markup += box(x0, y, x1 - x0, thick, "bar truth") + box(x1, y, x2 - x1, thick, "bar extra") +
          `<rect x="${x1}" y="${y}" width="${Math.max(0, x2 - x1)}" height="${thick}" fill="${hatch}"/>`;
        at.markup += text(x0 - 8, y + thick / 2 + 4, `H(${a}, ${b})`, "end");
        if (x1 - x0 > 44) at.markup += text((x0 + x1) / 2, y + thick / 2 + 4, `H(${a})`, "inside middle");
        if (x2 - x1 > 14) at.markup += text((x1 + x2) / 2, y + thick / 2 + 4, x2 - x1 > 54 ? `D(${a}‖${b})` : "D", "inside label middle");
        at.markup += text(x2 + 6, y + thick / 2 + 4, show(floor + extra, narrow ? 2 : 3) + (x2 === end && extra < Infinity && floor + extra > LONGEST ? "→" : ""), "strong");
      });
      return at;
    },
    panel: {
      title: "Bars to drag: the distributions p and q",
      handles,
      draw(s, size) {
        const gap = 28, half = (size.width - gap) / 2, top = 24, bottom = size.height - 24;
        const y = linear([0, 1], [bottom, top]);
        const middle = (which, i) => (which === "q" ? half + gap : 0) + (half * (i + 0.5)) / names.length;
        let markup = "";
        for (const which of ["p", "q"]) {
          const left = which === "q" ? half + gap : 0;
          markup += segment(left, bottom, left + half, bottom, "axis");
          markup += text(left + half / 2, 11, which === "p" ? "p, the truth" : "q, the belief", `middle ${which === "p" ? "truth" : "belief"}`);
          names.forEach((name, i) => {
            const wide = Math.min(0.62 * (half / names.length), 40);
            markup += box(middle(which, i) - wide / 2, y(s[which][i]), wide, bottom - y(s[which][i]), `bar ${which === "p" ? "truth" : "belief"}`);
            markup += text(middle(which, i), bottom + 17, name, "tick middle");
            const above = y(s[which][i]) > top + 14; // of the handle there is room for the number
            markup += text(middle(which, i), y(s[which][i]) + (above ? -12 : 22), Number(s[which][i].toFixed(3)), `small middle ${above ? "" : "inside"}`);
          });
        }
        return { markup, x: null, y, middle };
      },
    },
    readout: (s) => BARS.flatMap(([a, b]) => [
      [`entropy-${a}`, `H(${a})`, show(entropy(s[a], 2))],
      [`divergence-${a}${b}`, `+ D(${a}‖${b})`, show(divergence(s[a], s[b], 2))],
      [`bill-${a}${b}`, `= H(${a}, ${b})`, `${show(crossEntropy(s[a], s[b], 2))} bits`],
      ["line", ""],
    ]).slice(0, -1),
    describe(s) {
      const list = (which) => names.map((name, i) => `${name} ${show(s[which][i], 2)}`).join(", ");
      return `p: ${list("p")}. q: ${list("q")}. D(p‖q) is ${show(divergence(s.p, s.q, 2))} bits, D(q‖p) ${show(divergence(s.q, s.p, 2))} bits.`;
    },
  };
};
