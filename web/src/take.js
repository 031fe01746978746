// What a reader takes along from a page: its notebook with links that lead back here, and the code as it stands.

const notebook = document.querySelector("a.btn-download-source-button");
const name = notebook.pathname.split("/").pop().replace(".ipynb", "");

function save(text, file, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has it by then
}

/** What a page's address says of a heading, from what Jupyter's says of it. */
const section = (place) => place && `#${decodeURIComponent(place).normalize("NFKD").replace(/[^\x20-\x7e]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[-\d]+|-+$/g, "")}`;

/** The notebook knows the book's pages as neighbours, which they are no more on the reader's disk. */
async function takeNotebook(event) {
  event.preventDefault();
  const page = new URL(".", location.href).href;
  try {
    const answer = await fetch(notebook.href);
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    const absolute = text.replace(/\]\(\.\.\/book\//g, `](${page}`).replace(/\]\(([\w-]+)\.ipynb(#[^)\s]*)?\)/g, (_, other, place = "") => `](${page}${other}.html${section(place)})`);
    save(absolute, `${name}.ipynb`, "application/x-ipynb+json");
  } catch {
    location.assign(notebook.href); // the browser says what is wrong
  }
}

/** The page's cells as a program, in the form that editors and Jupyter split at `# %%`. */
function code() {
  let number = 0;
  const cells = [...document.querySelectorAll(".bd-article div.cell:has(.cell_input pre)")].map((cell) => {
    const answer = cell.classList.contains("tag_answer");
    number += !answer;
    const source = cell.querySelector(".cell_input pre").textContent.trimEnd();
    const edited = cell.classList.contains("live-edited");
    const title = `# %% ${answer ? "my answer" : `cell ${number}`}${edited ? ", changed by me" : ""}`;
    return { source: `${title}\n${source}\n`, wanted: edited || !cell.matches(".tag_solution, .tag_answer") };
  });
  const title = document.querySelector("h1").firstChild.textContent;
  return [`# ${title}: ${location.href.split("#")[0]}\n`, ...cells.filter((cell) => cell.wanted).map((cell) => cell.source)].join("\n");
}

notebook.addEventListener("click", takeNotebook);
if (document.documentElement.querySelector(".live-bar")) {
  const entry = notebook.closest("li").cloneNode(true);
  const button = document.createElement("button");
  button.type = "button";
  button.className = notebook.className.replace("source", "code");
  button.title = "Download my code: the cells as they stand here";
  button.innerHTML = notebook.innerHTML.replace("Notebook", "My code");
  button.addEventListener("click", () => save(code(), `${name}.py`, "text/x-python"));
  entry.replaceChildren(button);
  notebook.closest("li").after(entry);
}
