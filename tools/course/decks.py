"""Decks as text: reading them with what they take from their chapter, and the rules that make a good one.

`course/slides/entropy.md` is the deck of `book/entropy.ipynb`; `docs/authoring.md` explains how it is written.
`read` refuses what cannot be built. `problems` are the rules: the book's own decks keep them, a lecturer is warned.
"""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils.nodes import make_id

from book._ext import quiz, teaching
from book._ext.printed import miscomputed
from tools.chapters import BOOK, ROOT

FOLDER = ROOT / "course" / "slides"
KEYS = ("title", "cell", "kind", "show", "beside", "answer", "minutes", "numbers")
KINDS = ("plain", "question", "section")
PAUSE, PLACE = ". . .", "[show]"  # lines of the text: wait for the next key; here comes what the slide shows
ITEM = re.compile(r"(code|output)((?: \d+(?:-\d+)?)*)|(figure|pause)")
OPTION = re.compile(r"^([A-E])\. (.+)$", re.M)
DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+")
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.S)

SLIDES, MINUTES = (25, 40), (75, 95)  # of a deck for 90 minutes
HALF = (12, 20), (40, 50)  # of a deck for half a session
WORDS, WORDS_OF_QUESTION, TITLE = 45, 75, 52
CODE_LINES, OUTPUT_LINES, WIDTH = 12, 9, 76  # what fits at 24 px
SLIDES_A_QUESTION = 8

BEFORE = """**Ask:** Which of the three could you do today? Show of hands, without comment.

**Say:** We come back to this list at the end."""
AFTER = """**Ask:** Which of the three can you do now? Show of hands again, and compare. \
Which sentence would you have denied ninety minutes ago?

**Say:** The summary of the chapter, then the exercises to do until next time.

"""


class DeckError(Exception):
    """A deck that cannot be built; the text says which slide, and why."""


class Piece(NamedTuple):
    """One thing that a slide shows: code, output, a figure (its text is SVG), or a pause."""

    what: str
    text: str = ""
    alt: str = ""


@dataclass
class Slide:
    title: str = ""
    kind: str = "plain"
    cell: str = ""  # its id; none for a slide that every deck has, made of the chapter's text
    show: list[Piece] | tuple = ()
    beside: bool = False
    answer: str = ""
    minutes: float = 0
    numbers: tuple[tuple[str, str], ...] = ()  # of the notes, that the chapter does not have: as printed, expression
    text: str = ""
    notes: str = ""
    where: tuple[str, str] = ("", "")  # the section of the page: anchor, heading
    name: str = ""  # in messages


class Deck(NamedTuple):
    path: Path
    slides: list[Slide]
    numbers: set[str]  # each decimal number that the chapter types or prints


# The chapter ----------------------------------------------------------------------------------------


def printed(cell):
    """What the cell printed."""
    return "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream").rstrip("\n")


def picture(cell):
    """The cell's figure as SVG, or an empty text."""
    found = [o.data["image/svg+xml"] for o in cell.get("outputs", []) if "image/svg+xml" in o.get("data", {})]
    return "".join(found[0]) if found else ""


def sections(notebook):
    """For each cell the section of the page that it stands in: {id: (anchor, heading)}."""
    anchor, heading, found = "", "", {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for label, level, text in re.findall(r"^(?:\(([\w-]+)\)=\n)?(#{1,3}) +(.+)$", cell.source, re.M):
                heading = quiz.plain(text)
                anchor = "" if level == "#" else label or make_id(heading)
        found[cell.id] = anchor, heading
    return found


def with_automatic(written, notebook):
    """All slides: title and objectives first; the summary last, unless its cell has slides of its own."""
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    opening = prose[0].source
    title = teaching.title(opening)
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", opening)]
    promise = quiz.plain(blocks[blocks.index(f"# {title}") + 1])
    aims = "\n".join(f"- {quiz.plain(item)}" for item in teaching.objectives(opening))
    slides = [
        Slide(title, "title", minutes=1, text=promise, where=("", title)),
        Slide("You will be able to", "objectives", minutes=1, text=aims, notes=BEFORE, where=("", title)),
        *written,
    ]
    for cell in prose:
        match = re.search(r"^## Summary\n(.*)", cell.source, re.M | re.S)
        if match and cell.id not in {slide.cell for slide in written}:
            sentences = re.split(r"(?<=[.!?]) +(?=[A-Z$])", " ".join(quiz.plain(match[1]).split()))
            notes = AFTER + "\n".join(f"- {sentence}" for sentence in sentences)
            where = sections(notebook)[cell.id]
            slides.append(Slide("Can you do it now?", "summary", minutes=2, text=aims, notes=notes, where=where))
    slides[0].notes = timetable(slides)
    return slides


def timetable(slides):
    """The parts of the deck with their minutes, as Markdown."""
    parts = [["Opening", 0]]
    for slide in slides:
        if slide.kind in ("section", "summary"):
            parts.append([slide.title if slide.kind == "section" else "Summary", 0])
        parts[-1][1] += slide.minutes
    rows = "\n".join(f"- {title}: {minutes:g} min" for title, minutes in parts)
    return f"**Plan:** {sum(minutes for _, minutes in parts):g} minutes.\n\n{rows}"


# Reading --------------------------------------------------------------------------------------------


def piece(cell, item):
    """What one entry of `show` stands for; lines, as in `code 2-4 7`, count from 1."""
    match = ITEM.fullmatch(item)
    if not match:
        raise DeckError(f"show: {item!r} is none of code, output, figure, pause, or `code 2-4 7`")
    what, lines = match[1] or match[3], match[2] or ""
    if what == "pause":
        return Piece(what)
    text = {"code": cell.source, "output": printed(cell), "figure": picture(cell)}[what]
    if cell.cell_type != "code" or not text:
        raise DeckError(f"show: the cell has no {what}")
    if what == "figure":
        return Piece(what, text, cell.metadata.mystnb.image.alt)
    rows, chosen = text.splitlines(), []
    for part in lines.split():
        first, _, last = part.partition("-")
        first, last = int(first), int(last or first)
        if not 1 <= first <= last <= len(rows):
            raise DeckError(f"show: the {what} of the cell has no lines {part}")
        chosen += rows[first - 1 : last]
    return Piece(what, textwrap.dedent("\n".join(chosen)) if chosen else text)


def parsed(text):
    """The keys, the text and the notes of one slide, as a dictionary."""
    header, _, body = text.strip("\n").partition("\n\n")
    found = {}
    for line in header.splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or key not in KEYS or key in found:
            raise DeckError(f"{line!r} is not a line `key: value` with one of {', '.join(KEYS)}, each once")
        found[key] = value
    if not re.fullmatch(r"\d+(\.\d+)?", found.get("minutes", "0")):
        raise DeckError(f"minutes: {found['minutes']!r} is not a number")
    found["minutes"] = float(found.get("minutes", 0))
    found["beside"] = found.get("beside") == "yes"
    try:
        found["numbers"] = quiz.computed(found.get("numbers", ""))
    except quiz.QuizError as error:
        raise DeckError(f"numbers: {error}") from error
    found["show"] = [item.strip() for item in found["show"].split(",")] if "show" in found else []
    shown, _, notes = f"\n{body}\n".partition("\n???\n")
    return {**found, "text": shown.strip(), "notes": notes.strip()}


def read(path, book=BOOK):
    """The deck in a file, with what it takes from the chapter of the same name. The error names each bad slide."""
    source = book / f"{path.stem}.ipynb"
    if not source.exists():
        raise DeckError(f"{path}: there is no chapter {path.stem!r}; a deck has the name of its chapter")
    notebook = nbformat.read(source, as_version=4)
    cells, where = {cell.id: cell for cell in notebook.cells}, sections(notebook)
    slides, errors, cell = [], [], notebook.cells[0].id
    texts = re.split(r"^---[ \t]*$", path.read_text(encoding="utf-8"), flags=re.M)
    for number, text in enumerate(filter(str.strip, texts), 1):
        name = f"slide {number}"
        try:
            slide = Slide(**{"cell": cell, **parsed(text)})
            cell = slide.cell  # also of the next slide, if that names none
            slide.name = name = f"{name}, {slide.title!r} (cell {cell})"
            if cell not in cells:
                raise DeckError("the chapter has no such cell")
            slide.where = where[cell]
            slide.show = [piece(cells[cell], item) for item in slide.show]
            slides.append(slide)
        except DeckError as error:
            errors.append(f"{path}, {name}: {error}")
    if errors:
        raise DeckError("\n".join(errors))
    numbers = set(DECIMAL.findall("\n".join(f"{cell.source}\n{printed(cell)}" for cell in notebook.cells)))
    return Deck(path, with_automatic(slides, notebook), numbers)


# Rules ----------------------------------------------------------------------------------------------


def words(text):
    """How many words a slide's text has; a formula counts as one."""
    return len(re.findall(r"\S*\w\S*", FORMULA.sub(" formula ", text.replace(PLACE, " "))))


def check_slide(slide, numbers):
    """What is wrong with one slide, as sentences."""
    if slide.kind not in KINDS:
        yield f"unknown kind {slide.kind!r}"
    if not slide.title:
        yield "no title"
    if len(slide.title) > TITLE and "$" not in slide.title:
        yield f"the title has {len(slide.title)} characters, at most {TITLE}"
    if not slide.minutes:
        yield "no minutes"
    most = WORDS_OF_QUESTION if slide.kind == "question" else WORDS
    if (count := words(slide.text)) > most:
        yield f"{count} words, at most {most}"
    if re.search(r"^#|^:::|^```|</?[a-z]+[ >]|\{[\w:]+\}`", slide.text, re.M):
        yield "the text holds a heading, a directive, a role, HTML or typed code; show the cell's own code"
    for found in DECIMAL.findall(f"{slide.title}\n{slide.text}"):
        if found not in numbers:
            yield f"the chapter neither types nor prints {found}"
    said, made = set(DECIMAL.findall(slide.notes)), {number for number, _ in slide.numbers}
    for found in sorted(said - made - numbers):
        yield f"the notes say {found}, which the chapter neither types nor prints; compute it under `numbers`"
    yield from (f"numbers: {number} is not in the notes" for number in sorted(made - said))
    yield from (f"numbers: {sentence}" for sentence in miscomputed(slide.numbers))
    for what, text, _ in slide.show:
        lines = text.splitlines() if what in ("code", "output") else []
        most = CODE_LINES if what == "code" else OUTPUT_LINES
        if len(lines) > most:
            yield f"{len(lines)} lines of {what}, at most {most}"
        if (widest := max(map(len, lines), default=0)) > WIDTH:
            yield f"a line of {widest} characters of {what}, at most {WIDTH}"
    if PLACE in slide.text.splitlines() and not slide.show:
        yield "a place for what it shows, but nothing to show"
    if slide.kind == "question":
        yield from check_question(slide)
    elif slide.kind == "plain":
        yield from (f"the notes have no {mark}" for mark in ("**Ask:**", "**Wrong:**") if mark not in slide.notes)
    elif not slide.notes:
        yield "no notes"


def check_question(slide):
    """What is wrong with a poll."""
    letters = [letter for letter, _ in OPTION.findall(slide.text)]
    if letters != list("ABCDE")[: len(letters)] or len(letters) < 2:
        yield f"the options are {letters}, expected A, B, …"
    if slide.answer not in letters:
        yield "the answer is none of the options"
    if PAUSE not in slide.text.splitlines():
        yield f"a question waits before it is answered: a line `{PAUSE}` after the options"
    for letter in letters:
        if letter != slide.answer and f"**{letter}:**" not in slide.notes:
            yield f"the notes do not say what {letter} reveals (`**{letter}:**`)"


def check_deck(slides):
    """What is wrong with the deck as a whole."""
    titles = [slide.title for slide in slides]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield f"the title {title!r} is used twice"
    count, minutes = len(slides), sum(slide.minutes for slide in slides)
    half = all(least <= size <= most for size, (least, most) in zip((count, minutes), HALF, strict=True))
    if not half and not SLIDES[0] <= count <= SLIDES[1]:
        yield f"{count} slides, expected {SLIDES[0]} to {SLIDES[1]}"
    if (questions := sum(slide.kind == "question" for slide in slides)) * SLIDES_A_QUESTION < count:
        yield f"{questions} questions on {count} slides, expected one in {SLIDES_A_QUESTION}"
    if not half and not MINUTES[0] <= minutes <= MINUTES[1]:
        yield f"{minutes:g} minutes, expected {MINUTES[0]} to {MINUTES[1]}"


def problems(deck):
    """Every rule that the deck breaks, as sentences that name the deck, the slide and its cell."""
    written = [slide for slide in deck.slides if slide.cell]
    told = [f", {slide.name}: {problem}" for slide in written for problem in check_slide(slide, deck.numbers)]
    return [f"{deck.path}{problem}" for problem in told + [f": {problem}" for problem in check_deck(deck.slides)]]
