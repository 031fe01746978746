"""Checks of the chapter *Cross-entropy*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

THREE = math.log2(3)
FOUR = 1.0, 1 - THREE / 2, 2 - THREE / 2, 1.0
LOG = math.exp(3.1), 3.1 / math.log(2), math.log(50_257)


def h(*p):
    return -sum(a * math.log2(a) for a in p)


EXCESS = h(5 / 16, 3 / 8, 3 / 16, 1 / 8) - h(1 / 2, 1 / 4, 1 / 8, 1 / 8)


def mean(p, q):
    return (np.asarray(p) + q) / 2


def geometric(p, q):
    root = np.sqrt(np.multiply(p, q))
    return root / root.sum()


def bills(seen, unseen, added=1, payers=(0, 0), order=1, scale=1):
    """The two bills, and what a mistake makes of them."""
    days = seen, unseen
    models = [(d + added) / np.sum(d + added) for d in days]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(d > 0, d * -np.log2(models[m]), 0) for d, m in zip(days, payers, strict=True)]
    return [scale * t.sum() / d.sum() for t, d in zip(terms, days, strict=True)][::order]


def under_the_model(seen, unseen):
    model = (seen + 1) / np.sum(seen + 1)
    with np.errstate(divide="ignore"):
        return [-np.sum(model * np.log2(d / d.sum())) for d in (seen, unseen)]


def linear(p, q):
    return p * (1 - q) + (1 - p) * q


def squared(p, q):
    return p * (1 - q) ** 2 + (1 - p) * q**2


RIGHT = {
    "cross-entropy-hand": (FOUR,),
    "cross-entropy-log": LOG,
    "cross-entropy-mixture": (mean, EXCESS),
    "cross-entropy-held-out": (bills,),
    "cross-entropy-linear": (linear, squared),
}
WRONG = {
    "cross-entropy-hand": {
        "divergence exchanged": (((1, 0.1887, *FOUR[2:]),), "D(p‖q) has p and q exchanged"),
        "joint entropy": (((*FOUR[:2], 1 + h(0.25, 0.75), 1),), "no joint entropy"),
        "symmetric": (((*FOUR[:3], FOUR[2]),), "not H(p, q)"),
        "entropy of q": (((*FOUR[:3], h(0.25, 0.75)),), "not H(q)"),
        "nats": ((tuple(math.log(2) * f for f in FOUR),), "in nats"),
    },
    "cross-entropy-log": {
        "mixed units": ((2**3.1, *LOG[1:]), "wrong logarithm"),
        "the loss": ((3.1, *LOG[1:]), "the loss itself"),
        "multiplied": ((LOG[0], 3.1 * math.log(2), LOG[2]), "smaller unit"),
        "perplexity": ((*LOG[:2], 50_257), "its logarithm"),
        "uniform in bits": ((*LOG[:2], math.log2(50_257)), "in bits, and nats"),
    },
    "cross-entropy-mixture": {
        "one town": ((lambda p, q: p, EXCESS), "`best_belief` is p"),
        "surprises averaged": ((geometric, EXCESS), "averages the surprises"),
        "not normalised": ((lambda p, q: np.add(p, q), EXCESS), "does not sum to 1"),
        "even": ((lambda p, q: np.full(len(p), 1 / len(p)), EXCESS), "does not use what you know"),
        "whole bill": ((mean, h(5 / 16, 3 / 8, 3 / 16, 1 / 8)), "the whole bill"),
        "not halved": ((mean, 2 * EXCESS), "average is asked for"),
        "the wrong town": ((mean, (0.625 + 0.5) / 2), "believing in the wrong town"),
    },
    "cross-entropy-held-out": {
        "exchanged": ((lambda s, u: bills(s, u, order=-1),), "halves exchanged"),
        "not a day": ((lambda s, u: bills(s, u, scale=20),), "all twenty days"),
        "each its own model": ((lambda s, u: bills(s, u, payers=(0, 1)),), "with the model of the first ones"),
        "first by the second": ((lambda s, u: bills(s, u, payers=(1, 0)),), "with the model of the other"),
        "under the model": ((under_the_model,), "not under the model"),
        "nothing added": ((lambda s, u: bills(s, u, added=0),), "need 1 added"),
        "nats": ((lambda s, u: bills(s, u, scale=math.log(2)),), "in nats"),
    },
    "cross-entropy-linear": {
        "heads only": ((lambda p, q: 1 - q, squared), "paid on heads"),
        "reward for payment": ((lambda p, q: p * q + (1 - p) * (1 - q), squared), "1 minus that"),
        "distance from p": ((lambda p, q: abs(p - q), squared), "nobody knows p"),
        "squared distance": ((linear, lambda p, q: (p - q) ** 2), "`squared` compares with p"),
        "average squared": ((linear, lambda p, q: linear(p, q) ** 2), "squares the average"),
        "sides exchanged": ((linear, lambda p, q: squared(1 - p, q)), "heads and tails exchanged"),
        "called": ((0.7, 0.6), "expected a function"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
