"""Scores to probabilities against SciPy, and against 50 digits far from 0."""

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given

from crossentropy import log_sigmoid, log_softmax, logsumexp, sigmoid, softmax, softmax_cross_entropy_grad
from crossentropy.losses import focal_loss_grad
from tests.strategies import exact, exact_logsumexp, exact_surprises, exp, logits, ulps

ALONG_AXIS = [logsumexp, softmax, log_softmax]
ORACLES = {
    logsumexp: scipy.special.logsumexp,
    softmax: scipy.special.softmax,
    log_softmax: scipy.special.log_softmax,
    sigmoid: scipy.special.expit,
    log_sigmoid: scipy.special.log_expit,
}
BY_NAME = pytest.mark.parametrize("function", ALONG_AXIS, ids=lambda f: f.__name__)

# Oracles --------------------------------------------------------------------------------------------


@given(logits(rows=2))
def test_equal_scipy(z):
    for function, theirs in ORACLES.items():
        along = {"axis": -1} if function in ALONG_AXIS else {}
        np.testing.assert_allclose(function(z), theirs(z, **along), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("axis", range(-3, 3))
@BY_NAME
def test_along_any_axis(function, axis):
    z = np.random.default_rng(0).normal(size=(3, 4, 5))
    result = function(z, axis=axis)
    np.testing.assert_allclose(result, ORACLES[function](z, axis=axis), rtol=1e-13, atol=1e-15)
    assert result.shape == (tuple(np.delete([3, 4, 5], axis)) if function is logsumexp else z.shape)


# Digits ---------------------------------------------------------------------------------------------


def rows(scale, count=30, offset=0.0):
    rng = np.random.default_rng(1)
    return [rng.normal(size=rng.integers(2, 12)) * scale + offset for _ in range(count)]


@pytest.mark.parametrize("scale", [1, 10, 40, 200, 700])
def test_digits_at_any_gap(scale):
    """The difference of two scores is rounded; the exponential multiplies that error by the gap."""
    for z in rows(scale):
        surprises = exact_surprises(z)
        assert ulps(log_softmax(z), -surprises) <= 4
        normal = np.array([s < 700 for s in surprises])  # subnormals have fewer digits
        assert ulps(softmax(z)[normal], exp(-surprises[normal])) <= 6


@pytest.mark.parametrize("offset", [0.0, 1e8, -1e8, 1e15])
def test_digits_at_any_offset(offset):
    for z in rows(3, offset=offset):
        surprises = exact_surprises(z)
        assert ulps(log_softmax(z), -surprises) <= 4
        assert ulps(softmax(z), exp(-surprises)) <= 6
        # Around a sum of 1 the logarithm itself cancels, so its own last place says nothing.
        assert abs(logsumexp(z) - exact_logsumexp(z)) <= 2 * np.spacing(np.max(np.abs(z)))


@pytest.mark.parametrize("scale", [10, 40, 700])
def test_logsumexp_to_the_last_place(scale):
    for z in rows(scale, offset=4.0 * scale):
        assert ulps(logsumexp(z), exact_logsumexp(z)) <= 1.5


@pytest.mark.parametrize("gap", [10, 30, 36.7, 40, 100, 300, 700, 740])
def test_the_confident_keep_their_tiny_surprise(gap):
    """At a gap of 40 the surprise is 4e-18; the sum of exponentials alone rounds to 1, and its logarithm to 0."""
    z = [gap, 0.0]
    limit = 4 if gap < 708 else 2**52  # a subnormal has fewer digits, but is not 0
    assert log_softmax(z)[0] < 0
    assert ulps(log_softmax(z)[0], -exact_surprises(z)[0]) <= limit
    assert ulps(softmax(z)[1], exp(-exact_surprises(z)[1])) <= 6


@pytest.mark.parametrize("z", [[-690, -730], [-300, -740.3], [-100, -720, -739], [-40, -744.9]])
def test_subnormal_exponentials_do_not_spoil_a_softmax(z):
    """Their quotient is a normal number, but they have lost digits that it needs."""
    assert ulps(softmax(z), exp(-exact_surprises(z))) <= 6


def test_nor_a_slope_that_needs_their_digits():
    """The focal loss has no quick path, so this is the formula's own softmax: −690 and −730 are 0 and −40."""
    for gamma in (0, 1, 2):
        slopes = [focal_loss_grad(z, 0, gamma=gamma) for z in ([-690.0, -730.0], [0.0, -40.0])]
        np.testing.assert_allclose(*slopes, rtol=1e-14)


@pytest.mark.parametrize("gap", [700, 712.3, 730.1, 739.9])
def test_a_subnormal_sum_is_rounded_once(gap):
    """Rounded term by term, a sum of a hundred would be up to fifty steps off, and the steps are coarse down there."""
    z = np.array([0, *-(gap + np.linspace(0, 3, 100))])
    surprise = exact_surprises(z)[0]
    slope = softmax_cross_entropy_grad(z, 0)[0]
    for answer, truth in [(log_softmax(z)[0], -surprise), (slope, mp.expm1(-surprise))]:
        assert abs(mp.mpf(answer) - truth) <= 2 * np.spacing(abs(answer))


@pytest.mark.parametrize("z", [-745, -744.4, -720, -708.4, -100.3, -37.5, -1, -1e-9, 0, 1e-9, 0.7, 20, 37, 700, 800])
def test_sigmoid_to_the_last_places(z):
    """Subnormal answers too."""
    assert ulps(sigmoid(z), 1 / (1 + mp.exp(-mp.mpf(z)))) <= 2
    assert ulps(log_sigmoid(z), -mp.log1p(mp.exp(-mp.mpf(z)))) <= 2


# Structure ------------------------------------------------------------------------------------------


@given(logits(rows=2))
def test_softmax_is_a_distribution(z):
    p = softmax(z)
    assert np.all((p >= 0) & (p <= 1))
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-15)


@pytest.mark.parametrize("function", [softmax, log_softmax], ids=lambda f: f.__name__)
def test_a_shift_changes_the_last_places_only(function):
    """No bit, where the largest score is taken out; scores near 0 go without that."""
    z = np.random.default_rng(2).integers(-20, 20, (5, 7)).astype(float)
    np.testing.assert_array_equal(function(z + 2.0**40), function(z + 2.0**20))
    np.testing.assert_allclose(function(z + 2.0**40), function(z), rtol=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_masked_classes_are_as_if_absent(seed):
    z = np.random.default_rng(seed).normal(size=6)
    masked = np.insert(z, [0, 3, 6], -np.inf)
    kept = np.isfinite(masked)
    np.testing.assert_allclose(logsumexp(masked), logsumexp(z), rtol=1e-15)
    for function, absent in ((softmax, 0), (log_softmax, -np.inf)):
        result = function(masked)
        np.testing.assert_allclose(result[kept], function(z), rtol=1e-15)
        np.testing.assert_array_equal(result[~kept], absent)


def test_one_class_is_certain():
    assert softmax([7.0]) == 1
    assert log_softmax([7.0]) == 0
    assert logsumexp([7.0]) == 7


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_formats_are_rounded_once(dtype):
    z = (np.random.default_rng(3).normal(size=9) * 5).astype(dtype)
    assert ulps(log_softmax(z), -exact_surprises(z)) <= 0.5001
    assert ulps(softmax(z), exp(-exact_surprises(z))) <= 0.5001
    assert ulps(logsumexp(z), exact_logsumexp(z)) <= 0.5001
    assert ulps(sigmoid(z), 1 / (1 + exp(-exact(z)))) <= 0.5001
