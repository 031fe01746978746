"""Checks of the chapter *Squared error*."""

import math

import numpy as np

from .. import entropy, kl_divergence, sigmoid
from . import call, close, exercise, expect, gives, number, numbers


@exercise("squared-error-hand")
def hand(quadratic, crossed):
    """Slopes of both costs at four outputs; the target is 0."""
    a = np.array([0.5, 2 / 3, 0.9, 0.99])
    right = a * a * (1 - a)
    mistakes = [
        (a * (1 - a) ** 2, "`quadratic` is the slope for the target 1; the neuron should answer 0."),
        (2 * right, "`quadratic` lacks the ½ in front of the square."),
        (a, "`quadratic` is the slope in the output; the sigmoid's own slope a(1 − a) is missing."),
        (a * (1 - a), "`quadratic` is the slope of the sigmoid; the error is missing."),
        (a * a / 2, "`quadratic` holds the costs, and their slopes are asked for."),
    ]
    close("quadratic", quadratic, right, mistakes=mistakes, relative=2e-3, absolute=1e-5)
    mistakes = [
        (1 / (1 - a), "`crossed` is the slope in the output; in the score σ(1 − σ) cancels the denominator."),
        (-np.log(1 - a), "`crossed` holds the costs, and their slopes are asked for."),
        (a - 1, "`crossed` is the slope for the target 1."),
    ]
    close("crossed", crossed, a, mistakes=mistakes, relative=2e-3)


@exercise("squared-error-bills")
def bills(brier, surprise):
    """What nobody can avoid, and the price of announcing 0.9 for 0.7."""
    p, q = 0.7, 0.9
    right = p * (1 - p), (p - q) ** 2
    mistakes = [
        (right[::-1], "`brier` has its two parts exchanged: first what nobody can avoid."),
        (2 * np.array(right), "`brier` is summed over both sides; class 1 alone is asked for."),
        ((sum(right), right[1]), "The first part of `brier` is the whole score; honesty costs less."),
        ((q * (1 - q), right[1]), "The first part of `brier` is that of the announced coin; the true one falls."),
    ]
    close("brier", brier, right, mistakes=mistakes, relative=1e-4)
    truth, told = (p, 1 - p), (q, 1 - q)
    right = entropy(truth), kl_divergence(truth, told)
    mistakes = [
        (right[::-1], "`surprise` has its two parts exchanged: first what nobody can avoid."),
        ((right[0], kl_divergence(told, truth)), "The second part of `surprise` has truth and announcement exchanged."),
        ((sum(right), right[1]), "The first part of `surprise` is the whole bill."),
        ((entropy(told), right[1]), "The first part of `surprise` is the entropy of the announcement."),
    ]
    close("surprise", surprise, right, unit="nats", mistakes=mistakes, relative=2e-3)


@exercise("squared-error-plain")
def plain(crossed_epochs, squared_epochs):
    """Epochs until the output is below 0.1, from four starts."""

    def epochs(slope, rate):
        counts = []
        for z in (4.0, 6.0, 8.0, 10.0):
            count = 0
            while (a := 1 / (1 + math.exp(-z))) >= 0.1:
                z, count = z - 2 * rate * slope(a), count + 1  # weight and bias move alike
            counts.append(count)
        return np.array(counts)

    crossed = epochs(lambda a: a, 0.15)
    squared = epochs(lambda a: a * a * (1 - a), 0.15 * 27 / 4)
    slow = epochs(lambda a: a * a * (1 - a), 0.15)
    for label, answer, right in (
        ("crossed_epochs", crossed_epochs, crossed),
        ("squared_epochs", squared_epochs, squared),
    ):
        found = numbers(label, answer, (4,))
        expect(np.all(found == np.round(found)), f"`{label}` holds counts, whole numbers.")
        expect(np.all(found > 0), f"`{label}` holds a 0; is the run long enough to get below 0.1?")
        expect(
            np.any(np.abs(found - slow) > 2),
            f"`{label}` uses the rate 0.15; the fair rate makes both slopes equally steep at best.",
        )
        other = squared if label == "crossed_epochs" else crossed
        expect(np.any(np.abs(found - other) > 2), f"`{label}` is that of the other cost.")
        wrong = np.abs(found - right) > 1
        expect(not wrong.any(), f"`{label}` is off at index {int(np.argmax(wrong))}; w = b = z/2, and the target is 0.")


@exercise("squared-error-cube")
def cube(announced):
    """Where the expected cube of the error vanishes."""
    p = 0.8
    odds = math.log(p / (1 - p))
    mistakes = [
        (p, "`announced` is honest; try whether the expected gradient vanishes there."),
        (sigmoid(odds * 3), "`announced` triples the log-odds; the cube root goes the other way."),
        (p ** (1 / 3), "`announced` takes the root of the probability; the odds have the cube."),
        (p ** (1 / 3) / 2, "`announced` takes the root of the probability; the odds have the cube."),
        (math.exp(odds / 3), "`announced` returns odds; turn them into a probability."),
        (1 - sigmoid(odds / 3), "`announced` has the labels exchanged."),
    ]
    gives(announced, (p,), sigmoid(odds / 3), label="announced", mistakes=mistakes, relative=2e-3)
    gives(announced, (0.5,), 0.5, label="announced")
    for p in (0.1, 0.35, 0.97):
        a = number("announced", call(announced, p, label="announced"))
        expect(0 < a < 1, f"announced({p}) is no probability.")
        expect(
            abs(p * (a - 1) ** 3 + (1 - p) * a**3) < 1e-6, f"At announced({p}) the expected gradient does not vanish."
        )


@exercise("squared-error-hidden")
def hidden(cost):
    """The cost whose slope in the score is 1 / (1 − a)."""

    def at(z):
        return number("cost", call(cost, z, label="cost"))

    for z in (-5.0, -1.0, 0.0, 1.5, 4.0):
        h = 0.01  # with less, the slope of float32 is noise
        slope, right = (at(z + h) - at(z - h)) / (2 * h), 1 + math.exp(z)
        expect(abs(slope + right) > 1e-3 * right, "`cost` has the opposite slope: the descent would climb it.")
        expect(
            abs(slope - sigmoid(z)) > 1e-5,
            "`cost` is that of the right derivative, σ(z); the animation takes another step.",
        )
        expect(
            abs(slope - right) < 1e-3 * right,
            f"The slope of `cost` at z = {z:g} is {slope:.4g}, and the step is {right:.4g}.",
        )


@exercise("squared-error-power")
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
