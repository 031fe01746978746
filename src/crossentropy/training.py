"""The smallest models that the chapters train, in plain NumPy.

Built in the chapters *Losses*, *Squared error* and *Training*. They are meant to be read: a class for each model, with
its scores, its loss and its gradients, and one way to train it.
"""

import contextlib
import copy
import operator
import sys
import time

import numpy as np

from ._arguments import (
    at_least_zero,
    class_target,
    count,
    fraction,
    integer_labels,
    no_float_warnings,
    number_array,
    offers,
    scalar,
    table,
)
from .activations import sigmoid, softmax
from .losses import (
    binary_cross_entropy_with_logits_value_and_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_value_and_grad,
)

__all__ = [
    "SGD",
    "LogisticRegression",
    "OneHiddenLayer",
    "SoftmaxRegression",
    "fit",
    "hold_out",
    "standardise",
]


def hold_out(rows, share, *, seed):
    """Split row numbers at random into two parts: to train on, and to test on.

    Built in the chapter *Losses*.

    Parameters
    ----------
    rows : int
        Number of rows, at least 2.
    share : float
        Share of the rows to hold out, strictly between 0 and 1.
    seed : int
        Seed of the random order; the same seed gives the same split.

    Returns
    -------
    tuple of numpy.ndarray of int
        Row numbers to train on and row numbers held out; neither is empty.

    Raises
    ------
    ValueError
        If one of the parts would be empty.

    Examples
    --------
    >>> from crossentropy.training import hold_out
    >>> train, test = hold_out(10, 0.3, seed=0)
    >>> print(len(train), len(test), sorted({*train, *test}) == list(range(10)))
    7 3 True
    """
    rows, part = count("rows", rows), scalar("share", share)
    if not abs(part) < 1e15:  # NaN, infinite, or too large to count rows with
        raise ValueError(f"share = {share} is not a number between 0 and 1")
    if rows >= 2**63:
        raise ValueError("rows is at least 2**63, and no array has as many")
    held = round(part * rows)
    if not 0 < held < rows:
        raise ValueError(f"share = {share} of rows = {rows} leaves one part empty")
    order = _generator(seed).permutation(rows)
    return order[held:], order[:held]


def _generator(seed):
    """A source of random numbers that depends on the seed alone."""
    return np.random.default_rng(count("seed", seed, least=0))


@no_float_warnings
def standardise(train, *others):
    """Shift and scale columns to mean 0 and standard deviation 1, as measured on the training rows.

    Built in the chapter *Losses*. The other tables get the same shift and scale: nothing measured on
    held-out rows may leak into the model. A column far from 0, such as times in seconds since 1970, keeps only the
    digits that its floats have behind its mean: subtract a whole number first.

    Parameters
    ----------
    train : array_like, shape (N, D)
        Training rows; no column may be constant.
    *others : array_like, shape (M, D)
        Further rows to shift and scale in the same way.

    Returns
    -------
    list of numpy.ndarray
        The tables in the order given.

    Raises
    ------
    ValueError
        If an entry is not finite, a column of `train` is constant, or the tables do not have the same columns.

    Examples
    --------
    >>> from crossentropy.training import standardise
    >>> train, test = standardise([[1.0], [3.0]], [[4.0]])
    >>> print(train.ravel(), test.ravel())
    [-1.  1.] [2.]
    """
    train = table("train", train)
    names = ["others"] if len(others) == 1 else [f"others[{i}]" for i in range(len(others))]
    others = [table(name, other, train.shape[1]) for name, other in zip(names, others, strict=True)]
    constant = train.min(axis=0) == train.max(axis=0)  # their standard deviation may be a rounding error instead of 0
    if np.any(constant):
        raise ValueError(f"train[:, {int(np.argmax(constant))}] is constant, so it has no scale; leave it out")
    # In units of about its largest entry, a power of 2, no square of a column overflows or vanishes.
    _, exponents = np.frexp(np.max(np.abs(train), axis=0))
    train, *others = (np.ldexp(x, -exponents - 1) for x in (train, *others))
    centre, spread = train.mean(axis=0), train.std(axis=0)
    return [(x - centre) / spread for x in (train, *others)]


class LogisticRegression:
    """One neuron: the probability of class 1 as the sigmoid of a weighted sum, learned by gradient descent.

    Built in the chapter *Losses*; the choice of a loss in *Squared error*. It starts knowing nothing: all weights
    are 0, every probability is ½, and the cross-entropy is ln 2 nats.

    Parameters
    ----------
    features : int
        Number of columns D.
    loss : callable, optional
        Takes log-odds and targets, both of shape (N,), and returns the mean loss and its gradient in the log-odds.

    Attributes
    ----------
    weights : numpy.ndarray, shape (D,)
        What each column adds to the log-odds.
    bias : float
        Log-odds where every column is 0.

    Examples
    --------
    >>> import numpy as np
    >>> from crossentropy.training import LogisticRegression
    >>> model = LogisticRegression(1)
    >>> losses = model.fit(np.array([[-1.0], [1.0]]), np.array([0, 1]), steps=100, rate=1.0)
    >>> print(f"{losses[0]:.4f} nats at first, {losses[-1]:.4f} at the end")
    0.6931 nats at first, 0.0102 at the end
    """

    def __init__(self, features, loss=binary_cross_entropy_with_logits_value_and_grad):
        self.weights = np.zeros(count("features", features))
        self.bias = 0.0
        self.loss = loss

    @no_float_warnings
    def scores(self, x):
        """Log-odds of class 1 for rows `x` of shape (N, D)."""
        return _usable(self._scores(table("x", x, len(self.weights))))

    def _scores(self, x):
        return x @ self.weights + self.bias

    def probabilities(self, x):
        """Probabilities of class 1 for rows `x` of shape (N, D)."""
        return sigmoid(self.scores(x))

    def step(self, x, y, rate):
        """Take one step downhill and return the mean loss before it (in nats, if it is the cross-entropy)."""
        x, rate = table("x", x, len(self.weights)), at_least_zero("rate", rate)
        with _watch_for_divergence():
            loss = self._step(x, y, rate)
            _all_finite([self.weights, self.bias])
        return loss

    def _step(self, x, y, rate):
        scores = self._scores(x)
        try:
            loss, slopes = self.loss(scores, y)
        except (ValueError, TypeError):
            if (shape := number_array("y", y).shape) != (len(x),):
                raise ValueError(f"y has shape {shape}, expected ({len(x)},), one target a row") from None
            _usable(scores)
            raise
        self.weights = self.weights - rate * (slopes @ x)
        self.bias = self.bias - rate * slopes.sum()
        return loss

    def fit(self, x, y, *, steps, rate):
        """Take `steps` steps on rows `x` (N, D) with labels `y` (N,); return the loss before each."""
        x, rate = table("x", x, len(self.weights)), at_least_zero("rate", rate)
        with _watch_for_divergence():
            losses = np.array([self._step(x, y, rate) for _ in range(count("steps", steps, least=0))])
            _all_finite([self.weights, self.bias])
        return losses


class _Overflow(ValueError):
    """Parameters or scores that are no longer finite."""


def _usable(scores):
    """The scores, unless one is infinite or NaN: for finite rows, that comes from parameters that are far too large."""
    if not np.all(np.isfinite(scores)):
        raise _Overflow("a score is beyond the range of floats; the parameters or the entries of x are too large")
    return scores


def _all_finite(parameters):
    if not all(np.all(np.isfinite(parameter)) for parameter in parameters):
        raise _Overflow("a parameter is beyond the range of floats")


@contextlib.contextmanager
def _watch_for_divergence(when=""):
    """Say what scores that overflow mean in training."""
    try:
        with np.errstate(all="ignore"):
            yield
    except _Overflow as error:
        raise ValueError(f"training diverged{when}: {error}; lower the rate, or standardise x") from None


class _Classifier:
    """What a model of K classes can do, given its `parameters` and its `scores`."""

    def probabilities(self, x):
        """Probabilities of the classes for rows `x` of shape (N, D): shape (N, K)."""
        return softmax(self.scores(x))

    def loss(self, x, labels):
        """Mean cross-entropy on rows `x` with labels 0..K−1, in nats."""
        return _of_labels(softmax_cross_entropy, self.scores(x), labels)


def _of_labels(loss, scores, labels):
    """A loss of scores and labels; what it refuses is told in the words of the caller, who knows no targets."""
    try:
        return loss(scores, labels)
    except (ValueError, TypeError):
        class_target(integer_labels("labels", labels, len(scores)), scores.shape, "labels")
        _usable(scores)
        raise


class SoftmaxRegression(_Classifier):
    """Probabilities of K classes as the softmax of weighted sums.

    Built in the chapter *Training*. It starts knowing nothing: all weights are 0, every class has probability
    1/K, and the cross-entropy is ln K nats. Its loss is convex, so nothing is lost by starting there.

    Parameters
    ----------
    features : int
        Number of columns D.
    classes : int
        Number of classes K.

    Attributes
    ----------
    parameters : list of numpy.ndarray
        Weights, shape (D, K), and biases, shape (K,).

    Examples
    --------
    >>> import numpy as np
    >>> from crossentropy.training import SoftmaxRegression
    >>> model = SoftmaxRegression(features=64, classes=10)
    >>> print(f"{model.loss(np.ones((1, 64)), [3]):.4f} nats = ln 10")
    2.3026 nats = ln 10
    """

    def __init__(self, features, classes):
        self.parameters = [np.zeros((count("features", features), count("classes", classes))), np.zeros(classes)]

    @no_float_warnings
    def scores(self, x):
        """Scores (logits) of the classes for rows `x` of shape (N, D): shape (N, K)."""
        weights, biases = self.parameters
        return _usable(table("x", x, len(weights)) @ weights + biases)

    @no_float_warnings
    def loss_and_gradients(self, x, labels):
        """Mean cross-entropy in nats, and its gradient in each of the `parameters`."""
        weights, biases = self.parameters
        x = table("x", x, len(weights))
        loss, slopes = _of_labels(softmax_cross_entropy_value_and_grad, x @ weights + biases, labels)
        return loss, [x.T @ slopes, slopes.sum(axis=0)]


class OneHiddenLayer(_Classifier):
    """Softmax regression on features that are learned too: weighted sums of the columns, cut off at 0.

    Built in the chapter *Training*. The inner weights are drawn at random, so that no two hidden units are alike;
    the outer ones start at 0, so that every class has probability 1/K at first.

    Parameters
    ----------
    features : int
        Number of columns D.
    hidden : int
        Number of hidden units H.
    classes : int
        Number of classes K.
    seed : int
        Seed of the inner weights, which have variance 2/D.
    loss : callable, optional
        What to train on: takes logits (N, K) and labels (N,), returns the mean loss and its gradient in the logits.

    Attributes
    ----------
    parameters : list of numpy.ndarray
        Inner weights (D, H), inner biases (H,), outer weights (H, K), outer biases (K,).

    References
    ----------
    Rumelhart, D. E., Hinton, G. E. and Williams, R. J. (1986), "Learning Representations by Back-propagating
    Errors", *Nature* 323; He, K. et al. (2015), "Delving Deep into Rectifiers", section 2.2, for the variance.

    Examples
    --------
    >>> import numpy as np
    >>> from crossentropy.training import OneHiddenLayer
    >>> model = OneHiddenLayer(features=64, hidden=32, classes=10, seed=0)
    >>> print(f"{model.loss(np.ones((1, 64)), [3]):.4f} nats = ln 10")
    2.3026 nats = ln 10
    """

    def __init__(self, features, hidden, classes, *, seed, loss=softmax_cross_entropy_value_and_grad):
        self._loss_and_slopes = loss
        shape = count("features", features), count("hidden", hidden)
        inner = _generator(seed).normal(0, np.sqrt(2 / features), shape)
        self.parameters = [inner, np.zeros(hidden), np.zeros((hidden, count("classes", classes))), np.zeros(classes)]

    @no_float_warnings
    def hidden(self, x):
        """Values of the hidden units for rows `x` of shape (N, D): shape (N, H), none negative."""
        inner, inner_biases, _, _ = self.parameters
        return np.maximum(table("x", x, len(inner)) @ inner + inner_biases, 0)

    @no_float_warnings
    def scores(self, x):
        """Scores (logits) of the classes for rows `x` of shape (N, D): shape (N, K)."""
        _, _, outer, outer_biases = self.parameters
        return _usable(self.hidden(x) @ outer + outer_biases)

    @no_float_warnings
    def loss_and_gradients(self, x, labels):
        """Mean of the loss that it trains on, and its gradient in each of the `parameters`."""
        inner, _, outer, outer_biases = self.parameters
        x = table("x", x, len(inner))
        hidden = self.hidden(x)
        loss, slopes = _of_labels(self._loss_and_slopes, hidden @ outer + outer_biases, labels)
        inner_slopes = (slopes @ outer.T) * (hidden > 0)  # where a unit is cut off, nothing flows back
        return loss, [x.T @ inner_slopes, inner_slopes.sum(axis=0), hidden.T @ slopes, slopes.sum(axis=0)]


class SGD:
    """Gradient descent, with momentum if asked for: v ← μv + gradient, then parameter ← parameter − rate·v.

    Built in the chapter *Training*. It is stochastic when each gradient comes from a few rows, as in `fit`. It keeps
    the velocities from one update to the next, so each model needs an optimiser of its own.

    Parameters
    ----------
    rate : float
        Learning rate, finite and at least 0: parameter units per unit of gradient.
    momentum : float, optional
        μ, at least 0 and below 1: the share of the last velocity that is kept.

    References
    ----------
    Polyak, B. T. (1964), "Some Methods of Speeding Up the Convergence of Iteration Methods",
    *USSR Comput. Math. Math. Phys.* 4 (5), for the momentum.

    Examples
    --------
    >>> import numpy as np
    >>> from crossentropy.training import SGD
    >>> parameter, optimiser = np.array([1.0]), SGD(rate=0.5, momentum=0.5)
    >>> for _ in range(2):
    ...     optimiser.update([parameter], [np.array([1.0])])
    >>> print(parameter)
    [-0.25]
    """

    def __init__(self, rate, momentum=0.0):
        self.rate, self.momentum = at_least_zero("rate", rate), fraction("momentum", momentum)
        if self.momentum == 1:
            raise ValueError("momentum = 1 never forgets, so the steps grow without end; expected less than 1")
        self.parameters = self.velocities = None

    def update(self, parameters, gradients):
        """Change the parameters in place, one step downhill; there must be as many gradients, of the same shapes."""
        if self.parameters is None:
            for i, parameter in enumerate(parameters):
                if not isinstance(parameter, np.ndarray) or parameter.dtype.kind not in "biuf":
                    what = getattr(parameter, "dtype", type(parameter).__name__)
                    raise TypeError(f"parameters[{i}] is of type {what}, expected an array of floats")
            if not all(parameter.dtype.kind == "f" for parameter in parameters):
                raise TypeError("parameters hold whole numbers, expected floats, since a step changes them in place")
            self.velocities = [np.zeros_like(parameter) for parameter in parameters]
            self.parameters = list(parameters)
        elif len(parameters) != len(self.parameters) or any(map(operator.is_not, parameters, self.parameters)):
            raise ValueError("parameters are others than at the last update; make a new optimiser for each model")
        shapes = [velocity.shape for velocity in self.velocities]
        gradients = [number_array(f"gradients[{i}]", gradient) for i, gradient in enumerate(gradients)]
        if (given := [*map(np.shape, gradients)]) != shapes:
            raise ValueError(f"gradients have shapes {given}, expected {shapes}, those of the parameters")
        for parameter, gradient, velocity in zip(parameters, gradients, self.velocities, strict=True):
            velocity *= self.momentum
            velocity += gradient
            parameter -= self.rate * velocity


def fit(model, optimiser, x, labels, *, epochs, batch, seed, watch=None):
    """Train a model: in each epoch go through all rows once, in a new random order, one step per batch.

    Built in the chapter *Training*. On a terminal a bar shows how far it is, if it takes longer than two seconds.

    Parameters
    ----------
    model : SoftmaxRegression or OneHiddenLayer
        Anything with `parameters`, `loss` and `loss_and_gradients`. It is changed in place.
    optimiser : SGD
        Anything with `update`.
    x : array_like, shape (N, D)
        Rows to train on.
    labels : array_like of int, shape (N,)
        Their classes, 0..K−1.
    epochs : int
        How often to go through all rows, at least 1.
    batch : int
        Rows in a step, at least 1; the last step of an epoch takes those that are left.
    seed : int
        Seed of the random orders.
    watch : callable, optional
        Takes the model and returns what to record, an array or numbers, of which a copy is kept. The mean loss on
        `x` if not given.

    Returns
    -------
    numpy.ndarray, shape (epochs + 1, ...)
        What was recorded before the first epoch and after each.

    Raises
    ------
    ValueError
        If `x` is not a table of finite numbers, `labels` does not have one class per row, or `epochs` or `batch` is
        below 1; also if training diverges so far that a score or a parameter is no longer a finite number.
    TypeError
        If labels are not integers, or `model` or `optimiser` lacks what it needs.

    References
    ----------
    Robbins, H. and Monro, S. (1951), "A Stochastic Approximation Method", *Ann. Math. Stat.* 22 (3).

    Examples
    --------
    >>> from crossentropy.training import SGD, SoftmaxRegression, fit
    >>> model = SoftmaxRegression(features=1, classes=2)
    >>> losses = fit(model, SGD(rate=1.0), [[-1.0], [1.0]], [0, 1], epochs=10, batch=2, seed=0)
    >>> print(f"{losses[0]:.4f} nats at first, {losses[-1]:.4f} at the end")
    0.6931 nats at first, 0.0474 at the end
    """
    offers("model", model, "parameters", "loss", "loss_and_gradients")
    offers("optimiser", optimiser, "update")
    x = table("x", x)
    labels = integer_labels("labels", labels, len(x))
    epochs, batch, rng = count("epochs", epochs), count("batch", batch), _generator(seed)
    if watch is not None and not callable(watch):
        raise TypeError(f"watch = {watch!r} is not a function of the model")
    model.loss(x, labels)  # what the model cannot use it refuses here, in the caller's order of rows
    watch = watch or (lambda model: model.loss(x, labels))
    record = [_snapshot(watch(model))]
    for epoch in _progress(epochs):
        order = rng.permutation(len(x))
        with _watch_for_divergence(f" in epoch {epoch + 1}"):
            for rows in np.split(order, range(batch, len(x), batch)):
                _, gradients = model.loss_and_gradients(x[rows], labels[rows])
                optimiser.update(model.parameters, gradients)
            _all_finite(model.parameters)
            record.append(_snapshot(watch(model)))
            if record[-1].shape != record[0].shape:
                raise ValueError(f"watch returned shape {record[-1].shape}, and {record[0].shape} at first")
    return np.array([entry[()] for entry in record])


def _snapshot(recorded):
    """A copy of what `watch` returned: training changes the model's own arrays."""
    try:
        return np.array(copy.deepcopy(recorded))
    except ValueError:
        raise ValueError("watch returns arrays of different shapes; expected one array, or numbers") from None


def _progress(steps, patience=2.0, width=40):
    """The numbers 0..steps−1, with a bar after `patience` seconds: on a terminal only, to keep saved outputs clean."""
    start = time.monotonic()
    for done in range(steps):
        yield done
        if sys.stderr.isatty() and time.monotonic() - start > patience:
            bar = "#" * (width * (done + 1) // steps)
            end = "\n" if done + 1 == steps else ""
            print(f"\r[{bar:<{width}}] {done + 1}/{steps}", end=end, file=sys.stderr, flush=True)
