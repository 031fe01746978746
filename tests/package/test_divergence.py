"""Two distributions against SciPy and scikit-learn, and against 50 digits where they almost agree."""

import math

import mpmath as mp
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from crossentropy import cross_entropy, js_divergence, kl_divergence, mutual_information, perplexity
from tests.strategies import (
    POSITIVE_WEIGHTS,
    WEIGHTS,
    distributions,
    exact,
    exact_js,
    exact_kl,
    joints,
    log,
    pairs,
    ulps,
)

PAIRWISE = [cross_entropy, kl_divergence, js_divergence, perplexity]
BY_NAME = pytest.mark.parametrize("function", PAIRWISE, ids=lambda f: f.__name__)
BASES = [math.e, 2, 10, 3, 0.5]


def close(got, expected, atol=1e-15):
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=atol)


def any_two(weights=WEIGHTS):
    """Two distributions of one length; q may be 0 where p is not."""
    return st.integers(1, 8).flatmap(lambda size: st.tuples(*[distributions(size, weights)] * 2))


def neighbours(distance, size=6, count=20):
    """Pairs of distributions at a relative distance, with sums off by rounding as they come."""
    rng = np.random.default_rng(2)
    for _ in range(count):
        p = rng.dirichlet(np.ones(size))
        q = p * (1 + distance * rng.uniform(-1, 1, size))
        yield p, q / q.sum()


# Oracles --------------------------------------------------------------------------------------------


@given(any_two())
def test_kl_equals_scipy(two):
    p, q = two
    close(kl_divergence(p, q), np.sum(scipy.special.rel_entr(p, q)))


@given(any_two())
def test_cross_entropy_equals_scipy(two):
    p, q = two
    close(cross_entropy(p, q), 0 - np.sum(scipy.special.xlogy(p, q)))
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(perplexity(p, q), np.exp(0 - np.sum(scipy.special.xlogy(p, q))), rtol=1e-12)


# SciPy's answer is infinite where the midpoint of a subnormal and 0 underflows.
@given(any_two(POSITIVE_WEIGHTS | st.just(0.0)))
def test_js_equals_the_square_of_scipys_distance(two):
    p, q = two
    with np.errstate(all="ignore"):
        close(js_divergence(p, q), scipy.spatial.distance.jensenshannon(p, q) ** 2, atol=1e-14)


def test_mutual_information_equals_scikit_learn():
    counts = np.random.default_rng(0).integers(1, 50, (4, 6))
    theirs = sklearn.metrics.mutual_info_score(None, None, contingency=counts)
    close(mutual_information(counts / counts.sum()), theirs)


@given(joints())
def test_mutual_information_equals_scipys_entropies(joint):
    entr = scipy.special.entr
    expected = entr(joint.sum(axis=0)).sum() + entr(joint.sum(axis=1)).sum() - entr(joint).sum()
    close(mutual_information(joint), expected, atol=1e-14)


@pytest.mark.parametrize("base", BASES)
def test_base_is_the_unit(base):
    """Near terms and far terms alike."""
    for distance in (0.2, 0.99):
        p, q = next(neighbours(distance))
        for function in (cross_entropy, kl_divergence, js_divergence):
            assert function(p, q, base=base) == pytest.approx(function(p, q) / math.log(base), rel=1e-14)
        table = np.stack([p, q]) / 2
        assert mutual_information(table, base=base) == pytest.approx(
            mutual_information(table) / math.log(base), rel=1e-14
        )


# Exact bits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(21))
def test_uniform_powers_of_two_are_exact(k):
    uniform = np.full(2**k, 2.0**-k)
    certain = np.zeros(2**k)
    certain[-1] = 1
    assert cross_entropy(uniform, uniform, base=2) == k
    assert cross_entropy(certain, uniform, base=2) == k
    assert kl_divergence(certain, uniform, base=2) == k
    assert kl_divergence(uniform, uniform, base=2) == 0
    assert perplexity(uniform, uniform) == 2**k


def test_forecaster_in_whole_eighths_of_a_bit():
    """The running example of the book."""
    p, q = [1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 8, 1 / 2, 1 / 4, 1 / 8]
    assert kl_divergence(p, q, base=2) == 0.625
    assert kl_divergence(q, p, base=2) == 0.5
    assert cross_entropy(p, q, base=2) == 2.375
    assert cross_entropy(q, p, base=2) == 2.25
    assert perplexity(p, q) == pytest.approx(2**2.375, rel=1e-15)


# Digits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distance", [0.9, 0.5, 0.1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_digits_survive_where_p_and_q_almost_agree(distance):
    """At 1e-9 the divergence is 5e-19: the plain sum has no correct digit, and the wrong sign half of the time."""
    for p, q in neighbours(distance):
        assert ulps(kl_divergence(p, q), exact_kl(p, q)) <= 6
        assert ulps(js_divergence(p, q), exact_js(p, q)) <= 6


@pytest.mark.parametrize("d", [-0.4, -0.399, -0.3, -1e-5, 1e-5, 0.2, 0.399, 0.4, 0.5, 1, 10])
def test_digits_at_the_seams_between_formulas(d):
    """One entry moves by the factor 1 + d, which decides how its term is computed."""
    p = np.array([0.05, 0.95])
    q = np.array([0.05 * (1 + d), 0.95 - 0.05 * d])
    assert ulps(kl_divergence(p, q), exact_kl(p, q)) <= 6
    for one, other in ((p, q), (q, p)):
        assert ulps(js_divergence(one, other), exact_js(one, other)) <= 6


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ([0.5, 0.5], [5e-324, 1.0]),  # p/q overflows
        ([5e-324, 1.0], [0.5, 0.5]),  # p/q underflows
        ([5e-324, 1.0], [1e-310, 1.0]),
        ([1e-310, 1.0], [5e-324, 1.0]),
        ([1e-300, 1.0], [1e-200, 1.0]),
        ([2e-308, 1.0], [1.9e-308, 1.0]),
    ],
)
def test_tiny_probabilities(p, q):
    assert ulps(kl_divergence(p, q), exact_kl(p, q)) <= 6
    assert ulps(cross_entropy(p, q), -np.sum(exact(p) * log(exact(q)))) <= 4
    assert ulps(js_divergence(p, q), exact_js(p, q)) <= 6


def test_cross_entropy_and_perplexity_to_the_last_places():
    for p, q in neighbours(1):
        nats = -np.sum(exact(p) * log(exact(q)))
        assert ulps(cross_entropy(p, q), nats) <= 4
        assert ulps(cross_entropy(p, q, base=2), nats / mp.log(2)) <= 4
        assert ulps(perplexity(p, q), mp.exp(nats)) <= 8  # the exponential multiplies the error by its argument


def exact_mutual_information(joint):
    joint = exact(joint)
    return exact_kl(joint, joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True))


def test_mutual_information_to_the_last_places():
    for seed in range(20):
        joint = np.random.default_rng(seed).dirichlet(np.ones(12)).reshape(3, 4)
        assert ulps(mutual_information(joint), exact_mutual_information(joint)) <= 8


TINY_TABLES = [
    [[1e-300, 1.0], [1e-300, 1e-300]],
    [[0.75, 0.25], [5e-324, 5e-324]],
    [[1e-200, 1e-320], [0.0, 1.0]],
    [[1e-160, 0.0], [0.0, 1.0]],  # the product keeps 3 digits
]


@pytest.mark.parametrize("joint", TINY_TABLES)
def test_mutual_information_of_tiny_tables(joint):
    """The product of two marginals underflows to 0; that makes nothing impossible."""
    got, true = mutual_information(joint), float(exact_mutual_information(joint))
    assert got == pytest.approx(true, rel=1e-14, abs=1e-320)


@pytest.mark.parametrize("distance", [0.5, 1e-3, 1e-6, 1e-9, 1e-12])
def test_mutual_information_near_independence(distance):
    """There p(x)p(y) − p(x, y) is smaller than the rounding error of its parts."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        joint = np.outer(*rng.dirichlet(np.ones(4), size=2)) * (1 + distance * rng.uniform(-1, 1, (4, 4)))
        joint /= joint.sum()
        assert ulps(mutual_information(joint), exact_mutual_information(joint)) <= 8


@pytest.mark.parametrize("seed", range(20))
def test_mutual_information_of_the_independent_is_never_negative(seed):
    table = np.outer(*np.random.default_rng(seed).dirichlet(np.ones(7), size=2))
    assert 0 <= mutual_information(table) < 1e-30


@given(pairs())
def test_no_divergence_is_negative(two):
    assert kl_divergence(*two) >= 0
    assert js_divergence(*two) >= 0


@BY_NAME
def test_float32_inputs_keep_their_own_digits(function):
    """Not those of their doubles: 0.1f is not 0.1."""
    p, q = np.array([0.1, 0.2, 0.7], np.float32), np.array([0.3, 0.3, 0.4], np.float32)
    nats = -np.sum(exact(p) * log(exact(q)))
    true = {
        cross_entropy: nats,
        perplexity: mp.exp(nats),
        kl_divergence: exact_kl(p, q),
        js_divergence: exact_js(p, q),
    }[function]
    assert ulps(function(p, q), true) <= 0.5001


# Axes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", range(-3, 3))
@BY_NAME
def test_along_any_axis(function, axis):
    p, q = np.random.default_rng(4).random((2, 3, 4, 5))
    p, q = p / p.sum(axis=axis, keepdims=True), q / q.sum(axis=axis, keepdims=True)
    result = function(p, q, axis=axis)
    expected = function(np.moveaxis(p, axis, -1), np.moveaxis(q, axis, -1))
    assert result.shape == tuple(np.delete([3, 4, 5], axis))
    close(result, expected)
    rows = np.moveaxis(p, axis, -1).reshape(-1, p.shape[axis]), np.moveaxis(q, axis, -1).reshape(-1, p.shape[axis])
    close(result.ravel(), [function(*row) for row in zip(*rows, strict=True)])


@pytest.mark.parametrize(
    ("p_shape", "q_shape", "axis", "shape"),
    [
        ((4,), (3, 4), -1, (3,)),
        ((4,), (3, 4), 1, (3,)),
        ((3, 4), (4,), 1, (3,)),
        ((3, 1, 4), (5, 4), -1, (3, 5)),
        ((2, 4, 1), (4, 5), 1, (2, 5)),
        ((4, 5), (2, 4, 1), -2, (2, 5)),
        ((4, 2, 3), (4, 1, 3), 0, (2, 3)),
    ],
)
@BY_NAME
def test_other_axes_broadcast(function, p_shape, q_shape, axis, shape):
    """`axis` counts in the broadcast shape."""
    rng = np.random.default_rng(5)
    ndim = max(len(p_shape), len(q_shape))
    p, q = rng.random(p_shape), rng.random(q_shape)
    p_axis, q_axis = ((axis % ndim) - (ndim - len(s)) for s in (p_shape, q_shape))
    p, q = p / p.sum(axis=p_axis, keepdims=True), q / q.sum(axis=q_axis, keepdims=True)
    result = function(p, q, axis=axis)
    assert result.shape == shape
    close(result, function(*np.broadcast_arrays(p, q), axis=axis))


def test_mutual_information_of_a_stack_of_tables():
    joint = np.random.default_rng(6).random((2, 5, 3, 4))
    joint /= joint.sum(axis=(-2, -1), keepdims=True)
    stacked = mutual_information(joint, base=2)
    assert stacked.shape == (2, 5)
    for index in np.ndindex(2, 5):
        assert stacked[index] == pytest.approx(mutual_information(joint[index], base=2), rel=1e-14)
        assert stacked[index] == pytest.approx(mutual_information(joint[index].T, base=2), rel=1e-12)


def test_mutual_information_of_long_doubles_near_independence():
    """The error of a product is exact only if both factors are split in the middle of their own bits."""
    joint = np.outer(*np.random.default_rng(0).dirichlet([1, 1], 2))
    narrow, wide = (float(mutual_information(joint.astype(dtype))) for dtype in (np.float64, np.longdouble))
    assert wide == pytest.approx(narrow, rel=1e-12, abs=0)
    assert 0 < narrow < 1e-30
