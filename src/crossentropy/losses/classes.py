"""Losses of K classes from their scores (logits), each with its gradient.

With p = softmax(z) and a target t:

    softmax_cross_entropy   −Σ t log p              slope in z: p − t
    focal_loss              −Σ t (1 − p)^γ log p    slope in z: p Σ a − a
                                                    with a = t ((1 − p)^γ − γ p (1 − p)^(γ−1) log p)

Built in the chapters *Losses* and *Many classes*. `_evaluate.Loss` makes the answers from a cost and its slope.
"""

from functools import partial

import numpy as np

from .._arguments import at_least_zero, class_weight, fraction, no_float_warnings, one_hot
from .._evaluate import Loss, batch_of_logits
from .._formulas import expected, log_softmax, softmax_and_complement
from .._kernels import LIMITS, label_losses_and_slopes, share_losses_and_slopes

__all__ = [
    "focal_loss",
    "focal_loss_grad",
    "focal_loss_value_and_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_cross_entropy_value_and_grad",
]

# Shares of the surprise: a share is a class's target times its weight -------------------------------


def _share_cost(z, shares):
    """Σ share · surprise over the classes."""
    return np.sum(expected(shares, 0 - log_softmax(z)), axis=-1)


def _share_slope(z, shares):
    """p Σ share − share, written p (Σ share − share) − share (1 − p).

    At the label of a one-hot target the first product is 0, and 1 − p is the sum of the others, not a
    difference: a model that is confident and right keeps its tiny gradient.
    """
    return _slope_at(*softmax_and_complement(z), shares)


def _slope_at(p, complement, shares):
    return p * (np.sum(shares, axis=-1, keepdims=True) - shares) - shares * complement


def _about_1(weights, row_weights):
    """The weights with the largest of a row about 1, which changes no mean: so none overflows, nor does their sum."""
    _, exponent = np.frexp(row_weights.max())
    return np.minimum(np.ldexp(weights, -exponent), np.finfo(weights.dtype).max), np.ldexp(row_weights, -exponent)


def _cross_entropy(logits, target, reduction, weight, label_smoothing):
    """Smoothing mixes the target with the uniform distribution, then each class gets its weight."""
    smoothing = fraction("label_smoothing", label_smoothing)
    batch = batch_of_logits(logits, target, reduction)
    classes = batch.x.shape[-1]
    w = 1.0 if weight is None and smoothing == 0 else class_weight(weight, classes)
    row_weights, labelled = None, batch.y.dtype.kind == "i"
    if weight is not None:
        row_weights = w[batch.y] if labelled else batch.y @ w
        if reduction == "mean":
            w, row_weights = _about_1(w, row_weights)
            wide = np.promote_types(batch.x.dtype, float)
            batch = batch._replace(divisor=np.add.reduce(row_weights, dtype=wide).item())
    if batch.divisor == 0:
        raise ValueError("weight is 0 for every class in target, so its mean divides by 0; use reduction='sum'")

    def shares(z, t):
        uniform = z.dtype.type(smoothing)
        return (((1 - uniform) * one_hot(t, classes) + uniform / classes) * w,)

    def quick_shares(t):
        if labelled:
            return (1 - smoothing) * w[t], smoothing / classes * w
        return None, t if smoothing == 0 and weight is None else shares(w, t)[0]

    quick = None
    if batch.x.dtype in LIMITS:
        quick = partial(share_losses_and_slopes, shares=quick_shares, scale=1 / batch.divisor)
        if labelled and smoothing == 0:
            quick = partial(label_losses_and_slopes, weights=row_weights, scale=1 / batch.divisor)
    return Loss(batch, _share_cost, _share_slope, shares, quick)


@no_float_warnings
def softmax_cross_entropy(logits, target, *, reduction="mean", weight=None, label_smoothing=0.0):
    r"""Cross-entropy of K classes from scores: :math:`-\sum_k t_k \log \mathrm{softmax}(z)_k`.

    Built in the chapter *Losses*. For an integer label it is the surprise of the right class,
    :math:`\log\sum_j e^{z_j} - z_y`.

    Parameters
    ----------
    logits : array_like, shape (..., K)
        Scores, classes last; -inf masks a class. Not probabilities: the softmax is applied here.
    target : array_like, shape (...) of integers, or shape (..., K)
        Class labels 0..K−1, or a distribution over the classes.
    reduction : {"mean", "sum", "none"}, optional
        How the losses are combined.
    weight : array_like, shape (K,), optional
        Finite weights at least 0 that multiply each class's term. The mean then divides by the sum of
        target·weight (with the target before smoothing), as PyTorch does for integer labels. They do not
        decide the dtype of the answer, and they cannot bring back a surprise or probability that is too small for
        a float.
    label_smoothing : float, optional
        ε in [0, 1]: mixes the target with the uniform distribution, (1 − ε)·target + ε/K, before the weights.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `logits.shape[:-1]` for `"none"`
        Loss in nats; `inf` where a class with a share in the target is masked, or where its surprise times its weight
        is above the largest float of their dtype.

    Raises
    ------
    ValueError
        If `logits` holds NaN or +inf or a row of -inf only, a label lies outside 0..K−1, a target
        distribution does not sum to 1, the shapes do not match or are empty, a weight is negative or not finite,
        the weights of all targets are 0 in a mean, `label_smoothing` is outside [0, 1] or `reduction` is unknown.
    TypeError
        If labels are floats or booleans, or an argument has the wrong type.

    See Also
    --------
    log_softmax : minus the losses of all classes.
    binary_cross_entropy_with_logits : two classes with one score.

    References
    ----------
    Bridle, J. S. (1990), "Probabilistic Interpretation of Feedforward Classification Network Outputs";
    Szegedy, C. et al. (2016), "Rethinking the Inception Architecture for Computer Vision", section 7, for
    the label smoothing.

    Examples
    --------
    >>> from crossentropy import softmax_cross_entropy
    >>> print(f"{softmax_cross_entropy([[0.0, 0.0], [2.0, 0.0]], [1, 0]):.4f} nats")
    0.4100 nats
    """
    return _cross_entropy(logits, target, reduction, weight, label_smoothing).value()


@no_float_warnings
def softmax_cross_entropy_grad(logits, target, *, reduction="mean", weight=None, label_smoothing=0.0):
    r"""Gradient of `softmax_cross_entropy` in `logits`: :math:`\mathrm{softmax}(z) - t`, over the count for `"mean"`.

    With smoothing and weights, t becomes s = weight·(smoothed target) and the gradient softmax(z)·Σs − s.
    Arguments, errors, source and chapter are those of `softmax_cross_entropy`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `logits`
        Nats per unit of score; each row sums to 0, and stays finite where the loss is infinite. For labels each
        keeps its digits at the label. For a distribution near the softmax the difference is rounding: it
        is off by up to a few units in the last place of the larger of the two.

    Examples
    --------
    >>> from crossentropy import softmax_cross_entropy_grad
    >>> print(softmax_cross_entropy_grad([0.0, 0.0], 1))
    [ 0.5 -0.5]
    """
    return _cross_entropy(logits, target, reduction, weight, label_smoothing).grad()


@no_float_warnings
def softmax_cross_entropy_value_and_grad(logits, target, *, reduction="mean", weight=None, label_smoothing=0.0):
    """Value and gradient of `softmax_cross_entropy` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `softmax_cross_entropy` and its gradient.

    Examples
    --------
    >>> from crossentropy import softmax_cross_entropy_value_and_grad
    >>> value, grad = softmax_cross_entropy_value_and_grad([0.0, 0.0], 1)
    >>> print(f"{value:.4f} nats", grad)
    0.6931 nats [ 0.5 -0.5]
    """
    return _cross_entropy(logits, target, reduction, weight, label_smoothing).value_and_grad()


# Shares discounted where the model is right ---------------------------------------------------------


def _focal_cost(z, target, gamma, p, rest, surprise):
    """Σ target · (1 − p)^γ · surprise over the classes."""
    return np.sum(expected(expected(target, rest**gamma), surprise), axis=-1)


def _focal_slope(z, target, gamma, p, rest, surprise):
    """The slope of a cross-entropy with shares a = target·((1 − p)^γ − γ p (1 − p)^(γ−1) log p)."""
    # −p log p / (1 − p) goes to 1 as p does; kept apart from (1 − p)^γ it never becomes 0/0.
    ratio = np.where(rest == 0, 1, expected(p, surprise) / rest)
    return _slope_at(p, rest, target * rest**gamma * (1 + gamma * ratio))


def _focal(logits, target, gamma, reduction):
    gamma = at_least_zero("gamma", gamma)
    batch = batch_of_logits(logits, target, reduction)

    def shared(z, t):
        return one_hot(t, z.shape[-1]), gamma, *softmax_and_complement(z), 0 - log_softmax(z)

    return Loss(batch, _focal_cost, _focal_slope, shared)


@no_float_warnings
def focal_loss(logits, target, *, gamma=2.0, reduction="mean"):
    r"""Cross-entropy of K classes with each class's surprise discounted: :math:`-\sum_k t_k (1-p_k)^\gamma \log p_k`.

    Built in the chapter *Many classes*. p is the softmax of the logits. With γ = 0 it is
    `softmax_cross_entropy`; with γ > 0 it is not proper: its minimum is not at p = t.

    Parameters
    ----------
    logits : array_like, shape (..., K)
        Scores, classes last; -inf masks a class. Not probabilities: the softmax is applied here.
    target : array_like, shape (...) of integers, or shape (..., K)
        Class labels 0..K−1, or a distribution over the classes, whose loss is the average over its labels.
    gamma : float, optional
        γ, finite and at least 0: how strongly examples that are already right are discounted.
    reduction : {"mean", "sum", "none"}, optional
        How the losses are combined; the mean divides by their number.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `logits.shape[:-1]` for `"none"`
        Discounted nats; `inf` where a class with a share in the target is masked.

    Raises
    ------
    ValueError
        If `logits` holds NaN or +inf or a row of -inf only, a label lies outside 0..K−1, a target
        distribution does not sum to 1, the shapes do not match or are empty, `gamma` is negative or not finite,
        or `reduction` is unknown.
    TypeError
        If labels are floats or booleans, or an argument has the wrong type.

    See Also
    --------
    softmax_cross_entropy : the same without the discount.

    References
    ----------
    Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017), "Focal Loss for Dense Object Detection",
    section 3, for two classes and without its factor α.

    Examples
    --------
    >>> from crossentropy import focal_loss
    >>> print(f"{focal_loss([0.0, 0.0], 1):.4f} = ln 2 / 4")
    0.1733 = ln 2 / 4
    """
    return _focal(logits, target, gamma, reduction).value()


@no_float_warnings
def focal_loss_grad(logits, target, *, gamma=2.0, reduction="mean"):
    r"""Gradient of `focal_loss` in `logits`: :math:`p \sum_k a_k - a`, over the count for `"mean"`.

    Here :math:`a_k = t_k (1-p_k)^{\gamma-1} (1 - p_k - \gamma p_k \log p_k)`. Arguments, errors, source and chapter
    are those of `focal_loss`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `logits`
        Per unit of score; each row sums to 0, and stays finite where the loss is infinite.

    Examples
    --------
    >>> from crossentropy import focal_loss_grad
    >>> print(focal_loss_grad([0.0, 0.0], 1, gamma=0))
    [ 0.5 -0.5]
    """
    return _focal(logits, target, gamma, reduction).grad()


@no_float_warnings
def focal_loss_value_and_grad(logits, target, *, gamma=2.0, reduction="mean"):
    """Value and gradient of `focal_loss` as a pair, in one pass.

    Shapes, arguments, errors, source and chapter are those of `focal_loss` and its gradient.

    Examples
    --------
    >>> from crossentropy import focal_loss_value_and_grad
    >>> value, grad = focal_loss_value_and_grad([0.0, 0.0], 1, gamma=0)
    >>> print(f"{value:.4f}", grad)
    0.6931 [ 0.5 -0.5]
    """
    return _focal(logits, target, gamma, reduction).value_and_grad()
