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

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  event.respondWith(
    fetch(request).catch(async (failure) => {
      const answer = await kept(request);
      if (!answer) throw failure;
      return answer;
    }),
  );
});
