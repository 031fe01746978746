"""Slides of the chapters: one reveal.js deck a chapter, and the speaker's notes as a page.

    python tools/slides.py build [book/entropy.ipynb …]     decks into _build/html/slides
    python tools/slides.py cells book/entropy.ipynb         the cells that a slide can belong to
    python tools/slides.py text  book/entropy.ipynb         print the deck as Markdown
    python tools/slides.py write book/entropy.ipynb DECK    put the deck into the notebook; nothing runs
    python tools/slides.py check book/*.ipynb               the rules of decks.py

nbconvert's SlidesExporter was tried against this. It makes a slide of a whole cell, so the page's prose would have
to be cut to the size of a screen or kept twice; it cannot show three lines of a cell, or a figure alone; it sets
formulas with MathJax in the browser and fetches that, RequireJS and reveal.js from other hosts unless each is
replaced. What would be left of it is a loop over cells. So this takes reveal.js itself, and for all else what the
book already has: KaTeX when it is built, Markdown-it, Pygments, and the figures as saved.
"""

import argparse
import html
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

import nbformat
from docutils.nodes import make_id
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools.authoring import notebooks
from tools.course import decks

ROOT = Path(__file__).resolve().parents[2]
from book._ext import formulas, quiz

BOOK, WEB, OUT = ROOT / "book", ROOT / "web", ROOT / "_build" / "html" / "slides"
REVEAL = WEB / "node_modules" / "reveal.js"
FILES = {  # of reveal.js, only what a deck loads
    "dist/reset.css": "reveal/reset.css",
    "dist/reveal.css": "reveal/reveal.css",
    "dist/reveal.js": "reveal/reveal.js",  # not the module: a deck also opens from the disk
    "dist/plugin/notes.js": "reveal/notes.js",
    "LICENSE": "reveal/LICENSE",
}
STYLES = {"light": "github-light", "dark": "github-dark"}  # those of the book
LARGE = 64  # characters: a line that fits in larger type
MATHML = re.compile(r"<math.*?</math>", re.S)
ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.S)
PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="logo.svg">
{sheets}
</head>
<body{body}>
{content}
</body>
</html>
"""


# Markdown -------------------------------------------------------------------------------------------


def set_formula(content, options):
    try:
        found = formulas.TYPESETTER.html(formulas.built_up(content), options["display_mode"])
    except ValueError as error:
        raise decks.DeckError(f"formula {content!r}: {error}") from None
    return f'<div class="formula">{found}</div>' if options["display_mode"] else found


def mathml(content, options):
    """Formulas of the notes: the speaker's window has no style sheet of ours, and paper needs none."""
    return ANNOTATION.sub("", MATHML.search(set_formula(content, options))[0])


def markdown(renderer):
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable("smartquotes")
    return parser.use(dollarmath_plugin, double_inline=False, renderer=renderer)


TEXT, NOTES = markdown(set_formula), markdown(mathml)


# Pieces of a slide ----------------------------------------------------------------------------------


def figure(svg, alt, prefix):
    """A saved figure, inline: ids of its own, no size, named for those who cannot see it."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', svg)
    svg = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\g<1>{prefix}", svg)
    start, rest = svg[: svg.index(">")], svg[svg.index(">") :]
    start = re.sub(r'\s(?:width|height)="[^"]*"', "", start)
    # What matplotlib's own style says to everything on the page, said to this figure alone.
    start += f' role="img" aria-label="{html.escape(alt)}" style="stroke-linejoin: round; stroke-linecap: butt"'
    return f'<figure class="picture">{start}{rest.rstrip()}</figure>'


def piece(cell, item, prefix):
    """What a slide shows of its cell, as HTML."""
    what, text = decks.shown(cell, item)
    large = " large" if max(map(len, text.splitlines())) <= LARGE else ""
    if what == "code":
        return highlight(re.sub(r"\n{3,}", "\n\n", text), PythonLexer(), HtmlFormatter(cssclass=f"code{large}"))
    if what == "output":
        return f'<pre class="printed{large}">{html.escape(text)}</pre>\n'
    return figure(text, cell.metadata.mystnb.image.alt, prefix)


def options(text, answer, step):
    """The options of a poll; the right one is marked when the answer comes."""
    rows = []
    for letter, words in decks.OPTION.findall(text):
        right = f' class="fragment custom right" data-fragment-index="{step}"' if letter == answer else ""
        rows.append(f'<li{right}><span class="letter">{letter}</span> <span>{TEXT.renderInline(words)}</span></li>')
    return f'<ol class="options">{"".join(rows)}</ol>\n'


def steps(cell, slide, prefix):
    """The content in order: [(step, is it text, HTML)]; step 0 is there at once."""
    lines, parts, buffer = slide.get("text", "").splitlines(), [], []
    if slide.get("show") and decks.PLACE not in lines:
        lines.append(decks.PLACE)
    step = 0

    def flush():
        nonlocal buffer
        text, buffer = "\n".join(buffer).strip(), []
        if text and slide.get("kind") == "question" and decks.OPTION.search(text):
            asked = decks.OPTION.sub("", text).strip()
            parts.append((step, True, TEXT.render(asked) + options(text, slide.get("answer"), step + 1)))
        elif text:
            parts.append((step, True, TEXT.render(text)))

    for line in lines:
        if line == decks.PAUSE:
            flush()
            step += 1
        elif line == decks.PLACE:
            flush()
            for item in slide["show"]:
                if item == "pause":
                    step += 1
                else:
                    parts.append((step, False, piece(cell, item, prefix)))
        else:
            buffer.append(line)
    flush()
    return parts


def grouped(parts):
    """Steps as boxes: reveal.js shows one after the other."""
    boxes = []
    for step, _, content in parts:
        if boxes and boxes[-1][0] == step:
            boxes[-1][1].append(content)
        else:
            boxes.append((step, [content]))
    fragment = ' fragment" data-fragment-index="{}'
    return "".join(f'<div class="step{fragment.format(s) if s else ""}">{"".join(c)}</div>\n' for s, c in boxes)


def body(cell, slide, prefix):
    parts = steps(cell, slide, prefix)
    if slide.get("beside"):
        columns = [grouped([part for part in parts if part[1] is text]) for text in (True, False)]
        return f'<div class="body beside"><div>{columns[0]}</div><div>{columns[1]}</div></div>'
    return f'<div class="body">{grouped(parts)}</div>'


# A deck ---------------------------------------------------------------------------------------------


def sections(notebook):
    """For each cell the section of the page that it stands in: (anchor, heading)."""
    anchor, heading, found = "", "", {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for label, level, text in re.findall(r"^(?:\(([\w-]+)\)=\n)?(#{1,3}) +(.+)$", cell.source, re.M):
                heading = quiz.plain(text)
                anchor = "" if level == "#" else label or make_id(heading)
        found[cell.id] = anchor, heading
    return found


def timetable(notebook):
    """The parts of the deck with their minutes, as Markdown for the first slide's notes."""
    parts = [["Opening", decks.AUTOMATIC["title"] + decks.AUTOMATIC["objectives"]]]
    for _, slide in decks.slides(notebook):
        if slide.get("kind") == "section":
            parts.append([slide["title"], 0])
        parts[-1][1] += slide.get("minutes", 0)
    if "summary" in decks.automatic(notebook):
        parts.append(["Summary", decks.AUTOMATIC["summary"]])
    rows = "\n".join(f"- {title}: {minutes:g} min" for title, minutes in parts)
    return f"**Plan:** {sum(m for _, m in parts):g} minutes.\n\n{rows}"


def deck(notebook):
    """Every slide, ready for a page: dictionaries with kind, title, body, notes, minutes, anchor, section, id."""
    where = sections(notebook)
    title, promise, objectives = decks.opening(notebook)
    summary, sentences = decks.closing(notebook)

    def made(name, heading, content, notes, cell=None):
        anchor, section = where[cell.id] if cell is not None else ("", title)
        minutes = decks.AUTOMATIC[name]
        return {
            "kind": name, "title": heading, "body": f'<div class="body">{content}</div>', "notes": notes,
            "minutes": minutes, "anchor": anchor, "section": section,
        }  # fmt: skip

    aims = TEXT.render("\n".join(f"- {item}" for item in objectives))
    asked = (
        "**Ask:** Which of the three could you do today? Show of hands, without comment.\n\n"
        "**Say:** We come back to this list at the end."
    )
    found = [
        made("title", title, TEXT.render(promise), timetable(notebook)),
        made("objectives", "You will be able to", aims, asked),
    ]
    for number, (cell, slide) in enumerate(decks.slides(notebook)):
        anchor, section = where[cell.id]
        try:
            content = body(cell, slide, f"f{number}-")
        except decks.DeckError as error:
            raise decks.DeckError(f"{cell.id}, {slide.get('title')!r}: {error}") from None
        found.append({**slide, "body": content, "anchor": anchor, "section": section})
    if "summary" in decks.automatic(notebook):
        said = "\n".join(f"- {sentence}" for sentence in sentences)
        notes = (
            "**Ask:** Which of the three can you do now? Show of hands again, and compare. Which sentence would you "
            "have denied ninety minutes ago?\n\n"
            f"**Say:** The summary of the chapter, then the exercises to do until next time.\n\n{said}"
        )
        found.append(made("summary", "Can you do it now?", aims, notes, summary))
    seen = set()
    for slide in found:
        name = base = notebooks.slug(slide["title"]) or "slide"
        count = 1
        while name in seen:
            count += 1
            name = f"{base}-{count}"
        seen.add(name)
        slide["id"] = name
    return found


def sheets(*names):
    return "\n".join(f'<link rel="stylesheet" href="{name}">' for name in names)


def section_html(slide, page, chapter):
    """One slide of the deck."""
    kind = slide.get("kind") or "plain"
    level = "h1" if kind == "title" else "h2"
    anchor = f"#{quote(slide['anchor'])}" if slide["anchor"] else ""
    where = html.escape(chapter if slide["section"] == chapter else f"{chapter} · {slide['section']}")
    board = '<p class="chrome board">on the board</p>' if "**Board:**" in slide.get("notes", "") else ""
    keys = '<p class="chrome keys">→ next · S speaker’s view · D dark · ? all keys</p>' if kind == "title" else ""
    return (
        f'<section id="{slide["id"]}" class="{kind}" data-timing="{round(60 * slide["minutes"])}">\n'
        f"<{level}>{TEXT.renderInline(slide['title'])}</{level}>\n{slide['body']}\n{board}{keys}"
        f'<p class="chrome where"><a href="../book/{page}.html{anchor}">{where}</a></p>\n'
        f'<aside class="notes">{NOTES.render(slide.get("notes", ""))}</aside>\n</section>'
    )


def deck_page(page, found):
    """The deck as a page."""
    chapter = found[0]["title"]
    content = "\n".join(section_html(slide, page, chapter) for slide in found)
    minutes = sum(slide["minutes"] for slide in found)
    names = ("reveal/reveal.js", "reveal/notes.js", "deck.js")
    scripts = "\n".join(f'<script src="{name}"></script>' for name in names)
    without = f'<noscript><p>Slides need scripts. <a href="{page}-notes.html">The notes</a> do not.</p></noscript>'
    return PAGE.format(
        title=f"{html.escape(chapter)}: slides",
        sheets=sheets(
            "reveal/reset.css", "reveal/reveal.css", "katex/katex.css", "code.css", "tokens.css", "slides.css"
        ),
        body=f' data-minutes="{minutes:g}"',
        content=f'<div class="reveal"><div class="slides">\n{content}\n</div></div>\n{without}\n{scripts}',
    )


def notes_page(page, found):
    """What the speaker wants on paper: each slide small, with its notes and the time."""
    chapter, clock, rows = found[0]["title"], 0, []
    for number, slide in enumerate(found, 1):
        content = re.sub(r'(id="|href="#|url\(#)f(\d+)-', r"\1n\2-", slide["body"])
        rows.append(
            f'<article id="{slide["id"]}"><header><h2>{number}. {TEXT.renderInline(slide["title"])}</h2>'
            f'<p class="time">{clock:g}–{clock + slide["minutes"]:g} min</p></header>\n'
            f'<div class="slide">{content}</div>\n<div class="notes">{NOTES.render(slide.get("notes", ""))}</div>'
            "</article>"
        )
        clock += slide["minutes"]
    return PAGE.format(
        title=f"{html.escape(chapter)}: notes for the speaker",
        sheets=sheets("katex/katex.css", "code.css", "tokens.css", "notes.css"),
        body="",
        content=f"<header><h1>{html.escape(chapter)}: notes for the speaker</h1>\n<p>{len(found)} slides, {clock:g} "
        f'minutes. <a href="{page}.html">The slides</a>, <a href="../book/{page}.html">the chapter</a>.</p></header>\n'
        f"<main>\n{chr(10).join(rows)}\n</main>",
    )


def assets(out):
    """reveal.js, KaTeX and our own files, beside the decks."""
    for source, target in FILES.items():
        (out / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REVEAL / source, out / target)
    for source in sorted((WEB / "src" / "slides").iterdir()):
        shutil.copyfile(source, out / source.name)
    for name in ("logo.svg", "tokens.css"):
        shutil.copyfile(BOOK / "_static" / name, out / name)
    formulas.copy_katex(out / "katex")
    scopes = {"light": ".code", "dark": 'html[data-theme="dark"] .code'}
    rules = [HtmlFormatter(style=style).get_style_defs(scopes[theme]) for theme, style in STYLES.items()]
    (out / "code.css").write_text("\n".join(rules), encoding="utf-8")


def build(chapters, out=OUT):
    """A deck and a page of notes for each chapter that has slides; returns the names of the chapters."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    assets(out)
    names = []
    try:
        for path in map(Path, chapters):
            notebook = nbformat.read(path, as_version=4)
            if not decks.slides(notebook):
                continue
            try:
                found = deck(notebook)
            except decks.DeckError as error:
                raise decks.DeckError(f"{path}: {error}") from None
            (out / f"{path.stem}.html").write_text(deck_page(path.stem, found), encoding="utf-8")
            (out / f"{path.stem}-notes.html").write_text(notes_page(path.stem, found), encoding="utf-8")
            names.append(path.stem)
    finally:
        formulas.TYPESETTER.close()
    return names


# Command line ---------------------------------------------------------------------------------------


def cells(notebook):
    """A line for each cell: its id, what it has, how it begins."""
    for cell in notebook.cells:
        has = [name for name, there in (("output", decks.printed(cell)), ("figure", decks.picture(cell))) if there]
        count = len(decks.deck_of(cell))
        slides = f"{count} slide{'s' if count != 1 else ''}" if count else ""
        first = cell.source.splitlines()[0][:50] if cell.source else ""
        yield f"{cell.id:45} {cell.cell_type:9} {' '.join(has):14} {slides:9} {first}".rstrip()


def write(path, text):
    """Put a deck into its notebook; True if the file changed."""
    return notebooks.save(decks.put(nbformat.read(path, as_version=4), decks.from_text(text)), path)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build").add_argument("files", nargs="*", type=Path)
    commands.add_parser("check").add_argument("files", nargs="+", type=Path)
    for name in ("cells", "text"):
        commands.add_parser(name).add_argument("file", type=Path)
    writer = commands.add_parser("write")
    writer.add_argument("file", type=Path)
    writer.add_argument("deck", type=Path)
    args = parser.parse_args(argv)
    status = 0
    try:
        if args.command == "build":
            names = build(args.files or sorted(BOOK.glob("*.ipynb")))
            print(f"{OUT}: {', '.join(names) or 'no chapter has slides'}")
        elif args.command == "write":
            changed = write(args.file, args.deck.read_text(encoding="utf-8"))
            print(f"{args.file}: {'changed' if changed else 'unchanged'}")
            args.files = [args.file]
        elif args.command == "text":
            print(decks.to_text(nbformat.read(args.file, as_version=4)), end="")
        elif args.command == "cells":
            print("\n".join(cells(nbformat.read(args.file, as_version=4))))
        if args.command in ("write", "check"):
            for path in args.files:
                for problem in decks.problems(nbformat.read(path, as_version=4)):
                    print(f"{path}: {problem}", file=sys.stderr)
                    status = 1
    except decks.DeckError as error:
        print(error, file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
