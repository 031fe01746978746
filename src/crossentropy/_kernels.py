"""What makes the package fast and lean with NumPy alone: the formulas of the chapters, a block at a time.

Three observations. A processor computes several times faster than main memory delivers, so numbers should be
read once and used while they are in its cache: hence blocks. NumPy's own functions run at that speed, but
`np.where`, and sums over short rows, cost several times more than an exponential: hence the detours around them.
And nearly all inputs are ordinary: so everything is computed as if it were, the results tell which rows are not, and
only those are tried another way, and at last refused or computed with care: hence quick paths.
"""

import functools
import math
from collections import namedtuple

import numpy as np

from ._digits import log1p

#: Bytes in a block: with a few intermediate results it stays in the cache. (A power of 2 would use few places of it.)
BLOCK = 500_000

#: float32 numbers that are summed in float32 before float64 takes over: at most 16 of them fall to one SIMD lane.
PIECE, DOUBLE = 256, np.dtype(np.float64)

#: Where exponentials of a dtype lost nothing, though no maximum was subtracted: a single one above `term` has all its
#: digits; beside a sum above `rest`, those that underflowed are nothing, and over one above `total`, those that lost
#: digits are too small to matter; below `high` no sum overflowed, nor does a row's part in a mean underflow.
Limits = namedtuple("Limits", "term rest total high")
LIMITS = {np.dtype(np.float32): Limits(1.2e-38, 1e-25, 1e-6, 1e25), DOUBLE: Limits(2.3e-308, 1e-280, 1e-100, 1e290)}


def at_least_float64(x):
    """Floats as float64, or as they are if they are wider; class labels as they are."""
    return x if x.dtype == np.float64 or x.dtype.kind == "i" else x.astype(np.promote_types(x.dtype, np.float64))


def row_sums(x):
    """Sums over the last axis, in float64 or wider: NumPy sums long rows fast and exactly, einsum short ones."""
    if x.ndim > 1 and x.shape[-1] < 64:
        return np.einsum("...i->...", at_least_float64(x))
    return np.add.reduce(x, axis=-1, dtype=np.promote_types(x.dtype, np.float64))


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
    tables, totals = [a if a.ndim == 1 else np.broadcast_to(a, shape).reshape(rows, columns) for a in arrays], None
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

    The formula gets blocks in float64 or wider, and returns an array for each output; one that is None is left out.
    A quick path `quick(*outs, *tables)` goes first: it fills the ordinary rows and returns the numbers of the others,
    for which `check()` is called, and then the formula. Of single numbers blocks are smaller, for longer formulas.
    """
    rest = quick(*outs, *tables) if quick else None
    if rest is not None and not rest.size:
        return
    if check:
        check()
    blocks = row_blocks(len(tables[0]) if rest is None else len(rest), math.prod(tables[0].shape[1:] or (4,)))
    for rows in blocks if rest is None else [rest[block] for block in blocks]:
        results = formula(*(at_least_float64(np.ascontiguousarray(table[rows])) for table in tables))
        for out, result in zip(outs, results, strict=True):
            if out is not None:
                out[rows] = result


# Quick paths, for `fill_in_blocks` ------------------------------------------------------------------
# Each tries an ordinary formula on a block of rows and judges by the results; `_in_ways` goes on with what is left.


def _row_extremes(of, x):
    """Largest or smallest score of each row; of short rows column by column, since NumPy takes 20 ns a row there."""
    return of.reduce(x, axis=1) if x.shape[1] >= 64 else functools.reduce(of, x.T)


def _in_ways(z, attempt, exactly=False):
    """Call `attempt(rows, x, buffer, shift)` for blocks of rows of z; return the rows that it never called well done.

    The ways: plain (x = z), less a shift, and long rows of float32 first in float32. The shift of a row is its largest
    score, rounded, from which scores not far below differ exactly (Sterbenz); `exactly` demands it of all. A block
    begins with the way that most of the last one needed. The buffer is for exponentials, 0 beyond the width of x.
    """
    count, columns = z.shape
    ways = [(DOUBLE, False), (DOUBLE, True)]
    if z.dtype == np.float32 and columns >= 64:
        ways = [(z.dtype, False), (z.dtype, True), ways[0]]
    height, buffers, missed = max(1, BLOCK // ways[0][0].itemsize // columns), {}, []
    for top in range(0, count, height):
        rows = block = slice(top, top + height)
        for way in tuple(ways):
            (dtype, shifted), x, shift = way, z[rows], None
            if dtype not in buffers:
                width = columns if dtype == DOUBLE else -(-columns // PIECE) * PIECE
                buffers[dtype] = np.zeros((min(count, height), width), dtype)
            if not x.flags.c_contiguous:  # a table turned round: to copy a block before it is turned is 5 times as fast
                x = np.ascontiguousarray(x.T).T
            x, buffer = x.astype(dtype, "C", copy=False), buffers[dtype][: len(x)]
            if shifted:
                shift = np.rint(_row_extremes(np.maximum, x))
                x = np.subtract(x, shift[:, np.newaxis], out=buffer[:, :columns])
            # All differences from a negative shift are exact; else the lowest must be, from a score of half its size.
            exact = not (exactly and shifted) or (shift <= 0) | (_row_extremes(np.minimum, x) >= -shift / 2)
            well = attempt(rows, x, buffer, shift) & exact
            done = np.count_nonzero(well)
            if way is not ways[0] and 2 * done > len(well):
                ways.sort(key=lambda other: other is not way)  # this one first
            if done == len(well):
                break
            rows = (np.arange(count)[block] if rows is block else rows)[~well]
        else:
            missed.append(rows)
    return np.concatenate(missed) if missed else np.empty(0, np.intp)


def _sums(buffer):
    """Sums of rows in float64; of float32 in pieces, which saves a third of a softmax's time."""
    in_pieces = buffer.dtype == np.float32
    return row_sums(np.einsum("ijk->ij", buffer.reshape(len(buffer), -1, PIECE)) if in_pieces else buffer)


def _one_apart(x, buffer, at, shift):
    """Exponentials with one of each row set to 0: `(e, that one, the sum of the others, do both have all digits)`."""
    e, limits = np.exp(x, out=buffer[:, : x.shape[1]]), LIMITS[buffer.dtype]
    single, e[at] = e[at].astype(np.float64), 0
    rest = _sums(buffer)
    # Scores that are much smaller than the shift did not differ from it exactly.
    floor = limits.rest if shift is None else np.maximum(limits.rest, np.exp(-np.abs(shift) / 4))
    kept = (rest > floor) & (single > np.maximum(limits.term, rest * 1e-290)) & (rest + single < limits.high)
    return e, single, rest, kept


def logsumexp_rows(out, z):
    """logsumexp of each row, as log Σ e^(z − c) + c."""

    def attempt(rows, x, buffer, shift):
        np.exp(x, out=buffer[:, : x.shape[1]])
        logs, limits = np.log(total := _sums(buffer)), LIMITS[buffer.dtype]
        out[rows] = answers = logs if shift is None else logs + shift
        kept = (total > limits.rest) & (total < limits.high)
        return kept & (np.abs(answers) >= np.maximum(2, np.abs(logs)))  # near 0, a logarithm magnifies errors

    return _in_ways(z, attempt)


def softmax_rows(out, z):
    """softmax of each row, as e^(z − c) / Σ e^(z − c)."""

    def attempt(rows, x, buffer, shift):
        e = np.exp(x, out=buffer[:, : x.shape[1]])
        total = _sums(buffer)
        out[rows] = np.divide(e, total.astype(e.dtype)[:, np.newaxis], out=e)
        return (total >= 0.5) & (total < LIMITS[e.dtype].high)

    return _in_ways(z, attempt, exactly=True)


def log_softmax_rows(out, z):
    """log_softmax of each row: less the largest score, and less that one's surprise, log(1 + Σ of the others)."""

    def attempt(rows, x, buffer, shift):
        at = np.arange(len(x)), np.argmax(x, axis=1)
        gaps = x - x[at][:, np.newaxis]
        _, single, rest, kept = _one_apart(x, buffer, at, shift)
        out[rows] = np.subtract(gaps, log1p(rest / single).astype(gaps.dtype)[:, np.newaxis], out=gaps)
        return kept

    return _in_ways(z, attempt)


def label_losses_and_slopes(losses, slopes, z, labels, weights, scale):
    """Surprises of the labels under softmax(z), times their weights, and their slopes, times the scale as well.

    The surprise of label y is log(1 + Σ e^z_j / e^z_y), j ≠ y. The label is left out of the sum, so a model that is
    confident and right keeps its tiny loss. Its slope is softmax − one-hot, at the label −rest / (1 + rest).
    """

    def attempt(rows, x, buffer, shift):
        at, weight = (np.arange(len(x)), labels[rows]), 1.0 if weights is None else weights[rows]
        e, of_label, rest, well = _one_apart(x, buffer, at, shift)
        limits, total = LIMITS[e.dtype], rest + of_label
        well &= total > limits.total
        if losses is not None:
            losses[rows] = log1p(rest / of_label) * weight
        factor = weight * scale / total
        if slopes is not None:
            e *= factor.astype(e.dtype)[:, np.newaxis]
            e[at] = -rest * factor
            slopes[rows] = e
        if weights is not None:
            well &= (factor > limits.term) & (factor < 1 / limits.term) | (weight == 0)
        return well

    return _in_ways(z, attempt, exactly=slopes is not None)


def share_losses_and_slopes(losses, slopes, z, y, shares, scale):
    """Σ share · surprise of each row, and its slopes, times the scale.

    `shares(y)` are those of a block of targets: what each label has beside what all classes have, or None and a table.
    The surprise of a class is that of the largest score, log(1 + rest), plus the gap between the two: no term is
    negative, none cancels. Its slope is p Σ share − share; at the largest score p (Σ share − share) − share (1 − p).
    """

    def attempt(rows, x, buffer, shift):
        (of_label, share), top = shares(y[rows]), (np.arange(len(x)), np.argmax(x, axis=1))
        share, gaps = share.astype(x.dtype, copy=False), x[top][:, np.newaxis] - x
        if of_label is None:
            whole, of_top, lead = row_sums(share), share[top], np.einsum("ij,ij->i", gaps, share)
        else:
            at, whole = (top[0], y[rows]), row_sums(share) + of_label
            of_top = share[top[1]] + np.where(at[1] == top[1], of_label, 0)
            lead = np.einsum("ij,j->i", gaps, share) + of_label * gaps[at]
        e, single, rest, well = _one_apart(x, buffer, top, shift)
        factor = scale / (rest + single)
        if losses is not None:
            losses[rows] = lead + whole * log1p(rest / single)
        if slopes is not None:
            e *= (factor * whole).astype(e.dtype)[:, np.newaxis]
            e -= share * e.dtype.type(scale)
            if of_label is not None:
                e[at] -= of_label * scale
            e[top] = (single * (whole - of_top) - rest * of_top) * factor
            slopes[rows] = e
        return well & (lead < np.inf) & (rest + single > LIMITS[e.dtype].total) & (factor > LIMITS[e.dtype].term)

    return _in_ways(z, attempt, exactly=slopes is not None)
