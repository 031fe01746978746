// All that a page loads before the reader touches a control: the controls.
// The rest (page.js, the editor, Python) comes with the first press.

const bar = document.querySelector(".live-bar");
const cells = [...document.querySelectorAll(".bd-article div.cell")].filter((cell) => cell.querySelector(".cell_input pre"));

let page = null;

/** The live page; loaded once, tried again after a failure. */
function live() {
  page ??= import("./page.js").then(({ Page }) => new Page(bar, cells));
  page.catch((error) => {
    page = null;
    bar.dataset.state = "failed";
    bar.querySelector(".live-status").textContent = `The live cells could not be loaded: ${error.message}`;
  });
  return page;
}

/** A cell of the book by its number; one under an exercise is the reader's own. */
function names() {
  let number = 0;
  let answers = 0;
  return cells.map((cell) => (cell.classList.contains("tag_answer") ? `answer ${++answers}` : `cell ${++number}`));
}

function controls(name) {
  const row = document.createElement("div");
  row.className = "live-controls";
  row.innerHTML = `<button type="button" class="live-run" aria-label="Run ${name}">Run</button>`;
  return row;
}

if (bar) {
  names().forEach((name, index) => {
    const cell = cells[index];
    cell.dataset.name = name;
    const row = controls(name);
    cell.querySelector(".cell_input").prepend(row);
    row.firstChild.addEventListener("click", async () => (await live()).press(index));
  });
  bar.querySelector(".live-all").addEventListener("click", async () => (await live()).pressAll());
  document.documentElement.dataset.live = "off";
}
