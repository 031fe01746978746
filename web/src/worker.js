// Python, off the page's own thread: a cell that never ends must not freeze the reader's window.
// In:  {type: "run", id, source, name}
// Out: {type: "progress", bytes} | {type: "ready"} | {type: "failed", reason}
//      {type: "output", id, kind, content} | {type: "done", id, reason, seconds}
/* global RUNTIME */
import figures from "./figures.py";
import session from "./session.py";

const MOST_TEXT = 200_000; // characters a cell may print; then it is cut
const BURST = 200; // pieces sent at once; after these, one message every PAUSE milliseconds
const PAUSE = 50;
const PATIENCE = 10; // seconds without a byte of what is awaited

const home = new URL(RUNTIME.folder, import.meta.url);

/* Downloads: all begin at once, and each is watched ------------------------------------------------- */
const awaited = new Set();
let bytes = 0;
let quiet = 0;

/** Wait for a file, known by name if it does not come. */
async function expect(file, coming) {
  awaited.add(file);
  try {
    return await coming;
  } catch (error) {
    const told = error instanceof TypeError ? new Error(`${file} could not be downloaded (${error.message})`) : error;
    fail(told); // Pyodide may keep it to itself, and wait for ever
    throw told;
  } finally {
    awaited.delete(file);
    quiet = 0;
  }
}

/** The bytes of a file. What a cache holds of it may be wrong, so that a wrong one is asked for once more. */
async function download(file, cache = "default") {
  const size = RUNTIME.sizes[file];
  const answer = await fetch(new URL(file === "pyodide-lock.json" ? RUNTIME.lock : file, home), { cache });
  if (!answer.ok) throw new Error(`${file} could not be downloaded (${answer.status} ${answer.statusText})`);
  const content = new Uint8Array(size);
  const reader = answer.body.getReader();
  let end = 0;
  for (let part = await reader.read(); !part.done && end <= size; part = await reader.read()) {
    if (end + part.value.length <= size) content.set(part.value, end);
    end += part.value.length;
    bytes += part.value.length;
    quiet = 0;
    postMessage({ type: "progress", bytes });
  }
  if (end === size) return content;
  bytes -= end;
  if (cache === "default") return download(file, "reload");
  const page = answer.headers.get("Content-Type")?.startsWith("text/html");
  throw new Error(`${file} ${page ? "is not there; a web page came in its place" : `came with ${end} bytes, not ${size}`}`);
}

/** Begin every download, and give Pyodide what has come when it asks. */
function downloads() {
  const coming = new Map(
    Object.keys(RUNTIME.sizes).map((file) => [new URL(file, home).pathname, expect(file, download(file))]),
  );
  const { fetch: online } = globalThis;
  globalThis.fetch = async (request, options) => {
    const { pathname } = new URL(request.url ?? request, home);
    if (!coming.has(pathname)) return online(request, options);
    const type = pathname.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(await coming.get(pathname), { headers: { "Content-Type": type } });
  };
  return {
    module: async (file) => {
      await coming.get(new URL(file, home).pathname); // from the cache, then
      return expect(file, import(new URL(file, home)));
    },
    end: () => (globalThis.fetch = online),
  };
}

/** While a thread is busy its clock does not tick here, so that only silence counts. */
function watch() {
  return setInterval(() => {
    quiet += 1;
    if (quiet > PATIENCE && awaited.size) fail(new Error(`${[...awaited][0]} stopped coming`));
  }, 1000);
}

async function start() {
  postMessage({ type: "progress", bytes });
  const watching = watch();
  const { module, end } = downloads();
  const [{ loadPyodide }] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs"].map(module));
  const python = await loadPyodide({
    indexURL: home.href,
    lockFileURL: new URL(RUNTIME.lock, home).href,
    packages: ["crossentropy", "matplotlib"],
    env: { HOME: "/home/pyodide", MPLBACKEND: "module://live_figures" },
  });
  clearInterval(watching);
  end();
  python.FS.writeFile("/home/pyodide/live_session.py", session);
  python.FS.writeFile("/home/pyodide/live_figures.py", figures);
  const { Session, watch_sums } = python.pyimport("live_session");
  watch_sums();
  python.pyimport("crossentropy.plots"); // Python is ready when its packages are
  postMessage({ type: "ready" });
  return Session(send, python.globals);
}

/* One cell's way out ------------------------------------------------------------------------------- */
let id, pieces, printed, waiting, last;

function send(kind, content) {
  if (kind === "stdout" || kind === "stderr") return sendText(kind, content);
  flush();
  postMessage({ type: "output", id, kind, content: kind === "figure" ? content.toJs() : cut(content, MOST_TEXT) });
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most)}\n… (the rest is not shown)` : text);

/** Text goes out at once, until it is so much that it would keep the page busy. */
function sendText(kind, content) {
  if (printed > MOST_TEXT) return;
  const room = MOST_TEXT - printed;
  printed += content.length;
  content = cut(content, room);
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
const fail = (error) => postMessage({ type: "failed", reason: lastLine(String(error?.message ?? error)) });
const lastLine = (text) => text.trim().split("\n").pop(); // of Python's errors, which bring a traceback
const started = start();
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
  const reason = await python.run(data.source, data.name);
  flush();
  postMessage({ type: "done", id, reason, seconds: (performance.now() - begin) / 1000 });
};
