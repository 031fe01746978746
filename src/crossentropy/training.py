"""The smallest models that the chapters train, in plain NumPy.

Built in the chapters *Losses* and *Squared error*. They are made to be read: one class, a loss to choose, one way
to learn.
"""

import numpy as np

from ._checks import finite, quiet, scalar
from .activations import sigmoid
from .losses import binary_cross_entropy_with_logits_grad, binary_cross_entropy_with_logits_value_and_grad

__all__ = ["LogisticRegression", "hold_out", "sigmoid_squared_error_value_and_grad", "standardise"]


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
    held = round(scalar("share", share) * rows)
    if not 0 < held < rows:
        raise ValueError(f"share = {share} of rows = {rows} leaves one part empty")
    order = np.random.default_rng(seed).permutation(rows)
    return order[held:], order[:held]


def standardise(train, *others):
    """Shift and scale columns to mean 0 and standard deviation 1, as measured on the training rows.

    Built in the chapter *Losses*. The other tables get the same shift and scale: what is measured on
    held-out rows must not leak into the model.

    Parameters
    ----------
    train : array_like, shape (N, D)
        Training rows; no column may be constant.
    *others : array_like, shape (M, D)
        Further rows to treat alike.

    Returns
    -------
    list of numpy.ndarray
        The tables in the order given.

    Raises
    ------
    ValueError
        If an entry is not finite, or a column of `train` is constant.

    Examples
    --------
    >>> from crossentropy.training import standardise
    >>> train, test = standardise([[1.0], [3.0]], [[4.0]])
    >>> print(train.ravel(), test.ravel())
    [-1.  1.] [2.]
    """
    tables = [finite("train", train)[0], *(finite("others", table)[0] for table in others)]
    centre, spread = tables[0].mean(axis=0), tables[0].std(axis=0)
    if np.any(spread == 0):
        raise ValueError(f"train[:, {int(np.argmax(spread == 0))}] is constant, so it has no scale; leave it out")
    return [(table - centre) / spread for table in tables]


@quiet
def sigmoid_squared_error_value_and_grad(z, y):
    r"""Mean squared error of probabilities that come from log-odds, :math:`(\sigma(z)-y)^2`, and its gradient in `z`.

    Built in the chapter *Squared error*. For one event this is the Brier score, without a factor ½. The gradient
    is that of the mean, :math:`2(\sigma(z)-y)\,\sigma(z)\,\sigma(-z)/N`: written so, it keeps its digits where
    the sigmoid is so flat that 1 − σ(z) would round to 0.

    Parameters
    ----------
    z : array_like, shape (N,)
        Log-odds of class 1; infinities are taken to their limits.
    y : array_like, shape (N,)
        Targets: 0 or 1, or a probability of class 1 between them.

    Returns
    -------
    tuple of numpy scalar and numpy.ndarray, shape (N,)
        The mean loss, between 0 and 1, and its slope in each of the log-odds.

    Raises
    ------
    ValueError
        If an entry is NaN, a target lies outside [0, 1], or the shapes differ or are empty.

    References
    ----------
    Brier, G. W. (1950), "Verification of Forecasts Expressed in Terms of Probability", *Mon. Weather Rev.* 78 (1).

    Examples
    --------
    >>> from crossentropy.training import sigmoid_squared_error_value_and_grad
    >>> value, slopes = sigmoid_squared_error_value_and_grad([0.0, 0.0], [0, 1])
    >>> print(value, slopes)
    0.25 [ 0.125 -0.125]
    """
    errors = binary_cross_entropy_with_logits_grad(z, y, reduction="none")  # σ(z) − y
    return np.mean(errors**2), 2 * errors * sigmoid(z) * sigmoid(np.negative(z)) / errors.size


class LogisticRegression:
    """Probability of class 1 as the sigmoid of a weighted sum, learned by gradient descent.

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
    >>> print(f"{losses[0]:.4f} nats at first, {losses[-1]:.4f} in the end")
    0.6931 nats at first, 0.0102 in the end
    """

    def __init__(self, features, loss=binary_cross_entropy_with_logits_value_and_grad):
        self.weights = np.zeros(features)
        self.bias = 0.0
        self.loss = loss

    def scores(self, x):
        """Log-odds of class 1 for rows `x` of shape (N, D)."""
        return x @ self.weights + self.bias

    def probabilities(self, x):
        """Probabilities of class 1 for rows `x` of shape (N, D)."""
        return sigmoid(self.scores(x))

    def step(self, x, y, rate):
        """Go one step downhill and return the mean loss before it (in nats, if it is the cross-entropy)."""
        loss, slopes = self.loss(self.scores(x), y)
        self.weights = self.weights - rate * (slopes @ x)
        self.bias = self.bias - rate * slopes.sum()
        return loss

    def fit(self, x, y, *, steps, rate):
        """Take `steps` steps on rows `x` (N, D) with labels `y` (N,); return the losses before each."""
        return np.array([self.step(x, y, rate) for _ in range(steps)])
