"""Surprise and entropy against SciPy, and against 50 digits where rounding hurts."""

import math

import mpmath as mp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given

from crossentropy import conditional_entropy, entropy, self_information
from tests.strategies import distributions, exact, joints, log, ulps

BASES = [(math.e, 1), (2, 1), (10, 1), (3, 2), (0.5, 2), (1000.0, 2)]  # and the ULP that each may cost
HARD_PROBABILITIES = [5e-324, 2e-308, 1e-300, 0.1, 1 / 3, 0.5, 0.7, 0.999999, 1 - 2**-53, 1.0]


def close(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-14, atol=1e-15)


# Surprise -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("base", "limit"), BASES)
def test_self_information_to_the_last_place(base, limit):
    true = -log(exact(HARD_PROBABILITIES)) / mp.log(mp.mpf(base) if base != math.e else mp.e)
    assert ulps(self_information(HARD_PROBABILITIES, base=base), true) <= limit


@pytest.mark.parametrize("k", range(21))
def test_powers_of_two_are_whole_bits(k):
    p = 2.0**-k
    assert self_information(p, base=2) == k
    for dtype in (np.float16, np.float32, np.float64):
        # float16 cannot add 2**-k up to 1 beyond its subnormals, so it stops at k = 20 as well.
        assert entropy(np.full(2**k, p, dtype), base=2) == k


def test_all_powers_of_two_are_whole_bits():
    """Down to the smallest float; log p / log 2 first fails at 2**-29."""
    k = np.arange(1075)
    np.testing.assert_array_equal(self_information(2.0**-k, base=2), k)


@pytest.mark.parametrize("k", range(10))
def test_powers_of_ten_are_whole_bans(k):
    assert self_information(10.0**-k, base=10) == pytest.approx(k, rel=1e-15)


def test_self_information_is_elementwise():
    p = np.array([[0.5, 1.0, 0.25], [0.125, 0.5, 0.0]])  # the rows are not distributions
    np.testing.assert_array_equal(self_information(p, base=2), [[1, 0, 2], [3, 1, np.inf]])


# Entropy --------------------------------------------------------------------------------------------


@given(distributions())
def test_entropy_equals_scipy(p):
    close(entropy(p), np.sum(scipy.special.entr(p)))
    close(entropy(p, base=2), scipy.stats.entropy(p, base=2))


@pytest.mark.parametrize(("base", "limit"), BASES)
def test_entropy_to_the_last_places(base, limit):
    rng = np.random.default_rng(1)
    unit = mp.log(mp.mpf(base) if base != math.e else mp.e)
    for size in (2, 5, 50):
        p = rng.dirichlet(np.full(size, 0.5))
        true = -np.sum(exact(p) * log(exact(p))) / unit
        assert ulps(entropy(p, base=base), true) <= 3 + limit


def test_entropy_of_the_nearly_certain():
    """All digits of an entropy of 1e-15 nats."""
    p = [1 - 2**-53, 2**-53]
    assert ulps(entropy(p), -np.sum(exact(p) * log(exact(p)))) <= 4


@pytest.mark.parametrize("axis", range(-3, 3))
def test_entropy_along_any_axis(axis):
    p = np.random.default_rng(2).random((3, 4, 5))
    p /= p.sum(axis=axis, keepdims=True)
    result = entropy(p, axis=axis)
    assert result.shape == tuple(np.delete([3, 4, 5], axis))
    close(result, scipy.stats.entropy(p, axis=axis))
    close(entropy(p, axis=np.int8(axis)), result)


# Conditional entropy --------------------------------------------------------------------------------


@given(joints())
def test_conditional_entropy_is_the_average_over_rows(joint):
    """The definition read aloud: for each x, the entropy of Y there, weighted by p(x)."""
    rows = [(p_x, row / p_x) for p_x, row in zip(joint.sum(axis=1), joint, strict=True) if p_x > 0]
    close(conditional_entropy(joint), sum(p_x * scipy.special.entr(row).sum() for p_x, row in rows))


@pytest.mark.parametrize(("base", "limit"), BASES)
def test_conditional_entropy_to_the_last_places(base, limit):
    joint = np.random.default_rng(3).dirichlet(np.ones(12)).reshape(3, 4)
    unit = mp.log(mp.mpf(base) if base != math.e else mp.e)
    p, p_x = exact(joint), exact(joint).sum(axis=1, keepdims=True)
    assert ulps(conditional_entropy(joint, base=base), -np.sum(p * (log(p) - log(p_x))) / unit) <= 3 + limit


def test_what_rounding_takes_from_a_marginal_is_given_back():
    """The row sums to 1 − 2⁻⁵⁵, which rounds to 1: a third more than is missing from the first entry."""
    joint = [[1 - 2**-53, 3 * 2**-55]]
    p = exact(joint)
    assert ulps(conditional_entropy(joint), np.sum(p * (log(p.sum()) - log(p)))) <= 4


def test_conditional_entropy_of_a_stack_of_tables():
    joint = np.random.default_rng(4).random((2, 5, 3, 4))
    joint /= joint.sum(axis=(-2, -1), keepdims=True)
    stacked = conditional_entropy(joint, base=2)
    assert stacked.shape == (2, 5)
    for index in np.ndindex(2, 5):
        assert stacked[index] == pytest.approx(conditional_entropy(joint[index], base=2), rel=1e-15)


def test_the_condition_is_the_rows():
    """Y is a coin that only X = 1 throws; X is nearly told by Y."""
    joint = np.array([[0.5, 0.0], [0.25, 0.25]])
    assert conditional_entropy(joint, base=2) == 0.5
    assert conditional_entropy(joint.T, base=2) == pytest.approx(0.75 * scipy.stats.entropy([2, 1], base=2), rel=1e-15)
