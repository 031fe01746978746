"""The slides of a chapter: where they live, how they are written, what they may be.

A slide belongs to a cell and lives in its metadata, so that there is no second file:

    "slideshow": {"slide_type": "slide", "deck": [{"title": …, "minutes": 3, "text": …, "notes": …}, …]}

Its numbers and figures are the cell's saved outputs. Nobody edits that JSON: `tools/slides.py text` and `write`
turn it into Markdown and back. A slide has

    kind     nothing for a plain slide; `question` for a poll, `section` for the start of a part
    title    one line; may hold $formulas$
    show     what of its cell it shows, in order: code, output, figure, pause; `code 2-4 7` shows these lines only
    beside   true: the text at the left, what it shows at the right
    answer   the letter of a poll's right option
    minutes  how long it takes
    text     Markdown. A line `. . .` waits for the next key; a line `[show]` is the place of what it shows (else
             that comes last); in a poll, lines that begin with `A. `, `B. ` … are the options
    notes    what the speaker sees: `**Ask:**` and `**Wrong:**` (the usual wrong answer), in a poll what each wrong
             option reveals, as `**A:**`; `**Board:**` marks work on the board
"""

import re

import nbformat

from book._ext import quiz, teaching

KEYS = ("kind", "title", "show", "beside", "answer", "minutes", "text", "notes")
KINDS = ("question", "section")
PAUSE, PLACE = ". . .", "[show]"
ITEM = re.compile(r"(code|output|figure|pause)((?: \d+(?:-\d+)?)*)")
OPTION = re.compile(r"^([A-E])\. (.+)$", re.M)
DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+")
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.S)

SLIDES, MINUTES = (25, 40), (75, 95)  # of a deck for 90 minutes
WORDS, WORDS_OF_QUESTION, TITLE = 45, 75, 52
CODE_LINES, OUTPUT_LINES, WIDTH = 12, 9, 76  # what fits at 24 px
SLIDES_A_QUESTION = 8


class DeckError(Exception):
    """A deck that cannot be read or written; the text says which slide, and why."""


# Reading a notebook ---------------------------------------------------------------------------------


def deck_of(cell):
    """The slides of a cell."""
    return cell.metadata.get("slideshow", {}).get("deck", [])


def slides(notebook):
    """Every slide with its cell, in order: [(cell, slide)]."""
    return [(cell, slide) for cell in notebook.cells for slide in deck_of(cell)]


def printed(cell):
    """What the cell printed."""
    return "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream").rstrip("\n")


def picture(cell):
    """The cell's figure as SVG, or None."""
    found = [o.data["image/svg+xml"] for o in cell.get("outputs", []) if "image/svg+xml" in o.get("data", {})]
    return "".join(found[0]) if found else None


def chosen(text, lines):
    """The lines `2-4 7` of a text, counted from 1; all of them if none are named. IndexError if there is no such."""
    rows = text.splitlines()
    if not lines.strip():
        return "\n".join(rows)
    wanted = []
    for part in lines.split():
        first, _, last = part.partition("-")
        first, last = int(first), int(last or first)
        if not 1 <= first <= last <= len(rows):
            raise IndexError(part)
        wanted += rows[first - 1 : last]
    indent = min((len(row) - len(row.lstrip()) for row in wanted if row.strip()), default=0)
    return "\n".join(row[indent:] for row in wanted)


def shown(cell, item):
    """What one entry of `show` stands for: ("code" | "output" | "figure" | "pause", text)."""
    match = ITEM.fullmatch(item)
    if not match or (match[2] and match[1] in ("figure", "pause")):
        raise DeckError(f"show: {item!r} is none of code, output, figure, pause, or `code 2-4 7`")
    what, lines = match.groups()
    if what == "pause":
        return what, ""
    text = {"code": cell.source, "output": printed(cell), "figure": picture(cell)}[what] if is_code(cell) else None
    if not text:
        raise DeckError(f"show: the cell has no {what}")
    try:
        return what, text if what == "figure" else chosen(text, lines)
    except IndexError as error:
        raise DeckError(f"show: the {what} of the cell has no lines {error}") from None


def is_code(cell):
    return cell.cell_type == "code"


def opening(notebook):
    """Title, promise and objectives, from the chapter's first cell."""
    text = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text)]
    title = teaching.title(text)
    promise = blocks[blocks.index(f"# {title}") + 1]
    return title, quiz.plain(promise), [quiz.plain(item) for item in teaching.objectives(text)]


def closing(notebook):
    """The cell of the summary, and its sentences; a chapter without a summary has none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (match := re.search(r"^## Summary\n(.*)", cell.source, re.M | re.S)):
            text = " ".join(quiz.plain(match[1]).split())
            return cell, re.split(r"(?<=[.!?]) +(?=[A-Z$])", text)
    return None, []


# The text of a deck ---------------------------------------------------------------------------------


def to_text(notebook):
    """The deck as Markdown, one slide after the other."""
    parts = []
    for cell, slide in slides(notebook):
        lines = [f"cell: {cell.id}"]
        for key in KEYS[:-2]:
            if key in slide:
                value = ", ".join(slide[key]) if key == "show" else slide[key]
                lines.append(f"{key}: {'yes' if value is True else value}")
        if slide.get("text"):
            lines += ["", slide["text"]]
        if slide.get("notes"):
            lines += ["", "???", "", slide["notes"]]
        parts.append("\n".join(lines))
    return "\n\n---\n\n".join(parts) + "\n"


def number(text):
    """`3` or `1.5`, as a number."""
    value = float(text)
    return int(value) if value == int(value) else value


def one_slide(text, place):
    """The cell's id and the slide, from one piece of the text."""
    header, _, body = text.strip("\n").partition("\n\n")
    slide, cell = {}, None
    for line in header.splitlines():
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not colon or key not in ("cell", *KEYS[:-2]) or key in slide:
            raise DeckError(f"{place}: {line!r} is no line `key: value` with one of cell, {', '.join(KEYS[:-2])}")
        if key == "cell":
            cell = value
        elif key == "show":
            slide[key] = [item.strip() for item in value.split(",")]
        elif key == "beside":
            slide[key] = value == "yes"
        else:
            try:
                slide[key] = number(value) if key == "minutes" else value
            except ValueError:
                raise DeckError(f"{place}: minutes: {value!r} is no number") from None
    if cell is None:
        raise DeckError(f"{place} names no cell")
    shown_text, mark, notes = f"\n{body}\n".partition("\n???\n")
    if shown_text.strip():
        slide["text"] = shown_text.strip()
    if mark and notes.strip():
        slide["notes"] = notes.strip()
    return cell, {key: slide[key] for key in KEYS if key in slide}


def from_text(text):
    """[(id of the cell, slide)] from the text of a deck."""
    pieces = [piece for piece in re.split(r"^---[ \t]*$", text, flags=re.M) if piece.strip()]
    return [one_slide(piece, f"slide {n}") for n, piece in enumerate(pieces, 1)]


def put(notebook, deck):
    """Give the notebook this deck instead of its own. Only the metadata of cells changes."""
    order = {cell.id: place for place, cell in enumerate(notebook.cells)}
    if lost := [f"{slide.get('title', '')!r} (cell {cell})" for cell, slide in deck if cell not in order]:
        raise DeckError(f"no such cell for the slides {'; '.join(lost)}")
    places = [order[cell] for cell, _ in deck]
    for (_, slide), before, after in zip(deck[1:], places, places[1:], strict=False):
        if after < before:
            raise DeckError(f"the slide {slide.get('title', '')!r} is of a cell before that of the slide before it")
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
    for name, slide in deck:
        metadata = notebook.cells[order[name]].metadata
        show = metadata.get("slideshow", {"slide_type": "slide", "deck": []})
        metadata["slideshow"] = nbformat.from_dict({**show, "deck": [*show["deck"], slide]})
    return notebook


def carry(old, new):
    """Take the decks of a notebook over to its next version: by the cell's source, else by its id.

    A slide whose cell is gone is an error, for it would be lost. Returns remarks: slides that count lines of a
    cell whose source has changed.
    """
    remarks, lost, free = [], [], list(new.cells)
    with_decks = [cell for cell in old.cells if deck_of(cell)]
    pairs = {}
    for same in (lambda a, b: a.source.strip() == b.source.strip(), lambda a, b: a.id == b.id):
        for cell in with_decks:
            if cell.id in pairs:
                continue
            match = next((c for c in free if c.cell_type == cell.cell_type and same(c, cell)), None)
            if match is not None:
                pairs[cell.id] = match
                free = [c for c in free if c is not match]
    for cell in with_decks:
        if cell.id not in pairs:
            lost += [f"{slide.get('title', '')!r} (cell {cell.id})" for slide in deck_of(cell)]
            continue
        match = pairs[cell.id]
        match.metadata["slideshow"] = cell.metadata["slideshow"]
        if match.source.strip() != cell.source.strip():
            counted = [s for s in deck_of(cell) if any(re.search(r"\d", item) for item in s.get("show", []))]
            remarks += [f"{s['title']!r} shows lines of {match.id}, which has changed: look at it" for s in counted]
    if lost:
        raise DeckError(f"no cell is left for the slides {'; '.join(lost)}: move them first (tools/slides.py)")
    return remarks


# Rules ----------------------------------------------------------------------------------------------


def words(text):
    """How many words a slide's text has; a formula counts as one."""
    text = FORMULA.sub(" formula ", text.replace(PAUSE, " ").replace(PLACE, " "))
    return len([word for word in text.split() if re.search(r"\w", word)])


def known_numbers(notebook):
    """Each decimal number that the chapter types or prints."""
    text = "\n".join([cell.source + "\n" + printed(cell) for cell in notebook.cells])
    return set(DECIMAL.findall(text))


def check_slide(cell, slide, numbers):
    """What is wrong with one slide, as sentences."""
    text, notes, kind = slide.get("text", ""), slide.get("notes", ""), slide.get("kind")
    if odd := set(slide) - set(KEYS):
        yield f"unknown keys {', '.join(sorted(odd))}"
    if kind not in (None, *KINDS):
        yield f"unknown kind {kind!r}"
    if not slide.get("title", "").strip():
        yield "no title"
    if len(slide.get("title", "")) > TITLE and "$" not in slide["title"]:
        yield f"the title has {len(slide['title'])} characters, at most {TITLE}"
    if not isinstance(slide.get("minutes"), int | float) or slide["minutes"] <= 0:
        yield "no minutes"
    most = WORDS_OF_QUESTION if kind == "question" else WORDS
    if (count := words(text)) > most:
        yield f"{count} words, at most {most}"
    if re.search(r"^#|^:::|^```|</?[a-z]+[ >]|\{[\w:]+\}`", text, re.M):
        yield "the text holds a heading, a directive, a role, HTML or typed code; show the cell's own code"
    for found in DECIMAL.findall(slide.get("title", "") + "\n" + text):
        if found not in numbers:
            yield f"{found} stands nowhere in the chapter"
    for item in slide.get("show", []):
        try:
            what, piece = shown(cell, item)
        except DeckError as error:
            yield str(error)
            continue
        lines = piece.splitlines() if what in ("code", "output") else []
        most = CODE_LINES if what == "code" else OUTPUT_LINES
        if len(lines) > most:
            yield f"{len(lines)} lines of {what}, at most {most}"
        if (widest := max(map(len, lines), default=0)) > WIDTH:
            yield f"a line of {widest} characters of {what}, at most {WIDTH}"
    if PLACE in text.splitlines() and not slide.get("show"):
        yield "a place for what it shows, but nothing to show"
    if kind == "question":
        letters = [letter for letter, _ in OPTION.findall(text)]
        if letters != list("ABCDE")[: len(letters)] or len(letters) < 2:
            yield f"the options are {letters}, expected A, B, …"
        if slide.get("answer") not in letters:
            yield "the answer is none of the options"
        if PAUSE not in text.splitlines():
            yield f"a question waits before it is answered: a line `{PAUSE}` after the options"
        for letter in letters:
            if letter != slide.get("answer") and f"**{letter}:**" not in notes:
                yield f"the notes do not say what {letter} reveals (`**{letter}:**`)"
    elif kind is None:
        for mark in ("**Ask:**", "**Wrong:**"):
            if mark not in notes:
                yield f"the notes have no {mark}"
    elif not notes:
        yield "no notes"


def problems(notebook):
    """Every breach of the rules in a deck; none for a notebook without slides."""
    found = slides(notebook)
    if not found:
        return []
    numbers, told = known_numbers(notebook), []
    for cell, slide in found:
        told += [f"{cell.id}, {slide.get('title')!r}: {problem}" for problem in check_slide(cell, slide, numbers)]
    titles = [slide.get("title") for _, slide in found]
    told += [f"the title {title!r} is used twice" for title in sorted({t for t in titles if titles.count(t) > 1})]
    count = len(found) + len(automatic(notebook))
    if not SLIDES[0] <= count <= SLIDES[1]:
        told.append(f"{count} slides, expected {SLIDES[0]} to {SLIDES[1]}")
    if (questions := sum(slide.get("kind") == "question" for _, slide in found)) * SLIDES_A_QUESTION < count:
        told.append(f"{questions} questions on {count} slides, expected one in {SLIDES_A_QUESTION}")
    minutes = sum(s.get("minutes", 0) for _, s in found) + sum(AUTOMATIC[name] for name in automatic(notebook))
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        told.append(f"{minutes} minutes, expected {MINUTES[0]} to {MINUTES[1]}")
    return told


#: The slides that every deck has of itself, and the minutes they take.
AUTOMATIC = {"title": 1, "objectives": 1, "summary": 2}


def automatic(notebook):
    """Which slides are made of the chapter's text: the summary unless its cell has slides of its own."""
    cell, _ = closing(notebook)
    return [name for name in AUTOMATIC if name != "summary" or (cell is not None and not deck_of(cell))]
