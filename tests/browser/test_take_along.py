"""What a reader takes along: notebooks, their own code, the whole book kept in the browser."""

import ast
import json
import re

import pytest

from tests.browser.conftest import Reader
from tools import chapters
from tools.site import SITE


def test_a_downloaded_notebook_leads_back_to_where_it_came_from(reader):
    page = reader.open("book/misconceptions.html")
    page.locator(".dropdown-download-buttons > button").click()
    with page.expect_download() as taken:
        page.locator(".btn-download-source-button").click()
    assert taken.value.suggested_filename == "misconceptions.ipynb"
    notebook = json.loads(taken.value.path().read_text(encoding="utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    links = set(re.findall(r"\]\((?!#)([^)\s]+)\)", text))
    pages = {link for link in links if link.startswith(reader.site)}
    assert f"{reader.site}book/misconceptions.html" in pages
    assert all((SITE / link.removeprefix(reader.site).split("#")[0]).exists() for link in pages)
    places = [link.removeprefix(reader.site).split("#") for link in pages if "#" in link]
    assert len(places) > 20
    assert [(name, place) for name, place in places if f' id="{place}"' not in (SITE / name).read_text("utf-8")] == []
    assert not [link for link in links - pages if not link.startswith("https://")]


def test_my_code_is_the_cells_as_they_stand(reader):
    page = reader.open("book/entropy.html")
    page.locator(".live-run").first.click()
    editor = page.locator(".cm-content").first
    editor.wait_for()
    editor.click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text("\nmine = 1")
    page.locator(".live-edited").wait_for()
    page.locator(".dropdown-download-buttons > button").click()
    with page.expect_download() as taken:
        page.locator(".btn-download-code-button").click()
    assert taken.value.suggested_filename == "entropy.py"
    code = taken.value.path().read_text(encoding="utf-8")
    first, *cells = code.split("# %% ")
    assert first.strip() == f"# Entropy: {reader.site}book/entropy.html" or "Entropy" in first
    assert cells[0].startswith("cell 1, changed by me\n")
    assert cells[0].rstrip().endswith("\nmine = 1")
    assert not any("changed by me" in cell for cell in cells[1:])
    assert len(cells) == page.locator(".cell:not(.tag_solution, .tag_answer) .cell_input").count()
    ast.parse(code)


def test_without_scripts_the_notebook_is_a_plain_link(browser, site):
    reader = Reader(browser, site, java_script_enabled=False)
    page = reader.open("book/entropy.html")
    assert page.locator(".btn-download-source-button").get_attribute("href") == "../notebooks/entropy.ipynb"
    assert page.locator(".btn-download-code-button").count() == 0
    reader.context.close()


@pytest.fixture
def keeper(browser, site):
    """A reader whose browser keeps this edition, with a small list of files."""
    reader = Reader(browser, site)
    listed = json.loads((SITE / "edition.json").read_text(encoding="utf-8"))
    wanted = ("book/index.html", "book/entropy.html", "_static/keep.js", "_static/book-")
    listed["files"] = [name for name in listed["files"] if name.startswith(wanted)]
    reader.edition = listed
    reader.context.route("**/edition.json", lambda route: route.fulfill(json=reader.edition))
    page = reader.open("book/index.html")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("This browser keeps this edition").wait_for()
    yield reader
    reader.context.close()


def test_nothing_is_kept_unless_asked_for(reader):
    page = reader.open("book/index.html")
    page.get_by_role("button", name="Keep it").wait_for()
    there = "[(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    assert page.evaluate(f"async () => {there}") == [0, 0]


def test_a_file_that_fails_is_told_and_can_be_tried_again(browser, site):
    reader = Reader(browser, site)
    reader.expected = [""]
    files = [f"book/{name}.html" for name in chapters.pages()]
    listed = {"edition": "one", "size": 1_000_000, "files": files}
    reader.context.route("**/edition.json", lambda route: route.fulfill(json=listed))
    reader.context.route("**/glossary.html", lambda route: route.abort())
    page = reader.open("book/index.html")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("That failed: ").wait_for()
    reader.context.unroute("**/glossary.html")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("This browser keeps this edition").wait_for()
    reader.context.close()


def test_a_kept_edition_opens_without_a_network(keeper):
    page = keeper.page
    keeper.context.set_offline(True)
    page.goto(f"{keeper.site}book/entropy.html")
    assert page.locator(".bd-article h1").inner_text().startswith("2. Entropy")
    page.goto(f"{keeper.site}book/index.html")
    page.get_by_text("This browser keeps this edition").wait_for()
    page.goto(f"{keeper.site}slides/entropy.html")
    assert page.locator("h1").inner_text() == "Not kept"
    keeper.expected.append("^503 for ")
    page.get_by_role("link", name="To the book").click()
    page.locator(".bd-article h1", has_text="Cross-Entropy from First Principles").wait_for()


def test_a_new_edition_is_shown_at_once_and_kept_when_asked_for(keeper):
    page, new = keeper.page, "<!DOCTYPE html><title>New</title><h1>A new edition</h1>"
    keeper.context.route("**/book/entropy.html", lambda route: route.fulfill(body=new, content_type="text/html"))
    keeper.edition = keeper.edition | {"edition": "another"}
    page.goto(f"{keeper.site}book/entropy.html")
    assert page.locator("h1").inner_text() == "A new edition"
    page.goto(f"{keeper.site}book/index.html")
    page.get_by_text("an older edition").wait_for()
    page.get_by_role("button", name="Keep this one instead").click()
    page.get_by_text("This browser keeps this edition").wait_for()
    assert [name.split()[-1] for name in page.evaluate("caches.keys()")] == ["another"]
    keeper.context.unroute("**/book/entropy.html")
    keeper.context.set_offline(True)
    page.goto(f"{keeper.site}book/entropy.html")
    assert page.locator("h1").inner_text() == "A new edition"


def test_half_an_edition_is_not_used_and_what_is_kept_can_be_removed(keeper):
    page = keeper.page
    keeper.context.route("**/book/entropy.html", lambda route: route.abort())
    keeper.edition = keeper.edition | {"edition": "another"}
    page.goto(f"{keeper.site}book/index.html")
    page.get_by_role("button", name="Keep this one instead").click()
    page.get_by_text("That failed").or_(page.get_by_text("keeps this edition")).wait_for()
    page.goto(f"{keeper.site}book/index.html")
    page.get_by_role("button", name="Remove it").click()
    page.get_by_role("button", name="Keep it").wait_for()
    assert page.evaluate(
        "async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    ) == [0, 0]
