"""Buttons in the header of a page: to the repository, where `_config.yml` knows its address, and to JupyterLite."""

import re
from pathlib import Path
from urllib.parse import quote

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}
NOTEBOOK = "lite/notebooks/index.html"


def show_repository(app, config):
    """Turn `repository.url` of _config.yml into the theme's buttons: all or none."""
    options = config.html_theme_options
    known = bool(options.get("repository_url"))
    options["launch_buttons"] = LAUNCH if known else {}
    for button in ("repository", "issues", "edit_page"):
        options[f"use_{button}_button"] = known


def lead_to_colab(page):
    """Let Colab's button open the copy that installs the package: branch `colab`."""
    for button in page.context.get("header_buttons", ()):
        for item in button.get("buttons", ()):
            if item.get("url", "").startswith(LAUNCH["colab_url"]):
                item["url"] = re.sub(r"/blob/[^/]+/", "/blob/colab/", item["url"])


def link_notebook(page):
    """A button in the page's header that opens the chapter in JupyterLite."""
    source = str(page.app.env.doc2path(page.name, base=False))
    if page.app.config.live_cells and source.endswith(".ipynb"):
        button = {
            "type": "link",
            "url": f"{page.link(NOTEBOOK, True)}?path={quote(Path(source).name)}",
            "tooltip": "Open this chapter as a notebook",
            "icon": "fas fa-book",
            "label": "open-notebook-button",
        }
        page.context["header_buttons"].insert(0, button)
