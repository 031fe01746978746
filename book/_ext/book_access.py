"""What the theme leaves unsaid to those who hear a page, mended when it is done."""

from pathlib import Path

MENDS = (
    # The title and the search button stand in no landmark.
    (
        '<div id="pst-primary-sidebar"',
        '<div role="region" aria-label="The book" id="pst-primary-sidebar"',
    ),
    # A button is called by what it shows, here "Search Ctrl + K".
    ('title="Search" aria-label="Search"', 'title="Search"'),
    # The list of sources is a list.
    (' role="doc-biblioentry"', ' role="listitem"'),
)


def mended(text):
    """The page with every mend. Mending twice changes nothing."""
    for before, after in MENDS:
        text = text.replace(before, after)
    return text


def mend(app, error):
    if error or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if (better := mended(text)) != text:
            page.write_text(better, encoding="utf-8")


def setup(app):
    app.connect("build-finished", mend, priority=940)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
