"""The small models learn what they should, and refuse what they cannot use."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression as Reference

from crossentropy import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_value_and_grad,
    sigmoid,
    squared_error,
)
from crossentropy.data import load_breast_cancer
from crossentropy.training import (
    LogisticRegression,
    hold_out,
    sigmoid_squared_error_value_and_grad,
    standardise,
)
from strategies import mp


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


LOSSES = {
    "cross-entropy": binary_cross_entropy_with_logits_value_and_grad,
    "squared error": sigmoid_squared_error_value_and_grad,
}


@pytest.mark.parametrize("function", LOSSES.values(), ids=LOSSES)
def test_a_step_follows_the_gradient_of_the_loss(function):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(30, 3)), rng.integers(0, 2, size=30)
    model = LogisticRegression(3, function)
    model.weights, model.bias = rng.normal(size=3), 0.3
    weights, bias, h, rate = model.weights.copy(), model.bias, 1e-6, 0.1

    def loss(w, b):
        return function(x @ w + b, y)[0]

    slopes = [(loss(weights + h * e, bias) - loss(weights - h * e, bias)) / (2 * h) for e in np.eye(3)]
    slope = (loss(weights, bias + h) - loss(weights, bias - h)) / (2 * h)
    before = model.step(x, y, rate)
    assert before == loss(weights, bias)
    np.testing.assert_allclose((weights - model.weights) / rate, slopes, rtol=1e-6)
    np.testing.assert_allclose((bias - model.bias) / rate, slope, rtol=1e-6)


def test_cross_entropy_is_the_loss_unless_another_is_asked_for():
    x, y = np.array([[-1.0], [1.0], [2.0]]), np.array([0, 1, 0])
    histories = [LogisticRegression(1, *loss).fit(x, y, steps=5, rate=1.0) for loss in ((), (LOSSES["cross-entropy"],))]
    np.testing.assert_array_equal(*histories)
    assert histories[0][0] == binary_cross_entropy_with_logits(np.zeros(3), y)


def test_squared_error_of_scores_is_that_of_their_probabilities():
    z, y = np.array([-3.0, 0.5, 2.0, 7.0]), np.array([0, 1, 0.3, 1])
    value, slopes = sigmoid_squared_error_value_and_grad(z, y)
    assert value == pytest.approx(squared_error(sigmoid(z), y), rel=1e-14)
    h = 1e-5
    for row, slope in zip(np.eye(4), slopes, strict=True):
        ends = [squared_error(sigmoid(z + sign * h * row), y) for sign in (1, -1)]
        assert slope == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7)


@pytest.mark.parametrize("z", [-700.0, -40.0, -1.0, 0.0, 3.0, 40.0, 700.0])
@pytest.mark.parametrize("y", [0, 1])
def test_squared_error_of_scores_keeps_its_digits_on_the_flat_ends(z, y):
    with np.errstate(all="raise"):
        value, slopes = sigmoid_squared_error_value_and_grad([z], [y])
    p, rest = 1 / (1 + mp.exp(-mp.mpf(z))), 1 / (1 + mp.exp(mp.mpf(z)))
    error = -rest if y else p
    assert value == pytest.approx(float(error**2), rel=1e-14)
    assert slopes[0] == pytest.approx(float(2 * error * p * rest), rel=1e-14)


def test_squared_error_of_scores_at_infinity():
    value, slopes = sigmoid_squared_error_value_and_grad([np.inf, -np.inf, np.inf, -np.inf], [1, 0, 0, 1])
    assert value == 0.5
    np.testing.assert_array_equal(slopes, 0)


@pytest.mark.parametrize(("z", "y"), [([0.0], [2]), ([np.nan], [0]), ([0.0, 1.0], [[0], [1]]), ([], [])])
def test_squared_error_of_scores_refuses_what_it_cannot_use(z, y):
    with pytest.raises(ValueError, match=r"^[yz]\b"):
        sigmoid_squared_error_value_and_grad(z, y)


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
