// What a reader did on this page: first answers to its questions, and objectives ticked. It is kept in this
// browser, under one key a chapter, and nowhere else. Where the browser refuses, it lasts as long as the page.

const PREFIX = "cross-entropy-book:";
const chapter = (path) => path.split("/").pop().replace(/\.html$/, "");
const here = PREFIX + chapter(location.pathname);

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function read(key) {
  try {
    const value = JSON.parse(localStorage.getItem(key));
    return isRecord(value) ? value : {};
  } catch {
    return {}; // refused, or not ours
  }
}

const kept = { answers: {}, can: [], ...read(here) };
if (!isRecord(kept.answers)) kept.answers = {};
if (!Array.isArray(kept.can)) kept.can = [];

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

const keep = () => write(here, kept);

// Questions -----------------------------------------------------------------------------------------------
// An option is a <details>: it opens and says whether it is right without this script. A click (a key on the
// summary is one) on the first option opened is the reader's answer; a search in the page, which also opens
// options, is none.

const groups = [...document.querySelectorAll(".quiz-options")];
const review = document.querySelector(".quiz-review");
const names = [...new Set(groups.map((group) => group.dataset.quiz))];
const said = new Map(groups.map((group) => [group, group.querySelector(".quiz-status").textContent]));
const lead = review?.querySelector(".quiz-score").textContent;

const options = (group) => [...group.querySelectorAll(".quiz-option")];
const isRight = (option) => option.classList.contains("right");
const chosen = (group) => options(group).find((option) => option.dataset.letter === kept.answers[group.dataset.quiz]);

function mark(summary, text) {
  let note = summary.querySelector(".quiz-mark");
  if (!text) return note?.remove();
  if (!note) {
    note = document.createElement("span");
    note.className = "quiz-mark";
    summary.append(note);
  }
  note.textContent = text;
}

function show() {
  let right = 0;
  let answered = 0;
  for (const group of groups) {
    const first = chosen(group);
    for (const option of options(group)) {
      option.toggleAttribute("data-first", option === first);
      const sign = isRight(option) ? "✓ right" : "✗ not right";
      mark(option.querySelector("summary"), option === first ? `Your answer: ${sign}` : "");
    }
    const status = group.querySelector(".quiz-status");
    const text = first
      ? `Your first answer, ${first.dataset.letter}, is ${isRight(first) ? "right" : "not right"}. Open the others too.`
      : said.get(group);
    if (status.textContent !== text) status.textContent = text;
    const again = group.closest(".quiz-again");
    if (!again) continue;
    answered += Boolean(first);
    right += Boolean(first && isRight(first));
    again.classList.toggle("right", Boolean(first && isRight(first)));
    again.classList.toggle("wrong", Boolean(first && !isRight(first)));
    mark(again.querySelector("summary"), first ? (isRight(first) ? "✓ right" : "✗ not right") : "");
  }
  if (!review) return;
  review.querySelector(".quiz-reset").hidden = answered === 0;
  review.querySelector(".quiz-score").textContent = answered
    ? `Answered ${answered} of ${names.length}, ${right} right at the first try.`
    : lead;
}

for (const group of groups) {
  for (const option of options(group)) {
    option.querySelector("summary").addEventListener("click", () => {
      if (chosen(group)) return;
      kept.answers[group.dataset.quiz] = option.dataset.letter;
      keep();
      show();
    });
  }
}

review?.querySelector(".quiz-reset").addEventListener("click", () => {
  kept.answers = {};
  keep();
  document.querySelectorAll(".quiz-option").forEach((option) => (option.open = false));
  show();
  review.querySelector("summary").focus(); // the button is gone
});

if (groups.length) show();

// Objectives ----------------------------------------------------------------------------------------------
// Each point of "You will be able to" gets a box to tick.

const promise = [...document.querySelectorAll(".bd-article p")].find((p) => p.textContent.startsWith("You will be able to"));
const points = promise?.nextElementSibling?.matches("ul") ? [...promise.nextElementSibling.children] : [];

function tick(point, index) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = kept.can.includes(index);
  label.append(box, ...(point.querySelector(":scope > p") ?? point).childNodes);
  point.replaceChildren(label);
  box.addEventListener("change", () => {
    kept.can = kept.can.filter((other) => other !== index);
    if (box.checked) kept.can.push(index);
    tell(keep());
  });
}

function tell(stays) {
  const where = stays ? "kept in this browser alone" : "gone when you leave: this browser keeps nothing";
  promise.parentElement.querySelector(".can-status").textContent =
    `${kept.can.length} of ${points.length} ticked; ${where}.`;
}

if (points.length) {
  kept.can = kept.can.filter((index) => Number.isInteger(index) && index in points);
  promise.nextElementSibling.classList.add("can");
  points.forEach(tick);
  const status = document.createElement("p");
  status.className = "can-status";
  status.setAttribute("role", "status");
  status.textContent = "Tick what you can do, now or when you come back.";
  promise.nextElementSibling.after(status);
  if (kept.can.length) tell(true);
}

// The chapter that was read last, to which the first page leads back.
const LAST = `${PREFIX}last`;
const start = document.querySelector(".bd-article p.start");
const listed = [...document.querySelectorAll(".bd-article table a.internal")];
const last = start && listed.find((link) => chapter(new URL(link.href).pathname) === read(LAST).chapter);
if (points.length) write(LAST, { chapter: chapter(location.pathname) });
if (last) start.append(Object.assign(document.createElement("a"), { href: last.href, textContent: `Continue with ${last.textContent}` }));

// On the first page: how much of each chapter is ticked and answered.
for (const link of listed) {
  const stored = read(PREFIX + chapter(new URL(link.href).pathname));
  const can = Array.isArray(stored.can) ? stored.can.length : 0;
  if (!can || points.length) continue;
  const note = document.createElement("span");
  note.className = "can-note";
  note.textContent = ` ✓ ${can} ticked`;
  link.after(note);
}
