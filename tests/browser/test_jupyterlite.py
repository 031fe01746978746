"""A whole chapter as a notebook, in the browser, behind the link in its header."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tools.chapters import BOOK
from tools.course import editions, exercises
from tools.site import SITE

NOTHING_KEPT = """async () => {
  const [{ name }] = await indexedDB.databases();
  const asked = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await asked(indexedDB.open(name));
  const kept = await asked(database.transaction("files").objectStore("files").count());
  database.close();
  return kept === 0;
}"""


def lite(reader, name):
    """A notebook, opened, its text set."""
    page = reader.open(f"lite/notebooks/index.html?path={name}.ipynb")
    page.locator(".jp-MarkdownOutput").first.wait_for()
    return page


def test_the_link_opens_the_chapter_and_it_runs(reader, measured):
    page = reader.open("book/losses.html")
    link = page.locator("a.btn-open-notebook-button")
    assert link.get_attribute("href") == "../lite/notebooks/index.html?path=losses.ipynb"
    start = time.perf_counter()
    with reader.context.expect_page() as opened:
        link.click()
    lite = opened.value
    cells = lite.locator(".jp-CodeCell")
    cells.first.wait_for()
    lite.locator(".jp-NotebookKernelStatus-fade").wait_for(state="attached")  # Python is there
    code = "import crossentropy\nfrom crossentropy.data import load_breast_cancer\n"
    code += "print(load_breast_cancer().features.shape)\n"
    cells.first.locator(".cm-content").click()
    lite.keyboard.press("ControlOrMeta+Home")
    lite.keyboard.insert_text(code)
    expect(cells.first.locator(".cm-content")).to_contain_text("load_breast_cancer().features")
    lite.keyboard.press("Shift+Enter")
    cells.first.locator(".jp-OutputArea-output", has_text="(569, 30)").wait_for()
    measured["JupyterLite, from the link to the first output"] = f"{time.perf_counter() - start:.1f} s"
    runtime = {url for url in reader.requests if "pyodide.asm.wasm" in url}
    assert runtime == {f"{reader.site}_static/pyodide/pyodide.asm.wasm"}, "one Pyodide for the pages and the notebooks"


def test_every_chapter_is_there():
    listed = json.loads((SITE / "lite/api/contents/all.json").read_text(encoding="utf-8"))["content"]
    assert {entry["name"] for entry in listed} == {path.name for path in BOOK.glob("*.ipynb")}


SET = """(number) => {
  const cells = [...document.querySelectorAll(".jp-MarkdownCell.jp-mod-rendered .jp-RenderedMarkdown")];
  return cells.filter((cell) => cell.textContent).length === number && cells.map((cell) => ({
    text: cell.innerText,
    typed: cell.textContent,
    open: cell.querySelectorAll("details[open], input[type=checkbox]").length,
  }));
}"""


@pytest.mark.parametrize("name", editions.pages())
def test_the_notebook_reads_well_and_gives_nothing_away(reader, name):
    """As JupyterLab sets it: each Markdown cell, rendered by the notebook itself."""
    page = lite(reader, name)
    cells = json.loads((SITE / "lite" / "files" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    number = sum(cell["cell_type"] == "markdown" for cell in cells)
    for shown in page.wait_for_function(SET, arg=number).json_value():
        assert not re.search(r":::|\{[\w:]+\}`|\[[ x]\]|^\([\w-]+\)=|:(class|label|name): ", shown["typed"], re.M)
        assert shown["open"] == 0
        assert "Solution" not in shown["text"].splitlines()
    asked = [
        n for n, cell in enumerate(cells) if cell["cell_type"] == "markdown" and "#### Exercise" in cell["source"][0]
    ]
    assert len(asked) == len(exercises.find(editions.nbformat.read(BOOK / f"{name}.ipynb", as_version=4)))
    for n in asked:
        below = cells[n + 1]
        last = "".join(below["source"]).rpartition("\n")[2]
        assert below["cell_type"] == "code"
        assert below["outputs"] == []
        assert last == "" or last.startswith("check(")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("Cross-Entropy from First Principles", "book/entropy.html"),
        ("list of notebooks", "lite/tree/index.html"),
        ("our three messages", "lite/notebooks/index.html?path=information.ipynb"),
    ],
)
def test_links_lead_back_to_the_book_and_on_to_its_notebooks(reader, link, address):
    page = lite(reader, "entropy")
    with reader.context.expect_page() as opened:
        page.locator(".jp-RenderedMarkdown a", has_text=link).first.click()
    opened.value.wait_for_load_state()
    assert opened.value.url.partition("#")[0].startswith(f"{reader.site}{address}")
    opened.value.locator(".bd-article h1, .jp-MarkdownOutput, .jp-DirListing-item").first.wait_for()


def test_the_folder_and_the_logo_lead_to_the_list(reader):
    page = reader.open("lite/")
    page.locator(".jp-DirListing-item", has_text="entropy.ipynb").first.wait_for()
    assert page.locator(".jp-DirListing-item").count() == len(editions.pages())
    page = lite(reader, "entropy")
    with reader.context.expect_page() as opened:
        page.locator("#jp-NotebookLogo").click()
    opened.value.locator(".jp-DirListing-item").first.wait_for()


@pytest.mark.parametrize(
    ("system", "chosen", "shown"), [("dark", None, "dark"), ("light", "dark", "dark"), ("dark", "light", "light")]
)
def test_light_and_dark_follow_the_system_and_the_book(reader, system, chosen, shown):
    reader.page.emulate_media(color_scheme=system)
    if chosen:
        page = reader.open("book/glossary.html")
        page.evaluate("mode => localStorage.setItem('mode', mode)", chosen)
    page = lite(reader, "entropy")
    page.locator(f"body[data-jp-theme-light={'true' if shown == 'light' else 'false'}]").wait_for(state="attached")


def test_a_changed_notebook_gives_way_to_the_books_when_it_is_deleted(reader):
    page = lite(reader, "entropy")
    cell = page.locator(".jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.insert_text("# mine\n")
    page.keyboard.press("ControlOrMeta+s")
    page.locator(".jp-NotebookCheckpoint", has_text="Last Checkpoint").wait_for()  # it is saved
    page = lite(reader, "entropy")
    page.locator(".jp-CodeCell", has_text="# mine").first.wait_for()
    page = reader.open("lite/tree/index.html")
    item = page.locator(".jp-DirListing-item", has=page.get_by_text("entropy.ipynb", exact=True))
    item.click()
    expect(item).to_have_class(re.compile("jp-mod-selected"))
    page.keyboard.press("Delete")
    expect(page.locator(".jp-Dialog")).to_contain_text(": entropy.ipynb?")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_function(NOTHING_KEPT)
    page = lite(reader, "entropy")
    page.locator(".jp-CodeCell .cm-content").first.wait_for()
    assert "# mine" not in page.locator(".jp-CodeCell").first.inner_text()
