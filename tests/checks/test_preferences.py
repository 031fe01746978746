"""Checks of *Which is better?*: right answers pass, each typical mistake gets its hint."""

import math

import numpy as np

from crossentropy import binary_cross_entropy_with_logits, entropy, softmax
from tests.checks import cases

POINTS, FLOOR = math.log(7 / 3), entropy([0.7, 0.3])
P = np.append(0.999 * np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), 0.001)
GUESSED = np.array([0, math.log(8), math.log(8), math.log(4), 4])


def leashed(beta, p=P):
    return softmax(np.log(p) + GUESSED / beta)[4]


SHORT, LONG = leashed(1), leashed(0.1)


def scores(new, old, beta):
    return beta * (new - old) @ [1, -1]


def dpo_with(score, share=lambda z: np.mean(z > 0), reduction="mean"):
    """DPO's two answers, from a score that may be wrong."""

    def dpo(new, old, beta):
        z = score(new, old, beta)
        loss = binary_cross_entropy_with_logits(z, np.ones(len(z)), reduction=reduction)
        return loss, share(scores(new, old, beta))

    return dpo


def overflowing(new, old, beta):
    with np.errstate(all="ignore"):
        return np.mean(-np.log(1 / (1 + np.exp(-scores(new, old, beta))))), np.mean(scores(new, old, beta) > 0)


def of_the_mean(new, old, beta):
    z = scores(new, old, beta)
    return binary_cross_entropy_with_logits(np.array([z.mean()]), np.ones(1)), np.mean(z > 0)


def share_of_new(new, old, beta):
    return dpo(new, old, beta)[0], np.mean(new @ [1, -1] > 0)


dpo = dpo_with(scores)


RIGHT = {
    "preferences-odds": (POINTS, 10 * POINTS, FLOOR),
    "preferences-stars": (SHORT, LONG),
    "preferences-dpo": (dpo,),
    "preferences-rounds": (lambda betas: 1 / sum(1 / b for b in betas),),
}

WRONG = {
    "preferences-odds": {
        "upside down": ((-POINTS, 10 * POINTS, FLOOR), "B leads"),
        "log of the share": ((math.log(0.7), 10 * POINTS, FLOOR), "log-odds"),
        "odds": ((7 / 3, 10 * POINTS, FLOOR), "take their logarithm"),
        "bits": ((math.log2(7 / 3), 10 * POINTS, FLOOR), "in bits"),
        "no beta": ((POINTS, POINTS, FLOOR), "forgets β"),
        "times beta": ((POINTS, 0.1 * POINTS, FLOOR), "multiplied by β"),
        "no end": ((POINTS, math.inf, FLOOR), "all readers agreed"),
        "loss of 0": ((POINTS, 10 * POINTS, 0.0), "three in ten"),
        "ln 2": ((POINTS, 10 * POINTS, math.log(2)), "equal points"),
        "a vote for A": ((POINTS, 10 * POINTS, -math.log(0.7)), "a vote for A"),
        "a vote for B": ((POINTS, 10 * POINTS, -math.log(0.3)), "a vote for B"),
    },
    "preferences-stars": {
        "swapped": ((LONG, SHORT), "a short leash"),
        "not divided": ((0.001 * math.exp(4), LONG), "all five lines"),
        "no old model": ((leashed(1, np.ones(5)), LONG), "what the old model wrote"),
        "no points": ((0.001, LONG), "without the points"),
        "points times beta": ((SHORT, leashed(10)), "multiplies the points"),
    },
    "preferences-dpo": {
        "no pair": ((lambda *given: dpo(*given)[0],), "two things"),
        "upside down": ((dpo_with(lambda *given: -scores(*given)),), "upside down"),
        "no old model": ((dpo_with(lambda new, old, beta: beta * new @ [1, -1]),), "The loss forgets the old model"),
        "no beta": ((dpo_with(lambda new, old, beta: scores(new, old, 1)),), "The loss forgets β"),
        "divided by beta": ((dpo_with(lambda new, old, beta: scores(new, old, 1 / beta)),), "divides the lead"),
        "sum": ((dpo_with(scores, reduction="sum"),), "The loss is a sum"),
        "loss of the mean": ((of_the_mean,), "the mean score"),
        "overflow": ((overflowing,), "don't form the probability"),
        "0 counts": ((dpo_with(scores, lambda z: np.mean(z >= 0)),), "isn't above 0"),
        "share of the new model": ((share_of_new,), "The share forgets"),
        "a count": ((dpo_with(scores, lambda z: np.sum(z > 0)),), "is a count"),
    },
    "preferences-rounds": {
        "sum": ((sum,), "adds up the β"),
        "mean": ((np.mean,), "is the mean"),
        "product": ((np.prod,), "multiplies the β"),
        "the longest": ((min,), "the longest leash of a single round"),
        "upside down": ((lambda betas: sum(1 / b for b in betas),), "turn it round"),
        "mean of the exponents": ((lambda betas: len(betas) / sum(1 / b for b in betas),), "divides by the *mean*"),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
