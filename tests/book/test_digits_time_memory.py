"""The page of digits, time and memory shows every row of its two records, what was missed and what is not known."""

import copy
import re

import matplotlib
import numpy as np
import pytest
from bs4 import BeautifulSoup
from docutils.nodes import Element

from book._ext import digits_time_memory
from tools.measuring import accuracy, bench, factors
from tools.measuring.libraries import LIBRARIES, OURS

DATA = digits_time_memory.load()
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


# The records ------------------------------------------------------------------------------------------


def test_the_records_say_where_and_with_what():
    for name, told in DATA["provenance"].items():
        assert told["machine"]["processor"]
        assert told["machine"]["cores"] >= 1
        assert set(told["versions"]) & PEERS == PEERS - ({"scikit-learn"} if name == "accuracy" else set())


def test_every_line_that_is_measured_is_in_the_records():
    assert [(row["function"], row["set"]) for row in DATA["accuracy"]] == accuracy.CASES
    for row in DATA["accuracy"]:
        assert row["goal"] == accuracy.goal(row["function"], row["set"])
        task = accuracy.TASKS[row["function"]]
        assert row.keys() - {"section", "function", "set", "goal"} == {
            LIBRARIES[key]["name"] for key in LIBRARIES if key in task
        }
    speed = {(row["task"], tuple(row["shape"]), row["dtype"], row["peer"]): row for row in DATA["speed"]}
    calls = [(line, key) for line in bench.LINES for key in LIBRARIES if key in bench.TASKS[line.task] and key != OURS]
    assert len(speed) == len(DATA["speed"]) == len(calls)
    for line, key in calls:
        row = speed[(line.task, line.shape, line.dtype, LIBRARIES[key]["name"])]
        assert row["goal"] == line.goals.get(key)
        assert row["ratio"] > 0
    memory = {(row["task"], tuple(row["shape"]), row["dtype"], row["library"]): row for row in DATA["memory"]}
    for line in bench.MEMORY_LINES:
        assert memory[(line.task, line.shape, line.dtype, OURS)]["goal"] == line.goals[OURS]
    wanted = [
        (row.task, row.inputs, row.gradient, shape, np.dtype(dtype).name, row.goal)
        for shape in (factors.MANY, factors.TEN)
        for dtype in (np.float64, np.float32)
        for rows in (factors.losses, factors.activations)
        for row in rows(*factors.table((2, shape[1]), dtype))
    ]
    for rows in digits_time_memory.by_instructions(DATA).values():
        fields = ("task", "inputs", "gradient", "shape", "dtype", "goal")
        assert [tuple(tuple(x) if isinstance(x := row[f], list) else x for f in fields) for row in rows] == wanted
    assert [row["goal"] for row in DATA["import"]] == [bench.IMPORT_GOAL]


# The page ---------------------------------------------------------------------------------------------


def test_the_page_shows_everything_once():
    directives = re.findall(r"^```\{digits-time-memory\} (\w+)$", PAGE, re.M)
    assert sorted(directives) == sorted([*digits_time_memory.WORDS, "ratios"])


def test_every_picture_has_a_caption():
    captions = dict(re.findall(r"^```\{digits-time-memory\} (\w+)\n(.+)\n```$", PAGE, re.M))
    assert list(captions) == ["ratios"]
    assert "line at 1" in captions["ratios"]


def test_no_result_is_typed():
    """In the prose: no decimal fraction, no unit of time, no percentage, no version, no date."""
    prose = re.sub(r"^```\{digits-time-memory\}.*?^```$", "", PAGE, flags=re.M | re.S)
    assert not re.findall(r"\d\.\d|\d ?(?:ms|MB|kB|%|times|seconds|minutes)\b|20\d\d", prose)


def test_machine_and_versions_are_told_without_a_date():
    text = shown("machine").get_text()
    for told in DATA["provenance"].values():
        assert told["machine"]["processor"] in text
        assert all(f"{library} {version}" in text for library, version in told["versions"].items())
        assert told["machine"]["date"] not in text
        assert told["machine"]["instructions"] in text
        assert told["machine"]["allocator"] in text
        assert told["machine"]["threads"] == 1


@pytest.mark.parametrize("what", ["digits", "errors", "factors", "factors_wide", "speed", "memory"])
def test_table_is_accessible(what):
    table = shown(what).table
    assert table.caption.get_text()
    assert {th["scope"] for th in table.thead.select("th")} == {"col"}
    assert all(tr.th["scope"] == "row" for tr in table.select("tbody tr:not(.group)"))


def test_every_row_is_shown():
    for row, line in zip(cells("speed"), DATA["speed"], strict=True):
        assert row["Size"].replace(",", "") == f"{' × '.join(map(str, line['shape']))} {line['dtype']}"
        found = row["Beside"], row["Ours, ms"], row["Theirs, ms"], row["Ratio"], row["Kept"]
        told = (digits_time_memory.measured(line[x]) for x in ("ours_ms", "peer_ms", "ratio", "kept"))
        assert found == (line["peer"], *told)
    for row, line in zip(cells("memory"), DATA["memory"], strict=True):
        assert row["Library"] == digits_time_memory.called(line["library"])
        assert row["Extra, MB"] == digits_time_memory.measured(line["extra_mb"])
        assert row["Share"] == digits_time_memory.measured(line["share"])
    for row, line in zip(cells("errors"), DATA["accuracy"], strict=True):
        assert row["Inputs"] == line["set"]
        for library in ("SciPy", "PyTorch", "Optax"):
            if library in line:
                assert row[library] == " / ".join(map(digits_time_memory.error, line[library]))
        assert row["Ours"] == " / ".join(map(digits_time_memory.error, line["crossentropy"]))


@pytest.mark.parametrize("which", [0, -1])
def test_every_factor_is_shown(which):
    """With the narrow instructions first; in bold what misses its goal or takes longer than SciPy."""
    instructions, rows = list(digits_time_memory.by_instructions(DATA).items())[which]
    table = shown("factors_wide" if which else "factors").table
    assert table.caption.get_text().startswith(f"With {instructions}:")
    told = [td.get_text() for td in table.select("tbody td") if td.get_text() != "–"]
    assert sorted(told) == sorted(f"{row['factor']:.2g} ({row['ratio']:.2g})" for row in rows)
    bold = [row for row in rows if row["factor"] > row["goal"] or row["ratio"] > 1]
    assert len(table.select("strong.missed")) == len(bold)
    text = shown("goals").get_text()
    reached, quick = sum(row["factor"] <= row["goal"] for row in rows), sum(row["ratio"] <= 1 for row in rows)
    assert f"with {instructions}: {reached} of {len(rows)} goals reached" in text
    assert f"in {quick} of {len(rows)} no longer than SciPy" in text


def test_without_wide_instructions_there_is_one_table():
    data = {"factors": [row for row in DATA["factors"] if row["instructions"] == "AVX2"]}
    assert shown("factors", data).table
    assert not shown("factors_wide", data).table


def test_the_short_table_holds_the_worst_of_the_long_one():
    rows = {row["Function"]: row for row in cells("digits")}
    functions = {line["function"] for line in DATA["accuracy"]}
    assert functions <= rows.keys()
    assert len(rows) == len({(line["function"], line["goal"]) for line in DATA["accuracy"]})
    assert rows["kl_divergence"]["PyTorch"].startswith("lost (")
    lines = [line["crossentropy"][0] for line in DATA["accuracy"] if line["function"] == "js_divergence"]
    assert (
        rows["js_divergence"]["Ours"]
        == f"{digits_time_memory.error(max(lines))} ({digits_time_memory.error(lines[0])})"
    )
    assert rows["js_divergence"]["PyTorch"] == "–"
    assert rows["logsumexp, answer near 0"]["Goal"] == "–"


@pytest.mark.slow
def test_a_missed_goal_is_shown_as_missed():
    data = copy.deepcopy(DATA)
    speed, memory = data["speed"], data["memory"]
    for line in speed:
        line["goal"] = 0.25
        line["ratio"] = 0.2
    for line in memory:
        line["goal"], line["share"] = 0.02, 0.02
    for line in data["accuracy"]:
        line["goal"], line["crossentropy"] = 4, [4.0, 0.5]
    data["import"][0] |= {"extra_ms": 5, "goal": 5}
    for what in ("speed", "memory", "errors", "digits"):
        assert {row["Goal"].split(", ")[1] for row in cells(what, data)} == {"reached"}
        assert not shown(what, data).select(".missed")
    assert not any("missed" in li.get_text() for li in shown("goals", data).select("li")[:4])
    assert "was reached" in shown("import", data).get_text()

    speed[3]["ratio"], memory[2]["share"] = 0.251, 0.0201
    data["accuracy"][7]["crossentropy"] = ["lost", 0.1]
    data["import"][0]["extra_ms"] = 5.01
    for what, index in (("speed", 3), ("memory", 2), ("errors", 7)):
        rows = cells(what, data)
        assert [i for i, row in enumerate(rows) if row["Goal"].endswith("missed")] == [index]
        assert len(shown(what, data).select("strong.missed")) == 1
    missed = [row["Function"] for row in cells("digits", data) if row["Goal"].endswith("missed")]
    assert missed == [data["accuracy"][7]["function"]]
    goals = shown("goals", data).select("li")
    assert [li.get_text().split(", ", 1)[1] for li in goals[:4]] == ["1 missed."] * 4
    assert "was missed" in shown("import", data).get_text()


def test_memory_that_the_system_does_not_tell_is_not_measured():
    data = copy.deepcopy(DATA)
    for line in data["memory"]:
        line |= {"extra_mb": None, "share": None}
    assert {row["Share"] for row in cells("memory", data)} == {"not measured"}
    assert all(row["Goal"] == "–" or row["Goal"].endswith("not measured") for row in cells("memory", data))
    assert f"{len(bench.MEMORY_LINES)} not measured." in shown("goals", data).get_text()


def test_libraries_that_were_not_measured_are_not_shown():
    data = copy.deepcopy(DATA)
    data["speed"] = [line for line in data["speed"] if line["peer"] != "PyTorch"]
    for line in data["accuracy"]:
        line.pop("PyTorch", None)
    assert "PyTorch" not in cells("errors", data)[0]
    assert "PyTorch" not in cells("digits", data)[0]
    figure = digits_time_memory.ratios(data)[0]
    assert "PyTorch" not in [text.get_text() for text in figure.legends[0].get_texts()]


# The pictures -----------------------------------------------------------------------------------------


def test_every_ratio_is_a_mark():
    figure, alt = digits_time_memory.ratios(DATA)
    (axes,) = figure.axes
    found = [line for line in axes.lines if line.get_gid() == "ratio"]
    lines = [line for line in DATA["speed"] if line["ratio"] is not None]
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
    kept = [line for line in axes.lines if line.get_gid() == "kept"]
    assert [line.get_xdata()[0] for line in kept] == [line["kept"] for line in lines]
    assert f"{sum(line['kept'] < 1 for line in lines)} of {len(lines)} lie left" in alt
    assert low < min(line["kept"] for line in lines) < max(line["kept"] for line in lines) < high


def test_without_kept_memory_there_are_no_open_marks():
    data = copy.deepcopy(DATA)
    for line in data["speed"]:
        line["kept"] = None
    figure, alt = digits_time_memory.ratios(data)
    assert not [line for line in figure.axes[0].lines if line.get_gid() == "kept"]
    assert "open" not in alt
    assert {row["Kept"] for row in cells("speed", data)} == {"not measured"}


@pytest.mark.slow
def test_picture_is_saved_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(digits_time_memory, "ROOT", tmp_path)
    before = dict(matplotlib.rcParams)
    texts = []
    for _ in range(2):
        node = digits_time_memory.drawn(DATA, tmp_path / "x" / "ratios.svg", "A `caption`.")
        texts.append((tmp_path / "x" / "ratios.svg").read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    assert "<dc:date>" not in texts[0]
    assert len(node.children[0]["alt"]) > 100
    assert node.children[0]["uri"] == "/x/ratios.svg"
    assert node.children[1].astext() == "A caption."
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
