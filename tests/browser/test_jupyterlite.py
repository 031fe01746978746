"""A whole chapter as a notebook, in the browser, behind the link in its header."""

import json
import time

from tools.chapters import BOOK
from tools.site import SITE


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
    code = "import crossentropy\nfrom crossentropy.data import load_breast_cancer\n"
    code += "print(load_breast_cancer().features.shape)\n"
    cells.first.locator(".cm-content").click()
    lite.keyboard.press("ControlOrMeta+Home")
    lite.keyboard.insert_text(code)
    for _ in range(3):
        lite.keyboard.press("Shift+Enter")
        lite.wait_for_timeout(100)
    cells.first.locator(".jp-OutputArea-output", has_text="(569, 30)").wait_for()
    measured["JupyterLite, from the link to the first output"] = f"{time.perf_counter() - start:.1f} s"
    runtime = {url for url in reader.requests if "pyodide.asm.wasm" in url}
    assert runtime == {f"{reader.site}_static/pyodide/pyodide.asm.wasm"}, "one Pyodide for the pages and the notebooks"


def test_every_chapter_is_there():
    listed = json.loads((SITE / "lite/api/contents/all.json").read_text(encoding="utf-8"))["content"]
    assert {entry["name"] for entry in listed} == {path.name for path in BOOK.glob("*.ipynb")}
