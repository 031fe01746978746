"""What a chapter offers to those who teach it: a line at its end."""

from pathlib import Path

DECKS = Path(__file__).parents[2] / "course" / "slides"
LINE = (
    '<p class="course">For teaching: <a href="{deck}">slides of this chapter</a>, '
    '<a href="{notes}">notes for the speaker</a>.</p>'
)


def link_slides(app, page, template, context, doctree):
    """Link the deck that tools/course/slides.py builds beside the pages."""
    if page not in app.env.found_docs or not (DECKS / f"{Path(page).name}.md").exists():
        return
    links = {
        name: context["pathto"](f"slides/{Path(page).name}{suffix}.html", 1)
        for name, suffix in (("deck", ""), ("notes", "-notes"))
    }
    context["body"] += LINE.format(**links)


def setup(app):
    app.connect("html-page-context", link_slides, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
