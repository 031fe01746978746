"""Scores to probabilities: the functions between a model's raw outputs and its loss.

Built in the chapter *Losses*. Probabilities live in [0, 1]; scores (logits) are any real numbers.
"""

import numpy as np

from ._checks import floats, given_scores, narrow, quiet, scores, softmax_scores
from ._digits import exp_difference
from ._kernels import each, exact_quotients, fill, row_sums, softmax_rows, sum_terms

__all__ = ["log_sigmoid", "log_softmax", "logsumexp", "sigmoid", "softmax"]


def _max_and_log_rest(z):
    """Split logsumexp(z) into max(z) + log(1 + rest): `(max, log(1 + rest))`, last axis kept.

    The largest score is left out of the sum and enters as the exact 1 of log1p, so that a rest of
    1e-18 keeps its digits.
    """
    first = np.argmax(z, axis=-1)[..., np.newaxis]
    top = np.take_along_axis(z, first, -1)
    others = exp_difference(z, top)
    np.put_along_axis(others, first, 0, -1)
    return top, np.log1p(row_sums(others)[..., np.newaxis])


def _with_top(z):
    """logsumexp over the last axis from its largest score, unchecked."""
    top, log_rest = _max_and_log_rest(z)
    # An infinite maximum decides alone: +inf wins, and -inf means that every score is -inf.
    return [np.where(np.isinf(top), top, top + log_rest)[..., 0]]


def _is_top(z):
    """True at one largest score of each row (the first), False elsewhere."""
    return np.arange(z.shape[-1]) == np.argmax(z, axis=-1)[..., np.newaxis]


def _log_softmax(z):
    """log softmax over the last axis, unchecked."""
    top, log_rest = _max_and_log_rest(z)
    return (z - top) - log_rest


def _softmax(z):
    """Softmax over the last axis, unchecked."""
    e = np.exp(z)
    total = row_sums(e)
    if not np.all(exact_quotients(total)):
        e = exp_difference(z, np.max(z, axis=-1, keepdims=True))
        total = row_sums(e)
    return e / total[..., np.newaxis]


@quiet
def logsumexp(z, *, axis=-1):
    r"""Logarithm of a sum of exponentials: :math:`\log \sum_j e^{z_j}`, without overflow.

    Built in the chapter *Losses*: the largest score is taken out of the sum first.

    Parameters
    ----------
    z : array_like, shape (..., K, ...)
        Scores along `axis`, in nats; infinities are taken to their limits.
    axis : int, optional
        The axis to sum over.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `z` without `axis`
        Between max(z) and max(z) + log K.

    Raises
    ------
    ValueError
        If `z` holds NaN, is empty or has no such axis.
    TypeError
        If `z` is not made of real numbers, or `axis` is no integer.

    See Also
    --------
    log_softmax : the scores less their logsumexp.

    References
    ----------
    Blanchard, P., Higham, D. J. and Higham, N. J. (2021), "Accurately computing the log-sum-exp and softmax
    functions", *IMA J. Numer. Anal.* 41 (4).

    Examples
    --------
    >>> from crossentropy import logsumexp
    >>> print(f"{logsumexp([1000.0, 1000.0]):.4f}")
    1000.6931
    """
    z, dtype, _ = scores("z", z, axis)
    table = z.reshape(-1, z.shape[-1])
    answers = np.log(sum_terms(lambda z: (np.exp(z),), table)[0])
    # A logarithm near 0 magnifies the errors of its argument, and one far from 0 tells of overflow.
    with_care = np.flatnonzero(~((np.abs(answers) > 2) & (np.abs(answers) < 500)))
    if with_care.size:
        fill([answers], _with_top, table, only=with_care)
    return narrow(answers.reshape(z.shape[:-1]), dtype)


@quiet
def softmax(z, *, axis=-1):
    r"""Probabilities in proportion to :math:`e^{z_j}`: :math:`p_j = e^{z_j} / \sum_k e^{z_k}`.

    Built in the chapter *Losses*. Adding a constant to all scores changes nothing.

    Parameters
    ----------
    z : array_like, shape (..., K, ...)
        Scores (logits) along `axis`; -inf masks a class.
    axis : int, optional
        The axis that holds the K classes.

    Returns
    -------
    numpy.ndarray, shape of `z`
        Distributions along `axis`.

    Raises
    ------
    ValueError
        If `z` holds NaN or +inf, is -inf everywhere along `axis`, is empty or has no such axis.
    TypeError
        If `z` is not made of real numbers, or `axis` is no integer.

    See Also
    --------
    log_softmax : its logarithm, which keeps the digits of small probabilities.
    sigmoid : the two-class case.

    References
    ----------
    Bridle, J. S. (1990), "Probabilistic Interpretation of Feedforward Classification Network Outputs",
    in *Neurocomputing*, NATO ASI Series 68.

    Examples
    --------
    >>> from crossentropy import softmax
    >>> print(softmax([0.0, 0.0, 0.0, 0.0]))
    [0.25 0.25 0.25 0.25]
    """
    given, (z, dtype, index) = z, given_scores("z", z, axis)
    out = np.empty(z.shape, dtype)
    table, shares, only = z.reshape(-1, z.shape[-1]), out.reshape(-1, z.shape[-1]), None
    if z.dtype == dtype == np.float64:
        only = np.flatnonzero(~softmax_rows(table, shares))
    if only is None or only.size:
        softmax_scores("z", given, axis)
        fill([shares], lambda block: [_softmax(block)], table, only=only)
    return np.moveaxis(out, -1, index)


@quiet
def log_softmax(z, *, axis=-1):
    r"""Log-probabilities of a softmax: :math:`z_j - \log \sum_k e^{z_k}`.

    Built in the chapter *Losses*. Its negative is the surprise of each class.

    Parameters
    ----------
    z : array_like, shape (..., K, ...)
        Scores (logits) along `axis`; -inf masks a class.
    axis : int, optional
        The axis that holds the K classes.

    Returns
    -------
    numpy.ndarray, shape of `z`
        Log-probabilities in nats, at most 0; -inf where `z` is.

    Raises
    ------
    ValueError
        If `z` holds NaN or +inf, is -inf everywhere along `axis`, is empty or has no such axis.
    TypeError
        If `z` is not made of real numbers, or `axis` is no integer.

    See Also
    --------
    softmax : the probabilities themselves.
    softmax_cross_entropy : the loss made of these.

    References
    ----------
    Blanchard, P., Higham, D. J. and Higham, N. J. (2021), "Accurately computing the log-sum-exp and softmax
    functions", *IMA J. Numer. Anal.* 41 (4).

    Examples
    --------
    >>> from crossentropy import log_softmax
    >>> print(f"{log_softmax([0.0, -1000.0])[1]:.0f} nats")
    -1000 nats
    """
    z, dtype, index = softmax_scores("z", z, axis)
    out = np.empty(z.shape, dtype)
    fill([out.reshape(-1, z.shape[-1])], lambda block: [_log_softmax(block)], z.reshape(-1, z.shape[-1]))
    return np.moveaxis(out, -1, index)


def _sigmoid(z):
    """Sigmoid, unchecked: e^-|z| never overflows."""
    e = np.exp(-np.abs(z))
    return np.exp(np.minimum(z, 0)) / (1 + e)  # the numerator is 1 or e, and np.where would take longer


def _softplus(z):
    """log(1 + e^z), unchecked: the surprise of class 0 at log-odds z."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


@quiet
def sigmoid(z):
    r"""Probability with log-odds `z`: :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Built in the chapter *Losses*.

    Parameters
    ----------
    z : array_like, any shape
        Log-odds (logits); infinities are taken to their limits.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `z`
        Probabilities in [0, 1].

    Raises
    ------
    ValueError
        If `z` holds NaN or is empty.
    TypeError
        If `z` is not made of real numbers.

    See Also
    --------
    log_sigmoid : its logarithm, which keeps the digits of small probabilities.
    softmax : more than two classes.

    References
    ----------
    Cox, D. R. (1958), "The Regression Analysis of Binary Sequences", *J. R. Stat. Soc. B* 20 (2).

    Examples
    --------
    >>> from crossentropy import sigmoid
    >>> print(sigmoid(0.0))
    0.5
    """
    z, dtype = floats("z", z)
    return each(_sigmoid, z, dtype)


@quiet
def log_sigmoid(z):
    r"""Log-probability with log-odds `z`: :math:`\log\sigma(z) = -\log(1 + e^{-z})`.

    Built in the chapter *Losses*. :math:`\log(1 - \sigma(z))` is `log_sigmoid(-z)`.

    Parameters
    ----------
    z : array_like, any shape
        Log-odds (logits); infinities are taken to their limits.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `z`
        Log-probabilities in nats, at most 0.

    Raises
    ------
    ValueError
        If `z` holds NaN or is empty.
    TypeError
        If `z` is not made of real numbers.

    See Also
    --------
    sigmoid : the probability itself.
    binary_cross_entropy_with_logits : the loss made of these.

    References
    ----------
    Mächler, M. (2012), "Accurately Computing log(1 − exp(−|a|))", section 4.

    Examples
    --------
    >>> from crossentropy import log_sigmoid
    >>> print(f"{log_sigmoid(-1000.0):.0f} nats")
    -1000 nats
    """
    z, dtype = floats("z", z)
    return each(lambda z: 0 - _softplus(-z), z, dtype)
