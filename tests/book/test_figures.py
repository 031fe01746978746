"""The note of a figure with sliders finds its way from the notebook into the page, and its script knows it."""

import json
import re
from pathlib import Path

import nbformat

from book._ext import figures
from crossentropy.plots import SLIDERS

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "web" / "src" / "figures"
NOTE = '<div class="sliders" data-figure="surprise" data-values="{}">In the book, this figure has sliders.</div>'
PICTURE = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}, "metadata": {}}


def read(html):
    """A notebook as the builder reads it, with a cell that has a picture and this HTML."""
    output = {"output_type": "execute_result", "data": {"text/html": html, "text/plain": "…"}, "metadata": {}}
    cells = [
        {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": [PICTURE, output]},
        {"cell_type": "markdown", "id": "b", "source": "after", "metadata": {}},
    ]
    source = [json.dumps({"cells": cells, "nbformat": 4})]
    before = source[0]
    figures.take_sliders(None, "page", source)
    return before, source[0]


def test_the_note_leaves_the_outputs_and_follows_the_cell():
    for html in (NOTE, [NOTE]):  # a notebook keeps a text as a list of lines
        cells = json.loads(read(html)[1])["cells"]
        assert [cell["cell_type"] for cell in cells] == ["code", "markdown", "markdown"]
        assert cells[0]["outputs"] == [PICTURE]
        assert cells[1]["source"] == NOTE
        assert cells[2]["source"] == "after"


def test_other_outputs_are_left_alone():
    before, after = read("<div>other</div>")
    assert before == after


def test_the_note_moves_between_picture_and_caption(page):
    pictures = "".join(f'<figure id="{n}"><img/><figcaption>{n}</figcaption></figure>' for n in "ab")
    made = page(f"{pictures}{NOTE}<figure><img/><figcaption>c</figcaption></figure>")
    figures.place_sliders(made)
    figure = made.soup.find(id="b")
    assert [tag.name for tag in figure.find_all(True)] == ["img", "div", "figcaption"]
    assert figure.div.attrs == {"class": ["sliders"], "data-figure": "surprise", "data-values": "{}"}
    assert not figure.div.contents
    assert len(made.soup.select(".sliders")) == 1
    assert made.app.asked == [("figures-load.js", {"type": "module"})]


def test_a_page_without_sliders_asks_for_nothing(page):
    made = page("<p>no sliders</p>")
    figures.place_sliders(made)
    assert str(made.soup) == "<p>no sliders</p>"
    assert not made.app.asked


def test_every_figure_has_its_module_its_room_and_its_chapter():
    index = (SOURCES / "index.js").read_text(encoding="utf-8")
    style = (SOURCES / "figures.css").read_text(encoding="utf-8")
    used = [
        name
        for path in sorted((ROOT / "book").glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        for name in re.findall(r'data-figure="(\w+)"', output.get("data", {}).get("text/html", ""))
    ]
    assert sorted(used) == sorted(SLIDERS)
    assert sorted(re.search(r"const figures = \{ (.*) \};", index)[1].split(", ")) == sorted(SLIDERS)
    for name, values in SLIDERS.items():
        module = (SOURCES / f"{name}.js").read_text(encoding="utf-8")
        taken = re.search(r"export default \(\{ (.*?) \}\)", module)[1].split(", ")
        assert set(taken) == values, name
        assert f'div.sliders[data-figure="{name}"]' in style
