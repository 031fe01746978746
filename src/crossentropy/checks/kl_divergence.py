"""Checks of the chapter *KL divergence*."""

import math

import numpy as np

from .. import entropy, kl_divergence
from . import call, close, exercise, expect, gives, numbers

P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([1 / 8, 1 / 2, 1 / 4, 1 / 8])


@exercise("kl-divergence-coins")
def coins(fair_believed, loaded_believed):
    """What it costs to believe in the wrong one of two coins."""
    fair, loaded = [0.5, 0.5], [0.9, 0.1]
    costs = {"fair_believed": (loaded, fair), "loaded_believed": (fair, loaded)}
    for (label, (truth, belief)), answer in zip(costs.items(), (fair_believed, loaded_believed), strict=True):
        bill = -np.dot(truth, np.log2(belief))
        mistakes = [
            (kl_divergence(belief, truth, base=2), f"`{label}` has truth and belief exchanged: which coin is thrown?"),
            (bill, f"`{label}` is the whole bill; take off what nobody can save."),
            (entropy(truth, base=2), f"`{label}` is the entropy of the coin that is thrown."),
            (truth[0] * math.log2(truth[0] / belief[0]), f"`{label}` has the term of heads alone."),
        ]
        close(label, answer, kl_divergence(truth, belief, base=2), unit="bits", mistakes=mistakes)


@exercise("kl-divergence-finite")
def finite(forward_finite, reverse_finite):
    """Which of six divergences are finite."""
    pairs = {
        "a": ([1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]),
        "b": ([1 / 2, 1 / 2, 0], [0, 1 / 2, 1 / 2]),
        "c": ([1, 0, 0], [0.01, 0.99, 0]),
    }
    answers = numbers("forward_finite", forward_finite, (3,)), numbers("reverse_finite", reverse_finite, (3,))
    for (name, (p, q)), *given in zip(pairs.items(), *answers, strict=True):
        for direction, truth, belief, answer in zip(("D(p‖q)", "D(q‖p)"), (p, q), (q, p), given, strict=True):
            why = "infinite where something happens that the belief excludes, and only there"
            right = math.isfinite(kl_divergence(truth, belief))
            expect(answer == right, f"({name}) {direction} is judged wrongly: a divergence is {why}.")


@exercise("kl-divergence-smoothing")
def smoothing(smoothed):
    """Frequencies with a constant added to each count."""

    def gives_of(counts, c, expected, **options):
        gives(smoothed, (np.array(counts), c), expected, label="smoothed", **options)

    gives_of([10, 5, 5, 0], 0, [0.5, 0.25, 0.25, 0])
    gives_of(
        [10, 5, 5, 0],
        1,
        np.array([11, 6, 6, 1]) / 24,
        mistakes=[
            (np.array([11, 6, 6, 1]) / 20, "What `smoothed` returns must still sum to 1."),
            (
                np.array([11, 6, 6, 1]) / 21,
                "`smoothed` adds the constant once to the total; it was added to each count.",
            ),
            (np.array([10, 5, 5, 1]) / 21, "`smoothed` adds the constant where the count is 0 only."),
            (np.array([11, 6, 6, 1]), "`smoothed` returns counts, and probabilities are asked for."),
        ],
    )
    pair = np.array([3.5, 0.5])
    mistakes = [
        (pair / 5, "There need not be four outcomes."),
        (pair / 22, "`smoothed` counts on 20 days and four skies; take both from the counts."),
    ]
    gives_of([3, 0], 0.5, pair / 4, mistakes=mistakes)
    gives_of([7, 0, 1], 1e6, np.full(3, 1 / 3), relative=1e-4)
    table = np.array([[10, 5, 5, 0], [20, 0, 0, 0]])
    rows = np.array([[11, 6, 6, 1], [21, 1, 1, 1]]) / 24
    mistakes = [(rows / 2, "Each row of a table is a distribution of its own; `smoothed` divides by the total of all.")]
    gives_of(table, 1, rows, mistakes=mistakes)


@exercise("kl-divergence-moments")
def moments(mean, deviation):
    """Mean and standard deviation of the two bumps."""
    x = np.linspace(-12, 12, 241)
    left, right = (np.exp(-0.5 * ((x - centre) / 0.8) ** 2) for centre in (-3, 3))
    truth = 0.6 * left / left.sum() + 0.4 * right / right.sum()
    centre = truth @ x
    variance = truth @ (x - centre) ** 2
    mistakes = [(0.0, "`mean` takes both bumps as equally heavy."), (np.mean(x), "`mean` is that of the grid.")]
    close("mean", mean, centre, mistakes=mistakes, relative=1e-3)
    mistakes = [
        (variance, "`deviation` is the variance; take its root."),
        (math.sqrt(truth @ x**2), "`deviation` is taken around 0 instead of the mean."),
        (np.std(x), "`deviation` is that of the grid; weigh each point by its probability."),
        (0.8, "`deviation` is the width of one bump."),
    ]
    close("deviation", deviation, math.sqrt(variance), mistakes=mistakes, relative=1e-3)


@exercise("kl-divergence-quadratic")
def quadratic(square):
    """Half the squared step, each entry weighed by 1/p."""
    p, d = np.array([0.5, 0.3, 0.2]), np.array([-0.1, 0.2, -0.1])
    right = np.sum(d**2 / p) / 200
    mistakes = [
        (2 * right, "`square` lacks the factor ½."),
        (np.sum(d**2) / 200, "`square` treats all outcomes alike; a step counts more where p is small."),
        (np.sum(d**2 / (p + d)) / 200, "`square` divides by q; near p it is p that counts."),
        (10 * right, "`square` grows with ε, and not with its square."),
        (right / math.log(2), "`square` is in bits, and nats are asked for."),
        (np.sum(d / p) / 200, "`square` is of the first order in d, and the first order adds up to 0."),
    ]
    gives(square, (p, d, 0.1), right, label="square", mistakes=mistakes)
    gives(square, (p, 0 * d, 0.1), 0.0, label="square")
    rng = np.random.default_rng(0)
    for size in (2, 5, 40):
        p, q = rng.dirichlet(np.full(size, 5.0), 2)
        ratio = kl_divergence(p, p + 1e-4 * (q - p)) / float(call(square, p, q - p, 1e-4, label="square"))
        expect(
            abs(ratio - 1) < 1e-2, f"For {size} outcomes the divergence is {ratio:.3g} times `square` at ε = 0.0001."
        )


@exercise("kl-divergence-merging")
def merging(between, inside):
    """The parts of a divergence between the groups and inside them."""
    groups = [np.array([*r[:2], r[2:].sum()]) for r in (P, Q)]
    within = kl_divergence(*(r[2:] / r[2:].sum() for r in (P, Q)), base=2)
    whole = kl_divergence(P, Q, base=2)
    mistakes = [
        (whole, "`between` is the divergence of the four skies; merge rain and snow first."),
        (kl_divergence(*groups[::-1], base=2), "`between` has p and q exchanged."),
    ]
    close("between", between, kl_divergence(*groups, base=2), unit="bits", mistakes=mistakes)
    mistakes = [
        (within, "`inside` is not weighed: it is paid only on the wet days."),
        (within * Q[2:].sum(), "`inside` is weighed by q; how often are the days wet in truth?"),
        (
            P[2:] @ np.log2(P[2:] / Q[2:]),
            "`inside` has the probabilities of the days; within a group they must sum to 1.",
        ),
    ]
    close("inside", inside, P[2:].sum() * within, unit="bits", mistakes=mistakes)
