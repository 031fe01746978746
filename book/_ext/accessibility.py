"""What the theme and the extensions leave unsaid to those who hear a page."""

import re

#: 0.52 (0.52), 9 · 10¹⁵, −3.1%, lost (450), –
NUMBER = re.compile(r"(?:lost|[−+]?\d)?[\d.,·()%×⁰¹²³⁴-⁹⁻−–\s]*")
MENDS = {
    # The title and the search button stand in no landmark.
    '<div id="pst-primary-sidebar"': '<div role="region" aria-label="The book" id="pst-primary-sidebar"',
    # British English, as the slides and the notebooks; and no script in an attribute (tools/site/policy.py).
    '<html lang="en"': '<html lang="en-GB"',
    ' onclick="window.print()"': " data-print",
    # A button is called by what it shows, here "Search Ctrl + K".
    'title="Search" aria-label="Search"': 'title="Search"',
    '"Color mode"': '"Light or dark"',
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


def align_numbers(page):
    """A column of numbers stands to the right, so that their digits can be compared."""
    for table in page.soup.select("table"):
        rows = [row.find_all(["td", "th"], recursive=False) for row in table.select("tbody tr")]
        for column in zip(*(row for row in rows if not row[0].has_attr("colspan")), strict=False):
            texts = [cell.get_text(strip=True) for cell in column]
            if any(map(str.isdigit, "".join(texts))) and all(map(NUMBER.fullmatch, texts)):
                heads = [head.select("th, td")[rows[-1].index(column[-1])] for head in table.select("thead tr")]
                for cell in (*heads, *column):
                    cell["class"] = [*cell.get("class", ()), "number"]


def mend_theme(text, path):
    """Every mend. Mending twice changes nothing."""
    for before, after in MENDS.items():
        text = text.replace(before, after)
    return text
