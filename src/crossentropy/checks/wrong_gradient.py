"""Checks of the chapter *A right value, a wrong gradient*."""

import math

import numpy as np

from . import close, exercise, gives


@exercise("wrong-gradient-coin")
def coin(in_loss, in_reward, whole):
    """The slope of the mean of k3 on a coin: what a loss sees, what a reward sees, and that of D(q‖p)."""
    p, q = np.array([0.9, 0.1]), np.array([0.6, 0.4])
    u = p / q
    rates, k3 = np.array([0.4, -0.6]), u - 1 - np.log(u)
    loss, reward = -0.3, 0.24 * (k3[0] - k3[1])
    reverse = 0.24 * (math.log(q[0] / p[0]) - math.log(q[1] / p[1]))
    mistakes = [
        (0.3, "`in_loss` has the wrong sign: with more heads, u falls at heads."),
        (0.0, "`in_loss` is 0 for $k_1$; how does u − 1 change?"),
        (reverse, "`in_loss` is the slope of $k_2$."),
        (((1 - u) * rates).sum(), "`in_loss` gives both sides the same weight; how often does each come up?"),
        (reward, "`in_loss` belongs to the reward; here the draws stay, and $k_3$ changes."),
    ]
    close("in_loss", in_loss, loss, mistakes=mistakes)
    mistakes = [
        (-reward, "`in_reward` has the wrong sign: which side becomes more frequent if the score of heads grows?"),
        (k3[0] - k3[1], "`in_reward` is what heads pays minus what tails pays; at which rate do the draws change?"),
        (reverse, "`in_reward` is the slope of $k_1$."),
        (loss, "`in_reward` belongs to the loss; here each side keeps its $k_3$, and the draws change."),
    ]
    close("in_reward", in_reward, reward, mistakes=mistakes)
    mistakes = [
        (-reverse, "`whole` has the wrong sign."),
        (loss - reward, "`whole` is a difference; the product rule adds the two parts."),
        (loss, "`whole` is the slope of $D(p\\|q)$, the other way round."),
    ]
    close("whole", whole, reverse, mistakes=mistakes)


@exercise("wrong-gradient-penalty")
def penalty(penalty_slope):
    """Gradient of the mean of k2 over fixed draws."""
    cases = [
        ([0.5, -0.25, 0.0, 1.0], [0.5, 0.25, 0.125, 0.125], [3, 3, 0, 1, 3, 2, 0]),
        ([0.0, 2.0, 1.0], [0.2, 0.3, 0.5], [1, 1, 2]),
    ]
    for z, p, draws in cases:
        z, p, draws = np.array(z), np.array(p), np.array(draws)
        q = np.exp(z) / np.exp(z).sum()
        g = np.eye(len(q))[draws] - q
        ratio = (p / q)[draws, None]
        right = np.mean(-np.log(ratio) * g, axis=0)
        exact = q * (np.log(q / p) - q @ np.log(q / p))
        mistakes = [
            (g.mean(axis=0), "That's the gradient of $k_1$, which is 0 on average."),
            (
                np.mean((1 - ratio) * g, axis=0),
                "That's the gradient of $k_3$, which pulls towards the other divergence.",
            ),
            (right * len(draws), "`penalty_slope` returns the sum over the draws; the mean is asked for."),
            (exact, "That's the exact gradient, without the draws; average over the draws that you're given."),
            (np.mean(-np.log(ratio) * np.eye(len(q))[draws], axis=0), "The slope of $\\ln q_i$ also has the part −q."),
        ]
        gives(penalty_slope, (z, p, draws), right, label="penalty_slope", mistakes=mistakes)


def _forward(p, r, beta):
    """The model with the most points minus β D(p‖q), by Newton's steps for its constant c."""
    c = np.max(r + beta * p)
    for _ in range(200):  # the sum is convex in c, and c stays below the solution
        q = beta * p / (c - r)
        c = c + (q.sum() - 1) / (q / (c - r)).sum()
    return beta * p / (c - r)


@exercise("wrong-gradient-leash")
def leash(other_leash):
    """The best model on a leash of the other divergence."""
    cases = [
        ([0.5, 0.25, 0.125, 0.125], [0, math.log(8), math.log(8), math.log(4)], 1.0),
        ([0.5, 0.25, 0.125, 0.125], [0, math.log(8), math.log(8), math.log(4)], 0.1),
        ([0.2, 0.3, 0.5], [1.0, -1.0, 0.5], 2.0),
    ]
    for p, r, beta in cases:
        p, r = np.array(p), np.array(r)
        tilted = p * np.exp((r - r.max()) / beta)
        upper = beta * p / (r.max() + beta - r)
        mistakes = [
            (tilted / tilted.sum(), "That's the best model on a leash of $D(q\\|p)$."),
            (_forward(p, r, 1 / beta), "`other_leash` divides by β somewhere; a large β is a short leash."),
            (_forward(p, r, 1.0), "`other_leash` forgets β."),
            (_forward(p, -r, beta), "`other_leash` turns the points round: more points, more probability."),
            (upper, "The probabilities don't add up to 1; that fixes c."),
            (p, "That's the old model, without the points."),
        ]
        mistakes = [m for m in mistakes if beta != 1 or "β" not in m[1]]
        gives(other_leash, (p, r, beta), _forward(p, r, beta), label="other_leash", mistakes=mistakes)
