"""Checks of *The same loss, a million times a second*: right answers pass, each typical mistake gets its hint."""

import math

import numpy as np

from crossentropy import logsumexp, softmax, softmax_cross_entropy_value_and_grad
from tests.checks import cases

FIRST = [math.log(32_000), math.log(2), math.log(256), -0.1 * math.log(0.1) - 0.9 * math.log(0.9)]


def masked_loss(logits, labels):
    keep, loss, slope = labels != -100, 0.0, np.zeros_like(logits)
    if keep.any():
        loss, slope[keep] = softmax_cross_entropy_value_and_grad(logits[keep], labels[keep])
    return loss, slope


def scaled(loss, slope):
    """As masked_loss, with both results times a function of how many rows there are and how many count."""

    def masked(logits, labels):
        value, gradient = masked_loss(logits, labels)
        rows = len(labels), (labels != -100).sum()
        return value * loss(*rows), gradient * slope(*rows)

    return masked


def one(rows, labelled):
    return 1


def share(rows, labelled):
    return labelled / rows


def labelled(rows, labelled):
    return labelled


def wrapped(logits, labels):
    return softmax_cross_entropy_value_and_grad(logits, np.where(labels == -100, 2, labels))


def leaking(logits, labels):
    loss, _ = masked_loss(logits, labels)
    slope = wrapped(logits, labels)[1] * len(labels)
    return loss, slope / max((labels != -100).sum(), 1)


def short(logits, labels):
    loss, slope = masked_loss(logits, labels)
    return loss, slope[labels != -100]


def nan_without_rows(logits, labels):
    loss, slope = masked_loss(logits, labels)
    return (loss if (labels != -100).any() else math.nan), slope


def merge(a, b):
    m = max(a[0], b[0])
    return m, a[1] * math.exp(a[0] - m) + b[1] * math.exp(b[0] - m)


def one_scaled(a, b):
    m = max(a[0], b[0])
    return m, a[1] + b[1] * math.exp(min(a[0], b[0]) - m)


def held(extra=lambda log_z, c: c * log_z**2, pull=lambda log_z, c, q: 2 * c * log_z * q, sums=()):
    """Cross-entropy plus a term of ln Z, and the gradient of such a term; both may be sums."""

    def held_loss(z, labels, c):
        loss, slope = softmax_cross_entropy_value_and_grad(z, labels)
        log_z, n = logsumexp(z, axis=1), len(z)
        added = pull(log_z[:, None], c, softmax(z)) / n
        value, gradient = loss + np.mean(extra(log_z, c)), slope + added
        return value * n if "loss" in sums else value, gradient * n if "slope" in sums else gradient

    return held_loss


def half_summed(z, labels, c):
    loss, slope = softmax_cross_entropy_value_and_grad(z, labels)
    log_z = logsumexp(z, axis=1)
    return loss + np.sum(c * log_z**2), slope


def half_summed_slope(z, labels, c):
    _, slope = softmax_cross_entropy_value_and_grad(z, labels)
    return held()(z, labels, c)[0], slope + 2 * c * logsumexp(z, axis=1)[:, None] * softmax(z)


def overflowing(z, labels, c):
    loss, slope = held()(z, labels, c)
    with np.errstate(over="ignore"):
        log_z = np.log(np.exp(z).sum(axis=1))
    return loss + np.mean(log_z - logsumexp(z, axis=1)), slope


RIGHT = {
    "loss-at-scale-batches": (10 / 3, 2.5, 10 / 3),
    "loss-at-scale-first": (FIRST,),
    "loss-at-scale-ignore": (masked_loss,),
    "loss-at-scale-merge": (merge,),
    "loss-at-scale-hold": (held(),),
}

WRONG = {
    "loss-at-scale-batches": {
        "true mean shown": ((2.5, 2.5, 10 / 3), "weights all three alike"),
        "mean of means": ((10 / 3, 10 / 3, 10 / 3), "their numbers of labels differ"),
        "divided by three": ((10 / 3, 2500 / 3, 10 / 3), "divide by the labels"),
        "whole micro-batch": ((10 / 3, 2.5, 1 / 3), "one label's weight"),
        "no mean of three": ((10 / 3, 2.5, 10), "share the mean"),
        "upside down": ((10 / 3, 2.5, 0.3), "upside down"),
        "the largest": ((10 / 3, 2.5, 10 / 21), "the largest micro-batch"),
    },
    "loss-at-scale-first": {
        "bits": (([math.log2(32_000), *FIRST[1:]],), "in bits"),
        "DPO at 0": (([FIRST[0], 0, *FIRST[2:]],), "the score is 0"),
        "contrastive at 0": (([*FIRST[:2], 0, FIRST[3]],), "equally likely"),
        "one half": (([*FIRST[:3], math.log(2)],), "how frequent yes is"),
        "surprise at a yes": (([*FIRST[:3], -math.log(0.1)],), "nine rows out of ten"),
        "surprise at a no": (([*FIRST[:3], -math.log(0.9)],), "one row in ten"),
    },
    "loss-at-scale-ignore": {
        "all rows": ((scaled(share, one),), "The loss is divided by all rows"),
        "sum": ((scaled(labelled, one),), "The loss is a sum"),
        "as if labelled": ((wrapped,), "add to the loss"),
        "no pair": ((lambda logits, labels: masked_loss(logits, labels)[0],), "two things"),
        "no rows": ((nan_without_rows,), "no rows at all"),
        "gradient over all rows": ((scaled(one, share),), "The gradient is divided by all rows"),
        "gradient of the sum": ((scaled(one, labelled),), "The gradient is that of the sum"),
        "leaking gradient": ((leaking,), "should be 0"),
        "short gradient": ((short,), "a row of zeros"),
    },
    "loss-at-scale-merge": {
        "no pair": ((lambda a, b: a[0],), "a pair"),
        "added maxima": ((lambda a, b: (a[0] + b[0], a[1] + b[1]),), "Maxima aren't added"),
        "not scaled": ((lambda a, b: (max(a[0], b[0]), a[1] + b[1]),), "different maxima"),
        "one scaled": ((one_scaled,), "smaller maximum"),
    },
    "loss-at-scale-hold": {
        "no pair": ((lambda *given: held()(*given)[0],), "two things"),
        "no z-loss": ((held(extra=lambda log_z, c: 0 * log_z),), "The loss is the cross-entropy alone"),
        "sum": ((held(sums=("loss",)),), "The loss is a sum"),
        "half a sum": ((half_summed,), "The z-loss is a sum"),
        "not squared": ((held(extra=lambda log_z, c: c * log_z),), "isn't squared"),
        "overflow": ((overflowing,), "Z overflows"),
        "no pull": ((held(pull=lambda log_z, c, q: 0 * q),), "that of the cross-entropy alone"),
        "gradient of the sum": ((held(sums=("slope",)),), "The gradient is that of the sum"),
        "no factor 2": ((held(pull=lambda log_z, c, q: c * log_z * q),), "a factor 2"),
        "no belief": ((held(pull=lambda log_z, c, q: 2 * c * log_z + 0 * q),), "that score's belief"),
        "no ln Z": ((held(pull=lambda log_z, c, q: 2 * c * q),), "the factor ln Z"),
        "half a gradient of the sum": ((half_summed_slope,), "isn't divided by the rows"),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
