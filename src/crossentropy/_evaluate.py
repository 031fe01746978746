"""From the formula of a loss to its answers: arguments read, then evaluated in blocks, reduced and rounded."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from ._arguments import class_target, reduction_name, same_shape, scores_or_nan, softmax_scores, to_dtype
from ._kernels import fill_in_blocks


class Batch(NamedTuple):
    """The checked arguments of a loss."""

    x: np.ndarray  # predictions, which the gradient is in: a number for each loss, or a row of them
    y: np.ndarray  # targets: of the shape of x, or a class label for each loss
    shape: tuple  # of the losses
    reduction: str
    divisor: float  # of the sum of the losses: their number for "mean", else 1
    value_dtype: np.dtype
    grad_dtype: np.dtype
    check: Callable | None = None  # refuses what reading let pass and the formula cannot use

    def table(self, array):
        """A view of an array with all losses along its first axis."""
        return array.reshape(-1, *array.shape[len(self.shape) :])


def batch_of_numbers(name, read_x, x, read_y, y, reduction):
    """Arguments of a loss for each number of x."""
    reduction = reduction_name(reduction)
    x, x_dtype = read_x(name, x)
    y, y_dtype = read_y("y", y)
    same_shape(name, x, "y", y)
    divisor = x.size if reduction == "mean" else 1
    return Batch(x, y, x.shape, reduction, divisor, np.result_type(x_dtype, y_dtype), x_dtype)


def batch_of_rows(name, read_x, x, target, reduction):
    """Arguments of a loss for each row of x, which has one number per class."""
    reduction = reduction_name(reduction)
    x, x_dtype, *_ = read_x(name, x, -1)
    y, y_dtype = class_target(target, x.shape)
    value_dtype = x_dtype if y_dtype is None else np.result_type(x_dtype, y_dtype)
    divisor = x.size // x.shape[-1] if reduction == "mean" else 1
    return Batch(x, y, x.shape[:-1], reduction, divisor, value_dtype, x_dtype)


def batch_of_logits(logits, target, reduction):
    """Arguments of a loss for each row of scores, which are not looked at: a quick path sees by its results."""
    batch = batch_of_rows("logits", scores_or_nan, logits, target, reduction)
    return batch._replace(check=partial(softmax_scores, "logits", batch.x, -1))


class _Total:
    """Takes the place of an array of losses where only their sum is wanted."""

    def __init__(self):
        self.parts = []

    def __setitem__(self, rows, losses):
        self.parts.append(np.sum(losses))

    def sum(self):
        return np.sum(self.parts)


class Loss(NamedTuple):
    """The formula of a loss and the batch to evaluate it on.

    For a block of the batch, `shared(x, y)` is a tuple of what both need, by default y alone; `cost(x, *shared)` are
    the losses, and `slope(x, *shared)` their slopes in x. `quick` is that of `fill_in_blocks`.
    """

    batch: Batch
    cost: Callable
    slope: Callable
    shared: Callable = lambda x, y: (y,)
    quick: Callable | None = None

    def value(self):
        losses = self._empty_losses()
        self._fill(losses, None)
        return self._reduced(losses)

    def grad(self):
        slopes = self._empty_slopes()
        self._fill(None, slopes)
        return slopes[()]

    def value_and_grad(self):
        losses, slopes = self._empty_losses(), self._empty_slopes()
        self._fill(losses, slopes)
        return self._reduced(losses), slopes[()]

    def _empty_losses(self):
        batch = self.batch
        # Where each number has a loss, an array of them is as large as x, and not needed for a sum.
        if batch.reduction != "none" and batch.shape == batch.x.shape:
            return _Total()
        return np.empty(batch.shape, np.promote_types(batch.x.dtype, np.float64))

    def _empty_slopes(self):
        return np.empty(self.batch.x.shape, self.batch.grad_dtype)

    def _fill(self, losses, slopes):
        """Fill the arrays of losses and of slopes; the one that is None is not wanted."""
        batch, scale = self.batch, 1 / self.batch.divisor

        def formula(x, y):
            shared = self.shared(x, y)
            cost = None if losses is None else self.cost(x, *shared)
            slope = None if slopes is None else self.slope(x, *shared) * scale
            return cost, slope

        outs = [batch.table(out) if isinstance(out, np.ndarray) else out for out in (losses, slopes)]
        fill_in_blocks(outs, formula, batch.table(batch.x), batch.table(batch.y), quick=self.quick, check=batch.check)

    def _reduced(self, losses):
        batch = self.batch
        answer = losses if batch.reduction == "none" else losses.sum() / batch.divisor
        return to_dtype(answer, batch.value_dtype)
