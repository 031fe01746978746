"""Time the package beside other libraries, one core each, and count the memory that a call takes.

    python tools/bench.py                     everything, saved in book/_data/benchmarks.json
    python tools/bench.py speed [logsumexp]   one section (speed, memory, import, growth), saved nowhere; and of speed
                                              and memory only the tasks with this in their name

Two calls are timed in turn, so that whatever else the machine does falls on both; the ratio is the median of the pairs.
Times are processor time. All calls are public and check their arguments. Where the middle half of the ratios spreads
widely, the pair is timed again, up to three times, and the quietest attempt counts. The memory of a call is the rise
of the process's own high-water mark (Linux; elsewhere it is not reported). A `*` marks a missed goal. What is not
installed is named, and its goals are kept as not measured.
"""

import os

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
CORES = os.cpu_count()
if __name__ == "__main__":  # before any library is imported, because that is when it reads them
    os.environ.update(dict.fromkeys(THREADS, "1"))
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import gc
import importlib
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
from tools.measuring import provenance, ratios

OUT = ROOT / "book" / "_data" / "benchmarks.json"
BUDGET, ROUNDS, ATTEMPTS, QUIET = 0.5, (7, 300), 3, 0.15  # seconds and pairs an attempt; attempts; spread of ratios
SHORT = 1e-3  # seconds: shorter calls are timed many at once
HOLD = 2e9  # bytes, to which growth goes
#: Processor time on one core is what a call takes, less its waiting for other programs. (On Windows it is too coarse.)
clock = time.perf_counter if os.name == "nt" else time.process_time

# The tasks, library by library: a function of the inputs that returns the call to time ---------------------


def ours():
    import crossentropy as ce

    return {
        "cross_entropy": lambda z, y: lambda: ce.softmax_cross_entropy(z, y),
        "cross_entropy_gradient": lambda z, y: lambda: ce.softmax_cross_entropy_value_and_grad(z, y),
        "binary": lambda p, y: lambda: ce.binary_cross_entropy(p, y),
        "binary_logits_gradient": lambda z, y: lambda: ce.binary_cross_entropy_with_logits_value_and_grad(z, y),
        "entropy": lambda p: lambda: ce.entropy(p),
        "kl": lambda p, q: lambda: ce.kl_divergence(p, q),
        "logsumexp": lambda z: lambda: ce.logsumexp(z),
        "softmax": lambda z: lambda: ce.softmax(z),
    }


def scipy_tasks():
    import scipy.special
    import scipy.stats

    def cross_entropy(z, y):
        rows = np.arange(len(y))
        return lambda: -np.mean(scipy.special.log_softmax(z, axis=1)[rows, y])

    return {
        "cross_entropy": cross_entropy,
        "entropy": lambda p: lambda: scipy.stats.entropy(p),
        "kl": lambda p, q: lambda: scipy.stats.entropy(p, q),
        "logsumexp": lambda z: lambda: scipy.special.logsumexp(z),
        "softmax": lambda z: lambda: scipy.special.softmax(z),
    }


def sklearn_tasks():
    from sklearn.metrics import log_loss

    return {"binary": lambda p, y: lambda: log_loss(y, p)}


def torch_tasks():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)

    def with_gradient(loss):
        def prepare(z, y):
            def call():
                leaf = z.detach().requires_grad_()
                value = loss(leaf, y)
                value.backward()
                return value, leaf.grad

            return call

        return prepare

    def of_arrays(prepare):
        return lambda *arrays: prepare(*map(torch.from_numpy, arrays))

    tasks = {
        "cross_entropy": lambda z, y: lambda: F.cross_entropy(z, y),
        "cross_entropy_gradient": with_gradient(F.cross_entropy),
        "binary": lambda p, y: lambda: F.binary_cross_entropy(p, y),
        "binary_logits_gradient": with_gradient(F.binary_cross_entropy_with_logits),
        "entropy": lambda p: lambda: torch.special.entr(p).sum(),
        "kl": lambda p, q: lambda: F.kl_div(q.log(), p, reduction="sum"),
        "logsumexp": lambda z: lambda: torch.logsumexp(z, 0),
        "softmax": lambda z: lambda: torch.softmax(z, 0),
    }
    return {name: of_arrays(prepare) for name, prepare in tasks.items()}


def optax_tasks():
    """Optax's losses, compiled for the shape before they are timed; logsumexp and softmax are JAX's own."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    def compiled(call):
        def prepare(*arrays):
            arrays = [jnp.asarray(array) for array in arrays]
            run = jax.jit(call).lower(*arrays).compile()
            return lambda: jax.block_until_ready(run(*arrays))

        return prepare

    def mean(loss):
        return lambda z, y: jnp.mean(loss(z, y))

    losses = optax.losses
    tasks = {
        "cross_entropy": mean(losses.softmax_cross_entropy_with_integer_labels),
        "cross_entropy_gradient": jax.value_and_grad(mean(losses.softmax_cross_entropy_with_integer_labels)),
        "binary_logits_gradient": jax.value_and_grad(mean(losses.sigmoid_binary_cross_entropy)),
        "kl": lambda p, q: losses.kl_divergence(jnp.log(q), p),
        "logsumexp": jax.nn.logsumexp,
        "softmax": jax.nn.softmax,
    }
    return {name: compiled(call) for name, call in tasks.items()}


LIBRARIES = {
    "crossentropy": ours,
    "SciPy": scipy_tasks,
    "scikit-learn": sklearn_tasks,
    "PyTorch": torch_tasks,
    "Optax": optax_tasks,
}
NEEDS = {"SciPy": "scipy", "scikit-learn": "sklearn", "PyTorch": "torch", "Optax": "optax"}


class Line(NamedTuple):
    """A task at a size, and the goals for ours/peer."""

    task: str
    shape: tuple
    dtype: str
    goals: dict


TABLES = ((10_000, 10), (4096, 1000), (512, 50_257))
_FORWARD = {  # goals against PyTorch and SciPy in float64, then in float32
    (10_000, 10): ((0.30, 0.30), (0.20, 0.25)),
    (4096, 1000): ((0.80, 0.40), (1.05, 0.40)),
    (512, 50_257): ((0.45, 0.30), (0.55, 0.35)),
}
_GRADIENT = {(10_000, 10): (0.30, 0.20), (4096, 1000): (0.75, 0.75), (512, 50_257): (0.25, 0.30)}
_DTYPES = ("float64", "float32")
MILLION = (1_000_000,)
LINES = [
    *(
        Line("cross_entropy", shape, dtype, dict(zip(("PyTorch", "SciPy"), goals, strict=True)))
        for shape in TABLES
        for dtype, goals in zip(_DTYPES, _FORWARD[shape], strict=True)
    ),
    *(
        Line("cross_entropy_gradient", shape, dtype, {"PyTorch": goal})
        for shape in TABLES
        for dtype, goal in zip(_DTYPES, _GRADIENT[shape], strict=True)
    ),
    Line("entropy", MILLION, "float64", {"SciPy": 0.40}),
    Line("entropy", (10,), "float64", {"SciPy": 0.10}),
    Line("kl", MILLION, "float64", {"SciPy": 0.60}),
    Line("logsumexp", MILLION, "float64", {"SciPy": 0.25}),
    Line("softmax", MILLION, "float64", {"SciPy": 0.60}),
    Line("binary", MILLION, "float64", {}),
    Line("binary_logits_gradient", MILLION, "float64", {"PyTorch": 0.60}),
]
MEMORY_LINES = [
    Line(task, shape, dtype, {"crossentropy": goal})
    for task, goal in (("cross_entropy", 0.02), ("cross_entropy_gradient", 1.02))
    for shape in TABLES
    for dtype in _DTYPES
]
IMPORT_GOAL = 5  # milliseconds
#: Growth: what grows, and the other size.
GROWTH = {"rows": 1000, "classes": 100}
GROWTH_LIBRARIES = ("crossentropy", "SciPy", "PyTorch", "Optax")


def inputs(line):
    """The arguments of a task."""
    rng = np.random.default_rng(0)

    def normal():
        z = np.empty(line.shape, line.dtype)
        block = 3 * rng.standard_normal(min(z.size, 1_000_003), z.dtype)  # repeated: to draw 2 GB takes long
        flat = z.reshape(-1)
        for start in range(0, z.size, block.size):
            part = flat[start : start + block.size]
            part[:] = block[: part.size]
        return z

    def shares():
        weights = rng.standard_exponential(line.shape, line.dtype)
        weights /= np.sum(weights)
        return weights

    if line.task.startswith("cross_entropy"):
        return normal(), rng.integers(0, line.shape[1], line.shape[0])
    hard = rng.integers(0, 2, line.shape).astype(line.dtype)
    made = {
        "binary": lambda: (rng.uniform(0.001, 0.999, line.shape), hard),
        "binary_logits_gradient": lambda: (normal(), hard),
        "entropy": lambda: (shares(),),
        "kl": lambda: (shares(), shares()),
    }
    return made.get(line.task, lambda: (normal(),))()


def name(line):
    return f"{line.task} {'×'.join(map(str, line.shape))} {line.dtype}"


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
    best = None
    gc.disable()
    try:
        for _ in range(ATTEMPTS):
            result = attempt(first, second)
            best = result if best is None or result[3] < best[3] else best
            if best[3] < QUIET:
                break
    finally:
        gc.enable()
    return best


def typical(call):
    """The median time of a call, in seconds."""
    repeats = max(1, int(SHORT / min(seconds(call) for _ in range(2))))
    times = []
    while len(times) < 3 or (sum(times) * repeats < BUDGET / 2 and len(times) < ROUNDS[1]):
        times.append(seconds(call, repeats))
    return statistics.median(times)


def digits(value, count=3):
    """So many significant digits, as a number."""
    return float(f"{value:.{count}g}")


def verdict(value, goal):
    """The mark of a missed goal."""
    return " *" if goal is not None and value is not None and value > goal else ""


def speed(tasks, only=""):
    """One row a line and peer; without numbers where there is a goal and the peer is not installed."""
    rows = []
    print(f"{'milliseconds':58}{'ours':>10}{'theirs':>10}{'ratio':>8}{'goal':>7}{'spread':>8}")
    for line in LINES:
        if only not in line.task:
            continue
        arrays = inputs(line)
        call = tasks["crossentropy"][line.task](*arrays)
        for peer in (peer for peer in LIBRARIES if peer != "crossentropy"):
            row = {"task": line.task, "shape": list(line.shape), "dtype": line.dtype, "peer": peer}
            row |= {"ours_ms": None, "peer_ms": None, "ratio": None, "goal": line.goals.get(peer)}
            shown = f"{name(line) + ' / ' + peer:58}"
            if line.task in tasks.get(peer, ()):
                mine, theirs, ratio, spread, pairs = paired(call, tasks[peer][line.task](*arrays))
                row |= {"ours_ms": digits(mine * 1e3), "peer_ms": digits(theirs * 1e3), "ratio": digits(ratio)}
                row |= {"spread": digits(spread, 2), "pairs": pairs}
                shown += f"{mine * 1e3:10.4g}{theirs * 1e3:10.4g}{ratio:8.3f}{row['goal'] or '–':>7}{spread:8.2f}"
            elif row["goal"] is None:
                continue
            else:
                shown += "not measured"
            rows.append(row)
            print(shown + verdict(row["ratio"], row["goal"]), flush=True)
    return rows


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


def child(request):
    """What a child process measures: memory of the first call of this size."""
    line = Line(*request["line"])
    line = line._replace(shape=tuple(line.shape))
    task = LIBRARIES[request["library"]]()[line.task]
    small = line._replace(shape=(2, *line.shape[1:]))
    task(*inputs(small))()  # what the library makes ready at its first call is not the call's
    arrays = inputs(line)
    call = task(*arrays)
    print(json.dumps({"extra": peak_of(call), "input": arrays[0].nbytes}))


def in_child(library, line):
    # Freed blocks go back to the system at once, so that none is used again without raising the mark.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    request = json.dumps({"library": library, "line": line._replace(goals={})})
    ran = subprocess.run([sys.executable, "-m", "tools.measuring.bench", "child", request], capture_output=True, text=True, env=environment, cwd=ROOT)
    if ran.returncode:
        raise SystemExit(f"{library}, {name(line)}:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


def memory(tasks, only=""):
    """Extra memory of a call, in MB and as a share of the logits; None where it cannot be measured."""
    rows = []
    print(f"\n{'extra memory, MB':58}{'input':>10}{'extra':>10}{'share':>8}{'goal':>7}")
    for line in MEMORY_LINES:
        for library in tasks:
            if line.task not in tasks[library] or only not in line.task:
                continue
            answer = in_child(library, line)
            extra, given, goal = answer["extra"], answer["input"], line.goals.get(library)
            row = {"task": line.task, "shape": list(line.shape), "dtype": line.dtype, "library": library}
            row |= {"input_mb": digits(given / 1e6), "extra_mb": None, "share": None, "goal": goal}
            if extra is not None:
                row |= {"extra_mb": digits(extra / 1e6), "share": digits(extra / given)}
            rows.append(row)
            shown = ("–", "–") if extra is None else (f"{extra / 1e6:.2f}", f"{extra / given:.4f}")
            print(
                f"{name(line) + ' / ' + library:58}{given / 1e6:10.1f}{shown[0]:>10}{shown[1]:>8}"
                f"{goal or '–':>7}{verdict(row['share'], goal)}",
                flush=True,
            )
    return rows


def grow(measure, hold=HOLD):
    """Measure at 10, 30, 100, 300 and so on, and at last at the largest size that fits.

    `measure` gets a size and returns the bytes of the input and those that the call took beside it. What the next
    size needs is told by the last one.
    """
    size = 10
    while True:
        row = measure(size)
        largest = int(hold / ((row["input"] + (row["extra"] or 0)) / size))
        following = size * 3 if str(size).startswith("1") else size // 3 * 10
        if largest < 1.3 * size:
            return
        size = min(following, largest)


def growth(tasks, *_):
    """Time and memory of a cross-entropy in float32, against rows and against classes."""
    rows = []
    print()
    for along, other in GROWTH.items():
        for library in (library for library in GROWTH_LIBRARIES if library in tasks):

            def measure(size, along=along, other=other, library=library):
                shape = (size, other) if along == "rows" else (other, size)
                line = Line("cross_entropy", shape, "float32", {})
                answer, took = in_child(library, line), typical(tasks[library][line.task](*inputs(line)))
                extra = answer["extra"]
                row = {"along": along, "shape": list(shape), "library": library}
                row |= {
                    "ms": digits(took * 1e3),
                    "extra_mb": None if extra is None else digits(extra / 1e6),
                }
                rows.append(row)
                print(
                    f"growth {along:8} {library:13}{shape!s:>20}  {row['ms']:10.4g} ms  {row['extra_mb']} MB",
                    flush=True,
                )
                return answer

            grow(measure)
    return rows


def import_time(module):
    """Milliseconds that a fresh process takes to import a module."""
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # with it each import would compile the package anew
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    return 1e3 * float(ran.stdout)


def importing(*_, pairs=41):
    """What `import crossentropy` takes over `import numpy`: fresh processes in turn, the median difference."""
    both = ("numpy", "crossentropy")
    for module in both:  # the first time reads the disk, and compiles
        import_time(module)
    times = [[import_time(module) for module in both] for _ in range(pairs)]
    numpy, mine = (statistics.median(column) for column in zip(*times, strict=True))
    extra = statistics.median(b - a for a, b in times)
    row = {"numpy_ms": digits(numpy), "ours_ms": digits(mine), "extra_ms": digits(extra), "goal_ms": IMPORT_GOAL}
    print(
        f"\nimport numpy {numpy:.1f} ms, crossentropy {mine:.1f} ms; {extra:.2f} ms more, goal {IMPORT_GOAL}; "
        f"{pairs} pairs of processes{verdict(extra, IMPORT_GOAL)}"
    )
    return row | {"pairs": pairs}


def installed():
    """The tasks of each library that there is; the names of the others."""
    tasks, missing = {}, []
    for library, load in LIBRARIES.items():
        try:
            importlib.import_module(NEEDS.get(library, "numpy"))
        except ImportError:
            missing.append(library)
        else:
            tasks[library] = load()
    return tasks, missing


def main(arguments):
    if arguments[:1] == ["child"]:
        child(json.loads(arguments[1]))
        return
    sections = {"speed": speed, "memory": memory, "import": importing, "growth": growth}
    if arguments and arguments[0] not in sections:
        raise SystemExit(__doc__.strip())
    start = time.perf_counter()
    tasks, missing = installed()
    before = provenance.described() | {"cores": CORES}
    result = {"machine": before, "versions": provenance.versions(list(tasks)), "missing": missing}
    for section in arguments[:1] or sections:
        result[section] = sections[section](tasks, *arguments[1:2])
    before |= {"load_after": provenance.described()["load"], "minutes": round((time.perf_counter() - start) / 60, 1)}
    load = f"load {before['load']} at the start, {before['load_after']} at the end, {before['minutes']} minutes"
    print(f"\n{before['processor']}, one of {CORES} cores, {load}.", end=" ")
    print(f"Not installed: {', '.join(missing)}." if missing else "All libraries are installed.")
    if not arguments:
        provenance.save(OUT, result)
        provenance.save(ratios.FILE, ratios.extract(result))
        print(f"Saved in {OUT.relative_to(ROOT)} and {ratios.FILE.relative_to(ROOT)}; `make notebooks` draws it anew.")


if __name__ == "__main__":
    main(sys.argv[1:])
