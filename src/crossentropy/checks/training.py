"""Checks of the chapter *Training*."""

import math

import numpy as np

from .. import entropy, sigmoid, softmax
from ..data import load_digits
from ..training import hold_out
from . import call, close, exercise, expect, gives, number


def frequencies(rows=None):
    """How often each digit occurs: among all images, or those of the training, `rows="training"`."""
    labels = load_digits()[1]
    if rows == "training":
        rest, _ = hold_out(len(labels), 0.5, seed=0)
        labels = labels[rest[hold_out(len(rest), 1 / 3, seed=1)[0]]]
    return np.bincount(labels)


@exercise("training-patient-1")
def patient_1(floor_1):
    """The loss below which a softmax of a softmax cannot come."""
    mistakes = [
        (0.0, "`floor_1` is that of a healthy run; between which two numbers lies what enters this loss?"),
        (math.log(10), "`floor_1` is where the loss starts."),
        (1.529, "`floor_1` is where the loss has come to; it still falls a little."),
        (math.log(math.e + 9), "`floor_1` is the log-sum-exp alone; the right score is still to come off."),
        (math.log(math.e + 10) - 1, "`floor_1` counts ten wrong classes besides the right one."),
        (math.log(math.e + 9 / math.e) - 1, "`floor_1` lets the wrong classes have −1; can they?"),
    ]
    close("floor_1", floor_1, math.log(math.e + 9) - 1, unit="nats", mistakes=mistakes, relative=5e-4)


@exercise("training-patient-5")
def patient_5(rest_5):
    """Where a network rests whose outer biases alone can learn."""
    counts = frequencies("training")
    mistakes = [
        (2.298, "`rest_5` is the number that was printed; compute it from what this network can still learn."),
        (math.log(10), "`rest_5` is where the loss starts; the ten digits are not quite equally frequent."),
        (entropy(frequencies() / frequencies().sum()), "`rest_5` is that of all images; it has met the training rows."),
    ]
    right = entropy(counts / counts.sum())
    close("rest_5", rest_5, right, unit="nats", mistakes=mistakes, relative=1e-5)


@exercise("training-patient-6")
def patient_6(choices, floor_6):
    """Among how many a softmax along the wrong axis chooses, and the lowest loss that leaves it."""
    counts = frequencies("training")
    rows = counts.sum()
    mistakes = [
        (10, "`choices` is the number of classes; from ten this run would start at ln 10."),
        (64, "`choices` is the number of pixels; what would the first loss be then?"),
        (math.log(rows), "`choices` is the first loss itself; of how many equal choices is that the price?"),
    ]
    close("choices", choices, rows, mistakes=mistakes, relative=1e-3)
    mistakes = [
        (0.0, "`floor_6` is that of a healthy run; several images of a digit have to share here."),
        (math.log(rows), "`floor_6` is where the loss starts."),
        (4.432, "`floor_6` is where the loss has come to; it still falls."),
        (math.log(rows / 10), "`floor_6` takes all digits for equally frequent; they are nearly so."),
        (np.mean(np.log(counts)), "`floor_6` gives each digit the same weight; each *row* has the same."),
        (
            entropy(counts / rows),
            "`floor_6` is the entropy of the labels; here the label is known, and the row asked for.",
        ),
    ]
    right = math.log(rows) - entropy(counts / rows)
    close("floor_6", floor_6, right, unit="nats", mistakes=mistakes, relative=1e-4)


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
    pairs = list(shapes) if np.iterable(shapes) else []
    sizes = [len(pair) if np.iterable(pair) else 1 for pair in pairs]
    expect(sizes == 6 * [2], "`shapes` holds six pairs, in the order of the question.")
    for name, found, shape in zip(names, pairs, right, strict=True):
        found = tuple(number(f"shape of {name}", n) for n in found)
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
        (
            entropy([0.82, 0.18]),
            "`next_digit` lets some of the changed labels come out right; the *next* digit never is.",
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
