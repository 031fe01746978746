// A live page: its cells, the order in which they run, and what the reader is told.
import { Interrupted, Python } from "./python.js";
import { Cell, capital } from "./cell.js";

const MEGABYTE = 1_000_000;

export class Page {
  constructor(bar, cells) {
    this.bar = bar;
    this.button = bar.querySelector(".live-all");
    this.status = bar.querySelector(".live-status");
    this.progress = bar.querySelector("progress");
    this.detail = bar.querySelector(".live-detail");
    // While something happens the bar stays in sight, below the theme's own.
    bar.style.top = `${document.querySelector(".bd-header-article")?.offsetHeight ?? 0}px`;
    this.cells = cells.map((element) => new Cell(element, this));
    this.python = new Python((bytes, total) => this.showProgress(bytes, total));
    this.jobs = []; // lists of cells that wait for their turn
    this.running = null; // the cell that runs
    this.busy = false;
  }

  // What the reader presses ------------------------------------------------------------------------

  /** Run on a cell, or Stop where it runs. */
  press(index) {
    const cell = this.cells[index];
    if (cell === this.running) this.stop();
    else this.request(cell);
  }

  /** Run this page, or Stop. */
  pressAll() {
    if (this.running) this.stop();
    else if (!this.busy) this.request(null);
  }

  /** Ask for a cell, or with null for the whole page. */
  request(cell) {
    this.makeEditable();
    if (this.jobs.includes(cell)) return;
    this.jobs.push(cell);
    cell?.show("waiting");
    if (!this.busy) this.work();
  }

  stop() {
    this.python.stop();
  }

  // The order --------------------------------------------------------------------------------------

  /** What must run for a cell: all before it that has not run, and itself. Solutions and answers wait to be asked for. */
  plan(cell) {
    const wanted = (other) => !other.answer && (cell?.solution || !other.solution);
    if (!cell) return this.cells.filter(wanted);
    const before = this.cells.slice(0, this.cells.indexOf(cell));
    return [...before.filter((other) => !other.ran && wanted(other)), cell];
  }

  /** Do the jobs one after the other. */
  async work() {
    this.busy = true;
    try {
      await this.load();
      while (this.jobs.length) await this.runAll(this.jobs[0]);
      this.tell("ready", "Python is ready. Change any cell and press Shift+Enter to run it.");
    } catch (error) {
      if (error instanceof Interrupted) this.recover();
      else this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  async load() {
    this.tell("loading", "Loading Python");
    await this.python.start();
  }

  async runAll(target) {
    const plan = this.plan(target);
    this.tell("running", target ? `Running ${target.name}` : "Running the page");
    plan.forEach((cell) => cell.show("waiting"));
    for (const [index, cell] of plan.entries()) {
      this.detail.textContent = plan.length > 1 ? `cell ${index + 1} of ${plan.length}` : "";
      if (await this.runOne(cell)) continue;
      plan.slice(index + 1).forEach((other) => other.show("blocked", cell));
      this.announce(`${capital(cell.name)} failed: ${cell.reason}`);
      break;
    }
    this.jobs.shift();
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

  /** After Stop: a new Python, which knows nothing of the cells that ran. */
  recover() {
    this.jobs = [];
    this.cells.forEach((cell) => cell.forget());
    this.tell("loading", "Stopped. Python restarts; earlier cells will run again when they are needed.");
    this.python.start().then(
      () => this.busy || this.tell("ready", "Stopped. Python restarted; earlier cells will run again when they are needed."),
      (error) => this.fail(error),
    );
  }

  fail(error) {
    this.jobs = [];
    this.cells.forEach((cell) => cell.forget());
    const what = this.bar.dataset.state === "running" ? "broke down" : "could not start";
    this.tell("failed", `Python ${what}: ${error.message}`);
  }

  // What the reader is told ------------------------------------------------------------------------

  tell(state, text) {
    this.bar.dataset.state = state;
    document.documentElement.dataset.live = state;
    this.detail.textContent = "";
    this.progress.hidden = state !== "loading";
    this.button.textContent = { running: "Stop", failed: "Try again", ready: "Run this page again" }[state] ?? "Run this page";
    this.button.disabled = state === "loading";
    this.announce(text);
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

  /** An editor for each cell, one after the other, so that the page stays responsive. */
  makeEditable() {
    this.editors ??= import("./editor.js").then(async ({ edit }) => {
      for (const cell of this.cells) {
        cell.makeEditable(edit);
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    this.editors.catch(() => (this.editors = null)); // the saved code runs all the same
  }
}
