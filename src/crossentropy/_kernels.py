"""What makes the package fast and lean with NumPy alone: the formulas of the chapters, a block at a time.

Three observations. A processor computes several times faster than main memory delivers, so numbers should be
read once and used while they are in its cache: hence blocks. NumPy's own functions run at that speed, but
`np.where`, and sums over short rows, cost several times more than an exponential: hence the detours around them.
And nearly all inputs are ordinary: so everything is computed as if it were, the results tell which rows are not, and
only those are looked at again, and refused or computed with care: hence quick paths.
"""

import math

import numpy as np

#: Bytes in a block: with a few intermediate results it stays in the cache of one core.
BLOCK = 1 << 19

#: float32 numbers that are summed in float32 before float64 takes over: at most 16 of them fall to one SIMD lane.
PIECE = 256

#: Sums of exponentials in this range, by dtype: nothing overflowed, and terms that underflowed are nothing beside them.
#: The ratio of two such sums does not overflow either, nor does the quotient of an ordinary weight.
NO_OVERFLOW = {np.dtype(np.float32): (1e-6, 1e25), np.dtype(np.float64): (1e-100, 1e150)}


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


def row_blocks(rows, columns=1):
    """Slices that cut the rows of a table with so many columns into blocks."""
    height = max(1, BLOCK // 8 // columns)
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


def logsumexp_rows(out, z):
    """logsumexp of each row, where it can do without taking the largest score out of the sum."""
    out[:] = np.log(sum_in_blocks(lambda z: [np.exp(z)], z)[0])
    # A logarithm near 0 magnifies the errors of its argument, and one far from 0 may have met overflow.
    return np.flatnonzero(~((np.abs(out) > 2) & (np.abs(out) < 500)))


def softmax_rows(out, z):
    """softmax of each row of float64, where it can do without subtracting the largest score."""
    ordinary = np.empty(len(z), bool)
    for rows in row_blocks(*z.shape):
        e = np.exp(z[rows], out=out[rows])
        total = row_sums(e)
        e /= total[:, np.newaxis]
        ordinary[rows] = exact_quotients(total)
    return np.flatnonzero(~ordinary)


def label_losses_and_slopes(losses, slopes, z, labels, weights, scale):
    """Surprises of the labels under softmax(z), times their weights, and their slopes, times the scale as well.

    Without weights (None) all are 1. The surprise of label y is log(1 + Σ e^z_j / e^z_y), j ≠ y. The label is left out
    of the sum, so a model that is confident and right keeps its tiny loss; and no maximum is subtracted, since a sum in
    the `NO_OVERFLOW` range shows that nothing was lost without. Its slope is softmax − one-hot, at the label
    −rest / (1 + rest). Rows that are not ordinary, NaN and infinities among them, are left to the formula.
    """
    count, columns = z.shape
    low, high = NO_OVERFLOW[z.dtype]
    # Short rows of float32 are summed in float64, and there it is quicker to start with it.
    dtype = np.dtype(np.float64) if columns < 64 else z.dtype
    height = max(1, min(count, BLOCK // dtype.itemsize // columns))
    piece = PIECE if dtype == np.float32 else 1
    padded = np.zeros((height, -(-columns // piece) * piece), dtype)
    ordinary = np.empty(count, bool)
    for top in range(0, count, height):
        rows = slice(top, top + height)
        pieces = padded[: len(labels[rows])]
        e, at = pieces[:, :columns], (np.arange(len(pieces)), labels[rows])
        np.exp(z[rows], out=e, dtype=dtype)
        of_label = e[at].astype(np.float64)
        e[at] = 0
        rest = sums_of_pieces(pieces) if dtype == np.float32 else row_sums(e)
        total = rest + of_label
        ordinary[rows] = (np.minimum(rest, of_label) > low) & (total < high)
        if losses is not None:
            losses[rows] = np.log1p(rest / of_label)
            if weights is not None:
                losses[rows] *= weights[rows]
        if slopes is not None:
            factor = (scale if weights is None else weights[rows] * scale) / total
            if weights is not None:
                ordinary[rows] &= (factor > low**2) & (factor < high) | (weights[rows] == 0)
            np.multiply(e, factor.astype(dtype)[:, np.newaxis], out=slopes[rows], casting="same_kind")
            slopes[rows][at] = -rest * factor
    return np.flatnonzero(~ordinary)
