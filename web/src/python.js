// The page's handle on Python: start it, run code in it, stop it.
/* global TOTAL, WORKER */

/** Why a run did not come to its end, other than by an error of its own. */
export class Interrupted extends Error {}

export class Python {
  /** @param {(bytes: number, total: number) => void} onProgress */
  constructor(onProgress) {
    this.onProgress = onProgress;
    this.worker = null;
    this.current = null; // the run that is under way: {id, onOutput, resolve, reject}
    this.count = 0;
  }

  /** Resolves when Python is ready; rejects with the reason why it cannot be. */
  start() {
    if (this.worker) return this.ready;
    const worker = new Worker(new URL(WORKER, import.meta.url), { type: "module" });
    this.worker = worker;
    this.ready = new Promise((resolve, reject) => {
      const fail = (reason) => {
        const error = new Error(reason);
        this.end(error);
        reject(error);
      };
      worker.onerror = (event) => {
        event.preventDefault?.();
        fail(event.message || `${WORKER} could not be loaded`);
      };
      worker.onmessage = ({ data }) => {
        if (data.type === "progress") this.onProgress(data.bytes, TOTAL);
        else if (data.type === "ready") resolve();
        else if (data.type === "failed") fail(data.reason);
        else if (data.id !== this.current?.id) return;
        else if (data.type === "output") this.current.onOutput(data.kind, data.content);
        else this.finish().resolve(data);
      };
    });
    this.ready.catch(() => {}); // the one who waits for it is told
    return this.ready;
  }

  /** Run a cell; resolves with {ok, seconds}. */
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
    this.finish()?.reject(error);
  }
}
