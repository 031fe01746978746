// Three scores, a temperature, and the point of the triangle that softmax makes of them.
import { curve, dot, range, segment, show, text } from "./base.js";
import { entropy, softmax } from "./measures.js";

export default ({ scores, names, temperature }) => {
  const belief = (s) => softmax(s.scores, s.temperature);
  return {
    title: "Softmax as a point in a triangle",
    state: { scores, temperature },
    controls: [
      ...names.map((name, i) => ({ key: ["scores", i], min: -4, max: 4, step: 0.05, label: `score of ${name}` })),
      { key: "temperature", label: "temperature T", log: true, min: 0.1, max: 10, format: (v) => String(Number(v.toPrecision(3))), mark: "extra" },
    ],
    draw(s, size) {
      const side = Math.min(size.width - 60, (size.height - 52) / 0.866);
      const [left, bottom] = [(size.width - side) / 2, size.height - 26];
      const corners = [[left, bottom], [left + side, bottom], [left + side / 2, bottom - 0.866 * side]];
      const place = (p) => [0, 1].map((axis) => p.reduce((total, share, i) => total + share * corners[i][axis], 0));
      const at = { x: (v) => v, y: (v) => v, markup: "" };
      for (const level of [0.25, 0.5, 0.75]) {   // lines of equal probability, one set a corner
        for (let i = 0; i < 3; i++) {
          const ends = [1, 2].map((j) => place([0, 1, 2].map((k) => (k === i ? level : k === (i + j) % 3 ? 1 - level : 0))));
          at.markup += segment(...ends[0], ...ends[1], "grid");
        }
      }
      at.markup += `<path class="axis" d="M${corners.map((c) => c.join(" ")).join("L")}Z"/>`;
      const [mx, my] = place([1 / 3, 1 / 3, 1 / 3]);
      at.markup += segment(mx, my, ...place(softmax(s.scores, 1)), "axis");   // smoothing goes straight
      const path = range(160, Math.log(0.02), Math.log(200)).map((t) => place(softmax(s.scores, Math.exp(t))));
      at.markup += curve(at, path.map((c) => c[0]), path.map((c) => c[1]), "extra dashed");
      const p = belief(s), [x, y] = place(p);
      corners.forEach(([cx, cy], i) => {
        at.markup += text(cx, i === 2 ? cy - 9 : cy + 19, `${names[i]} ${show(p[i])}`, `strong ${["", "end", "middle"][i]}`);
      });
      at.markup += dot(mx, my, "quiet", 3.5) + text(mx + 8, my + 15, "T → ∞", "quiet") + dot(x, y, "truth", 7);
      return at;
    },
    readout: (s) => [
      ...belief(s).map((p, i) => [`p${i}`, `p(${names[i]})`, show(p)]),
      ["entropy", "entropy", `${show(entropy(belief(s)))} nats`],
    ],
    describe: (s) => `At temperature ${s.temperature} the scores ${s.scores.map((z) => show(z, 2)).join(", ")} give ` +
      `${belief(s).map((p, i) => `${names[i]} ${show(p)}`).join(", ")}.`,
  };
};
