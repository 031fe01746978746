"""The slides of the chapters: the rules of a deck, its text view, and what becomes of it in a page."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.authoring import notebooks
from tools.course import decks, slides

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(BOOK.glob("*.ipynb"))}
WITH_DECK = [name for name, notebook in CHAPTERS.items() if decks.slides(notebook)]
SVG = (
    '<?xml version="1.0"?>\n<svg width="10pt" height="5pt" viewBox="0 0 10 5"><metadata>by</metadata>'
    '<defs><style>*{fill: red}</style><path id="a"/></defs><use xlink:href="#a"/><g clip-path="url(#b)"/>'
    '<clipPath id="b"/></svg>'
)
NOTES = "**Ask:** What?\n\n**Wrong:** That."
POLL = "Which?\n\nA. one\nB. two, $x^2$\n\n. . .\n\nTwo."
PLAIN = {"title": "A slide", "minutes": 3, "text": "It costs 1.75 bits.", "notes": NOTES}
QUESTION = {"kind": "question", "title": "A poll", "answer": "B", "minutes": 3, "text": POLL, "notes": "**A:** half."}


def chapter():
    """A small chapter without slides: text, code, a figure, a summary."""
    promise = "# Bits\n\n**What does it cost?** A {term}`bit`, see [there](there-it-is).\n\nYou will be able to\n\n"
    picture = new_output("display_data", data={"image/svg+xml": SVG})
    printed = new_output("stream", name="stdout", text="H = 1.75 bits\nsecond\n")
    cells = [
        new_markdown_cell(promise + "- count\n  them;\n- weigh them."),
        new_markdown_cell("(bits-here)=\n## Here, and now\n\ntext"),
        new_code_cell("if True:\n    x = 1\n    print(x)", outputs=[printed], execution_count=1),
        new_markdown_cell("### There\n\nmore"),
        new_code_cell("plt.show()", outputs=[picture], execution_count=2),
        new_markdown_cell("## Summary\n\nIt costs 1.75 bits. $H$ is the mean. No more."),
    ]
    cells[4].metadata.mystnb = {"image": {"alt": "A <picture>"}}
    return notebooks.canonical(new_notebook(cells=cells))


def with_slides(*added):
    """The chapter with slides: (number of the cell, slide)."""
    notebook = chapter()
    return decks.put(notebook, [(notebook.cells[place].id, slide) for place, slide in added])


# The decks of the book ------------------------------------------------------------------------------


def test_the_book_has_a_deck():
    assert "entropy" in WITH_DECK


@pytest.mark.parametrize("name", WITH_DECK)
def test_deck_keeps_the_rules(name):
    assert decks.problems(CHAPTERS[name]) == []


@pytest.mark.parametrize("name", WITH_DECK)
def test_deck_survives_its_text_view(name):
    notebook = copy.deepcopy(CHAPTERS[name])
    before = nbformat.writes(notebook)
    decks.put(notebook, decks.from_text(decks.to_text(notebook)))
    assert nbformat.writes(notebook) == before


@pytest.mark.parametrize("name", WITH_DECK)
def test_slides_stay_with_their_cells_when_the_chapter_is_edited(name):
    notebook = copy.deepcopy(CHAPTERS[name])
    text = notebooks.text_view(copy.deepcopy(notebook))
    assert "slideshow" not in text
    edited = notebooks.canonical(notebooks.divided(notebooks.jupytext.reads(text, fmt="md:myst")))
    assert not decks.slides(edited)
    assert decks.carry(notebook, edited) == []
    assert [(cell.id, slide) for cell, slide in decks.slides(edited)] == [
        (cell.id, slide) for cell, slide in decks.slides(notebook)
    ]


# The rules ------------------------------------------------------------------------------------------


def test_the_samples_keep_the_rules():
    notebook = chapter()
    numbers = decks.known_numbers(notebook)
    for place, slide in ((1, PLAIN), (1, QUESTION), (2, {**PLAIN, "show": ["code 2-3", "pause", "output 1"]})):
        assert list(decks.check_slide(notebook.cells[place], slide, numbers)) == []


BREACHES = {
    "unknown key": (PLAIN | {"note": "x"}, "unknown keys note"),
    "unknown kind": (PLAIN | {"kind": "poll"}, "unknown kind"),
    "no title": (PLAIN | {"title": " "}, "no title"),
    "long title": (PLAIN | {"title": "word " * 12}, "the title has"),
    "no minutes": ({k: v for k, v in PLAIN.items() if k != "minutes"}, "no minutes"),
    "too many words": (PLAIN | {"text": "word " * 46}, "46 words"),
    "a number of its own": (PLAIN | {"text": "It costs 1.76 bits."}, "1.76 stands nowhere"),
    "a number of its own in the title": (PLAIN | {"title": "2.5 bits"}, "2.5 stands nowhere"),
    "a role": (PLAIN | {"text": "A {term}`bit`."}, "a role"),
    "typed code": (PLAIN | {"text": "```\nx\n```"}, "typed code"),
    "nothing to show": (PLAIN | {"text": "[show]"}, "nothing to show"),
    "no figure": (PLAIN | {"show": ["figure"]}, "the cell has no figure"),
    "no such line": (PLAIN | {"show": ["code 2-9"]}, "no lines 2-9"),
    "unknown item": (PLAIN | {"show": ["picture"]}, "is none of code"),
    "no question to ask": (PLAIN | {"notes": "**Wrong:** That."}, "no **Ask:**"),
    "no wrong answer": (PLAIN | {"notes": "**Ask:** What?"}, "no **Wrong:**"),
    "section without notes": (PLAIN | {"kind": "section", "notes": ""}, "no notes"),
    "no options": (QUESTION | {"text": "Which?\n\n. . .\n\nTwo."}, "the options are"),
    "options out of order": (QUESTION | {"text": POLL.replace("A. ", "C. ")}, "the options are"),
    "answer that is no option": (QUESTION | {"answer": "C"}, "none of the options"),
    "answer at once": (QUESTION | {"text": POLL.replace(". . .", "")}, "waits before it is answered"),
    "wrong option without a word": (QUESTION | {"notes": "**B:** right."}, "what A reveals"),
}


@pytest.mark.parametrize(("slide", "told"), BREACHES.values(), ids=BREACHES)
def test_rule_catches_its_breach(slide, told):
    notebook = chapter()
    found = list(decks.check_slide(notebook.cells[2], slide, decks.known_numbers(notebook)))
    assert any(told in problem for problem in found), found


@pytest.mark.parametrize(
    ("source", "told"),
    [("x = 1\n" * 13, "13 lines of code"), ("x = " + "1" * 80, "84 characters of code")],
    ids=["long code", "wide code"],
)
def test_code_must_be_read_from_the_back_row(source, told):
    cell = new_code_cell(source)
    assert told in "".join(decks.check_slide(cell, PLAIN | {"show": ["code"]}, {"1.75"}))


def test_rules_of_the_whole_deck():
    short = decks.problems(with_slides((1, PLAIN), (1, PLAIN)))
    for told in ("'A slide' is used twice", "5 slides, expected 25", "0 questions on 5", "10 minutes, expected 75"):
        assert any(told in problem for problem in short), told
    assert decks.problems(chapter()) == []


def test_a_formula_is_one_word():
    assert decks.words("The mean $a + b$ of\n\n$$x = y$$\n\n. . .\n\n[show]") == 5


# The text view --------------------------------------------------------------------------------------


def test_text_view_says_everything():
    shown = {**PLAIN, "show": ["code 2-3", "pause", "output"], "beside": True, "minutes": 1.5}
    notebook = with_slides((1, QUESTION), (1, PLAIN), (2, shown))
    text = decks.to_text(notebook)
    assert "show: code 2-3, pause, output\n" in text
    again = decks.put(chapter(), decks.from_text(text))
    assert nbformat.writes(again) == nbformat.writes(notebook)
    assert notebook.cells[2].metadata.slideshow.slide_type == "slide"
    assert "slideshow" not in notebook.cells[3].metadata


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: A\n\nx", "names no cell"),
        ("cell: a\ncolour: red\n\nx", "colour: red"),
        ("cell: a\ncell: b", None),
        ("cell: a\nminutes: few", "'few' is no number"),
        ("cell: gone\ntitle: Lost", "'Lost' (cell gone)"),
        ("cell: there-1\ntitle: A\n\n---\n\ncell: bits-1\ntitle: B", "'B' is of a cell before"),
    ],
    ids=["no cell", "unknown key", "key twice", "minutes", "no such cell", "order"],
)
def test_a_text_that_cannot_be_written_is_refused(text, told):
    with pytest.raises(decks.DeckError) as error:
        decks.put(chapter(), decks.from_text(text))
    assert told is None or told in str(error.value)


def test_write_changes_metadata_only_and_runs_nothing(tmp_path, capsys):
    path, deck = tmp_path / "bits.ipynb", tmp_path / "deck.md"
    notebooks.save(with_slides((1, PLAIN), (2, QUESTION)), path)
    assert slides.main(["text", str(path)]) == 0
    deck.write_text(capsys.readouterr().out.replace("A slide", "Another"), encoding="utf-8")
    before = nbformat.read(path, as_version=4)
    assert slides.main(["write", str(path), str(deck)]) == 1  # written, and told what breaks the rules
    assert "expected 25 to 40" in capsys.readouterr().err
    after = nbformat.read(path, as_version=4)
    assert [slide["title"] for _, slide in decks.slides(after)] == ["Another", "A poll"]
    assert list(notebooks.check_form(after)) == []
    for old, new in zip(before.cells, after.cells, strict=True):
        assert {**old, "metadata": 0} == {**new, "metadata": 0}
    deck.write_text("cell: gone\ntitle: Lost", encoding="utf-8")
    assert slides.main(["write", str(path), str(deck)]) == 1
    assert "Lost" in capsys.readouterr().err
    assert nbformat.read(path, as_version=4) == after


def test_cells_are_listed(tmp_path, capsys):
    notebooks.save(with_slides((4, PLAIN)), tmp_path / "bits.ipynb")
    assert slides.main(["cells", str(tmp_path / "bits.ipynb")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[4].split() == ["there-2", "code", "figure", "1", "slide", "plt.show()"]


# When the chapter changes ---------------------------------------------------------------------------


def test_a_slide_follows_its_cell_by_source_else_by_id():
    old = with_slides((2, PLAIN | {"show": ["code 2"]}), (4, QUESTION))
    new = chapter()
    new.cells.insert(0, new_markdown_cell("# Before"))
    new.cells[3].source += "\nx = 2"  # the source is another; the id is not
    new = notebooks.canonical(new)
    remarks = decks.carry(old, new)
    assert [(new.cells.index(cell), slide["title"]) for cell, slide in decks.slides(new)] == [
        (3, "A slide"),
        (5, "A poll"),
    ]
    assert len(remarks) == 1
    assert "'A slide' shows lines of" in remarks[0]


def test_a_slide_without_cell_stops_the_writing(tmp_path, capsys):
    path, text = tmp_path / "bits.ipynb", tmp_path / "bits.md"
    notebooks.save(with_slides((2, PLAIN), (4, QUESTION)), path)
    before = path.read_text(encoding="utf-8")
    text.write_text(f"---\nkernelspec: {json.dumps(notebooks.KERNEL)}\n---\n\n# Bits\n", encoding="utf-8")
    assert notebooks.main(["write", str(path), str(text)]) == 1
    told = capsys.readouterr().err
    assert "'A slide'" in told
    assert "'A poll'" in told
    assert path.read_text(encoding="utf-8") == before


# The page -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the deck of the small chapter, and one without slides."""
    folder = tmp_path_factory.mktemp("decks")
    figure = {**PLAIN, "title": "Figure", "show": ["figure"]}
    steps = {**PLAIN, "title": "Steps", "text": "One $x$.\n\n[show]\n\n. . .\n\nThree.", "show": ["pause", "output 2"]}
    beside = {**PLAIN, "title": "Side by side", "show": ["code 2-3"], "beside": True}
    deck = with_slides((1, QUESTION), (2, steps), (2, beside), (4, figure), (4, {**figure, "title": "Again"}))
    notebooks.save(deck, folder / "bits.ipynb")
    notebooks.save(chapter(), folder / "plain.ipynb")
    assert slides.build(sorted(folder.glob("*.ipynb")), folder / "out") == ["bits"]
    return folder / "out"


def soup(made, name):
    return BeautifulSoup((made / name).read_text(encoding="utf-8"), "html.parser")


def test_a_deck_has_what_the_chapter_says_by_itself(made):
    found = soup(made, "bits.html").select("section")
    assert [s.find(["h1", "h2"]).get_text() for s in found[:2]] == ["Bits", "You will be able to"]
    assert found[0].select_one(".body").get_text(strip=True) == "What does it cost?A bit, see there."
    assert [li.get_text() for li in found[1].select("li")] == ["count them", "weigh them"]
    assert [li.get_text() for li in found[-1].select(".body li")] == ["count them", "weigh them"]
    said = [li.get_text() for li in found[-1].select("aside li")]
    assert said[0] == "It costs 1.75 bits."
    assert len(said) == 3
    assert all(s.select_one("aside.notes").get_text(strip=True) for s in found)


def test_steps_come_in_order(made):
    steps = soup(made, "bits.html").select("#steps .step")
    assert [step.get("data-fragment-index") for step in steps] == [None, "1", "2"]
    assert [step.get_text(strip=True) for step in steps[1:]] == ["second", "Three."]
    assert steps[0].select_one("math")


def test_the_answer_is_marked_when_it_comes(made):
    poll = soup(made, "bits.html").select_one("#a-poll")
    right = poll.select("li.fragment")
    assert [li.select_one(".letter").get_text() for li in right] == ["B"]
    assert right[0]["data-fragment-index"] == poll.select_one(".step.fragment")["data-fragment-index"] == "1"


def test_lines_of_code_lose_their_indent(made):
    assert soup(made, "bits.html").select_one("#side-by-side .code").get_text() == "x = 1\nprint(x)\n"
    assert len(soup(made, "bits.html").select("#side-by-side .beside > div")) == 2


def test_figures_do_not_share_ids_or_styles(made):
    page = soup(made, "bits.html")
    assert not page.select("svg style, svg metadata")
    ids = [tag["id"] for tag in page.select("svg [id]")]
    assert len(ids) == len(set(ids)) == 4
    for svg in page.select("svg"):
        assert svg["aria-label"] == "A <picture>"
        assert not svg.get("width")
        own = [tag["id"] for tag in svg.select("[id]")]
        assert svg.use["xlink:href"] == f"#{own[0]}"
        assert svg.g["clip-path"] == f"url(#{own[1]})"


def test_each_slide_leads_to_its_section(made):
    links = {s["id"]: s.select_one(".where a")["href"] for s in soup(made, "bits.html").select("section")}
    assert links["bits"] == "../book/bits.html"
    assert links["a-poll"] == "../book/bits.html#bits-here"
    assert links["figure"] == "../book/bits.html#there"


def test_nothing_comes_from_elsewhere(made):
    for page in ("bits.html", "bits-notes.html"):
        for tag in soup(made, page).select("[src], link[href]"):
            address = tag.get("src") or tag["href"]
            assert (made / address).is_file(), address
    assert {path.name for path in (made / "reveal").iterdir()} == {Path(name).name for name in slides.FILES.values()}


def test_a_formula_that_katex_refuses_stops_the_build(tmp_path):
    notebooks.save(with_slides((1, PLAIN | {"text": r"$\nosuch$"})), tmp_path / "bits.ipynb")
    with pytest.raises(decks.DeckError, match=r"bits.ipynb: here-and-now-1, 'A slide': formula '.*nosuch'"):
        slides.build([tmp_path / "bits.ipynb"], tmp_path / "out")
