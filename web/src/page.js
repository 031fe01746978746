// A live page: its cells, the order in which they run, and what the reader is told.
import { Interrupted, Python } from "./python.js";
import { Cell, capital } from "./cell.js";
import { drafts, notePythonWasUsed, pythonWasUsed } from "./kept.js";

const MEGABYTE = 1_000_000;
const BRIEF = 100; // characters
const READY = "Python is ready. Change any cell and press Shift+Enter to run it.";

/** Whether the browser asks for as little as possible. */
const sparing = () => navigator.connection?.saveData ?? false;

/** Enough of a reason for the bar: the whole stands under the cell. */
const brief = (text) =>
  text.length > BRIEF ? `${text.slice(0, BRIEF).replace(/\s+\S*$/, "")}…` : text.replace(/[\s.!?]*$/, ".");

/** A cell of the book by its number; one under an exercise is the reader's own. */
function names(elements) {
  let number = 0;
  let answers = 0;
  return elements.map((cell) => (cell.classList.contains("tag_answer") ? `answer ${++answers}` : `cell ${++number}`));
}

export class Page {
  constructor(bar, elements) {
    this.bar = bar;
    this.button = bar.querySelector(".live-all");
    this.cancelButton = bar.querySelector(".live-cancel");
    this.status = bar.querySelector(".live-status");
    this.progress = bar.querySelector("progress");
    this.detail = bar.querySelector(".live-detail");
    this.python = new Python((bytes, total) => this.showProgress(bytes, total));
    this.jobs = []; // what waits for its turn: cells, or null for the whole page
    this.running = null; // the cell that runs
    this.busy = false;
    const kept = drafts();
    const called = names(elements);
    this.cells = [];
    elements.forEach((element, index) => this.cells.push(new Cell(element, called[index], this, kept)));
    this.button.addEventListener("click", () => this.pressAll());
    this.cancelButton.addEventListener("click", () => this.cancel());
    this.rest();
    if (this.cells.some((cell) => cell.edited)) this.makeEditable();
    // Who ran cells in another chapter will do so here, too.
    if (pythonWasUsed() && !sparing()) (window.requestIdleCallback ?? setTimeout)(() => this.work());
  }

  /** What a cell's draft is kept under: its code, with a number where an earlier cell has the same. */
  keyOf(code) {
    const before = this.cells.filter((other) => other.saved === code).length;
    return before ? `${code}\n# ${before + 1}` : code;
  }

  // What the reader presses ------------------------------------------------------------------------

  /** Run on a cell, or Stop where it runs. */
  press(cell) {
    if (cell !== this.running) this.request(cell);
    else if (cell.stoppable) this.stop(); // the second click of a double click comes earlier
  }

  /** Run this page, Stop or Retry. */
  pressAll() {
    if (this.running) this.stop();
    else if (this.bar.dataset.state === "failed") this.work();
    else if (!this.jobs.length) this.request(null);
  }

  /** A cell was touched: have ready what will be needed. */
  touch(cell) {
    if (this.bar.dataset.state === "off" && !sparing()) this.work();
    return this.makeEditable(cell);
  }

  /** Ask for a cell, or with null for the whole page. */
  request(cell) {
    this.makeEditable(cell);
    if (this.jobs.includes(cell)) return;
    this.jobs.push(cell);
    cell?.show("waiting");
    this.button.disabled = this.bar.dataset.state === "loading";
    this.work();
  }

  stop() {
    this.python.stop();
  }

  /** Load no more, or take the message away. */
  cancel() {
    if (this.bar.dataset.state === "stopped") return this.tell("ready", READY);
    this.dropJobs();
    this.rest();
    this.stop();
  }

  // The order --------------------------------------------------------------------------------------

  /** What must run for a cell: all before it that has not run, and itself. Solutions and answers wait to be asked for. */
  plan(cell) {
    const wanted = (other) => !other.answer && (cell?.solution || !other.solution);
    if (!cell) return this.cells.filter(wanted);
    const before = this.cells.slice(0, this.cells.indexOf(cell));
    return [...before.filter((other) => !other.ran && wanted(other)), cell];
  }

  /** Have Python, and do the jobs one after the other. */
  async work() {
    if (this.busy) return;
    this.busy = true;
    let failed = null;
    try {
      if (!this.python.isReady) this.tell("loading", "Loading Python");
      await this.python.start();
      while (this.jobs.length) failed = await this.runAll(this.jobs[0]);
      if (failed) this.tell("stopped", ...failed);
      else this.tell("ready", READY);
    } catch (error) {
      if (!(error instanceof Interrupted)) this.fail(error);
      else if (this.bar.dataset.state === "running") this.recover();
    } finally {
      this.busy = false;
    }
  }

  /** Run what a job needs; if a cell fails, [what to say, the cell]. */
  async runAll(target) {
    notePythonWasUsed();
    const plan = this.plan(target);
    this.tell("running", target ? `Running ${target.name}` : "Running the page");
    plan.forEach((cell) => cell.show("waiting"));
    for (const [index, cell] of plan.entries()) {
      this.detail.textContent = plan.length > 1 ? `cell ${index + 1} of ${plan.length}` : "";
      if (await this.runOne(cell)) continue;
      this.dropJobs();
      const rest = plan.slice(index + 1);
      rest.forEach((other) => other.show("blocked", cell));
      const left = rest.length > 1 ? ` The ${rest.length} cells after it were not run.` : "";
      const one = rest.length === 1 ? ` ${capital(rest[0].name)} was not run.` : "";
      return [`${capital(cell.name)} failed: ${brief(cell.reason)}${left}${one}`, cell];
    }
    this.jobs.shift();
    return null;
  }

  /** True if the cell came to its end. */
  async runOne(cell) {
    this.running = cell;
    try {
      return await cell.run(this.python);
    } finally {
      this.running = null;
    }
  }

  dropJobs() {
    this.jobs.splice(0).forEach((cell) => cell?.element.dataset.live === "waiting" && cell.show("idle"));
  }

  /** After Stop: a new Python, which knows nothing of the cells that ran. */
  recover() {
    this.dropJobs();
    this.cells.forEach((cell) => cell.forget());
    this.tell("loading", "Stopped. Python restarts; earlier cells will run again when they are needed.");
    this.python.start().then(
      () => this.busy || this.tell("ready", "Stopped. Python restarted; earlier cells will run again when they are needed."),
      (error) => error instanceof Interrupted || this.fail(error),
    );
  }

  /** Where Python did not start, Retry does what was asked for. */
  fail(error) {
    const brokeDown = this.bar.dataset.state === "running";
    if (brokeDown) this.dropJobs();
    this.cells.forEach((cell) => this.jobs.includes(cell) || cell.forget());
    this.tell("failed", `Python ${brokeDown ? "broke down" : "could not start"}: ${error.message}`);
  }

  // What the reader is told ------------------------------------------------------------------------

  rest() {
    const edited = this.cells.filter((cell) => cell.edited).length;
    const own = edited === 1 ? "You changed a cell" : `You changed ${edited} cells`;
    const told = `The cells can be changed and run here. The first run loads ${this.bar.dataset.megabytes} MB.`;
    this.tell("off", edited ? `${own} here; this browser kept your code.` : told);
  }

  /** @param {string} state off, loading, running, ready, stopped (by a cell that failed) or failed (Python is not there) */
  tell(state, text, cell = null) {
    if (state !== "off") {
      const header = document.querySelector(".bd-header-article")?.offsetHeight ?? 0;
      this.bar.style.setProperty("--header", `${header}px`); // the bar sticks below it
    }
    this.bar.dataset.state = state;
    document.documentElement.dataset.live = state === "stopped" ? "ready" : state;
    this.detail.textContent = "";
    this.progress.hidden = state !== "loading";
    const again = { running: "Stop", failed: "Retry", ready: "Run this page again", stopped: "Run this page again" };
    this.button.textContent = again[state] ?? "Run this page";
    this.button.disabled = state === "loading" && this.jobs.length > 0;
    this.cancelButton.hidden = !["loading", "failed", "stopped"].includes(state);
    this.cancelButton.textContent = state === "stopped" ? "Close" : "Cancel";
    this.announce(text);
    if (cell) this.status.append(" ", cell.link());
  }

  /** The line that screen readers speak. */
  announce(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  showProgress(bytes, total) {
    this.progress.max = total;
    this.progress.value = bytes;
    const share = `${(bytes / MEGABYTE).toFixed(0)} of ${(total / MEGABYTE).toFixed(0)} MB`;
    this.detail.textContent = bytes < total ? share : "starting";
  }

  // Editing ----------------------------------------------------------------------------------------

  /** An editor for each cell, this one first, and one after the other, so that the page stays responsive. */
  async makeEditable(first) {
    this.editor ??= import("./editor.js");
    try {
      const { edit } = await this.editor;
      for (const cell of first ? [first, ...this.cells] : this.cells) {
        if (cell.makeEditable(edit)) await new Promise((resolve) => setTimeout(resolve));
      }
    } catch (error) {
      this.editor = null; // the saved code runs all the same
      this.announce(`The editor could not be loaded: ${error.message}`);
    }
  }
}
