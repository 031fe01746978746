"""Checks of the chapter *Two classes*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

HAND = math.log(3), 0.75, (math.log(4 / 3), math.log(4)), (-0.25, 0.75)


def sigma(z):
    return 1 / (1 + math.exp(-z))


def descended(rate):
    z = 0.0
    for _ in range(50):
        z -= rate * (sigma(z) - 1)
    return math.log1p(math.exp(-z))


TWO = descended(0.1), descended(0.2), 0.05


def shift(trained, used):
    return math.log(used / (1 - used)) - math.log(trained / (1 - trained))


def weight_after(rate, steps, sign=1, scale=1.0, fresh=True):
    w = 0.5
    for _ in range(steps):
        w -= sign * scale * rate * (sigma(w if fresh else 0.5) - 0.5)
    return w


def path(steps):
    w = 0.0
    for _ in range(steps):
        w += sum(x * sigma(-w * x) for x in (2.0, 0.5)) / 2
    return w


EARLY, LATE = path(5_000), path(50_000)
RIGHT = {
    "two-classes-hand": HAND,
    "two-classes-half": (9.000123, [np.inf, 9.0]),
    "two-classes-two": TWO,
    "two-classes-prior": (shift,),
    "two-classes-rate": (weight_after,),
    "two-classes-margin": (2 * math.log(10), LATE - EARLY),
}
WRONG = {
    "two-classes-hand": {
        "odds": ((3, *HAND[1:]), "is the odds"),
        "log probability": ((math.log(0.75), *HAND[1:]), "not of the odds"),
        "three parts": ((HAND[0], 1 / 3, *HAND[2:]), "four parts in all"),
        "labels exchanged": ((*HAND[:2], HAND[2][::-1], HAND[3]), "likelier class costs less"),
        "bits": ((*HAND[:2], np.log2([4 / 3, 4]), HAND[3]), "in bits"),
        "truth minus belief": ((*HAND[:3], (0.25, -0.75)), "truth minus belief"),
        "in the probability": ((*HAND[:3], (-4 / 3, 4)), "in the probability"),
    },
    "two-classes-half": {
        "label 1": ((math.log1p(math.exp(-9)), [np.inf, 9.0]), "that of label 1"),
        "as printed": ((np.inf, [np.inf, 9.0]), "in exact arithmetic"),
        "finite both times": ((9.000123, [9.0, 9.0]), "is finite"),
        "infinite both times": ((9.000123, [np.inf, np.inf]), "is infinite"),
        "exchanged": ((9.000123, [9.0, np.inf]), "two rows exchanged"),
    },
    "two-classes-two": {
        "not trained": ((math.log(2), *TWO[1:]), "do the weights move"),
        "exchanged": ((TWO[1], TWO[0], 0.05), "the other model"),
        "twice the rate": ((*TWO[:2], 0.2), "wrong way"),
        "root of two": ((*TWO[:2], 0.1 / math.sqrt(2)), "twice as far"),
        "the same rate": ((*TWO[:2], 0.1), "B is ahead"),
    },
    "two-classes-prior": {
        "wrong sign": ((lambda a, b: shift(b, a),), "wrong sign"),
        "quotient of probabilities": ((lambda a, b: math.log(b / a),), "quotient of probabilities"),
        "share alone": ((lambda a, b: math.log(b / (1 - b)),), "share in use alone"),
        "difference": ((lambda a, b: b - a,), "difference of the shares"),
        "logarithm of the share": ((lambda a, b: math.log(b),), "logarithm of the new share"),
    },
    "two-classes-rate": {
        "uphill": ((lambda r, n: weight_after(r, n, sign=-1),), "climbs"),
        "sum of the rows": ((lambda r, n: weight_after(r, n, scale=2),), "take their mean"),
        "old slopes": ((lambda r, n: weight_after(r, n, fresh=False),), "at the new weight"),
        "one step too many": ((lambda r, n: weight_after(r, n + 1),), "Before the first step"),
    },
    "two-classes-margin": {
        "margin of one": ((math.log(10), LATE - EARLY), "margin of 1"),
        "the large margin": ((math.log(10) / 2, LATE - EARLY), "long vanished"),
        "mean margin": ((math.log(10) / 1.25, LATE - EARLY), "mean of the margins"),
        "the weight itself": ((2 * math.log(10), LATE), "weight in the end"),
        "after 5,000": ((2 * math.log(10), EARLY), "after that"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
