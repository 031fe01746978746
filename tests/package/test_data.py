"""The data shipped with the package are those of their sources, number for number and byte for byte."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest
from sklearn import datasets

from crossentropy import data
from crossentropy.data import load_alice, load_as_you_like_it, load_breast_cancer, load_digits, recorded

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


@pytest.mark.parametrize("name", ["alice29.txt", "asyoulik.txt", "digits.csv.gz"])
def test_a_file_is_the_one_that_the_readme_names(name):
    digest = hashlib.sha256(FOLDER.joinpath(name).read_bytes()).hexdigest()
    assert digest in FOLDER.joinpath("README.md").read_text(encoding="utf-8")


def test_alice_is_the_canterbury_file():
    alice = load_alice()
    assert isinstance(alice, bytes)
    assert len(alice) == 152_089
    assert alice.count(b"\r\n") == alice.count(b"\n") > 3000
    assert alice.endswith(b"\x1a")


def test_as_you_like_it_is_the_canterbury_file():
    play = load_as_you_like_it()
    assert isinstance(play, bytes)
    assert len(play) == 125_179
    assert b"\r" not in play
    assert b"All the world's a stage" in play


def test_what_only_the_book_needs_is_not_public():
    assert data.__all__ == [
        "BreastCancer",
        "Digits",
        "load_alice",
        "load_as_you_like_it",
        "load_breast_cancer",
        "load_digits",
    ]


def test_a_peer_tells_two_calls_and_what_they_give():
    for row in recorded("peers")["rows"]:
        assert row["call"]
        assert "ce." in row["ours"]
        assert isinstance(float(row["gives"]), float)
        assert row["truth"] == "ValueError" or isinstance(float(row["truth"]), float)
        assert row["library"] in recorded("peers")["provenance"]["versions"]


def test_a_benchmark_tells_where_with_what_and_how_fast():
    """The chapter *Losing no digits* draws the ratios of every size, format and library, won or lost."""
    run = recorded("benchmarks")
    assert all(run["provenance"]["machine"][name] for name in ("processor", "system", "date"))
    rows = [row for row in run["rows"] if row["section"] == "speed" and row["task"] == "cross_entropy"]
    keys = [(tuple(row["shape"]), row["dtype"], row["peer"]) for row in rows]
    shapes, dtypes, peers = (sorted({key[i] for key in keys}) for i in range(3))
    assert len(set(keys)) == len(keys) == len(shapes) * len(dtypes) * len(peers) == 18
    assert dtypes == ["float32", "float64"]
    assert set(run["provenance"]["versions"]) >= {"NumPy", *peers}
    assert all(0 < row["ratio"] < 100 for row in rows)


@pytest.mark.parametrize(
    "name", ["alice29.txt", "asyoulik.txt", "breast_cancer.csv", "digits.csv.gz", "benchmarks.json", "peers.json"]
)
def test_files_are_small(name):
    assert len(FOLDER.joinpath(name).read_bytes()) < 200_000


@pytest.mark.parametrize(
    "fact",
    ["10.24432/C5DW2B", "10.24432/C50P49", "CC BY 4.0", "BSD 3-Clause", "Wolberg", "Kaynak", "Carroll", "Shakespeare"],
)
def test_provenance_and_licence_are_told(fact):
    assert fact in FOLDER.joinpath("README.md").read_text(encoding="utf-8")
