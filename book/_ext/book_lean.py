"""Light pages: one style sheet, no search index before a search, figures of known size.

It works on the finished pages, so the theme stays as it is. Run twice, it changes
nothing more: Sphinx writes only what changed, and the rest was made lean before.
"""

import hashlib
import html
import json
import os
import re
import subprocess
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from sphinx.errors import ExtensionError

from .book_math import NODE, WEB

SEARCH_SCRIPT = re.compile(
    r'[ \t]*<script src="[^"]*(?:/searchtools|/language_data|/?searchindex)\.js[^"]*">'
    r"</script>\n?"
)
SHEET = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*>\n?')
VIEWPORT = re.compile(r'[ \t]*<meta name="viewport"[^>]*>\n?')
HREF = re.compile(r'\bhref="([^"?]*)')
MADE_OF = re.compile(r'\bdata-made-of="([^"]*)"')
IMAGE = re.compile(r"<img\b[^>]*>")
CSS_ADDRESS = re.compile(r"""url\(\s*(?!["']?(?:data:|[a-z]+://|\#))["']?([^"')]+)["']?\s*\)""")
CSS_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""")
CHARSET = re.compile(r"@charset[^;]*;")
UNTOUCHED = (
    "book.css",
    "figures.css",
    "live-style.css",
)  # our own: nothing in it is unused, and what a script adds is styled there
PRELOADED = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")  # the fonts of every formula
NOT_TEXT = '[".headerlink", "script", "style"]'
NOT_TEXT_EITHER = '[".headerlink", "script", "style", ".katex-html", "annotation"]'


def relative(path, folder):
    return PurePosixPath(os.path.relpath(path, folder)).as_posix()


# Style sheets ---------------------------------------------------------------------


def sheets_of(page, text):
    """The style sheets of a page, in order, those merged before included."""
    found = []
    for link in SHEET.findall(text):
        if made_of := MADE_OF.search(link):
            base, names = page.parent / HREF.search(link)[1], made_of[1].split()
            found += [Path(os.path.normpath(base.parent / name)) for name in names]
        else:
            found.append(Path(os.path.normpath(page.parent / html.unescape(HREF.search(link)[1]))))
    return tuple(found)


def flat(sheet, folder):
    """The sheet with its imports in place, its addresses as seen from a folder."""

    def moved(match):
        return f"url({relative(sheet.parent / match[1], folder)})"

    text = CHARSET.sub("", sheet.read_text(encoding="utf-8"))
    imports = CSS_IMPORT.findall(text)
    text = CSS_ADDRESS.sub(moved, CSS_IMPORT.sub("", text))
    return "\n".join([*(flat(sheet.parent / name, folder) for name in imports), text])


def used(texts, contents):
    """The sheets without the rules that match nothing in the contents."""
    run = subprocess.run(
        [NODE, WEB / "src" / "used-styles.mjs"],
        input=json.dumps({"sheets": [str(t) for t in texts], "contents": [str(c) for c in contents]}),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if run.returncode:
        raise ExtensionError(f"the style sheets could not be read: {run.stderr}")
    return json.loads(run.stdout)


def merge(sheets, contents, folder):
    """One sheet out of many: its path, named after what is in it."""
    scratch = folder / "flat"
    scratch.mkdir()
    parts = []
    for number, sheet in enumerate(sheets):
        part = scratch / f"{number}.css"
        part.write_text(flat(sheet, folder), encoding="utf-8")
        parts.append(part)
    texts = [part.read_text(encoding="utf-8") for part in parts]
    purged = used(parts, contents)
    kept = [t if sheet.name in UNTOUCHED else p for sheet, t, p in zip(sheets, texts, purged, strict=True)]
    for part in parts:
        part.unlink()
    scratch.rmdir()
    merged = "\n".join(kept)
    path = folder / f"book-{hashlib.sha256(merged.encode()).hexdigest()[:12]}.css"
    path.write_text(merged, encoding="utf-8")
    return path


# Pages ----------------------------------------------------------------------------


def size(picture):
    """Width and height of an SVG picture in CSS pixels."""
    root = ElementTree.parse(picture).getroot()
    lengths = [re.fullmatch(r"([\d.]+)(pt|px)?", root.get(side) or "") for side in ("width", "height")]
    if all(lengths):
        return [float(n[1]) * (4 / 3 if n[2] == "pt" else 1) for n in lengths]
    return [float(n) for n in root.get("viewBox").split()[2:]]


def sized(page, tag):
    """An image that takes its room before it is there, and comes when it is near."""
    source = html.unescape(re.search(r'\bsrc="([^"]*)"', tag)[1])
    picture = page.parent / source
    if re.search(r"\swidth=", tag) or picture.suffix != ".svg" or not picture.is_file():
        return tag
    width, height = size(picture)
    if wanted := re.search(r'style="width:\s*([\d.]+)px;?"', tag):
        width, height = float(wanted[1]), height * float(wanted[1]) / width
    new = f'width="{width:.0f}" height="{height:.0f}"'
    if "_images/" in source:
        new += ' loading="lazy" decoding="async"'
    return re.sub(r"\s*/?>$", f" {new}/>", tag)


def head(page, text, sheet, sheets):
    """The page with one sheet, asking early for the fonts of its formulas."""
    link = relative(sheet, page.parent)
    made_of = " ".join(relative(s, sheet.parent) for s in sheets)
    lines = [f'<link rel="stylesheet" href="{link}" data-made-of="{made_of}"/>']
    if 'class="katex"' in text:
        for font in PRELOADED:
            address = relative(sheet.parent.parent / "katex" / "fonts" / f"{font}.woff2", page.parent)
            lines.append(f'<link rel="preload" href="{address}" as="font" type="font/woff2" crossorigin/>')
    text = re.sub(r'[ \t]*<link rel="preload" href="[^"]*" as="font"[^>]*>\n?', "", text)
    first = SHEET.search(text)
    before, after = text[: first.start()], SHEET.sub("", text[first.end() :])
    return before + "    " + "\n    ".join(lines) + "\n" + after


def one_viewport(text):
    """The theme names the viewport three times, in three spellings of one thing."""
    first = VIEWPORT.search(text)
    return text if first is None else text[: first.end()] + VIEWPORT.sub("", text[first.end() :])


def make_lean(site):
    """Lighten every page of a built site."""
    static = site / "_static"
    pages = {page: page.read_text(encoding="utf-8") for page in [*site.glob("*.html"), *site.glob("book/**/*.html")]}
    pages = {page: text for page, text in pages.items() if SHEET.search(text)}
    for page, text in pages.items():
        if page.name != "search.html":
            text = SEARCH_SCRIPT.sub("", text)
        text = one_viewport(text)
        pages[page] = IMAGE.sub(lambda tag, page=page: sized(page, tag[0]), text)
        page.write_text(pages[page], encoding="utf-8")
    scripts = [path for path in static.rglob("*.js") if "pyodide" not in path.parts]
    merged = {}
    for sheets in sorted({sheets_of(page, text) for page, text in pages.items()}):
        merged[sheets] = merge(sheets, [*sorted(pages), *sorted(scripts)], static / "styles")
    for page, text in pages.items():
        sheets = sheets_of(page, text)
        page.write_text(head(page, text, merged[sheets], sheets), encoding="utf-8")
    for path in static.glob("styles/book-*.css"):  # of an earlier build
        if path not in merged.values():
            path.unlink()


def unasked(site):
    """Fonts of formulas that no style sheet of the site names any more."""
    named = "".join(path.read_text(encoding="utf-8") for path in (site / "_static" / "styles").glob("book-*.css"))
    return [font for font in (site / "_static" / "katex" / "fonts").glob("*") if font.name not in named]


def readable_results(script):
    """The search page quotes the text around a find: formulas once, not three times."""
    text = script.read_text(encoding="utf-8")
    if NOT_TEXT_EITHER not in text:
        if NOT_TEXT not in text:
            raise ExtensionError(f"{script.name} has changed: where does it leave out scripts?")
        script.write_text(text.replace(NOT_TEXT, NOT_TEXT_EITHER), encoding="utf-8")


def lighten(app, error):
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    make_lean(site)
    readable_results(site / "_static" / "searchtools.js")
    for font in unasked(site):
        font.unlink()


def outdated(app, env, added, changed, removed):
    """Every page, if a static file or an extension changed: Sphinx does not see it."""
    static = [path for folder in app.config.html_static_path for path in Path(app.srcdir, folder).rglob("*.*")]
    sources = [
        *static,
        *Path(__file__).parent.glob("*.py"),
        *(WEB / "src").glob("*"),
        WEB / "package-lock.json",
    ]
    made = [path.stat().st_mtime for path in Path(app.outdir, "_static", "styles").glob("book-*.css")]
    newest = max(path.stat().st_mtime for path in sources)
    return sorted(env.found_docs) if not made or newest > min(made) else []


def setup(app):
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", lighten, priority=950)  # after the copying and the pruning
    return {"parallel_read_safe": True, "parallel_write_safe": True}
