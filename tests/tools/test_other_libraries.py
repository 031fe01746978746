"""The table of other libraries says the truth: each row is executed, with its traps and its published examples.

`make test` executes the rows of SciPy and scikit-learn, `make test-all` those of the others: it names
itself in the variable FRAMEWORKS, and a library that it needs and does not find is a failure, never a skip.
"""

import importlib.metadata
import math
import os
import re
import warnings

import numpy as np
import pytest

import crossentropy as ce
from tools.measuring.libraries import CALLS, LIBRARIES, OURS, ROOT, TABLE, load

ROWS, LIBRARY = TABLE["row"], TABLE["library"]
COMMAND = os.environ.get("FRAMEWORKS", "make test")
RUN = [row for row in ROWS if "not_executed" not in row and LIBRARY[row["library"]]["test"] == COMMAND]
FIELDS = {*["id", "group", "library", "call", "same", "order", "expects", "labels"], *["axis", "reduction", "base"]}
FIELDS |= {"source", "traps"}


def each(rows, key=None):
    """Rows, or (row, entry) for each entry of a list in them, named for pytest."""
    if key is None:
        return [pytest.param(row, id=row["id"]) for row in rows]
    return [
        pytest.param(row, entry, id=f"{row['id']}-{i}")
        for row in rows
        for i, entry in enumerate(row.get(key, []))
        if key == "published" or "code" in entry
    ]


# Evaluation -----------------------------------------------------------------------------------------


def value(library, code, inputs):
    """The value of an expression over the library's imports and the inputs as its arrays, NumPy and this package."""
    loaded = load(library)
    return np.asarray(eval(code, loaded.names | {name: loaded.array(np.asarray(x)) for name, x in inputs.items()}))


def theirs(row, code, inputs):
    return value(row["library"], code, inputs)


def ours(row, code, inputs):
    """The same with NumPy arrays; SciPy's names too, for a right expression that is not in the package."""
    return value("scipy" if row["library"] == "scipy" else OURS, code, inputs)


def random_inputs(seed):
    """Inputs of the same kinds as those of the page, of other sizes."""
    rng = np.random.default_rng(seed)
    rows, classes = 6, 5
    drawn = {name: rng.dirichlet(np.ones(classes)) for name in "pq"}
    drawn |= {name: rng.dirichlet(np.ones(classes), rows) for name in "PQt"}
    drawn["joint"] = rng.dirichlet(np.ones(12)).reshape(3, 4)
    drawn["n"] = rng.integers(1, 30, (3, 4))
    drawn["k"] = rng.integers(classes)
    drawn["z"] = rng.normal(0, 3, (rows, classes))
    drawn["y"] = rng.integers(classes, size=rows)
    drawn["w"] = rng.uniform(0.5, 2, classes)
    drawn["s"] = rng.normal(0, 3, rows)
    drawn["c"] = rng.uniform(0.02, 0.98, rows)
    drawn["b"] = np.array([0.0, 1.0, *rng.integers(2, size=rows - 2)])
    drawn["X"], drawn["W"] = rng.normal(size=(rows, 3)), rng.normal(size=(classes, 3))
    return drawn


def assert_printed(value, printed):
    """The value is the printed one, to the four significant digits that are printed."""
    printed = np.asarray(printed, float)
    assert value.shape == printed.shape
    finite = np.isfinite(printed)
    np.testing.assert_array_equal(value[~finite], printed[~finite])
    value, printed = value[finite], printed[finite]
    unit = 10.0 ** (np.floor(np.log10(np.where(printed == 0, 1e-9, np.abs(printed)))) - 3)
    assert np.all(np.abs(value - printed) <= 0.501 * unit), (value, printed)


# What is executed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("library", sorted({row["library"] for row in RUN}))
def test_the_version_is_the_one_the_page_prints(library):
    package, lock = LIBRARY[library]["package"], ROOT / LIBRARY[library]["lock"]
    pinned = re.search(rf"^{re.escape(package)}==([\w.]+)", lock.read_text(encoding="utf-8"), re.M)[1]
    assert importlib.metadata.version(package).split("+")[0] == pinned


@pytest.mark.parametrize("inputs", [TABLE["inputs"], *map(random_inputs, range(3))], ids=["page", "0", "1", "2"])
@pytest.mark.parametrize("row", each(RUN))
def test_their_call_equals_ours(row, inputs):
    rtol = LIBRARY[row["library"]].get("rtol", 1e-9)
    np.testing.assert_allclose(theirs(row, row["call"], inputs), ours(row, row["same"], inputs), rtol=rtol, atol=1e-13)


@pytest.mark.parametrize(("row", "trap"), each(RUN, "traps"))
def test_trap(row, trap):
    if isinstance(trap["gives"], str):  # what they refuse, too
        with pytest.raises(Exception, match=r"\w") as raised:
            theirs(row, trap["code"], TABLE["inputs"])
        assert raised.type.__name__ == trap["gives"]
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = theirs(row, trap["code"], TABLE["inputs"])
    assert_printed(value, trap["gives"])
    assert bool(caught) == trap.get("warns", False), [str(warning.message) for warning in caught]


@pytest.mark.parametrize(("row", "example"), each(RUN, "published"))
def test_published_example(row, example):
    """Both calls give what the library's documentation prints."""
    inputs, within = TABLE["inputs"] | example["inputs"], 0.5001 * 10.0 ** -example["digits"]
    for value in (
        theirs(row, example.get("call", row["call"]), inputs),
        ours(row, example.get("same", row["same"]), inputs),
    ):
        np.testing.assert_allclose(value, np.asarray(example["gives"], float), rtol=0, atol=within)


def measured():
    """Every call that `tools/measuring` times or counts the errors of, of the libraries that are executed here."""
    return [
        pytest.param(record, name, library, id=f"{record}-{name}-{library}")
        for record in ("accuracy", "benchmarks")
        for name, task in TABLE[record].items()
        for library in LIBRARIES
        if library in task and LIBRARIES[library].get("test") == COMMAND
    ]


@pytest.mark.parametrize(("record", "name", "library"), measured())
def test_a_measured_call_equals_ours(record, name, library):
    task, inputs = TABLE[record][name], random_inputs(0)
    if record == "accuracy":  # whose calls take rows
        inputs |= {"p": inputs["P"], "q": inputs["Q"], "joint": np.stack([inputs["joint"], inputs["joint"][::-1]])}
    arguments = [inputs[argument] for argument in task["arguments"].split(", ")]
    mine, answer = (load(key).ready(task, arguments)() for key in (OURS, library))
    together = isinstance(mine, tuple)  # a loss and its gradient
    for x, y in zip(mine if together else [mine], answer if together else [answer], strict=True):
        np.testing.assert_allclose(np.asarray(y), x, rtol=1e-9, atol=1e-13)


# What needs no library ------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "trap"), each(ROWS, "traps"))
def test_the_right_value_of_a_trap(row, trap):
    """Ours gives `truth`, also for the rows that are not executed; and the trap gives something else."""
    code = trap.get("ours", row["same"])
    if isinstance(trap["truth"], str):
        with pytest.raises(ValueError, match=r"\w"):
            ours(row, code, TABLE["inputs"])
        assert trap["truth"] == "ValueError"
    else:
        assert_printed(ours(row, code, TABLE["inputs"]), trap["truth"])
        assert not np.array_equal(np.asarray(trap["gives"]), np.asarray(trap["truth"]))


@pytest.mark.parametrize("row", each(ROWS))
def test_row_is_complete(row):
    optional = {"published", "url", "not_executed"}
    assert set(row) >= FIELDS
    assert set(row) <= FIELDS | optional
    assert all(row[field] for field in row)
    assert row["group"] in TABLE["group"]
    assert row["library"] in LIBRARY
    assert ("test" in LIBRARY[row["library"]]) == ("not_executed" not in row)
    for trap in row["traps"]:
        assert trap["says"].endswith(".")
        assert {"code", "gives", "truth"} <= set(trap) or set(trap) == {"says"}
        assert set(trap) <= {"says", "code", "gives", "warns", "ours", "truth", "id"}
    for example in row.get("published", []):
        assert {"inputs", "gives", "digits"} <= set(example) <= {"inputs", "gives", "digits", "call", "same"}
        assert set(example["inputs"]) <= set(TABLE["inputs"])
    if row["group"] not in ("gradients", "relatives"):
        assert f"ce.{row['group']}(" in row["same"] or (row["id"], row["group"]) == ("torch-perplexity", "perplexity")


def test_names_and_groups():
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)
    groups = [row["group"] for row in ROWS]
    assert list(dict.fromkeys(groups)) == list(TABLE["group"])
    assert set(TABLE["inputs"]) == set(TABLE["inputs_mean"])
    assert {row["library"] for row in ROWS} == set(LIBRARY)


def test_a_call_is_written_once():
    """Where a measured call is that of a row or a trap, it is referred to by its id."""
    tasks = [task for record in ("accuracy", "benchmarks", "peers") for task in TABLE[record].values()]
    used = [task[library] for task in tasks for library in set(task) & set(TABLE["library"])]
    assert not set(used) & set(CALLS.values())
    assert len(set(used) & set(CALLS)) >= 25


def test_every_public_function_has_a_row():
    used = {name for row in ROWS for name in re.findall(r"ce\.(\w+)", row["same"])}
    reasons = TABLE["no_row"]
    assert used | set(reasons) == set(ce.__all__)
    assert not used & set(reasons)
    assert all(reasons.values())


def test_most_rows_are_executed():
    assert sum("not_executed" in row for row in ROWS) <= 4
    assert {LIBRARY[row["library"]]["test"] for row in ROWS if "not_executed" not in row} == {
        "make test",
        "make test-all",
    }
    assert len(RUN) >= 20


def test_the_judge_of_printed_values():
    assert_printed(np.array(0.10832), 0.1083)
    assert_printed(np.array([math.inf, math.nan, 0.0]), [math.inf, math.nan, 0.0])
    for value, printed in [(0.1084, 0.1083), (1.0, math.inf), (math.nan, 0.5), (-math.inf, math.inf)]:
        with pytest.raises(AssertionError):
            assert_printed(np.array(value), printed)
