// What a link leads to, shown beside it on hover and focus; and filters for long pages. Pages are whole without both.

// Previews ------------------------------------------------------------------------------------------------
const LINKS = ".bd-article a[href*='#']:not(.headerlink, .preview *)";
const AIM = 250; // milliseconds a mouse rests before a preview opens, and may leave it before it closes

const card = Object.assign(document.createElement("div"), { className: "bd-article preview", id: "preview", hidden: true });
card.setAttribute("role", "tooltip");
document.querySelector("main")?.append(card);

const pages = new Map();
let shown = null; // the link whose preview is open
let timer = 0;

/** The page that a link leads to, fetched once. */
function load(url) {
  const address = url.origin + url.pathname;
  if (address === location.origin + location.pathname) return document;
  if (!pages.has(address)) {
    const page = fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    });
    page.catch(() => pages.delete(address));
    pages.set(address, page);
  }
  return pages.get(address);
}

/** The elements to show for an id: a term with its meaning, a theorem, a source; of a section its first words. */
function passage(page, id) {
  const at = page.getElementById(id);
  if (!at) return [];
  if (at.matches("dl.glossary > dt")) {
    let meaning = at;
    while (meaning && !meaning.matches("dd")) meaning = meaning.nextElementSibling;
    return [at, ...(meaning?.children ?? [])];
  }
  if (at.matches("dt.sig")) return [at, ...[at.nextElementSibling?.querySelector("p")].filter(Boolean)];
  const whole = at.closest(".admonition, .quiz, .citation, aside.footnote, figure, div.math, table tbody");
  if (whole?.matches("tbody")) return [...whole.rows[0].cells[0].children];
  if (whole) return [whole];
  const section = at.closest("section");
  return section ? [...section.querySelectorAll(":scope > :is(h1, h2, h3, h4)"), section.querySelector(":scope > p:not(.at-a-glance)")].filter(Boolean) : [];
}

/** A copy to look at: nothing in it can be pressed, and no id of the page comes twice. */
function copy(element, base) {
  let made = document.importNode(element, true);
  if (made.matches("dt, h1, h2, h3, h4")) { // a name here, and no part of a list or of the page's outline
    const name = Object.assign(document.createElement("p"), { className: "preview-title" });
    name.append(...made.childNodes);
    made = name;
  }
  made.querySelectorAll(".headerlink, .toggle-button, .sliders, .drawing, .live-controls, script").forEach((part) => part.remove());
  for (const part of [made, ...made.querySelectorAll("*")]) {
    for (const name of ["id", "tabindex", "aria-labelledby", "hidden", "loading", "role"]) part.removeAttribute(name);
    if (part.matches("img")) part.src = new URL(part.getAttribute("src"), base).href;
  }
  for (const link of made.querySelectorAll("a, summary")) {
    const text = document.createElement("span");
    text.append(...link.childNodes);
    link.replaceWith(text);
  }
  return made;
}

function place(link) {
  const { left } = link.getClientRects()[0]; // a link may go on in the next line
  const { top, bottom } = link.getBoundingClientRect();
  const room = document.documentElement.clientWidth - card.offsetWidth - 12;
  card.style.left = `${Math.max(12, Math.min(left, room))}px`;
  card.style.maxHeight = "";
  const [above, below] = [top - 16, innerHeight - bottom - 16];
  const under = card.offsetHeight <= below || below >= above;
  card.style.maxHeight = `min(20rem, ${under ? below : above}px)`;
  card.style.top = `${under ? bottom + 8 : top - 8 - card.offsetHeight}px`;
  card.classList.toggle("cut", card.scrollHeight > card.clientHeight);
}

async function show(link) {
  shown = link;
  const url = new URL(link.href);
  try {
    const parts = passage(await load(url), decodeURIComponent(url.hash.slice(1)));
    if (shown !== link || !parts.length) return;
    card.replaceChildren(...parts.map((part) => copy(part, url)));
  } catch {
    return; // no server, no network: the link leads there all the same
  }
  link.removeAttribute("title");
  link.setAttribute("aria-describedby", card.id);
  card.hidden = false;
  place(link);
}

function hide() {
  clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  card.hidden = true;
}

/** The mouse has gone on, or the page was scrolled: a preview that the keyboard opened stays at its link. */
function leave() {
  if (shown?.matches(":focus-visible")) place(shown);
  else hide();
}

function later(act) {
  clearTimeout(timer);
  timer = setTimeout(act, AIM);
}

const near = (event) => event.target instanceof Element && event.target.closest(LINKS);
const leads = (link) => link && link.origin === location.origin && link.hash.length > 1;

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return; // a tap follows the link
  const link = near(event);
  if (leads(link)) {
    if (link === shown) clearTimeout(timer);
    else later(() => (hide(), show(link)));
  } else if (card.contains(event.target)) clearTimeout(timer);
  else if (shown || timer) later(leave);
});
document.addEventListener("focusin", (event) => {
  hide();
  const link = near(event);
  if (leads(link) && link.matches(":focus-visible")) show(link);
});
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
addEventListener("scroll", leave, { passive: true });

// Filters -------------------------------------------------------------------------------------------------
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("∥", "‖").replaceAll("||", "‖").toLowerCase();

/** What is kept or left out as one: a term and its meaning, a source, a function of other libraries, a row. */
function entries(article) {
  const terms = [...article.querySelectorAll("dl.glossary > dd")].map((meaning) => {
    const parts = [meaning];
    while (parts[0].previousElementSibling?.matches("dt")) parts.unshift(parts[0].previousElementSibling);
    return parts;
  });
  const others = article.querySelectorAll(".citation, table.other-libraries:not(.libraries) tbody, table:not(.other-libraries) tbody tr, table.libraries tbody tr");
  return [...terms, ...[...others].map((part) => [part])].map((parts) => ({ parts }));
}

/** What can be read of a part: a formula as it is drawn, without its source. */
function said(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("math").forEach((source) => source.remove());
  return copy.textContent;
}

function filter(box) {
  const article = box.closest(".bd-article");
  const all = entries(article);
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "search", placeholder: "Filter", autocomplete: "off" });
  const count = document.createElement("output");
  label.append(Object.assign(document.createElement("span"), { textContent: `Filter the ${box.dataset.of}` }), input);
  box.replaceChildren(label, count);
  const holders = [...article.querySelectorAll("section section, table, .pst-scrollable-table-container")]
    .map((holder) => [holder, all.filter(({ parts }) => holder.contains(parts[0]))])
    .filter(([holder, held]) => held.length || holder.matches("section"));
  function sift() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const entry of all) entry.text ??= plain(entry.parts.map(said).join(" ")); // once, when somebody looks
    const kept = new Set(all.filter(({ text }) => words.every((word) => text.includes(word))));
    for (const entry of all) entry.parts.forEach((part) => (part.hidden = !kept.has(entry)));
    for (const [holder, held] of holders) holder.hidden = words.length > 0 && !held.some((entry) => kept.has(entry));
    count.textContent = words.length ? `${kept.size} of ${all.length}` : "";
  }
  input.addEventListener("input", sift);
  function showTarget() {
    input.value = ""; // what a link leads to is seen
    sift();
    document.querySelector(":target")?.scrollIntoView();
  }
  addEventListener("hashchange", showTarget);
  // To where we are already there is no change.
  article.addEventListener("click", ({ target }) => target.closest("a[href*='#']")?.hash === location.hash && location.hash && showTarget());
}

document.querySelectorAll(".filter").forEach(filter);
