"""Checks of the chapter *Losses*."""

import math

import numpy as np

from .. import binary_cross_entropy_with_logits, entropy, sigmoid, softmax
from . import call, close, exercise, expect, number, numbers


@exercise("losses-start")
def start(first_loss):
    """The mean loss of scores that know nothing."""

    def of(spread, classes):
        return number("first_loss", call(first_loss, spread, classes, label="first_loss"))

    for classes in (2, 10, 100):
        found, chance = of(0.01, classes), math.log(classes)
        expect(
            abs(found - math.log2(classes)) > 0.01 or classes == 2, "`first_loss` is in bits, and nats are asked for."
        )
        expect(abs(found - 5000 * chance) > 1, "`first_loss` is the sum over the rows, and their mean is asked for.")
        expect(
            abs(found - chance) < 0.01,
            f"With a spread of 0.01 nearly all scores are alike; {classes} classes cost the same then.",
        )
    # The mean of log Σ exp(s x) − s x over normal x; for wide spreads it grows with the spread.
    expected = {(1.0, 10): 2.729, (3.3, 100): 9.10, (10.0, 10): 15.51}
    for (spread, classes), mean in expected.items():
        found = of(spread, classes)
        expect(abs(found - math.log(classes)) > 0.05, "`first_loss` does not depend on the spread; is it used?")
        expect(
            abs(found - mean) < 0.05 * mean,
            f"`first_loss({spread}, {classes})` is off; does each row have a fresh score for each class?",
        )


@exercise("losses-hand")
def hand(shares, each_label, gradient):
    """Softmax, losses and a gradient of the scores (ln 4, ln 3, 0)."""
    z = np.log([4, 3, 1])
    p = softmax(z)
    mistakes = [
        (z / z.sum(), "`shares` divides the scores; they have to be exponentiated first."),
        ([4, 3, 1], "`shares` does not sum to 1."),
    ]
    close("shares", shares, p, mistakes=mistakes)
    mistakes = [
        (p, "`each_label` holds the probabilities; the loss is the surprise of each."),
        (-z, "`each_label` leaves out the log-sum-exp."),
        (np.log(p), "`each_label` is negative; a surprise is not."),
    ]
    close("each_label", each_label, -np.log(p), unit="nats", mistakes=mistakes, relative=1e-4, absolute=1e-4)
    mistakes = [
        (p, "`gradient` is the belief; subtract the truth."),
        ([p[0] - 1, 0, 0], "`gradient` moves the right class alone; the other scores have slopes as well."),
        (np.eye(3)[0] - p, "`gradient` is truth minus belief, which is the way *down*."),
        (p - np.eye(3)[1], "`gradient` is that of another label; labels start at 0."),
    ]
    close("gradient", gradient, p - np.eye(3)[0], mistakes=mistakes, relative=1e-4, absolute=1e-4)


@exercise("losses-floor")
def soft_floor(floor, descend):
    """Gradient descent towards a soft target."""
    t = np.array([2 / 3, 1 / 3, 0])
    mistakes = [
        (0.0, "`floor` is 0, which only a certain target allows."),
        (-math.log(2 / 3), "`floor` is the surprise of the likeliest class; average over all."),
        (math.log(3), "`floor` is the loss at the start."),
    ]
    close("floor", floor, entropy(t), unit="nats", mistakes=mistakes, relative=1e-3)

    def scores(target, steps):
        return numbers("descend", call(descend, np.array(target), steps, label="descend"), (len(target),))

    first = scores(t, 1)
    expect(
        not np.allclose(first, 1 / 3 - t), "`descend` climbs: its first step goes along the gradient, not against it."
    )
    expect(not np.allclose(first, softmax(t - 1 / 3)), "`descend` returns probabilities, and scores are asked for.")
    expect(np.allclose(first, t - 1 / 3), "After one step of rate 1 from 0 the scores must be target minus belief.")
    for target, steps in ((t, 2000), ([0.25, 0.25, 0.25, 0.25], 10), ([0.1, 0.9], 500)):
        found = softmax(scores(target, steps))
        expect(
            np.abs(found - target).max() < 2e-3,
            f"After {steps} steps the belief is not near the target; is each step made from the new scores?",
        )


@exercise("losses-check")
def finite_differences(slope):
    """A derivative by finite differences."""
    cases = [
        (lambda z: binary_cross_entropy_with_logits(z, 1), 1.5, sigmoid(1.5) - 1, "the loss of label 1 at score 1.5"),
        (lambda z: binary_cross_entropy_with_logits(z, 0), -2.0, sigmoid(-2.0), "the loss of label 0 at score −2"),
        (math.sin, 1.0, math.cos(1.0), "sin at 1"),
        (lambda x: 3 * x - 1, 0.0, 3.0, "3x − 1 at 0"),
    ]
    for f, x, right, told in cases:
        found = number("slope", call(slope, f, x, label="slope"))
        expect(
            abs(found - 2 * right) > 1e-4,
            f"The slope of {told} is twice as large as it should be; how far apart are the ends?",
        )
        expect(abs(found + right) > 1e-4, f"The slope of {told} has the wrong sign.")
        expect(abs(found - right) < 1e-2, f"The slope of {told} is wrong.")
        expect(abs(found - right) < 1e-6, f"The slope of {told} is inexact; step to both sides, by about 0.00001.")


@exercise("losses-separable")
def separable(last, weights):
    """Loss and weight on points that can be separated."""
    losses, grown = numbers("last", last, (4,)), numbers("weights", weights, (4,))
    expect(np.all(losses > 0), "`last` holds a loss that is not above 0; can any weight reach it?")
    expect(
        np.all(np.diff(losses) < 0),
        "`last` does not fall from run to run; was each trained longer than the one before?",
    )
    expect(np.all(np.diff(grown) > 0), "`weights` does not grow from run to run.")
    w, run = 0.0, []
    x, y = np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0, 0, 1, 1])
    for _ in range(10_000):
        w -= 0.5 * np.mean((sigmoid(w * x) - y) * x)
        run.append(w)
    expected = np.array([run[steps - 1] for steps in (10, 100, 1000, 10_000)])
    wrong = np.abs(grown - expected) > 0.02 * expected
    first = int(np.argmax(wrong))
    expect(not wrong.any(), f"`weights` at index {first} is off; rate 0.5, and each run starts from 0?")
    bills = np.array([np.mean(np.log1p(np.exp(-w * np.abs(x)))) for w in expected])
    wrong = np.abs(losses - bills) > 0.1 * bills  # the loss before the last step or after it
    first = int(np.argmax(wrong))
    expect(
        np.any(np.abs(losses - 4 * bills) > 0.1 * bills),
        "`last` holds sums over the four points, and means are asked for.",
    )
    expect(not wrong.any(), f"`last` at index {first} is off.")


@exercise("losses-convex")
def convex(turn):
    """The probability at which squared error changes its bend."""
    mistakes = [
        (float(np.log(0.5)), "`turn` is the score; the probability there is asked for."),
        (2 / 3, "`turn` is measured from the other end: the label is 1."),
        (0.5, "`turn` is where the sigmoid changes its bend; the square is another function."),
    ]
    close("turn", turn, 1 / 3, mistakes=mistakes, relative=2e-3)
