"""Live cells on the pages that have code.

The scripts and Python come from `tools.site.live prepare`; where it found no Python, the pages are without both.
"""

import json
from pathlib import Path

from .pages import fragment

WEB = Path("_build", "web")  # in the folder of the book's settings
BAR = """<div class="live-bar" data-megabytes="{}">
<button type="button" class="live-all">Run this page</button>
<p class="live-status" role="status">The cells can be changed and run here. The first run loads {} MB.</p>
<progress hidden aria-label="Loading Python" max="1" value="0"></progress>
<span class="live-detail" aria-hidden="true"></span>
<button type="button" class="live-cancel" hidden>Cancel</button>
<p class="live-unserved">The scripts of this page don't run here, so its cells can only be read. To run them, start
<code>python serve.py</code> in the book's folder, and open the address that it prints.</p>
</div>"""


def find_runtime(app, config):
    """Publish the scripts and Python, if they are there."""
    facts = Path(app.confdir, WEB, "runtime.json")
    config.live_cells = facts.read_text(encoding="utf-8") if facts.is_file() else ""
    if config.live_cells:
        config.html_static_path.append(str(Path(app.confdir, WEB, "static")))
        app.add_css_file("live/live-style.css")


def leave_out_sums(page):
    """A cell's lines `# numbers:` say to a test how the numbers of its caption are made; no reader needs them."""
    for note in page.soup.select("div.cell_input pre span.c1"):
        if note.get_text().startswith("# numbers:"):
            if note.next_sibling:
                note.next_sibling.replace_with(str(note.next_sibling).removeprefix("\n"))
            note.decompose()


def add_bar(page):
    """Put the bar before the first cell of code, and load the script."""
    first = page.soup.select_one("div.cell:has(.cell_input pre)")
    if first and page.app.config.live_cells:
        megabytes = round(json.loads(page.app.config.live_cells)["total"] / 1e6)
        first.insert_before(fragment(BAR.format(megabytes, megabytes)))
        page.app.add_js_file("live/live.js", type="module")
