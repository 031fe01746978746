"""The small models learn what they should, and refuse what they cannot use."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression as Reference

from crossentropy import binary_cross_entropy_with_logits
from crossentropy.data import load_breast_cancer
from crossentropy.training import LogisticRegression, hold_out, standardise


def test_hold_out_splits_every_row_once_and_the_same_way_each_time():
    train, test = hold_out(101, 0.3, seed=4)
    assert sorted([*train, *test]) == list(range(101))
    assert len(test) == 30
    again = hold_out(101, 0.3, seed=4)
    other = hold_out(101, 0.3, seed=5)
    assert np.array_equal(test, again[1])
    assert not np.array_equal(test, other[1])


@pytest.mark.parametrize("share", [0, 0.01, 1, 0.99, -1])
def test_hold_out_refuses_an_empty_part(share):
    with pytest.raises(ValueError, match="leaves one part empty"):
        hold_out(10, share, seed=0)


def test_standardise_measures_the_training_rows_only():
    rng = np.random.default_rng(1)
    train, test = rng.normal(3, 2, size=(50, 4)), rng.normal(9, 5, size=(20, 4))
    a, b = standardise(train, test)
    np.testing.assert_allclose(a.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(a.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(b * train.std(axis=0) + train.mean(axis=0), test)


def test_standardise_refuses_a_constant_column():
    with pytest.raises(ValueError, match=r"train\[:, 1\] is constant"):
        standardise([[1.0, 2.0], [3.0, 2.0]])


def test_standardise_refuses_what_is_not_finite():
    with pytest.raises(ValueError, match=r"others\[0, 1\] = inf"):
        standardise([[1.0, 2.0], [3.0, 4.0]], [[1.0, np.inf]])


def test_a_step_follows_the_gradient_of_the_loss():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(30, 3)), rng.integers(0, 2, size=30)
    model = LogisticRegression(3)
    model.weights, model.bias = rng.normal(size=3), 0.3
    weights, bias, h, rate = model.weights.copy(), model.bias, 1e-6, 0.1

    def loss(w, b):
        return binary_cross_entropy_with_logits(x @ w + b, y)

    slopes = [(loss(weights + h * e, bias) - loss(weights - h * e, bias)) / (2 * h) for e in np.eye(3)]
    slope = (loss(weights, bias + h) - loss(weights, bias - h)) / (2 * h)
    before = model.step(x, y, rate)
    assert before == loss(weights, bias)
    np.testing.assert_allclose((weights - model.weights) / rate, slopes, rtol=1e-6)
    np.testing.assert_allclose((bias - model.bias) / rate, slope, rtol=1e-6)


def test_it_finds_what_another_library_finds():
    features, labels, _ = load_breast_cancer()
    (x,) = standardise(features[:, :2])
    model = LogisticRegression(2)
    history = model.fit(x, labels, steps=3000, rate=1.0)
    reference = Reference(C=np.inf, tol=1e-10).fit(x, labels)
    np.testing.assert_allclose(model.weights, reference.coef_[0], rtol=1e-4)
    np.testing.assert_allclose(model.bias, reference.intercept_[0], rtol=1e-4)
    np.testing.assert_allclose(model.probabilities(x), reference.predict_proba(x)[:, 1], atol=1e-4)
    assert np.all(np.diff(history) < 1e-12)
