"""Reliability against scikit-learn and against loops, the temperature against a brute-force minimum."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve

from crossentropy import log_softmax, softmax, softmax_cross_entropy
from crossentropy.calibration import expected_calibration_error, fit_temperature, reliability

RNG = np.random.default_rng(0)
N, K = 400, 5
LOGITS = 2 * RNG.normal(size=(N, K))
LABELS = np.array([RNG.choice(K, p=row) for row in softmax(LOGITS / 1.7)])  # honest at T = 1.7
FORECASTS = softmax(LOGITS)

# Reliability ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bins", [1, 2, 10, 15])
def test_reliability_equals_scikit_learn(bins):
    """Theirs is of one event: here, that the predicted class is right."""
    table = reliability(FORECASTS, LABELS, bins=bins)
    right = np.argmax(FORECASTS, axis=1) == LABELS
    accuracy, confidence = calibration_curve(right, np.max(FORECASTS, axis=1), n_bins=bins)
    np.testing.assert_allclose(table.accuracy, accuracy, rtol=1e-14)
    np.testing.assert_allclose(table.confidence, confidence, rtol=1e-14)


def test_every_row_is_in_one_bin_and_empty_bins_are_left_out():
    table = reliability(FORECASTS, LABELS, bins=20)
    assert table.rows.sum() == N
    assert np.all(table.rows > 0)
    assert len(table.rows) < 20  # no confidence of K classes lies below 1/K
    assert np.all((table.lower < table.confidence) & (table.confidence <= table.upper))
    np.testing.assert_allclose(table.upper - table.lower, 1 / 20, rtol=1e-12)


@pytest.mark.parametrize(("sure", "lower"), [(0.5, 0.25), (0.75, 0.5), (0.750001, 0.75), (1.0, 0.75)])
def test_an_edge_belongs_to_the_bin_below(sure, lower):
    table = reliability([[sure, 1 - sure]], [0], bins=4)
    assert table.lower == [lower]


@pytest.mark.parametrize("bins", [6, 7, 9, 12, 49])
def test_every_edge_is_the_float_next_to_its_fraction(bins):
    """A confidence of k/bins belongs to bin k; multiples of a rounded 1/bins may lie one float below."""
    for k in range((bins + 1) // 2, bins + 1):
        table = reliability([[k / bins, 1 - k / bins]], [0], bins=bins)
        assert table.upper == [max(k, bins - k) / bins]


def test_long_doubles_are_sorted_too():
    p, labels = np.array([[0.75, 0.25]], np.longdouble), [0]
    assert reliability(p, labels).confidence == [0.75]
    assert expected_calibration_error(p, labels) == 0.25


def test_of_equal_probabilities_the_first_is_the_prediction():
    np.testing.assert_array_equal(reliability([[0.5, 0.5], [0.5, 0.5]], [0, 1]).accuracy, [0.5])
    assert reliability([[0.25, 0.375, 0.375]], [1]).accuracy == [1]


def looped_error(p, labels, bins):
    """The definition, row by row, with exact bin edges."""
    total = mp.mpf(0)
    for b in range(bins):
        inside = [i for i in range(len(p)) if mp.mpf(b) / bins < mp.mpf(float(max(p[i]))) <= mp.mpf(b + 1) / bins]
        gap = sum(mp.mpf(float(max(p[i]))) - int(np.argmax(p[i]) == labels[i]) for i in inside)
        total += abs(gap)
    return total / len(p)


@pytest.mark.parametrize("bins", [1, 4, 10, 16])
def test_expected_calibration_error_is_its_definition(bins):
    ours = expected_calibration_error(FORECASTS, LABELS, bins=bins)
    assert ours == pytest.approx(float(looped_error(FORECASTS, LABELS, bins)), rel=1e-12)


def test_expected_calibration_error_at_its_ends():
    always = np.eye(K)[LABELS]
    assert expected_calibration_error(always, LABELS) == 0
    assert expected_calibration_error(always, (LABELS + 1) % K) == 1
    base_rates = np.tile(np.bincount(LABELS, minlength=K) / N, (N, 1))
    assert expected_calibration_error(base_rates, LABELS) == pytest.approx(0, abs=1e-15)  # though it knows nothing


def test_more_bins_never_hide_a_gap():
    """Where they split the old ones: gaps of opposite signs no longer cancel."""
    errors = [expected_calibration_error(FORECASTS, LABELS, bins=bins) for bins in (1, 2, 4, 8, 16)]
    assert np.all(np.diff(errors) >= -1e-15)
    assert errors[-1] > errors[0]


def test_ten_bins_unless_others_are_asked_for():
    np.testing.assert_array_equal(reliability(FORECASTS, LABELS).rows, reliability(FORECASTS, LABELS, bins=10).rows)
    assert expected_calibration_error(FORECASTS, LABELS) == expected_calibration_error(FORECASTS, LABELS, bins=10)


P, Y = [[0.5, 0.5], [0.25, 0.75]], [0, 1]


@pytest.mark.parametrize("function", [reliability, expected_calibration_error])
@pytest.mark.parametrize(
    ("p", "labels", "bins", "exception", "message"),
    [
        ([0.5, 0.5], 0, 10, ValueError, "p has shape (2,), expected (rows, classes)"),
        ([[0.5, 0.5], [0.25, 0.5]], Y, 10, ValueError, "p sums to 0.75 along axis -1 at index (1,)"),
        ([], Y, 10, ValueError, "p is empty"),
        (P, [], 10, ValueError, "labels is empty: its shape is (0,)"),
        (P, [0], 10, ValueError, "labels has shape (1,), expected (2,), one class a row"),
        (P, [[0], [1]], 10, ValueError, "labels has shape (2, 1), expected (2,)"),
        (P, P, 10, TypeError, "labels holds float64, expected integer class labels"),
        (P, [False, True], 10, TypeError, "labels holds bool, expected integer class labels"),
        (P, [0, 2], 10, ValueError, "labels[1] = 2 is outside 0..1 (labels start at 0)"),
        (P, Y, 0, ValueError, "bins = 0 is not a whole number of at least 1"),
        (P, Y, 2.5, TypeError, "bins = 2.5 is not an integer"),
        (P, Y, True, TypeError, "bins = True is not an integer"),
    ],
)
def test_reliability_refuses(function, p, labels, bins, exception, message):
    with pytest.raises(exception) as caught:
        function(p, labels, bins=bins)
    assert str(caught.value).startswith(message)


# Temperature ----------------------------------------------------------------------------------------


def brute_force(logits, target):
    """The best temperature by a search that knows no gradient."""
    found = minimize_scalar(
        lambda log_t: softmax_cross_entropy(logits / np.exp(log_t), target), bounds=(-5, 5), options={"xatol": 1e-9}
    )
    return np.exp(found.x)


@pytest.mark.parametrize("target", [LABELS, softmax(LOGITS / 3)], ids=["labels", "soft"])
def test_temperature_is_the_brute_force_minimum(target):
    assert fit_temperature(LOGITS, target) == pytest.approx(brute_force(LOGITS, target), rel=1e-6)


def test_temperature_of_a_known_softening():
    """Soft targets from the same scores at T = 3 ask for T = 3 to the last digits."""
    assert fit_temperature(LOGITS, softmax(LOGITS / 3)) == pytest.approx(3, rel=1e-12)
    assert fit_temperature(log_softmax(LOGITS), FORECASTS) == pytest.approx(1, rel=1e-12)


def test_a_target_is_measured_by_its_own_format():
    """These float16 numbers sum to 1 but for their rounding, which is too much for float64."""
    target = np.array([[0.7, 0.2, 0.1]], np.float16)
    assert abs(target.sum(dtype=float) - 1) > 1e-8
    scores = np.log(target.astype(float))
    assert fit_temperature(2 * scores, target) == pytest.approx(2, rel=1e-9)


@given(st.floats(0.01, 100))
def test_scores_times_a_number_need_that_temperature(scale):
    assert fit_temperature(LOGITS * scale, LABELS) == pytest.approx(scale * fit_temperature(LOGITS, LABELS), rel=1e-9)


@pytest.mark.parametrize(("gap", "odds"), [(1.5, 3), (0.5, 3), (0.1, 3), (3.0, 3)])
def test_temperature_of_four_rows(gap, odds):
    """Right three times of four: gap / T is the logarithm of the odds, however flat the loss."""
    temperature = fit_temperature([[gap, 0.0]] * 4, [0, 0, 0, 1])
    assert temperature == pytest.approx(gap / np.log(odds), rel=1e-14)


def test_temperature_changes_no_prediction_and_never_raises_the_loss():
    softer = LOGITS / fit_temperature(LOGITS, LABELS)
    np.testing.assert_array_equal(np.argmax(softer, axis=1), np.argmax(LOGITS, axis=1))
    assert softmax_cross_entropy(softer, LABELS) < softmax_cross_entropy(LOGITS, LABELS)


@pytest.mark.parametrize("target", [LABELS, softmax(LOGITS / 3)], ids=["labels", "soft"])
def test_rows_may_stand_in_any_shape(target):
    stacked = fit_temperature(LOGITS.reshape(20, 20, K), target.reshape(20, 20, *target.shape[1:]))
    assert stacked == pytest.approx(fit_temperature(LOGITS, target), rel=1e-12)


def test_offsets_of_the_scores_do_not_matter():
    assert fit_temperature(LOGITS + 2.0**20, LABELS) == pytest.approx(fit_temperature(LOGITS, LABELS), rel=1e-8)


NEVER = "target never leaves the largest score of its row, so the loss falls for ever as T goes to 0"
NO_BETTER = "logits are no better than equal scores on these targets, so no finite T is best"


@pytest.mark.parametrize(
    ("logits", "target", "exception", "message"),
    [
        ([[1.0, 0.0], [0.0, 2.0]], [0, 1], ValueError, NEVER),
        ([[1.0, 1.0]], [0], ValueError, NEVER),
        ([[1.0, 0.0], [0.0, 2.0]], [1, 0], ValueError, NO_BETTER),
        ([[1.0, 0.0], [1.0, 0.0]], [0, 1], ValueError, NO_BETTER),
        ([[1.0, -np.inf]], [0], ValueError, "logits[0, 1] = -inf is not finite"),
        ([[1.0, 0.0]], [2], ValueError, "target[0] = 2 is outside 0..1"),
        ([[1.0, 0.0]], [0.5], TypeError, "target holds float64, expected integer labels"),
    ],
)
def test_temperature_refuses(logits, target, exception, message):
    with np.errstate(all="raise"), pytest.raises(exception) as caught:
        fit_temperature(logits, target)
    assert str(caught.value).startswith(message)
