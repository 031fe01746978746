"""Arithmetic that keeps its digits where the plain formula would lose them.

The formulas of the chapters call these in place of a difference, a sum or a product whose rounding error
would be magnified. Each says what it computes and why the plain way fails.
"""

import functools

import numpy as np

# φ(d) = d − log(1 + d) cancels almost completely near d = 0. With s = d / (2 + d), log(1 + d) = 2 artanh s and
# φ(d) = 2 s² (1/(1−s) − s/3 − s³/5 − s⁵/7 − …), which loses nothing. |d| < 0.4 means |s| < 1/4.
NEAR = 0.4


@functools.cache
def _series(dtype):
    """1/3, 1/5, …: 14 terms reach the last digit of float64, and 28 that of 113 bits."""
    return tuple(dtype.type(1) / (2 * k + 3) for k in range(14 if dtype == np.float64 else 28))


def phi(d):
    """d − log(1 + d) for |d| < 0.4, to full precision."""
    s = d / (2 + d)
    tail = np.zeros_like(s)
    for coefficient in reversed(_series(d.dtype)):
        tail = tail * s * s + coefficient
    return 2 * s * s * (1 / (1 - s) - s * tail)


def log1p(x):
    """log(1 + x) for x ≥ 0: NumPy's own takes five times as long as its log, where there is no AVX-512.

    What rounding 1 + x took away is divided by it and put back; twice is nothing beside it.
    """
    if x.size < 256:  # where the steps cost more than they save
        return np.log1p(x)
    u = 1 + x
    lost = u - 1
    np.subtract(x, lost, out=lost)
    lost /= u
    lost += np.log(u, out=u)
    return lost


def exp_difference(z, top, more=0):
    """exp(z − top + more). The difference is rounded, and exp would multiply that error by the gap: it is put back.

    The error of a subtraction is itself a float (TwoDiff: Knuth, *The Art of Computer Programming* 2, 4.2.2).
    """
    gap = z - top
    back = gap - z
    error = (z - (gap - back)) - (top + back)
    return np.exp(gap + more) * (1 + np.where(np.isfinite(error), error, 0))


# A sum or product of floats together with its rounding error, as a pair (T. J. Dekker, 1971, "A floating-point
# technique for extending the available precision", *Numer. Math.* 18). Near independence p(x)p(y) − p(x, y) is
# smaller than the rounding error of p(x)p(y), so the mutual information needs both.


def pair_sum(joint, axis):
    """Sums over an axis, which keeps length 1: `(sums, what rounding took from them)`."""
    total = rest = np.zeros_like(np.take(joint, 0, axis))
    for part in np.moveaxis(joint, axis, 0):
        longer = total + part
        part_of_sum = longer - total
        rest = rest + ((total - (longer - part_of_sum)) + (part - part_of_sum))
        total = longer
    return np.expand_dims(total, axis), np.expand_dims(rest, axis)


def _halves(x):
    """x as a sum of two numbers of half its bits, whose products are exact."""
    bits = np.finfo(x.dtype).nmant + 1
    scaled = x * (2.0 ** -(-bits // 2) + 1)
    high = scaled - (scaled - x)
    return high, x - high


def pair_product(x, y):
    """x·y of two pairs (number, rest): `(product, what rounding took from it)`."""
    (x, x_rest), (y, y_rest) = x, y
    (x_high, x_low), (y_high, y_low) = _halves(x), _halves(y)
    product = x * y
    error = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    return product, error + (x * y_rest + x_rest * y)
