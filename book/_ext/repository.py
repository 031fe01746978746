"""Links to the repository, where `_config.yml` knows its address."""

import re

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}


def show_buttons(app, config):
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
