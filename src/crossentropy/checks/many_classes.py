"""Checks of the chapter *Many classes*."""

import math

import numpy as np

from .. import entropy, focal_loss_grad, kl_divergence, softmax
from . import call, close, exercise, expect, gives, numbers

P = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])


@exercise("many-classes-jacobian")
def jacobian_by_hand(jacobian_of):
    """How the probabilities answer to the scores."""
    b = np.array([1 / 2, 1 / 4, 1 / 4])
    right = np.diag(b) - np.outer(b, b)
    mistakes = [
        (np.diag(b * (1 - b)), "`jacobian_of` lets each score move its own probability alone; all share one budget."),
        (-np.outer(b, b), "`jacobian_of` misses what a probability gains from its own score."),
        (np.diag(b) + np.outer(b, b), "Off the diagonal a rising score takes from the others; mind the sign."),
        (np.outer(b, 1 - b), "`jacobian_of` uses p(1 − p) off the diagonal as well; there it is −p times the other p."),
        (np.diag(b), "`jacobian_of` leaves out what the common total takes away."),
    ]
    gives(jacobian_of, (b,), right, label="jacobian_of", mistakes=mistakes)
    rng = np.random.default_rng(0)
    for size in (2, 3, 6):
        z = rng.normal(size=size)
        found = numbers("jacobian_of", call(jacobian_of, softmax(z), label="jacobian_of"), (size, size))
        expect(
            np.abs(found.sum(axis=1)).max() < 1e-6, "A row does not sum to 0; but a shift of all scores moves nothing."
        )
        h = 1e-6
        steps = h * np.eye(size)
        slopes = (softmax(z + steps) - softmax(z - steps)) / (2 * h)
        expect(
            np.abs(found - slopes).max() < 1e-6,
            f"For {size} classes finite differences of softmax disagree with `jacobian_of`.",
        )


@exercise("many-classes-smoothing")
def smoothing(target, best_gap, floor):
    """Two classes, label smoothing 0.2."""
    mistakes = [
        ([0.8, 0.2], "`target` gives the share of 0.2 to the other class alone; it is spread over both."),
        ([0.1, 0.9], "`target` is that of class 1."),
        ([1.0, 0.0], "`target` is not smoothed."),
    ]
    close("target", target, [0.9, 0.1], mistakes=mistakes)
    mistakes = [
        (math.log(4), "`best_gap` belongs to the target (0.8, 0.2)."),
        (9.0, "`best_gap` is the quotient of the probabilities; scores are logarithms."),
        (0.8, "`best_gap` is the difference of the probabilities; that of the scores is asked for."),
    ]
    close("best_gap", best_gap, math.log(9), unit="nats", mistakes=mistakes, relative=1e-3)
    mistakes = [
        (-math.log(0.9), "`floor` is the surprise of class 0 alone; the target holds class 1 as well."),
        (0.0, "`floor` is 0, which only a hard target allows."),
        (entropy([0.8, 0.2]), "`floor` belongs to the target (0.8, 0.2)."),
    ]
    close("floor", floor, entropy([0.9, 0.1]), unit="nats", mistakes=mistakes, relative=1e-3)


@exercise("many-classes-focal")
def focal(honest):
    """The truth behind a belief that the focal loss has distorted."""
    uniform = np.full(3, 1 / 3)
    gives(honest, (uniform,), uniform, label="honest")
    for p in (P, np.array([0.9, 0.1]), np.array([0.6, 0.3, 0.1])):
        z = np.log(p)
        for _ in range(200):
            z = z - focal_loss_grad(z, p, gamma=2.0)
        b = softmax(z)
        a = (1 - b) ** 2 - 2 * b * (1 - b) * np.log(b)
        turned = b * a / np.sum(b * a)
        mistakes = [
            (b, "`honest` returns the belief as it is; the focal loss made it too timid."),
            (b / a, "What `honest` returns does not sum to 1."),
            (turned, "`honest` multiplies by a(q) and makes the belief more timid still; divide."),
            (b / (1 - b) ** 2 / np.sum(b / (1 - b) ** 2), "`honest` leaves out the second term of a(q)."),
        ]
        gives(honest, (b,), p, label="honest", mistakes=mistakes, relative=1e-3)


@exercise("many-classes-weights")
def weights(balanced, extra):
    """What a learner with balancing weights announces, and what that costs."""
    uniform = np.full(4, 1 / 4)
    mistakes = [
        (P, "`balanced` is honest; but the weights pull: it is in proportion to w times p."),
        (1 / P / np.sum(1 / P), "`balanced` is in proportion to the weights alone; the frequencies count, too."),
        (np.ones(4), "`balanced` does not sum to 1."),
    ]
    close("balanced", balanced, uniform, mistakes=mistakes)
    mistakes = [
        (math.log(4), "`extra` is the whole bill; take off what the honest one pays."),
        (entropy(P), "`extra` is what the honest one pays."),
    ]
    close("extra", extra, kl_divergence(P, uniform), unit="nats", mistakes=mistakes, relative=2e-3)


@exercise("many-classes-step")
def step(belief, rate):
    """A belief with nearly the largest curvature, and the rate that is safe for all."""
    b = numbers("belief", belief, (4,))
    expect(np.all(b > 0), "`belief` holds a probability that is not above 0.")
    expect(abs(b.sum() - 1) < 1e-6, f"`belief` sums to {b.sum():.4g}.")
    largest = np.linalg.eigvalsh(np.diag(b) - np.outer(b, b)).max()
    told = f"The largest eigenvalue of `belief` is {largest:.3f}"
    expect(largest > 0.26 or b.max() < 0.3, f"{told}: one sure class leaves nothing that could vary.")
    expect(largest > 0.251, f"{told}: four equal rivals share the variance between them.")
    expect(largest > 0.49, f"{told}; between how many rivals is it as large as can be?")
    mistakes = [
        (2.0, "`rate` is 1 over the curvature; a step may be longer than the one that lands in the valley."),
        (1.0, "`rate` takes 2 over a curvature of 2, and the curvature is at most ½."),
        (8.0, "`rate` belongs to a curvature of ¼, that of two classes and one score."),
        (0.5, "`rate` is the curvature."),
    ]
    close("rate", rate, 4.0, mistakes=mistakes)


@exercise("many-classes-moments")
def moments(trained):
    """Weights at the minimum, where averages of the data are averages of the model."""
    rng = np.random.default_rng(1)
    for classes, columns in ((3, 2), (2, 3)):
        x, y = rng.normal(size=(40, columns)), rng.integers(0, classes, 40)
        w = numbers("trained", call(trained, x, y, classes, label="trained"))
        shape = (classes, columns)
        turned = " It may be transposed." if w.shape == shape[::-1] else ""
        expect(w.shape == shape, f"`trained` returns the shape {w.shape}, expected {shape}: one row a class.{turned}")
        data, model = np.eye(classes)[y].T @ x, softmax(x @ w.T).T @ x
        start = np.full((classes, len(x)), 1 / classes) @ x
        expect(
            not np.allclose(model, start),
            "`trained` returns weights that make all classes equally likely; do they move?",
        )
        expect(
            np.all(np.isfinite(w)) and np.abs(w).max() < 100,
            "`trained` runs away; does it climb, or is the step too long?",
        )
        off = np.abs(model - data).max()
        expect(off < 1e-3, f"The averages of model and data differ by {off:.2g}; go on until the gradient vanishes.")
