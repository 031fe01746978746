"""The data shipped with the package are scikit-learn's, number for number."""

import hashlib
import json
from importlib.resources import files

import numpy as np
import pytest
from sklearn import datasets

from crossentropy.data import load_benchmarks, load_breast_cancer, load_digits, load_peers

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


def test_digits_equal_scikit_learn():
    pixels, labels = load_digits()
    theirs = datasets.load_digits()
    assert pixels.dtype == np.float64
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(pixels * 16, theirs.data)
    np.testing.assert_array_equal(labels, theirs.target)


def test_digits_are_the_file_that_the_readme_names():
    digest = hashlib.sha256(FOLDER.joinpath("digits.csv.gz").read_bytes()).hexdigest()
    assert digest in FOLDER.joinpath("README.md").read_text(encoding="utf-8")


def test_a_peer_tells_two_calls_and_what_they_give():
    for row in load_peers().values():
        assert row.call
        assert row.ours.startswith("ce.") or "ce." in row.ours
        assert isinstance(row.gives, float)
        assert row.truth == "ValueError" or isinstance(row.truth, float)


def test_a_benchmark_tells_where_with_what_and_how_fast():
    run, recorded = load_benchmarks(), json.loads(FOLDER.joinpath("benchmarks.json").read_text(encoding="utf-8"))
    told = recorded["machine"]
    assert run.machine == f"{told['processor']}, {told['system']}, {told['date']}"
    assert run.versions == recorded["versions"]
    assert {row.peer for row in run.ratios} <= set(run.versions)
    assert [(row.peer, list(row.shape), row.ratio) for row in run.ratios] == [
        (row["peer"], row["shape"], row["ratio"]) for row in recorded["ratios"]
    ]


@pytest.mark.parametrize("name", ["breast_cancer.csv", "digits.csv.gz"])
def test_files_are_small(name):
    assert len(FOLDER.joinpath(name).read_bytes()) < 200_000


@pytest.mark.parametrize(
    "fact", ["10.24432/C5DW2B", "10.24432/C50P49", "CC BY 4.0", "BSD 3-Clause", "Wolberg", "Kaynak"]
)
def test_provenance_and_licence_are_told(fact):
    assert fact in FOLDER.joinpath("README.md").read_text(encoding="utf-8")
