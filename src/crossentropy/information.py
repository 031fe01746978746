"""One distribution: surprise, and its average.

Chapters *Information* (`self_information`) and *Entropy* (`entropy`, `conditional_entropy`).
All answers are in nats unless `base` says otherwise: 2 for bits, 10 for bans.
"""

import math

import numpy as np

from ._arguments import distribution, joint_distribution, log_base, no_float_warnings, probabilities, to_dtype
from ._digits import pair_sum
from ._evaluate import map_in_blocks
from ._formulas import expected, nats, surprise
from ._kernels import at_least_float64, sum_in_blocks

__all__ = ["conditional_entropy", "entropy", "self_information"]


@no_float_warnings
def self_information(p, *, base=math.e):
    r"""Surprise of an event that had probability `p`: :math:`I(p) = -\log p`.

    Built in the chapter *Information*.

    Parameters
    ----------
    p : array_like, any shape
        Probabilities in [0, 1], each on its own; they need not sum to 1.
    base : float, optional
        Base of the logarithm, and so the unit: e for nats (default), 2 for bits, 10 for bans.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `p`
        Surprises, at least 0 for a base above 1; `inf` where `p` is 0.

    Raises
    ------
    ValueError
        If an entry is NaN or outside [0, 1], `p` is empty, or `base` is not positive or is 1.
    TypeError
        If `p` or `base` is not made of real numbers.

    See Also
    --------
    entropy : the average surprise.

    References
    ----------
    Shannon, C. E. (1948), "A Mathematical Theory of Communication", section 6.

    Examples
    --------
    >>> from crossentropy import self_information
    >>> print(self_information([0.5, 0.25, 1.0], base=2))
    [1. 2. 0.]
    >>> print(f"{self_information(0.7):.2f} nats")
    0.36 nats
    """
    base = log_base(base)
    p, dtype = probabilities("p", p)
    return map_in_blocks(lambda p: surprise(p, base), p, dtype)


@no_float_warnings
def entropy(p, *, base=math.e, axis=-1):
    r"""Average surprise of a distribution: :math:`H(p) = -\sum_i p_i \log p_i`.

    Built in the chapter *Entropy*.

    Parameters
    ----------
    p : array_like, shape (..., K, ...)
        Distributions along `axis`: non-negative, each summing to 1.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.
    axis : int, optional
        The axis that holds the K outcomes.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `p` without `axis`
        Entropies between 0 and log K. With `base=2`, 2**k equal outcomes give exactly k.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, a sum is not 1 (within 1e-8 for float64, 1e-5 for
        float32, 1e-2 for float16), `p` is empty or has no such axis, or `base` is not positive or is 1.
    TypeError
        If `p`, `base` or `axis` has the wrong type.

    See Also
    --------
    self_information : the surprise of one outcome.
    cross_entropy : the average when another distribution decides the surprise.

    References
    ----------
    Shannon, C. E. (1948), "A Mathematical Theory of Communication", section 6, theorem 2.

    Examples
    --------
    >>> from crossentropy import entropy
    >>> print(entropy([1/2, 1/4, 1/8, 1/8], base=2), "bits")
    1.75 bits
    """
    base = log_base(base)
    p, dtype = distribution("p", p, axis)
    return to_dtype(sum_in_blocks(lambda p: [expected(p, surprise(p, base))], p)[0], dtype)


@no_float_warnings
def conditional_entropy(joint, *, base=math.e):
    r"""What is left to learn about Y once X is known.

    :math:`H(Y|X) = -\sum_{x,y} p(x, y) \log \frac{p(x, y)}{p(x)}`. Built in the chapter *Shared information*.

    Parameters
    ----------
    joint : array_like, shape (..., outcomes of X, outcomes of Y)
        Joint distributions over the last two axes, each table summing to 1.
    base : float, optional
        Unit of the answer: e for nats (default), 2 for bits, 10 for bans.

    Returns
    -------
    numpy.ndarray or numpy scalar, shape of `joint` without its last two axes
        H(Y|X), between 0 and H(Y). For H(X|Y) pass the table with its last two axes swapped.

    Raises
    ------
    ValueError
        If `joint` has fewer than two dimensions, is empty, holds a negative, NaN or above-1 entry, a table
        does not sum to 1, or `base` is not positive or is 1.
    TypeError
        If `joint` or `base` is not made of real numbers.

    See Also
    --------
    entropy : H(Y), before X is known.
    mutual_information : how much knowing X saves.

    References
    ----------
    Cover, T. M. and Thomas, J. A. (2006), *Elements of Information Theory*, 2nd ed., section 2.2.

    Examples
    --------
    >>> from crossentropy import conditional_entropy
    >>> print(conditional_entropy([[0.5, 0.0], [0.25, 0.25]], base=2), "bits")
    0.5 bits
    """
    base = log_base(base)
    joint, dtype = joint_distribution("joint", joint)
    joint = at_least_float64(joint)
    p_x, lost = pair_sum(joint, -1)
    surprises = surprise(joint / p_x, base)
    # A conditional probability near 1 is rounded and its surprise loses its digits: take it from the others' odds.
    likely = 2 * joint > p_x
    surprises[likely] = (np.log1p(((p_x - joint) + lost) / joint) / nats(base, joint.dtype))[likely]
    return to_dtype(np.sum(expected(joint, surprises), axis=(-2, -1)), dtype)
