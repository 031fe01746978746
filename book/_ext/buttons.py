"""Buttons in the header of a page: to the repository, where `_config.yml` knows its address, and to JupyterLite."""

import os
import re
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from tools import edition

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}
NOTEBOOK = "lite/notebooks/index.html"


def name_edition(app, config):
    """At the foot of every page, and for `{citation}`: which edition this is."""
    options = config.html_theme_options
    options["extra_footer"] = re.sub(r"</p>\s*$", f" {edition.IN_WORDS}.</p>", options["extra_footer"])


def show_repository(app, config):
    """Turn `repository.url` of _config.yml into the theme's buttons: all or none."""
    options = config.html_theme_options
    known = bool(options.get("repository_url"))
    options["launch_buttons"] = LAUNCH if known else {}
    for button in ("repository", "issues", "edit_page"):
        options[f"use_{button}_button"] = known


def lead_to_notebooks(page):
    """Every button gives the notebook without the book's markup: Colab and Binder open the branch `colab`."""
    name = Path(page.name).name
    for group in page.context.get("header_buttons", ()):
        for button in list(group.get("buttons", ())):
            if button.get("url", "").startswith((LAUNCH["colab_url"], LAUNCH["binderhub_url"])):
                button["url"] = re.sub(r"(/blob/|/v2/gh/[^/]+/[^/]+/)[^/?]+", r"\1colab", button["url"], count=1)
            elif button.get("label") == "download-source-button":
                if is_notebook(page):
                    button |= {"url": page.link(f"notebooks/{name}.ipynb", True), "tooltip": "Download as a notebook"}
                    button["text"] = "Notebook"
                    page.app.add_js_file("take.js", type="module")
                else:
                    group["buttons"].remove(button)
            elif button.get("label") == "download-pdf-button":
                button["text"] = "Print, PDF"


def is_notebook(page):
    return str(page.app.env.doc2path(page.name, base=False)).endswith(".ipynb")


def link_notebook(page):
    """A button in the page's header that opens the chapter in JupyterLite."""
    if page.app.config.live_cells and is_notebook(page):
        button = {
            "type": "link",
            "url": f"{page.link(NOTEBOOK, True)}?path={Path(page.name).name}.ipynb",
            "tooltip": "Open this chapter as a notebook",
            "icon": "fas fa-book",
            "label": "open-notebook-button",
        }
        page.context["header_buttons"].insert(0, button)


def take_along(page):
    """What a browser may install; on the first page how to keep the book, and links to what was made of it."""
    manifest = f'<link rel="manifest" href="{page.link("manifest.webmanifest", True)}"/>'
    page.context["metatags"] = page.context.get("metatags", "") + manifest
    if page.name == page.app.config.root_doc:
        page.app.add_js_file("keep.js", type="module")
        made = {".take-away": page.app.config.take_away, ".lite": page.app.config.live_cells}
        for text in page.soup.select(", ".join(kind for kind in made if not made[kind]) or "none"):
            text.decompose()


def is_taken_away(app, config):
    """Whether `make take-away` builds the book, and a PDF and an EPUB of it afterwards."""
    config.take_away = bool(os.environ.get("TAKE_AWAY"))


class Citation(SphinxDirective):
    """`{citation}`: how to cite this edition, in words and for BibTeX."""

    def run(self):
        self.env.note_dependency(str(edition.ROOT / "CITATION.cff"))
        url = self.config.html_theme_options.get("repository_url")
        fields = {"title": f"{{{edition.TITLE}}}", "author": f"{{{edition.AUTHOR}}}", "year": edition.DATE.year}
        fields |= {"note": edition.IN_WORDS} | ({"url": url} if url else {})
        entry = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        words = f"*{edition.TITLE}*. {edition.IN_WORDS}.{f' {url}' if url else ''}"
        return self.parse_text_to_nodes(f"{words}\n\n```bibtex\n@book{{crossentropyfirstprinciples,\n{entry},\n}}\n```")
