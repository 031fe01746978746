"""Losses made of squares, each with its gradient.

    squared_error           (p − y)²       slope in p: 2 (p − y)
    brier_score             Σ (p − t)²     slope in p: 2 (p − t)
    sigmoid_squared_error   (σ(z) − y)²    slope in z: 2 (σ(z) − y) σ(z) σ(−z)

Built in the chapters *Losses*, *Squared error* and *Training*. `_evaluate.Loss` makes the answers from a cost and its
slope.
"""

import math
from functools import partial

import numpy as np

from .._arguments import distribution, finite, floats, no_float_warnings, one_hot, probabilities
from .._evaluate import Loss, batch_of_numbers, batch_of_rows
from .._formulas import sigmoid, sigmoid_error, wrong_and_odds

__all__ = [
    "brier_score",
    "brier_score_grad",
    "brier_score_value_and_grad",
    "sigmoid_squared_error_value_and_grad",
    "squared_error",
    "squared_error_grad",
    "squared_error_value_and_grad",
]

# Of any numbers -------------------------------------------------------------------------------------


def _square(p, y):
    return (p - y) ** 2


def _square_slope(p, y, count=1):
    """2 (p − y) / count; from halves, where the difference would overflow."""
    slope = (p - y) / (count / 2)
    if count == 1 or math.isfinite(np.add.reduce(slope, axis=None)):  # or some may be infinite, or only their sum
        return slope
    return np.where(np.isfinite(slope), slope, (p / 2 - y / 2) / (count / 4))


def _of_numbers(p, y, reduction):
    batch = batch_of_numbers("p", finite, p, finite, y, reduction)
    return Loss(batch, _square, partial(_square_slope, count=batch.divisor), divided=True)


@no_float_warnings
def squared_error(p, y, *, reduction="mean"):
    r"""Squared difference, without a factor ½: :math:`(p-y)^2`. For the probability of one event, the Brier score.

    Built in the chapter *Losses*, as the loss that cross-entropy is compared with.

    Parameters
    ----------
    p : array_like, any shape
        Predictions: any finite numbers.
    y : array_like, shape of `p`
        Targets: any finite numbers.
    reduction : {"mean", "sum", "none"}, optional
        How the losses are combined; the mean is over all elements.

    Returns
    -------
    numpy scalar, or numpy.ndarray of the shape of `p` for `"none"`
        Loss in squared units of `p`; `inf` where a square is above the largest float of their dtype.

    Raises
    ------
    ValueError
        If an entry is NaN or infinite, the shapes differ or are empty, or `reduction` is unknown.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    binary_cross_entropy : the surprise instead of the square.

    References
    ----------
    Brier, G. W. (1950), "Verification of Forecasts Expressed in Terms of Probability", *Mon. Weather Rev.* 78 (1).

    Examples
    --------
    >>> from crossentropy import squared_error
    >>> print(squared_error([0.5, 1.0], [0, 1]))
    0.125
    """
    return _of_numbers(p, y, reduction).value()


@no_float_warnings
def squared_error_grad(p, y, *, reduction="mean"):
    r"""Gradient of `squared_error` in `p`: :math:`2(p - y)`, over the count for `"mean"`.

    Arguments, errors, source and chapter are those of `squared_error`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `p`
        Units of `p`.

    Examples
    --------
    >>> from crossentropy import squared_error_grad
    >>> print(squared_error_grad([0.5, 1.0], [0, 1]))
    [0.5 0. ]
    """
    return _of_numbers(p, y, reduction).grad()


@no_float_warnings
def squared_error_value_and_grad(p, y, *, reduction="mean"):
    """Value and gradient of `squared_error` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `squared_error` and its gradient.

    Examples
    --------
    >>> from crossentropy import squared_error_value_and_grad
    >>> value, grad = squared_error_value_and_grad(0.5, 0.0)
    >>> print(value, grad)
    0.25 1.0
    """
    return _of_numbers(p, y, reduction).value_and_grad()


# Of the probabilities of K classes ------------------------------------------------------------------


def _distance(p, t):
    """The squared distance between two rows."""
    return np.sum(_square(p, t), axis=-1)


def _target(p, t):
    return (one_hot(t, p.shape[-1]),)


def _of_distributions(p, target, reduction):
    batch = batch_of_rows("p", partial(distribution, of_classes=True), p, target, reduction)
    return Loss(batch, _distance, _square_slope, _target)


@no_float_warnings
def brier_score(p, target, *, reduction="mean"):
    r"""Squared distance from a forecast to what happened: :math:`\sum_k (p_k - t_k)^2`, from 0 to 2.

    Built in the chapter *Training*. For two classes it is twice the `squared_error` of one of them.

    Parameters
    ----------
    p : array_like, shape (..., K)
        Predicted probabilities, classes last; each row sums to 1.
    target : array_like, shape (...) of integers, or shape (..., K)
        Class labels 0..K−1, or a distribution over the classes.
    reduction : {"mean", "sum", "none"}, optional
        How the scores are combined; the mean divides by their number.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `p.shape[:-1]` for `"none"`
        Squared probability, without unit; lower is better.

    Raises
    ------
    ValueError
        If `p` holds NaN or an entry outside [0, 1] or a row does not sum to 1, a label lies outside 0..K−1, a
        target distribution does not sum to 1, the shapes do not match or are empty, or `reduction` is unknown.
    TypeError
        If labels are floats or booleans, or an argument has the wrong type.

    See Also
    --------
    squared_error : the same, class by class.
    softmax_cross_entropy : the surprise instead of the square.

    References
    ----------
    Brier, G. W. (1950), "Verification of Forecasts Expressed in Terms of Probability", *Mon. Weather Rev.* 78 (1).

    Examples
    --------
    >>> from crossentropy import brier_score
    >>> print(brier_score([[0.5, 0.5], [1.0, 0.0]], [0, 1]))
    1.25
    """
    return _of_distributions(p, target, reduction).value()


@no_float_warnings
def brier_score_grad(p, target, *, reduction="mean"):
    r"""Gradient of `brier_score` in `p`: :math:`2(p - t)`, over the count for `"mean"`.

    The entries of p are moved one by one, as if they need not sum to 1. Arguments, errors, source and chapter are
    those of `brier_score`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `p`
        Per unit of probability.

    Examples
    --------
    >>> from crossentropy import brier_score_grad
    >>> print(brier_score_grad([[0.5, 0.5], [1.0, 0.0]], [0, 1]))
    [[-0.5  0.5]
     [ 1.  -1. ]]
    """
    return _of_distributions(p, target, reduction).grad()


@no_float_warnings
def brier_score_value_and_grad(p, target, *, reduction="mean"):
    """Value and gradient of `brier_score` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `brier_score` and its gradient.

    Examples
    --------
    >>> from crossentropy import brier_score_value_and_grad
    >>> value, grad = brier_score_value_and_grad([0.5, 0.5], 1)
    >>> print(value, grad)
    0.5 [ 1. -1.]
    """
    return _of_distributions(p, target, reduction).value_and_grad()


# Of a probability that comes from log-odds ----------------------------------------------------------


def _sigmoid_errors(z, y):
    return (sigmoid_error(z, *wrong_and_odds(z, y)),)


def _sigmoid_square(z, error):
    return error**2


def _sigmoid_slope(z, error):
    return 2 * error * sigmoid(z) * sigmoid(-z)


@no_float_warnings
def sigmoid_squared_error_value_and_grad(z, y):
    r"""Mean squared error of probabilities that come from log-odds, :math:`(\sigma(z)-y)^2`, and its gradient in `z`.

    Built in the chapter *Squared error*. For one event this is the Brier score, without a factor ½. The gradient
    is that of the mean, :math:`2(\sigma(z)-y)\,\sigma(z)\,\sigma(-z)/N`: written so, it keeps its digits where
    the sigmoid is so flat that 1 − σ(z) would round to 0.

    Parameters
    ----------
    z : array_like, shape (N,)
        Log-odds of class 1; infinities are taken to their limits.
    y : array_like, shape (N,)
        Targets: 0 or 1, or a probability of class 1 between them.

    Returns
    -------
    tuple of numpy scalar and numpy.ndarray, shape (N,)
        The mean loss, between 0 and 1, and its slope in each of the log-odds.

    Raises
    ------
    ValueError
        If an entry is NaN, a target lies outside [0, 1], or the shapes differ or are empty.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    crossentropy.squared_error : the same from probabilities.

    References
    ----------
    Brier, G. W. (1950), "Verification of Forecasts Expressed in Terms of Probability", *Mon. Weather Rev.* 78 (1).

    Examples
    --------
    >>> from crossentropy.losses import sigmoid_squared_error_value_and_grad
    >>> value, slopes = sigmoid_squared_error_value_and_grad([0.0, 0.0], [0, 1])
    >>> print(value, slopes)
    0.25 [ 0.125 -0.125]
    """
    batch = batch_of_numbers("z", floats, z, probabilities, y, "mean")
    return Loss(batch, _sigmoid_square, _sigmoid_slope, _sigmoid_errors).value_and_grad()
