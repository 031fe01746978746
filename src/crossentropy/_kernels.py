"""What makes the package fast and lean with NumPy alone: the formulas of the chapters, a block at a time.

Three observations. A processor computes several times faster than main memory delivers, so numbers should be
read once and used while they are in its cache: hence blocks. NumPy's own functions run at that speed, but
`np.where`, and sums over short rows, cost several times more than an exponential: hence the detours around them.
And nearly all inputs are ordinary: so everything is computed as if it were, the results tell which rows are not, and
only those are looked at again, and refused or computed with care: hence quick paths.
"""

import functools
import math
from typing import NamedTuple

import numpy as np

from ._digits import log1p

#: Bytes in a block: with a few intermediate results it stays in the cache of one core.
BLOCK = 1 << 19

#: float32 numbers that are summed in float32 before float64 takes over: at most 16 of them fall to one SIMD lane.
PIECE = 256


class Limits(NamedTuple):
    """What exponentials of a dtype may be, and their sums, so that nothing is lost without subtracting a maximum."""

    normal: float  # the smallest number with all its digits, which a single exponential must have
    rest: float  # beside a sum above this, terms that underflowed are nothing
    total: float  # below this, the share of a term that lost digits may show in a slope
    high: float  # a sum below this did not overflow


LIMITS = {
    np.dtype(np.float32): Limits(1.2e-38, 1e-25, 1e-6, 1e35),
    np.dtype(np.float64): Limits(2.3e-308, 1e-280, 1e-100, 1e290),
}


def at_least_float64(x):
    """Floats as float64, or as they are if they are wider; class labels as they are."""
    return x if x.dtype == np.float64 or x.dtype.kind == "i" else x.astype(np.promote_types(x.dtype, np.float64))


def exact_quotients(total):
    """For which sums of exponentials a quotient by them is as exact as if the largest term had been 1."""
    return (total >= 0.5) & (total < 1e150)


def row_sums(x):
    """Sums over the last axis, in float64 or wider.

    NumPy sums long rows pairwise, which is fast and exact, but short rows at a tenth of that speed; einsum is fast
    there, and short sums lose no digits.
    """
    if x.ndim > 1 and x.shape[-1] < 64:
        return np.einsum("...i->...", at_least_float64(x))
    return np.add.reduce(x, axis=-1, dtype=np.promote_types(x.dtype, np.float64))


def sums_of_pieces(x):
    """Sums over the last axis of float32: in float64, but for pieces of 256. It saves a third of a softmax's time."""
    return row_sums(np.einsum("...ij->...i", x.reshape(*x.shape[:-1], -1, PIECE)))


def row_blocks(rows, columns=1, itemsize=8):
    """Slices that cut the rows of a table with so many columns into blocks."""
    height = max(1, BLOCK // itemsize // columns)
    return [slice(top, top + height) for top in range(0, rows, height)]


def sum_in_blocks(formula, *arrays):
    """Sums over the last axis of the terms that a formula makes of arrays, in blocks.

    The arrays broadcast. The formula gets blocks of them in float64 or wider and returns a tuple of arrays of terms;
    the answer is the tuple of their sums.
    """
    shape = arrays[0].shape if len(arrays) == 1 else np.broadcast_shapes(*(array.shape for array in arrays))
    columns, rows = shape[-1], math.prod(shape[:-1])
    if rows * columns <= BLOCK // 8:  # a single block needs no cutting
        return tuple(row_sums(terms) for terms in formula(*(at_least_float64(array) for array in arrays)))
    # What is the same for every row is not copied for each.
    tables = [a if a.ndim == 1 else np.broadcast_to(a, shape).reshape(rows, columns) for a in arrays]
    totals = None
    for down in row_blocks(rows, columns):
        for across in row_blocks(columns):
            blocks = (table[across] if table.ndim == 1 else table[down, across] for table in tables)
            sums = [row_sums(np.atleast_2d(terms)) for terms in formula(*(at_least_float64(block) for block in blocks))]
            totals = totals or [np.zeros(rows, part.dtype) for part in sums]
            for total, part in zip(totals, sums, strict=True):
                total[down] += part
    return tuple(total.reshape(shape[:-1])[()] for total in totals)


def fill_in_blocks(outs, formula, *tables, quick=None, check=None):
    """Write into the arrays `outs` what a formula makes of the tables, a block of rows at a time.

    The formula gets blocks in float64 or wider, and returns an array for each output; an output that is None is left
    out. Where there is a quick path, `quick(*outs, *tables)` goes first: it fills the ordinary rows and returns the
    numbers of the others, and the formula is for these alone. `check()` is called before the formula, if that is
    needed at all.
    """
    rest = quick(*outs, *tables) if quick else None
    if rest is not None and not rest.size:
        return
    if check:
        check()
    blocks = row_blocks(len(tables[0]) if rest is None else len(rest), math.prod(tables[0].shape[1:]))
    for rows in blocks if rest is None else [rest[block] for block in blocks]:
        results = formula(*(at_least_float64(table[rows]) for table in tables))
        for out, result in zip(outs, results, strict=True):
            if out is not None:
                out[rows] = result


def map_in_blocks(formula, x, dtype, *, rows=False, **paths):
    """What a formula makes of every number of an array, or of every row: an array of the same shape, or a scalar."""
    out, inner = np.empty(x.shape, dtype), x.shape[-1:] if rows else ()
    fill_in_blocks([out.reshape(-1, *inner)], lambda block: [formula(block)], x.reshape(-1, *inner), **paths)
    return out[()]


# Quick paths, for `fill_in_blocks` ------------------------------------------------------------------
# Each block of rows is tried in one way after another, until the results show that nothing was lost. What no way can do
# is left to the formula, NaN and infinities among it.


def _row_max(x):
    """Largest score of each row; over short rows column by column, since NumPy takes 20 ns a row there."""
    return np.max(x, axis=1) if x.shape[1] >= 64 else functools.reduce(np.maximum, x.T)


def _in_ways(z, attempt):
    """Call `attempt(rows, x, whole, shift)` for blocks of rows; return the rows that it never said were done well.

    The ways: plain (x = z), less a shift, and float32 also in float64. The shift of a row is its largest score rounded
    to a whole number: scores not far from it differ from it exactly (Sterbenz), so no digit is lost. A block begins
    with the way that most of the last one needed. `whole` is a buffer for the exponentials, a multiple of `PIECE` wide
    where they are summed in pieces, and 0 beyond them.
    """
    single, double = np.dtype(np.float32), np.dtype(np.float64)
    count, columns = z.shape
    ways = [(double, False), (double, True)]
    if z.dtype == single and columns >= 64:
        ways = [(single, False), (single, True), (double, False)]
    blocks, buffers, missed = row_blocks(count, columns, ways[0][0].itemsize), {}, []
    for block in blocks:
        rows = block
        for way in list(ways):
            dtype, shifted = way
            if dtype not in buffers:
                width = -(-columns // PIECE) * PIECE if dtype == single else columns
                buffers[dtype] = np.zeros((min(count, blocks[0].stop), width), dtype)
            x, shift = z[rows], None
            whole = buffers[dtype][: len(x)]
            if shifted:
                shift = np.rint(_row_max(x))
                x = np.subtract(x, shift[:, np.newaxis], out=whole[:, :columns], dtype=dtype)
            well = attempt(rows, x, whole, shift)
            done = np.count_nonzero(well)
            if 2 * done > len(well):
                ways.sort(key=lambda other: other != way)  # this one first
            if done == len(well):
                break
            rows = (np.arange(count)[block] if rows is block else rows)[~well]
        else:
            missed.append(rows)
    return np.concatenate(missed) if missed else np.empty(0, np.intp)


def _exp(x, whole):
    """Exponentials of x, in the buffer."""
    return np.exp(x, out=whole[:, : x.shape[1]], dtype=whole.dtype)


def _sums(e, whole):
    """Their sums, in float64."""
    return sums_of_pieces(whole) if whole.dtype == np.float32 else row_sums(e)


def _room(out, rows, e):
    """Where to write what becomes of e: into these rows of the answer, if they are a view of the same format, or e."""
    return out[rows] if isinstance(rows, slice) and out.dtype == e.dtype else e


def logsumexp_rows(out, z):
    """logsumexp of each row, as log Σ e^(z − c) + c."""

    def attempt(rows, x, whole, shift):
        logs = np.log(_sums(_exp(x, whole), whole))
        out[rows] = answers = logs if shift is None else logs + shift
        # A logarithm near 0 magnifies the errors of its argument, and one far from 0 may have met overflow.
        return (np.abs(answers) > 2) & (np.abs(answers) >= np.abs(logs)) & (np.abs(logs) < np.log(LIMITS[z.dtype].high))

    return _in_ways(z, attempt)


def softmax_rows(out, z):
    """softmax of each row, as e^(z − c) / Σ e^(z − c)."""

    def attempt(rows, x, whole, shift):
        lowest = None if shift is None else -_row_max(-x)
        e = _exp(x, whole)
        total = _sums(e, whole)
        p = np.divide(e, total.astype(e.dtype)[:, np.newaxis], out=_room(out, rows, e))
        if p is e:
            out[rows] = e
        well = (total >= 0.5) & (total < LIMITS[e.dtype].high)
        return well if shift is None else well & _exact(lowest, shift)

    return _in_ways(z, attempt)


def _exact(lowest, shift):
    """Whether even the lowest x = z − c of a row is exact."""
    return (shift <= 0) | (lowest >= -shift / 2)


def log_softmax_rows(out, z):
    """log_softmax of each row: less the largest score, and less that one's surprise, log(1 + Σ of the others)."""

    def attempt(rows, x, whole, shift):
        at = np.arange(len(x)), np.argmax(x, axis=1)
        gaps = np.subtract(x, x[at][:, np.newaxis], dtype=whole.dtype)
        e = _exp(x, whole)
        of_top = e[at].astype(np.float64)
        e[at] = 0
        rest = _sums(e, whole)
        out[rows] = np.subtract(gaps, log1p(rest / of_top).astype(e.dtype)[:, np.newaxis], out=gaps)
        return _kept(rest, of_top, e.dtype, shift)

    return _in_ways(z, attempt)


def _kept(rest, single, dtype, shift):
    """Whether a term and the sum of the others have all their digits."""
    limits = LIMITS[dtype]
    # Terms that are much smaller than the shift were not exact.
    floor = limits.rest if shift is None else np.maximum(limits.rest, np.exp(-np.abs(shift) / 4))
    return (rest > floor) & (single > np.maximum(limits.normal, rest * 1e-290)) & (rest + single < limits.high)


def label_losses_and_slopes(losses, slopes, z, labels, weights, scale):
    """Surprises of the labels under softmax(z), times their weights, and their slopes, times the scale as well.

    Without weights (None) all are 1. The surprise of label y is log(1 + Σ e^z_j / e^z_y), j ≠ y. The label is left out
    of the sum, so a model that is confident and right keeps its tiny loss. Its slope is softmax − one-hot, at the label
    −rest / (1 + rest).
    """

    def attempt(rows, x, whole, shift):
        at, weight = (np.arange(len(x)), labels[rows]), None if weights is None else weights[rows]
        e = _exp(x, whole)
        of_label = e[at].astype(np.float64)
        e[at] = 0
        rest = _sums(e, whole)
        well = _kept(rest, of_label, e.dtype, shift)
        if losses is not None:
            surprises = log1p(rest / of_label)
            losses[rows] = surprises if weight is None else surprises * weight
        total, limits = rest + of_label, LIMITS[e.dtype]
        factor = (scale if weight is None else weight * scale) / total
        unharmed = (total > limits.total) & (factor > limits.normal) & (factor < 1 / limits.normal)
        well &= unharmed if weight is None else unharmed | (weight == 0)
        if slopes is not None:
            slope = np.multiply(e, factor.astype(e.dtype)[:, np.newaxis], out=_room(slopes, rows, e))
            slope[at] = -rest * factor
            if slope is e:
                slopes[rows] = e
        return well

    return _in_ways(z, attempt)


def share_losses_and_slopes(losses, slopes, z, y, shares, scale):
    """Σ share · surprise of each row, as logsumexp(z) Σ share − Σ share · z, and its slopes, times the scale.

    `shares(y)` are those of a block of targets: a table, or for labels what each has beside what all classes have.
    """

    def attempt(rows, x, whole, shift):
        labels = y[rows]
        of_label, share = shares(labels)
        at = np.arange(len(x)), labels
        share = share.astype(x.dtype, copy=False)
        if of_label is None:
            whole_share, mean = row_sums(share), np.einsum("ij,ij->i", x, share).astype(np.float64)
        else:
            whole_share = np.add.reduce(share, dtype=np.float64) + of_label
            mean = np.einsum("ij,j->i", x, share) + of_label * x[at]
        e = _exp(x, whole)
        total = _sums(e, whole)
        logs = whole_share * np.log(total)
        answers = logs - mean
        limits = LIMITS[e.dtype]
        # Judged by the result: at most two digits in base 2 were cancelled.
        well = (4 * answers >= np.abs(logs) + np.abs(mean)) & (total > limits.total) & (total < limits.high)
        factor = scale / total
        squares = np.einsum("ij,ij->i", e, e)  # if one class has nearly all, its slope needs 1 − p
        well &= (factor > limits.normal) & (squares < 0.7 * total**2)
        if losses is not None:
            losses[rows] = answers
        if slopes is not None:
            size = (factor * whole_share).astype(e.dtype)[:, np.newaxis]
            slope = np.multiply(e, size, out=_room(slopes, rows, e))
            slope -= share * e.dtype.type(scale)
            if of_label is not None:
                slope[at] -= of_label * scale
            if slope is e:
                slopes[rows] = e
        return well

    return _in_ways(z, attempt)
