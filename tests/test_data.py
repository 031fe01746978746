"""The data shipped with the package are scikit-learn's, number for number, with class 1 the malignant one."""

from importlib.resources import files

import numpy as np
import pytest
from sklearn import datasets

from crossentropy.data import load_breast_cancer

FOLDER = files("crossentropy.data")


def test_breast_cancer_equals_scikit_learn():
    features, labels, names = load_breast_cancer()
    theirs = datasets.load_breast_cancer()
    assert features.dtype == np.float64
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(features, theirs.data)
    np.testing.assert_array_equal(labels == 1, theirs.target_names[theirs.target] == "malignant")
    assert names == tuple(theirs.feature_names)


def test_breast_cancer_is_fresh_at_each_call():
    load_breast_cancer().features[:] = 0
    assert load_breast_cancer().features.min(axis=0).max() > 0


def test_files_are_small():
    assert len(FOLDER.joinpath("breast_cancer.csv").read_bytes()) < 200_000


@pytest.mark.parametrize("fact", ["10.24432/C5DW2B", "CC BY 4.0", "BSD 3-Clause", "Wolberg"])
def test_provenance_and_licence_are_told(fact):
    assert fact in FOLDER.joinpath("README.md").read_text(encoding="utf-8")
