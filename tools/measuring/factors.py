"""The package's time over that of the exponential, and over SciPy's: on ordinary tables and on unusual ones.

A softmax takes at least one exponential a number. So the floor is `np.exp` of the ordinary table, in blocks that stay
in the cache, into a buffer that is used again. That is the measure for the unusual tables too: the exponential of
numbers that overflow takes longer, and a longer measure would flatter.

NumPy's exponential depends on the processor's instructions. Where it found AVX-512, all is measured once more without.
"""

import json
import sys
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy import special

import crossentropy as ce
from tools.measuring import bench
from tools.measuring.records import instructions, significant

BUDGET, ROUNDS = 0.4, (7, 60)  # seconds and rounds a row
BYTES = 1 << 18  # a block of the exponential
MANY, TEN = (1024, 1024), (100_000, 10)


class Row(NamedTuple):
    """A call, what it is about, the goal for its factor, and SciPy's way to the same answer."""

    task: str
    inputs: str
    gradient: bool
    goal: float
    ours: partial
    scipy: partial


def by_scipy(z, y, weight=None, label_smoothing=0.0, gradient=False):
    """A mean cross-entropy and its gradient, from SciPy's logsumexp and softmax."""
    rows, logs = np.arange(len(z)), special.logsumexp(z, axis=1)
    if y.ndim == 2:
        losses = logs - np.sum(y * z, axis=1)
    elif label_smoothing:
        losses = logs - (1 - label_smoothing) * z[rows, y] - label_smoothing * np.mean(z, axis=1)
    else:
        losses = logs - z[rows, y]
    shares = np.full(len(z), 1 / len(z)) if weight is None else weight[y] / np.sum(weight[y])
    if not gradient:
        return losses @ shares
    slopes = special.softmax(z, axis=1)
    if y.ndim == 2:
        slopes -= y
    else:
        slopes[rows, y] -= 1 - label_smoothing
        if label_smoothing:
            slopes -= label_smoothing / z.shape[1]
    slopes *= shares.astype(z.dtype)[:, np.newaxis]
    return losses @ shares, slopes


def binary_by_scipy(z, y, gradient=False):
    """The same of two classes."""
    loss = -np.mean(y * special.log_expit(z) + (1 - y) * special.log_expit(-z))
    return (loss, (special.expit(z) - y) / z.size) if gradient else loss


def unusual(z, y):
    """The tables that were slow once, by what was done to them."""
    rows, masked, leading = np.arange(len(z)), z.copy(), z.copy()
    masked[rows, (y + 1) % z.shape[1]] = -np.inf
    leading[rows, y] = 500
    shifts = {f"shifted by {shift}": z + z.dtype.type(shift) for shift in ("100", "-100", "1000", "-1000", "1e8")}
    spread = {"standard deviation 20": z * z.dtype.type(20)}
    return shifts | {"-inf in each row": masked, "label at +500": leading} | spread


def table(shape, dtype):
    """An ordinary table, with labels."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(shape, dtype), rng.integers(0, shape[1], shape[0])


def losses(z, y):
    """The rows of the cross-entropy of a table."""
    rng, classes = np.random.default_rng(1), z.shape[1]
    targets = rng.standard_exponential(z.shape, z.dtype)
    targets /= np.sum(targets, axis=1, keepdims=True)
    calls = {"labels": (z, y, {}), "soft targets": (z, targets, {})}
    calls["weights"] = (z, y, {"weight": rng.uniform(0.5, 1.5, classes)})
    calls["label smoothing"] = (z, y, {"label_smoothing": 0.1})
    calls |= {name: (changed, y, {}) for name, changed in unusual(z, y).items()}
    goals = (4.0, 5.0) if classes == TEN[1] else (2.0, 3.0)
    sure = z.copy()
    sure[np.arange(len(z)), y] += 15  # as of a trained model
    calls |= {
        "label smoothing, confident": (sure, y, {"label_smoothing": 0.1}),
        "soft targets, confident": (sure, targets, {}),
    }
    for inputs, (scores, target, options) in calls.items():
        for gradient, goal in enumerate(goals):
            function = ce.softmax_cross_entropy_value_and_grad if gradient else ce.softmax_cross_entropy
            theirs = partial(by_scipy, scores, target, gradient=bool(gradient), **options)
            ours = partial(function, scores, target, **options)
            yield Row("softmax_cross_entropy", inputs, bool(gradient), goal, ours, theirs)


def activations(z, y):
    """The rows of the functions from scores to probabilities."""
    ten = z.shape[1] == TEN[1]
    for name in ("logsumexp", "softmax", "log_softmax"):
        for axis, along in ((-1, "last axis"),) if ten else ((-1, "last axis"), (0, "first axis")):
            for shift, but in ((0, ""), (1000, ", shifted by 1000")):
                ours, theirs = (partial(getattr(of, name), z + z.dtype.type(shift), axis=axis) for of in (ce, special))
                yield Row(name, along + but, False, 4.0 if ten else 2.0, ours, theirs)
    if ten:
        return
    for name, theirs in (("sigmoid", special.expit), ("log_sigmoid", special.log_expit)):
        yield Row(name, "any", False, 3.0, partial(getattr(ce, name), z), partial(theirs, z))
    b = np.random.default_rng(2).integers(0, 2, z.shape).astype(z.dtype)
    for gradient, goal in ((False, 4.0), (True, 5.0)):
        name = "binary_cross_entropy_with_logits"
        ours = getattr(ce, name + "_value_and_grad" * gradient)
        yield Row(name, "any", gradient, goal, partial(ours, z, b), partial(binary_by_scipy, z, b, gradient=gradient))


def exponential(z):
    """`np.exp` of all numbers, block by block."""
    numbers, size = z.reshape(-1), BYTES // z.itemsize
    out = np.empty(size, z.dtype)
    for start in range(0, numbers.size, size):
        block = numbers[start : start + size]
        np.exp(block, out=out[: len(block)])


def in_turn(floor, ours, theirs):
    """The times of the floor, ours and theirs, a tuple for each round; ours and theirs take turns to go first."""
    times, start = [], bench.clock()
    ours(), theirs()
    while len(times) < ROUNDS[0] or (bench.clock() - start < BUDGET and len(times) < ROUNDS[1]):
        floor()  # the numbers are where they were for the other calls, near the processor
        exp = bench.seconds(floor)
        both = [bench.seconds(call) for call in ((theirs, ours) if len(times) % 2 else (ours, theirs))]
        times.append((exp, *(both[::-1] if len(times) % 2 else both)))
    return times


def measured(only=""):
    """A row for each call: `factor` over the exponential, `ratio` over SciPy, the goal for the factor."""
    for shape in (MANY, TEN):
        for dtype in (np.float64, np.float32):
            z, y = table(shape, dtype)
            about = {"shape": list(shape), "dtype": np.dtype(dtype).name}
            for row in (row for rows in (losses, activations) for row in rows(z, y) if only in row.task):
                with np.errstate(all="ignore"):
                    times = in_turn(partial(exponential, z), row.ours, row.scipy)
                exp, ours, theirs = map(min, zip(*times, strict=True))  # the least is the least disturbed
                found = {"task": row.task, "gradient": row.gradient, "inputs": row.inputs} | about
                found |= {"exp_ms": significant(1e3 * exp), "factor": significant(ours / exp), "goal": row.goal}
                yield found | {"ratio": significant(ours / theirs), "rounds": len(times)}


def factors(libraries, only=""):
    """The same rows for each set of instructions, each in a process of its own."""
    for name, environment in instructions().items():
        for row in bench.rows_of_child("tools.measuring.factors", [only], environment):
            yield {"instructions": name} | row


if __name__ == "__main__":
    for row in measured(*sys.argv[1:]):
        print(json.dumps(row), flush=True)
