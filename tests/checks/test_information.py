"""Checks of the chapter *Information*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

ACES = (math.log2(13), math.log2(17), math.log2(221))
PASSWORDS = (8 * math.log2(26), 4 * math.log2(7776), 11)


def surprises(k):
    with np.errstate(divide="ignore"):
        return -np.log2([k / 12, k / 12, (12 - 2 * k) / 12])


RIGHT = {
    "information-code": (4 * math.log2(10), np.float64(4 * math.log(10)), 4),
    "information-backwards": (math.exp(-0.25), 2**-0.25),
    "information-aces": ACES,
    "information-passwords": PASSWORDS,
    "information-balls": (surprises, 4),
}
WRONG = {
    "information-code": {
        "bits and nats exchanged": ((4 * math.log(10), 4 * math.log2(10), 4), "`bits` is in nats"),
        "nats for bans": ((4 * math.log2(10), 4 * math.log(10), 4 * math.log(10)), "`bans` is in nats"),
        "one code forgotten": ((math.log2(9999), math.log(9999), math.log10(9999)), "one code more"),
        "the probability": ((1e-4, 1e-4, 1e-4), "is the probability"),
        "minus forgotten": ((-4 * math.log2(10), 9.21, -4), "wrong sign"),
        "rounded to two digits": ((13.0, 9.21, 4), "too small"),
    },
    "information-backwards": {
        "the same base twice": ((math.exp(-0.25), math.exp(-0.25)), "the other unit"),
        "sign of the exponent": ((math.exp(0.25), 2**0.25), "above 1"),
        "surprise of 0.25": ((1.0, 2.0), "`from_nats` is too large"),
        "surprise of 0.25 in bans": ((math.exp(-0.25), -math.log10(0.25)), "too small"),
    },
    "information-aces": {
        "first card put back": ((ACES[0], ACES[0], 2 * ACES[0]), "put back"),
        "aces still four": ((ACES[0], math.log2(51 / 4), ACES[2]), "missing in both"),
        "surprises multiplied": ((ACES[0], ACES[1], ACES[0] * ACES[1]), "product"),
        "probabilities": ((4 / 52, 3 / 51, 1 / 221), "`first` is a probability"),
        "nats": (tuple(a * math.log(2) for a in ACES), "in nats"),
        "difference": ((ACES[0], ACES[1], ACES[1] - ACES[0]), "is a difference"),
    },
    "information-passwords": {
        "one letter": ((math.log2(26), math.log2(7776), 11), "one alone"),
        "possibilities added": ((math.log2(8 * 26), math.log2(4 * 7776), 11), "multiply"),
        "rounded down": ((*PASSWORDS[:2], 10), "fall short"),
        "as many as words": ((*PASSWORDS[:2], 20), "more than it takes"),
        "not rounded": ((*PASSWORDS[:2], 11.0004), "whole one"),
        "nats": (tuple(np.array(PASSWORDS) * math.log(2)), "in nats"),
    },
    "information-balls": {
        "three against three": ((surprises, 3), "most probable answer"),
        "six against six": ((surprises, 6), "*even* cannot happen"),
        "probabilities": ((lambda k: [k / 12, k / 12, 1 - k / 6], 4), "returns probabilities"),
        "nats": ((lambda k: surprises(k) * math.log(2), 4), "in nats"),
        "even first": ((lambda k: surprises(k)[::-1], 4), "wrong order"),
        "two answers": ((lambda k: surprises(k)[1:], 4), "shape (2,), expected (3,)"),
        "only k balls on the balance": ((lambda k: -np.log2([k / 12, k / 12, 1 - k / 12]), 4), "do not add up"),
        "called": ((surprises(4), 4), "expected a function"),
        "no return": ((lambda k: print(end="") if k else None, 4), "`return` missing"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
