"""Small tables that the chapters use; `README.md` beside them tells where each comes from.

Built for the chapter *Losses*.
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np

__all__ = ["BreastCancer", "load_breast_cancer"]


class BreastCancer(NamedTuple):
    """The table that `load_breast_cancer` returns."""

    features: np.ndarray  #: (569, 30) float64
    labels: np.ndarray  #: (569,) int64; 1 = malignant
    feature_names: tuple[str, ...]  #: 30 names


def load_breast_cancer():
    """Load the Breast Cancer Wisconsin (Diagnostic) data: is a tumour malignant?

    The small classification problem of the chapter *Losses*.

    Returns
    -------
    BreastCancer
        `features`, shape (569, 30), float64: measurements of cell nuclei, in the units of the source.
        `labels`, shape (569,), int64: 1 for malignant (212 rows), 0 for benign (357 rows).
        `feature_names`: the names of the 30 columns.

    Notes
    -----
    scikit-learn codes the same labels the other way round (0 for malignant, 1 for benign). Here 1 is the
    class that is rarer, costlier to miss and more surprising.

    References
    ----------
    Wolberg, W. H., Street, W. N. and Mangasarian, O. L. (1995), *Breast Cancer Wisconsin (Diagnostic)*,
    UCI Machine Learning Repository, https://doi.org/10.24432/C5DW2B. Licence: CC BY 4.0.

    Examples
    --------
    >>> from crossentropy.data import load_breast_cancer
    >>> features, labels, names = load_breast_cancer()
    >>> print(features.shape, names[0], labels.sum(), "malignant of", len(labels))
    (569, 30) mean radius 212 malignant of 569
    """
    with files(__name__).joinpath("breast_cancer.csv").open(encoding="ascii") as lines:
        names = next(lines).rstrip("\n").split(",")
        table = np.loadtxt(lines, delimiter=",")
    benign = table[:, -1].astype(np.int64)
    return BreastCancer(np.ascontiguousarray(table[:, :-1]), 1 - benign, tuple(names[:-1]))
