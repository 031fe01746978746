"""Checks of the chapter *Training*."""

import math

import numpy as np

from .. import entropy, sigmoid, softmax
from . import call, close, exercise, expect, gives, number


@exercise("training-count")
def count(parameters, shapes):
    """Parameters of a hidden layer, and the shapes of what passes through."""
    mistakes = [
        (64 * 32 + 32 * 10, "`parameters` leaves out the biases."),
        (64 * 32 + 32, "`parameters` is that of the inner layer alone."),
        (
            64 * 32 + 64 + 32 * 10 + 32,
            "`parameters` counts a bias for each input of a layer; there is one for each output.",
        ),
        (16 * (64 * 32 + 32 * 10 + 42), "`parameters` counts every row of the batch; the rows share them."),
    ]
    close("parameters", parameters, 2410, mistakes=mistakes, relative=0)
    names = ["A", "H", "S", "G", "∂L/∂H", "∂L/∂V"]
    right = [(16, 32), (16, 32), (16, 10), (16, 10), (16, 32), (64, 32)]
    expect(np.shape(shapes) == (6, 2), "`shapes` holds six pairs, in the order of the question.")
    for name, found, shape in zip(names, shapes, right, strict=True):
        found = tuple(int(number(f"shape of {name}", n)) for n in found)
        expect(found != shape[::-1], f"The shape of {name} is turned round; rows come first.")
        expect(found == shape, f"The shape of {name} is off; a slope has the shape of what it belongs to.")


@exercise("training-ece")
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


@exercise("training-noise")
def noise(next_digit):
    """The floor where each label may become the next digit."""
    mistakes = [
        (entropy([0.82, 0.18]) + 0.18 * math.log(9), "`next_digit` is the floor of the other noise."),
        (
            entropy([0.8, 0.2]) + 0.2 * math.log(9),
            "A wrong label can be only *one* digit here; nothing is left to choose.",
        ),
        (-math.log(0.8), "`next_digit` is the surprise of a right label alone; the wrong ones are paid for, too."),
        (0.2, "`next_digit` is the share of wrong labels; the floor counts uncertainty, not mistakes."),
        (0.0, "`next_digit` is 0, but nobody can know which labels were changed."),
    ]
    close("next_digit", next_digit, entropy([0.8, 0.2]), unit="nats", mistakes=mistakes, relative=2e-3)


@exercise("training-temperature")
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


@exercise("training-power")
def power(cheapest):
    """The cheapest announcement under the score |a − y|^r."""
    for p, r in ((0.7, 1.5), (0.7, 2.0), (0.7, 3.0), (0.2, 4.0), (0.5, 1.3)):
        odds = math.log(p / (1 - p))
        uneven = p != 0.5
        root = "`cheapest` takes the r-th root; the slope of the score has the power r − 1."
        typical = [
            (uneven and r != 2, p, "`cheapest` is always honest; but only the square rewards honesty."),
            (uneven and r != 2, sigmoid(odds * (r - 1)), "`cheapest` raises the odds to r − 1; the other way round."),
            (uneven, sigmoid(odds / r), root),
            (True, math.exp(odds / (r - 1)), "`cheapest` returns odds; turn them into a probability."),
            (uneven, 1 - sigmoid(odds / (r - 1)), "`cheapest` has rain and no rain exchanged."),
        ]
        mistakes = [(value, hint) for applies, value, hint in typical if applies]
        gives(cheapest, (p, r), sigmoid(odds / (r - 1)), label="cheapest", mistakes=mistakes, relative=2e-3)
    for p in (0.1, 0.85):
        a = number("cheapest", call(cheapest, p, 2.5, label="cheapest"))
        grid = np.linspace(0.001, 0.999, 999)
        cost = p * (1 - grid) ** 2.5 + (1 - p) * grid**2.5
        expect(
            p * (1 - a) ** 2.5 + (1 - p) * a**2.5 <= cost.min() + 1e-6,
            f"At cheapest({p}, 2.5) the average is not smallest.",
        )
