"""Checks of the chapter *Can you believe it?*."""

import numpy as np

from .. import softmax
from . import close, exercise, gives


@exercise("calibration-ece")
def calibration_error(two_bins, ten_bins):
    """The calibration error of four rows, with wide and with narrow bins."""
    mistakes = [
        (0.5, "`two_bins` is that of rows alone; with two bins all four lie in the upper one."),
        (-0.3, "`two_bins` is negative; the gap counts by its size."),
        (0.8, "`two_bins` is the mean confidence; how far is it from the share that is right?"),
    ]
    close("two_bins", two_bins, 0.3, mistakes=mistakes, relative=1e-3)
    mistakes = [
        (0.3, "`ten_bins` is that of two bins; with ten each row is alone in its bin."),
        (2.0, "`ten_bins` adds up the gaps; each bin counts by its share of the rows."),
        (0.2, "`ten_bins` is the mean over ten bins; empty ones do not count, and the others by their rows."),
    ]
    close("ten_bins", ten_bins, 0.5, mistakes=mistakes, relative=1e-3)


@exercise("calibration-temperature")
def temperature(expects):
    """The mean score that a model expects at a temperature."""
    rng = np.random.default_rng(0)
    for rows, classes, t in ((1, 2, 1.0), (5, 3, 2.0), (40, 10, 0.5)):
        z = 3 * rng.normal(size=(rows, classes))
        right = np.sum(softmax(z / t) * z, axis=1).mean()
        plain, turned = (np.sum(softmax(z * by) * z, axis=1).mean() for by in (1, t))
        typical = [
            (t != 1, plain, "`expects` takes no notice of the temperature."),
            (t != 1, turned, "`expects` multiplies by the temperature; scores are divided by it."),
            (rows > 1, right * rows, "`expects` adds up the rows; take their mean."),
            (True, right / classes, "`expects` averages over the classes as well; the probabilities are the weights."),
            (t != 1, right / t, "`expects` averages the divided scores; the scores themselves are asked for."),
            (True, z.max(axis=1).mean(), "`expects` takes the largest score; every score counts by its probability."),
        ]
        mistakes = [(value, hint) for applies, value, hint in typical if applies]
        gives(expects, (z, t), right, label="expects", mistakes=mistakes)


@exercise("calibration-unlikely")
def unlikely(bound):
    """The largest chance with which an honest network meets a label as expensive as this."""
    rng = np.random.default_rng(0)
    for rows, classes, nats in ((6, 3, 2.0), (1, 2, 1.0), (50, 10, 6.0)):
        q = softmax(3 * rng.normal(size=(rows, classes)))
        dear = -np.log(q) >= nats
        right = np.sum(q[dear])
        typical = [
            (
                True,
                np.sum(q[~dear]),
                "`bound` adds up the cheap labels; the expensive ones have the small probabilities.",
            ),
            (True, np.sum(dear), "`bound` counts the entries; each turns up only with its own probability."),
            (rows > 1, right / rows, "`bound` is a mean over the rows; one such label *anywhere* is enough."),
            (True, right / rows / classes, "`bound` is a mean over all entries; one such label *anywhere* is enough."),
            (True, np.exp(-nats), "`bound` looks at one entry alone; every one that is as unlikely can turn up."),
            (True, rows * np.exp(-nats), "`bound` gives each row one entry; take those that the table has."),
            (True, np.sum(q[-np.log2(q) >= nats]), "`bound` takes the surprise in bits; nats are given."),
        ]
        mistakes = [(value, hint) for applies, value, hint in typical if applies and abs(value - right) > 1e-9]
        gives(bound, (q, nats), right, label="bound", mistakes=mistakes)
