"""Losses of two classes, each with its gradient.

    binary_cross_entropy               −y log p − (1 − y) log(1 − p)          slope in p: (p − y) / (p (1 − p))
    binary_cross_entropy_with_logits   −y log σ(z) − (1 − y) log(1 − σ(z))    slope in z: σ(z) − y

Built in the chapters *Losses* and *Two classes*. `_evaluate.Loss` makes the answers from a cost and its slope.
"""

from functools import partial

import numpy as np

from .._arguments import floats, no_float_warnings, probabilities
from .._digits import log1p
from .._evaluate import Loss, batch_of_numbers
from .._formulas import expected, sigmoid_error, wrong_and_odds

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_value_and_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
    "binary_cross_entropy_with_logits_value_and_grad",
]

# From a probability of class 1 ----------------------------------------------------------------------


def _probability_cost(p, y):
    """−y log p − (1 − y) log(1 − p), and 0 log 0 = 0."""
    return 0 - expected(y, np.log(p)) - expected(1 - y, np.log1p(-p))


def _probability_slope(p, y, count):
    """(p − y) / (count p (1 − p)), with the hard labels cancelled by hand so that p = y = 0 or 1 has its limit."""
    p = p + 0.0  # -0.0 is 0 as well, and the slope there is −inf, not +inf
    of_one, rest = count * p, 1 - p
    return np.select([y == 0, y == 1], [1 / (count * rest), -1 / of_one], (p - y) / of_one / rest)


def _of_probabilities(p, y, reduction):
    batch = batch_of_numbers("p", probabilities, p, probabilities, y, reduction)
    return Loss(batch, _probability_cost, partial(_probability_slope, count=batch.divisor), divided=True)


@no_float_warnings
def binary_cross_entropy(p, y, *, reduction="mean"):
    r"""Cross-entropy of two classes from a probability: :math:`-y\log p - (1-y)\log(1-p)`.

    Built in the chapter *Losses*. From scores use `binary_cross_entropy_with_logits`, which cannot round
    a confident probability to 0 or 1.

    Parameters
    ----------
    p : array_like, any shape
        Predicted probabilities of class 1, in [0, 1].
    y : array_like, shape of `p`
        Targets: 0 or 1, or a probability of class 1 between them.
    reduction : {"mean", "sum", "none"}, optional
        How the losses are combined.

    Returns
    -------
    numpy scalar, or numpy.ndarray of the shape of `p` for `"none"`
        Loss in nats; `inf` where what happened had been given probability 0.

    Raises
    ------
    ValueError
        If an entry is NaN or outside [0, 1], the shapes differ or are empty, or `reduction` is unknown.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    binary_cross_entropy_with_logits : the same from scores.
    cross_entropy : the same for any number of classes.

    References
    ----------
    Good, I. J. (1952), "Rational Decisions", section 8.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy
    >>> print(f"{binary_cross_entropy([0.5, 0.5], [0, 1]):.4f} nats")
    0.6931 nats
    """
    return _of_probabilities(p, y, reduction).value()


@no_float_warnings
def binary_cross_entropy_grad(p, y, *, reduction="mean"):
    r"""Gradient of `binary_cross_entropy` in `p`: :math:`\frac{p-y}{p(1-p)}`, over the count for `"mean"`.

    Arguments, errors, source and chapter are those of `binary_cross_entropy`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `p`
        Nats per unit of probability; infinite where the loss is.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_grad
    >>> print(binary_cross_entropy_grad([0.5, 0.5], [0, 1], reduction="sum"))
    [ 2. -2.]
    """
    return _of_probabilities(p, y, reduction).grad()


@no_float_warnings
def binary_cross_entropy_value_and_grad(p, y, *, reduction="mean"):
    """Value and gradient of `binary_cross_entropy` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `binary_cross_entropy` and its gradient.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_value_and_grad
    >>> value, grad = binary_cross_entropy_value_and_grad(0.5, 1)
    >>> print(f"{value:.4f} nats, slope {grad:.0f}")
    0.6931 nats, slope -2
    """
    return _of_probabilities(p, y, reduction).value_and_grad()


# From log-odds of class 1 ---------------------------------------------------------------------------


def _logit_cost(z, wrong, odds):
    """softplus(z) − z·y: |z| times the target of the less likely class, and log(1 + e^−|z|)."""
    return expected(np.abs(wrong), np.abs(z)) + log1p(odds)


def _of_logits(z, y, reduction):
    batch = batch_of_numbers("z", floats, z, probabilities, y, reduction)
    return Loss(batch, _logit_cost, sigmoid_error, wrong_and_odds)


@no_float_warnings
def binary_cross_entropy_with_logits(z, y, *, reduction="mean"):
    r"""Cross-entropy of two classes from log-odds: :math:`-y\log\sigma(z) - (1-y)\log\sigma(-z)`.

    Built in the chapter *Losses*.

    Parameters
    ----------
    z : array_like, any shape
        Log-odds (logits) of class 1; infinities are taken to their limits.
    y : array_like, shape of `z`
        Targets: 0 or 1, or a probability of class 1 between them.
    reduction : {"mean", "sum", "none"}, optional
        How the losses are combined.

    Returns
    -------
    numpy scalar, or numpy.ndarray of the shape of `z` for `"none"`
        Loss in nats. An infinite logit costs 0 if the label agrees and `inf` if not.

    Raises
    ------
    ValueError
        If an entry is NaN or a target lies outside [0, 1], the shapes differ or are empty, or `reduction`
        is unknown.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    log_sigmoid : minus the loss of class 1.
    softmax_cross_entropy : more than two classes.

    References
    ----------
    Cox, D. R. (1958), "The Regression Analysis of Binary Sequences", *J. R. Stat. Soc. B* 20 (2).

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_with_logits
    >>> print(f"{binary_cross_entropy_with_logits(-1000.0, 1):.0f} nats")
    1000 nats
    """
    return _of_logits(z, y, reduction).value()


@no_float_warnings
def binary_cross_entropy_with_logits_grad(z, y, *, reduction="mean"):
    r"""Gradient of `binary_cross_entropy_with_logits` in `z`: :math:`\sigma(z) - y`, over the count for `"mean"`.

    Arguments, errors, source and chapter are those of `binary_cross_entropy_with_logits`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `z`
        Nats per unit of log-odds, between −1 and 1 for a single loss. For a target of 0 or 1 it keeps its digits;
        for one that nearly equals σ(z) the difference is rounding, and off by up to 1e-16.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_with_logits_grad
    >>> print(binary_cross_entropy_with_logits_grad([0.0, 0.0], [0, 1], reduction="sum"))
    [ 0.5 -0.5]
    """
    return _of_logits(z, y, reduction).grad()


@no_float_warnings
def binary_cross_entropy_with_logits_value_and_grad(z, y, *, reduction="mean"):
    """Value and gradient of `binary_cross_entropy_with_logits` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `binary_cross_entropy_with_logits` and its gradient.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_with_logits_value_and_grad
    >>> value, grad = binary_cross_entropy_with_logits_value_and_grad(0.0, 1)
    >>> print(f"{value:.4f} nats, slope {grad}")
    0.6931 nats, slope -0.5
    """
    return _of_logits(z, y, reduction).value_and_grad()
