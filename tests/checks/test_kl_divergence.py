"""Checks of the chapter *KL divergence*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases


def d(p, q):
    return sum(a * math.log2(a / b) for a, b in zip(p, q, strict=True))


COINS = d((0.9, 0.1), (0.5, 0.5)), d((0.5, 0.5), (0.9, 0.1))
FINITE = [True, False, True], [False, False, False]
MOMENTS = 0.6 * -3 + 0.4 * 3, math.sqrt(0.8**2 + 0.6 * 0.4 * 6**2)
BETWEEN = d((0.5, 0.25, 0.25), (0.125, 0.5, 0.375))
INSIDE = d((0.5, 0.5), (2 / 3, 1 / 3))


def smoothed(counts, c):
    counts = np.asarray(counts) + c
    return counts / counts.sum(axis=-1, keepdims=True)


def square(p, d, e):
    return e**2 / 2 * np.sum(d**2 / p)


RIGHT = {
    "kl-divergence-coins": COINS,
    "kl-divergence-finite": FINITE,
    "kl-divergence-smoothing": (smoothed,),
    "kl-divergence-moments": MOMENTS,
    "kl-divergence-quadratic": (square,),
    "kl-divergence-merging": (BETWEEN, INSIDE / 4),
}
WRONG = {
    "kl-divergence-coins": {
        "exchanged": (COINS[::-1], "truth and belief exchanged"),
        "nats": (tuple(math.log(2) * c for c in COINS), "in nats"),
        "whole bill": ((1.0, COINS[1]), "whole bill"),
        "entropy": ((-0.9 * math.log2(0.9) - 0.1 * math.log2(0.1), COINS[1]), "entropy of the coin"),
        "heads alone": ((0.9 * math.log2(1.8), COINS[1]), "heads alone"),
    },
    "kl-divergence-finite": {
        "zeros in p are feared": (([False, False, False], FINITE[1]), "(a) D(p‖q) is judged wrongly"),
        "any overlap will do": (([True, True, True], FINITE[1]), "(b) D(p‖q) is judged wrongly"),
        "symmetric": (([True, False, True], [True, False, True]), "(a) D(q‖p) is judged wrongly"),
        "numbers missing": (([True, False], FINITE[1]), "shape (2,), expected (3,)"),
    },
    "kl-divergence-smoothing": {
        "not normalised again": ((lambda n, c: (np.asarray(n) + c) / np.sum(n),), "must still sum to 1"),
        "added once": ((lambda n, c: (np.asarray(n) + c) / (np.sum(n) + c),), "once to the total"),
        "the unseen only": ((lambda n, c: (m := np.where(np.asarray(n) == 0, c, n)) / m.sum(),), "count is 0 only"),
        "counts": ((lambda n, c: np.asarray(n) + c * (c != 0) if c else np.asarray(n) / np.sum(n),), "returns counts"),
        "four outcomes": ((lambda n, c: (np.asarray(n) + c) / (np.sum(n) + 4 * c),), "need not be four"),
        "the numbers of the text": ((lambda n, c: (np.asarray(n) + c) / (20 + 4 * c),), "take both from the counts"),
        "all rows at once": ((lambda n, c: (m := np.asarray(n) + c) / m.sum(),), "divides by the total of all"),
        "in place": ((lambda n, c: n.__iadd__(c) / n.sum(),), "changes what it is given"),
    },
    "kl-divergence-moments": {
        "equal bumps": ((0.0, MOMENTS[1]), "equally heavy"),
        "variance": ((MOMENTS[0], MOMENTS[1] ** 2), "take its root"),
        "around zero": ((MOMENTS[0], math.sqrt(0.64 + 9)), "around 0"),
        "one bump": ((MOMENTS[0], 0.8), "width of one bump"),
        "the grid": ((MOMENTS[0], np.std(np.linspace(-12, 12, 241))), "that of the grid"),
    },
    "kl-divergence-quadratic": {
        "no half": ((lambda p, d, e: 2 * square(p, d, e),), "lacks the factor"),
        "unweighed": ((lambda p, d, e: e**2 / 2 * np.sum(d**2),), "all outcomes alike"),
        "by q": ((lambda p, d, e: square(p + d, d, e),), "divides by q"),
        "first power": ((lambda p, d, e: square(p, d, 1) * e,), "not with its square"),
        "first order": ((lambda p, d, e: e**2 / 2 * np.sum(d / p),), "adds up to 0"),
        "bits": ((lambda p, d, e: square(p, d, e) / math.log(2),), "in bits"),
        "with three outcomes only": ((lambda p, d, e: square(p, d, e) * len(p) / 3,), "For 2 outcomes"),
    },
    "kl-divergence-merging": {
        "not merged": ((0.625, INSIDE / 4), "merge rain and snow"),
        "exchanged": ((d((0.125, 0.5, 0.375), (0.5, 0.25, 0.25)), INSIDE / 4), "exchanged"),
        "not weighed": ((BETWEEN, INSIDE), "not weighed"),
        "weighed by q": ((BETWEEN, INSIDE * 3 / 8), "weighed by q"),
        "not normalised": ((BETWEEN, d((1 / 8, 1 / 8), (1 / 4, 1 / 8))), "must sum to 1"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
