"""Scores to probabilities: the functions between a model's raw outputs and its loss.

    logsumexp(z) = log Σ e^z      softmax(z) = e^z / Σ e^z      log_softmax(z) = z − logsumexp(z)
    sigmoid(z) = 1 / (1 + e^−z)   log_sigmoid(z) = −log(1 + e^−z)

Built in the chapter *Losses*. Probabilities lie in [0, 1]; scores (logits) are any real numbers. The formulas that
neither overflow nor lose digits are in `_formulas.py`.
"""

from functools import partial

import numpy as np

from . import _formulas as formulas
from ._arguments import floats, no_float_warnings, scores, scores_or_nan, softmax_scores, to_dtype
from ._evaluate import map_in_blocks
from ._kernels import LIMITS, fill_in_blocks, log_softmax_rows, logsumexp_rows, softmax_rows

__all__ = ["log_sigmoid", "log_softmax", "logsumexp", "sigmoid", "softmax"]


@no_float_warnings
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
        If `z` is not made of real numbers, or `axis` is not an integer.

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
    check = partial(scores, "z", z, axis)
    z, dtype, _ = scores_or_nan("z", z, axis)
    answers = np.empty(z.shape[:-1], np.promote_types(z.dtype, np.float64))
    table, quick = z.reshape(-1, z.shape[-1]), logsumexp_rows if z.dtype in LIMITS else None
    fill_in_blocks([answers.reshape(-1)], lambda z: [formulas.logsumexp(z)], table, quick=quick, check=check)
    return to_dtype(answers, dtype)


@no_float_warnings
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
        If `z` is not made of real numbers, or `axis` is not an integer.

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
    check = partial(softmax_scores, "z", z, axis)
    z, dtype, index = scores_or_nan("z", z, axis)
    quick = softmax_rows if z.dtype == dtype and dtype in LIMITS else None
    return np.moveaxis(map_in_blocks(formulas.softmax, z, dtype, rows=True, quick=quick, check=check), -1, index)


@no_float_warnings
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
        If `z` is not made of real numbers, or `axis` is not an integer.

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
    check = partial(softmax_scores, "z", z, axis)
    z, dtype, index = scores_or_nan("z", z, axis)
    quick = log_softmax_rows if z.dtype == dtype and dtype in LIMITS else None
    return np.moveaxis(map_in_blocks(formulas.log_softmax, z, dtype, rows=True, quick=quick, check=check), -1, index)


@no_float_warnings
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
    return map_in_blocks(formulas.sigmoid, z, dtype)


@no_float_warnings
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
    return map_in_blocks(formulas.log_sigmoid, z, dtype)
