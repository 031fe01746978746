"""What a reader reads of a chapter: its length, and every number that it states."""

import re

import nbformat
import pytest

from book._ext import printed, quiz
from tests.notebooks import NOTEBOOKS
from tools import chapters
from tools.course import decks, exercises

CHAPTERS = {chapter.name: NOTEBOOKS[chapter.name] for chapter in chapters.chapters()}
FIVE = chapters.parts()["The five chapters"]
WORDS, WORDS_OF_OTHERS, WORDS_OF_QUIZZES, WORDS_OF_QUIZ = 2400, 3200, 600, 110
WORDS_A_MINUTE, LINES_A_MINUTE = 130, 10

# Length ---------------------------------------------------------------------------------------------


def is_exercise(cell):
    return exercises.is_solution(cell) or bool(exercises.EXERCISE.search(cell.source))


def words(text):
    """How many words a text has: a formula, a role or a piece of code counts as one, dashes and bars as none."""
    return len(re.findall(r"\S*\w\S*", re.sub(r"\{[\w:]+\}`[^`]*`|\$[^$]+\$|`[^`]+`", "X", text)))


def running_words(notebook):
    """Words of the running text: no quizzes, exercises, displayed formulas or code, headings or folded text."""
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown" and not is_exercise(c))
    text = quiz.BLOCK.sub(
        "", re.sub(r"\$\$.*?\$\$|<!--.*?-->|^```.*?^```$|^::::\{admonition\}.*?^::::$", "", text, flags=re.S | re.M)
    )
    return words(re.sub(r"^(:::+.*|:[a-z]+:.*|\([\w-]+\)=|#+ .*)$", "", text, flags=re.M))


def quiz_words(notebook):
    """Words of each question, with its options and explanations, by name."""
    return {
        q.name: words(" ".join([q.title, q.prompt, *(text for o in q.options for text in (o.text, o.why))]))
        for cell in notebook.cells
        for q in quiz.find(cell.source)
    }


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_is_short(name):
    assert running_words(CHAPTERS[name]) <= (WORDS if name in FIVE else WORDS_OF_OTHERS)
    questions = quiz_words(CHAPTERS[name])
    assert 4 <= len(questions) <= 6
    assert sum(questions.values()) <= WORDS_OF_QUIZZES
    assert {question: n for question, n in questions.items() if n > WORDS_OF_QUIZ} == {}


def minutes():
    """Of each notebook: a chapter's are in the registry, an appendix's on the first page."""
    typed = re.findall(r"\{doc\}`([\w-]+)` \|.*\| (\d+) \|", (chapters.BOOK / "index.md").read_text(encoding="utf-8"))
    known = {chapter.name: chapter.minutes for chapter in chapters.chapters()}
    assert not known.keys() & dict(typed)
    return known | {name: int(told) for name, told in typed if (chapters.BOOK / f"{name}.ipynb").exists()}


@pytest.mark.parametrize(("name", "told_minutes"), minutes().items(), ids=minutes())
def test_reading_time_follows_from_the_length(name, told_minutes):
    """Of text and questions, and of the code that is not folded away; exercises take as long again."""
    notebook = NOTEBOOKS[name]
    told = running_words(notebook) + sum(quiz_words(notebook).values())
    folded = {"hide-input", "hide-cell"}
    code = [c for c in notebook.cells if c.cell_type == "code" and not folded & set(c.metadata.get("tags", []))]
    lines = sum(len(cell.source.splitlines()) for cell in code)
    assert abs(told / WORDS_A_MINUTE + lines / LINES_A_MINUTE - told_minutes) <= 5


def test_lengths_are_counted():
    cell = nbformat.v4.new_markdown_cell
    text = (
        "(a-label)=\n## A heading\n\nTwo words – $x$ | and {term}`a bit`.\n\n$$\nx = 1\n$$\n\n<!-- numbers: 1 = 1 -->"
    )
    folded = "::::{admonition} Folded\n:class: dropdown\n\nNot these words.\n::::"
    assert running_words(nbformat.v4.new_notebook(cells=[cell(text), cell(folded)])) == 5


# Numbers --------------------------------------------------------------------------------------------

#: `<!-- numbers: 0.5 = 1 / 2; … -->` in a text cell, `# numbers: …` in the code of a figure.
COMPUTED = re.compile(r"^(?:<!-- |# )numbers: (.*?)(?: -->)?$", re.M)
COUNTS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}
COUNTS |= {"ten": "10", "eleven": "11", "twelve": "12", "a third of a": "1/3", "half a": "1/2", "a quarter of a": "1/4"}
COUNTED = re.compile(rf"\b({'|'.join(COUNTS)}) (?=(?:{printed.UNITS})\b)", re.I)
LITERAL = re.compile(r"(?<![\w.])\d[\d_,]*\.?\d*(?:e[+-]?\d+)?")
PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)%")
QUOTIENT = re.compile(r"(?<![\w.])(\d+) ?/ ?([1-9]\d*)(?![\w.])")
FORMULA, COMMAND = re.compile(r"\$[^$]+\$"), re.compile(r"\\[a-zA-Z]+")


def stated(cell):
    """What a reader reads of a cell, as far as it may state numbers; questions have a test of their own."""
    if cell.cell_type == "code":
        told = cell.metadata.get("mystnb", {})
        return f"{told['figure']['caption']}\n{told['image']['alt']}" if "figure" in told else ""
    text = re.sub(r"\$\$.*?\$\$", "", quiz.BLOCK.sub("", COMPUTED.sub("", cell.source)), flags=re.S)
    text = re.sub(r"\{cite:\w+\}`[^`]*`|\]\([^)]*\)|\{[\w:]+\}`[^`<]*<[^`]*`", "", text)
    # A formula in letters says something general: ½ p is no number of this chapter.
    text = FORMULA.sub(lambda found: "" if re.search("[a-z]", COMMAND.sub("", found[0]), re.I) else found[0], text)
    return COUNTED.sub(lambda found: f"{COUNTS[found[1].lower()]} ", text)


def numbers(text):
    """The numbers in a piece of code or in what it prints."""
    values = {float(number.replace(",", "").replace("_", "")) for number in LITERAL.findall(text)}
    values |= {float(number) / 100 for number in PERCENT.findall(text)}
    return values | {int(a) / int(b) for a, b in QUOTIENT.findall(text)}


def computed(cell):
    """The pairs (as printed, expression) that stand beside a text."""
    return quiz.computed(";".join(COMPUTED.findall(cell.source)))


def unsupported(notebook):
    """(cell, number) of each number that the chapter neither types nor prints, and does not compute beside it."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    printed_ones = numbers("\n".join(map(decks.printed, code)))
    # Code is full of small integers, so one with a unit has to be printed.
    either = printed_ones | numbers("\n".join(cell.source for cell in code))
    for cell in notebook.cells:
        if exercises.is_solution(cell) and cell.cell_type == "markdown":
            continue  # its code is its check
        beside = {printed.key(number) for number, _ in computed(cell)}
        for number in printed.numbers_in(stated(cell)):
            size = number.lstrip("-")
            values = printed_ones if size.isdigit() and not is_exercise(cell) else either
            if not {number, size} & beside and not any(printed.same(size, value) for value in values):
                yield cell.id, number


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_number_of_the_prose_is_typed_printed_or_computed(name):
    assert list(unsupported(CHAPTERS[name])) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_computed_numbers_are_right_and_used(name):
    for cell in CHAPTERS[name].cells:
        made = computed(cell)
        assert list(printed.miscomputed(made)) == [], cell.id
        assert printed.unused([stated(cell)], made) == [], cell.id


@pytest.mark.parametrize(
    ("chapter", "right", "wrong"),
    [
        ("shared-information", "overlap by 0.344 bits", "overlap by 0.434 bits"),
        ("shared-information", "about a third of a bit a day", "about nine bits a day"),
        ("shared-information", "leave at most 0.060", "leave at most 0.016"),
    ],
)
def test_a_wrong_number_is_noticed(chapter, right, wrong):
    notebook = nbformat.from_dict(CHAPTERS[chapter])
    cells = [cell for cell in notebook.cells if right in cell.source]
    assert cells
    before = cells[0].source
    cells[0].source = before.replace(right, wrong)
    try:
        assert list(unsupported(notebook))
    finally:
        cells[0].source = before


def test_a_wrong_number_of_an_alt_text_is_noticed():
    notebook = nbformat.from_dict(CHAPTERS["entropy"])
    figures = {c.metadata.mystnb.figure.name: c for c in notebook.cells if "figure" in c.metadata.get("mystnb", {})}
    told = figures["fig-entropy-area"]
    right = told.metadata.mystnb.image.alt
    assert "3 bits high" in right
    told.metadata.mystnb.image.alt = right.replace("3 bits high", "9 bits high")
    try:
        assert list(unsupported(notebook))
    finally:
        told.metadata.mystnb.image.alt = right
