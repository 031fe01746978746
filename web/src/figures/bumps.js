// One bump fitted to two, by hand: what each direction of the divergence says about the fit.
import { curve, frame, range, show, text } from "./base.js";
import { bump, divergence } from "./measures.js";

export default ({ grid, shares, centres, width, forward, reverse }) => {
  const [low, high, points] = grid;
  const x = range(points, low, high);
  const parts = centres.map((centre) => bump(x, centre, width));
  const truth = x.map((_, i) => shares.reduce((total, share, k) => total + share * parts[k][i], 0));
  const both = ([centre, wide]) => {
    const q = bump(x, centre, wide);
    return { q, there: divergence(truth, q, 2), back: divergence(q, truth, 2) };
  };
  const least = [both(forward).there, both(reverse).back];
  const centre = { key: "centre", min: -4, max: 4, step: 0.1, format: (v) => show(v, 1), label: "centre of q", mark: "extra" };
  return {
    title: "A bump q fitted to the two bumps of p",
    state: { centre: forward[0], width: forward[1] },
    controls: [centre, { key: "width", min: 0.6, max: 4, step: 0.05, label: "width of q", mark: "extra" }],
    handles: [{ ...centre, along: "x", at: (s, at) => [at.x(s.centre), at.y(Math.max(...bump(x, s.centre, s.width)))] }],
    buttons: [
      ["Best D(p‖q)", { centre: forward[0], width: forward[1] }],
      ["Best D(q‖p)", { centre: reverse[0], width: reverse[1] }],
    ],
    draw(s, size) {
      const top = 1.06 * Math.max(...bump(x, 0, 0.6), ...truth);
      const at = frame(size, { domain: [-8, 8], ticks: range(9, -8, 8), format: (v) => show(v, 0), label: "degrees from usual" }, { domain: [0, top], label: "probability" }, { left: 34 });
      const { q } = both([s.centre, s.width]);
      const near = x.map((v, i) => i).filter((i) => Math.abs(x[i]) <= 8);
      const pick = (ys) => near.map((i) => ys[i]);
      at.markup += `<g class="filled">${curve(at, [-8, ...pick(x), 8], [0, ...pick(truth), 0], "truth")}</g>` + curve(at, pick(x), pick(truth), "truth") + curve(at, pick(x), pick(q), "extra dashed");
      const peak = Math.max(...q);
      at.markup += text(at.x(centres[0]) - 16, at.y(Math.max(...truth)) - 4, "p", "truth end");
      at.markup += text(at.x(s.centre) + 16, at.y(peak) - 4, "q", "extra");
      return at;
    },
    readout(s) {
      const { there, back } = both([s.centre, s.width]);
      return [
        ["forward", "D(p‖q)", `${show(there)} bits`], ["forward-least", "at least", show(least[0])],
        ["reverse", "D(q‖p)", `${show(back)} bits`], ["reverse-least", "at least", show(least[1])],
      ];
    },
    describe(s) {
      const { there, back } = both([s.centre, s.width]);
      return `q has centre ${show(s.centre, 1)} and width ${show(s.width, 2)}. D(p‖q) is ${show(there)} bits, D(q‖p) is ${show(back)} bits.`;
    },
  };
};
