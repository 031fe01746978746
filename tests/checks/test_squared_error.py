"""Checks of the chapter *Squared error*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

A = np.array([0.5, 2 / 3, 0.9, 0.99])
HAND = A**2 * (1 - A), A
BRIER = 0.21, 0.04
H = -0.7 * math.log(0.7) - 0.3 * math.log(0.3)
SURPRISE = H, -0.7 * math.log(0.9) - 0.3 * math.log(0.1) - H


def sigma(z):
    return 1 / (1 + math.exp(-z))


def counts(quadratic, rate, both=True):
    found = []
    for z in (4, 6, 8, 10):
        w = b = z / 2
        epochs = 0
        while (a := sigma(w + b)) >= 0.1:
            slope = a * a * (1 - a) if quadratic else a
            w, b = w - rate * slope, b - rate * slope * both
            epochs += 1
        found.append(epochs)
    return found


PLAIN = counts(False, 0.15), counts(True, 0.15 * 27 / 4)


def announced(p):
    root = (p / (1 - p)) ** (1 / 3)
    return root / (1 + root)


def cheapest(p, r):
    odds = (p / (1 - p)) ** (1 / (r - 1))
    return odds / (1 + odds)


RIGHT = {
    "squared-error-hand": HAND,
    "squared-error-bills": (BRIER, SURPRISE),
    "squared-error-plain": PLAIN,
    "squared-error-cube": (announced,),
    "squared-error-power": (cheapest,),
    "squared-error-hidden": (lambda z: z + math.exp(z) + 3,),
}
WRONG = {
    "squared-error-hand": {
        "target 1": ((A * (1 - A) ** 2, A), "for the target 1"),
        "no half": ((2 * HAND[0], A), "lacks the ½"),
        "in the output": ((A, A), "own slope"),
        "cost": ((A**2 / 2, A), "holds the costs"),
        "cross-entropy in the output": ((HAND[0], 1 / (1 - A)), "cancels the denominator"),
        "surprises": ((HAND[0], -np.log(1 - A)), "holds the costs"),
    },
    "squared-error-bills": {
        "exchanged": ((BRIER[::-1], SURPRISE), "parts exchanged"),
        "both sides": (((0.42, 0.08), SURPRISE), "class 1 alone"),
        "whole": (((0.25, 0.04), SURPRISE), "whole score"),
        "bits": ((BRIER, tuple(np.array(SURPRISE) / math.log(2))), "in bits"),
        "divergence exchanged": (
            (BRIER, (H, 0.9 * math.log(0.9 / 0.7) + 0.1 * math.log(0.1 / 0.3))),
            "truth and announcement exchanged",
        ),
    },
    "squared-error-plain": {
        "rate not fair": ((PLAIN[0], counts(True, 0.15)), "the fair rate"),
        "exchanged": (PLAIN[::-1], "other cost"),
        "too short": ((PLAIN[0], [*PLAIN[1][:3], 0]), "long enough"),
        "weight alone": ((counts(False, 0.15, both=False), PLAIN[1]), "off at index 0"),
    },
    "squared-error-cube": {
        "honest": ((lambda p: p,), "is honest"),
        "tripled": ((lambda p: p**3 / (p**3 + (1 - p) ** 3),), "triples the log-odds"),
        "root of the probability": ((lambda p: p ** (1 / 3),), "the odds have the cube"),
        "odds": ((lambda p: (p / (1 - p)) ** (1 / 3),), "returns odds"),
        "labels exchanged": ((lambda p: 1 - announced(p),), "labels exchanged"),
    },
    "squared-error-power": {
        "honest": ((lambda p, r: p,), "always honest"),
        "turned": ((lambda p, r: cheapest(p, 1 + 1 / (r - 1)),), "the other way round"),
        "root": ((lambda p, r: cheapest(p, r + 1),), "has the power r"),
        "odds": ((lambda p, r: (p / (1 - p)) ** (1 / (r - 1)),), "returns odds"),
        "exchanged": ((lambda p, r: 1 - cheapest(p, r),), "exchanged"),
    },
    "squared-error-hidden": {
        "of the right derivative": ((lambda z: -math.log(1 - sigma(z)),), "takes another step"),
        "sign": ((lambda z: -z - math.exp(z),), "opposite slope"),
        "exponential alone": ((math.exp,), "The slope of `cost` at z = -5"),
        "slope in the output": ((lambda z: sigma(z) + 0 * z,), "The slope of `cost`"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
