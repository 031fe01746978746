"""Checks of the chapter *Training*."""

import math

import numpy as np

from .. import entropy
from ..data import load_digits
from ..training import hold_out
from . import close, exercise, expect, number


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


@exercise("training-momentum")
def momentum(plain_rate, steps):
    """The rate without momentum that goes as far, and the steps to nine tenths of the final speed."""
    mistakes = [
        (0.1, "`plain_rate` is the rate with momentum; how large does v grow with it?"),
        (0.01, "`plain_rate` is too small: momentum makes steps longer, not shorter."),
        (0.19, "`plain_rate` is that of the second step; the speed goes on growing."),
        (10.0, "`plain_rate` is the factor; the rate is still to be multiplied by it."),
    ]
    close("plain_rate", plain_rate, 1.0, mistakes=mistakes, relative=1e-6)
    mistakes = [
        (21, "After 21 steps a little is still missing."),
        (math.log(0.1) / math.log(0.9), "`steps` is no whole number; nine tenths must have been reached."),
        (1, "`steps` has µⁿ reach nine tenths; it is 1 − µⁿ that has to."),
        (10, "`steps` is the final size over g; after ten steps v has two thirds of it."),
        (7, "`steps` is where half of the final size is reached; nine tenths are asked for."),
    ]
    close("steps", steps, 22, mistakes=mistakes, relative=0)
