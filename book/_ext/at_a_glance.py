"""Under the title of a chapter: how long it takes, and what it builds on.

The minutes are those of the table on the first page.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What a reader must have read, chapter by chapter: the nearest ones.
BUILDS_ON = {
    "information": ["index"],
    "entropy": ["information"],
    "kl-divergence": ["entropy"],
    "cross-entropy": ["kl-divergence"],
    "losses": ["cross-entropy"],
    "two-classes": ["losses"],
    "many-classes": ["losses"],
    "squared-error": ["losses"],
    "training": ["losses"],
    "losing-no-digits": ["losses"],
}
TITLES = {"index": "ten minutes of probability"}
LINE = '<p class="at-a-glance">About {minutes} minutes, and as long again with the exercises. Builds on {links}.</p>'


def minutes(index):
    """The reading times of the table on the first page, by chapter."""
    found = re.findall(r"\{doc\}`([\w-]+)` \|.*\| (\d+) \|", index)
    return {page: int(number) for page, number in found}


def add_line(app, page, template, context, doctree):
    """Put the line behind the heading."""
    name = Path(page).name
    if name not in BUILDS_ON or "</h1>" not in context.get("body", ""):
        return
    index = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    links = []
    for earlier in BUILDS_ON[name]:
        target = f"book/{earlier}"
        title = TITLES.get(earlier) or app.env.titles[target].astext()
        links.append(f'<a href="{context["pathto"](target)}">{title}</a>')
    line = LINE.format(minutes=minutes(index)[name], links=" and ".join(links))
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{line}", 1)


def setup(app):
    app.connect("html-page-context", add_line, priority=450)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
