"""Each page is parsed once before it is written, and read once when all are written; `setup` lists the steps."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup


def fragment(html):
    """Parsed HTML, as a page's body is parsed."""
    return BeautifulSoup(html, "html.parser")


def without_drawings(html):
    """A page without what draws its formulas, which is most of it, and these drawings for `with_drawings`."""
    page, *parts = re.split(r"(?=<span [^>]*\bkatex-html\b)", html)
    drawings = []
    for part in parts:
        depth = 0
        for span in re.finditer("<(/?)span", part):
            depth += -1 if span[1] else 1
            if not depth:
                break
        begin = part.index(">") + 1
        page += f"{part[:begin]}<!--drawing {len(drawings)}-->{part[span.start() :]}"
        drawings.append(part[begin : span.start()])
    return page, drawings


def with_drawings(html, drawings):
    """The page whose formulas can be seen again."""
    return re.sub("<!--drawing ([0-9]+)-->", lambda mark: drawings[int(mark[1])], html)


def following(block, name):
    """What comes right after a block, as far as it has this class."""
    while (block := block.find_next_sibling()) and name in block.get("class", ()):
        yield block


@dataclass
class Page:
    """A page that is about to be written: what its template is given, and its body, parsed."""

    app: Any
    name: str
    context: dict
    soup: BeautifulSoup

    def link(self, target, resource=False):
        """The relative address of another page, or of a file of the site."""
        return self.context["pathto"](target, resource)


def change_page(steps, app, name, template, context, doctree):
    """Do all the steps, each a function of the page."""
    if "body" in context:
        body, drawings = without_drawings(context["body"])
        page = Page(app, name, context, fragment(body))
        for step in steps:
            step(page)
        context["body"] = with_drawings(str(page.soup), drawings)


@dataclass
class Site:
    """The finished site: its folder, and the text of each page."""

    folder: Path
    pages: dict[Path, str]

    @property
    def static(self):
        return self.folder / "_static"


def change_site(text_steps, site_steps, app, error):
    """Do the steps, functions of a page's text and path, and of the site. What an earlier build left has had them."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    pages = sorted([*folder.glob("*.html"), *folder.glob("book/*.html")])
    read = {path: path.read_text(encoding="utf-8") for path in pages}
    site = Site(folder, dict(read))
    for step in text_steps:
        site.pages = {path: step(text, path) for path, text in site.pages.items()}
    for step in site_steps:
        step(site)
    for path, text in site.pages.items():
        if text != read[path]:
            path.write_text(text, encoding="utf-8")
