"""Count the digits that functions lose, ours and other libraries'.

Errors are in units in the last place (ULP) of the answer's own format, against mpmath at 60 digits: the largest and
the median of each set of `accuracy_sets`. ½ is what rounding the true answer costs.
"""

import functools

import mpmath as mp
import numpy as np

from tools.measuring.accuracy_sets import FUNCTIONS
from tools.measuring.libraries import TABLE, having
from tools.measuring.records import significant

DIGITS = 60
TASKS = TABLE["accuracy"]
CASES = [(function, name) for function, measured in FUNCTIONS.items() for name in measured.sets]


def goal(function, name):
    """The largest error allowed; None where a sum of opposite signs may leave nothing but rounding errors."""
    return {"2ᵏ equal outcomes": 0, "answer near 0": None}.get(name, TASKS[function]["goal"])


@functools.cache
def truths(function, name):
    """The answers at 60 digits, an array for each call."""
    measured = FUNCTIONS[function]
    with mp.workdps(DIGITS):
        return [measured.truth(arguments) for arguments in measured.sets[name]]


def errors(call, function, name):
    """The errors of a function's answers in units in the last place, infinite where there is no number."""
    found = []
    for arguments, true in zip(FUNCTIONS[function].sets[name], truths(function, name), strict=True):
        got = np.atleast_1d(call(*arguments))
        assert got.shape == true.shape, (function, name, got.shape, true.shape)
        assert got.dtype == arguments[0].dtype, (function, name, got.dtype)
        with mp.workdps(DIGITS):
            for answer, value in zip(got.ravel().tolist(), true.ravel(), strict=True):
                last_place = np.spacing(np.abs(got.dtype.type(float(value))))
                found.append(float(abs(mp.mpf(answer) - value) / mp.mpf(float(last_place))))
    return np.round(np.nan_to_num(found, nan=np.inf), DIGITS // 3)  # beyond which the truth is not known either


def accuracy(libraries, only=""):
    """A row for each function and set: the goal, and the largest and the median error of each library."""
    for function, name in CASES:
        if only not in function:
            continue
        row = {"function": function, "set": name, "goal": goal(function, name)}
        for library in having(libraries, TASKS[function]).values():
            with np.errstate(all="ignore"):
                found = errors(functools.partial(library.answer, TASKS[function]), function, name)
            # JSON has no infinity; "lost" is where the answer is NaN or infinite and the truth is not.
            told = [significant(error) if np.isfinite(error) else "lost" for error in (max(found), np.median(found))]
            row[library.name] = told
        yield row
