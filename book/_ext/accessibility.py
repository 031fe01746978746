"""What the theme and the extensions leave unsaid to those who hear a page."""

MENDS = {
    # The title and the search button stand in no landmark.
    '<div id="pst-primary-sidebar"': '<div role="region" aria-label="The book" id="pst-primary-sidebar"',
    # British English, as the slides and the notebooks; and no script in an attribute (tools/site/policy.py).
    '<html lang="en"': '<html lang="en-GB"',
    ' onclick="window.print()"': " data-print",
    # A button is called by what it shows, here "Search Ctrl + K".
    'title="Search" aria-label="Search"': 'title="Search"',
    # The list of sources is a list.
    ' role="doc-biblioentry"': ' role="listitem"',
}


def name_buttons(page):
    """myst-nb hides a button's text, "Show solution", behind a label."""
    for summary in page.soup.select("details.hide > summary"):
        del summary["aria-label"]


def leave_corners_empty(page):
    """An empty cell in the corner of a table is the heading of nothing."""
    for cell in page.soup.select("thead th"):
        if not cell.get_text(strip=True):
            cell.name = "td"


def mend_theme(text, path):
    """Every mend. Mending twice changes nothing."""
    for before, after in MENDS.items():
        text = text.replace(before, after)
    return text
