// Python, off the page's own thread: a cell that never ends must not freeze the reader's window.
// In:  {type: "run", id, source, name}
// Out: {type: "progress", bytes} | {type: "ready"} | {type: "failed", reason}
//      {type: "output", id, kind, content} | {type: "done", id, ok, seconds}
/* global RUNTIME */
import figures from "./figures.py";
import session from "./session.py";

const MOST_TEXT = 200_000; // characters a cell may print; then it is cut
const BURST = 200; // pieces sent at once; after these, one message every PAUSE milliseconds
const PAUSE = 50;

const home = new URL(RUNTIME.folder, import.meta.url);

/** Tell the page how much has come, file by file. */
function watchDownloads() {
  const seen = new Set();
  let bytes = 0;
  const note = (list) => {
    for (const { name } of list.getEntries()) {
      const file = new URL(name).pathname.split("/").pop();
      if (seen.has(file) || !(file in RUNTIME.sizes)) continue;
      seen.add(file);
      bytes += RUNTIME.sizes[file];
    }
    postMessage({ type: "progress", bytes });
  };
  const observer = new PerformanceObserver(note);
  observer.observe({ type: "resource", buffered: true });
  return observer;
}

/** Where its core cannot be fetched or compiled, Pyodide writes a warning and waits for ever; so pass the error on. */
function failWithoutCore() {
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (response, imports) => {
    try {
      return await instantiateStreaming(response, imports);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
}

async function start() {
  const observer = watchDownloads();
  failWithoutCore();
  const { loadPyodide } = await import(new URL("pyodide.mjs", home).href);
  const python = await loadPyodide({
    indexURL: home.href,
    lockFileURL: new URL(RUNTIME.lock, home).href,
    packages: ["crossentropy", "matplotlib"],
    env: { HOME: "/home/pyodide", MPLBACKEND: "module://live_figures" },
  });
  observer.disconnect();
  python.FS.writeFile("/home/pyodide/live_session.py", session);
  python.FS.writeFile("/home/pyodide/live_figures.py", figures);
  const { Session } = python.pyimport("live_session");
  postMessage({ type: "ready" });
  return Session(send, python.globals);
}

/* One cell's way out ------------------------------------------------------------------------------- */
let id, pieces, printed, waiting, last;

function send(kind, content) {
  if (kind === "stdout" || kind === "stderr") return sendText(kind, content);
  flush();
  if (kind === "figure") content = content.toJs();
  postMessage({ type: "output", id, kind, content });
}

/** Text goes out at once, until it is so much that it would keep the page busy. */
function sendText(kind, content) {
  if (printed > MOST_TEXT) return;
  printed += content.length;
  if (printed > MOST_TEXT) content += "\n… (the rest is not shown)";
  if (waiting.kind !== kind) flush();
  waiting = { kind, content: waiting.content + content };
  pieces += 1;
  if (pieces < BURST || performance.now() - last > PAUSE || printed > MOST_TEXT) flush();
}

function flush() {
  if (waiting.content) postMessage({ type: "output", id, ...waiting });
  waiting = { kind: waiting.kind, content: "" };
  last = performance.now();
}

/* -------------------------------------------------------------------------------------------------- */
const started = start();
const fail = (error) => postMessage({ type: "failed", reason: String(error?.message ?? error) });
started.catch(fail);
// Some failures of a download reach nobody else; and Python itself may break down later.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fail(event.reason);
});

onmessage = async ({ data }) => {
  const python = await started;
  ({ id } = data);
  pieces = printed = last = 0;
  waiting = { kind: "stdout", content: "" };
  const begin = performance.now();
  const ok = python.run(data.source, data.name);
  flush();
  postMessage({ type: "done", id, ok, seconds: (performance.now() - begin) / 1000 });
};
