"""Checks of the chapter *How far can a text shrink?*: right answers pass, and each typical mistake gets its hint."""

from collections import Counter
from itertools import pairwise

import numpy as np

from crossentropy import entropy
from tests.checks import cases

KEYS = (2.75, 3000, 2750, -2000)


def bits(things):
    counts = np.array(list(Counter(things).values()))
    return entropy(counts / counts.sum(), base=2)


def rows(data):
    """For each byte that has a next one: how often it comes, and the entropy of what follows."""
    after = {first: [b for a, b in pairwise(data) if a == first] for first in data[:-1]}
    return [(len(found), bits(found)) for found in after.values()]


def given_last(data):
    return sum(n * value for n, value in rows(data)) / (len(data) - 1)


def long_run(given):
    """The share of each state, after many steps of a chain that rests now and then."""
    steps = np.linalg.matrix_power((np.asarray(given) + np.eye(len(given))) / 2, 500)
    return steps[0] / steps[0].sum()


def rate(given):
    return long_run(given) @ entropy(given, base=2)


RIGHT = {
    "floor-keys": KEYS,
    "floor-given": (given_last,),
    "floor-rate": (rate,),
}

WRONG = {
    "floor-keys": {
        "equal keys": ((3.0, *KEYS[1:]), "equally frequent"),
        "the costs added": ((9.0, *KEYS[1:]), "weigh each"),
        "a key of each kind": ((1.125, *KEYS[1:]), "two or four keys"),
        "nats": ((2.75 * np.log(2), *KEYS[1:]), "in nats"),
        "eight for an exponent": ((2.75, 8000, 2750, -2000), "exponent 8"),
        "possible for one key": ((2.75, 3, 2750, -2000), "of one key"),
        "one in how many": ((2.75, 3000, 250, -2000), "one in how many"),
        "usual for one key": ((2.75, 3000, 2.75, -2000), "of one key"),
        "a usual sequence's probability": ((2.75, 3000, -2750, -2000), "how many are there"),
        "a cost": ((2.75, 3000, 2750, 2000), "below 1"),
        "a usual sequence": ((2.75, 3000, 2750, -2750), "none more probable"),
        "fair coins": ((2.75, 3000, 2750, -1000), "one bit a key"),
        "the least probable": ((2.75, 3000, 2750, -4000), "least probable"),
        "best for one key": ((2.75, 3000, 2750, -2), "of one key"),
    },
    "floor-given": {
        "alone": ((bits,), "on its own"),
        "the pair": ((lambda data: bits(pairwise(data)),), "a whole pair"),
        "half a pair": ((lambda data: bits(pairwise(data)) / 2,), "half of a pair"),
        "the last byte, too": ((lambda data: bits(pairwise(data)) - bits(data),), "the last byte"),
        "every second pair": (
            (lambda data: bits(zip(data[::2], data[1::2], strict=False)) - bits(data[: len(data) // 2 * 2 : 2]),),
            "leaves out pairs",
        ),
        "equal rows": ((lambda data: np.mean([value for _, value in rows(data)]),), "equally frequent"),
        "nats": ((lambda data: given_last(data) * np.log(2),), "in nats"),
        "a number": ((1.44,), "expected a function"),
    },
    "floor-rate": {
        "a day on its own": ((lambda given: entropy(long_run(given), base=2),), "given yesterday"),
        "equal shares": ((lambda given: np.mean(entropy(given, base=2)),), "equally frequent"),
        "the sum of the rows": ((lambda given: np.sum(entropy(given, base=2)),), "weigh each"),
        "nats": ((lambda given: rate(given) * np.log(2),), "in nats"),
        "columns": ((lambda given: long_run(given) @ entropy(np.asarray(given).T, base=2),), "entropy_rate"),
        "a number": ((0.371,), "expected a function"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
