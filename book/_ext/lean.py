"""A light site: one style sheet, figures of known size, no script and no file that no page needs.

It works on the finished pages, so the theme stays as it is. Pages that an earlier build made lean stay lean.
"""

import hashlib
import html
import json
import os
import re
import shutil
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from sphinx.errors import ExtensionError

from tools import chapters
from tools.site import node

from .formulas import WEB

#: Sphinx's own search, and what no page of ours has.
SCRIPTS = ("doctools.js", "sphinx_highlight.js", "searchtools.js", "language_data.js", "design-tabs.js")
#: Two thirds of the site's weight, and the theme's templates.
UNUSED = (*SCRIPTS, "scripts/fontawesome.*", "vendor", "*/*.map", "locales", "*webpack-macros.html")
VIEWPORT = re.compile(r'[ \t]*<meta name="viewport"[^>]*>\n?')
IMAGE = re.compile(r"<img\b[^>]*>")
SHEET = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"?]*)[^>]*>\n?')
FONT = re.compile(r'[ \t]*<link rel="preload" href="[^"]*" as="font"[^>]*>\n?')
MERGED = "styles/book-"  # how the name of the one style sheet begins
CSS_ADDRESS = re.compile(r"""url\(\s*(?!["']?(?:data:|[a-z]+://|\#))["']?([^"')]+)["']?\s*\)""")
CSS_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""")
CHARSET = re.compile(r"@charset[^;]*;")
#: Our own sheets: nothing in them is unused, and what a script adds is styled there.
UNTOUCHED = ("book.css", "finding.css", "figures.css", "live-style.css")
HEADINGS = "fonts/newsreader-latin-600-normal"
PRELOADED = ("katex/fonts/KaTeX_Main-Regular", "katex/fonts/KaTeX_Math-Italic")  # the fonts of every formula


def every_page_if_files_changed(app, env, added, changed, removed):
    """Every page, if a static file, the chapters' registry or this extension changed: Sphinx does not see it."""
    folders = [*(Path(app.srcdir, entry) for entry in app.config.html_static_path), Path(__file__).parent, WEB / "src"]
    sources = [path for folder in folders for path in folder.rglob("*.*")]
    sources += [chapters.REGISTRY, WEB / "package-lock.json"]
    made = [path.stat().st_mtime for path in Path(app.outdir, "_static").glob(f"{MERGED}*.css")]
    newest = max(path.stat().st_mtime for path in sources)
    return sorted(env.found_docs) if not made or newest > min(made) else []


def leave_out_scripts(page):
    scripts = page.context.get("script_files", [])
    page.context["script_files"] = [script for script in scripts if not str(script.filename).endswith(SCRIPTS)]


def drop_unused_files(site):
    """Leave out what no page asks for."""
    for path in {path for pattern in UNUSED for path in site.static.glob(pattern)}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


# The text of a page -----------------------------------------------------------------------------------


def keep_one_viewport(text, path):
    """The theme names the viewport three times, in three spellings of one thing."""
    first = VIEWPORT.search(text)
    return text[: first.end()] + VIEWPORT.sub("", text[first.end() :]) if first else text


def size_images(text, path):
    """Images take their room before they are there, and come when they are near."""
    return IMAGE.sub(lambda image: sized(path, image[0]), text)


def sized(page, image):
    """The tag of an SVG image with its size."""
    source = html.unescape(re.search(r'\bsrc="([^"]*)"', image)[1])
    picture = page.parent / source
    if re.search(r"\swidth=", image) or picture.suffix != ".svg" or not picture.is_file():
        return image
    width, height = size(picture)
    if wanted := re.search(r'style="width:\s*([\d.]+)px;?"', image):
        width, height = float(wanted[1]), height * float(wanted[1]) / width
    new = f'width="{width:.0f}" height="{height:.0f}"'
    if "_images/" in source:
        new += ' loading="lazy" decoding="async"'
    return re.sub(r"\s*/?>$", f" {new}/>", image)


def size(picture):
    """Width and height of an SVG picture in CSS pixels."""
    root = ElementTree.parse(picture).getroot()
    lengths = [re.fullmatch(r"([\d.]+)(pt|px)?", root.get(side) or "") for side in ("width", "height")]
    if all(lengths):
        return [float(n[1]) * (4 / 3 if n[2] == "pt" else 1) for n in lengths]
    return [float(n) for n in root.get("viewBox").split()[2:]]


# One style sheet --------------------------------------------------------------------------------------


def merge_style_sheets(site):
    """One sheet, of the rules in use, for all pages."""
    asked = {sheets for path, text in site.pages.items() if (sheets := sheets_of(path, text))}
    if not asked:  # every page is of an earlier build
        return
    if len(asked) > 1:
        raise ExtensionError(f"pages ask for different style sheets: {asked}")
    scripts = [path for path in site.static.rglob("*.js") if "pyodide" not in path.parts]
    sheet = merge(*asked, [*site.pages, *sorted(scripts)], site.static / "styles")
    site.pages = {path: with_sheet(text, path, sheet) for path, text in site.pages.items()}
    for path in site.static.glob(f"{MERGED}*.css"):
        if path != sheet:
            path.unlink()


def sheets_of(page, text):
    """The style sheets that a page asks for, in order; none if they were merged before."""
    links = [html.unescape(link) for link in SHEET.findall(text)]
    return tuple(Path(os.path.normpath(page.parent / link)) for link in links if MERGED not in link)


def relative(path, folder):
    return PurePosixPath(os.path.relpath(path, folder)).as_posix()


def flat(sheet, folder):
    """The sheet with its imports in place, its addresses as seen from a folder."""
    text = CHARSET.sub("", sheet.read_text(encoding="utf-8"))
    imports = [flat(sheet.parent / name, folder) for name in CSS_IMPORT.findall(text)]
    text = CSS_IMPORT.sub("", text)
    return "\n".join([*imports, CSS_ADDRESS.sub(lambda url: f"url({relative(sheet.parent / url[1], folder)})", text)])


def merge(sheets, contents, folder):
    """One sheet of the rules that match something in the contents: its path, named after what is in it."""
    texts = [flat(sheet, folder) for sheet in sheets]
    asked = {"sheets": texts, "contents": [str(path) for path in contents]}
    used = json.loads(node.run("src/used-styles.mjs", input=json.dumps(asked)))
    merged = "\n".join(t if sheet.name in UNTOUCHED else u for sheet, t, u in zip(sheets, texts, used, strict=True))
    path = folder.parent / f"{MERGED}{hashlib.sha256(merged.encode()).hexdigest()[:12]}.css"
    path.write_text(merged, encoding="utf-8")
    return path


def with_sheet(text, page, sheet):
    """The page with one sheet, asking early for its fonts."""
    if not (first := SHEET.search(text)):  # a page that only leads to another
        return text
    links = [f'<link rel="stylesheet" href="{relative(sheet, page.parent)}"/>']
    for font in (HEADINGS, *(PRELOADED if 'class="katex"' in text else ())):
        address = relative(sheet.parent.parent / f"{font}.woff2", page.parent)
        links.append(f'<link rel="preload" href="{address}" as="font" type="font/woff2" crossorigin/>')
    before, after = (FONT.sub("", SHEET.sub("", part)) for part in (text[: first.start()], text[first.end() :]))
    return before + "".join(f"    {link}\n" for link in links) + after


def drop_unused_fonts(site):
    """Leave out the fonts of formulas that the style sheet does not name."""
    named = "".join(path.read_text(encoding="utf-8") for path in site.static.glob(f"{MERGED}*.css"))
    for font in (site.static / "katex" / "fonts").glob("*"):
        if font.name not in named:
            font.unlink()
