"""The slides of the chapters: how a deck is read, its rules, and the page it becomes."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.authoring import notebooks
from tools.course import decks, slides

DECKS = sorted(decks.FOLDER.glob("*.md"))
SVG = (
    '<?xml version="1.0"?>\n<svg width="10pt" height="5pt" viewBox="0 0 10 5"><metadata>by</metadata>'
    '<defs><style>*{fill: red}</style><path id="a"/></defs><use xlink:href="#a"/><g clip-path="url(#b)"/>'
    '<clipPath id="b"/></svg>'
)
PLAIN = """title: A slide
cell: here-and-now-2
minutes: 3

It costs 1.75 bits.

???

**Ask:** What?

**Wrong:** That.
"""
QUESTION = """title: A poll
cell: here-and-now-1
kind: question
answer: B
minutes: 3

Which?

A. one
B. two, $x^2$

. . .

Two.

???

**A:** half.
"""


def chapter(code="if True:\n    x = 1\n    print(x)"):
    """A small chapter: text, code, a figure, a summary."""
    promise = "# Bits\n\n**What does it cost?** A {term}`bit`, see [there](there-it-is).\n\nYou will be able to\n\n"
    picture = new_output("display_data", data={"image/svg+xml": SVG})
    printed = new_output("stream", name="stdout", text="H = 1.75 bits\nsecond\n")
    cells = [
        new_markdown_cell(promise + "- count\n  them;\n- weigh them."),
        new_markdown_cell("(bits-here)=\n## Here, and now\n\ntext"),
        new_code_cell(code, outputs=[printed], execution_count=1),
        new_markdown_cell("### There\n\nmore"),
        new_code_cell("plt.show()", outputs=[picture], execution_count=2),
        new_markdown_cell("## Summary\n\nIt costs 1.75 bits. $H$ is the mean. No more."),
    ]
    cells[4].metadata.mystnb = {"image": {"alt": "A <picture>"}}
    return notebooks.canonical(new_notebook(cells=cells))


@pytest.fixture
def deck(tmp_path):
    """A function that reads a deck of the small chapter."""

    def deck(*texts, **options):
        notebooks.save(chapter(**options), tmp_path / "bits.ipynb")
        (tmp_path / "bits.md").write_text("\n---\n\n".join(texts), encoding="utf-8")
        return decks.read(tmp_path / "bits.md", tmp_path)

    return deck


# The decks of the book ------------------------------------------------------------------------------


def test_the_book_has_a_deck():
    assert "entropy" in [path.stem for path in DECKS]


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_deck_keeps_the_rules(path):
    assert decks.problems(decks.read(path)) == []


# Reading --------------------------------------------------------------------------------------------


def test_a_slide_has_what_its_text_says(deck):
    shown = PLAIN.replace("minutes: 3", "show: code 2-3, pause, output\nbeside: yes\nminutes: 1.5")
    poll, slide = deck(QUESTION, shown).slides[2:4]
    assert (poll.title, poll.kind, poll.answer, poll.minutes, poll.show) == ("A poll", "question", "B", 3, [])
    assert (slide.text, slide.notes) == ("It costs 1.75 bits.", "**Ask:** What?\n\n**Wrong:** That.")
    assert (slide.kind, slide.beside, slide.minutes) == ("plain", True, 1.5)
    assert [(what, text) for what, text, _ in slide.show] == [
        ("code", "x = 1\nprint(x)"),
        ("pause", ""),
        ("output", "H = 1.75 bits\nsecond"),
    ]


def test_without_a_cell_a_slide_belongs_to_that_of_the_slide_before(deck):
    found = deck("title: First", PLAIN, "title: Next\nshow: output 2").slides[2:-1]
    assert [slide.cell for slide in found] == ["bits-1", "here-and-now-2", "here-and-now-2"]
    assert found[2].show[0].text == "second"


def test_a_deck_may_have_another_last_slide(deck):
    kinds = [slide.kind for slide in deck(PLAIN, PLAIN.replace("here-and-now-2", "summary-1")).slides]
    assert kinds == ["title", "objectives", "plain", "plain"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: A\ncolour: red\n\nx", "slide 1: 'colour: red' is not a line"),
        ("cell: bits-1\ncell: bits-1", "slide 1: 'cell: bits-1' is not a line"),
        ("title: A\nIt costs", "slide 1: 'It costs' is not a line"),
        ("cell: bits-1\nnumbers: 2.5", "slide 1: numbers: '2.5' is not `value = expression`"),
        ("cell: bits-1\nminutes: few", "slide 1: minutes: 'few' is not a number"),
        ("title: Lost\ncell: gone", "slide 1, 'Lost' (cell gone): the chapter has no such cell"),
        (PLAIN.replace("minutes", "show: figure\nminutes"), "(cell here-and-now-2): show: the cell has no figure"),
        ("title: A\ncell: there-1\nshow: code", "'A' (cell there-1): show: the cell has no code"),
        (PLAIN.replace("minutes", "show: code 2-9\nminutes"), "the code of the cell has no lines 2-9"),
        (PLAIN.replace("minutes", "show: code 0\nminutes"), "the code of the cell has no lines 0"),
        (PLAIN.replace("minutes", "show: picture\nminutes"), "'picture' is none of code"),
        (PLAIN.replace("minutes", "show: figure 2\nminutes"), "'figure 2' is none of code"),
    ],
)
def test_what_cannot_be_built_is_refused(deck, text, told):
    with pytest.raises(decks.DeckError) as error:
        deck(text)
    assert f"bits.md, slide 1{'' if told.startswith('slide') else ','}" in str(error.value)
    assert told in str(error.value)


def test_every_slide_whose_cell_is_gone_is_told(deck):
    with pytest.raises(decks.DeckError) as error:
        deck(PLAIN.replace("now-2", "now-3"), QUESTION, "title: Figure\ncell: there-1\nshow: figure")
    lines = str(error.value).splitlines()
    assert [line.partition("bits.md, ")[2] for line in lines] == [
        "slide 1, 'A slide' (cell here-and-now-3): the chapter has no such cell",
        "slide 3, 'Figure' (cell there-1): show: the cell has no figure",
    ]


def test_a_deck_has_the_name_of_its_chapter(tmp_path):
    with pytest.raises(decks.DeckError, match="no chapter 'mine'"):
        decks.read(tmp_path / "mine.md")


# The rules ------------------------------------------------------------------------------------------


def slide_problems(found):
    """The problems of the first slide, without those of the whole deck."""
    place = f"{found.path}, {found.slides[2].name}: "
    return [problem.removeprefix(place) for problem in decks.problems(found) if problem.startswith(place)]


@pytest.mark.parametrize(
    "text", [PLAIN, QUESTION, PLAIN.replace("minutes", "show: code 2-3, pause, output 1\nminutes")]
)
def test_the_samples_keep_the_rules(deck, text):
    assert slide_problems(deck(text)) == []


BREACHES = {
    "unknown kind": (PLAIN, "minutes", "kind: poll\nminutes", "unknown kind 'poll'"),
    "no title": (PLAIN, "title: A slide\n", "", "no title"),
    "long title": (PLAIN, "A slide", "word " * 12, "the title has"),
    "no minutes": (PLAIN, "minutes: 3\n", "", "no minutes"),
    "too many words": (PLAIN, "It costs 1.75 bits.", "word " * 46, "46 words"),
    "a number of its own": (PLAIN, "1.75", "1.76", "the chapter neither types nor prints 1.76"),
    "a number of its own in the title": (PLAIN, "A slide", "2.5 bits", "neither types nor prints 2.5"),
    "a number of its own in the notes": (PLAIN, "**Ask:** What?", "**Ask:** 2.5?", "the notes say 2.5"),
    "a number that is made otherwise": (PLAIN, "minutes", "numbers: 2.5 = 5 / 3\nminutes", "gives 1.66"),
    "a number that nothing makes": (PLAIN, "minutes", "numbers: 2.5 = half(5)\nminutes", "half(5) fails: NameError"),
    "a number that the notes don't say": (PLAIN, "minutes", "numbers: 2.5 = 5 / 2\nminutes", "2.5 is not in the notes"),
    "a role": (PLAIN, "It costs", "A {term}`bit`", "a role"),
    "typed code": (PLAIN, "It costs 1.75 bits.", "```\nx\n```", "typed code"),
    "nothing to show": (PLAIN, "It costs 1.75 bits.", "[show]", "nothing to show"),
    "no question to ask": (PLAIN, "**Ask:** What?", "", "no **Ask:**"),
    "no wrong answer": (PLAIN, "**Wrong:** That.", "", "no **Wrong:**"),
    "section without notes": (PLAIN[: PLAIN.index("???")], "minutes", "kind: section\nminutes", "no notes"),
    "no options": (QUESTION, "A. one\nB. two, $x^2$", "", "the options are"),
    "options out of order": (QUESTION, "A. ", "C. ", "the options are"),
    "answer that is no option": (QUESTION, "answer: B", "answer: C", "none of the options"),
    "answer at once": (QUESTION, ". . .", "", "waits before it is answered"),
    "wrong option without a word": (QUESTION, "**A:**", "**B:**", "what A reveals"),
}


@pytest.mark.parametrize(("text", "old", "new", "told"), BREACHES.values(), ids=BREACHES)
def test_rule_catches_its_breach(deck, text, old, new, told):
    found = slide_problems(deck(text.replace(old, new)))
    assert any(told in problem for problem in found), found


@pytest.mark.parametrize(
    ("source", "told"),
    [("x = 1\n" * 13, "13 lines of code"), ("x = " + "1" * 80, "84 characters of code")],
    ids=["long code", "wide code"],
)
def test_code_must_be_read_from_the_back_row(deck, source, told):
    text = PLAIN.replace("minutes", "show: code\nminutes")
    assert told in "".join(slide_problems(deck(text, code=source)))


def test_rules_of_the_whole_deck(deck):
    short = decks.problems(deck(PLAIN, PLAIN))
    for told in ("'A slide' is used twice", "5 slides, expected 25", "0 questions on 5", "10 minutes, expected 75"):
        assert any(told in problem for problem in short), told


def test_a_formula_is_one_word():
    assert decks.words("The mean $a + b$ of\n\n$$x = y$$\n\n. . .\n\n[show]") == 5


# The page -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the deck of the small chapter."""
    folder = tmp_path_factory.mktemp("decks")
    steps = PLAIN.replace("minutes", "show: pause, output 2\nminutes").replace("A slide", "Steps")
    steps = steps.replace("It costs 1.75 bits.", "One $x$.\n\n[show]\n\n. . .\n\nThree.")
    beside = PLAIN.replace("minutes", "show: code 2-3\nbeside: yes\nminutes").replace("A slide", "Side by side")
    figure = PLAIN.replace("cell: here-and-now-2", "cell: there-2\nshow: figure").replace("A slide", "Figure")
    texts = [QUESTION, steps, beside, figure, figure]
    notebooks.save(chapter(), folder / "bits.ipynb")
    (folder / "bits.md").write_text("\n---\n".join(texts), encoding="utf-8")
    assert "'Figure' is used twice" in "".join(slides.build([folder / "bits.md"], folder / "out", folder))
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


def test_slides_of_the_same_title_have_ids_of_their_own(made):
    assert [s["id"] for s in soup(made, "bits.html").select("section")][-3:-1] == ["figure", "figure-again"]


def test_nothing_comes_from_elsewhere(made):
    for page in ("bits.html", "bits-notes.html"):
        for tag in soup(made, page).select("[src], link[href]"):
            address = tag.get("src") or tag["href"]
            assert (made / address).is_file(), address
    assert {path.name for path in (made / "reveal").iterdir()} == {Path(name).name for name in slides.REVEAL}


def test_a_formula_that_katex_refuses_stops_the_build(deck, tmp_path):
    path = deck(PLAIN.replace("1.75", r"$\nosuch$")).path
    told = r"bits.md, slide 1, 'A slide' \(cell here-and-now-2\): formula '.*nosuch'"
    with pytest.raises(decks.DeckError, match=told):
        slides.build([path], tmp_path / "out", tmp_path)


def test_a_lecturer_is_warned_and_gets_the_deck(tmp_path, capsys):
    own = "title: Mine\ncell: entropy-1\nminutes: 5\n\nIt costs 1.2345 bits."
    (tmp_path / "entropy.md").write_text(own, encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "kept.txt").touch()
    assert slides.main(["build", str(tmp_path / "entropy.md"), "--into", str(tmp_path / "own")]) == 0
    told = capsys.readouterr().err
    place = f"warning: {tmp_path / 'entropy.md'}"
    assert f"{place}, slide 1, 'Mine' (cell entropy-1): the chapter neither types nor prints 1.2345" in told
    assert f"{place}: 4 slides, expected 25 to 40" in told
    assert soup(tmp_path / "own", "entropy.html").select_one("#mine").get_text()
    assert (tmp_path / "own" / "kept.txt").exists()
    (tmp_path / "entropy.md").write_text(own.replace("entropy-1", "entropy-99"), encoding="utf-8")
    assert slides.main(["build", str(tmp_path / "entropy.md"), "--into", str(tmp_path / "own")]) == 1
    assert "'Mine' (cell entropy-99): the chapter has no such cell" in capsys.readouterr().err


def test_cells_are_listed(tmp_path, capsys):
    notebooks.save(chapter(), tmp_path / "bits.ipynb")
    assert slides.main(["cells", str(tmp_path / "bits.ipynb")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[4].split() == ["there-2", "code", "figure", "plt.show()"]
