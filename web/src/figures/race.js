// One neuron that should answer 0: two losses, two starts, any learning rate, computed as you look.
import { curve, frame, legend, log, range, show, within } from "./base.js";
import { learn } from "./measures.js";

const LOSSES = [["squared", "squared error", "extra thick"], ["surprise", "cross-entropy", "truth"]];
const EPOCHS = 300;

export default ({ starts, squared, surprise }) => {
  const runs = (s) => LOSSES.flatMap(([loss, name, mark]) => starts.map((start, i) => ({
    loss, name, mark, start: i, ...learn(loss, start, s[loss], EPOCHS),
  })));
  const done = ({ outputs }) => {
    const epoch = outputs.findIndex((a) => a < 0.1);
    return epoch < 0 ? `over ${EPOCHS}` : String(epoch);
  };
  const first = starts.map((start) => show(learn("squared", start, 0, 0).outputs[0], 2));
  const rate = (key, label, mark) => ({ key, label, mark, log: true, min: 0.005, max: 5, format: (v) => String(Number(v.toPrecision(3))) });
  return {
    title: "The race of two losses from two starts",
    state: { squared, surprise, show: "output" },
    controls: [
      rate("squared", "rate of squared error", "extra"), rate("surprise", "rate of cross-entropy", "truth"),
      { key: "show", label: "show", options: [["output", "output"], ["cost", "cost"]] },
    ],
    draw(s, size) {
      const cost = s.show === "cost";
      const key = legend(size, [["squared error", "extra thick"], ["cross-entropy", "truth"], [`from ${first[0]}`, ""], [`from ${first[1]}`, "dashed"]]);
      const at = frame(size, { domain: [0, EPOCHS], ticks: range(7, 0, EPOCHS), label: "epochs" },
        cost ? { domain: [1e-4, 10], scale: log, ticks: [1e-4, 1e-3, 0.01, 0.1, 1, 10], format: String, label: "cost" }
             : { domain: [0, 1.05], ticks: range(6, 0, 1), label: "output (target 0)" }, { left: cost ? 64 : 58, top: key.height });
      const xs = range(EPOCHS + 1, 0, EPOCHS);
      let marks = "";
      for (const run of runs(s)) {
        const ys = cost ? run.costs.map((c) => Math.max(c, 1e-9)) : run.outputs;
        marks += curve(at, xs, ys, `${run.mark} ${run.start ? "dashed" : ""}`);
      }
      at.markup += within(at.area, marks) + key.markup;
      return at;
    },
    readout: (s) => [
      ["line", "Epochs until the output is below 0.1:"],
      ...runs(s).map((run) => [`${run.loss}-${run.start}`, `${run.name} from ${first[run.start]}`, done(run)]),
    ],
    describe: (s) => runs(s).map((run) => `${run.name} from ${first[run.start]}, rate ${s[run.loss]}: ends at ${show(run.outputs[EPOCHS], 2)}, below 0.1: ${done(run)}.`).join(" "),
  };
};
