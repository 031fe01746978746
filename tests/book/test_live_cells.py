"""Live cells: the bar stands before the first cell, the link leads to the chapter's notebook."""

import json
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from book._ext import live_cells

CELL = '<div class="cell"><div class="cell_input"><pre>1</pre></div></div>'


class App(SimpleNamespace):
    """As much of Sphinx as the extension asks for."""

    def __init__(self, facts, source="book/entropy.ipynb"):
        env = SimpleNamespace(found_docs={"book/entropy"}, doc2path=lambda page, base: source)
        super().__init__(config=SimpleNamespace(live_cells=facts), env=env, files=[])

    def add_js_file(self, name, **attributes):
        self.files.append(name)

    add_css_file = add_js_file


FACTS = json.dumps({"total": 26_700_000})


def body(app, html):
    context = {"body": html}
    live_cells.add_cells(app, "book/entropy", None, context, None)
    return BeautifulSoup(context["body"], "html.parser")


def test_the_bar_stands_before_the_first_cell():
    app = App(FACTS)
    page = body(app, f"<p>Text</p>{CELL}{CELL}")
    [bar] = page.select(".live-bar")
    assert bar.find_next_sibling("div")["class"] == ["cell"]
    assert "27 MB" in bar.get_text()
    assert app.files == ["live/live.js"]


@pytest.mark.parametrize(("facts", "html"), [("", CELL), (FACTS, "<p>cell_input</p>"), (FACTS, "")])
def test_no_bar_without_python_or_without_code(facts, html):
    app = App(facts)
    assert not body(app, html).select(".live-bar")
    assert app.files == []


@pytest.mark.parametrize(
    ("facts", "source", "shown"),
    [(FACTS, "book/entropy.ipynb", True), (FACTS, "book/glossary.md", False), ("", "book/entropy.ipynb", False)],
)
def test_only_chapters_link_to_a_notebook_by_a_relative_address(facts, source, shown):
    context = {"header_buttons": [], "pathto": lambda name, resource: f"../{name}"}
    live_cells.link_notebook(App(facts, source), "book/entropy", None, context, None)
    assert [b["url"] for b in context["header_buttons"]] == ["../lite/notebooks/index.html?path=entropy.ipynb"] * shown


def test_python_is_published_where_it_was_assembled(tmp_path):
    config, sheets = SimpleNamespace(html_static_path=[]), []
    app = SimpleNamespace(confdir=tmp_path, add_css_file=sheets.append)
    live_cells.find_runtime(app, config)
    assert (config.live_cells, config.html_static_path, sheets) == ("", [], [])
    (tmp_path / "_build" / "web").mkdir(parents=True)
    (tmp_path / "_build" / "web" / "runtime.json").write_text(FACTS)
    live_cells.find_runtime(app, config)
    assert config.live_cells == FACTS
    assert sheets == ["live/live-style.css"]
    assert config.html_static_path == [str(tmp_path / "_build" / "web" / "static")]
