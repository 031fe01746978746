"""The smallest models that the chapters train, in plain NumPy.

Built in the chapter *Losses*. They are made to be read: one class, one loss, one way to learn.
"""

import numpy as np

from ._checks import finite, scalar
from .activations import sigmoid
from .losses import binary_cross_entropy_with_logits_value_and_grad

__all__ = ["LogisticRegression", "hold_out", "standardise"]


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


class LogisticRegression:
    """Probability of class 1 as the sigmoid of a weighted sum, learned by gradient descent.

    Built in the chapter *Losses*. It starts knowing nothing: all weights are 0, every probability is ½ and the
    loss is ln 2 nats.

    Parameters
    ----------
    features : int
        Number of columns D.

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

    def __init__(self, features):
        self.weights = np.zeros(features)
        self.bias = 0.0

    def scores(self, x):
        """Log-odds of class 1 for rows `x` of shape (N, D)."""
        return x @ self.weights + self.bias

    def probabilities(self, x):
        """Probabilities of class 1 for rows `x` of shape (N, D)."""
        return sigmoid(self.scores(x))

    def step(self, x, y, rate):
        """Go one step downhill and return the mean loss, in nats, before it."""
        loss, slopes = binary_cross_entropy_with_logits_value_and_grad(self.scores(x), y)
        self.weights = self.weights - rate * (slopes @ x)
        self.bias = self.bias - rate * slopes.sum()
        return loss

    def fit(self, x, y, *, steps, rate):
        """Take `steps` steps on rows `x` (N, D) with labels `y` (N,); return the losses before each."""
        return np.array([self.step(x, y, rate) for _ in range(steps)])
