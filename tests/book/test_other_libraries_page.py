"""The page of other libraries: each group and row of the data file is shown, and read without a mouse."""

import pytest
from bs4 import BeautifulSoup
from docutils.nodes import Element

from book._ext import other_libraries
from tools.measuring.libraries import TABLE

PAGE = (other_libraries.ROOT / "book" / "other-libraries.md").read_text(encoding="utf-8")


def html(node):
    """The node as HTML, near enough to look at its structure."""
    if not isinstance(node, Element):
        return str(node)
    name = node.get("tag") or {"literal": "code", "reference": "a", "paragraph": "p"}[node.tagname]
    attributes = {"class": " ".join(node["classes"]), "id": " ".join(node["ids"]), **node.get("html", {})}
    written = "".join(f' {key}="{value}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{''.join(map(html, node.children))}</{name}>"


def soup(node):
    return BeautifulSoup(html(node), "html.parser")


def test_the_page_shows_every_group_once_and_in_order():
    shown = [line.split()[1] for line in PAGE.splitlines() if line.startswith("```{other-libraries} ")]
    assert shown == ["names", "libraries", *TABLE["group"]]


@pytest.mark.parametrize("group", TABLE["group"])
def test_table_is_whole_and_accessible(group):
    table = soup(other_libraries.group(group)).table
    rows = [row for row in TABLE["row"] if row["group"] == group]
    assert table.caption.get_text()
    assert [th["scope"] for th in table.thead.select("th")] == ["col"] * 4
    assert [body["id"] for body in table.select("tbody")] == [f"other-libraries-{row['id']}" for row in rows]
    for body, row in zip(table.select("tbody"), rows, strict=True):
        heading, cells, traps = body.select("tr")
        assert heading.th["scope"] == "rowgroup"
        assert [code.get_text() for code in heading.select("code")] == [row["call"], row["same"]]
        assert ("Not executed" in heading.get_text()) == ("not_executed" in row)
        assert [td["data-label"] for td in cells.select("td")] == list(other_libraries.COLUMNS)
        for field in ("order", "expects", "axis"):
            assert row[field] in cells.get_text()
        for trap in row["traps"]:
            assert trap["says"].replace("`", "") in traps.get_text()
            assert trap.get("code", "") in traps.get_text()
            gives = trap.get("gives", "")
            told = f" raises {gives}" if isinstance(gives, str) else f" gives {other_libraries.number(gives)}"
            assert "gives" not in trap or told in traps.get_text()
        assert traps.get_text().count(" and a warning") == sum(trap.get("warns", False) for trap in row["traps"])


def test_libraries_are_counted():
    table = soup(other_libraries.libraries()).table
    lines = {tr.th.get_text(): [td.get_text() for td in tr.select("td")] for tr in table.select("tbody tr")}
    assert len(lines) == len(TABLE["library"])
    assert lines["TensorFlow"][:2] == ["–", "0 of 3"]
    assert lines["PyTorch"][0] == "2.13.0"
    assert "make test-all" in lines["PyTorch"][1]


def test_names_are_code_that_runs():
    names = {}
    exec(other_libraries.names(), names)
    for name, value in TABLE["inputs"].items():
        assert names[name] == value if isinstance(value, int) else names[name].tolist() == value
    assert max(map(len, other_libraries.names().splitlines())) <= 88


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.10832, "0.1083"),
        (-1.0, "−1"),
        (float("inf"), "∞"),
        (float("nan"), "NaN"),
        (1e-7, "10⁻⁷"),
        (-1e12, "−10¹²"),
        (6.814e-46, "6.814 · 10⁻⁴⁶"),
        ([3, 3], "[3, 3]"),
    ],
)
def test_numbers(value, printed):
    assert other_libraries.number(value) == printed
