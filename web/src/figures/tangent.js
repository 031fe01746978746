// The entropy of a coin, and the tangent on which the bill of a wrong belief is read.
import { curve, dot, frame, range, segment, show, text, within } from "./base.js";
import { crossEntropy, divergence, entropy } from "./measures.js";

const coin = (p) => [p, 1 - p];
const arch = (p) => entropy(coin(p), 2);
const TOP = 2;   // bits at the upper end of the axis

export default ({ p, q }) => {
  const truth = { key: "p", min: 0.01, max: 0.99, step: 0.01, label: "truth p", mark: "truth" };
  const belief = { ...truth, key: "q", label: "belief q", mark: "belief" };
  const parts = (s) => ({
    floor: arch(s.p), gap: divergence(coin(s.p), coin(s.q), 2), bill: crossEntropy(coin(s.p), coin(s.q), 2),
  });
  return {
    title: "The entropy of a coin, and the tangent at the belief q",
    state: { p, q },
    controls: [truth, belief],
    handles: [
      { ...truth, along: "x", at: (s, at) => [at.x(s.p), at.area.bottom] },
      { ...belief, along: "x", at: (s, at) => [at.x(s.q), at.y(arch(s.q))] },
    ],
    draw(s, size) {
      const at = frame(size,
        { domain: [0, 1], ticks: range(6, 0, 1), label: "probability of heads" },
        { domain: [0, TOP], ticks: range(5, 0, TOP), label: "bits" });
      const xs = range(201, 0, 1), { floor, gap, bill } = parts(s);
      const line = [0, 1].map((x) => crossEntropy(coin(x), coin(s.q), 2));
      at.markup += within(at.area, curve(at, [0, 1], line, "belief dashed") +
        segment(at.x(s.p), at.y(0), at.x(s.p), at.y(floor), "stroke truth") +
        segment(at.x(s.p), at.y(floor), at.x(s.p), at.y(bill), "stroke extra")) +
        curve(at, xs, xs.map(arch), "truth") + dot(at.x(s.p), at.y(floor), "truth", 3.5);
      const left = s.p > 0.85 || (s.p < s.q && s.p > 0.15);   // the names keep away from q
      const side = left ? [-10, "end"] : [10, ""];
      if (floor > 0.2) at.markup += text(at.x(s.p) + side[0], at.y(floor / 2) + 4, "H(p)", `truth ${side[1]}`);
      if (gap > 0.12) {
        const height = (floor + Math.min(bill, TOP)) / 2;
        at.markup += text(at.x(s.p) + side[0], at.y(height) + 4, `D(p‖q)${bill > TOP ? " ↑" : ""}`, `extra ${side[1]}`);
      }
      // Left of a rising tangent and right of a falling one there is room; near the ends only under the arch.
      const [dx, dy] = s.q < 0.28 || s.q > 0.72 ? [16, 12] : [-4, -14];
      at.markup += text(at.x(s.q) + (s.q < 0.5 ? dx : -dx), at.y(arch(s.q)) + dy, "touches at q", `belief ${(s.q < 0.5) === (dx < 0) ? "end" : ""}`);
      return at;
    },
    readout(s) {
      const { floor, gap, bill } = parts(s);
      return [["entropy", "H(p)", `${show(floor)} bits`], ["divergence", "D(p‖q)", `${show(gap)} bits`], ["bill", "bill H(p, q)", `${show(bill)} bits`]];
    },
    describe(s) {
      const { floor, gap, bill } = parts(s);
      return `Heads has probability ${show(s.p, 2)}, and you announce ${show(s.q, 2)}. The tangent touches the entropy curve at ${show(s.q, 2)}. ` +
        `Above ${show(s.p, 2)} the curve has height ${show(floor)} bits and the tangent ${show(bill)}: a gap of ${show(gap)} bits.`;
    },
  };
};
