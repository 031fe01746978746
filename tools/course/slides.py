"""Slides: of each deck a page of reveal.js, and the speaker's notes as a page to print.

    python -m tools.course.slides build [DECK.md …] [--into FOLDER]   without a deck: all of course/slides
    python -m tools.course.slides cells book/entropy.ipynb            the ids of the cells, for a deck's `cell:`

nbconvert's slides were tried: they make a slide of a whole cell, cannot show three of its lines or its figure alone,
set formulas in the browser, and fetch MathJax, RequireJS and reveal.js from other hosts. Here formulas are set when
the deck is built, and everything that it needs lies beside it.
"""

import argparse
import html
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from book._ext import formulas
from tools.authoring import notebooks
from tools.chapters import BOOK, ROOT
from tools.course import decks
from tools.site.policy import with_policy
from tools.templates import filled

WEB, OUT = ROOT / "web", ROOT / "_build" / "html" / "slides"
# Of reveal.js, only what a deck loads; not the module of it, because a deck also opens from the disk.
REVEAL = ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "dist/plugin/notes.js", "LICENSE")
SHEETS = ("katex/katex.css", "code.css", "tokens.css")
LARGE = 64  # characters: a line that fits in larger type


def set_formula(content, options):
    try:
        found = formulas.TYPESETTER.html(formulas.built_up(content), options["display_mode"])
    except ValueError as error:
        raise decks.DeckError(f"formula {content!r}: {error}") from None
    return f'<div class="formula">{found}</div>' if options["display_mode"] else found


def mathml(content, options):
    """Formulas of the notes: the speaker's window has no style sheet of ours, and paper needs none."""
    found = re.search(r"<math.*?</math>", set_formula(content, options), re.S)[0]
    return re.sub(r"<annotation.*?</annotation>", "", found, flags=re.S)


def markdown(renderer):
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable("smartquotes")
    return parser.use(dollarmath_plugin, double_inline=False, renderer=renderer)


TEXT, NOTES = markdown(set_formula), markdown(mathml)


def figure(svg, alt, prefix):
    """A saved figure, inline: ids of its own, no size, named for those who cannot see it."""
    svg = re.sub(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', svg)
    svg = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\g<1>{prefix}", svg)
    start, rest = svg[: svg.index(">")], svg[svg.index(">") :]
    start = re.sub(r'\s(?:width|height)="[^"]*"', "", start)
    # What matplotlib's own style says to everything on the page, said to this figure alone.
    start += f' role="img" aria-label="{html.escape(alt)}" style="stroke-linejoin: round; stroke-linecap: butt"'
    return f'<figure class="picture">{start}{rest.rstrip()}</figure>'


def piece(shown, prefix):
    """What a slide shows of its cell, as HTML."""
    if shown.what == "figure":
        return figure(shown.text, shown.alt, prefix)
    large = " large" if max(map(len, shown.text.splitlines())) <= LARGE else ""
    if shown.what == "output":
        return f'<pre class="printed{large}">{html.escape(shown.text)}</pre>\n'
    return highlight(re.sub(r"\n{3,}", "\n\n", shown.text), PythonLexer(), HtmlFormatter(cssclass=f"code{large}"))


def options(text, answer, step):
    """The options of a poll; the right one is marked when the answer comes."""
    rows = []
    for letter, words in decks.OPTION.findall(text):
        right = f' class="fragment custom right" data-fragment-index="{step}"' if letter == answer else ""
        rows.append(f'<li{right}><span class="letter">{letter}</span> <span>{TEXT.renderInline(words)}</span></li>')
    return f'<ol class="options">{"".join(rows)}</ol>\n'


def steps(slide, prefix):
    """The content in order: [(step, is it text, HTML)]; step 0 is there at once."""
    text = slide.text
    if slide.show and decks.PLACE not in text.splitlines():
        text += f"\n{decks.PLACE}"
    step, parts = 0, []
    for part in re.split(r"^(\. \. \.|\[show\])$", text, flags=re.M):
        if part == decks.PAUSE:
            step += 1
        elif part == decks.PLACE:
            for shown in slide.show:
                if shown.what == "pause":
                    step += 1
                else:
                    parts.append((step, False, piece(shown, prefix)))
        elif slide.kind == "question" and decks.OPTION.search(part):
            asked = TEXT.render(decks.OPTION.sub("", part).strip())
            parts.append((step, True, asked + options(part, slide.answer, step + 1)))
        elif part.strip():
            parts.append((step, True, TEXT.render(part.strip())))
    return parts


def grouped(parts):
    """Steps as boxes: reveal.js shows one after the other."""
    boxes = {}
    for step, _, content in parts:
        boxes[step] = boxes.get(step, "") + content
    fragment = ' fragment" data-fragment-index="{}'
    return "".join(f'<div class="step{fragment.format(s) if s else ""}">{c}</div>\n' for s, c in boxes.items())


def body(slide, prefix):
    """Text and what is shown, in their steps."""
    if not slide.cell:
        return f'<div class="body">{TEXT.render(slide.text)}</div>'
    parts = steps(slide, prefix)
    if slide.beside:
        columns = [grouped([part for part in parts if part[1] is text]) for text in (True, False)]
        return f'<div class="body beside"><div>{columns[0]}</div><div>{columns[1]}</div></div>'
    return f'<div class="body">{grouped(parts)}</div>'


def drawn(deck):
    """Each slide with what a page needs of it: [(slide, id, title, content, notes)], the last three as HTML."""
    found = []
    for number, slide in enumerate(deck.slides):
        ident = notebooks.slug(slide.title) or "slide"
        while any(ident == other for _, other, *_ in found):
            ident += "-again"
        try:
            title, notes = TEXT.renderInline(slide.title), NOTES.render(slide.notes)
            found.append((slide, ident, title, body(slide, f"f{number}-"), notes))
        except decks.DeckError as error:
            raise decks.DeckError(f"{deck.path}, {slide.name}: {error}") from None
    return found


@cache
def speaker_scripts():
    """The scripts of the speaker's window, which reveal.js writes, and to which the deck's policy holds."""
    notes = (WEB / "node_modules" / "reveal.js" / "dist" / "plugin" / "notes.js").read_text(encoding="utf-8")
    return [re.sub(r"\\(.)", r"\1", script) for script in re.findall(r"<script>(.*?)<\\?/script>", notes, re.DOTALL)]


def pages(chapter, slides):
    """The deck as a page; and what the speaker wants on paper: each slide small, with its notes and the time."""
    about = {"chapter": chapter, "heading": slides[0][0].title, "slides": slides}
    about["minutes"] = sum(slide.minutes for slide, *_ in slides)
    deck = filled("deck.html", sheets=["reveal/reset.css", "reveal/reveal.css", *SHEETS, "slides.css"], **about)
    notes = filled("notes.html", sheets=[*SHEETS, "notes.css"], **about)
    return with_policy(deck, *speaker_scripts()), with_policy(notes)


def assets(out):
    """reveal.js, KaTeX and our own files, beside the decks."""
    copies = {f"reveal/{Path(name).name}": WEB / "node_modules" / "reveal.js" / name for name in REVEAL}
    copies |= {path.name: path for path in (WEB / "src" / "slides").iterdir()}
    copies |= {name: BOOK / "_static" / name for name in ("logo.svg", "tokens.css")}
    for target, source in copies.items():
        (out / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, out / target)
    formulas.copy_katex(out / "katex")
    light = HtmlFormatter(style="github-light").get_style_defs(".code")  # as in the book
    dark = HtmlFormatter(style="github-dark").get_style_defs('html[data-theme="dark"] .code')
    (out / "code.css").write_text(f"{light}\n{dark}", encoding="utf-8")


def build(paths, out=OUT, book=BOOK):
    """A deck and a page of notes for each file; returns the rules that the decks break."""
    assets(out)
    broken = []
    try:
        for deck in (decks.read(path, book) for path in paths):
            chapter = deck.path.stem
            for kind, text in zip(("", "-notes"), pages(chapter, drawn(deck)), strict=True):
                (out / f"{chapter}{kind}.html").write_text(text, encoding="utf-8")
            broken += decks.problems(deck)
    finally:
        formulas.TYPESETTER.close()
    return broken


def cells(notebook):
    """A line for each cell: its id, what it has, how it begins."""
    for cell in notebook.cells:
        has = [name for name, there in (("output", decks.printed(cell)), ("figure", decks.picture(cell))) if there]
        first = cell.source.partition("\n")[0][:50]
        yield f"{cell.id:45} {cell.cell_type:9} {' '.join(has):14} {first}".rstrip()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build")
    builder.add_argument("decks", nargs="*", type=Path)
    builder.add_argument("--into", type=Path, default=OUT)
    commands.add_parser("cells").add_argument("chapter", type=Path)
    args = parser.parse_args(argv)
    if args.command == "cells":
        print("\n".join(cells(nbformat.read(args.chapter, as_version=4))))
        return 0
    try:
        for problem in build(args.decks or sorted(decks.FOLDER.glob("*.md")), args.into):
            print(f"warning: {problem}", file=sys.stderr)
    except decks.DeckError as error:
        print(error, file=sys.stderr)
        return 1
    print(args.into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
