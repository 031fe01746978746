"""Checks of the chapter *How low can it go?*."""

import math

import numpy as np

from . import close, exercise, gives


@exercise("scaling-doubling")
def doubling(floor, loss_64):
    """Floor and forecast of a power law from its differences."""
    mistakes = [
        (2.259375, "`floor` is the last loss; what is still to come after it?"),
        (2.259375 - 0.253125 * 4, "`floor` counts the last step twice: the next one is already ¾ of it."),
        (0.0, "`floor` is 0, but then the losses themselves would shrink by one and the same factor."),
    ]
    close("floor", floor, 1.5, unit="bits", mistakes=mistakes)
    next_loss = 2.259375 - 0.253125 * 0.75
    mistakes = [
        (next_loss, "`loss_64` is the loss at 32 units; one doubling is missing."),
        (1.5 + 2.4 * (3 / 4) ** 5, "`loss_64` is the loss at 32 units; one doubling is missing."),
        (1.5 + 2.4 * (3 / 4) ** 7, "`loss_64` is the loss at 128 units."),
        (2.259375 - 2 * 0.253125, "`loss_64` takes two equal steps; each is ¾ of the one before."),
    ]
    close("loss_64", loss_64, 1.5 + 2.4 * (3 / 4) ** 6, unit="bits", mistakes=mistakes)


@exercise("scaling-mix")
def mix(mixed, limit):
    """Mean surprise of a mixture of two models, and what it never exceeds."""
    cases = [
        ([1.0, 3.0], [3.0, 1.0], 0.5),
        ([2.0, 4.0, 1.0], [1.0, 6.0, 8.0], 0.25),
        ([math.inf, 1.0], [2.0, 3.0], 0.5),
    ]
    for a, b, w in cases:
        arrays = np.array(a), np.array(b)
        q = w * 2 ** -arrays[0] + (1 - w) * 2 ** -arrays[1]
        swapped = (1 - w) * 2 ** -arrays[0] + w * 2 ** -arrays[1]
        mistakes = [
            (np.mean(w * arrays[0] + (1 - w) * arrays[1]), "`mixed` averages surprises; mix the *probabilities*."),
            (np.mean(-np.log(q)), "`mixed` is in nats, and bits are asked for."),
            (np.sum(-np.log2(q)), "`mixed` returns the sum; the mean is asked for."),
            (-np.log2(np.mean(q)), "`mixed` takes the logarithm of the mean; take it for each byte, then average."),
            (np.mean(-np.log2(swapped)), "`mixed` gives the weight w to the second model; it belongs to the first."),
        ]
        gives(mixed, (*arrays, w), np.mean(-np.log2(q)), label="mixed", mistakes=mistakes)
    for a, b, w in [
        ([2.0, 4.0], [1.0, 1.5], 0.99),
        ([2.0, 4.0], [1.0, 1.5], 0.25),
        ([1.0, 2.0, 1.5], [6.0, 2.0, 1.0], 0.5),
    ]:
        arrays = np.array(a), np.array(b)
        first, second = arrays[0].mean() - math.log2(w), arrays[1].mean() - math.log2(1 - w)
        better = min(arrays[0].mean(), arrays[1].mean())
        mistakes = [
            (better - math.log2(w), "`limit` gives the better model the weight w, but w belongs to the *first* model."),
            (max(first, second), "`limit` returns the higher of the two limits; both hold, so take the lower one."),
            (better, "`limit` forgets what the weights cost; a mixture may be worse than the better model."),
        ]
        gives(limit, (*arrays, w), min(first, second), label="limit", mistakes=mistakes)


@exercise("scaling-budget")
def budget(best_size):
    """The number of parameters with the smallest loss, when parameters times tokens are given."""
    for C, A, a, B, b in (
        (9.8e22, 482.01, 0.3478, 2085.43, 0.3658),
        (1e18, 400.0, 0.34, 400.0, 0.28),
        (1e4, 2, 0.5, 3, 1),
    ):
        right = (a * A / (b * B) * C**b) ** (1 / (a + b))
        mistakes = [
            (C / right, "`best_size` returns the tokens; the parameters are asked for."),
            (
                (A / B * C**b) ** (1 / (a + b)),
                "`best_size` makes the two parts equal; let their *slopes* in ln N be equal.",
            ),
            ((a * A / (b * B) * C**b) ** (1 / (1 + a + b)), "In ln N, the derivative of N^−α is −α N^−α."),
            ((b * B / (a * A) * C**b) ** (1 / (a + b)), "`best_size` has αA and βB the wrong way round."),
            (math.sqrt(C), "`best_size` takes as many tokens as parameters; the law may ask for another split."),
        ]
        gives(best_size, (C, A, a, B, b), right, label="best_size", mistakes=mistakes)
