"""Losses against scikit-learn and 50 digits, their options against loops, their gradients against differences."""

import mpmath as mp
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, softmax

from crossentropy import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    brier_score,
    brier_score_grad,
    focal_loss,
    focal_loss_grad,
    sigmoid,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
    squared_error_grad,
)
from crossentropy.losses import sigmoid_squared_error_value_and_grad
from tests.strategies import FUNCTIONS, LOSSES, classified, distributions, exact, exact_surprises, exp, log, ulps

RNG = np.random.default_rng(0)
N, K = 6, 4
LABELS = RNG.integers(0, K, N)
SOFT = RNG.dirichlet(np.ones(K), N)
LOGITS = 3 * RNG.normal(size=(N, K))
WEIGHT = np.array([0.5, 2.0, 0.0, 3.0])
REDUCTIONS = ["none", "sum", "mean"]

# Oracles --------------------------------------------------------------------------------------------


def test_binary_cross_entropies_equal_scikit_learn(rng):
    z, y = 4 * rng.normal(size=50), rng.integers(0, 2, 50)
    theirs = sklearn.metrics.log_loss(y, expit(z))
    assert binary_cross_entropy(expit(z), y) == pytest.approx(theirs, rel=1e-12)
    assert binary_cross_entropy_with_logits(z, y) == pytest.approx(theirs, rel=1e-12)


def test_softmax_cross_entropy_equals_scikit_learn():
    theirs = sklearn.metrics.log_loss(LABELS, softmax(LOGITS, axis=1), labels=range(K))
    assert softmax_cross_entropy(LOGITS, LABELS) == pytest.approx(theirs, rel=1e-13)


def test_squared_error_equals_scikit_learn(rng):
    p, y = rng.normal(size=(2, 5, 3))
    assert squared_error(p, y) == pytest.approx(sklearn.metrics.mean_squared_error(p, y), rel=1e-14)
    assert squared_error([3.0], [1.0], reduction="sum") == 4  # no factor ½
    np.testing.assert_array_equal(squared_error_grad([3.0, -1.0], [1.0, 1.0]), [2, -2])


@pytest.mark.parametrize("y", [0, 1, 0.25])
@pytest.mark.parametrize("p", [5e-324, 1e-300, 1e-17, 0.3, 0.5, 0.9, 1 - 2**-53])
def test_binary_cross_entropy_to_the_last_places(p, y):
    exact_p, exact_y = mp.mpf(p), mp.mpf(y)
    loss = -exact_y * mp.log(exact_p) - (1 - exact_y) * mp.log1p(-exact_p)
    assert ulps(binary_cross_entropy(p, y), loss) <= 2
    if p > 1e-308:  # beyond, the slope itself overflows
        assert ulps(binary_cross_entropy_grad(p, y), (exact_p - exact_y) / exact_p / (1 - exact_p)) <= 3


@pytest.mark.parametrize("y", [0, 1, 0.25])
@pytest.mark.parametrize("z", [-700, -100.3, -36.8, -1, -1e-9, 0.0, 0.3, 1.0, 20.0, 40.0, 300.7, 700.0, 1e8])
def test_binary_cross_entropy_with_logits_to_the_last_places(z, y):
    """The confident and right keep their tiny loss: exp(−700), not 0."""
    z_, y_ = mp.mpf(z), mp.mpf(y)
    loss = y_ * mp.log1p(mp.exp(-z_)) + (1 - y_) * mp.log1p(mp.exp(z_))
    slope = (1 - y_) / (1 + mp.exp(-z_)) - y_ / (1 + mp.exp(z_))
    if z < 1e4:
        assert ulps(binary_cross_entropy_with_logits(z, y), loss) <= 2
        grad = binary_cross_entropy_with_logits_grad(z, y)
        if y in (0, 1):
            assert ulps(grad, slope) <= 2
        else:  # σ(z) − y passes through 0, where its last place says nothing
            assert abs(grad - slope) <= 2**-53
    else:
        assert binary_cross_entropy_with_logits(z, y) == (1 - y) * z
        assert binary_cross_entropy_with_logits_grad(z, y) == 1 - y


@pytest.mark.parametrize(("scale", "offset"), [(1, 0), (10, 0), (40, 0), (200, 0), (3, 1e8), (3, -1e8)])
def test_softmax_cross_entropy_to_the_last_places(rng, scale, offset):
    """At the label the gradient is −rest/(1 + rest), never softmax − 1, which is 0 for the confident."""
    for _ in range(10):
        z = rng.normal(size=5) * scale + offset
        surprises = exact_surprises(z)
        for label in range(5):
            assert ulps(softmax_cross_entropy(z, label), surprises[label]) <= 4
            slope = mp.expm1(-surprises[label])
            assert ulps(softmax_cross_entropy_grad(z, label)[label], slope) <= 5
        target = rng.dirichlet(np.ones(5))
        assert ulps(softmax_cross_entropy(z, target), np.sum(exact(target) * surprises)) <= 4
        slopes = exp(-surprises) * np.sum(exact(target)) - exact(target)
        assert np.max(np.abs(softmax_cross_entropy_grad(z, target) - slopes)) <= 4 * 2**-53


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("gap", [1, 5.5, 9])
def test_confident_narrow_formats_are_rounded_once(gap, dtype):
    z = np.array([gap, 0, 0], dtype)
    assert ulps(softmax_cross_entropy(z, 0), exact_surprises(z)[0]) <= 0.5001
    assert ulps(binary_cross_entropy_with_logits(z[:1], np.ones(1, dtype)), mp.log1p(mp.exp(-mp.mpf(gap)))) <= 0.5001


@pytest.mark.parametrize("y", [0, 0.25, 1])
def test_minus_zero_is_a_score_of_zero(y):
    assert binary_cross_entropy_with_logits_grad(-0.0, y) == 0.5 - y
    assert FUNCTIONS["binary_cross_entropy_with_logits_value_and_grad"](-0.0, y)[1] == 0.5 - y


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="long double is float64 here")
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("loss", "x", "y", "expected"),
    [
        ("binary_cross_entropy", [0.3], [1], lambda p: -np.log(p)),
        ("binary_cross_entropy_with_logits", [0.3], [1], lambda z: np.log1p(np.exp(-z))),
        ("squared_error", [0.3], [0], lambda p: p * p),
        ("softmax_cross_entropy", [[0.3, 0.0]], [0], lambda z: np.log1p(np.exp(-z[..., 0]))),
        ("softmax_cross_entropy", [[0.3, 0.0]], [[1, 0]], lambda z: np.log1p(np.exp(-z[..., 0]))),
    ],
)
def test_long_doubles_keep_their_own_digits(loss, x, y, expected, reduction):
    """Eleven bits more than float64, however the answer is handed back."""
    x, epsilon = np.array(x, np.longdouble), np.finfo(np.longdouble).eps
    for value in (
        FUNCTIONS[loss](x, y, reduction=reduction),
        FUNCTIONS[f"{loss}_value_and_grad"](x, y, reduction=reduction)[0],
    ):
        assert np.max(np.abs(value / expected(x) - 1)) <= 4 * epsilon


# Targets, weights, smoothing ------------------------------------------------------------------------


def one_loss(z, target, weight, smoothing):
    """The definition with 50 digits, one row: mix, then weigh, then sum the surprises."""
    mixed = [(1 - mp.mpf(smoothing)) * mp.mpf(t) + mp.mpf(smoothing) / K for t in map(float, target)]
    return sum(m * mp.mpf(float(w)) * s for m, w, s in zip(mixed, weight, exact_surprises(z), strict=True))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("target", [LABELS, SOFT, SOFT.astype(np.float32)], ids=["labels", "soft", "soft-float32"])
def test_options_of_softmax_cross_entropy(target, weight, smoothing):
    """The mean divides by the weight of the target before smoothing."""
    options = {"weight": weight, "label_smoothing": smoothing}
    rows = target if target.ndim == 2 else np.eye(K)[target]
    used = np.ones(K) if weight is None else weight
    losses = [float(one_loss(z, t, used, smoothing)) for z, t in zip(LOGITS, rows, strict=True)]
    divisor = N if weight is None else np.sum(rows * used)
    none, total, mean = (softmax_cross_entropy(LOGITS, target, reduction=r, **options) for r in REDUCTIONS)
    np.testing.assert_allclose(none, losses, rtol=1e-14)
    assert total == pytest.approx(sum(losses), rel=1e-14)
    assert mean == pytest.approx(sum(losses) / divisor, rel=1e-14)


def test_zero_weight_drops_a_class():
    """As if its rows were not there, as PyTorch does."""
    kept = LABELS != 2
    assert not kept.all()
    assert softmax_cross_entropy(LOGITS, LABELS, weight=[1, 1, 0, 1]) == pytest.approx(
        softmax_cross_entropy(LOGITS[kept], LABELS[kept]), rel=1e-14
    )


def test_labels_equal_their_one_hot_rows():
    one_hot = np.eye(K)[LABELS]
    for options in ({}, {"weight": WEIGHT}, {"label_smoothing": 0.2}, {"reduction": "none"}):
        for function in (softmax_cross_entropy, softmax_cross_entropy_grad):
            np.testing.assert_allclose(
                function(LOGITS, LABELS, **options), function(LOGITS, one_hot, **options), rtol=1e-14
            )


def test_square_logits_tell_labels_from_distributions():
    """Labels have one dimension fewer than the logits, also where N = K."""
    z = LOGITS[:K]
    assert softmax_cross_entropy(z, [0, 1, 2, 3]) == pytest.approx(softmax_cross_entropy(z, np.eye(K)), rel=1e-14)


def test_any_number_of_leading_axes():
    z, target = LOGITS.reshape(2, 3, K), LABELS.reshape(2, 3)
    np.testing.assert_array_equal(
        softmax_cross_entropy(z, target, reduction="none").ravel(),
        softmax_cross_entropy(LOGITS, LABELS, reduction="none"),
    )
    assert softmax_cross_entropy(z, target) == softmax_cross_entropy(LOGITS, LABELS)
    np.testing.assert_array_equal(
        softmax_cross_entropy_grad(z, target), softmax_cross_entropy_grad(LOGITS, LABELS).reshape(2, 3, K)
    )
    np.testing.assert_allclose(
        softmax_cross_entropy(z, SOFT.reshape(2, 3, K), reduction="none").ravel(),
        softmax_cross_entropy(LOGITS, SOFT, reduction="none"),
        rtol=1e-15,
    )


# Focal loss ------------------------------------------------------------------------------------------


def exact_focal(z, target, gamma):
    """Value and gradient of the definition with 50 digits, one row."""
    surprises, gamma = exact_surprises(z), mp.mpf(gamma)
    p, rest = exp(-surprises), np.vectorize(lambda s: -mp.expm1(-s), otypes=[object])(surprises)
    t = exact(target)
    a = t * (rest**gamma + gamma * p * surprises * rest ** (gamma - 1))
    # p Σ a − a, without the difference p a − a of the own class: 50 digits are too few for it where p is nearly 1.
    return np.sum(t * rest**gamma * surprises), p * (a @ (1 - np.eye(len(a), dtype=int))) - a * rest


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
@pytest.mark.parametrize(("scale", "offset"), [(1, 0), (10, 0), (40, 0), (3, 1e8)])
def test_focal_loss_to_the_last_places(rng, scale, offset, gamma):
    """The confident and right keep their tiny loss: rest^(1 + γ), not 0."""
    for _ in range(5):
        z = rng.normal(size=5) * scale + offset
        for target in [*np.eye(5), rng.dirichlet(np.ones(5))]:
            value, grad = exact_focal(z, target, gamma)
            assert ulps(focal_loss(z, target, gamma=gamma), value) <= 8 + 4 * gamma
            assert np.max(np.abs(focal_loss_grad(z, target, gamma=gamma) - grad)) <= 8 * 2**-53 * (1 + gamma)
        label = int(np.argmax(z))
        _, grad = exact_focal(z, np.eye(5)[label], gamma)
        assert ulps(focal_loss_grad(z, label, gamma=gamma)[label], grad[label]) <= 12 + 8 * gamma


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("target", [LABELS, SOFT], ids=["labels", "soft"])
def test_focal_loss_without_discount_is_softmax_cross_entropy(target, reduction):
    """To the last places, and its gradient too."""
    for focal, plain in ((focal_loss, softmax_cross_entropy), (focal_loss_grad, softmax_cross_entropy_grad)):
        np.testing.assert_allclose(
            focal(LOGITS, target, gamma=0, reduction=reduction), plain(LOGITS, target, reduction=reduction), rtol=1e-14
        )


def test_the_discount_is_two_unless_another_is_asked_for():
    assert focal_loss(LOGITS, LABELS) == focal_loss(LOGITS, LABELS, gamma=2)
    np.testing.assert_array_equal(focal_loss_grad(LOGITS, LABELS), focal_loss_grad(LOGITS, LABELS, gamma=2))
    value, grad = FUNCTIONS["focal_loss_value_and_grad"](LOGITS, LABELS)
    assert value == focal_loss(LOGITS, LABELS, gamma=2)
    np.testing.assert_array_equal(grad, focal_loss_grad(LOGITS, LABELS, gamma=2))


def test_focal_loss_of_a_published_pair():
    """Lin et al., section 3: with γ = 2, p = 0.9 costs 100 times less than with γ = 0, p ≈ 0.968 1000 times."""
    for p, times in ((0.9, 100), (0.968, 1000)):
        z = [np.log(p / (1 - p)), 0.0]
        assert softmax_cross_entropy(z, 0) / focal_loss(z, 0) == pytest.approx(times, rel=0.03)


# Brier score ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [LABELS, SOFT], ids=["labels", "soft"])
def test_brier_score_is_a_squared_distance(target):
    p = softmax(LOGITS, axis=1)
    rows = target if target.ndim == 2 else np.eye(K)[target]
    distances = [
        sum((mp.mpf(a) - mp.mpf(b)) ** 2 for a, b in zip(*pair, strict=True)) for pair in zip(p, rows, strict=True)
    ]
    np.testing.assert_allclose(brier_score(p, target, reduction="none"), np.array(distances, float), rtol=1e-14)
    np.testing.assert_allclose(brier_score_grad(p, target, reduction="none"), 2 * (p - rows), rtol=1e-14)


def test_brier_score_equals_scikit_learn():
    """Whose score of many classes is this one, and whose score of two classes is half of it."""
    p = softmax(LOGITS, axis=1)
    theirs = sklearn.metrics.brier_score_loss(LABELS, p, labels=range(K))
    assert brier_score(p, LABELS) == pytest.approx(theirs, rel=1e-14)
    event = np.array([0.1, 0.4, 0.8, 0.97])
    halved = sklearn.metrics.brier_score_loss([0, 1, 1, 0], event)
    assert brier_score(np.stack([1 - event, event], axis=1), [0, 1, 1, 0]) == pytest.approx(2 * halved, rel=1e-14)
    assert squared_error(event, [0, 1, 1, 0]) == pytest.approx(halved, rel=1e-14)


def test_brier_score_of_the_certain():
    """0 for the certain and right, 2 for the certain and wrong."""
    np.testing.assert_array_equal(brier_score(np.eye(3), [0, 1, 0], reduction="none"), [0, 0, 2])


# Reductions, for every loss -------------------------------------------------------------------------

CASES = {
    "binary_cross_entropy": ("binary_cross_entropy", [0.1, 0.4, 0.8, 0.97], [0, 1, 0.3, 1], {}),
    "with_logits": ("binary_cross_entropy_with_logits", [-3.0, 0.5, 2.0, 7.0], [0, 1, 0.3, 1], {}),
    "squared_error": ("squared_error", [[-3.0, 0.5], [2.0, 7.0]], [[0, 1], [0.3, -1]], {}),
    **{
        f"softmax-{kind}-weight={weight is not None}-smoothing={smoothing}": (
            "softmax_cross_entropy",
            LOGITS,
            target,
            {"weight": weight, "label_smoothing": smoothing},
        )
        for kind, target in (("labels", LABELS), ("soft", SOFT))
        for weight in (None, WEIGHT)
        for smoothing in (0.0, 0.1)
    },
    **{
        f"focal-{kind}-gamma={gamma}": ("focal_loss", LOGITS, target, {"gamma": gamma})
        for kind, target in (("labels", LABELS), ("soft", SOFT))
        for gamma in (0.0, 0.5, 2.0)
    },
    "brier-labels": ("brier_score", softmax(LOGITS / 4, axis=1), LABELS, {}),
    "brier-soft": ("brier_score", softmax(LOGITS / 4, axis=1), SOFT, {}),
}
EVERY_CASE = pytest.mark.parametrize(("loss", "x", "target", "options"), CASES.values(), ids=CASES)


def divisor(loss, x, target, options):
    """What the mean divides by: elements, rows, or the weight of the targets."""
    if loss in ("binary_cross_entropy", "binary_cross_entropy_with_logits", "squared_error"):
        return np.size(x)
    rows = np.eye(K)[target] if target.ndim == 1 else target
    return len(x) if options.get("weight") is None else np.sum(rows * options["weight"])


@EVERY_CASE
def test_sum_is_n_times_mean(loss, x, target, options):
    """Of values and of gradients; and "none" is what they sum."""
    n = divisor(loss, x, target, options)
    results = {r: FUNCTIONS[loss + "_value_and_grad"](x, target, reduction=r, **options) for r in REDUCTIONS}
    assert results["sum"][0] == pytest.approx(n * results["mean"][0], rel=1e-14)
    assert results["sum"][0] == pytest.approx(np.sum(results["none"][0]), rel=1e-14)
    np.testing.assert_allclose(results["sum"][1], n * results["mean"][1], rtol=1e-14)
    np.testing.assert_array_equal(results["sum"][1], results["none"][1])


@EVERY_CASE
def test_mean_is_the_default(loss, x, target, options):
    for suffix in ("", "_grad"):
        function = FUNCTIONS[loss + suffix]
        np.testing.assert_array_equal(function(x, target, **options), function(x, target, reduction="mean", **options))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@EVERY_CASE
def test_value_and_grad_are_the_two(loss, x, target, options, reduction):
    value, grad = FUNCTIONS[loss + "_value_and_grad"](x, target, reduction=reduction, **options)
    # A row whose slopes need more care than its loss may go another way with them than without.
    np.testing.assert_allclose(value, FUNCTIONS[loss](x, target, reduction=reduction, **options), rtol=1e-15)
    np.testing.assert_array_equal(grad, FUNCTIONS[loss + "_grad"](x, target, reduction=reduction, **options))


# Gradients ------------------------------------------------------------------------------------------


def slope(f, x, index, other=None, h=1e-3):
    """Central difference of the 4th order: error h⁴ and ε/h, both near 1e-13. `other` gives what the entry takes."""

    def at(step):
        moved = np.array(x, float)
        moved[index] += step
        if other is not None:
            moved[other] -= step
        return float(f(moved))

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@EVERY_CASE
def test_gradient_is_the_slope(loss, x, target, options, reduction):
    """With "none" each element has its own slope: that of the sum, as no loss depends on another row."""

    def reduced(moved):
        return np.sum(FUNCTIONS[loss](moved, target, reduction=reduction, **options))

    grad = FUNCTIONS[loss + "_grad"](x, target, reduction=reduction, **options)
    for index in np.ndindex(np.shape(x)):
        if loss == "brier_score":  # a distribution can move only where another entry gives way
            other = (*index[:-1], (index[-1] + 1) % K)
            assert grad[index] - grad[other] == pytest.approx(slope(reduced, x, index, other), rel=1e-7, abs=1e-10)
        else:
            assert grad[index] == pytest.approx(slope(reduced, x, index), rel=1e-7, abs=1e-10)


@given(classified())
def test_gradient_equals_softmax_minus_target(case):
    z, target = case
    np.testing.assert_allclose(
        softmax_cross_entropy_grad(z, target, reduction="none"), softmax(z, axis=-1) - target, atol=1e-14
    )


@given(st.lists(st.floats(-40, 20), min_size=1, max_size=5), st.floats(0, 1))
def test_probability_and_logit_gradients_obey_the_chain_rule(z, y):
    """dL/dz = dL/dp · p(1 − p): two functions that share no formula."""
    z, y = np.array(z), np.full(len(z), y)
    p = expit(z)
    chained = binary_cross_entropy_grad(p, y, reduction="none") * p * (1 - p)
    direct = binary_cross_entropy_with_logits_grad(z, y, reduction="none")
    # p carries a rounding error of ε, which dL/dp multiplies by 1/(1 − p).
    np.testing.assert_allclose(direct, chained, rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 4.0]])
def test_gradient_stays_finite_where_the_loss_is_infinite(weight, reduction):
    """The right class is masked: the loss is infinite, softmax − target is not."""
    z, target = [[0.0, 0.0, -np.inf], [0.0, 0.0, 0.0]], [2, 0]
    value = softmax_cross_entropy(z, target, weight=weight, reduction=reduction)
    assert np.ravel(value)[0] == np.inf
    grad = softmax_cross_entropy_grad(z, target, weight=weight, reduction=reduction)
    w = np.ones(3) if weight is None else np.array(weight)
    n = w[2] + w[0] if reduction == "mean" else 1
    np.testing.assert_allclose(grad[0] * n / w[2], [0.5, 0.5, -1], rtol=1e-15)
    np.testing.assert_allclose(grad[1] * n / w[0], [-2 / 3, 1 / 3, 1 / 3], rtol=1e-15)


@given(distributions(), st.integers(0, 7))
def test_binary_cross_entropy_is_the_cross_entropy_of_two(p, index):
    """Written with xlogy-like loops over (p, 1 − p), target by target."""
    q = p[index % len(p)]
    for y in (0.0, 0.25, 1.0):
        terms = [w * -mp.log(x) if x else mp.inf for w, x in ((y, mp.mpf(q)), (1 - y, 1 - mp.mpf(q))) if w]
        expected = float(sum(terms))
        assert binary_cross_entropy(q, y) == (expected if np.isinf(expected) else pytest.approx(expected, rel=1e-14))


def test_every_loss_has_a_case():
    assert {case[0] for case in CASES.values()} == set(LOSSES)


def test_logarithm_of_zero_is_not_clipped():
    """scikit-learn stops at 36, PyTorch at 100."""
    assert binary_cross_entropy(1e-300, 1) == pytest.approx(float(-log(exact(1e-300))), rel=1e-15)
    assert softmax_cross_entropy([0.0, -5000.0], 1) == 5000
    assert binary_cross_entropy_with_logits(-5000.0, 1) == 5000


# Squared error of a sigmoid ---------------------------------------------------------------------------


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


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.uint64])
def test_sigmoid_squared_error_of_numbers_without_a_negative(dtype):
    expected = sigmoid_squared_error_value_and_grad([1.0, 0.0], [0, 1])
    for result, value in zip(
        sigmoid_squared_error_value_and_grad(np.array([1, 0], dtype), [0, 1]), expected, strict=True
    ):
        np.testing.assert_array_equal(result, value)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_sigmoid_squared_error_is_computed_wider(dtype):
    """The gradient has the format of the first argument, the value the wider of the two; each is rounded once."""
    z, y = np.array([-3.5, 0.25, 6.0], dtype), np.array([0.0, 1.0, 0.5])
    value, grad = sigmoid_squared_error_value_and_grad(z, y)
    wide_value, wide_grad = sigmoid_squared_error_value_and_grad(z.astype(float), y)
    assert (value, value.dtype) == (wide_value, np.float64)
    np.testing.assert_array_equal(grad, wide_grad.astype(dtype))
    assert grad.dtype == dtype
    assert sigmoid_squared_error_value_and_grad(z, y.astype(dtype))[0].dtype == dtype
    assert sigmoid_squared_error_value_and_grad(z.astype(float), y.astype(dtype))[0].dtype == np.float64
