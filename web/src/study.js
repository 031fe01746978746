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

/** What is kept, in order, whatever was there: an earlier version, another tab or a reader may have written it. */
function recall(key) {
  const { answers, can, ...others } = read(key);
  const ticked = Array.isArray(can) ? [...new Set(can)].filter((index) => Number.isInteger(index) && index >= 0) : [];
  return { ...others, answers: isRecord(answers) ? answers : {}, can: ticked };
}

let kept = recall(here);

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

let stays = true; // the browser keeps what we write

/** Change what is kept now, which another tab may have changed since this page came. */
function keep(change) {
  if (stays) kept = recall(here);
  change(kept);
  stays = write(here, kept);
}

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
      keep((now) => {
        if (!chosen(group)) now.answers[group.dataset.quiz] = option.dataset.letter; // another tab may have been first
      });
      show();
    });
  }
}

review?.querySelector(".quiz-reset").addEventListener("click", () => {
  keep((now) => (now.answers = {}));
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
    keep((now) => {
      now.can = now.can.filter((other) => other !== index);
      if (box.checked) now.can.push(index);
    });
    tell();
  });
}

function tell() {
  const where = stays ? "kept in this browser alone" : "gone when you leave: this browser keeps nothing";
  const boxes = [...promise.parentElement.querySelectorAll(".can input")];
  boxes.forEach((box, index) => (box.checked = kept.can.includes(index)));
  promise.parentElement.querySelector(".can-status").textContent =
    `${boxes.filter((box) => box.checked).length} of ${points.length} ticked; ${where}.`;
}

if (points.length) {
  promise.nextElementSibling.classList.add("can");
  points.forEach(tick);
  const status = document.createElement("p");
  status.className = "can-status";
  status.setAttribute("role", "status");
  status.textContent = "Tick what you can do, now or when you come back.";
  promise.nextElementSibling.after(status);
  if (kept.can.length) tell();
}

// What another tab keeps is seen here at once.
addEventListener("storage", ({ key }) => {
  if (key !== here && key !== null) return; // null: all is forgotten
  kept = recall(here);
  if (groups.length) show();
  if (points.length) tell();
});

// The chapter that was read last, to which the first page leads back.
const LAST = `${PREFIX}last`;
const start = document.querySelector(".bd-article p.start");
const listed = [...document.querySelectorAll(".bd-article table a.internal")];
const last = start && listed.find((link) => chapter(new URL(link.href).pathname) === read(LAST).chapter);
if (points.length) write(LAST, { chapter: chapter(location.pathname) });
if (last) start.append(Object.assign(document.createElement("a"), { href: last.href, textContent: `Continue with ${last.textContent}` }));

// On the first page: how much of each chapter is ticked and answered.
for (const link of listed) {
  const can = recall(PREFIX + chapter(new URL(link.href).pathname)).can.length;
  if (!can || points.length) continue;
  const note = document.createElement("span");
  note.className = "can-note";
  note.textContent = ` ✓ ${can} ticked`;
  link.after(note);
}
