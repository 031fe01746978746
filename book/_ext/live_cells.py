"""Live cells on the pages that have code.

The scripts and Python come from `tools.site.live prepare`; where it found no Python, the pages are without both.
"""

import json
from pathlib import Path

from .pages import fragment

WEB = Path("_build", "web")  # in the folder of the book's settings
BAR = """<div class="live-bar" data-state="off">
<button type="button" class="live-all">Run this page</button>
<p class="live-status" role="status">The cells can be changed and run here. The first run loads {} MB.</p>
<progress hidden aria-label="Loading Python" max="1" value="0"></progress>
<span class="live-detail" aria-hidden="true"></span>
</div>"""


def find_runtime(app, config):
    """Publish the scripts and Python, if they are there."""
    facts = Path(app.confdir, WEB, "runtime.json")
    config.live_cells = facts.read_text(encoding="utf-8") if facts.is_file() else ""
    if config.live_cells:
        config.html_static_path.append(str(Path(app.confdir, WEB, "static")))
        app.add_css_file("live/live-style.css")


def add_bar(page):
    """Put the bar before the first cell of code, and load the script."""
    first = page.soup.select_one("div.cell:has(.cell_input pre)")
    if first and page.app.config.live_cells:
        megabytes = round(json.loads(page.app.config.live_cells)["total"] / 1e6)
        first.insert_before(fragment(BAR.format(megabytes)))
        page.app.add_js_file("live/live.js", type="module")
