"""Checks of the chapter *The same loss, a million times a second*."""

import math

import numpy as np

from . import call, call_for_two, close, exercise, expect, number, numbers


@exercise("loss-at-scale-batches")
def batches(shown, true, times):
    """A mean of means beside the true mean."""
    mean, means = 2.5, 10 / 3
    close(
        "shown", shown, means, mistakes=[(mean, "`shown` is the true mean; a mean of means weights all three alike.")]
    )
    mistakes = [
        (means, "`true` gives all three micro-batches the same weight; their numbers of labels differ."),
        (2500 / 3, "`true` divides the sum of all losses by the number of micro-batches; divide by the labels."),
    ]
    close("true", true, mean, mistakes=mistakes)
    mistakes = [
        (1 / 3, "`times` is the weight of the whole micro-batch; how does one label's weight compare with 1/1000?"),
        (10, "`times` forgets that three micro-batches share the mean."),
        (0.3, "`times` is upside down: the labels of a small micro-batch count too much."),
        (10 / 21, "`times` belongs to the largest micro-batch."),
    ]
    close("times", times, 10 / 3, mistakes=mistakes)


@exercise("loss-at-scale-first")
def first_losses(first):
    """What four runs show at their first step."""
    found = numbers("first", first, (4,))
    rate = -0.1 * math.log(0.1) - 0.9 * math.log(0.9)
    right = [math.log(32_000), math.log(2), math.log(256), rate]
    mistakes = [
        [(math.log2(32_000), "The first loss is in bits, and nats are asked for.")],
        [(0.0, "At the start both models agree, so the score is 0. What is −ln σ(0)?")],
        [(0.0, "Equal vectors can't tell which caption belongs to the picture: each is equally likely.")],
        [
            (math.log(2), "The last model doesn't start at one half: it already knows how frequent yes is."),
            (-math.log(0.1), "The last number is the surprise at a yes; nine rows out of ten are a no."),
            (-math.log(0.9), "The last number is the surprise at a no; one row in ten is a yes."),
        ],
    ]
    for i, (answer, value) in enumerate(zip(found, right, strict=True)):
        close(f"first[{i}]", answer, value, unit="nats", mistakes=mistakes[i], relative=1e-3)


def _masked(logits, labels):
    """Loss of each row, 0 if it is ignored; which rows count; belief minus truth, 0 if it is ignored."""
    keep = labels != -100
    log_q = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    safe = np.where(keep, labels, 0)
    losses = np.where(keep, -log_q[np.arange(len(labels)), safe], 0)
    slope = (np.exp(log_q) - np.eye(logits.shape[1])[safe]) * keep[:, None]
    return losses, keep, slope


@exercise("loss-at-scale-ignore")
def ignore(masked_loss):
    """Mean and gradient over the rows that have a label."""
    logits = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, 0.0], [-0.5, 0.25, 0.0], [3.0, 1.0, 2.0]])
    for labels in ([2, -100, 0, -100], [1, 0, 2, 1], [-100] * 4):
        labels = np.array(labels)
        answer = call_for_two(masked_loss, logits, labels, label="masked_loss", what="the loss and the gradient")
        if not (labels != -100).any():
            try:
                number("the loss", answer[0])
            except Exception:
                expect(False, "If every row is ignored, the loss should be 0; yours divides by no rows at all.")
        losses, keep, slope = _masked(logits, labels)
        n = max(keep.sum(), 1)
        wrapped, _, wrong_slope = _masked(logits, np.where(keep, labels, 2))
        mistakes = [
            (losses.sum() / len(labels), "The loss is divided by all rows; divide by those that have a label."),
            (losses.sum(), "The loss is a sum; the mean over the labelled rows is asked for."),
            (wrapped.mean(), "The ignored rows add to the loss, as if they had a label."),
        ]
        close("the loss", answer[0], losses.sum() / n, mistakes=mistakes)
        gradient = numbers("the gradient", answer[1])
        small = gradient.shape == (keep.sum(), 3) and gradient.shape != logits.shape
        expect(not small, "The gradient leaves the ignored rows out; it should have a row of zeros for each of them.")
        mistakes = [
            (slope / len(labels), "The gradient is divided by all rows; divide by those that have a label."),
            (slope, "The gradient is that of the sum; the loss is a mean."),
            (wrong_slope / n, "The gradient of the ignored rows should be 0."),
        ]
        close("the gradient", gradient, slope / n, mistakes=mistakes)


@exercise("loss-at-scale-merge")
def merge_shards(merge):
    """One report from two."""
    for a, b in (((5000.0, 2.0), (4999.0, 3.0)), ((-4000.0, 1.5), (0.5, 1.25)), ((2.0, 1.0), (3.0, 1.5))):
        answer = call(merge, a, b, label="merge")
        expect(
            isinstance(answer, tuple | list | np.ndarray) and len(answer) == 2, "`merge` should return a pair (m, s)."
        )
        m = max(a[0], b[0])
        both = a[0] + b[0]
        close("m", answer[0], m, mistakes=[(both, "Maxima aren't added: the new one is the larger of the two.")])
        right = a[1] * math.exp(a[0] - m) + b[1] * math.exp(b[0] - m)
        low = min(a[0], b[0])
        small = a[1] + b[1] * math.exp(low - m)
        mistakes = [
            (a[1] + b[1], "The sums belong to different maxima; scale both to the new one before you add them."),
            (small, "Only one of the sums was scaled, and not always the right one. Which has the smaller maximum?"),
        ]
        close("s", answer[1], right, mistakes=mistakes)


@exercise("loss-at-scale-hold")
def hold(held_loss):
    """Cross-entropy with the z-loss, and its gradient in the scores."""
    cases = [
        ([[0.5, -1.0, 2.0], [1.0, 3.0, 0.0]], [2, 0], 0.01),
        ([[5002.0, 5001.0, 5000.0]], [1], 1e-4),
    ]
    for z, labels, c in cases:
        z, labels = np.array(z), np.array(labels)
        answer = call_for_two(held_loss, z, labels, c, label="held_loss", what="the loss and the gradient")
        n, log_z = len(z), np.logaddexp.reduce(z, axis=1)
        losses, pull = log_z - z[np.arange(n), labels], c * log_z**2
        q = np.exp(z - log_z[:, None])
        slope = q - np.eye(z.shape[1])[labels]
        mistakes = [
            (losses.mean(), "The loss is the cross-entropy alone."),
            ((losses + pull).sum(), "The loss is a sum; the mean over the rows is asked for."),
            (losses.mean() + pull.sum(), "The z-loss is a sum over the rows, and the cross-entropy a mean."),
            ((losses + c * log_z).mean(), "ln Z isn't squared."),
            (math.inf, "Z overflows for scores near 5,000; compute ln Z from the scores."),
            (math.nan, "Z overflows for scores near 5,000; compute ln Z from the scores."),
        ]
        close("the loss", answer[0], (losses + pull).mean(), mistakes=mistakes)
        right = slope + 2 * c * log_z[:, None] * q
        mistakes = [
            (slope / n, "The gradient is that of the cross-entropy alone."),
            (right, "The gradient is that of the sum; the loss is a mean."),
            ((slope + c * log_z[:, None] * q) / n, "The gradient of a square has a factor 2."),
            ((slope + 2 * c * log_z[:, None]) / n, "The slope of ln Z in a score is that score's belief, and not 1."),
            ((slope + 2 * c * q) / n, "The gradient of (ln Z)² has the factor ln Z."),
            (slope / n + 2 * c * log_z[:, None] * q, "The gradient of the z-loss isn't divided by the rows."),
        ]
        close("the gradient", answer[1], right / n, mistakes=mistakes)
