"""How times, ratios and memory are counted, on clocks and allocations that are known. No time is asserted."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest

from tools.measuring import bench, command, records
from tools.measuring.libraries import LIBRARIES, OURS, ROOT, TABLE, installed, load

# The goals, as they were set: ours/peer by task, size, format and peer.
CE, SLOPE = "cross_entropy", "cross_entropy_gradient"
GOALS = {
    (CE, (10_000, 10), "PyTorch"): (0.30, 0.20),
    (CE, (10_000, 10), "SciPy"): (0.30, 0.25),
    (CE, (4096, 1000), "PyTorch"): (0.80, 1.05),
    (CE, (4096, 1000), "SciPy"): (0.40, 0.40),
    (CE, (512, 50_257), "PyTorch"): (0.45, 0.55),
    (CE, (512, 50_257), "SciPy"): (0.30, 0.35),
    (SLOPE, (10_000, 10), "PyTorch"): (0.30, 0.20),
    (SLOPE, (4096, 1000), "PyTorch"): (0.75, 0.75),
    (SLOPE, (512, 50_257), "PyTorch"): (0.25, 0.30),
    ("entropy", (10**6,), "SciPy"): (0.40, None),
    ("kl", (10**6,), "SciPy"): (0.60, None),
    ("logsumexp", (10**6,), "SciPy"): (0.25, None),
    ("softmax", (10**6,), "SciPy"): (0.60, None),
    ("binary_logits_gradient", (10**6,), "PyTorch"): (0.60, None),
    ("entropy", (10,), "SciPy"): (0.10, None),
}


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when a call says how long it took."""
    now = [0.0]
    monkeypatch.setattr(bench, "clock", lambda: now[0])

    def lasting(durations, log=None):
        durations = itertools.cycle(durations)

        def call():
            now[0] += next(durations)
            if log is not None:
                log.append(call)

        return call

    return lasting


def test_every_goal_has_its_line():
    goals = {
        (line.task, line.shape, LIBRARIES[key]["name"], line.dtype): goal
        for line in bench.LINES
        for key, goal in line.goals.items()
    }
    wanted = {
        (*key, dtype): goal
        for key, pair in GOALS.items()
        for dtype, goal in zip(("float64", "float32"), pair, strict=True)
        if goal
    }
    assert goals == wanted
    assert bench.IMPORT_GOAL == 5
    shares = {(line.task, line.shape, line.dtype): line.goals[OURS] for line in bench.MEMORY_LINES}
    formats = itertools.product([(10_000, 10), (4096, 1000), (512, 50_257)], ("float64", "float32"))
    assert shares == {(t, *f): goal for f in list(formats) for t, goal in ((CE, 0.02), (SLOPE, 1.02))}


def test_every_line_can_be_run():
    """On small inputs, with the same answers as SciPy and scikit-learn."""
    libraries, _ = installed("benchmarks")
    assert {OURS, "scipy", "sklearn"} <= libraries.keys()
    for line in {line.task: line for line in bench.LINES}.values():
        small = line._replace(shape=(4,) * len(line.shape))
        arguments = bench.inputs(small)
        assert arguments[0].shape == small.shape
        assert arguments[0].dtype == line.dtype
        task = bench.TASKS[line.task]
        mine = load(OURS).ready(task, arguments)()
        for key in {"scipy", "sklearn"} & task.keys():
            np.testing.assert_allclose(load(key).ready(task, arguments)(), mine, rtol=1e-6)


def test_pairs_alternate_and_ratios_are_of_pairs(clock):
    log = []
    first, second = clock([0.5], log), clock([0.1, 0.2, 0.4], log)
    mine, theirs, ratio, spread, pairs = bench.attempt(first, second)
    assert pairs == bench.ROUNDS[0]
    assert (mine, theirs) == pytest.approx((0.5, 0.2))
    assert ratio == pytest.approx(2.5)
    assert spread == pytest.approx((5 - 1.25) / 2.5)
    # Three calls each to see how long they take, then in turn, first one ahead, then the other.
    order = ["a" if call is first else "b" for call in log[6:]]
    assert "".join(order) == "baab" * 3 + "ba"


def test_a_load_on_both_leaves_the_ratio(clock):
    """The machine becomes ten times slower half-way: the medians move, the ratio does not."""
    slow = [1.0] * 6 + [10.0] * 4
    mine, theirs, ratio, spread, _ = bench.attempt(clock([0.2 * x for x in slow]), clock([0.4 * x for x in slow]))
    assert ratio == pytest.approx(0.5)
    assert spread == pytest.approx(0)
    assert mine > 0.2
    assert theirs > 0.4


def test_short_calls_are_timed_many_at_once(clock):
    log = []
    mine, _, ratio, _, pairs = bench.attempt(clock([2**-14], log), clock([2**-13], log))
    assert (mine, ratio) == (2**-14, 0.5)
    assert pairs == min(bench.ROUNDS[1], bench.BUDGET / (16 * 2**-14 + 8 * 2**-13))
    assert len(log) == 6 + pairs * (16 + 8)


def test_the_quietest_attempt_counts(monkeypatch):
    attempts = [(1, 1, 1.5, 0.5, 7), (1, 1, 1.2, 0.2, 7), (1, 1, 1.4, 0.4, 7)]
    answers = iter(attempts)
    monkeypatch.setattr(bench, "attempt", lambda *_: next(answers))
    assert bench.paired(None, None) == attempts[1]
    answers = iter([(1, 1, 1.5, 0.5, 7), (1, 1, 1.1, 0.1, 7), (1, 1, 1.0, 0.0, 7)])
    assert bench.paired(None, None)[2] == 1.1  # quiet enough: no third attempt


def test_every_line_has_a_row_for_every_other_library(monkeypatch):
    monkeypatch.setattr(bench, "inputs", lambda line: [])
    monkeypatch.setattr(bench, "paired", lambda *_: (0.001, 0.002, 0.5, 0.0, 7))
    monkeypatch.setattr(load(OURS).__class__, "ready", lambda *_: None)
    rows = list(bench.speed({key: load(key) for key in (OURS, "scipy", "sklearn")}))
    wanted = [(line, key) for line in bench.LINES for key in ("scipy", "sklearn") if key in bench.TASKS[line.task]]
    assert [(row["task"], tuple(row["shape"]), row["dtype"], row["peer"]) for row in rows] == [
        (line.task, line.shape, line.dtype, LIBRARIES[key]["name"]) for line, key in wanted
    ]
    assert [row["goal"] for row in rows] == [line.goals.get(key) for line, key in wanted]
    assert {(row["ours_ms"], row["peer_ms"], row["ratio"], row["pairs"]) for row in rows} == {(1.0, 2.0, 0.5, 7)}
    assert {row["task"] for row in bench.speed({OURS: load(OURS), "scipy": load("scipy")}, "logsumexp")} == {
        "logsumexp"
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read from /proc")
def test_memory_sees_what_is_allocated_and_given_back():
    # Above 32 MiB glibc always maps new pages. Below, it may serve an array from what an earlier test gave back,
    # which raises no mark.
    whole = bench.peak_of(lambda: np.ones(20_000_000))
    assert 150e6 < whole < 180e6

    def gives_back():
        np.ones(20_000_000)
        np.ones(5_000_000)

    assert 150e6 < bench.peak_of(gives_back) < 180e6
    assert bench.peak_of(lambda: None) < 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read from /proc")
def test_memory_of_a_call_is_measured_in_a_process_of_its_own():
    np.ones(20_000_000)  # a high mark of this process, which must not be seen
    answer = bench.in_child("scipy", bench.Line("softmax", (2_000_000,), "float64", {}))
    assert answer["input"] == 16e6
    assert 15e6 < answer["extra"] < 90e6


@pytest.mark.parametrize(
    ("each", "extra", "sizes"),
    [
        (1, 0, [10, 30, 100, 300, 1000]),
        (1, 1, [10, 30, 100, 300, 500]),
        (4, 0, [10, 30, 100, 250]),
        (9, 0, [10, 30, 100]),
    ],
)
def test_growth_ends_where_the_memory_does(each, extra, sizes):
    seen, size = [], 10
    while size:
        seen.append(size)
        size = bench.next_size(size, (each + extra) * size, hold=1000)
    assert seen == sizes


def test_growth_measures_every_library_along_both_axes(monkeypatch):
    monkeypatch.setattr(bench, "in_child", lambda key, line: {"input": 4 * np.prod(line.shape), "extra": None})
    monkeypatch.setattr(bench, "inputs", lambda line: [])
    monkeypatch.setattr(bench, "typical", lambda call: 0.002)
    monkeypatch.setattr(load(OURS).__class__, "ready", lambda *_: None)
    rows = list(bench.growth({key: load(key) for key in (OURS, "scipy", "sklearn")}))
    assert {(row["along"], row["library"]) for row in rows} == {
        (along, library) for along in ("rows", "classes") for library in (OURS, "SciPy")
    }
    assert [row["shape"] for row in rows if row["along"] == "rows"][:2] == [[10, 1000], [30, 1000]]
    assert [row["shape"] for row in rows if row["along"] == "classes"][:2] == [[100, 10], [100, 30]]
    assert {(row["ms"], row["extra_mb"]) for row in rows} == {(2.0, None)}


def test_import_is_the_median_difference_of_pairs(monkeypatch):
    times = {"numpy": iter([500, 50, 60, 70]), "crossentropy": iter([900, 52, 69, 71])}
    monkeypatch.setattr(bench, "import_time", lambda module: next(times[module]))
    (row,) = bench.importing(pairs=3)
    assert row == {"numpy_ms": 60, "ours_ms": 69, "extra_ms": 2, "goal": 5, "pairs": 3}


def test_import_is_timed_in_a_fresh_process():
    assert bench.import_time("crossentropy") > 0


# The command and its records --------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """The command on sections that are known, beside libraries of which some are missing; what it prints and saves."""

    def speed(libraries, only):
        goals = {"kl": 0.4, "entropy": None}
        yield from ({"task": task, "ratio": 0.5, "goal": goal} for task, goal in goals.items() if only in task)

    def memory(libraries, only):
        yield {"task": "kl", "share": None, "goal": 0.02}

    monkeypatch.setattr(command, "SECTIONS", {"benchmarks": {"speed": speed, "memory": memory}})
    monkeypatch.setattr(records, "FILES", {"benchmarks": tmp_path / "benchmarks.json"})

    def run(*arguments, missing=()):
        found = {key: load(key) for key in (OURS, "scipy")}
        monkeypatch.setattr(command.libraries, "installed", lambda record: (found, [*missing]))
        command.run(arguments, "")
        saved = json.loads(records.FILES["benchmarks"].read_text(encoding="utf-8")) if any(tmp_path.iterdir()) else None
        return capsys.readouterr().out, saved

    return run


def test_what_is_whole_is_saved_with_its_provenance(run):
    printed, saved = run()
    assert [(row["section"], row["task"]) for row in saved["rows"]] == [
        ("speed", "kl"),
        ("speed", "entropy"),
        ("memory", "kl"),
    ]
    assert saved["provenance"]["versions"].keys() == {"Python", "crossentropy", "NumPy", "SciPy"}
    told = ["processor", "cores", "system", "date", "load", "load_after", "minutes"]
    assert list(saved["provenance"]["machine"]) == told
    assert "Saved in" in printed
    lines = printed.splitlines()
    assert [line.endswith(" *") for line in lines if line.startswith("section")] == [True, False, False]
    assert "share not measured" in printed
    assert any(line.startswith("1 goals missed.") for line in lines)


def test_without_a_library_nothing_is_saved(run):
    printed, saved = run(missing=["PyTorch", "Optax"])
    assert saved is None
    assert "Not installed: PyTorch, Optax." in printed.splitlines()[0]
    assert "task entropy" in printed


@pytest.mark.parametrize("arguments", [["speed"], ["--task", "kl"], ["speed", "memory", "--task", "kl"]])
def test_a_part_is_not_saved(run, arguments):
    printed, saved = run(*arguments)
    assert saved is None
    assert "stays as it is" in printed.splitlines()[0]
    assert ("task entropy" in printed) == ("--task" not in arguments)
    assert ("section memory" in printed) == (arguments != ["speed"])


def test_all_sections_of_a_record_may_be_named(run):
    assert len(run("memory", "speed")[1]["rows"]) == 3


def test_an_unknown_section_is_refused(run, capsys):
    with pytest.raises(SystemExit):
        run("sped")
    assert "there is no sped, only speed, memory" in capsys.readouterr().err


def test_the_command_runs_with_one_thread_before_anything_is_imported():
    code = (
        "import os, sys; sys.argv[1:] = ['peers', '--task', 'nothing']; from tools.measuring import __main__; "
        "assert 'numpy' not in sys.modules; __main__.main(); assert 'numpy' in sys.modules; "
        "print([os.environ[name] for name in __main__.THREADS.split()])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=ROOT)
    assert "0 goals missed" in ran.stdout
    assert ran.stdout.splitlines()[-1] == str(["1"] * 5)


def test_every_section_is_one_of_a_record():
    assert command.SECTIONS.keys() == records.FILES.keys()
    assert command.SECTIONS.keys() <= TABLE.keys()
    saved = {name: list(dict.fromkeys(row["section"] for row in records.load(name)["rows"])) for name in records.FILES}
    assert saved == {name: list(sections) for name, sections in command.SECTIONS.items()}


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(LIBRARIES, "scipy", LIBRARIES["scipy"] | {"imports": "import there_is_none_of_this_name"})
    monkeypatch.setattr("tools.measuring.libraries.load", load.__wrapped__)
    found, missing = installed("accuracy")
    assert OURS in found
    assert "scipy" not in found
    assert "SciPy" in missing


@pytest.mark.parametrize("name", records.FILES)
def test_a_record_is_saved_a_row_a_line(name, tmp_path):
    record = records.load(name)
    records.save(tmp_path / "x.json", record["provenance"], record["rows"])
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert text == records.FILES[name].read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(record["rows"]) + 3


def test_a_record_holds_no_infinity(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        records.save(tmp_path / "x.json", {}, [{"a": float("inf")}])


@pytest.mark.parametrize(
    ("row", "missed"),
    [
        ({"section": "speed", "ratio": 0.5, "goal": 0.5}, False),
        ({"section": "speed", "ratio": 0.51, "goal": 0.5}, True),
        ({"section": "speed", "ratio": 9, "goal": None}, False),
        ({"section": "memory", "share": None, "goal": 0.5}, False),
        ({"section": "accuracy", OURS: [0.0, 0.0], "goal": 0}, False),
        ({"section": "accuracy", OURS: [0.1, 0.0], "goal": 0}, True),
        ({"section": "accuracy", OURS: ["lost", 0.0], "goal": 4}, True),
        ({"section": "import", "extra_ms": 5.1, "goal": 5}, True),
        ({"section": "growth", "ms": 5.1}, False),
    ],
)
def test_a_missed_goal(row, missed):
    assert records.missed(row) == missed
