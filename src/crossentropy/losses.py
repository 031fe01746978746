"""Losses of classifiers, each with its gradient.

Built in the chapter *Losses*; `focal_loss` in *Many classes*, `brier_score` in *Training*. Every loss comes as
three functions with the same arguments: the value, `…_grad` (the gradient of the reduced loss in its first
argument) and `…_value_and_grad` (both).
Values are in nats; `squared_error` is in squared units of its input, `brier_score` without unit.
"""

from typing import NamedTuple

import numpy as np

from ._checks import (
    at_least_zero,
    axis_index,
    class_target,
    class_weight,
    distribution,
    finite,
    floats,
    fraction,
    given_floats,
    narrow,
    one_hot,
    probabilities,
    quiet,
    reduction_name,
    same_shape,
    softmax_scores,
)
from ._kernels import SAFE, fill, label_losses, sum_terms, wide
from .activations import _is_top, _log_softmax, _softmax
from .information import _expected

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_value_and_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
    "binary_cross_entropy_with_logits_value_and_grad",
    "brier_score",
    "brier_score_grad",
    "brier_score_value_and_grad",
    "focal_loss",
    "focal_loss_grad",
    "focal_loss_value_and_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_cross_entropy_value_and_grad",
    "squared_error",
    "squared_error_grad",
    "squared_error_value_and_grad",
]


class _Batch(NamedTuple):
    """Checked arguments of a loss, and how to hand its answers back."""

    x: np.ndarray  # predictions: probabilities or logits
    y: np.ndarray  # targets of the same shape, or class labels
    reduction: str
    count: float  # what "mean" divides by
    value_dtype: np.dtype
    grad_dtype: np.dtype

    @property
    def unit(self):
        """What the slope of one loss is multiplied by in the gradient of the reduced loss."""
        return 1 / self.count if self.reduction == "mean" else 1.0

    def value(self, losses):
        """The losses, or their sum, reduced."""
        if self.reduction == "none":
            return narrow(losses, self.value_dtype)
        total = np.sum(losses)
        return narrow(total / self.count if self.reduction == "mean" else total, self.value_dtype)


# Losses of one number at a time: formulas of blocks of predictions and targets, made into answers here.


def _elementwise(name, read_x, x, read_y, y, reduction):
    """Arguments of an elementwise loss."""
    reduction = reduction_name(reduction)
    x, x_dtype = read_x(name, x)
    y, y_dtype = read_y("y", y)
    same_shape(name, x, "y", y)
    return _Batch(x, y, reduction, x.size, np.result_type(x_dtype, y_dtype), x_dtype)


def _value(batch, losses):
    """The reduced loss, where `losses(x, y)` gives single ones."""
    x, y = batch.x.reshape(-1), batch.y.reshape(-1)
    if batch.reduction != "none":
        return batch.value(sum_terms(lambda x, y: (losses(x, y),), x, y)[0])
    out = np.empty(x.shape, wide(x[:0]).dtype)
    fill([out], lambda x, y: [losses(x, y)], x, y)
    return batch.value(out.reshape(batch.x.shape))


def _grad(batch, slopes):
    """The gradient of the reduced loss, where `slopes(x, y)` gives those of single ones."""
    out = np.empty(batch.x.size, batch.grad_dtype)
    fill([out], lambda x, y: [slopes(x, y) * batch.unit], batch.x.reshape(-1), batch.y.reshape(-1))
    return out.reshape(batch.x.shape)[()]


def _value_and_grad(batch, parts, losses, slopes):
    """Both, where losses and slopes of (x, y) have parts in common: `losses(x, *parts(x, y))`, and so the slopes."""
    x, y = batch.x.reshape(-1), batch.y.reshape(-1)
    singles = np.empty(x.shape, wide(x[:0]).dtype) if batch.reduction == "none" else None
    grad, totals = np.empty(x.shape, batch.grad_dtype), []

    def block(x, y):
        shared = parts(x, y)
        of_block = losses(x, *shared)
        totals.append(np.sum(of_block))
        return of_block, slopes(x, *shared) * batch.unit

    fill([singles, grad], block, x, y)
    value = batch.value(np.array(totals) if singles is None else singles.reshape(batch.x.shape))
    return value, grad.reshape(batch.x.shape)[()]


# Probability of class 1 -----------------------------------------------------------------------------


def _bce_losses(p, y):
    """−y log p − (1 − y) log(1 − p), and 0 log 0 = 0."""
    return 0 - _expected(y, np.log(p)) - _expected(1 - y, np.log1p(-p))


def _bce_slopes(p, y):
    """(p − y) / (p (1 − p)), with the hard labels cancelled by hand so that p = y = 0 or 1 has its limit."""
    p = p + 0.0  # -0.0 is 0 as well, and the slope there is −inf, not +inf
    return np.select([y == 0, y == 1], [1 / (1 - p), -1 / p], (p - y) / p / (1 - p))


def _bce_batch(p, y, reduction):
    return _elementwise("p", probabilities, p, probabilities, y, reduction)


@quiet
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
        What becomes of the single losses.

    Returns
    -------
    numpy scalar, or numpy.ndarray of the shape of `p` for `"none"`
        Loss in nats; `inf` where what happened had been given probability 0.

    Raises
    ------
    ValueError
        If an entry is NaN or outside [0, 1], the shapes differ or are empty, or `reduction` is unknown.
    TypeError
        If an argument is of the wrong kind.

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
    batch = _bce_batch(p, y, reduction)
    return _value(batch, _bce_losses)


@quiet
def binary_cross_entropy_grad(p, y, *, reduction="mean"):
    r"""Gradient of `binary_cross_entropy` in `p`: :math:`\frac{p-y}{p(1-p)}`, over the count for `"mean"`.

    Built in the chapter *Losses*. Parameters and errors are those of `binary_cross_entropy`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `p`
        Nats per unit of probability; infinite where the loss is.

    See Also
    --------
    binary_cross_entropy : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_grad
    >>> print(binary_cross_entropy_grad([0.5, 0.5], [0, 1], reduction="sum"))
    [ 2. -2.]
    """
    batch = _bce_batch(p, y, reduction)
    return _grad(batch, _bce_slopes)


@quiet
def binary_cross_entropy_value_and_grad(p, y, *, reduction="mean"):
    """Value and gradient of `binary_cross_entropy`, the arguments read and checked once.

    Built in the chapter *Losses*. Parameters and errors are those of `binary_cross_entropy`.

    Returns
    -------
    tuple
        What `binary_cross_entropy` and `binary_cross_entropy_grad` return.

    See Also
    --------
    binary_cross_entropy : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_value_and_grad
    >>> value, grad = binary_cross_entropy_value_and_grad(0.5, 1)
    >>> print(f"{value:.4f} nats, slope {grad:.0f}")
    0.6931 nats, slope -2
    """
    batch = _bce_batch(p, y, reduction)
    return _value(batch, _bce_losses), _grad(batch, _bce_slopes)


# Log-odds of class 1 --------------------------------------------------------------------------------


def _logits_parts(z, y):
    """By how much the score would be wrong if it were sure, [z ≥ 0] − y; and the odds e^−|z| against its choice."""
    return (z >= 0) - y, np.exp(-np.abs(z))


def _logits_losses(z, wrong, odds):
    """softplus(z) − z·y: |z| times the share of the class that the score speaks against, and log(1 + e^−|z|)."""
    return _expected(np.abs(wrong), np.abs(z)) + np.log1p(odds)


def _logits_slopes(z, wrong, odds):
    """σ(z) − y, where σ(z) is [z ≥ 0] less or more the chance of the other class: so σ(z) − 1 keeps its digits."""
    return wrong - np.copysign(odds / (1 + odds), z + 0.0)  # -0.0 is 0 as well


def _logits_batch(z, y, reduction):
    return _elementwise("z", floats, z, probabilities, y, reduction)


@quiet
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
        What becomes of the single losses.

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
        If an argument is of the wrong kind.

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
    batch = _logits_batch(z, y, reduction)
    return _value(batch, lambda z, y: _logits_losses(z, *_logits_parts(z, y)))


@quiet
def binary_cross_entropy_with_logits_grad(z, y, *, reduction="mean"):
    r"""Gradient of `binary_cross_entropy_with_logits` in `z`: :math:`\sigma(z) - y`, over the count for `"mean"`.

    Built in the chapter *Losses*. Parameters and errors are those of `binary_cross_entropy_with_logits`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `z`
        Nats per unit of log-odds, between −1 and 1 for a single loss.

    See Also
    --------
    binary_cross_entropy_with_logits : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_with_logits_grad
    >>> print(binary_cross_entropy_with_logits_grad([0.0, 0.0], [0, 1], reduction="sum"))
    [ 0.5 -0.5]
    """
    batch = _logits_batch(z, y, reduction)
    return _grad(batch, lambda z, y: _logits_slopes(z, *_logits_parts(z, y)))


@quiet
def binary_cross_entropy_with_logits_value_and_grad(z, y, *, reduction="mean"):
    """Value and gradient of `binary_cross_entropy_with_logits`, the arguments read and checked once.

    Built in the chapter *Losses*. Parameters and errors are those of `binary_cross_entropy_with_logits`.

    Returns
    -------
    tuple
        What `binary_cross_entropy_with_logits` and `binary_cross_entropy_with_logits_grad` return.

    See Also
    --------
    binary_cross_entropy_with_logits : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import binary_cross_entropy_with_logits_value_and_grad
    >>> value, grad = binary_cross_entropy_with_logits_value_and_grad(0.0, 1)
    >>> print(f"{value:.4f} nats, slope {grad}")
    0.6931 nats, slope -0.5
    """
    batch = _logits_batch(z, y, reduction)
    return _value_and_grad(batch, _logits_parts, _logits_losses, _logits_slopes)


# Scores of K classes --------------------------------------------------------------------------------


def _class_batch(logits, target, reduction):
    """Arguments of a loss of K classes; `_class_results` looks at the logits themselves."""
    reduction = reduction_name(reduction)
    z, z_dtype = given_floats("logits", logits)
    axis_index(-1, z.ndim, "logits")
    t, t_dtype = class_target(target, z.shape)
    rows = z.size // z.shape[-1]
    return _Batch(z, t, reduction, rows, z_dtype if t_dtype is None else np.result_type(z_dtype, t_dtype), z_dtype)


def _class_results(batch, losses, slopes, label_weight=None):
    """Value and gradient, where `losses(z, target)` and `slopes(z, target)` give those of rows; None stays None.

    With `label_weight`, one a row, the loss is the weighted surprise of a label, and ordinary rows go a shorter way.
    """
    shape = batch.x.shape
    z = batch.x.reshape(-1, shape[-1])
    t = batch.y.reshape(-1) if batch.y.dtype.kind == "i" else batch.y.reshape(z.shape)
    values = np.empty(len(z), wide(z[:0]).dtype)
    grad = slopes and np.empty(z.shape, batch.grad_dtype)
    only = None
    if label_weight is not None and z.dtype in SAFE:
        ordinary = label_losses(z, t, values, grad, label_weight * batch.unit)
        values *= label_weight
        only = np.flatnonzero(~ordinary)
    if only is None or only.size:
        softmax_scores("logits", batch.x, -1)

        def formulas(z, t):
            t = one_hot(t, shape[-1])
            return losses and losses(z, t), slopes and slopes(z, t) * batch.unit

        fill([losses and values, grad], formulas, z, t, only=only)
    return losses and batch.value(values.reshape(shape[:-1])), slopes and grad.reshape(shape)


def _softmax_losses(logits, shares):
    """Σ share · surprise over the classes, where a share is target · weight."""
    return np.sum(_expected(shares, 0 - _log_softmax(logits)), axis=-1)


def _softmax_and_rest(logits):
    """softmax and 1 − softmax, the latter at the largest score as the sum of the others."""
    p = _softmax(logits)
    top = _is_top(logits)
    others = np.sum(np.where(top, 0, p), axis=-1, keepdims=True)
    return p, np.where(top, others, 1 - p)


def _softmax_slopes(logits, shares):
    """softmax·Σ share − share, written p (Σ share − share) − share (1 − p).

    At the label of a one-hot target the first product is 0, and 1 − p is the sum of the others, not a
    difference: a model that is confident and right keeps its tiny gradient.
    """
    p, complement = _softmax_and_rest(logits)
    return p * (np.sum(shares, axis=-1, keepdims=True) - shares) - shares * complement


def _softmax_results(logits, target, reduction, weight, label_smoothing, losses=None, slopes=None):
    """Value and gradient of the formulas that are asked for, on targets that are smoothed, then weighted."""
    smoothing = fraction("label_smoothing", label_smoothing)
    batch = _class_batch(logits, target, reduction)
    classes = batch.x.shape[-1]
    w = class_weight(weight, classes)
    labelled = batch.y.dtype.kind == "i"
    of_rows = (w[batch.y] if labelled else batch.y @ w).reshape(-1)
    if weight is not None:
        batch = batch._replace(count=float(np.sum(of_rows)))
    if batch.reduction == "mean" and batch.count == 0:
        raise ValueError("weight is 0 for every class in target, so its mean divides by 0; use reduction='sum'")

    def shared(formula):
        return formula and (lambda z, t: formula(z, ((1 - smoothing) * t + smoothing / classes) * w))

    quick = of_rows if labelled and smoothing == 0 else None
    return _class_results(batch, shared(losses), shared(slopes), quick)


@quiet
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
        What becomes of the single losses.
    weight : array_like, shape (K,), optional
        Finite weights at least 0 that multiply each class's term. The mean then divides by the sum of
        target·weight (with the target before smoothing), as PyTorch does for integer labels. They do not
        decide the dtype of the answer.
    label_smoothing : float, optional
        ε in [0, 1]: mixes the target with the uniform distribution, (1 − ε)·target + ε/K, before the weights.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `logits.shape[:-1]` for `"none"`
        Loss in nats; `inf` where a class with a share in the target is masked.

    Raises
    ------
    ValueError
        If `logits` holds NaN or +inf or a row of -inf only, a label lies outside 0..K−1, a target distribution
        is not one, the shapes do not match or are empty, a weight is negative or not finite, the weights of
        all targets are 0 in a mean, `label_smoothing` is outside [0, 1] or `reduction` is unknown.
    TypeError
        If labels are floats or booleans, or an argument is of the wrong kind.

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
    return _softmax_results(logits, target, reduction, weight, label_smoothing, _softmax_losses)[0]


@quiet
def softmax_cross_entropy_grad(logits, target, *, reduction="mean", weight=None, label_smoothing=0.0):
    r"""Gradient of `softmax_cross_entropy` in `logits`: :math:`\mathrm{softmax}(z) - t`, over the count for `"mean"`.

    Built in the chapter *Losses*. With smoothing and weights, t becomes s = weight·(smoothed target) and the
    gradient softmax(z)·Σs − s. Parameters and errors are those of `softmax_cross_entropy`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `logits`
        Nats per unit of score; each row sums to 0, and stays finite where the loss is infinite.

    See Also
    --------
    softmax_cross_entropy : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import softmax_cross_entropy_grad
    >>> print(softmax_cross_entropy_grad([0.0, 0.0], 1))
    [ 0.5 -0.5]
    """
    return _softmax_results(logits, target, reduction, weight, label_smoothing, None, _softmax_slopes)[1]


@quiet
def softmax_cross_entropy_value_and_grad(logits, target, *, reduction="mean", weight=None, label_smoothing=0.0):
    """Value and gradient of `softmax_cross_entropy`, the arguments read and checked once.

    Built in the chapter *Losses*. Parameters and errors are those of `softmax_cross_entropy`.

    Returns
    -------
    tuple
        What `softmax_cross_entropy` and `softmax_cross_entropy_grad` return.

    See Also
    --------
    softmax_cross_entropy : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import softmax_cross_entropy_value_and_grad
    >>> value, grad = softmax_cross_entropy_value_and_grad([0.0, 0.0], 1)
    >>> print(f"{value:.4f} nats", grad)
    0.6931 nats [ 0.5 -0.5]
    """
    return _softmax_results(logits, target, reduction, weight, label_smoothing, _softmax_losses, _softmax_slopes)


# Scores of K classes, the well-classified discounted -------------------------------------------------


def _focal_losses(logits, target, gamma):
    """Σ target · (1 − p)^γ · surprise over the classes."""
    _, rest = _softmax_and_rest(logits)
    return _softmax_losses(logits, _expected(target, rest**gamma))


def _focal_slopes(logits, target, gamma):
    """p·Σa − a, the slopes of a cross-entropy with shares a = target·((1−p)^γ − γ p (1−p)^(γ−1) log p)."""
    p, rest = _softmax_and_rest(logits)
    # −p log p / (1 − p) goes to 1 as p does; kept apart from (1 − p)^γ it never becomes 0/0.
    ratio = np.where(rest == 0, 1, _expected(p, 0 - _log_softmax(logits)) / rest)
    return _softmax_slopes(logits, target * rest**gamma * (1 + gamma * ratio))


def _focal_results(logits, target, gamma, reduction, losses=None, slopes=None):
    """Value and gradient of the formulas that are asked for."""
    gamma, batch = at_least_zero("gamma", gamma), _class_batch(logits, target, reduction)

    def discounted(formula):
        return formula and (lambda z, t: formula(z, t, gamma))

    return _class_results(batch, discounted(losses), discounted(slopes))


@quiet
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
        What becomes of the single losses; the mean divides by their number.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `logits.shape[:-1]` for `"none"`
        Discounted nats; `inf` where a class with a share in the target is masked.

    Raises
    ------
    ValueError
        If `logits` holds NaN or +inf or a row of -inf only, a label lies outside 0..K−1, a target distribution
        is not one, the shapes do not match or are empty, `gamma` is negative or not finite, or `reduction`
        is unknown.
    TypeError
        If labels are floats or booleans, or an argument is of the wrong kind.

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
    return _focal_results(logits, target, gamma, reduction, _focal_losses)[0]


@quiet
def focal_loss_grad(logits, target, *, gamma=2.0, reduction="mean"):
    r"""Gradient of `focal_loss` in `logits`: :math:`p \sum_k a_k - a`, over the count for `"mean"`.

    Built in the chapter *Many classes*. Here :math:`a_k = t_k (1-p_k)^{\gamma-1} (1 - p_k - \gamma p_k \log p_k)`.
    Parameters and errors are those of `focal_loss`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `logits`
        Per unit of score; each row sums to 0, and stays finite where the loss is infinite.

    See Also
    --------
    focal_loss : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import focal_loss_grad
    >>> print(focal_loss_grad([0.0, 0.0], 1, gamma=0))
    [ 0.5 -0.5]
    """
    return _focal_results(logits, target, gamma, reduction, None, _focal_slopes)[1]


@quiet
def focal_loss_value_and_grad(logits, target, *, gamma=2.0, reduction="mean"):
    """Value and gradient of `focal_loss`, the arguments read and checked once.

    Built in the chapter *Many classes*. Parameters and errors are those of `focal_loss`.

    Returns
    -------
    tuple
        What `focal_loss` and `focal_loss_grad` return.

    See Also
    --------
    focal_loss : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import focal_loss_value_and_grad
    >>> value, grad = focal_loss_value_and_grad([0.0, 0.0], 1, gamma=0)
    >>> print(f"{value:.4f}", grad)
    0.6931 [ 0.5 -0.5]
    """
    return _focal_results(logits, target, gamma, reduction, _focal_losses, _focal_slopes)


# Any numbers ----------------------------------------------------------------------------------------


def _squares(p, y):
    return (p - y) ** 2


def _squares_slopes(p, y):
    return 2 * (p - y)


def _squared_batch(p, y, reduction):
    return _elementwise("p", finite, p, finite, y, reduction)


@quiet
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
        What becomes of the single losses; the mean is over all elements.

    Returns
    -------
    numpy scalar, or numpy.ndarray of the shape of `p` for `"none"`
        Loss in squared units of `p`.

    Raises
    ------
    ValueError
        If an entry is NaN or infinite, the shapes differ or are empty, or `reduction` is unknown.
    TypeError
        If an argument is of the wrong kind.

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
    batch = _squared_batch(p, y, reduction)
    return _value(batch, _squares)


@quiet
def squared_error_grad(p, y, *, reduction="mean"):
    r"""Gradient of `squared_error` in `p`: :math:`2(p - y)`, over the count for `"mean"`.

    Built in the chapter *Losses*. Parameters and errors are those of `squared_error`.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape and dtype of `p`
        Units of `p`.

    See Also
    --------
    squared_error : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import squared_error_grad
    >>> print(squared_error_grad([0.5, 1.0], [0, 1]))
    [0.5 0. ]
    """
    batch = _squared_batch(p, y, reduction)
    return _grad(batch, _squares_slopes)


@quiet
def squared_error_value_and_grad(p, y, *, reduction="mean"):
    """Value and gradient of `squared_error`, the arguments read and checked once.

    Built in the chapter *Losses*. Parameters and errors are those of `squared_error`.

    Returns
    -------
    tuple
        What `squared_error` and `squared_error_grad` return.

    See Also
    --------
    squared_error : the loss, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import squared_error_value_and_grad
    >>> value, grad = squared_error_value_and_grad(0.5, 0.0)
    >>> print(value, grad)
    0.25 1.0
    """
    batch = _squared_batch(p, y, reduction)
    return _value(batch, _squares), _grad(batch, _squares_slopes)


# Probabilities of K classes ---------------------------------------------------------------------------


def _brier_batch(p, target, reduction):
    reduction = reduction_name(reduction)
    p, p_dtype = distribution("p", p, -1)
    t, t_dtype = class_target(target, p.shape)
    value_dtype = p_dtype if t_dtype is None else np.result_type(p_dtype, t_dtype)
    return _Batch(p, one_hot(t, p.shape[-1]), reduction, p.size / p.shape[-1], value_dtype, p_dtype)


def _squared_distances(batch):
    return batch.value(np.sum(_squares(batch.x, batch.y), axis=-1))


@quiet
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
        What becomes of the single scores; the mean divides by their number.

    Returns
    -------
    numpy scalar, or numpy.ndarray of shape `p.shape[:-1]` for `"none"`
        Squared probability, without unit; lower is better.

    Raises
    ------
    ValueError
        If `p` holds NaN or an entry outside [0, 1] or a row does not sum to 1, a label lies outside 0..K−1, a
        target distribution is not one, the shapes do not match or are empty, or `reduction` is unknown.
    TypeError
        If labels are floats or booleans, or an argument is of the wrong kind.

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
    batch = _brier_batch(p, target, reduction)
    return _squared_distances(batch)


@quiet
def brier_score_grad(p, target, *, reduction="mean"):
    r"""Gradient of `brier_score` in `p`: :math:`2(p - t)`, over the count for `"mean"`.

    Built in the chapter *Training*. The entries of p are moved one by one, as if they need not sum to 1.
    Parameters and errors are those of `brier_score`.

    Returns
    -------
    numpy.ndarray, shape and dtype of `p`
        Per unit of probability.

    See Also
    --------
    brier_score : the score, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import brier_score_grad
    >>> print(brier_score_grad([[0.5, 0.5], [1.0, 0.0]], [0, 1]))
    [[-0.5  0.5]
     [ 1.  -1. ]]
    """
    batch = _brier_batch(p, target, reduction)
    return _grad(batch, _squares_slopes)


@quiet
def brier_score_value_and_grad(p, target, *, reduction="mean"):
    """Value and gradient of `brier_score`, the arguments read and checked once.

    Built in the chapter *Training*. Parameters and errors are those of `brier_score`.

    Returns
    -------
    tuple
        What `brier_score` and `brier_score_grad` return.

    See Also
    --------
    brier_score : the score, its arguments and errors.

    Examples
    --------
    >>> from crossentropy import brier_score_value_and_grad
    >>> value, grad = brier_score_value_and_grad([0.5, 0.5], 1)
    >>> print(value, grad)
    0.5 [ 1. -1.]
    """
    batch = _brier_batch(p, target, reduction)
    return _squared_distances(batch), _grad(batch, _squares_slopes)
