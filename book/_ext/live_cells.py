"""Live cells on the pages that have code, and JupyterLite's link in their header.

The scripts and Python come from `tools/live.py prepare`; where it found no Python, the
pages are without both.
"""

import json
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

WEB = Path("_build", "web")  # in the folder of the book's settings
NOTEBOOK = "lite/notebooks/index.html"
BAR = """<div class="live-bar" data-state="off">
<button type="button" class="live-all">Run this page</button>
<p class="live-status" role="status">{invitation}</p>
<progress hidden aria-label="Loading Python" max="1" value="0"></progress>
<span class="live-detail" aria-hidden="true"></span>
</div>"""
INVITATION = "The cells can be changed and run here. The first run loads {} MB."


def find_runtime(app, config):
    """Publish the scripts and Python, if they are there."""
    facts = Path(app.confdir, WEB, "runtime.json")
    config.live_cells = facts.read_text(encoding="utf-8") if facts.is_file() else ""
    if config.live_cells:
        config.html_static_path.append(str(Path(app.confdir, WEB, "static")))
        # On every page, so that all pages share one style sheet.
        app.add_css_file("live/live-style.css")


def add_cells(app, page, template, context, doctree):
    """Put the bar before the first cell of code, and load the script."""
    if not app.config.live_cells or "cell_input" not in context.get("body", ""):
        return
    facts = json.loads(app.config.live_cells)
    body = BeautifulSoup(context["body"], "html.parser")
    first = body.select_one("div.cell:has(.cell_input pre)")
    if not first:
        return
    invitation = INVITATION.format(round(facts["total"] / 1e6))
    first.insert_before(BeautifulSoup(BAR.format(invitation=invitation), "html.parser"))
    context["body"] = str(body)
    app.add_js_file("live/live.js", type="module")


def link_notebook(app, page, template, context, doctree):
    """A button in the page's header that opens the chapter in JupyterLite."""
    source = app.env.doc2path(page, base=False) if page in app.env.found_docs else ""
    if not app.config.live_cells or not source.endswith(".ipynb"):
        return
    context["header_buttons"].insert(
        0,
        {
            "type": "link",
            "url": f"{context['pathto'](NOTEBOOK, 1)}?path={quote(Path(source).name)}",
            "tooltip": "Open this chapter as a notebook",
            "icon": "fas fa-book",
            "label": "open-notebook-button",
        },
    )


def setup(app):
    # What `prepare` made is a setting: when it changes, Sphinx writes the site anew.
    app.add_config_value("live_cells", "", "html", [str])
    app.connect("config-inited", find_runtime)
    app.connect("html-page-context", add_cells, priority=600)  # after the body is mended
    app.connect("html-page-context", link_notebook, priority=900)  # after the theme's own buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
