"""Checks of the chapter *How low can it go?*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases


def mixture(a, b, w):
    return np.mean([-math.log2(w * 2**-x + (1 - w) * 2**-y) for x, y in zip(a, b, strict=True)])


def limit(a, b, w):
    return min(np.mean(a) - math.log2(w), np.mean(b) - math.log2(1 - w))


def higher(a, b, w):
    return max(np.mean(a) - math.log2(w), np.mean(b) - math.log2(1 - w))


def better_one(a, b, w):
    return min(np.mean(a), np.mean(b)) - math.log2(w)


def mean_first(a, b, w):
    return -math.log2(np.mean(w * 2**-a + (1 - w) * 2**-b))


def best_size(C, A, a, B, b):
    """The same from the tokens: D^(α + β) = (βB / αA) C^α, and N = C / D."""
    return C / (b * B / (a * A) * C**a) ** (1 / (a + b))


RIGHT = {
    "scaling-doubling": (1.5, 1.5 + 2.4 * 0.75**6),
    "scaling-mix": (mixture, limit),
    "scaling-budget": (best_size,),
}

WRONG = {
    "scaling-doubling": {
        "what is still to come": ((2.259375, 1.927148438), "what is still to come"),
        "counts the last step twice": ((1.246875, 1.927148438), "counts the last step twice"),
        "shrink by one and the same factor": ((0.0, 1.927148438), "shrink by one and the same factor"),
        "one doubling is missing": ((1.5, 2.06953125), "one doubling is missing"),
        "at 128 units": ((1.5, 1.820361328125), "at 128 units"),
        "two equal steps": ((1.5, 1.753125), "two equal steps"),
    },
    "scaling-mix": {
        "mix the *probabilities*": ((lambda a, b, w: np.mean(w * a + (1 - w) * b), limit), "mix the *probabilities*"),
        "in nats (2)": ((lambda a, b, w: mixture(a, b, w) * math.log(2), limit), "in nats"),
        "the sum": ((lambda a, b, w: mixture(a, b, w) * len(a), limit), "the sum"),
        "logarithm of the mean": ((mean_first, limit), "logarithm of the mean"),
        "belongs to the first": ((lambda a, b, w: mixture(b, a, w), limit), "belongs to the first"),
        "to the *first* model": ((mixture, better_one), "to the *first* model"),
        "take the lower one": ((mixture, higher), "take the lower one"),
        "what the weights cost": ((mixture, lambda a, b, w: min(np.mean(a), np.mean(b))), "what the weights cost"),
    },
    "scaling-budget": {
        "the tokens": ((lambda C, A, a, B, b: C / best_size(C, A, a, B, b),), "returns the tokens"),
        "equal parts": ((lambda C, A, a, B, b: best_size(C, A / a, a, B / b, b),), "makes the two parts equal"),
        "derivative in N": (
            (lambda C, A, a, B, b: best_size(C, A, a, B, b) ** ((a + b) / (1 + a + b)),),
            "the derivative of N^−α",
        ),
        "wrong way round": (
            (lambda C, A, a, B, b: best_size(C, b**2 * B**2 / (a**2 * A), a, B, b),),
            "the wrong way round",
        ),
        "as many tokens": ((lambda C, A, a, B, b: math.sqrt(C),), "as many tokens as parameters"),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
