// Surprise against probability; the unit changes the numbers at the axis and nothing else.
import { curve, dot, frame, range, segment, show, text } from "./base.js";
import { surprise } from "./measures.js";

const UNITS = { bits: 2, nats: Math.E };
const probability = { key: "p", min: 0.02, max: 1, step: 0.01 };

export default ({ p }) => ({
  title: "Surprise against probability",
  state: { p, unit: "bits" },
  controls: [
    { ...probability, label: "probability p" },
    { key: "unit", label: "unit", options: [["bits", "bits"], ["nats", "nats"]] },
  ],
  handles: [{ ...probability, label: "probability p", along: "x", at: (s, at) => [at.x(s.p), at.y(surprise(s.p, 2))] }],
  draw(s, size) {
    const one = surprise(0.5, UNITS[s.unit]);   // a bit in this unit; the curve itself stays where it is
    const ticks = range(s.unit === "bits" ? 7 : 5, 0, s.unit === "bits" ? 6 : 4);
    const at = frame(size,
      { domain: [0, 1.02], ticks: range(6, 0, 1), label: "probability p" },
      { domain: [0, 6], ticks: ticks.map((t) => t / one), format: (v) => show(v * one, 0), label: `surprise (${s.unit})` });
    const xs = range(200, 0.0157, 1);
    at.markup += curve(at, xs, xs.map((x) => surprise(x, 2)), "truth");
    for (const x of [1 / 2, 1 / 4, 1 / 8]) at.markup += dot(at.x(x), at.y(surprise(x, 2)), "quiet", 3.5);
    const [x, y] = [at.x(s.p), at.y(surprise(s.p, 2))];
    at.markup += segment(x, y, x, at.area.bottom, "guide") + segment(at.area.left, y, x, y, "guide");
    const far = s.p > 0.6;
    at.markup += text(x + (far ? -12 : 14), y - 13, `${show(surprise(s.p, UNITS[s.unit]))} ${s.unit}`, `strong ${far ? "end" : ""}`);
    return at;
  },
  readout: (s) => [
    ["bits", "surprise", `${show(surprise(s.p, 2))} bits`],
    ["nats", "=", `${show(surprise(s.p))} nats`],
  ],
  describe: (s) => `An event of probability ${show(s.p, 2)} carries ${show(surprise(s.p, UNITS[s.unit]))} ${s.unit} of surprise.`,
});
