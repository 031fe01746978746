"""Time the package beside other libraries, one core each, and count the memory that a call takes.

Two calls are timed in turn, so that whatever else the machine does falls on both; the ratio is the median of the pairs.
Times are processor time. All calls are public and check their arguments. Where the middle half of the ratios spreads
widely, the pair is timed again, up to three times, and the quietest attempt counts. The memory of a call is the rise
of the process's own high-water mark (Linux; elsewhere it is not reported).
"""

import gc
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tools.measuring.libraries import OURS, ROOT, TABLE, having, load
from tools.measuring.records import significant

BUDGET, ROUNDS, ATTEMPTS, QUIET = 0.5, (7, 300), 3, 0.15  # seconds and pairs an attempt; attempts; spread of ratios
SHORT = 1e-3  # seconds: shorter calls are timed many at once
IMPORT_GOAL = 5  # milliseconds
#: Processor time on one core is what a call takes, less its waiting for other programs. (On Windows it is too coarse.)
clock = time.perf_counter if os.name == "nt" else time.process_time


class Line(NamedTuple):
    """A task at a size, and the goals by library."""

    task: str
    shape: tuple
    dtype: str
    goals: dict

    def fields(self):
        return {"task": self.task, "shape": list(self.shape), "dtype": self.dtype}


TASKS = TABLE["benchmarks"]
LINES = [
    Line(name, tuple(line["shape"]), line["dtype"], line["goals"])
    for name, task in TASKS.items()
    for line in task["lines"]
]
MEMORY_LINES = [
    line._replace(goals={OURS: TASKS[line.task]["memory"]}) for line in LINES if "memory" in TASKS[line.task]
]


def inputs(line):
    """The arguments of a task."""
    rng = np.random.default_rng(0)

    def normal():
        count = min(np.prod(line.shape), 1_000_003)
        return np.resize(3 * rng.standard_normal(count, line.dtype), line.shape)  # to draw 2 GB would take long

    def shares():
        weights = rng.standard_exponential(line.shape, line.dtype)
        return weights / np.sum(weights)

    draw = {"z": normal, "s": normal, "p": shares, "q": shares}
    draw["y"] = lambda: rng.integers(0, line.shape[1], line.shape[0])
    draw["b"] = lambda: rng.integers(0, 2, line.shape).astype(line.dtype)
    draw["c"] = lambda: rng.uniform(0.001, 0.999, line.shape)
    return [draw[name]() for name in TASKS[line.task]["arguments"].split(", ")]


# Time ------------------------------------------------------------------------------------------------------


def seconds(call, repeats=1):
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats


def attempt(first, second):
    """Both timed in turn: medians, the median ratio, its spread (middle half over median), and the number of pairs."""
    repeats = [max(1, int(SHORT / min(seconds(call) for _ in range(3)))) for call in (first, second)]
    times, start = [], clock()
    while len(times) < ROUNDS[0] or (clock() - start < BUDGET and len(times) < ROUNDS[1]):
        if len(times) % 2:
            times.append([seconds(first, repeats[0]), seconds(second, repeats[1])])
        else:
            times.append([seconds(second, repeats[1]), seconds(first, repeats[0])][::-1])
    quotients = [a / b for a, b in times]
    low, ratio, high = statistics.quantiles(quotients, n=4)
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    return *medians, ratio, (high - low) / ratio, len(times)


def paired(first, second):
    """The quietest of a few attempts."""
    attempts = []
    gc.disable()
    try:
        while not attempts or (attempts[-1][3] >= QUIET and len(attempts) < ATTEMPTS):
            attempts.append(attempt(first, second))
    finally:
        gc.enable()
    return min(attempts, key=lambda result: result[3])


#: glibc with these keeps freed memory for the next call; as it comes, it gives large arrays back to the system.
KEEPING = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_TOP_PAD_": str(2**26)}


def pairs(libraries, only=""):
    """A row for each line and each other library that has the call."""
    for line in (line for line in LINES if only in line.task):
        task, arguments = TASKS[line.task], inputs(line)
        call = libraries[OURS].ready(task, arguments)
        for key, library in having(libraries, task, others=True).items():
            ours, theirs, ratio, spread, count = paired(call, library.ready(task, arguments))
            row = line.fields() | {"peer": library.name}
            row |= {"ours_ms": significant(ours * 1e3), "peer_ms": significant(theirs * 1e3)}
            row |= {"ratio": significant(ratio), "goal": line.goals.get(key)}
            yield row | {"spread": significant(spread, 2), "pairs": count}


def speed(libraries, only=""):
    """The same rows, with the ratio where the allocator keeps memory: None where it is not glibc's."""
    kept = iter(())
    if platform.libc_ver()[0] == "glibc":
        kept = rows_of_child("tools.measuring.bench", ["pairs", only, *libraries], KEEPING)
    kept = [row["ratio"] for row in kept]  # all of them first: two processes at a time would disturb each other
    for row, ratio in itertools.zip_longest(pairs(libraries, only), kept):
        yield row | {"kept": ratio}


# Memory, in a process of its own ---------------------------------------------------------------------------


def status(field):
    """A line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(field)).split()[1])


def peak_of(call):
    """Bytes by which a call raises the high-water mark of this process, or None where that cannot be measured."""
    gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # 5: set the mark back to what is used now
        before, mark = status("VmRSS"), status("VmHWM")
    except (OSError, StopIteration):
        return None
    if mark > before + 2**20:  # it was not set back, and anything measured now would be wrong
        return None
    kept = call()
    peak = status("VmHWM")
    del kept
    return max(0, peak - before)


def child(key, line):
    """What a child process measures: the memory of its first call of this size, and the size of the input."""
    library, task = load(key), TASKS[line.task]
    small = line._replace(shape=(2, *line.shape[1:]))
    library.ready(task, inputs(small))()  # what the library makes ready at its first call is not the call's
    arguments = inputs(line)
    return {"extra": peak_of(library.ready(task, arguments)), "input": arguments[0].nbytes}


def rows_of_child(module, arguments, environment):
    """The rows that a module prints when it runs in a process of its own, one by one."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", env=os.environ | environment, cwd=ROOT
    ) as ran:
        yield from map(json.loads, ran.stdout)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} failed")


def in_child(key, line):
    """The row of `child`. Freed blocks go back to the system at once, so that none is used again without a new mark."""
    environment = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    (row,) = rows_of_child("tools.measuring.bench", ["child", key, json.dumps(line)], environment)
    return row


def megabytes(count):
    return None if count is None else significant(count / 1e6)


def memory(libraries, only=""):
    """Extra memory of a call, in MB and as a share of the logits; None where it cannot be measured."""
    for line in (line for line in MEMORY_LINES if only in line.task):
        for key, library in having(libraries, TASKS[line.task]).items():
            answer = in_child(key, line)
            extra, given = answer["extra"], answer["input"]
            share = None if extra is None else significant(extra / given)
            row = line.fields() | {"library": library.name, "input_mb": megabytes(given)}
            yield row | {"extra_mb": megabytes(extra), "share": share, "goal": line.goals.get(key)}


def import_time(module):
    """Milliseconds that a fresh process takes to import a module."""
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # with it each import would compile the package again
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment, check=True
    )
    return 1e3 * float(ran.stdout)


def importing(*_, count=41):
    """What `import crossentropy` takes over `import numpy`: fresh processes in turn, the median difference."""
    both = ("numpy", "crossentropy")
    for module in both:  # the first time reads the disk, and compiles
        import_time(module)
    times = [[import_time(module) for module in both] for _ in range(count)]
    numpy, ours = (statistics.median(column) for column in zip(*times, strict=True))
    extra = statistics.median(b - a for a, b in times)
    row = {"numpy_ms": significant(numpy), "ours_ms": significant(ours), "extra_ms": significant(extra)}
    yield row | {"goal": IMPORT_GOAL, "pairs": count}


if __name__ == "__main__":  # in a process of its own
    what, *rest = sys.argv[1:]
    if what == "child":
        task, shape, dtype, _ = json.loads(rest[1])
        rows = [child(rest[0], Line(task, tuple(shape), dtype, {}))]
    else:
        rows = pairs({key: load(key) for key in rest[1:]}, rest[0])
    for row in rows:
        print(json.dumps(row), flush=True)
