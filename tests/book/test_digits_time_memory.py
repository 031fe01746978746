"""The page of digits, time and memory shows every line of its two files, what was missed and what is not known."""

import copy
import re

import matplotlib
import numpy as np
import pytest
from bs4 import BeautifulSoup
from docutils.nodes import Element

from book._ext import digits_time_memory
from tools.measuring import accuracy_sets, bench

DATA = digits_time_memory.load()
BENCH, ACCURACY = DATA["benchmarks"], DATA["accuracy"]
PAGE = (digits_time_memory.ROOT / "book" / "digits-time-memory.md").read_text(encoding="utf-8")
PEERS = {"SciPy", "scikit-learn", "PyTorch", "Optax"}


def html(node):
    """The node as HTML, near enough to look at its structure."""
    if not isinstance(node, Element):
        return str(node)
    names = {"literal": "code", "paragraph": "p", "bullet_list": "ul", "list_item": "li"}
    name = node.get("tag") or names[node.tagname]
    attributes = {"class": " ".join(node["classes"]), **node.get("html", {})}
    written = "".join(f' {key}="{value}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{''.join(map(html, node.children))}</{name}>"


def shown(what, data=DATA):
    return BeautifulSoup("".join(map(html, digits_time_memory.WORDS[what](data))), "html.parser")


def cells(what, data=DATA):
    """The rows of a table under its headings: dictionaries by column."""
    table = shown(what, data).table
    columns = [th.get_text() for th in table.thead.select("th")]
    rows = []
    for tr in table.select("tbody tr:not(.group)"):
        assert [td["data-label"] for td in tr.select("td")] == columns[1:]
        rows.append(dict(zip(columns, [cell.get_text() for cell in tr.select("th, td")], strict=True)))
    return rows


# The files --------------------------------------------------------------------------------------------


def test_the_files_say_where_and_with_what():
    for result in DATA.values():
        assert result["machine"]["processor"]
        assert result["machine"]["cores"] >= 1
        peers = PEERS - ({"scikit-learn"} if result is ACCURACY else set())
        assert peers == (set(result["versions"]) & PEERS) | set(result["missing"])


def test_every_line_that_is_measured_is_in_the_files():
    assert [(line["function"], line["set"]) for line in ACCURACY["lines"]] == accuracy_sets.CASES
    for line in ACCURACY["lines"]:
        goal = accuracy_sets.allowed(line["function"], line["set"])
        assert line["target"] == (None if goal == np.inf else goal)
    speed = {(row["task"], tuple(row["shape"]), row["dtype"], row["peer"]): row for row in BENCH["speed"]}
    assert len(speed) == len(BENCH["speed"])
    for line in bench.LINES:
        for peer, goal in line.goals.items():
            row = speed[(line.task, line.shape, line.dtype, peer)]
            assert row["goal"] == goal
            assert (row["ratio"] is None) == (peer in BENCH["missing"])
    memory = {(row["task"], tuple(row["shape"]), row["dtype"], row["library"]): row for row in BENCH["memory"]}
    for line in bench.MEMORY_LINES:
        assert memory[(line.task, line.shape, line.dtype, "crossentropy")]["goal"] == line.goals["crossentropy"]
    growth = {(row["along"], row["library"]) for row in BENCH["growth"]}
    assert growth >= {(along, library) for along in bench.GROWTH for library in ("crossentropy", "SciPy")}
    assert BENCH["import"]["goal_ms"] == bench.IMPORT_GOAL


# The page ---------------------------------------------------------------------------------------------


def test_the_page_shows_everything_once():
    directives = re.findall(r"^```\{digits-time-memory\} (\w+)$", PAGE, re.M)
    assert sorted(directives) == sorted([*digits_time_memory.WORDS, *digits_time_memory.PICTURES])


def test_no_result_is_typed():
    """In the prose: no decimal fraction, no unit of time, no percentage, no version, no date."""
    prose = re.sub(r"^```\{digits-time-memory\}.*?^```$", "", PAGE, flags=re.M | re.S)
    assert not re.findall(r"\d\.\d|\d ?(?:ms|MB|kB|%|times|seconds|minutes)\b|20\d\d", prose)


def test_machine_and_versions_are_told_without_a_date():
    text = shown("machine").get_text()
    for result in DATA.values():
        assert result["machine"]["processor"] in text
        assert all(f"{library} {version}" in text for library, version in result["versions"].items())
        assert result["machine"]["date"] not in text


@pytest.mark.parametrize("what", ["digits", "errors", "speed", "memory"])
def test_table_is_accessible(what):
    table = shown(what).table
    assert table.caption.get_text()
    assert {th["scope"] for th in table.thead.select("th")} == {"col"}
    assert all(tr.th["scope"] == "row" for tr in table.select("tbody tr:not(.group)"))


def test_every_row_is_shown():
    for row, line in zip(cells("speed"), BENCH["speed"], strict=True):
        assert row["Size"].replace(",", "") == f"{' × '.join(map(str, line['shape']))} {line['dtype']}"
        found = row["Beside"], row["Ours, ms"], row["Theirs, ms"], row["Ratio"]
        assert found == (line["peer"], *(digits_time_memory.measured(line[x]) for x in ("ours_ms", "peer_ms", "ratio")))
    for row, line in zip(cells("memory"), BENCH["memory"], strict=True):
        assert row["Library"] == digits_time_memory.called(line["library"])
        assert row["Extra, MB"] == digits_time_memory.measured(line["extra_mb"])
        assert row["Share"] == digits_time_memory.measured(line["share"])
    for row, line in zip(cells("errors"), ACCURACY["lines"], strict=True):
        assert row["Inputs"] == line["set"]
        for library in ("SciPy", "PyTorch", "Optax"):
            if library in line:
                assert row[library] == " / ".join(map(digits_time_memory.error, line[library]))
        assert row["Ours"] == " / ".join(map(digits_time_memory.error, line["crossentropy"]))


def test_the_short_table_holds_the_worst_of_the_long_one():
    rows = {row["Function"]: row for row in cells("digits")}
    functions = {line["function"] for line in ACCURACY["lines"]}
    assert functions <= rows.keys()
    assert len(rows) == len({(line["function"], line["target"]) for line in ACCURACY["lines"]})
    assert rows["kl_divergence"]["PyTorch"].startswith("lost (")
    lines = [line["crossentropy"][0] for line in ACCURACY["lines"] if line["function"] == "js_divergence"]
    assert (
        rows["js_divergence"]["Ours"]
        == f"{digits_time_memory.error(max(lines))} ({digits_time_memory.error(lines[0])})"
    )
    assert rows["js_divergence"]["PyTorch"] == "–"
    assert rows["logsumexp, answer near 0"]["Goal"] == "–"


def test_a_missed_goal_is_shown_as_missed():
    data = copy.deepcopy(DATA)
    speed, memory = data["benchmarks"]["speed"], data["benchmarks"]["memory"]
    for line in speed:
        line["goal"] = 0.25
        line["ratio"] = 0.2
    for line in memory:
        line["goal"], line["share"] = 0.02, 0.02
    for line in data["accuracy"]["lines"]:
        line["target"], line["crossentropy"] = 4, [4.0, 0.5]
    data["benchmarks"]["import"] |= {"extra_ms": 5, "goal_ms": 5}
    for what in ("speed", "memory", "errors", "digits"):
        assert {row["Goal"].split(", ")[1] for row in cells(what, data)} == {"reached"}
        assert not shown(what, data).select(".missed")
    assert "missed" not in shown("goals", data).get_text()
    assert "was reached" in shown("import", data).get_text()

    speed[3]["ratio"], memory[2]["share"] = 0.251, 0.0201
    data["accuracy"]["lines"][7]["crossentropy"] = ["lost", 0.1]
    data["benchmarks"]["import"]["extra_ms"] = 5.01
    for what, index in (("speed", 3), ("memory", 2), ("errors", 7)):
        rows = cells(what, data)
        assert [i for i, row in enumerate(rows) if row["Goal"].endswith("missed")] == [index]
        assert len(shown(what, data).select("strong.missed")) == 1
    missed = [row["Function"] for row in cells("digits", data) if row["Goal"].endswith("missed")]
    assert missed == [data["accuracy"]["lines"][7]["function"]]
    goals = shown("goals", data).select("li")
    assert [li.get_text().split(", ", 1)[1] for li in goals] == ["1 missed."] * 4
    assert "was missed" in shown("import", data).get_text()


def test_what_is_absent_is_not_measured():
    data = copy.deepcopy(DATA)
    data["accuracy"]["missing"] = ["PyTorch"]
    data["benchmarks"]["missing"] = ["PyTorch"]
    for line in data["accuracy"]["lines"]:
        line.pop("PyTorch", None)
    for line in data["benchmarks"]["speed"]:
        if line["peer"] == "PyTorch":
            line |= {"ours_ms": None, "peer_ms": None, "ratio": None}
    for line in data["benchmarks"]["memory"]:
        line |= {"extra_mb": None, "share": None}
    for line in data["benchmarks"]["growth"]:
        line["extra_mb"] = None
    absent = [row for row in cells("speed", data) if row["Beside"] == "PyTorch"]
    assert {row["Ratio"] for row in absent} == {"not measured"}
    assert all(row["Goal"] == "–" or row["Goal"].endswith("not measured") for row in absent)
    assert {row["PyTorch"] for row in cells("errors", data)} == {"not measured"}
    assert {row["PyTorch"] for row in cells("digits", data)} == {"not measured"}
    assert {row["Share"] for row in cells("memory", data)} == {"not measured"}
    assert shown("machine", data).get_text().count("not measured: PyTorch.") == 2
    assert f"{len(bench.MEMORY_LINES)} not measured." in shown("goals", data).get_text()
    figure = digits_time_memory.ratios(data)[0]
    assert "PyTorch" not in [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(digits_time_memory.growth(data)[0].axes) == 2  # time alone


# The pictures -----------------------------------------------------------------------------------------


def test_every_ratio_is_a_mark():
    figure, alt, caption = digits_time_memory.ratios(DATA)
    (axes,) = figure.axes
    found = [line for line in axes.lines if line.get_gid() == "ratio"]
    lines = [line for line in BENCH["speed"] if line["ratio"] is not None]
    assert [line.get_xdata()[0] for line in found] == [line["ratio"] for line in lines]
    shapes = [(line.get_marker(), line.get_color()) for line in found]
    assert shapes == [digits_time_memory.MARKS[line["peer"]] for line in lines]
    assert axes.get_xscale() == "log"
    low, high = axes.get_xlim()
    assert low < min(line["ratio"] for line in lines) < max(line["ratio"] for line in lines) < high
    at_one = [line for line in axes.lines if line.get_gid() == "1"]
    assert [tuple(line.get_xdata()) for line in at_one] == [(1, 1)] * len({line["task"] for line in lines})
    rows = {(line["task"], *line["shape"], line["dtype"]) for line in lines}
    assert len(axes.get_yticks()) == len(rows) == len({float(line.get_ydata()[0]) for line in found})
    named = {text.get_text() for text in figure.legends[0].get_texts()}
    assert named == {line["peer"] for line in lines}
    assert f"of {len(lines)} ratios {sum(line['ratio'] < 1 for line in lines)} lie left" in alt
    assert "line at 1" in caption


def test_growth_is_drawn_to_the_end():
    figure, alt, _ = digits_time_memory.growth(DATA)
    curves = [line for axes in figure.axes for line in axes.lines]
    known = [field for field in ("ms", "extra_mb") if any(row[field] is not None for row in BENCH["growth"])]
    assert sum(len(line.get_xdata()) for line in curves) == len(known) * len(BENCH["growth"])
    assert {(axes.get_xscale(), axes.get_yscale()) for axes in figure.axes} == {("log", "log")}
    for row in BENCH["growth"]:
        assert f"{row['shape'][row['along'] == 'classes']:,}" in alt or row["shape"][row["along"] == "classes"] > 10


@pytest.mark.parametrize("name", digits_time_memory.PICTURES)
def test_picture_is_saved_the_same_each_time(name, tmp_path, monkeypatch):
    monkeypatch.setattr(digits_time_memory, "ROOT", tmp_path)
    before = dict(matplotlib.rcParams)
    texts = []
    for _ in range(2):
        node = digits_time_memory.drawn(digits_time_memory.PICTURES[name], DATA, tmp_path / "x" / f"{name}.svg")
        texts.append((tmp_path / "x" / f"{name}.svg").read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    assert "<dc:date>" not in texts[0]
    assert len(node.children[0]["alt"]) > 100
    assert node.children[0]["uri"] == f"/x/{name}.svg"
    assert node["classes"] == ["drawn"]  # book.css turns its lightness round in the dark
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    ("value", "printed"),
    [(None, "not measured"), (1234.0, "1,230"), (0.30, "0.3"), (0.302, "0.302"), (7.0, "7"), (0.00001, "0")],
)
def test_measured(value, printed):
    assert digits_time_memory.measured(value) == printed


@pytest.mark.parametrize(
    ("value", "printed"), [(0.0, "0"), (0.517, "0.52"), (32.8, "33"), (8.95e15, "9 · 10¹⁵"), ("lost", "lost")]
)
def test_error(value, printed):
    assert digits_time_memory.error(value) == printed
