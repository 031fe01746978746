"""Checks of the chapter *Which is better?*."""

import math

import numpy as np

from . import call_for_two, close, exercise, gives


@exercise("preferences-odds")
def odds(points, lead, loss):
    """A share of votes, in points, in DPO's lead and in its loss."""
    right = math.log(7 / 3)
    mistakes = [
        (-right, "`points` says that B leads."),
        (math.log(0.7), "`points` is the logarithm of a probability; points are log-odds."),
        (7 / 3, "`points` is the odds; take their logarithm."),
        (math.log2(7 / 3), "`points` is in bits; σ takes its score in nats."),
    ]
    close("points", points, right, mistakes=mistakes)
    mistakes = [
        (right, "`lead` forgets β: the score is β times the lead."),
        (right * 0.1, "`lead` is multiplied by β; which number has to be the same as the points?"),
        (math.inf, "`lead` would be right if all readers agreed."),
    ]
    close("lead", lead, right / 0.1, unit="nats", mistakes=mistakes)
    mistakes = [
        (0.0, "`loss` would be 0 if all readers agreed; three in ten prefer B."),
        (math.log(2), "`loss` is what equal points cost; the two texts aren't equally good."),
        (-math.log(0.7), "`loss` is the cost of a vote for A; three votes in ten are for B."),
        (-math.log(0.3), "`loss` is the cost of a vote for B; seven votes in ten are for A."),
    ]
    close("loss", loss, -0.7 * math.log(0.7) - 0.3 * math.log(0.3), unit="nats", mistakes=mistakes)


def _share(p, points, beta):
    """The last probability of the best model on a leash."""
    z = np.log(p) + points / beta
    q = np.exp(z - z.max())
    return q[-1] / q.sum()


@exercise("preferences-stars")
def stars(short, long):
    """A line that nobody compared, on two leashes."""
    p = np.array([0.4995, 0.24975, 0.124875, 0.124875, 0.001])
    points = np.log([1, 8, 8, 4, np.exp(4)])
    old = np.log(p)
    for name, answer, beta, swapped in (("short", short, 1, 0.1), ("long", long, 0.1, 1)):
        multiplied = np.exp(old + points * beta)
        mistakes = [
            (_share(p, points, swapped), f"`{name}` belongs to the other β: a large β is a short leash."),
            (p[-1] * np.exp(points[-1] / beta), f"`{name}` isn't divided by the sum over all five lines."),
            (_share(np.ones(5), points, beta), f"`{name}` forgets what the old model wrote."),
            (0.001, f"`{name}` is the old model's probability, without the points."),
        ]
        if beta != 1:
            mistakes.append((multiplied[-1] / multiplied.sum(), f"`{name}` multiplies the points by β."))
        close(name, answer, _share(p, points, beta), mistakes=mistakes)


def _cost(z):
    """Minus the logarithm of σ(z), for any z."""
    return np.logaddexp(0, -z)


@exercise("preferences-dpo")
def preference_loss(dpo):
    """Loss and share of positive scores, from two tables of log probabilities."""
    cases = [
        ([[-11.0, -12.0], [-33.0, -31.0], [-7.0, -7.5]], [[-12.0, -9.0], [-30.0, -31.0], [-7.5, -8.5]], 0.1),
        ([[-5000.0, -20.0], [-20.0, -40.0]], [[-20.0, -20.0], [-20.0, -40.0]], 1.0),
    ]
    for new, old, beta in cases:
        new, old = np.array(new), np.array(old)
        answer = call_for_two(dpo, new, old, beta, label="dpo", what="the loss and the share of positive scores")
        lead = (new - old) @ [1, -1]
        z = beta * lead
        mistakes = [
            (_cost(-z).mean(), "The loss prefers the worse answer: the lead is upside down."),
            (_cost(beta * new @ [1, -1]).mean(), "The loss forgets the old model; the lead compares two gains."),
            (_cost(lead).mean(), "The loss forgets β."),
            (_cost(lead / beta).mean(), "The loss divides the lead by β; multiply."),
            (_cost(z).sum(), "The loss is a sum; the mean over the pairs is asked for."),
            (_cost(z.mean()), "The loss is that of the mean score; take the mean of the losses."),
            (math.inf, "The loss is infinite for a score of −4,980; don't form the probability."),
        ]
        close("the loss", answer[0], _cost(z).mean(), mistakes=mistakes)
        mistakes = [
            (np.mean(z >= 0), "A score of 0 isn't above 0."),
            (np.mean(new @ [1, -1] > 0), "The share forgets the old model; it counts scores above 0."),
            (np.sum(z > 0), "The share is a count; divide it by the number of pairs."),
        ]
        close("the share", answer[1], np.mean(z > 0), mistakes=mistakes)


@exercise("preferences-rounds")
def rounds(one_leash):
    """The single leash that leads as far as several rounds."""
    for betas in ([1.0, 2.0, 4.0], [2.0, 2.0], [10.0] * 10, [3.0]):
        b = np.array(betas)
        mistakes = [
            (b.sum(), "`one_leash` adds up the β; but each round leads *further*, so the leash gets longer."),
            (b.mean(), "`one_leash` is the mean; but each round leads further than the one before."),
            (b.prod(), "`one_leash` multiplies the β; what happens to the exponents?"),
            (b.min(), "`one_leash` is the longest leash of a single round; the other rounds lead further."),
            ((1 / b).sum(), "`one_leash` is 1/β; turn it round."),
            (len(b) / (1 / b).sum(), "`one_leash` divides by the *mean* of all 1/β; add the exponents up."),
        ]
        gives(one_leash, (betas,), 1 / (1 / b).sum(), label="one_leash", mistakes=mistakes if len(b) > 1 else [])
