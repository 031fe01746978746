"""Two distributions: what it costs to believe q where p is true.

Chapters *KL divergence* (`kl_divergence`), *Cross-entropy* (`cross_entropy`, `perplexity`) and *Shared information*
(`mutual_information`, `js_divergence`). All answers are in nats unless `base` says otherwise.
"""

import math
from functools import partial

import numpy as np

from ._arguments import distribution_pair, joint_distribution, log_base, no_float_warnings, to_dtype
from ._digits import NEAR, pair_product, pair_sum, phi
from ._formulas import expected, log, nats, surprise
from ._kernels import at_least_float64, sum_in_blocks

__all__ = ["cross_entropy", "js_divergence", "kl_divergence", "mutual_information", "perplexity"]


def _log_ratio(p, q, base, log_q=None):
    """log(p/q), also where q or the ratio leaves the range of floats: its logarithm does not.

    `log_q` is the logarithm of q, where a better one is known than that of its rounded value.
    """
    log_ratio = log(p / q, base)
    extreme = q < np.finfo(q.dtype).tiny  # the ratio leaves it only where q is tiny
    if np.any(extreme):
        log_ratio = np.where(extreme, log(p, base) - (log(q, base) if log_q is None else log_q), log_ratio)
    return log_ratio


def _kl_terms(p, q, log_q=None, q_rest=None, *, base):
    """p·log(p/q) in the unit of the base, and q − p in nats: summed apart, so that whole bits stay whole.

    Where p and q almost agree the two would cancel. There p·(d − log(1 + d)) with d = q/p − 1 takes the place of
    both; `q_rest` is what rounding took from q.
    """
    p, q = np.broadcast_arrays(p, q)
    cost = expected(p, _log_ratio(p, q, base, log_q))
    excess = q - p
    d = (excess if q_rest is None else excess + q_rest) / p
    near = np.nonzero(np.abs(d) < NEAR)
    if near[0].size:
        cost[near] = 0
        excess[near] = p[near] * phi(d[near])
    return cost, excess


def _kl(*p_and_q, base):
    """Σ p·log(p/q) − p + q over the last axis: no term is negative. The arrays are those of `_kl_terms`."""
    cost, excess = sum_in_blocks(partial(_kl_terms, base=base), *p_and_q)
    return cost + excess / nats(base, excess.dtype)


def _js_terms(p, q, base):
    """½ p·log(p/m) + ½ q·log(q/m) with m = ½(p + q)."""
    m2 = p + q
    t = (p - q) / m2
    halves = (expected(p, log(2 * (p / m2), base)) + expected(q, log(2 * (q / m2), base))) / 2
    near = ~(np.abs(t) >= 0.5)  # there these terms cancel, and where p = q = 0 they have no value
    if np.any(near):
        t, m2 = np.where(m2[near] == 0, 0, t[near]), m2[near]
        halves[near] = m2 / 4 * (2 * t * np.arctanh(t) + np.log1p(-t * t)) / nats(base, t.dtype)
    return (halves,)


def _mean_surprise(p, q, base):
    """−Σ p·log q over the last axis."""
    return sum_in_blocks(lambda p, q: [expected(p, surprise(q, base))], p, q)[0]


@no_float_warnings
def kl_divergence(p, q, *, base=math.e, axis=-1):
    r"""Extra cost of believing `q` where `p` is true: :math:`D(p\|q) = \sum_i p_i \log\frac{p_i}{q_i}`.

    Built in the chapter *KL divergence*. The sum is taken over the generalised terms
    :math:`p_i\log(p_i/q_i) - p_i + q_i`: the same for distributions that sum to 1, but no term is
    negative, and digits survive where `p` and `q` almost agree.

    Parameters
    ----------
    p : array_like, shape (..., K, ...)
        True distributions along `axis`; the expectation is taken under them.
    q : array_like, shape (..., K, ...)
        Believed distributions, of the same length along `axis`. The other axes broadcast.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.
    axis : int, optional
        The axis that holds the K outcomes, counted in the broadcast shape.

    Returns
    -------
    numpy.ndarray or numpy scalar, broadcast shape without `axis`
        Divergences, at least 0 for a base above 1; `inf` where some `q` is 0 and its `p` is not.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, a sum is not 1, the shapes do not match or are empty, or
        `base` is not positive or is 1.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    cross_entropy : the whole bill, H(p) included.
    js_divergence : a symmetric, bounded relative.

    References
    ----------
    Kullback, S. and Leibler, R. A. (1951), "On Information and Sufficiency", section 2.

    Examples
    --------
    >>> from crossentropy import kl_divergence
    >>> p, q = [1/2, 1/4, 1/8, 1/8], [1/8, 1/2, 1/4, 1/8]
    >>> print(kl_divergence(p, q, base=2), "and", kl_divergence(q, p, base=2), "bits")
    0.625 and 0.5 bits
    """
    base = log_base(base)
    p, q, dtype = distribution_pair(p, q, axis)
    return to_dtype(_kl(p, q, base=base), dtype)


@no_float_warnings
def js_divergence(p, q, *, base=math.e, axis=-1):
    r"""Jensen–Shannon divergence: the average KL divergence of `p` and `q` to their midpoint `m`.

    :math:`\tfrac12 D(p\|m) + \tfrac12 D(q\|m)` with :math:`m = \tfrac12(p + q)`. Built in the chapter
    *Shared information*. This is the divergence itself; its square root is a metric (Endres and Schindelin, 2003).

    Parameters
    ----------
    p, q : array_like, shape (..., K, ...)
        Distributions of the same length along `axis`. The other axes broadcast.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.
    axis : int, optional
        The axis that holds the K outcomes, counted in the broadcast shape.

    Returns
    -------
    numpy.ndarray or numpy scalar, broadcast shape without `axis`
        Divergences between 0 and log 2 (1 bit); symmetric in `p` and `q`.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, a sum is not 1, the shapes do not match or are empty, or
        `base` is not positive or is 1.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    kl_divergence : the asymmetric, unbounded original.

    References
    ----------
    Lin, J. (1991), "Divergence Measures Based on the Shannon Entropy", section IV.

    Examples
    --------
    >>> from crossentropy import js_divergence
    >>> print(js_divergence([1, 0], [0, 1], base=2), "bit")
    1.0 bit
    """
    base = log_base(base)
    p, q, dtype = distribution_pair(p, q, axis)
    return to_dtype(sum_in_blocks(partial(_js_terms, base=base), p, q)[0], dtype)


@no_float_warnings
def mutual_information(joint, *, base=math.e):
    r"""How much X tells about Y: :math:`I(X;Y) = D\big(p(x,y)\,\|\,p(x)\,p(y)\big)`.

    Computed in four ways, one of them a divergence, in the chapter *Shared information*.

    Parameters
    ----------
    joint : array_like, shape (..., outcomes of X, outcomes of Y)
        Joint distributions over the last two axes, each table summing to 1.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `joint` without its last two axes
        Mutual information, never negative; 0 when X and Y are independent.

    Raises
    ------
    ValueError
        If `joint` has fewer than two dimensions, is empty, holds a negative, NaN or above-1 entry, a table
        does not sum to 1, or `base` is not positive or is 1.
    TypeError
        If `joint` or `base` is not made of real numbers.

    See Also
    --------
    conditional_entropy : what X leaves unsaid about Y.

    References
    ----------
    Cover, T. M. and Thomas, J. A. (2006), *Elements of Information Theory*, 2nd ed., section 2.3.

    Examples
    --------
    >>> from crossentropy import mutual_information
    >>> print(mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2), "bit")
    1.0 bit
    """
    base = log_base(base)
    joint, dtype = joint_distribution("joint", joint)
    joint = at_least_float64(joint)
    p_x, p_y = pair_sum(joint, -1), pair_sum(joint, -2)
    product, rest = pair_product(p_x, p_y)
    # The product of two tiny marginals underflows, the sum of their logarithms does not.
    log_product = log(p_x[0], base) + log(p_y[0], base)
    flat = (*joint.shape[:-2], -1)
    return to_dtype(_kl(*(array.reshape(flat) for array in (joint, product, log_product, rest)), base=base), dtype)


@no_float_warnings
def cross_entropy(p, q, *, base=math.e, axis=-1):
    r"""Average surprise of a believer in `q` where `p` is true: :math:`H(p,q) = -\sum_i p_i \log q_i`.

    Built in the chapter *Cross-entropy*. :math:`H(p,q) = H(p) + D(p\|q)`.

    Parameters
    ----------
    p : array_like, shape (..., K, ...)
        True distributions along `axis`; the expectation is taken under them.
    q : array_like, shape (..., K, ...)
        Believed distributions, of the same length along `axis`. The other axes broadcast.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.
    axis : int, optional
        The axis that holds the K outcomes, counted in the broadcast shape.

    Returns
    -------
    numpy.ndarray or numpy scalar, broadcast shape without `axis`
        Cross-entropies, at least H(p) for a base above 1; `inf` where some `q` is 0 and its `p` is not.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, a sum is not 1, the shapes do not match or are empty, or
        `base` is not positive or is 1.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    kl_divergence : the part of the bill that better beliefs would save.
    softmax_cross_entropy : the same from a network's scores.

    References
    ----------
    Good, I. J. (1952), "Rational Decisions", section 8; MacKay, D. J. C. (2003), *Information Theory,
    Inference, and Learning Algorithms*, section 5.3.

    Examples
    --------
    >>> from crossentropy import cross_entropy
    >>> p, q = [1/2, 1/4, 1/8, 1/8], [1/8, 1/2, 1/4, 1/8]
    >>> print(cross_entropy(p, q, base=2), "bits")
    2.375 bits
    """
    base = log_base(base)
    p, q, dtype = distribution_pair(p, q, axis)
    return to_dtype(_mean_surprise(p, q, base), dtype)


@no_float_warnings
def perplexity(p, q, *, axis=-1):
    r"""The number of equally likely outcomes that would surprise as much: :math:`e^{H(p,q)} = 2^{H_2(p,q)}`.

    Built in the chapter *Cross-entropy*. The exponential undoes the logarithm, so no base is left.

    Parameters
    ----------
    p : array_like, shape (..., K, ...)
        True distributions along `axis`.
    q : array_like, shape (..., K, ...)
        Believed distributions, of the same length along `axis`. The other axes broadcast.
    axis : int, optional
        The axis that holds the K outcomes, counted in the broadcast shape.

    Returns
    -------
    numpy.ndarray or numpy scalar, broadcast shape without `axis`
        Perplexities, at least 1; `inf` where some `q` is 0 and its `p` is not.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, a sum is not 1, or the shapes do not match or are empty.
    TypeError
        If an argument has the wrong type.

    See Also
    --------
    cross_entropy : its logarithm.

    References
    ----------
    Jelinek, F., Mercer, R. L., Bahl, L. R. and Baker, J. K. (1977), "Perplexity – a measure of the difficulty of
    speech recognition tasks", *JASA* 62 (S1), S63.

    Examples
    --------
    >>> from crossentropy import perplexity
    >>> die = [1/8] * 8
    >>> print(perplexity(die, die))
    8.0
    """
    p, q, dtype = distribution_pair(p, q, axis)
    return to_dtype(np.exp2(_mean_surprise(p, q, 2)), dtype)
