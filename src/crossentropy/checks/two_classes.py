"""Checks of the chapter *Two classes*."""

import math

import numpy as np

from .. import sigmoid
from . import call, close, exercise, expect, gives, number, numbers


@exercise("two-classes-hand")
def hand(score, chance, losses, slopes):
    """Odds of 3 to 1: score, probability, losses and slopes."""
    mistakes = [
        (3.0, "`score` is the odds; a score is their logarithm."),
        (math.log(0.75), "`score` is the logarithm of the probability, not of the odds."),
        (math.log2(3), "`score` is in bits; scores are natural logarithms."),
    ]
    close("score", score, math.log(3), mistakes=mistakes)
    mistakes = [
        (1 / 3, "`chance` is one part in three; 3 to 1 are four parts in all."),
        (0.25, "`chance` is that of class 0."),
    ]
    close("chance", chance, 0.75, mistakes=mistakes)
    right = -np.log([0.75, 0.25])
    mistakes = [
        (right[::-1], "`losses` has the labels exchanged; the likelier class costs less."),
        (np.log([0.75, 0.25]), "`losses` is negative; a surprise is not."),
    ]
    close("losses", losses, right, unit="nats", mistakes=mistakes, relative=1e-4)
    mistakes = [
        ([0.25, -0.75], "`slopes` is truth minus belief; the slope is the other way round."),
        ([0.75, -0.25], "`slopes` has the labels exchanged."),
        ([-4 / 3, 4], "`slopes` is taken in the probability; the slope in the score is asked for."),
    ]
    close("slopes", slopes, [-0.25, 0.75], mistakes=mistakes, relative=1e-4)


@exercise("two-classes-half")
def half(true_cost, printed):
    """A score of 9 in 16-bit numbers."""
    mistakes = [
        (math.log1p(math.exp(-9)), "`true_cost` is that of label 1; the label is 0."),
        (math.inf, "`true_cost` is what the program prints; in exact arithmetic it is finite."),
        (0.0, "`true_cost` is not 0: the row is wrong, and the score is sure."),
    ]
    close("true_cost", true_cost, math.log1p(math.exp(9)), unit="nats", mistakes=mistakes, relative=1e-3)
    there, back = numbers("printed", printed, (2,))
    expect(not (math.isinf(back) and not math.isinf(there)), "`printed` has the two rows exchanged.")
    expect(math.isinf(there), "The first of `printed` is finite; what does a 16-bit number make of 1 − p?")
    expect(not math.isinf(back), "The second of `printed` is infinite; but 16 bits hold a p of a ten-thousandth.")
    expect(abs(back - 9) < 0.1, "The second of `printed` is off; the score is −9 then, and the label 1.")


@exercise("two-classes-two")
def two(loss_a, loss_b, same_rate):
    """One weight and a sigmoid, two weights and a softmax."""
    gaps = []
    for rate in (0.1, 0.2):  # with two weights the gap moves twice as far
        gap = 0.0
        for _ in range(50):
            gap -= rate * (sigmoid(gap) - 1)
        gaps.append(gap)
    right = np.log1p(np.exp(-np.array(gaps)))
    start = math.log(2)
    for label, answer, value, other in (("loss_a", loss_a, *right), ("loss_b", loss_b, *right[::-1])):
        mistakes = [
            (start, f"`{label}` is the loss at the start; do the weights move?"),
            (other, f"`{label}` is that of the other model."),
        ]
        close(label, answer, value, unit="nats", mistakes=mistakes, relative=1e-4)
    mistakes = [
        (0.2, "`same_rate` goes the wrong way: B is too fast already."),
        (0.1, "`same_rate` is the rate of both; with it B is ahead."),
        (0.1 / math.sqrt(2), "Both weights move, one up and one down, so the gap moves twice as far, not √2 times."),
    ]
    close("same_rate", same_rate, 0.05, mistakes=mistakes)


@exercise("two-classes-prior")
def prior(shift):
    """What a changed base rate adds to every score."""
    mistakes = [
        (math.log(99), "`shift` has the wrong sign: the illness is rarer than in training, so scores fall."),
        (math.log(0.01 / 0.5), "`shift` takes the quotient of probabilities; log-odds are needed."),
        (math.log(0.01), "`shift` is the logarithm of the new share; the old one counts, and odds do."),
        (0.01 - 0.5, "`shift` is the difference of the shares; it is the log-odds that add."),
    ]
    gives(shift, (0.5, 0.01), -math.log(99), label="shift", mistakes=mistakes)
    alone = "`shift` looks at the share in use alone; where nothing changes, nothing is added."
    gives(shift, (0.3, 0.3), 0.0, label="shift", mistakes=[(math.log(3 / 7), alone)])
    gives(shift, (0.2, 0.5), math.log(4), label="shift")
    for trained, share in ((0.9, 0.1), (0.05, 0.6)):
        added = number("shift", call(shift, trained, share, label="shift"))
        back = number("shift", call(shift, share, trained, label="shift"))
        expect(abs(added + back) < 1e-6, "There and back again must cancel: shift(a, b) + shift(b, a) = 0.")
        base = sigmoid(math.log(trained / (1 - trained)) + added)
        expect(abs(base - share) < 1e-6, "Added to the log-odds of the old share, `shift` must give the new one.")


@exercise("two-classes-rate")
def rate(weight_after):
    """Gradient descent at the border of what is stable."""

    def after(rate, steps):
        return number("weight_after", call(weight_after, rate, steps, label="weight_after"))

    expect(after(1.0, 0) == 0.5, "Before the first step the weight is 0.5.")
    slope = sigmoid(0.5) - 0.5
    first = after(1.0, 1)
    expect(abs(first - (0.5 + slope)) > 1e-6, "`weight_after` climbs: the first step goes away from 0.")
    expect(abs(first - (0.5 - 2 * slope)) > 1e-6, "`weight_after` adds the slopes of the two rows; take their mean.")
    expect(abs(first - (0.5 - slope)) < 1e-6, "`weight_after(1.0, 1)` is off; each row's slope is (σ(wx) − ½) x.")
    w = 0.5
    for _ in range(5):
        w -= 3 * (sigmoid(w) - 0.5)
    expect(abs(after(3.0, 5) - w) < 1e-6, "`weight_after(3.0, 5)` is off; is each slope taken at the new weight?")
    expect(abs(after(7.9, 400)) < 0.01, "At rate 7.9 the weight must die out.")
    expect(abs(after(8.1, 400)) > 0.1, "At rate 8.1 the weight must not die out.")


@exercise("two-classes-margin")
def margin(predicted, gain):
    """Which row decides how fast the weight grows."""
    mistakes = [
        (math.log(10), "`predicted` is that of a margin of 1; which margin has the row that is left?"),
        (math.log(10) / 2, "`predicted` follows the row with the large margin; its slope has long vanished."),
        (4 * math.log(10), "`predicted` counts the small margin twice."),
        (math.log(10) / 1.25, "`predicted` uses the mean of the margins."),
    ]
    close("predicted", predicted, 2 * math.log(10), mistakes=mistakes, relative=5e-3)
    w, path = 0.0, []
    for _ in range(50_000):
        w += 0.5 * (2.0 / (1 + math.exp(2 * w)) + 0.5 / (1 + math.exp(0.5 * w)))
        path.append(w)
    mistakes = [
        (path[-1], "`gain` is the weight in the end; take off what it was after 5,000 steps."),
        (path[4_999], "`gain` is the weight after 5,000 steps; how much is added after that?"),
    ]
    close("gain", gain, path[-1] - path[4_999], mistakes=mistakes, relative=5e-3)
