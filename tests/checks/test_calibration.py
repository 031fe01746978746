"""Checks of *Can you believe it?*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def expects(z, t):
    return (softmax(z / t) * z).sum(axis=1).mean()


def bound(q, nats):
    return q[q <= math.exp(-nats)].sum()


RIGHT = {
    "calibration-ece": (0.3, 0.5),
    "calibration-temperature": (expects,),
    "calibration-unlikely": (bound,),
}
WRONG = {
    "calibration-ece": {
        "rows alone": ((0.5, 0.5), "lie in the upper one"),
        "sign": ((-0.3, 0.5), "by its size"),
        "two for ten": ((0.3, 0.3), "alone in its bin"),
        "gaps added": ((0.3, 2.0), "by its share of the rows"),
        "empty bins counted": ((0.3, 0.2), "empty ones do not count"),
    },
    "calibration-temperature": {
        "no temperature": ((lambda z, t: expects(z, 1.0),), "no notice"),
        "multiplied": ((lambda z, t: expects(z, 1 / t),), "are divided by it"),
        "rows added": ((lambda z, t: expects(z, t) * len(z),), "take their mean"),
        "classes averaged": ((lambda z, t: np.mean(softmax(z / t) * z),), "over the classes as well"),
        "divided": ((lambda z, t: expects(z, t) / t,), "the divided scores"),
        "largest": ((lambda z, t: z.max(axis=1).mean(),), "largest score"),
    },
    "calibration-unlikely": {
        "cheap ones": ((lambda q, nats: q[q > math.exp(-nats)].sum(),), "the cheap labels"),
        "counted": ((lambda q, nats: np.sum(q <= math.exp(-nats)),), "counts the entries"),
        "mean of rows": ((lambda q, nats: bound(q, nats) / len(q),), "over the rows"),
        "mean of entries": ((lambda q, nats: np.mean(np.where(q <= math.exp(-nats), q, 0)),), "over all entries"),
        "one entry": ((lambda q, nats: math.exp(-nats),), "one entry alone"),
        "one a row": ((lambda q, nats: len(q) * math.exp(-nats),), "each row one entry"),
        "bits": ((lambda q, nats: q[-np.log2(q) >= nats].sum(),), "in bits"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
