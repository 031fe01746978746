"""From the formula of a loss to its answers: arguments read, then evaluated in blocks, reduced and rounded."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from ._arguments import class_target, reduction_name, same_shape, scores_or_nan, softmax_scores, to_dtype
from ._kernels import fill_in_blocks


def map_in_blocks(formula, x, dtype, *, rows=False, **paths):
    """What a formula makes of every number of an array, or of every row: an array of the same shape, or a scalar."""
    out, inner = np.empty(x.shape, dtype), x.shape[-1:] if rows else ()
    fill_in_blocks([out.reshape(-1, *inner)], lambda block: [formula(block)], x.reshape(-1, *inner), **paths)
    return out[()]


class Batch(NamedTuple):
    """The checked arguments of a loss, with all losses along the first axis."""

    x: np.ndarray  # predictions, which the gradient is in: a number for each loss, or a row of them
    y: np.ndarray  # targets: of the shape of x, or a class label for each loss
    shape: tuple  # of the losses in the answer
    reduction: str
    divisor: float  # of the sum of the losses: their number for "mean", else 1
    value_dtype: np.dtype
    grad_dtype: np.dtype
    check: Callable | None = None  # refuses what reading let pass and the formula cannot use


def batch_of_numbers(name, read_x, x, read_y, y, reduction):
    """Arguments of a loss for each number of x."""
    reduction = reduction_name(reduction)
    x, x_dtype = read_x(name, x)
    y, y_dtype = read_y("y", y)
    same_shape(name, x, "y", y)
    divisor = x.size if reduction == "mean" else 1
    return Batch(x.reshape(-1), y.reshape(-1), x.shape, reduction, divisor, np.result_type(x_dtype, y_dtype), x_dtype)


def batch_of_rows(name, read_x, x, target, reduction, check=None):
    """Arguments of a loss for each row of x, which has one number per class."""
    reduction = reduction_name(reduction)
    x, x_dtype, *_ = read_x(name, x, -1)
    y, y_dtype = class_target(target, x.shape)
    value_dtype = x_dtype if y_dtype is None else np.result_type(x_dtype, y_dtype)
    x = x.astype(np.promote_types(x.dtype, value_dtype), copy=False)  # a wider answer has all of its digits
    rows, targets = x.reshape(-1, x.shape[-1]), y.reshape(-1, *y.shape[x.ndim - 1 :])
    divisor = len(rows) if reduction == "mean" else 1
    return Batch(rows, targets, x.shape[:-1], reduction, divisor, value_dtype, x_dtype, check)


def batch_of_logits(logits, target, reduction):
    """`batch_of_rows` of scores, checked only if the formula needs them: a quick path sees by its results."""
    check = partial(softmax_scores, "logits", logits, -1)
    return batch_of_rows("logits", scores_or_nan, logits, target, reduction, check)


def _sum_over(losses, divisor):
    """Σ losses / divisor. The sum may overflow where a mean does not: there each loss is divided first."""
    total = np.add.reduce(losses)
    return total / divisor if total < np.inf else np.add.reduce(losses / divisor)


class _Total:
    """Takes the place of an array of losses where only their sum over a divisor is wanted."""

    def __init__(self, divisor):
        self.total, self.divisor = 0, divisor

    def __setitem__(self, rows, losses):
        self.total = self.total + _sum_over(losses, self.divisor)


class Loss(NamedTuple):
    """The formula of a loss and the batch to evaluate it on.

    For a block of the batch, `shared(x, y)` is a tuple of what both need, by default y alone; `cost(x, *shared)` are
    the losses, and `slope(x, *shared)` their slopes in x. `quick` is that of `fill_in_blocks`. Slopes that may overflow
    are already `divided` by the batch's divisor.
    """

    batch: Batch
    cost: Callable
    slope: Callable
    shared: Callable = lambda x, y: (y,)
    quick: Callable | None = None
    divided: bool = False

    def value(self):
        losses = self._new_losses()
        self._fill(losses, None)
        return self._reduced(losses)

    def grad(self):
        slopes = self._new_slopes()
        self._fill(None, slopes)
        return self._shaped(slopes)

    def value_and_grad(self):
        losses, slopes = self._new_losses(), self._new_slopes()
        self._fill(losses, slopes)
        return self._reduced(losses), self._shaped(slopes)

    def _fill(self, losses, slopes):
        """Fill the arrays of losses and of slopes; the one that is None is not wanted."""
        batch = self.batch

        def formula(x, y):
            shared = self.shared(x, y)
            cost = None if losses is None else self.cost(x, *shared)
            slope = None if slopes is None else self.slope(x, *shared)
            if slopes is not None and not self.divided:
                slope *= x.dtype.type(1) / batch.divisor
            return cost, slope

        fill_in_blocks([losses, slopes], formula, batch.x, batch.y, quick=self.quick, check=batch.check)

    def _new_losses(self):
        x = self.batch.x
        # Where each number has a loss, an array of them would be as large as x.
        if x.ndim == 1 and self.batch.reduction != "none":
            return _Total(self.batch.divisor)
        return np.empty(len(x), np.promote_types(x.dtype, float))

    def _new_slopes(self):
        return np.empty(self.batch.x.shape, self.batch.grad_dtype)

    def _reduced(self, losses):
        batch = self.batch
        if batch.reduction == "none":
            answer = losses.reshape(batch.shape)
        else:
            answer = losses.total if isinstance(losses, _Total) else _sum_over(losses, batch.divisor)
        return to_dtype(answer, batch.value_dtype)

    def _shaped(self, slopes):
        return slopes.reshape(self.batch.shape + slopes.shape[1:])[()]
