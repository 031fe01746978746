"""What makes the package fast and lean with NumPy alone: the formulas of the chapters, a block at a time.

Three observations. A processor computes several times faster than main memory delivers, so numbers should be
read once and be used up while they lie in its cache: hence blocks. NumPy's own functions run at that speed, but
`np.where`, and sums over short rows, cost several times more than an exponential: hence the detours around them.
And nearly all inputs are ordinary: so the ordinary case is computed at once, its result tells whether it was
ordinary, and only the rest is looked at, and refused or computed with care.
"""

import math

import numpy as np

#: Bytes in a block: with a few intermediate results it stays in the cache of one core.
BLOCK = 1 << 19

#: float32 numbers that are summed in float32 before float64 takes over: at most 16 of them fall to one SIMD lane.
PIECE = 256

#: Sums of exponentials in this range have met no overflow, and terms that underflowed are nothing beside them.
#: The ratio of two of them is a float, too.
SAFE = {np.dtype(np.float32): (1e-6, 1e25), np.dtype(np.float64): (1e-100, 1e150)}


def wide(x):
    """Floats in float64, or as they are if they are wider; labels as they are."""
    return x if x.dtype == np.float64 or x.dtype.kind == "i" else x.astype(np.promote_types(x.dtype, np.float64))


def exact_quotients(total):
    """For which sums of exponentials a quotient by them is as exact as if the largest term had been 1."""
    return (total >= 0.5) & (total < 1e150)


def row_sums(x):
    """Sums over the last axis, of narrow floats in float64.

    NumPy sums long rows pairwise, which is fast and exact. Short rows it sums at a tenth of that speed; einsum does
    not, and has no long sums to lose digits in.
    """
    if x.ndim > 1 and x.shape[-1] < 64:
        return np.einsum("...i->...", wide(x))
    return np.add.reduce(x, axis=-1, dtype=np.promote_types(x.dtype, np.float64))


def sums_of_pieces(x):
    """Sums over the last axis of float32: in float64, but for pieces of 256. It saves a third of a softmax's time."""
    return row_sums(np.einsum("...ij->...i", x.reshape(*x.shape[:-1], -1, PIECE)))


def row_blocks(rows, columns=1):
    """Slices of the rows of a table with so many columns, a block each."""
    height = max(1, BLOCK // 8 // columns)
    return [slice(top, top + height) for top in range(0, rows, height)]


def sum_terms(formula, *arrays):
    """Sums over the last axis of the terms that a formula makes of arrays, in blocks.

    The arrays broadcast. The formula gets blocks of them in float64 or wider, and returns a tuple of arrays; so does
    this.
    """
    shape = arrays[0].shape if len(arrays) == 1 else np.broadcast_shapes(*(array.shape for array in arrays))
    columns, rows = shape[-1], math.prod(shape[:-1])
    if rows * columns <= BLOCK // 8:  # a single block needs no cutting
        return tuple(row_sums(terms) for terms in formula(*(wide(array) for array in arrays)))
    # What holds for every row is not copied for each.
    tables = [a if a.ndim == 1 else np.broadcast_to(a, shape).reshape(rows, columns) for a in arrays]
    totals = None
    for down in row_blocks(rows, columns):
        for across in row_blocks(columns):
            blocks = (table[across] if table.ndim == 1 else table[down, across] for table in tables)
            sums = [row_sums(np.atleast_2d(terms)) for terms in formula(*(wide(block) for block in blocks))]
            totals = totals or [np.zeros(rows, part.dtype) for part in sums]
            for total, part in zip(totals, sums, strict=True):
                total[down] += part
    return tuple(total.reshape(shape[:-1])[()] for total in totals)


def fill(outs, formula, *tables, only=None):
    """Write into the arrays `outs` what a formula makes of the tables, a block of rows at a time.

    With `only`, an array of row numbers, just these rows. An output that is None is left out.
    """
    blocks = row_blocks(len(tables[0]) if only is None else len(only), math.prod(tables[0].shape[1:]))
    for rows in blocks if only is None else [only[block] for block in blocks]:
        for out, result in zip(outs, formula(*(wide(table[rows]) for table in tables)), strict=True):
            if out is not None:
                out[rows] = result


def each(formula, x, dtype):
    """A formula of one number, for every number of an array: an array of this dtype, or a scalar."""
    out = np.empty(x.size, dtype)
    fill([out], lambda block: [formula(block)], x.reshape(-1))
    return out.reshape(x.shape)[()]


def softmax_rows(z, out):
    """The softmax of each row of float64, written in place; returns which rows are ordinary, the others being wrong."""
    plain = np.empty(len(z), bool)
    for rows in row_blocks(*z.shape):
        e = np.exp(z[rows], out=out[rows])
        total = row_sums(e)
        e /= total[:, np.newaxis]
        plain[rows] = exact_quotients(total)
    return plain


def label_losses(z, labels, losses, slopes, scale):
    """Surprises of the labels under softmax(z), and their slopes, for the ordinary rows. Returns which rows these are.

    The surprise of label y is log(1 + Σ e^z_j / e^z_y), j ≠ y. The label is left out of the sum, so a model that is
    confident and right keeps its tiny loss; and no maximum is subtracted, since a sum in the `SAFE` range shows that
    nothing was lost without. Rows that are not ordinary, NaN and infinities among them, are left to the caller.
    Into `slopes`, if it is not None, goes (softmax − one-hot) · scale of the row, at the label as −rest / (1 + rest).
    """
    count, columns = z.shape
    low, high = SAFE[z.dtype]
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
        np.log1p(rest / of_label, out=losses[rows])
        ordinary[rows] = (np.minimum(rest, of_label) > low) & (total < high)
        if slopes is not None:
            factor = scale[rows] / total
            np.multiply(e, factor.astype(dtype)[:, np.newaxis], out=slopes[rows], casting="same_kind")
            slopes[rows][at] = -rest * factor
    return ordinary
