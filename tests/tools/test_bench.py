"""How times, ratios and memory are counted, on clocks and allocations that are known. No time is asserted."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest

from tools.measuring import bench, command, factors, records
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
    rows = list(bench.pairs({key: load(key) for key in (OURS, "scipy", "sklearn")}))
    wanted = [(line, key) for line in bench.LINES for key in ("scipy", "sklearn") if key in bench.TASKS[line.task]]
    assert [(row["task"], tuple(row["shape"]), row["dtype"], row["peer"]) for row in rows] == [
        (line.task, line.shape, line.dtype, LIBRARIES[key]["name"]) for line, key in wanted
    ]
    assert [row["goal"] for row in rows] == [line.goals.get(key) for line, key in wanted]
    assert {(row["ours_ms"], row["peer_ms"], row["ratio"], row["pairs"]) for row in rows} == {(1.0, 2.0, 0.5, 7)}
    assert {row["task"] for row in bench.pairs({OURS: load(OURS), "scipy": load("scipy")}, "logsumexp")} == {
        "logsumexp"
    }


@pytest.mark.parametrize("libc", ["glibc", ""])
def test_each_ratio_has_the_one_with_memory_kept_beside_it(monkeypatch, libc):
    """Where the C library is another, nothing is known of it."""
    asked = []

    def rows_of_child(*given):
        asked.append(given)
        yield from ({"ratio": 0.8}, {"ratio": 0.9})

    monkeypatch.setattr(bench.platform, "libc_ver", lambda: (libc, ""))
    monkeypatch.setattr(bench, "pairs", lambda libraries, only: iter([{"ratio": 0.5}, {"ratio": 0.6}]))
    monkeypatch.setattr(bench, "rows_of_child", rows_of_child)
    rows = list(bench.speed({OURS: None, "scipy": None}, "kl"))
    assert [row["ratio"] for row in rows] == [0.5, 0.6]
    assert [row["kept"] for row in rows] == ([0.8, 0.9] if libc else [None, None])
    command = ("tools.measuring.bench", ["pairs", "kl", OURS, "scipy"], bench.KEEPING)
    assert asked == ([command] if libc else [])


@pytest.mark.skipif(bench.platform.libc_ver()[0] != "glibc", reason="the variables are glibc's")
def test_kept_memory_is_used_again():
    """A large array that was given back takes its place again without new pages."""
    code = (
        "import numpy as np, resource\n"
        "def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "np.ones(10**6)\n"
        "before = faults()\n"
        "for _ in range(9): np.ones(10**6)\n"
        "print(faults() - before)"
    )
    found = [
        int(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=env, check=True
            ).stdout
        )
        for env in (bench.os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}, bench.os.environ | bench.KEEPING)
    ]
    assert found[1] < found[0] / 4


@pytest.mark.slow
def test_what_a_child_prints_are_its_rows():
    rows = bench.rows_of_child("tools.measuring.bench", ["pairs", "kl", OURS, "scipy"], {})
    assert [(row["task"], row["peer"]) for row in rows] == [("kl", "SciPy")]
    with pytest.raises(SystemExit, match="failed"):
        list(bench.rows_of_child("tools.measuring.bench", ["pairs", "", "nobody"], {}))


# Over the exponential ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(6, 5), (6, 10)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_both_ways_of_a_row_have_one_answer(shape, dtype):
    """And every row that was agreed on is there."""
    rows = [row for of in (factors.losses, factors.activations) for row in of(*factors.table(shape, dtype))]
    for row in (row for row in rows if dtype == np.float64 or "1e8" not in row.inputs):  # all their digits are lost
        for ours, theirs in zip(*(x if isinstance(x, tuple) else (x,) for x in (row.ours(), row.scipy())), strict=True):
            loose = dtype == np.float32 and "shifted" in row.inputs  # SciPy's float32 loses digits there
            np.testing.assert_allclose(ours, theirs, rtol=1e-2 if loose else 2e-5, atol=1e-3 if loose else 2e-7)
    unusual = {f"shifted by {x}" for x in ("100", "-100", "1000", "-1000", "1e8")}
    unusual |= {"-inf in each row", "label at +500", "standard deviation 20"}
    unusual |= {"label smoothing, confident", "soft targets, confident"}
    inputs = unusual | {"labels", "soft targets", "weights", "label smoothing"}
    assert {(row.inputs, row.gradient) for row in rows if row.task == "softmax_cross_entropy"} == set(
        itertools.product(inputs, (False, True))
    )
    ten = shape[1] == 10
    goals = {(row.task, row.gradient): row.goal for row in rows}
    each = {} if ten else {("sigmoid", False): 3, ("log_sigmoid", False): 3}
    binary = "binary_cross_entropy_with_logits"
    each |= {} if ten else {(binary, False): 4, (binary, True): 5}
    named = ("softmax_cross_entropy", "logsumexp", "softmax", "log_softmax")
    assert goals == each | {(name, False): 4 if ten else 2 for name in named} | {
        ("softmax_cross_entropy", True): 5 if ten else 3
    }


def test_the_exponential_takes_every_number_once(monkeypatch):
    seen = []
    monkeypatch.setattr(factors.np, "exp", lambda block, out: seen.append((block, out)))
    factors.exponential(z := np.arange(300_000.0).reshape(3, -1))
    np.testing.assert_array_equal(np.concatenate([block for block, _ in seen]), z.ravel())
    assert {out.base.nbytes for _, out in seen} == {factors.BYTES}


def test_ours_and_theirs_take_turns(clock):
    log = []
    floor, ours, theirs = clock([0.1], log), clock([0.2], log), clock([0.4], log)
    times = factors.in_turn(floor, ours, theirs)
    assert times == [pytest.approx((0.1, 0.2, 0.4))] * factors.ROUNDS[0]
    order = "".join({floor: "f", ours: "o", theirs: "t"}[call] for call in log)
    assert order.startswith("ot" + "ffot" + "ffto")


def test_a_row_tells_factor_and_ratio(monkeypatch):
    monkeypatch.setattr(factors, "MANY", (4, 6))
    monkeypatch.setattr(factors, "TEN", (4, 10))
    monkeypatch.setattr(factors, "in_turn", lambda *_: [(0.001, 0.002, 0.008), (0.001, 0.003, 0.006)])
    rows = list(factors.measured())
    assert {(row["exp_ms"], row["factor"], row["ratio"], row["rounds"]) for row in rows} == {(1.0, 2.0, 0.333, 2)}
    keys = [(row["task"], row["inputs"], row["gradient"], *row["shape"], row["dtype"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["task"] for row in factors.measured("log_sigmoid")} == {"log_sigmoid"}


def test_each_set_of_instructions_has_a_process(monkeypatch):
    monkeypatch.setattr(factors, "instructions", lambda: {"AVX-512": {}, "AVX2": {"NPY_DISABLE_CPU_FEATURES": "X"}})
    monkeypatch.setattr(bench, "rows_of_child", lambda module, given, env: [{"given": given, "env": env}])
    assert list(factors.factors({}, "kl")) == [
        {"instructions": "AVX-512", "given": ["kl"], "env": {}},
        {"instructions": "AVX2", "given": ["kl"], "env": {"NPY_DISABLE_CPU_FEATURES": "X"}},
    ]


@pytest.mark.parametrize(
    ("baseline", "found", "named"),
    [
        (["X86_V2"], ["X86_V3", "X86_V4", "AVX512_ICL"], {"AVX-512": "", "AVX2": "X86_V4 AVX512_ICL"}),
        (["SSE"], ["AVX2", "AVX512F"], {"AVX-512": "", "AVX2": "AVX512F"}),
        (["X86_V2"], ["X86_V3"], {"AVX2": ""}),
        (["NEON"], ["ASIMDHP"], {"NEON ASIMDHP": ""}),
        ([], [], {"no wide ones": ""}),
    ],
)
def test_sets_of_instructions(monkeypatch, baseline, found, named):
    told = {"SIMD Extensions": {"baseline": baseline, "found": found}}
    monkeypatch.setattr(records.np, "show_config", lambda mode: told)
    wanted = {name: {"NPY_DISABLE_CPU_FEATURES": without} if without else {} for name, without in named.items()}
    assert records.instructions() == wanted


def test_the_narrow_set_is_measured_without_wide_instructions():
    """NumPy obeys the variable, so the second process finds no AVX-512."""
    code = "from tools.measuring.records import instructions; print(*instructions())"
    *_, (name, environment) = records.instructions().items()
    environment = bench.os.environ | environment
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, env=environment)
    assert ran.stdout.split("\n")[0] == name, ran.stderr


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read from /proc")
def test_memory_of_a_call_is_measured_in_a_process_of_its_own():
    np.ones(20_000_000)  # a high mark of this process, which must not be seen
    answer = bench.in_child("scipy", bench.Line("softmax", (2_000_000,), "float64", {}))
    assert answer["input"] == 16e6
    assert 15e6 < answer["extra"] < 90e6


def test_import_is_the_median_difference_of_pairs(monkeypatch):
    times = {"numpy": iter([500, 50, 60, 70]), "crossentropy": iter([900, 52, 69, 71])}
    monkeypatch.setattr(bench, "import_time", lambda module: next(times[module]))
    (row,) = bench.importing(count=3)
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
    told = ["processor", "cores", "system", "instructions", "threads", "allocator", "huge_pages", "date", "load"]
    told += ["load_after", "minutes"]
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


@pytest.mark.slow
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
        ({"section": "factors", "factor": 2.1, "goal": 2}, True),
    ],
)
def test_a_missed_goal(row, missed):
    assert records.missed(row) == missed
