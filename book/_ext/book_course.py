"""What a chapter offers to those who teach it: a line at its end."""

import json
from pathlib import Path

LINE = (
    '<p class="course">For teaching: <a href="{deck}">slides of this chapter</a>, '
    '<a href="{notes}">notes for the speaker</a>.</p>'
)


def has_slides(path):
    """Whether a cell of the notebook carries slides."""
    path = Path(path)
    if path.suffix != ".ipynb":
        return False
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return any(cell["metadata"].get("slideshow", {}).get("deck") for cell in cells)


def link_slides(app, page, template, context, doctree):
    """Link the deck that tools/slides.py builds beside the pages."""
    if page not in app.env.found_docs or not has_slides(app.env.doc2path(page)):
        return
    links = {
        name: context["pathto"](f"slides/{Path(page).name}{suffix}.html", 1)
        for name, suffix in (("deck", ""), ("notes", "-notes"))
    }
    context["body"] += LINE.format(**links)


def setup(app):
    app.connect("html-page-context", link_slides, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
