"""Checks of the chapter *Many classes*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

P = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
FLOOR = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)
EXTRA = math.log(4) + float(np.sum(P * np.log(P)))
UNIFORM = [0.25] * 4
RIVALS = [0.499, 0.499, 0.001, 0.001]


def jacobian(p):
    return np.diag(p) - np.outer(p, p)


def factor(b, both=True):
    return (1 - b) ** 2 - both * 2 * b * (1 - b) * np.log(b)


def honest(b, power=-1, normalised=True, both=True):
    share = b * factor(b, both) ** power
    return share / share.sum() if normalised else share


def trained(x, y, classes, sign=1, steps=3000, turned=False):
    w = np.zeros((classes, x.shape[1]))
    for _ in range(steps):
        e = np.exp(x @ w.T - np.max(x @ w.T, axis=1, keepdims=True))
        w = w - sign * (e / e.sum(axis=1, keepdims=True) - np.eye(classes)[y]).T @ x / len(x)
    return w.T if turned else w


RIGHT = {
    "many-classes-jacobian": (jacobian,),
    "many-classes-smoothing": ([0.9, 0.1], math.log(9), FLOOR),
    "many-classes-focal": (honest,),
    "many-classes-weights": (UNIFORM, EXTRA),
    "many-classes-step": (RIVALS, 4),
    "many-classes-moments": (trained,),
}
WRONG = {
    "many-classes-jacobian": {
        "diagonal": ((lambda p: np.diag(p * (1 - p)),), "its own probability alone"),
        "no diagonal": ((lambda p: -np.outer(p, p),), "gains from its own score"),
        "plus": ((lambda p: np.diag(p) + np.outer(p, p),), "mind the sign"),
        "probabilities": ((np.diag,), "common total"),
        "for three classes": ((lambda p: jacobian(p) if len(p) == 3 else np.zeros((len(p), len(p))),), "For 2 classes"),
    },
    "many-classes-smoothing": {
        "to the other class": (([0.8, 0.2], math.log(4), FLOOR), "spread over both"),
        "hard": (([1, 0], math.log(9), FLOOR), "not smoothed"),
        "quotient": (([0.9, 0.1], 9, FLOOR), "scores are logarithms"),
        "difference": (([0.9, 0.1], 0.8, FLOOR), "difference of the probabilities"),
        "class 0 alone": (([0.9, 0.1], math.log(9), -math.log(0.9)), "class 1 as well"),
        "bits": (([0.9, 0.1], math.log(9), FLOOR / math.log(2)), "in bits"),
    },
    "many-classes-focal": {
        "as it is": ((lambda b: b,), "too timid"),
        "multiplied": ((lambda b: honest(b, power=1),), "more timid still"),
        "not normalised": ((lambda b: honest(b, normalised=False),), "too large"),
        "half of the factor": ((lambda b: honest(b, both=False),), "second term"),
    },
    "many-classes-weights": {
        "honest": ((P, EXTRA), "the weights pull"),
        "weights alone": ((1 / P / np.sum(1 / P), EXTRA), "the frequencies count"),
        "whole bill": ((UNIFORM, math.log(4)), "whole bill"),
        "what the honest one pays": ((UNIFORM, math.log(4) - EXTRA), "what the honest one pays"),
        "bits": ((UNIFORM, EXTRA / math.log(2)), "in bits"),
    },
    "many-classes-step": {
        "sure": (([0.97, 0.01, 0.01, 0.01], 4), "one sure class"),
        "uniform": ((UNIFORM, 4), "four equal rivals"),
        "three rivals": (([0.33, 0.33, 0.33, 0.01], 4), "how many rivals"),
        "a zero": (([0.5, 0.5, 0, 0], 4), "not above 0"),
        "to the valley": ((RIVALS, 2), "lands in the valley"),
        "quarter": ((RIVALS, 8), "curvature of ¼"),
    },
    "many-classes-moments": {
        "uphill": ((lambda x, y, k: trained(x, y, k, sign=-1),), "climb"),
        "transposed": ((lambda x, y, k: trained(x, y, k, turned=True),), "transposed"),
        "stopped": ((lambda x, y, k: trained(x, y, k, steps=5),), "until the gradient vanishes"),
        "not moved": ((lambda x, y, k: trained(x, y, k, steps=0),), "do they move"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
