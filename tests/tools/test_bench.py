"""How times, ratios and memory are counted, on clocks and allocations that are known. No time is asserted."""

import itertools
import sys

import numpy as np
import pytest

from tools.measuring import bench, provenance

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
        (line.task, line.shape, peer, line.dtype): goal for line in bench.LINES for peer, goal in line.goals.items()
    }
    wanted = {
        (*key, dtype): goal
        for key, pair in GOALS.items()
        for dtype, goal in zip(("float64", "float32"), pair, strict=True)
        if goal
    }
    assert goals == wanted
    assert bench.IMPORT_GOAL == 5
    shares = {(line.task, line.shape, line.dtype): line.goals["crossentropy"] for line in bench.MEMORY_LINES}
    formats = itertools.product(bench.TABLES, ("float64", "float32"))
    assert shares == {(t, *f): goal for f in list(formats) for t, goal in ((CE, 0.02), (SLOPE, 1.02))}


def test_every_line_can_be_run():
    """On small inputs, with the same answers as SciPy and scikit-learn."""
    for line in {line.task: line for line in bench.LINES}.values():
        small = line._replace(shape=(4,) * len(line.shape))
        arrays = bench.inputs(small)
        assert arrays[0].shape == small.shape
        assert arrays[0].dtype == line.dtype
        mine, *peers = (
            load()[line.task](*arrays)()
            for load in (bench.ours, bench.scipy_tasks, bench.sklearn_tasks)
            if line.task in load()
        )
        for answer in peers:
            np.testing.assert_allclose(answer, mine, rtol=1e-6)


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


def test_absent_peers_keep_their_goals(monkeypatch, capsys):
    fake = {name: {line.task: lambda *_: None for line in bench.LINES} for name in ("crossentropy", "SciPy")}
    monkeypatch.setattr(bench, "inputs", lambda line: ())
    monkeypatch.setattr(bench, "paired", lambda *_: (0.001, 0.002, 0.5, 0.0, 7))
    rows = bench.speed(fake)
    absent = [row for row in rows if row["peer"] == "PyTorch"]
    assert len(absent) == sum("PyTorch" in line.goals for line in bench.LINES)
    assert all(row["goal"] and row["ratio"] is None for row in absent)
    assert {row["peer"] for row in rows} == {"SciPy", "PyTorch"}
    lines = capsys.readouterr().out.splitlines()
    assert sum("not measured" in line for line in lines) == len(absent)
    over = [row for row in rows if row["ratio"] and row["goal"] and row["goal"] < 0.5]
    assert over
    assert sum(line.endswith(" *") for line in lines) == len(over)


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
    answer = bench.in_child("SciPy", bench.Line("softmax", (2_000_000,), "float64", {}))
    assert answer["input"] == 16e6
    assert 15e6 < answer["extra"] < 90e6


@pytest.mark.parametrize(
    ("each", "extra", "sizes"),
    [
        (1, 0, [10, 30, 100, 300, 1000]),
        (1, 1, [10, 30, 100, 300, 500]),
        (1, None, [10, 30, 100, 300, 1000]),
        (4, 0, [10, 30, 100, 250]),
        (9, 0, [10, 30, 100]),
    ],
)
def test_growth_ends_where_the_memory_does(each, extra, sizes):
    seen = []

    def measure(size):
        seen.append(size)
        return {"input": each * size, "extra": None if extra is None else extra * size}

    bench.grow(measure, hold=1000)
    assert seen == sizes


def test_import_is_the_median_difference_of_pairs(monkeypatch, capsys):
    times = {"numpy": iter([500, 50, 60, 70]), "crossentropy": iter([900, 52, 69, 71])}
    monkeypatch.setattr(bench, "import_time", lambda module: next(times[module]))
    row = bench.importing(pairs=3)
    assert row == {"numpy_ms": 60, "ours_ms": 69, "extra_ms": 2, "goal_ms": 5, "pairs": 3}
    assert "*" not in capsys.readouterr().out


def test_import_is_timed_in_a_fresh_process():
    assert bench.import_time("crossentropy") > 0


def test_results_are_saved_a_row_a_line(tmp_path):
    provenance.save(tmp_path / "x.json", {"machine": {"cores": 2}, "missing": [], "rows": [{"a": 1}, {"a": [2, None]}]})
    lines = (tmp_path / "x.json").read_text(encoding="utf-8").splitlines()
    assert '    {"a": 1},' in lines
    assert '  "missing": [],' in lines
