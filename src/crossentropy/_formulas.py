"""The formulas that several modules share, on plain arrays: nothing is checked here, nothing cut into blocks."""

import math

import numpy as np

from ._digits import exp_difference, log1p
from ._kernels import row_sums


def nats(base, dtype):
    """One unit of a base in nats, with the digits of the numbers that it divides."""
    return math.log(base) if dtype == np.float64 or base == math.e else np.log(dtype.type(base))


def log(x, base):
    """Logarithm to any base; NumPy's own where it has one, so that powers of 2 give whole bits."""
    if base == math.e:
        return np.log(x)
    if base == 2:
        return np.log2(x)
    if base == 10:
        return np.log10(x)
    return np.log(x) / nats(base, x.dtype)


def surprise(p, base):
    """−log p; written 0 − log p because −(0.0) would print as -0."""
    return 0 - log(p, base)


def expected(p, x):
    """Terms p·x of an expectation; what never happens (p = 0) adds nothing, even if x is infinite."""
    terms = p * x
    if np.isnan(np.add.reduce(terms, axis=None)):  # 0 · ∞ is NaN; there is seldom one, and to replace none is quicker
        terms = np.where(p == 0, 0, terms)
    return terms


def _max_and_log_rest(z):
    """Split logsumexp(z) into max(z) + log(1 + rest): `(max, log(1 + rest))`, last axis kept.

    The largest score is left out of the sum and enters as the exact 1 of log1p, so that a rest of
    1e-18 keeps its digits.
    """
    first = np.argmax(z, axis=-1)[..., np.newaxis]
    top = np.take_along_axis(z, first, -1)

    def rest(more):
        others = exp_difference(z, top, more)
        np.put_along_axis(others, first, 0, -1)
        return row_sums(others)[..., np.newaxis]

    total = rest(0)
    if np.any(total < 1e-290):  # below 2e-308 floats are coarse: such terms are summed first, and then made so small
        total = np.where(total < 1e-290, rest(64) * np.exp(z.dtype.type(-64)), total)
    return top, np.log1p(total)


def logsumexp(z):
    """log Σ e^z over the last axis."""
    top, log_rest = _max_and_log_rest(z)
    # An infinite maximum decides alone: +inf wins, and -inf means that every score is -inf.
    return np.where(np.isinf(top), top, top + log_rest)[..., 0]


def log_softmax(z):
    """z − logsumexp(z) over the last axis."""
    top, log_rest = _max_and_log_rest(z)
    return (z - top) - log_rest


def softmax(z):
    """e^z / Σ e^z over the last axis."""
    e = np.exp(z)
    total = row_sums(e)
    if not np.all((total >= 0.5) & (total < 1e150)):  # else quotients are as exact as if the largest term had been 1
        e = exp_difference(z, np.max(z, axis=-1, keepdims=True))
        total = row_sums(e)
    return e / total[..., np.newaxis]


def softmax_and_complement(z):
    """softmax and 1 − softmax, the latter at the largest score (the first, if several are) as the sum of the others."""
    p = softmax(z)
    top = np.arange(z.shape[-1]) == np.argmax(z, axis=-1)[..., np.newaxis]
    others = np.sum(np.where(top, 0, p), axis=-1, keepdims=True)
    if np.any(others < 1e-290):  # too coarse to be summed
        others = np.where(others < 1e-290, -np.expm1(-_max_and_log_rest(z)[1]), others)
    return p, np.where(top, others, 1 - p)


def sigmoid(z):
    """1 / (1 + e^−z), and e^z / (1 + e^z) where e^−z would overflow."""
    e = np.negative(z)
    if np.max(np.exp(e, out=e)) < np.inf:  # in one array, which saves a quarter of the time
        e += 1
        return np.divide(1, e, out=e)
    e = np.exp(-np.abs(z))
    return np.exp(np.minimum(z, 0)) / (1 + e)  # the numerator is 1 or e, and np.where would take longer


def log_sigmoid(z):
    """−log(1 + e^−z): minus the surprise of class 1 at log-odds z."""
    surprise = log1p(_odds(z))
    return np.subtract(np.minimum(z, 0), surprise, out=surprise)


def _odds(z):
    """e^−|z|, in one array."""
    e = np.abs(z)
    return np.exp(np.negative(e, out=e), out=e)


def wrong_and_odds(z, y):
    """How wrong the score would be if it were sure, [z ≥ 0] − y, and the odds e^−|z| against what it says."""
    return (z >= 0) - y, _odds(z)


def sigmoid_error(z, wrong, odds):
    """σ(z) − y: σ(z) is [z ≥ 0], less or more the chance of the other class, so σ(z) − 1 keeps its digits."""
    return wrong - np.copysign(odds / (1 + odds), z + 0.0)  # -0.0 is 0 as well
