"""At the rim of what floats can hold, and with inputs that come as something else than plain arrays of numbers."""

import itertools
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest

import crossentropy as ce
from crossentropy import _arguments, training
from crossentropy.calibration import expected_calibration_error, fit_temperature, reliability
from crossentropy.losses import sigmoid_squared_error_value_and_grad
from crossentropy.training import SGD, LogisticRegression, OneHiddenLayer, SoftmaxRegression, fit, hold_out, standardise
from tests.strategies import ARGUMENTS, FUNCTIONS, exact, exact_surprises, ulps

LARGEST = np.finfo(float).max

# Finite input whose intermediate results would overflow -----------------------------------------------


@pytest.mark.parametrize(
    ("answer", "true"),
    [
        (lambda: ce.softmax_cross_entropy([[1e308, 0]] * 2, [1, 1]), 1e308),
        (lambda: ce.softmax_cross_entropy([[1e308, 0]] * 2, [[0, 1]] * 2), 1e308),
        (lambda: ce.focal_loss([[1e308, 0]] * 2, [1, 1]), 1e308),
        (lambda: ce.binary_cross_entropy_with_logits([1e308] * 4, [0] * 4), 1e308),
        (lambda: ce.binary_cross_entropy_with_logits_value_and_grad([1e308] * 4, [0] * 4)[0], 1e308),
        (lambda: ce.binary_cross_entropy_with_logits(np.full(200_000, 1e308), np.zeros(200_000)), 1e308),
        (lambda: ce.squared_error([1e154] * 3, [0] * 3), 1e308),
        (lambda: ce.squared_error_grad([1e308] * 4, [-1e308] * 4), [1e308] * 4),
        (lambda: ce.squared_error_grad([1e308, 5e-324, 3.0], [-1e308, 0, 1]), [4 / 3 * 1e308, 5e-324, 4 / 3]),
        (lambda: ce.binary_cross_entropy_grad([5e-309] + [0.5] * 4, [1] * 5), [-4e307] + [-0.4] * 4),
        (lambda: ce.binary_cross_entropy_grad([5e-309] + [0.5] * 4, [0.5] * 5), [-2e307] + [0] * 4),
        (lambda: ce.binary_cross_entropy_grad([1e-320, 0.5], [2e-320, 1]), [-0.5, -1]),
    ],
)
def test_means_do_not_overflow_before_they_are_divided(answer, true):
    np.testing.assert_allclose(answer(), true, rtol=4e-16 if np.max(np.abs(true)) < 1e308 else 1e-15)


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_what_is_infinite_stays_infinite(reduction):
    assert np.max(ce.squared_error([1e200, 1.0], [0, 0], reduction=reduction)) == np.inf
    assert np.max(ce.softmax_cross_entropy([[1e308, -1e308]] * 2, [1, 1], reduction=reduction)) == np.inf
    assert np.all(ce.squared_error_grad([1e308], [-1e308], reduction=reduction) == np.inf)


LOGITS, LABELS = [[1.0, 2.0], [1.0, 2.0]], [0, 1]
MEAN, SLOPE = 0.8132616875182228, 0.36552928931500245  # (log(1 + e) + log(1 + 1/e)) / 2 and 1/2 / (1 + 1/e)


@pytest.mark.parametrize("weight", [1.5e308, LARGEST, 1.0, 1e-300, 1e-320, 5e-324])
@pytest.mark.parametrize("target", [LABELS, [[1, 0], [0, 1]]], ids=["labels", "distributions"])
def test_a_mean_does_not_depend_on_the_size_of_the_weights(weight, target):
    value, grad = ce.softmax_cross_entropy_value_and_grad(LOGITS, target, weight=[weight] * 2)
    assert value == pytest.approx(MEAN, rel=1e-15)
    np.testing.assert_allclose(grad[0], [-SLOPE, SLOPE], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_weights_of_few_digits_take_none_from_the_loss(dtype):
    """A tenth of a float32 in a float32 has lost its last digits."""
    w = np.array([3.0, 2.0], dtype)
    for target in ([0, 1], [[0.25, 0.75], [0.5, 0.5]]):
        given, wide = (
            ce.softmax_cross_entropy_value_and_grad(LOGITS, target, weight=weight, label_smoothing=0.1)
            for weight in (w, w.astype(np.float64))
        )
        assert given[0] == wide[0]
        np.testing.assert_array_equal(given[1], wide[1])


@pytest.mark.parametrize("weight", [[1e308, 1e-308], [LARGEST, 5e-324]])
def test_a_weight_that_no_target_asks_for_does_not_matter(weight):
    """However much larger it is."""
    for target in ([1, 1], [[0, 1], [0, 1]]):
        value, grad = ce.softmax_cross_entropy_value_and_grad(LOGITS, target, weight=weight)
        assert value == pytest.approx(np.log1p(np.exp(-1)), rel=1e-15)
        assert np.all(np.isfinite(grad))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [-30, 0, 40, 300])
@pytest.mark.parametrize("classes", [2, 100])
@pytest.mark.parametrize("weight", [1e-300, 1e-30, 1e30, 1.5e308])
def test_slopes_keep_their_digits_whatever_the_weight(dtype, shift, classes, weight):
    """The weight over the sum of exponentials may leave the range of floats where the slope does not."""
    z = np.full((1, classes), shift, dtype)
    slopes = ce.softmax_cross_entropy_grad(z, [0], weight=[weight] * classes, reduction="sum").astype(np.float64)
    with np.errstate(all="ignore"):
        wanted = np.full(classes, weight / classes).astype(dtype).astype(np.float64)
    np.testing.assert_allclose(slopes[0, 1:], wanted[1:], rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize(
    ("column", "scores"),
    [
        ([1e300, -1e300], [1, -1]),
        ([LARGEST, -LARGEST], [1, -1]),
        ([1e-200, 3e-200], [-1, 1]),
        ([5e-324, 0], [1, -1]),
        ([1e308, 0, -1e308], [1.5**0.5, 0, -(1.5**0.5)]),
        ([1.0, 3.0], [-1, 1]),
    ],
)
def test_the_scale_of_a_column_does_not_matter(column, scores):
    train, other = standardise(np.transpose([column, [*range(len(column))]]), np.transpose([column, [0] * len(column)]))
    np.testing.assert_allclose(train[:, 0], scores, rtol=1e-15, atol=1e-300)
    np.testing.assert_array_equal(other[:, 0], train[:, 0])


def test_ordinary_columns_are_standardised_as_the_formula_says(rng):
    x = rng.normal(3, 5, (50, 4))
    np.testing.assert_array_equal(standardise(x)[0], (x - x.mean(axis=0)) / x.std(axis=0))


@pytest.mark.parametrize("size", [8e307, 1.0, 1e-300, 2.0**-1050])
def test_the_temperature_scales_with_the_scores(size):
    """T = (z₀ − z₁) / ln 3."""
    assert fit_temperature([[size, -size]] * 4, [0, 0, 0, 1]) == pytest.approx(size / np.log(3) * 2, rel=1e-14)


OUT_OF_RANGE = "^logits need a T outside the range of floats; scale them all, since T scales with them$"


def test_a_temperature_that_no_float_holds_is_refused():
    """1.82e308 for the first, and 4e-325 for the second."""
    for logits, labels in (([[1e308, -1e308]] * 4, [0, 0, 0, 1]), ([[5e-324, 0]] * 40_000, [1] + [0] * 39_999)):
        with pytest.raises(ValueError, match=OUT_OF_RANGE):
            fit_temperature(logits, labels)
    assert fit_temperature([[1e308, -1e308]] * 10, [0] * 9 + [1]) == pytest.approx(1e308 / np.log(3), rel=1e-14)


def test_a_tiny_share_of_another_class_is_not_none():
    """Two logits that are 1e-200 apart, and a target that gives 1e-200 to the lower one."""
    assert fit_temperature([[1e-200, 0]], [[1.0, 1e-200]]) == pytest.approx(1e-200 / np.log(1e200), rel=1e-12)


# Long doubles -----------------------------------------------------------------------------------------


def from_longdouble(x):
    """A long double as an exact number: the sum of two floats."""
    high = np.asarray(x).astype(np.float64)
    return exact(high) + exact((np.asarray(x) - high).astype(np.float64))


def longdouble(weights):
    """A distribution of long doubles that needs more digits than float64 has."""
    p = np.array(weights, np.longdouble)
    return p / p.sum()


P, Q = longdouble([3, 5, 1, 4]), longdouble([2, 7, 1, 1])
NEAR_P = P + np.longdouble(2) ** -20 * np.array([1, -1, 1, -1])
Z, Y = np.log(P) * 3, Q
JOINT = np.stack([P / 3, Q / 3 * 2])


def exact_information():
    """Σ p log(p/q) − p + q, where q is the product of the marginals."""
    joint = from_longdouble(JOINT)
    product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    return sum(p * mp.log(p / q) - p + q for p, q in zip(joint.flat, product.flat, strict=True))


WIDE = {
    "entropy": (lambda: ce.entropy(P, base=3), lambda p, q, r, z: -sum(x * mp.log(x, 3) for x in p)),
    "self_information": (lambda: ce.self_information(P[0], base=7), lambda p, q, r, z: -mp.log(p[0], 7)),
    "cross_entropy": (lambda: ce.cross_entropy(P, Q), lambda p, q, r, z: -sum(p * [mp.log(x) for x in q])),
    "kl_divergence": (
        lambda: ce.kl_divergence(P, Q, base=2),
        lambda p, q, r, z: sum(a * mp.log(a / b) - a + b for a, b in zip(p, q, strict=True)) / mp.log(2),
    ),
    "kl_divergence, near": (
        lambda: ce.kl_divergence(P, NEAR_P, base=5),
        lambda p, q, r, z: sum(a * mp.log(a / b) - a + b for a, b in zip(p, r, strict=True)) / mp.log(5),
    ),
    "js_divergence": (
        lambda: ce.js_divergence(P, Q, base=2),
        lambda p, q, r, z: sum(x * mp.log(2 * x / (a + b), 2) / 2 for a, b in zip(p, q, strict=True) for x in (a, b)),
    ),
    "mutual_information": (lambda: ce.mutual_information(JOINT, base=10), lambda *_: exact_information() / mp.log(10)),
    "softmax": (lambda: ce.softmax(Z)[1], lambda p, q, r, z: mp.exp(z[1]) / sum(map(mp.exp, z))),
    "smoothed": (
        lambda: ce.softmax_cross_entropy(Z, 0, label_smoothing=0.25),
        lambda p, q, r, z: sum(
            s * (mp.log(sum(map(mp.exp, z))) - x) for s, x in zip([0.8125, 0.0625, 0.0625, 0.0625], z, strict=True)
        ),
    ),
    "slope of a mean": (
        lambda: ce.softmax_cross_entropy_grad([Z] * 3, [0] * 3)[0, 1],
        lambda p, q, r, z: mp.exp(z[1]) / sum(map(mp.exp, z)) / 3,
    ),
    "slope of a square": (lambda: ce.squared_error_grad(P[:3], Q[:3])[0], lambda p, q, r, z: 2 * (p[0] - q[0]) / 3),
    "with_logits": (
        lambda: ce.binary_cross_entropy_with_logits(Z, Y),
        lambda p, q, r, z: sum(mp.log(1 + mp.exp(a)) - a * b for a, b in zip(z, q, strict=True)) / 4,
    ),
}


@pytest.mark.parametrize(("call", "truth"), WIDE.values(), ids=WIDE)
def test_long_doubles_keep_their_digits(call, truth):
    """All 64 bits of them, or more, where a machine has them."""
    answer = call()
    assert answer.dtype == np.longdouble
    true = truth(*(np.array([from_longdouble(x) for x in array]) for array in (P, Q, NEAR_P, Z)))
    assert abs(from_longdouble(answer) - true) <= abs(true) * 16 * float(np.finfo(np.longdouble).eps)


# float32 is widened, in every loss --------------------------------------------------------------------


def test_brier_score_of_float32_is_summed_wide(rng):
    p, t = (rng.dirichlet(np.ones(50), 400).astype(np.float32) for _ in range(2))
    squares = (p.astype(np.float64) - t.astype(np.float64)) ** 2
    np.testing.assert_array_equal(ce.brier_score(p, t, reduction="none"), squares.sum(axis=1).astype(np.float32))
    assert ce.brier_score(p, t) == np.float32(squares.sum(axis=1).mean())


# Soft targets near the softmax ------------------------------------------------------------------------


def test_soft_targets_near_the_softmax_are_right_to_a_few_units_of_the_larger():
    """As the gradient's documentation says: their difference is rounding."""
    z = np.array([0.1, 0.2, 0.3])
    t = ce.softmax(z)
    true = exact(np.exp(0 * z)) * [mp.exp(mp.mpf(float(x))) for x in z]
    true = true / sum(true) - exact(t)
    assert max(abs(exact(ce.softmax_cross_entropy_grad(z, t)) - true)) < 4e-16 * t.max()


# What comes as something else than an array of numbers ------------------------------------------------

MASKED = np.ma.array([0.5, 0.5], mask=[0, 1])
MASK_LOST = "is a masked array, whose mask would be lost; leave out what is masked, or give it a value with .filled(…)"
NUMBERS_AS = {
    "decimals": ([Decimal("0.5")] * 2, "p holds object, expected real numbers; pass np.array(p, dtype=float)"),
    "fractions": ([Fraction(1, 2)] * 2, "p holds object, expected real numbers; pass np.array(p, dtype=float)"),
    "mixed": ([0.5, Decimal("0.5")], "p holds object, expected real numbers; pass np.array(p, dtype=float)"),
    "objects": (np.array([0.5, 0.5], object), "p holds object, expected real numbers; pass np.array(p, dtype=float)"),
    "a table": ([[Decimal("0.5")] * 2], "p holds object, expected real numbers; pass np.array(p, dtype=float)"),
    "a decimal": (Decimal("0.5"), "p holds object, expected real numbers; pass float(p)"),
    "values": ({1: 0.5, 2: 0.5}.values(), "p holds object, expected real numbers; pass list(p)"),
    "a dictionary": ({1: 0.5, 2: 0.5}, "p holds object, expected real numbers; pass list(p.values())"),
    "an iterator": (iter([0.5, 0.5]), "p holds object, expected real numbers; pass list(p)"),
    "a set": ({0.25, 0.75}, "p holds object, expected real numbers"),
    "one None": ([0.5, None], "p holds object, expected real numbers; p[1] is None"),
    "one word": (np.array([[0.5, "x"]], object), "p holds object, expected real numbers; p[0, 1] is 'x'"),
    "too large": ([1, 10**400], "p holds object, expected real numbers; p[1] is 100000000000000000...0000000000000000"),
    "masked": (MASKED, f"p {MASK_LOST}"),
    "masked table": (np.ma.array(np.eye(2), mask=np.eye(2)), f"p {MASK_LOST}"),
    "masked rows": ([[0.5, 0.5], MASKED], f"p[1] {MASK_LOST}"),
    "masked in a tuple": (([0.5, 0.5], (0.5, np.ma.masked)), f"p[1, 1] {MASK_LOST}"),
    "masked in a row": (
        [[0.5, np.ma.masked]],
        "p cannot be made an array of numbers: Warning: converting a masked ele",
    ),
    "masked object": (np.array([0.5, np.ma.masked], object), f"p[1] {MASK_LOST}"),
}


@pytest.mark.parametrize(("p", "message"), NUMBERS_AS.values(), ids=NUMBERS_AS)
def test_other_containers_and_numbers_are_refused_with_a_remedy(p, message):
    with pytest.raises(TypeError) as caught:
        ce.entropy(p)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_argument_loses_a_mask(name):
    """Neither in a list nor in a table."""
    for argument, value in ARGUMENTS[name].items():
        masked = np.ma.array(value, mask=np.array(value) == np.max(value))
        for given in (masked, [masked], [[masked, masked]]):
            with pytest.raises(TypeError, match=r"is a masked array"):
                FUNCTIONS[name](**{**ARGUMENTS[name], argument: given})


@pytest.mark.parametrize(
    "call",
    [
        lambda x: ce.focal_loss([0.0, 1.0], 0, gamma=x),
        lambda x: ce.entropy([1.0], base=x),
        lambda x: ce.entropy([1.0], axis=x),
        lambda x: ce.softmax_cross_entropy([0.0, 1.0], 0, label_smoothing=x),
        lambda x: ce.softmax_cross_entropy([0.0, 1.0], 0, weight=[1, x]),
        lambda x: hold_out(x, 0.5, seed=0),
        lambda x: SGD(x),
        lambda x: LogisticRegression(x),
    ],
)
@pytest.mark.parametrize("masked", [np.ma.masked, np.ma.array(1, mask=True), np.ma.array(0.5, mask=True)])
def test_no_number_is_masked(call, masked):
    with pytest.raises(TypeError, match=r"is a masked array"):
        call(masked)


@pytest.mark.parametrize(
    ("base", "message"),
    [
        (Decimal(2), "base = Decimal('2') is not a real number; pass float(base)"),
        (Fraction(2), "base = Fraction(2, 1) is not a real number; pass float(base)"),
        (10**400, "base = 100000000000000000...0000000000000000000 is not a real number"),
        ([[1], 2], "base = [[1], 2] is not a real number"),
        ({2: 1}.values(), "base = dict_values([1]) is not a real number"),
    ],
)
def test_numbers_of_other_kinds_are_refused_with_a_remedy(base, message):
    with pytest.raises(TypeError) as caught:
        ce.entropy([1.0], base=base)
    assert str(caught.value) == message


class Tensor:
    """An object that will not become an array."""

    def __array__(self, *_, **__):
        raise RuntimeError("call .detach() first")


def test_the_reason_why_an_object_is_no_array_is_told():
    with pytest.raises(TypeError, match=r"^p cannot be made an array of numbers: call \.detach\(\) first$"):
        ce.entropy(Tensor())


def test_formats_of_other_packages_are_refused_with_a_remedy():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for dtype in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn):
        with pytest.raises(
            TypeError, match=rf"^p holds {np.dtype(dtype)}, expected .*; pass p\.astype\(np\.float32\)$"
        ):
            ce.entropy(np.array([0.5, 0.5], dtype))


def test_formats_of_other_packages_are_told_from_raw_bytes():
    """By their type: they have none of NumPy's own kinds."""
    like_bfloat16 = namedtuple("Array", "dtype")(namedtuple("DType", "kind type")("V", float))
    assert _arguments._way_to_numbers("p", None, like_bfloat16) == "; pass p.astype(np.float32)"
    with pytest.raises(TypeError, match=r"^p holds \|V2, expected real numbers$"):
        ce.entropy(np.zeros(2, "V2"))


# Probabilities of one class where those of all are expected ---------------------------------------------


@pytest.mark.parametrize("function", [reliability, expected_calibration_error])
@pytest.mark.parametrize(
    ("p", "message"),
    [
        (
            [0.9, 0.2, 0.6],
            "p has shape (3,), expected (rows, classes); for two classes pass np.stack([1 - p, p], axis=-1)",
        ),
        (0.9, "p has shape (), expected (rows, classes)"),
        (np.ones((2, 2, 1)), "p has shape (2, 2, 1), expected (rows, classes)"),
        (
            [[0.9], [0.2], [0.6]],
            "p sums to 0.9 along axis -1 at index (0,), expected 1; p has shape (3, 1), expected (..., classes): "
            "for two classes pass np.concatenate([1 - p, p], axis=-1)",
        ),
    ],
)
def test_reliability_asks_for_both_classes(function, p, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
        function(p, [1, 0, 1])
    assert str(caught.value) == message


@pytest.mark.parametrize("p", [[0.9, 0.2], [0.3, 0.2]])
def test_brier_score_asks_for_both_classes(p):
    with pytest.raises(
        ValueError, match=r"; if each entry is about an event of its own, pass np\.stack\(\[1 - p, p\], axis=-1\)$"
    ):
        ce.brier_score(p, [1, 0])
    both = np.stack([1 - np.array(p), p], axis=-1)
    assert ce.brier_score(both, [1, 0]) == pytest.approx(2 * ce.squared_error(p, [1, 0]))
    column = np.array(p)[:, np.newaxis]
    with pytest.raises(ValueError, match=r"for two classes pass np\.concatenate\(\[1 - p, p\], axis=-1\)$"):
        ce.brier_score(column, [1, 0])
    np.testing.assert_array_equal(np.concatenate([1 - column, column], axis=-1), both)


@pytest.mark.parametrize(
    ("p", "remedy"),
    [
        ([0.9, 0.2, 0.6], "divide by p.sum(axis=-1, keepdims=True); if each entry is about an event of its own, pass "),
        ([0.2, 0.1], "expected 1; to normalise counts, divide by p.sum(axis=-1, keepdims=True)"),
        ([3, 1], "p[0] = 3 is above 1; a probability lies in [0, 1]; to normalise counts, divide by p.sum("),
        ([3.5, 1], "p[0] = 3.5 is above 1; a probability lies in [0, 1]"),
        ([np.inf, 1], "p[0] = inf is above 1; a probability lies in [0, 1]"),
    ],
)
def test_remedies_are_right_for_the_input(p, remedy):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
        ce.entropy(p)
    assert remedy in str(caught.value)
    assert ("normalise" in remedy) == ("normalise" in str(caught.value)) or "divide" in remedy


def test_labels_with_one_score_each_are_sent_to_the_losses_of_two_classes():
    for loss in (ce.softmax_cross_entropy, ce.focal_loss):
        with pytest.raises(ValueError, match=r"for a label a score use a loss of two classes \(binary_…\)$"):
            loss([2.0, -1.0, 0.5], [1, 0, 1])
        with pytest.raises(
            ValueError, match=r"target\[0\] = 1 is outside 0\.\.0 .*; with one column there is a single"
        ):
            loss([[2.0], [-1.0]], [1, 0])


# Training -----------------------------------------------------------------------------------------------

MODELS = {
    "neuron": lambda: LogisticRegression(1),
    "softmax": lambda: SoftmaxRegression(1, 2),
    "hidden": lambda: OneHiddenLayer(1, 3, 2, seed=0),
}
X, Y2 = [[-1.0], [1.0], [2.0]], [0, 1, 1]


def calls(model):
    """Everything that takes rows."""
    methods = [model.scores, model.probabilities]
    if isinstance(model, LogisticRegression):
        return [*methods, lambda x: model.step(x, Y2, 1.0), lambda x: model.fit(x, Y2, steps=1, rate=1)]
    if isinstance(model, OneHiddenLayer):
        methods.append(model.hidden)
    return [*methods, lambda x: model.loss(x, Y2), lambda x: model.loss_and_gradients(x, Y2)]


@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[0.0], [np.nan], [1.0]], "x[1, 0] = nan is not a number"),
        ([[0.0], [1.0], [-np.inf]], "x[2, 0] = -inf is not finite"),
        ([1.0, 2.0, 3.0], "x has shape (3,), expected (rows, 1)"),
        ([[1.0, 2.0]] * 3, "x has shape (3, 2), expected (rows, 1)"),
        ([], "x is empty: its shape is (0,)"),
    ],
)
def test_models_name_the_rows(build, x, message):
    for call in calls(build()):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
            call(x)
        assert str(caught.value) == message


@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)
def test_models_take_lists(build):
    for call in calls(build()):
        call(X)


@pytest.mark.parametrize("build", [MODELS["softmax"], MODELS["hidden"]], ids=["softmax", "hidden"])
@pytest.mark.parametrize(
    ("labels", "exception", "message"),
    [
        ([0, 1], ValueError, "labels has shape (2,), expected (3,), one class a row"),
        ([0, 1, 2], ValueError, "labels[2] = 2 is outside 0..1 (labels start at 0)"),
        ([0.0, 1.0, 1.0], TypeError, "labels holds float64, expected integer class labels"),
    ],
)
def test_models_name_the_labels(build, labels, exception, message):
    model = build()
    for call in (
        model.loss,
        model.loss_and_gradients,
        lambda x, labels: fit(model, SGD(1), x, labels, epochs=1, batch=1, seed=0, watch=lambda model: 0),
    ):
        with pytest.raises(exception) as caught:
            call(X, labels)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("y", "options", "exception", "message"),
    [
        ([0, 1], {}, ValueError, "y has shape (2,), expected (3,), one target a row"),
        (Y2, {"rate": np.nan}, ValueError, "rate = nan is not a finite number at least 0"),
        (Y2, {"rate": -1}, ValueError, "rate = -1 is not a finite number at least 0"),
        (Y2, {"rate": [1, 2]}, TypeError, "rate has shape (2,), expected a single number"),
        (Y2, {"steps": 1.5}, TypeError, "steps = 1.5 is not an integer"),
        (Y2, {"steps": -1}, ValueError, "steps = -1 is not a whole number of at least 0"),
        ([0, 1, 2], {}, ValueError, "y[2] = 2 is above 1; a probability lies in [0, 1]"),
    ],
)
def test_the_neuron_names_its_arguments(y, options, exception, message):
    with pytest.raises(exception) as caught:
        LogisticRegression(1).fit(X, y, **{"steps": 1, "rate": 1, **options})
    assert str(caught.value) == message


@pytest.mark.parametrize("features", [0, -1])
def test_the_neuron_has_columns(features):
    with pytest.raises(ValueError, match="is not a whole number of at least 1"):
        LogisticRegression(features)


DIVERGED = r"^training diverged{}: .*; lower the rate, or standardise x$"


@pytest.mark.parametrize("watch", [None, lambda model: 0])
@pytest.mark.parametrize("build", [MODELS["softmax"], MODELS["hidden"]], ids=["softmax", "hidden"])
def test_divergence_is_called_so(build, watch):
    model = build()
    with np.errstate(all="raise"), pytest.raises(ValueError, match=DIVERGED.format(r" in epoch \d")):
        fit(model, SGD(1e300), [[1e10], [-2e10]], [0, 1], epochs=9, batch=1, seed=0, watch=watch)


def test_divergence_of_the_neuron_is_called_so():
    for x, steps in (([[1e200], [-2e200]], 1), ([[1e200], [-2e200]], 3)):
        with np.errstate(all="raise"), pytest.raises(ValueError, match=DIVERGED.format("")):
            LogisticRegression(1).fit(x, [0, 1], steps=steps, rate=1e300)
    with pytest.raises(
        ValueError, match=r"^a score is beyond the range of floats; the parameters or the entries of x "
    ):
        given_weights(2.0).scores([[1e308]])


def given_weights(weight):
    model = SoftmaxRegression(1, 2)
    model.parameters[0][:] = weight
    return model


def test_what_watch_returns_is_kept_as_it_was():
    """Weights 0, ±0.5, … of a slope that is ½ at first: training changes the model's own arrays."""
    weights = fit(
        SoftmaxRegression(1, 2),
        SGD(1.0),
        [[-1.0], [1.0]],
        [0, 1],
        epochs=3,
        batch=2,
        seed=0,
        watch=lambda model: model.parameters[0],
    )
    w, expected = 0.0, []
    for _ in range(4):
        expected.append([[-w, w]])
        w += 1 / (1 + np.exp(2 * w))
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


@pytest.mark.parametrize(
    "watch", [lambda model: {"weights": model.parameters[0]}, lambda model: (model.parameters[1], [1.0, 2.0])]
)
def test_what_watch_returns_may_be_nested(watch):
    record = fit(SoftmaxRegression(1, 2), SGD(1.0), X, Y2, epochs=2, batch=3, seed=0, watch=watch)
    assert len(record) == 3
    first, last = (entry["weights"] if isinstance(entry, dict) else entry[0] for entry in (record[0], record[-1]))
    assert np.all(first == 0)
    assert np.all(last != 0)


def test_what_watch_cannot_return():
    lengths = itertools.count(1)
    for watch, message in (
        (lambda model: [np.zeros(2), np.zeros(3)], "watch returns arrays of different shapes; expected one array, or"),
        (lambda model: np.zeros(next(lengths)), r"watch returned shape \(2,\), and \(1,\) at first"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(SoftmaxRegression(1, 2), SGD(1.0), X, Y2, epochs=2, batch=3, seed=0, watch=watch)
    with pytest.raises(TypeError, match=r"^watch = 3 is not a function of the model$"):
        fit(SoftmaxRegression(1, 2), SGD(1.0), X, Y2, epochs=2, batch=3, seed=0, watch=3)


def test_an_optimiser_serves_one_model():
    """Its velocities would push the second one on."""
    optimiser, options = SGD(0.5, 0.9), {"epochs": 3, "batch": 3, "seed": 0}
    first, second = SoftmaxRegression(1, 2), SoftmaxRegression(1, 2)
    losses = fit(first, optimiser, X, Y2, **options)
    for other in (second, OneHiddenLayer(1, 2, 2, seed=0)):
        with pytest.raises(
            ValueError, match=r"^parameters are others than at the last update; make a new optimiser for "
        ):
            fit(other, optimiser, X, Y2, **options)
        assert np.all(other.parameters[-1] == 0)
    np.testing.assert_array_equal(fit(second, SGD(0.5, 0.9), X, Y2, **options), losses)
    assert np.all(fit(first, optimiser, X, Y2, **options)[1:] < losses[-1])  # the same model goes on


def test_the_optimiser_names_what_does_not_fit():
    parameters = [np.zeros((2, 3)), np.zeros(3)]
    for gradients in ([np.zeros((2, 3))], [np.zeros((2, 3)), 1.0], [np.zeros((2, 3)), np.zeros((2, 3))]):
        optimiser = SGD(1.0)
        with pytest.raises(
            ValueError, match=r"^gradients have shapes \[\(2, 3\).*, expected \[\(2, 3\), \(3,\)\], those of"
        ):
            optimiser.update(parameters, gradients)
    with pytest.raises(TypeError, match=r"^parameters hold whole numbers, expected floats"):
        SGD(1.0).update([np.zeros(2, int)], [np.zeros(2)])


@pytest.mark.parametrize(
    ("call", "exception", "message"),
    [
        (lambda: hold_out(10.0, 0.3, seed=0), TypeError, "rows = 10.0 is not an integer"),
        (lambda: hold_out(np.zeros((9, 2)), 0.3, seed=0), TypeError, "rows has shape (9, 2), expected a whole number"),
        (lambda: hold_out(0, 0.3, seed=0), ValueError, "rows = 0 is not a whole number of at least 1"),
        (lambda: hold_out(10, np.nan, seed=0), ValueError, "share = nan is not a number between 0 and 1"),
        (lambda: hold_out(10, np.inf, seed=0), ValueError, "share = inf is not a number between 0 and 1"),
        (lambda: hold_out(10, 1e308, seed=0), ValueError, "share = 1e+308 is not a number between 0 and 1"),
        (lambda: hold_out(10, 0.3, seed=-1), ValueError, "seed = -1 is not a whole number of at least 0"),
        (lambda: hold_out(10, 0.3, seed=None), TypeError, "seed = None is not an integer"),
        (lambda: hold_out(10**400, 0.3, seed=0), ValueError, "rows is at least 2**63, and no array has as many"),
        (lambda: OneHiddenLayer(1, 1, 1, seed="a"), TypeError, "seed = 'a' is not an integer"),
        (lambda: standardise([1.0, 2.0]), ValueError, "train has shape (2,), expected (rows, columns)"),
        (lambda: standardise(X, [[1.0, 2.0]]), ValueError, "others has shape (1, 2), expected (rows, 1)"),
        (lambda: standardise(X, X, [[1.0, 2.0]]), ValueError, "others[1] has shape (1, 2), expected (rows, 1)"),
        (lambda: standardise(X, X, [[np.nan]]), ValueError, "others[1][0, 0] = nan is not a number"),
        (lambda: fit_temperature(1.0, 0), ValueError, "logits is a single number, expected at least one dimension"),
    ],
)
def test_no_argument_is_refused_in_the_words_of_another_library(call, exception, message):
    with pytest.raises(exception) as caught:
        call()
    assert str(caught.value) == message


# Everything at once -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_surprises_at_the_ends_of_the_range():
    """Of scores from the smallest to the largest float, against 50 digits."""
    ends = [5e-324, 1e-310, 2.3e-308, 1e-20, 1.0, 700.0, 750.0, 1e5, 1e300, 8.9e307]
    for a, b in itertools.product([*ends, *(-x for x in ends)], repeat=2):
        z = np.array([a, b, 0.0])
        true = exact_surprises(z)
        for label in range(3):
            assert ulps(ce.softmax_cross_entropy(z, label), true[[label]]) <= 4
            if not 0 < true[label] < 2.3e-308:  # a product with a share below the smallest normal number is rounded
                assert ulps(ce.softmax_cross_entropy([z] * 3, [np.eye(3)[label]] * 3), true[[label]]) <= 4


def test_squares_of_sigmoids_at_the_ends_of_the_range():
    value, slopes = sigmoid_squared_error_value_and_grad([1e308, -1e308, 0.0], [0, 1, 0.5])
    assert value == pytest.approx(2 / 3)
    np.testing.assert_array_equal(slopes, [0, 0, 0])


def test_what_the_loss_refuses_for_another_reason_is_told_as_it_is():
    """Labels and scores are fine; the loss itself is not."""

    def broken(scores, labels):
        raise ValueError("no loss today")

    with pytest.raises(ValueError, match=r"^no loss today$"):
        training._of_labels(broken, np.zeros((3, 2)), Y2)


# Found by a fuzz of every public function --------------------------------------------------------------------


def test_a_long_distribution_of_float32_down_the_columns_is_one():
    p = np.full((100_000, 2), 0.1 / 99_999)
    p[0] = 0.9
    p = p.astype(np.float32)
    np.testing.assert_array_equal(ce.entropy(p, axis=0), ce.entropy(np.ascontiguousarray(p.T)))
    z = 3 * np.random.default_rng(0).standard_normal((70_000, 3)).astype(np.float32)
    q = ce.softmax(z, axis=0)
    assert np.all(ce.kl_divergence(q, q, axis=0) == 0)
    with pytest.raises(ValueError, match=r"p sums to 1\.00001"):
        ce.entropy(np.full((1000, 2), 1.000011 / 1000, np.float32), axis=0)


def test_weights_beyond_float64_average_as_others_do():
    wide = np.longdouble
    if np.finfo(wide).max == np.finfo(float).max:
        pytest.skip("this machine has no wider floats")
    z, target = np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 2.0]]), [0, 1]
    plain = ce.softmax_cross_entropy(z, target, weight=[1, 2, 1])
    for unit in ("1e4000", "1e-4000"):
        weight = wide(unit) * np.array([1, 2, 1], wide)
        assert ulps(ce.softmax_cross_entropy(z, target, weight=weight), plain) <= 2
        assert abs(ce.softmax_cross_entropy(z.astype(wide), target, weight=weight) / plain - 1) <= 4e-16
    weight = np.array([0.1, 0.2, 0.7], wide)
    mean = ce.softmax_cross_entropy(z.astype(wide), target, weight=weight)
    total = ce.softmax_cross_entropy(z.astype(wide), target, weight=weight, reduction="sum")
    assert abs(mean / (total / (weight[0] + weight[1])) - 1) <= 4 * np.finfo(wide).eps


def test_very_small_answers_keep_the_digits_of_wide_floats():
    wide = np.longdouble
    z = np.array([-14016.9, -2332.5, 19951.6, 10429.4], wide)
    if np.exp(z[3] - z[2]) == 0:
        pytest.skip("this machine has no wider floats")
    assert abs(ce.log_softmax(z)[2] / -np.exp(z[3] - z[2]) - 1) <= 4 * np.finfo(wide).eps


def test_a_remedy_does_not_lead_astray():
    with pytest.raises(ValueError, match=r"^p sums to 0 along axis -1, expected 1$"):
        ce.entropy([0.0, 0.0])
    with pytest.raises(ValueError, match=r"^joint sums to 0 along axes \(-2, -1\), expected 1$"):
        ce.mutual_information(np.zeros((2, 2)))
    with pytest.raises(TypeError, match=r"pass np\.array\(target, dtype=int\)$"):
        ce.softmax_cross_entropy([[1.0, 2.0]], [1.0])
    records = np.rec.array([(1.0, 2.0), (3.0, 4.0)], dtype=[("up", float), ("down", float)])
    with pytest.raises(TypeError, match=r"pass one of its columns, such as z\['up'\], or stack them$"):
        ce.softmax(records)
    with pytest.raises(ValueError, match="the Kraft sum is a little above 1, and"):
        ce.code_from_lengths([1, 1, 2000])
    with pytest.raises(ValueError, match=r"the Kraft sum is 1\.0000000009313226, and"):
        ce.code_from_lengths([1, 1, 30])


@pytest.mark.parametrize(
    ("optimise", "message"),
    [
        (lambda: fit(None, SGD(0.1), [[1.0]], [0], epochs=1, batch=1, seed=0), "model is of type NoneType, which has"),
        (
            lambda: fit(LogisticRegression(1), SGD(0.1), [[1.0]], [0], epochs=1, batch=1, seed=0),
            "model is of type LogisticRegression, which has no parameters",
        ),
        (
            lambda: fit(SoftmaxRegression(1, 2), SGD, [[1.0]], [0], epochs=1, batch=1, seed=0),
            r"optimiser is the class SGD, expected an object of it: SGD\(…\)",
        ),
        (lambda: SGD(0.1).update([[1.0]], [[1.0]]), r"parameters\[0\] is of type list, expected an array of floats"),
        (lambda: SGD(0.1).update([np.ones(1, complex)], [[1.0]]), r"parameters\[0\] is of type complex128"),
    ],
)
def test_what_cannot_be_trained_is_named(optimise, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        optimise()


def test_a_step_that_is_refused_changes_nothing():
    parameters = [np.ones(2), np.ones(1)]
    with pytest.raises(TypeError, match=r"^gradients\[1\] holds"):
        SGD(0.1).update(parameters, [np.ones(2), ["a"]])
    assert all(np.all(parameter == 1) for parameter in parameters)
    optimiser = SGD(0.5)
    optimiser.update(parameters, (np.ones(n) for n in (2, 1)))
    assert all(np.all(parameter == 0.5) for parameter in parameters)


@pytest.mark.filterwarnings("error")
def test_numbers_that_overflow_are_refused_without_a_warning():
    with pytest.raises(ValueError, match="training diverged: a parameter is beyond the range of floats"):
        LogisticRegression(1).step([[1e300], [2.0]], [0, 1], 1e300)
    with np.errstate(all="raise"):
        for refused in (
            lambda: ce.huffman_code([1e308, 1e308]),
            lambda: ce.codes.FixedModel([1e308, 1e308]),
            lambda: reliability([[1e308, 1e308]], [0]),
            lambda: expected_calibration_error([[1e308, 1e308]], [0]),
        ):
            with pytest.raises(ValueError, match="is above 1"):
                refused()
