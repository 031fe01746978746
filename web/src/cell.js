// One cell: its code, its controls, its state.
import { Output } from "./output.js";

const PATIENCE = 300; // milliseconds before Run turns into Stop: a double click does not mean Stop

const button = (className, text, label, onClick) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", onClick);
  return made;
};

/** As the first word of a sentence. */
export const capital = (name) => name[0].toUpperCase() + name.slice(1);

export class Cell {
  constructor(element, page) {
    this.element = element;
    this.name = element.dataset.name; // "cell 3"
    this.page = page;
    this.solution = element.classList.contains("tag_solution");
    this.answer = element.classList.contains("tag_answer");
    this.pre = element.querySelector(".cell_input pre");
    this.saved = this.pre.textContent.replace(/\n$/, "");
    this.source = this.saved;
    this.ran = false; // in the Python that is there now
    this.output = new Output(element);
    this.runButton = element.querySelector(".live-run");
    this.resetButton = button("live-reset", "Reset", `Reset ${this.name}`, () => this.reset());
    this.resetButton.hidden = true;
    this.state = Object.assign(document.createElement("span"), { className: "live-state" });
    this.runButton.before(this.state, this.resetButton);
  }

  get edited() {
    return this.source !== this.saved;
  }

  makeEditable(edit) {
    this.editor = edit(this.pre, this.source, {
      label: `Python code of ${this.name}. Shift+Enter runs it.`,
      onRun: () => this.page.running === this || this.page.request(this),
      onChange: (text) => this.change(text),
    });
  }

  change(text) {
    this.source = text;
    this.pre.textContent = text; // the copy button and the printer take it from here
    this.refresh();
  }

  /** @returns {Promise<boolean>} whether it came to its end */
  async run(python) {
    const { source, edited } = this;
    this.show("running");
    this.output.clear();
    this.reason = "";
    const patience = setTimeout(() => this.offerStop(), PATIENCE);
    const take = (kind, content) => {
      if (kind === "error") this.reason = content.trim().split("\n").pop();
      this.output.add(kind, content, edited);
    };
    try {
      const { ok, seconds } = await python.run(source, this.name, take);
      this.ran = ok;
      const whose = edited ? "Live output of your code" : "Live output";
      const time = seconds >= 0.1 ? `, ${seconds.toFixed(1)} s` : "";
      this.output.label(this.output.isEmpty && ok ? `Ran live, prints nothing${time}` : `${whose}${time}`);
      this.show(ok ? "done" : "failed");
      return ok;
    } catch (error) {
      this.output.label("Stopped before its end");
      this.show("stopped");
      throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  offerStop() {
    this.runButton.textContent = "Stop";
    this.runButton.setAttribute("aria-label", `Stop ${this.name}`);
  }

  /** The Python that ran it is gone; what it wrote may stay. */
  forget() {
    if (this.ran) this.output.label("Live output, from before Python restarted");
    this.ran = false;
    if (this.element.dataset.live !== "stopped") this.show(this.output.live ? "done" : "idle");
  }

  /** Back to the book: its code and its output. It has then not run. */
  reset() {
    if (this.page.running === this) this.page.stop();
    this.editor?.replace(this.saved);
    this.change(this.saved);
    this.output.restore();
    this.ran = false;
    this.show("idle");
    this.page.announce(`${capital(this.name)} is as the book saved it.`);
    this.runButton.focus(); // the button that had the focus is gone
  }

  show(state, cause = null) {
    this.element.dataset.live = state;
    this.element.toggleAttribute("aria-busy", state === "running");
    if (state !== "running") {
      this.runButton.textContent = "Run";
      this.runButton.setAttribute("aria-label", `Run ${this.name}`);
    }
    this.state.textContent = {
      waiting: "waiting",
      running: "running",
      failed: "failed",
      stopped: "stopped",
      blocked: `not run: ${cause?.name} failed`,
    }[state] ?? "";
    this.refresh();
  }

  refresh() {
    this.element.classList.toggle("live-edited", this.edited);
    this.resetButton.hidden = !this.edited && !this.output.live;
  }
}
