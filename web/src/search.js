// The search, in the theme's dialog, and the help for keys. Pagefind, its index and the book's words come when the
// reader first opens the dialog: book/_ext/search.py makes them.

const root = new URL(document.documentElement.dataset.content_root, document.baseURI);
const dialog = document.querySelector("#pst-search-dialog");
const keys = document.querySelector("#keys");
const input = dialog.querySelector("input");
const status = dialog.querySelector(".search-status");
const hits = dialog.querySelector(".search-hits");
const PAGE = 8; // hits at a time
const KINDS = { term: "Glossary", function: "The package", source: "Bibliography" };
// What a title's words count, by what has the title; the words of the text count 1.
const metaWeights = { title: 0, page: 0, kind: 0, chapter: 12, section: 8, statement: 5, figure: 4, appendix: 4, term: 3, function: 2, source: 1 };

let loaded = null;

async function load() {
  const folder = new URL("pagefind/", import.meta.url);
  const [pagefind, list] = await Promise.all([
    import(new URL("pagefind.js", folder)),
    fetch(new URL("words.txt", folder)).then((answer) => answer.text()),
  ]);
  await pagefind.options({ excerptLength: 24, ranking: { metaWeights } });
  return { pagefind, list: ` ${list} `, words: new Map(list.split(" ").map((word, rank) => [word, rank])) };
}

function start() {
  loaded ??= load();
  loaded.catch(() => (loaded = null)); // the next letter tries again
  return loaded;
}

/** All that one slip of the keyboard makes of a word: a letter left out, doubled, swapped or wrong. */
function slips(word) {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const cuts = [...word, ""].map((_, i) => [word.slice(0, i), word.slice(i)]);
  return cuts.flatMap(([before, after]) => [
    before + after.slice(1),
    before + after.charAt(1) + after.charAt(0) + after.slice(2),
    ...[...letters].flatMap((letter) => [before + letter + after, before + letter + after.slice(1)]),
  ]);
}

/** In the small letters of every keyboard. */
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** With a space for the hyphen of a compound, which one writes and another does not. */
const apart = (text) => text.replace(/(?<=\p{L})[-–](?=\p{L})/gu, " ");

/** The query in words of the book: one that the book has not is read as the most frequent one a slip away. */
function corrected(query, { list, words }) {
  const begins = (word) => list.includes(` ${word}`);
  let hopeless = false;
  const read = query.replace(/\p{Script=Latin}{4,}/gu, (typed) => {
    const word = bare(typed);
    if (begins(word)) return typed;
    const known = slips(word).filter((slip) => words.has(slip));
    if (known.length) return known.reduce((a, b) => (words.get(b) < words.get(a) ? b : a));
    hopeless ||= !begins(word.slice(0, Math.max(4, word.length - 4))); // else another ending of a word: Pagefind's stems
    return typed;
  });
  return hopeless ? null : read;
}

function hit({ raw_url, meta, excerpt }) {
  const item = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: new URL(raw_url, root).href });
  const title = Object.assign(document.createElement("strong"), { textContent: meta.title });
  const where = Object.assign(document.createElement("span"), { className: "where", textContent: meta.page || KINDS[meta.kind] || "" });
  const text = document.createElement("span");
  text.className = "text";
  text.innerHTML = excerpt; // Pagefind has escaped the book's text, and marks what was found
  link.append(title, " ", where, text);
  item.append(link);
  return item;
}

status.textContent = ""; // it says until now that no script came
let asked = "";

async function search() {
  const query = input.value.trim();
  if (query === asked) return;
  asked = query;
  hits.replaceChildren();
  status.textContent = "";
  if (!query) return;
  try {
    const book = await start();
    const read = corrected(apart(query), book);
    const results = read === null ? [] : (await book.pagefind.search(read)).results;
    if (query === asked) await show(query, read, results, 0);
  } catch (error) {
    if (query !== asked) return;
    asked = "";
    status.textContent = `The search could not be loaded: ${error.message}. Type on to try again.`;
  }
}

/** The next hits after so many. */
async function show(query, read, results, from) {
  const found = await Promise.all(results.slice(from, from + PAGE).map((result) => result.data()));
  if (query !== asked) return;
  // What chapters tell comes first, and of that what is named as asked; then the reference pages, and a term's entry.
  const words = (read ?? query).toLowerCase();
  const named = ({ kind, title }) => /^(statement|figure)$/.test(kind) ? title.toLowerCase().startsWith(words) : apart(title.toLowerCase()).replace(/^[\d.]+ /, "") === words;
  const told = ({ kind, page }) => page ? /^\d/.test(page) : /^(chapter|statement|figure)$/.test(kind);
  const place = ({ meta }) => told(meta) ? Number(!named(meta)) : meta.kind === "term" ? 3 : 2;
  if (!/[^\u0000-\u024f]/.test(words)) found.sort((a, b) => place(a) - place(b));
  hits.querySelector(".more")?.remove();
  hits.append(...found.map(hit));
  const count = results.length === 1 ? "1 place" : `${results.length || "No"} places`;
  status.textContent = read === null || read === apart(query) ? `${count} for “${query}”.` : `${count} for “${read}” (you typed “${query}”).`;
  const next = from + PAGE;
  if (next >= results.length) return;
  const more = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Show more" });
  button.addEventListener("click", async () => {
    await show(query, read, results, next);
    links()[next]?.focus();
  });
  more.className = "more";
  more.append(button);
  hits.append(more);
}

const links = () => [...hits.querySelectorAll("a, button")];

input.addEventListener("focus", () => start().catch(() => {}));
input.addEventListener("input", search);
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await search();
  hits.querySelector("a")?.click();
});
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [input, ...links()];
  all[Math.min(Math.max(all.indexOf(document.activeElement) + step, 0), all.length - 1)].focus();
});
// A link in a dialog leads to what the dialog covers, if it is on this page.
document.addEventListener("click", ({ target }) => target.closest?.("dialog[open] a[href*='#'], .search-hits a")?.closest("dialog").close());

// The help for keys, and what the theme leaves to an attribute that a strict policy forbids ---------------------
for (const box of [dialog, keys]) box.querySelector(".close").addEventListener("click", () => box.close());
document.querySelector("[data-keys]")?.addEventListener("click", () => keys.showModal());
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const box = { "/": dialog, "?": keys }[event.key];
  if (!box) return;
  event.preventDefault();
  box.showModal();
});
