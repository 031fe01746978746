"""Are the probabilities honest? Compare how sure a classifier is with how often it is right.

Built in the chapter *Training*. A classifier is calibrated if 80 % of the cases that it gave 80 % come true.
"""

from typing import NamedTuple

import numpy as np

from ._arguments import (
    axis_index,
    class_target,
    count,
    distribution,
    finite,
    integer_labels,
    no_float_warnings,
    number_array,
    one_hot,
)
from ._kernels import at_least_float64
from .losses import softmax_cross_entropy_grad

__all__ = ["Reliability", "expected_calibration_error", "fit_temperature", "reliability"]


class Reliability(NamedTuple):
    """What `reliability` returns: one entry for each bin that holds a row, from the lowest bin up."""

    lower: np.ndarray  #: left ends of the bins, not included
    upper: np.ndarray  #: right ends, included
    rows: np.ndarray  #: number of rows in the bin
    confidence: np.ndarray  #: mean probability of the predicted class
    accuracy: np.ndarray  #: share of these rows whose predicted class was right


@no_float_warnings
def reliability(p, labels, *, bins=10):
    """Sort rows by how sure they are, into bins of equal width, and see how often each bin is right.

    Built in the chapter *Training*. A row's confidence is its largest probability, and its prediction the class
    that has it (the first, where several do).

    Parameters
    ----------
    p : array_like, shape (N, K)
        Predicted probabilities; each row sums to 1.
    labels : array_like of int, shape (N,)
        The classes that came true, 0..K−1.
    bins : int, optional
        Number of bins between 0 and 1, at least 1.

    Returns
    -------
    Reliability
        The bins that hold a row. A mean over no rows has no value, so empty bins are left out.

    Raises
    ------
    ValueError
        If a row of `p` is not a distribution, a label lies outside 0..K−1, the shapes do not match or are empty,
        or `bins` is below 1.
    TypeError
        If labels are floats or booleans, or an argument has the wrong type.

    References
    ----------
    DeGroot, M. H. and Fienberg, S. E. (1983), "The Comparison and Evaluation of Forecasters", *The Statistician* 32;
    for the most probable class, Guo, C. et al. (2017), "On Calibration of Modern Neural Networks", section 2.

    Examples
    --------
    >>> from crossentropy.calibration import reliability
    >>> table = reliability([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7]], [0, 1, 1])
    >>> print(table.confidence, table.accuracy)
    [0.7 0.9] [1.  0.5]
    """
    shape = number_array("p", p).shape
    if len(shape) != 2:
        remedy = "; for two classes pass np.stack([1 - p, p], axis=-1)" if len(shape) == 1 else ""
        raise ValueError(f"p has shape {shape}, expected (rows, classes){remedy}")
    p, _ = distribution("p", p, -1, of_classes=True)
    labels = integer_labels("labels", labels, len(p))
    correct = class_target(labels, p.shape, "labels")[0] == np.argmax(p, axis=1)
    confidence = np.max(p, axis=1).astype(np.float64)  # np.bincount takes no wider dtype
    edges = np.arange(count("bins", bins) + 1) / bins  # each the float nearest to k/bins; linspace may be one off
    bin_of_row = np.searchsorted(edges[1:-1], confidence)  # an edge belongs to the bin below it
    rows = np.bincount(bin_of_row, minlength=bins)
    filled = rows > 0
    means = [np.bincount(bin_of_row, x, minlength=bins)[filled] / rows[filled] for x in (confidence, correct)]
    return Reliability(edges[:-1][filled], edges[1:][filled], rows[filled], *means)


@no_float_warnings
def expected_calibration_error(p, labels, *, bins=10):
    r"""Mean gap between confidence and accuracy: :math:`\sum_b \frac{n_b}{N}\,|\mathrm{acc}_b - \mathrm{conf}_b|`.

    Built in the chapter *Training*. It depends on the number of bins, and it is not a proper score: a model
    that always gives the classes' base rates can bring it near 0. Read it beside the cross-entropy, never instead.

    Parameters
    ----------
    p : array_like, shape (N, K)
        Predicted probabilities; each row sums to 1.
    labels : array_like of int, shape (N,)
        The classes that came true, 0..K−1.
    bins : int, optional
        Number of bins of equal width, at least 1.

    Returns
    -------
    numpy scalar
        A difference of probabilities, from 0 to 1.

    Raises
    ------
    ValueError, TypeError
        As `reliability` does.

    References
    ----------
    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015), "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", section 2.

    Examples
    --------
    >>> from crossentropy.calibration import expected_calibration_error
    >>> print(f"{expected_calibration_error([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7]], [0, 1, 1]):.4f}")
    0.3667
    """
    table = reliability(p, labels, bins=bins)
    return np.sum(table.rows * np.abs(table.accuracy - table.confidence)) / np.sum(table.rows)


@no_float_warnings
def fit_temperature(logits, target):
    r"""The temperature T at which :math:`\mathrm{softmax}(z/T)` has the smallest mean cross-entropy.

    Built in the chapter *Training*. One number for all rows: no row's predicted class changes, only how sure it is.
    T above 1 says that the model was too sure of itself. Fit it on rows that the model was not trained on.
    The loss is convex in 1/T, so its slope there is followed to 0 by halving an interval.

    Parameters
    ----------
    logits : array_like, shape (..., K)
        Finite scores, classes last.
    target : array_like, shape (...) of integers, or shape (..., K)
        Class labels 0..K−1, or a distribution over the classes.

    Returns
    -------
    float
        T > 0, to the last digits that the slope allows.

    Raises
    ------
    ValueError
        If an entry of `logits` is not finite, the shapes do not match, every label is at its row's largest score
        (the loss falls for ever as T goes to 0), the scores are no better than none at all (it falls for ever
        as T grows), or T lies outside the range of floats.
    TypeError
        If labels are floats or booleans, or an argument has the wrong type.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017), "On Calibration of Modern Neural Networks",
    section 4.2.

    Examples
    --------
    >>> import numpy as np
    >>> from crossentropy.calibration import fit_temperature
    >>> scores = np.log([[0.9, 0.1]] * 4)  # says 90 %, and is right three times out of four
    >>> print(f"T = {fit_temperature(scores, [0, 0, 0, 1]):.4f} = ln 9 / ln 3")
    T = 2.0000 = ln 9 / ln 3
    """
    z = at_least_float64(finite("logits", logits)[0])
    axis_index(-1, z.ndim, "logits")
    t = one_hot(class_target(target, z.shape)[0], z.shape[-1])
    size = np.frexp(np.max(np.abs(z)))[1] + 1
    z = np.ldexp(z, -size)  # at most ½, so that no difference overflows; T is as much smaller
    gaps = z - np.max(z, axis=-1, keepdims=True)  # the same softmax

    def slope(inverse):  # of the summed loss in 1/T, at 1/T = inverse
        return np.sum(softmax_cross_entropy_grad(inverse * gaps, target, reduction="sum") * gaps)

    if not np.any((t > 0) & (gaps < 0)):
        raise ValueError("target never leaves the largest score of its row, so the loss falls for ever as T goes to 0")
    if slope(0.0) >= 0:
        raise ValueError("logits are no better than equal scores on these targets, so no finite T is best")
    low, high = 1.0, 1.0
    while slope(low) > 0:
        low /= 2
    while slope(high) < 0:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    temperature = float(np.ldexp(1 / high, size))
    if not 0 < temperature < np.inf:
        raise ValueError("logits need a T outside the range of floats; scale them all, since T scales with them")
    return temperature
