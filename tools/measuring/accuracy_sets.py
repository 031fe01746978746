"""Inputs on which digits are counted, and the true answers, for each function that is measured.

Distributions here are whole multiples of 2⁻⁵² (2⁻²⁴ for float32) and sum to exactly 1. So the plain and the generalised
Kullback–Leibler sums are the same number, and no library is blamed for a rounding error of the input.
"""

from typing import NamedTuple

import mpmath as mp
import numpy as np

from tests.strategies import exact, exp, log, log1p

BITS = {np.float64: 52, np.float32: 24}

# The truth, row by row, of numbers that are exact -------------------------------------------------------


def _entropy(p):
    return -np.sum(p * log(p), axis=-1)


def _js(p, q):
    middle = log((p + q) / 2)
    return np.sum(p * (log(p) - middle) + q * (log(q) - middle), axis=-1) / 2


def _given_x(joint):
    return -np.sum(joint * (log(joint) - log(np.sum(joint, axis=-1, keepdims=True))), axis=(-2, -1))


def _mutual(joint):
    marginals = log(np.sum(joint, axis=-1, keepdims=True)) + log(np.sum(joint, axis=-2, keepdims=True))
    return np.sum(joint * (log(joint) - marginals), axis=(-2, -1))


def _odds_against(z):
    """Σ of the other classes' exponentials over one's own, for each class. No difference that could round to 0."""
    top = np.argmax(z, axis=-1)[:, np.newaxis]
    e = exp(z - np.take_along_axis(z, top, -1))
    others = np.sum(e, axis=-1, keepdims=True) - e
    np.put_along_axis(e, top, mp.mpf(0), -1)
    np.put_along_axis(others, top, np.sum(e, axis=-1, keepdims=True), -1)
    np.put_along_axis(e, top, mp.mpf(1), -1)
    return others / e


def _of_labels(table, labels):
    return np.take_along_axis(table, labels[:, np.newaxis], -1)[:, 0]


def _logsumexp(z):
    at = np.argmax(z, axis=-1)
    return _of_labels(z, at) + log1p(_of_labels(_odds_against(z), at))


def _softplus(z):
    return log1p(exp(z))


# The inputs ---------------------------------------------------------------------------------------------


def _shares(weights, bits):
    """Whole numbers of at least 1 in proportion to the weights, each row summing to 2**bits."""
    whole = np.maximum(1, np.floor(weights / np.sum(weights, axis=-1, keepdims=True) * 2.0**bits)).astype(np.int64)
    rows, top = np.arange(len(whole)), np.argmax(whole, axis=-1)
    whole[rows, top] += 2**bits - np.sum(whole, axis=-1)
    return whole


def _moved(whole, nearest, rng):
    """The same with each number changed by some share of it, of at least about 10**nearest, and the sum kept."""
    distance = 10.0 ** rng.uniform(nearest, -1.5, (len(whole), 1))
    change = np.rint(whole * distance * rng.normal(size=whole.shape)).astype(np.int64)
    rows, top = np.arange(len(whole)), np.argmax(whole, axis=-1)
    change[rows, top] -= np.sum(change, axis=-1)
    return whole + change


def _distributions(rng):
    """Sets of pairs (p, q) of distributions."""

    def pairs(evenness=1.0, nearest=None, dtype=np.float64):
        bits = BITS[dtype]
        for outcomes, rows in ((2, 60), (10, 20), (200, 3)):
            p = _shares(rng.gamma(evenness, size=(rows, outcomes)), bits)
            q = _moved(p, nearest, rng) if nearest else _shares(rng.gamma(evenness, size=p.shape), bits)
            yield (p * 0.5**bits).astype(dtype), (q * 0.5**bits).astype(dtype)

    sets = {
        "random": list(pairs()),
        "near-equal": list(pairs(nearest=-14)),
        "confident": list(pairs(evenness=0.05)),
        "float32": list(pairs(dtype=np.float32)),
        "float32, near-equal": list(pairs(nearest=-6, dtype=np.float32)),
    }
    # One outcome more that is all but impossible, and that p meets seldom: 2⁻⁵² is taken from its likeliest outcome.
    sets["subnormal"] = []
    for p, q in sets["random"]:
        p, least, rows = p.copy(), np.full(len(p), 0.5**52), np.arange(len(p))
        p[rows, np.argmax(p, axis=-1)] -= least
        tiny = rng.integers(1, 2**40, len(p)) * 5e-324
        sets["subnormal"] += [(np.column_stack([p, least]), np.column_stack([q, tiny]))]
        sets["subnormal"] += [(np.column_stack([q, tiny]), np.column_stack([p, least]))]
    return sets


def _tables(rng):
    """Sets of joint distributions; the near-equal ones are nearly products of their marginals."""

    def tables(evenness=1.0, nearest=None, dtype=np.float64):
        bits = BITS[dtype]
        for shape, rows in (((2, 2), 40), ((3, 5), 15)):
            if nearest:
                x, y = (_shares(rng.gamma(evenness, size=(rows, size)), bits // 2) for size in shape)
                whole = _moved((x[:, :, np.newaxis] * y[:, np.newaxis, :]).reshape(rows, -1), nearest, rng)
            else:
                whole = _shares(rng.gamma(evenness, size=(rows, shape[0] * shape[1])), bits)
            yield ((whole * 0.5**bits).astype(dtype).reshape(rows, *shape),)

    return {
        "random": list(tables()),
        "near-equal": list(tables(nearest=-13)),
        "confident": list(tables(evenness=0.05)),
        "float32": list(tables(dtype=np.float32)),
        "float32, near-equal": list(tables(nearest=-5, dtype=np.float32)),
    }


def _scores(rng):
    """Sets of (logits, labels)."""

    def rows(spread=3.0, offset=0.0, ahead=None, dtype=np.float64, right=True):
        for classes, count in ((2, 60), (10, 20), (300, 3)):
            z = spread * rng.normal(size=(count, classes))
            y = rng.integers(0, classes, count)
            if ahead:
                top = y if right else (y + 1) % classes
                z[np.arange(count), top] = np.max(z, axis=-1) + rng.uniform(*ahead, count)
            if offset:
                z += rng.choice([-1, 1], (count, 1)) * 10.0 ** rng.uniform(3, offset, (count, 1))
            yield z.astype(dtype), y

    return {
        "random": list(rows()),
        "near-equal": list(rows(spread=1e-9)),
        "confident": [*rows(ahead=(10, 40)), *rows(ahead=(40, 690))],
        "confident and wrong": list(rows(ahead=(10, 690), right=False)),
        "huge offsets": list(rows(offset=12)),
        "subnormal": [*rows(ahead=(705, 740)), *rows(spread=1e-310)],
        "float32": list(rows(dtype=np.float32)),
        "float32, confident": [*rows(ahead=(10, 80), dtype=np.float32), *rows(ahead=(80, 600), dtype=np.float32)],
        "float32, huge offsets": list(rows(offset=6, dtype=np.float32)),
    }


def _sums(scores, rng):
    """For a logsumexp: random rows that have a score above 0; and logarithms of shares, whose answer is close to 0."""
    random = [(z[np.max(z, axis=-1) > 0],) for z, _ in scores["random"]]
    shares = [np.log(_shares(rng.gamma(1.0, size=z.shape), 52) * 0.5**52) for z, _ in scores["random"]]
    return scores | {"random": random, "answer near 0": [(z + rng.normal(0, 0.1, (len(z), 1)),) for z in shares]}


def _numbers(rng):
    """Sets of (log-odds, hard targets), and of (log-odds, soft targets)."""

    def of(z, dtype=np.float64, agree=None):
        z = z.astype(dtype)
        y = rng.integers(0, 2, z.size) if agree is None else (z > 0) == agree
        return [(z, y.astype(dtype))]

    sign = rng.choice([-1, 1], 200)
    soft = 3 * rng.normal(size=200)
    # Far from where the slope is 0, whose neighbourhood has no digits to keep.
    y = np.where(soft > 0, rng.uniform(0, 0.25, 200), rng.uniform(0.75, 1, 200))
    return {
        "random": of(3 * rng.normal(size=400)),
        "near-equal": of(1e-9 * rng.normal(size=200)),
        "confident": of(sign * rng.uniform(10, 700, 200), agree=True),
        "confident and wrong": of(sign * rng.uniform(10, 700, 200), agree=False),
        "soft targets": [(soft, y)],
        "subnormal": [*of(sign * rng.uniform(708, 745, 200), agree=True), *of(1e-310 * rng.normal(size=100))],
        "float32": of(3 * rng.normal(size=400), np.float32),
        "float32, confident": of(sign * rng.uniform(10, 100, 200), np.float32, agree=True),
    }


def _probabilities(rng):
    """Sets of (probability of class 1, hard target)."""

    def of(p, dtype=np.float64):
        p = p.astype(dtype)
        return [(p, rng.integers(0, 2, p.size).astype(dtype))]

    return {
        "random": of(rng.uniform(size=400)),
        "confident": of(1 - 2.0 ** rng.uniform(-50, -3, 200)),
        "tiny": of(10.0 ** rng.uniform(-300, -3, 200)),
        "subnormal": of(rng.integers(1, 2**40, 200) * 5e-324),
        "float32": of(rng.uniform(0.001, 0.999, 400), np.float32),
    }


# The functions ------------------------------------------------------------------------------------------


class Measured(NamedTuple):
    """What is true of a function; and its sets: by name, a list of calls' arguments."""

    formula: object
    sets: dict

    def truth(self, arguments):
        """The answers for the arguments of a call, as exact as mpmath is told to be."""
        return np.atleast_1d(self.formula(*(exact(x) if x.dtype.kind == "f" else x for x in arguments)))


def _first(sets, without=()):
    """The same sets with the first argument alone."""
    return {name: [arguments[:1] for arguments in calls] for name, calls in sets.items() if name not in without}


def _functions():
    rng = np.random.default_rng(2026)
    pairs, tables, scores, numbers, probabilities = (
        make(rng) for make in (_distributions, _tables, _scores, _numbers, _probabilities)
    )
    # Near-equal says nothing about a single distribution, and wrong nothing without labels.
    one = _first(pairs, ("near-equal", "float32, near-equal"))
    logits = _first(scores, ("confident and wrong",))
    odds = _first(numbers, ("confident and wrong", "soft targets"))
    powers_of_two = {"2ᵏ equal outcomes": [(np.full(2**k, 0.5**k),) for k in range(13)]}
    measured = {
        "self_information": (lambda p: -log(p), _first(probabilities)),
        "entropy": (_entropy, one),
        "entropy in bits": (lambda p: _entropy(p) / mp.log(2), one | powers_of_two),
        "conditional_entropy": (_given_x, tables),
        "cross_entropy": (lambda p, q: -np.sum(p * log(q), axis=-1), pairs),
        "kl_divergence": (lambda p, q: np.sum(p * (log(p) - log(q)) - p + q, axis=-1), pairs),
        "js_divergence": (_js, pairs),
        "mutual_information": (_mutual, tables),
        "logsumexp": (_logsumexp, _first(_sums(scores, rng), ("confident and wrong",))),
        "log_softmax": (lambda z: -log1p(_odds_against(z)), logits),
        "softmax": (lambda z: 1 / (1 + _odds_against(z)), logits),
        "sigmoid": (lambda s: 1 / (1 + exp(-s)), odds),
        "log_sigmoid": (lambda s: -_softplus(-s), odds),
        "softmax_cross_entropy": (lambda z, y: log1p(_of_labels(_odds_against(z), y)), scores),
        "softmax_cross_entropy_grad": (lambda z, y: -1 / (1 + 1 / _of_labels(_odds_against(z), y)), scores),
        "binary_cross_entropy": (lambda c, b: -b * log(c) - (1 - b) * log1p(-c), probabilities),
        "binary_cross_entropy_with_logits": (lambda s, b: b * _softplus(-s) + (1 - b) * _softplus(s), numbers),
        "binary_cross_entropy_with_logits_grad": (
            lambda s, b: (1 - b) / (1 + exp(-s)) - b / (1 + exp(s)),
            numbers,
        ),
    }
    return {function: Measured(*of_function) for function, of_function in measured.items()}


FUNCTIONS = _functions()
