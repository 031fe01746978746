// On the first page: keep this edition of the book in the browser, to read and run it without a network.
// Nothing is kept unless the reader asks for it, and a new edition is kept when they ask for that.

const box = document.querySelector(".keep");
const home = new URL("..", location.href).href;
const OURS = `cross-entropy-book ${home} `;
const LISTED = `${home}edition.json`;

const ours = async () => (await caches.keys()).filter((name) => name.startsWith(OURS));
const forget = async (except) => Promise.all((await ours()).filter((name) => name !== except).map((name) => caches.delete(name)));

/** The edition that is kept in full, or undefined. */
async function kept() {
  for (const name of await ours()) {
    const answer = await (await caches.open(name)).match(LISTED);
    if (answer) return answer.json();
  }
  return undefined;
}

async function load(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${address} could not be loaded (${answer.status})`);
  return answer;
}

function show(text, ...buttons) {
  box.querySelector("[role=status]").textContent = text;
  const made = buttons.map(([label, action]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", () => action().catch((error) => show(`That failed: ${error.message}`, [label, action])));
    return button;
  });
  box.querySelector(".keep-buttons").replaceChildren(...made);
}

async function keep() {
  const list = await load(LISTED);
  const { edition, files } = await list.clone().json();
  const cache = await caches.open(OURS + edition);
  let [there, failed] = [0, null];
  const waiting = [...files];
  const work = async () => {
    while (waiting.length && !failed) {
      const address = home + waiting.shift();
      try {
        if (!(await cache.match(address))) await cache.put(address, await load(address));
        show(`Keeping file ${++there} of ${files.length}`);
      } catch (error) {
        failed = error; // the others end, too, and the message is the last
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  if (failed) throw failed;
  await cache.put(LISTED, list);
  await navigator.serviceWorker.register(`${home}sw.js`);
  await navigator.serviceWorker.ready;
  await forget(OURS + edition);
  await tell();
}

async function remove() {
  await forget();
  const registration = await navigator.serviceWorker.getRegistration(home);
  if (registration?.scope === home) await registration.unregister();
  await tell();
}

async function tell() {
  const mine = await kept();
  const now = await load(LISTED).then((answer) => answer.json(), (error) => mine ?? Promise.reject(error));
  if (!mine) return show(`This browser can keep the book, to read and run it without a network: ${Math.ceil(now.size / 1e6)} MB.`, ["Keep it", keep]);
  if (now.edition === mine.edition) return show("This browser keeps this edition: it opens without a network, too.", ["Remove it", remove]);
  return show("This browser keeps an older edition, which it shows only where there is no network.", ["Keep this one instead", keep], ["Remove it", remove]);
}

if ("serviceWorker" in navigator && "caches" in window) {
  box.innerHTML = '<span role="status"></span> <span class="keep-buttons"></span>';
  tell().then(
    () => (box.hidden = false),
    () => {}, // this browser keeps nothing
  );
}
