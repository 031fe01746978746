// Where the network fails, the edition that the reader asked to keep; the network's own answer wherever there is one.
// keep.js fills the cache, and puts edition.json there last: a cache without it is not complete, and not used.
const OURS = `cross-entropy-book ${registration.scope} `;

async function kept(request) {
  const address = request.url.replace(/[?#].*/, "").replace(/\/$/, "/index.html");
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS)) continue;
    const cache = await caches.open(name);
    if (await cache.match(`${registration.scope}edition.json`)) return cache.match(address);
  }
  return undefined;
}

/** In the place of what is no part of the reading, and so not kept. */
const notKept = () =>
  new Response(
    `<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Not kept</title><body style="font: 1.1rem/1.6 serif; margin: 3rem auto; max-width: 34rem; padding: 0 1rem">
<h1>Not kept</h1><p>There is no network, and this browser keeps the pages of the book alone: no notebooks, slides or other files.</p>
<p><a href="${registration.scope}book/index.html">To the book</a></p></body></html>`,
    { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } },
  );

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  event.respondWith(
    fetch(request).catch(async (failure) => {
      const answer = await kept(request);
      if (answer) return answer;
      if (request.mode === "navigate") return notKept();
      throw failure;
    }),
  );
});
