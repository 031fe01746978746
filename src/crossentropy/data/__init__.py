"""Small tables and texts that the chapters use; `README.md` beside them tells where each comes from.

Used in the chapters *Entropy*, *Losses*, *Training*, and those on codes and language models.
"""

import gzip
import json
from importlib.resources import files
from typing import NamedTuple

import numpy as np

__all__ = ["BreastCancer", "Digits", "load_alice", "load_as_you_like_it", "load_breast_cancer", "load_digits"]


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


class Digits(NamedTuple):
    """The table that `load_digits` returns."""

    pixels: np.ndarray  #: (1797, 64) float64, from 0 (paper) to 1 (ink); `.reshape(-1, 8, 8)` for images
    labels: np.ndarray  #: (1797,) int64; the digit that was written, 0..9


def load_digits():
    """Load 1,797 handwritten digits, each an image of 8 by 8 pixels.

    The many-class problem of the chapter *Training*.

    Returns
    -------
    Digits
        `pixels`, shape (1797, 64), float64: the share of ink in each pixel, row by row from the top left.
        `labels`, shape (1797,), int64: the digit that was written.

    Notes
    -----
    The source counts inked dots in blocks of 4 by 4, from 0 to 16; here they are divided by 16. Thirteen people
    wrote these digits, and a row does not say who: rows held out at random come from the same hands as the others.

    References
    ----------
    Alpaydin, E. and Kaynak, C. (1998), *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
    https://doi.org/10.24432/C50P49. Licence: CC BY 4.0.

    Examples
    --------
    >>> from crossentropy.data import load_digits
    >>> pixels, labels = load_digits()
    >>> print(pixels.shape, labels[:5], f"{pixels.mean():.2f} of the paper is ink")
    (1797, 64) [0 1 2 3 4] 0.31 of the paper is ink
    """
    packed = files(__name__).joinpath("digits.csv.gz").read_bytes()
    table = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), delimiter=",")
    return Digits(table[:, :-1] / 16, table[:, -1].astype(np.int64))


def load_alice():
    """Load the text of *Alice's Adventures in Wonderland*, 152,089 bytes.

    The book that the chapters *Entropy* and those on codes and language models measure and compress.

    Returns
    -------
    bytes
        The file `alice29.txt` of the Canterbury corpus: ASCII, lines that end in CR and LF, and a last byte 0x1a.

    References
    ----------
    Carroll, L. (1865), *Alice's Adventures in Wonderland*, in the public domain. Arnold, R. and Bell, T. (1997),
    "A corpus for the evaluation of lossless compression algorithms", *Data Compression Conference*, 201–210.

    Examples
    --------
    >>> from crossentropy.data import load_alice
    >>> alice = load_alice()
    >>> print(len(alice), alice[253:283].decode())
    152089 Alice was beginning to get ver
    """
    return files(__name__).joinpath("alice29.txt").read_bytes()


def load_as_you_like_it():
    """Load the text of *As You Like It*, 125,179 bytes.

    A second author, for the chapters on codes and language models.

    Returns
    -------
    bytes
        The file `asyoulik.txt` of the Canterbury corpus: ASCII, lines that end in LF.

    References
    ----------
    Shakespeare, W., *As You Like It*, in the public domain. Arnold, R. and Bell, T. (1997), "A corpus for the
    evaluation of lossless compression algorithms", *Data Compression Conference*, 201–210.

    Examples
    --------
    >>> from crossentropy.data import load_as_you_like_it
    >>> play = load_as_you_like_it()
    >>> print(len(play), play[1:15].decode())
    125179 AS YOU LIKE IT
    """
    return files(__name__).joinpath("asyoulik.txt").read_bytes()


def recorded(name):
    """The record "attention", "benchmarks", "fixed-places" or "peers", for the book's own chapters."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
