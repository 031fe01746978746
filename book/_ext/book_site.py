"""What the book needs beyond its theme: repository links, sound HTML, a lean site."""

import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}
UNUSED = ("scripts/fontawesome.*", "vendor", "*/*.map", "locales")
PUNCTUATION = re.compile(r"[.,;:!?)\]’”…–-]+")


def link_repository(app, config):
    """Turn `repository.url` of _config.yml into the theme's buttons: all or none."""
    options = config.html_theme_options
    known = bool(options.get("repository_url"))
    options["launch_buttons"] = LAUNCH if known else {}
    for button in ("repository", "issues", "edit_page"):
        options[f"use_{button}_button"] = known


def lead_to_colab(app, page, template, context, doctree):
    """Let Colab's button open the copy that installs the package: branch `colab`."""
    for button in context.get("header_buttons", ()):
        for item in button.get("buttons", ()):
            if item.get("url", "").startswith(LAUNCH["colab_url"]):
                item["url"] = re.sub(r"/blob/[^/]+/", "/blob/colab/", item["url"])


def sound_body(app, page, template, context, doctree):
    """Mend what the extensions leave in a page."""
    if "body" not in context:
        return
    body = BeautifulSoup(context["body"], "html.parser")
    # sphinx-proof and sphinx-exercise give every block of a page the same id.
    for name in ("proof", "proof-content", "exercise-content", "solution-content"):
        for tag in body.select(f".admonition > section#{name}, div.admonition#{name}"):
            del tag["id"]
    # A line may not break between a formula and the punctuation after it.
    for math in body.select("span.math"):
        after = math.next_sibling
        if isinstance(after, NavigableString) and (mark := PUNCTUATION.match(after)):
            after.replace_with(after[mark.end() :])
            math.wrap(body.new_tag("span", attrs={"class": "unbroken"})).append(mark[0])
    # myst-nb hides the button's text, "Show solution", from those who hear the page.
    for summary in body.select("details.hide > summary"):
        del summary["aria-label"]
    # The cells of a worked solution open and close with its text: no second button.
    for solution in body.select("div.solution.dropdown"):
        cell = solution.find_next_sibling()
        while cell and "tag_solution" in cell.get("class", ()):
            cell["class"].append("in-solution")
            for details in cell.select("details.hide"):
                details["open"] = ""
            cell = cell.find_next_sibling()
    context["body"] = str(body)


def prune(app, error):
    """Leave out of the site what no page asks for: two thirds of its weight."""
    static = Path(app.outdir, "_static")
    unused = {path for pattern in UNUSED for path in static.glob(pattern)}
    for path in unused:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app):
    app.connect("config-inited", link_repository)
    app.connect("html-page-context", sound_body)
    # After the theme has made its buttons.
    app.connect("html-page-context", lead_to_colab, priority=950)
    app.connect("build-finished", prune, priority=900)  # after the copying
    return {"parallel_read_safe": True, "parallel_write_safe": True}
