"""Each page is parsed once before it is written, and read once when all are; the steps stand in `setup`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup


def fragment(html):
    """Parsed HTML, as a page's body is parsed."""
    return BeautifulSoup(html, "html.parser")


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

    def is_notebook(self):
        env = self.app.env
        return self.name in env.found_docs and env.doc2path(self.name, base=False).endswith(".ipynb")


def change_page(steps, app, name, template, context, doctree):
    """Do all the steps, each a function of the page."""
    if "body" in context:
        page = Page(app, name, context, fragment(context["body"]))
        for step in steps:
            step(page)
        context["body"] = str(page.soup)


@dataclass
class Site:
    """The finished site: its folder, and the text of each page."""

    folder: Path
    pages: dict[Path, str]

    @property
    def static(self):
        return self.folder / "_static"

    def change(self, function):
        """Give every page the text that the function makes of its text and its path."""
        self.pages = {path: function(text, path) for path, text in self.pages.items()}


def change_site(steps, app, error):
    """Do all the steps, each a function of the site. Pages that an earlier build left have had them before."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    read = {path: path.read_text(encoding="utf-8") for path in [*folder.glob("*.html"), *folder.glob("book/*.html")]}
    site = Site(folder, dict(sorted(read.items())))
    for step in steps:
        step(site)
    for path, text in site.pages.items():
        if text != read[path]:
            path.write_text(text, encoding="utf-8")
