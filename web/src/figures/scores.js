// The expected score of a report, under three rules: two are lowest at the truth, one is not.
import { curve, dot, frame, legend, range, segment, show, text, within } from "./base.js";
import { expectedScores } from "./measures.js";

const RULES = [["log", "log loss (nats)", "truth"], ["brier", "Brier score", "extra dashed"], ["absolute", "absolute error", "belief dotted"]];
const TOP = 2;

export default ({ p, q }) => {
  const truth = { key: "p", min: 0, max: 1, step: 0.01, label: "truth p" };
  const report = { key: "q", min: 0.01, max: 0.99, step: 0.01, label: "report q" };
  return {
    title: "Expected score against the probability reported",
    state: { p, q },
    controls: [truth, report],
    handles: [
      { ...truth, along: "x", at: (s, at) => [at.x(s.p), at.area.bottom] },
      { ...report, along: "x", at: (s, at) => [at.x(s.q), at.area.top + 6] },
    ],
    draw(s, size) {
      const key = legend(size, RULES.map(([, name, mark]) => [name, mark]));
      const at = frame(size, { domain: [0, 1], ticks: range(6, 0, 1), label: "reported probability q" }, { domain: [0, TOP], ticks: range(5, 0, TOP), label: "expected score" }, { top: key.height + 10 });
      const xs = range(199, 0.005, 0.995);
      let marks = segment(at.x(s.p), at.area.top, at.x(s.p), at.area.bottom, "guide") + segment(at.x(s.q), at.area.top, at.x(s.q), at.area.bottom, "guide strong");
      const here = expectedScores(s.p, s.q), hue = (mark) => mark.split(" ")[0];
      for (const [rule, , mark] of RULES) marks += curve(at, xs, xs.map((q) => expectedScores(s.p, q)[rule]), mark);
      for (const [rule, , mark] of RULES) {
        const best = rule === "absolute" ? (s.p > 0.5 ? 1 : s.p < 0.5 ? 0 : null) : s.p;
        if (best !== null) marks += dot(at.x(best), at.y(expectedScores(s.p, Math.min(1 - 1e-12, Math.max(1e-12, best)))[rule]), hue(mark), 5);
        marks += dot(at.x(s.q), at.y(here[rule]), `${hue(mark)} here`, 3.5);
      }
      at.markup += within({ ...at.area, right: at.area.right + 6, left: at.area.left - 6, bottom: at.area.bottom + 6 }, marks) + key.markup;
      at.markup += text(at.x(s.p) + (s.p > 0.85 ? -12 : 12), at.area.bottom - 9, "truth", s.p > 0.85 ? "end" : "");
      at.markup += text(at.x(s.q) + (s.q > 0.5 ? -13 : 13), at.area.top + 10, "report", s.q > 0.5 ? "end" : "");
      return at;
    },
    readout: (s) => RULES.flatMap(([rule, name]) => [[rule, name, show(expectedScores(s.p, s.q)[rule])]]),
    describe(s) {
      const here = expectedScores(s.p, s.q);
      return `The truth is ${show(s.p, 2)} and the report ${show(s.q, 2)}. Expected log loss ${show(here.log)} nats, Brier score ${show(here.brier)}, absolute error ${show(here.absolute)}. ` +
        `Log loss and Brier score are lowest at the truth.`;
    },
  };
};
