// One cell: its code, its controls, its state.
import { keepDraft } from "./kept.js";
import { Output } from "./output.js";

const PATIENCE = 300; // milliseconds before Run turns into Stop: a double click does not mean Stop

const RESTORE = "Restore the book’s cell";

const button = (className, text, label, onClick) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", onClick);
  return made;
};

/** As the first word of a sentence. */
export const capital = (name) => name[0].toUpperCase() + name.slice(1);

export class Cell {
  /** @param {string} name "cell 3"; @param {Object<string, string>} drafts what the reader wrote earlier */
  constructor(element, name, page, drafts) {
    this.element = element;
    this.name = name;
    this.page = page;
    this.solution = element.classList.contains("tag_solution");
    this.answer = element.classList.contains("tag_answer");
    this.pre = element.querySelector(".cell_input pre");
    this.saved = this.pre.textContent.replace(/\n$/, "");
    this.source = this.saved;
    this.key = page.keyOf(this.saved);
    this.kept = true; // by the browser
    this.ran = false; // in the Python that is there now
    this.stoppable = false; // the button says Stop
    this.output = new Output(element, name);
    this.state = Object.assign(document.createElement("span"), { className: "live-state" });
    this.resetButton = button("live-reset", RESTORE, `${RESTORE} (${name})`, () => this.reset());
    this.runButton = button("live-run", "Run", `Run ${name}`, () => page.press(this));
    const row = Object.assign(document.createElement("div"), { className: "live-controls" });
    row.append(this.state, this.resetButton, this.runButton);
    const input = element.querySelector(".cell_input");
    input.prepend(row);
    for (const type of ["pointerenter", "focusin"]) input.addEventListener(type, () => page.makeEditable(this));
    input.addEventListener("click", (event) => this.touch(event));
    if (this.key in drafts) this.source = this.pre.textContent = drafts[this.key];
    this.refresh();
  }

  get edited() {
    return this.source !== this.saved;
  }

  /** Somewhere to go to. */
  link() {
    this.element.id ||= `live-${this.name.replace(" ", "-")}`;
    return Object.assign(document.createElement("a"), { href: `#${this.element.id}`, textContent: `Go to ${this.name}` });
  }

  /** A click on the code, where the editor may have come between press and release: it can be changed there. */
  async touch({ target, clientX, clientY }) {
    if (target.closest("button")) return;
    await this.page.touch(this);
    this.editor?.enter(clientX, clientY);
  }

  /** @returns {boolean} whether it was not before; code of which a part is selected stays as it is */
  makeEditable(edit) {
    const selection = getSelection();
    if (this.editor || (!selection.isCollapsed && this.pre.contains(selection.anchorNode))) return false;
    this.editor = edit(this.pre, this.source, {
      label: `Python code of ${this.name}. Shift+Enter runs it.`,
      onRun: () => this.page.running === this || this.page.request(this),
      onChange: (text) => this.change(text),
    });
    return true;
  }

  change(text) {
    this.source = text;
    this.pre.textContent = text; // the copy button and the printer take it from here
    this.kept = keepDraft(this.key, this.edited ? text : null);
    this.refresh();
  }

  /** @returns {Promise<boolean>} whether it came to its end */
  async run(python) {
    const { source, edited } = this;
    this.ran = false;
    this.show("running");
    this.output.clear();
    const patience = setTimeout(() => this.offerStop(), PATIENCE);
    const take = (kind, content) => this.output.add(kind, content, edited);
    try {
      const { reason, seconds } = await python.run(source, this.name, take);
      const ok = !reason;
      this.reason = reason;
      this.ran = ok;
      const whose = edited ? "Live output of your code" : "Live output";
      const time = seconds >= 0.1 ? `, ${seconds.toFixed(1)} s` : "";
      this.output.label(this.output.isEmpty && ok ? `Ran live, prints nothing${time}` : `${whose}${time}`);
      this.show(ok ? "done" : "failed");
      return ok;
    } catch (error) {
      if (this.output.isSaved) this.show("idle"); // restored meanwhile
      else {
        this.output.label("Stopped before its end");
        this.show("stopped");
      }
      throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  offerStop() {
    this.stoppable = true;
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
      this.stoppable = false;
      this.runButton.textContent = "Run";
      this.runButton.setAttribute("aria-label", `Run ${this.name}`);
    }
    this.said = {
      waiting: "waiting",
      running: "running",
      failed: "failed",
      stopped: "stopped",
      blocked: `not run: ${cause?.name} failed`,
    }[state];
    this.refresh();
  }

  refresh() {
    this.element.classList.toggle("live-edited", this.edited);
    this.resetButton.hidden = !this.edited && !this.output.live;
    this.state.textContent = this.said ?? (this.kept || !this.edited ? "" : "not kept: this browser keeps nothing");
  }
}
