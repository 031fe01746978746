// The page's handle on Python: start it, run code in it, stop it.
/* global TOTAL, WORKER */

const PATIENCE = 15; // seconds

/** Why a run did not come to its end, other than by an error of its own. */
export class Interrupted extends Error {}

export class Python {
  /** @param {(bytes: number, total: number) => void} onProgress */
  constructor(onProgress) {
    this.onProgress = onProgress;
    this.worker = null;
    this.isReady = false;
    this.current = null; // the run that is under way: {id, onOutput, resolve, reject}
    this.count = 0;
  }

  /** Resolves when Python is ready; rejects with the reason why it cannot be. */
  start() {
    if (this.worker) return this.ready;
    const worker = new Worker(new URL(WORKER, import.meta.url), { type: "module" });
    this.worker = worker;
    const silence = this.expectWord();
    this.ready = new Promise((resolve, reject) => {
      this.giveUp = reject;
      worker.onerror = (event) => {
        event.preventDefault?.();
        this.end(new Error(event.message || `${WORKER} could not be downloaded`));
      };
      worker.onmessage = ({ data }) => {
        clearInterval(silence);
        if (data.type === "progress") this.onProgress(data.bytes, TOTAL);
        else if (data.type === "ready") resolve((this.isReady = true));
        else if (data.type === "failed") this.end(new Error(data.reason));
        else if (data.id !== this.current?.id) return;
        else if (data.type === "output") this.current.onOutput(data.kind, data.content);
        else this.finish().resolve(data);
      };
    });
    this.ready.catch(() => {}); // the one who waits for it is told
    return this.ready;
  }

  /** Give up where the worker's own script does not come: it says a word at once. */
  expectWord() {
    let seconds = 0; // counted, not read from a clock: a page that is held up has not waited
    const { worker } = this;
    const silence = setInterval(() => {
      seconds += 1;
      if (this.worker !== worker) clearInterval(silence);
      else if (seconds > PATIENCE) this.end(new Error(`${WORKER} does not come`));
    }, 1000);
    return silence;
  }

  /** Run a cell; resolves with {reason, seconds}: why it failed, or nothing. */
  async run(source, name, onOutput) {
    await this.start();
    this.count += 1;
    return new Promise((resolve, reject) => {
      this.current = { id: this.count, onOutput, resolve, reject };
      this.worker.postMessage({ type: "run", id: this.count, source, name });
    });
  }

  /** Take the current run out of the handle. */
  finish() {
    const run = this.current;
    this.current = null;
    return run;
  }

  /** End Python, whatever it is doing: nothing but the end of its thread stops a loop without end. */
  stop() {
    this.end(new Interrupted("stopped"));
  }

  end(error) {
    this.worker?.terminate();
    this.worker = null;
    this.isReady = false;
    this.giveUp?.(error);
    this.finish()?.reject(error);
  }
}
