"""Checks of the chapter *Losses*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

SHARES = np.array([4, 3, 1]) / 8
LOSSES = -np.log(SHARES)
GRADIENT = SHARES - [1, 0, 0]
FLOOR = math.log(3) - 2 / 3 * math.log(2)
X = np.array([-2.0, -1.0, 1.0, 2.0])  # of these, the positive ones are of class 1


def first_loss(spread, classes, rows=5000, fresh=True, unit=1.0, total=False):
    """The first loss, and what a mistake makes of it."""
    z = spread * np.random.default_rng(3).normal(size=(rows, classes if fresh else 1)) * np.ones((1, classes))
    losses = np.log(np.sum(np.exp(z), axis=1)) - z[:, 0]
    return (losses.sum() if total else losses.mean()) / unit


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def descend(target, steps, sign=1, updated=True):
    z = np.zeros(len(target))
    for _ in range(steps):
        gradient = softmax(z if updated else np.zeros(len(target))) - target
        z = z - sign * gradient
    return z


def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def trained(rate=0.5, total=False, restart=True, until=(10, 100, 1000, 10_000)):
    losses, weights, w = [], [], 0.0
    for steps in until:
        w = 0.0 if restart else w
        for _ in range(steps):
            w += rate * (2 / (1 + math.exp(2 * w)) + 1 / (1 + math.exp(w))) / 2  # the slope, added up by hand
        each = np.log1p(np.exp(-w * np.abs(X)))
        losses.append(each.sum() if total else each.mean())
        weights.append(w)
    return losses, weights


RIGHT = {
    "losses-start": (first_loss,),
    "losses-hand": (SHARES, LOSSES, GRADIENT),
    "losses-floor": (FLOOR, descend),
    "losses-check": (slope,),
    "losses-separable": trained(),
    "losses-convex": (1 / 3,),
}
WRONG = {
    "losses-start": {
        "bits": ((lambda s, k: first_loss(s, k, unit=math.log(2)),), "cost the same then"),
        "bits of ten classes": ((lambda s, k: first_loss(s, k, unit=1 if k == 2 else math.log(2)),), "in bits"),
        "sum": ((lambda s, k: first_loss(s, k, total=True),), "mean is asked for"),
        "spread unused": ((lambda s, k: first_loss(0.01, k),), "does not depend on the spread"),
        "one score a row": ((lambda s, k: first_loss(s, k, fresh=False),), "does not depend on the spread"),
        "variance for spread": ((lambda s, k: first_loss(math.sqrt(s), k),), "fresh score"),
    },
    "losses-hand": {
        "scores divided": ((np.log([4, 3, 1]) / np.log(12), LOSSES, GRADIENT), "exponentiated first"),
        "not normalised": (([4, 3, 1], LOSSES, GRADIENT), "does not sum to 1"),
        "probabilities": ((SHARES, SHARES, GRADIENT), "surprise of each"),
        "sign of the loss": ((SHARES, -LOSSES, GRADIENT), "a surprise is not"),
        "bits": ((SHARES, LOSSES / math.log(2), GRADIENT), "in bits"),
        "right class alone": ((SHARES, LOSSES, [-0.5, 0, 0]), "other scores have slopes"),
        "downhill": ((SHARES, LOSSES, -GRADIENT), "way *down*"),
        "labels from 1": ((SHARES, LOSSES, SHARES - [0, 1, 0]), "labels start at 0"),
    },
    "losses-floor": {
        "zero": ((0.0, descend), "only a certain target"),
        "likeliest class": ((-math.log(2 / 3), descend), "average over all"),
        "bits": ((FLOOR / math.log(2), descend), "in bits"),
        "uphill": ((FLOOR, lambda t, n: descend(t, n, sign=-1)), "climbs"),
        "probabilities": ((FLOOR, lambda t, n: softmax(descend(t, n))), "scores are asked for"),
        "from the old scores": ((FLOOR, lambda t, n: descend(t, n, updated=False)), "from the new scores"),
    },
    "losses-check": {
        "not divided by two": ((lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 1e-5,), "twice as large"),
        "backwards": ((lambda f, x: -slope(f, x),), "wrong sign"),
        "one side": ((lambda f, x: (f(x + 1e-3) - f(x)) / 1e-3,), "inexact"),
        "a difference": ((lambda f, x: f(x + 1e-5) - f(x - 1e-5),), "is wrong"),
    },
    "losses-separable": {
        "rate 1": (trained(rate=1.0), "rate 0.5"),
        "trained on": (trained(restart=False), "starts from 0"),
        "sums": ((trained(total=True)[0], trained()[1]), "means are asked for"),
        "one run too few": (trained(until=(10, 100, 1000)), "expected (4,)"),
        "all alike": (([0.1] * 4, trained()[1]), "does not fall"),
    },
    "losses-convex": {
        "score": ((-math.log(2),), "`turn` is the score"),
        "of the sigmoid": ((0.5,), "sigmoid changes its bend"),
        "other end": ((2 / 3,), "other end"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
