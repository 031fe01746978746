"""Checks of *A right value, a wrong gradient*: right answers pass, each typical mistake gets its hint."""

import numpy as np

from crossentropy import softmax
from tests.checks import cases

U = np.array([0.9, 0.1]) / np.array([0.6, 0.4])
K3 = U - 1 - np.log(U)
REWARD = 0.24 * (K3[0] - K3[1])
WHOLE = REWARD - 0.3


def mean_slope(factor):
    """The mean over the draws of a factor, a function of p/q, times the slope of ln q."""

    def penalty_slope(z, p, draws):
        q = softmax(z)
        return np.mean(factor((p / q)[draws, None]) * (np.eye(len(q))[draws] - q), axis=0)

    return penalty_slope


def exact(z, p, draws):
    q = softmax(z)
    return q * (np.log(q / p) - q @ np.log(q / p))


k2 = mean_slope(lambda r: -np.log(r))


def by_bisection(share):
    """The model whose probabilities are share(p, r, beta, c), with c such that they add up to 1."""

    def other_leash(p, r, beta):
        low, high = np.max(r), np.max(r) + 100.0
        for _ in range(200):
            c = (low + high) / 2
            low, high = (c, high) if np.sum(share(p, r, beta, c)) > 1 else (low, c)
        return share(p, r, beta, high)

    return other_leash


def flat_leash(p, r, beta):
    return beta * p / (np.max(r) + beta - r)


RIGHT = {
    "wrong-gradient-coin": (-0.3, REWARD, WHOLE),
    "wrong-gradient-penalty": (k2,),
    "wrong-gradient-leash": (by_bisection(lambda p, r, beta, c: beta * p / (c - r)),),
}

WRONG = {
    "wrong-gradient-coin": {
        "upside down": ((0.3, REWARD, WHOLE), "`in_loss` has the wrong sign"),
        "k1 in the loss": ((0.0, REWARD, WHOLE), "0 for $k_1$"),
        "k2 in the loss": ((WHOLE, REWARD, WHOLE), "the slope of $k_2$"),
        "without the shares": ((((1 - U) * [0.4, -0.6]).sum(), REWARD, WHOLE), "the same weight"),
        "swapped": ((REWARD, -0.3, WHOLE), "belongs to the reward"),
        "tails": ((-0.3, -REWARD, WHOLE), "`in_reward` has the wrong sign"),
        "no rate": ((-0.3, K3[0] - K3[1], WHOLE), "at which rate"),
        "k1 in the reward": ((-0.3, WHOLE, WHOLE), "the slope of $k_1$"),
        "the loss twice": ((-0.3, -0.3, WHOLE), "belongs to the loss"),
        "positive": ((-0.3, REWARD, -WHOLE), "`whole` has the wrong sign"),
        "difference": ((-0.3, REWARD, -0.3 - REWARD), "adds the two parts"),
        "the other way round": ((-0.3, REWARD, -0.3), "the other way round"),
    },
    "wrong-gradient-penalty": {
        "k1": ((mean_slope(lambda r: 1),), "$k_1$"),
        "k3": ((mean_slope(lambda r: 1 - r),), "$k_3$"),
        "sum": ((lambda z, p, draws: k2(z, p, draws) * len(draws),), "the mean is asked for"),
        "no draws": ((exact,), "without the draws"),
        "half a slope": (
            (lambda z, p, draws: np.mean(-np.log(p / softmax(z))[draws, None] * np.eye(len(z))[draws], axis=0),),
            "also has the part",
        ),
    },
    "wrong-gradient-leash": {
        "the other divergence": ((lambda p, r, beta: softmax(np.log(p) + r / beta),), "a leash of $D(q"),
        "not normalised": ((flat_leash,), "don't add up to 1"),
        "no points": ((lambda p, r, beta: p,), "without the points"),
        "points turned": (
            (lambda p, r, beta: by_bisection(lambda p, r, beta, c: beta * p / (c - r))(p, -r, beta),),
            "turns the points round",
        ),
        "no beta": ((by_bisection(lambda p, r, beta, c: p / (c - r)),), "forgets β"),
        "divided by beta": ((by_bisection(lambda p, r, beta, c: p / (c - r) / beta),), "divides by β"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
