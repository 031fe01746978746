"""What every function does with its arguments: the formats it takes and returns, and what it refuses."""

import copy
import inspect

import numpy as np
import pytest

import crossentropy as ce
from tests.strategies import ARGUMENTS, FUNCTIONS, JOINT, LOGITS, LOSSES, P, Q, Z, answers

NAMES = sorted(FUNCTIONS)
PAIRS = sorted(name for name in FUNCTIONS if len(ARGUMENTS[name]) == 2)


# Formats --------------------------------------------------------------------------------------------


def as_dtype(arguments, *dtypes):
    """The arguments as arrays, the i-th in the i-th format (the last for the rest)."""
    return {name: np.array(x, dtypes[min(i, len(dtypes) - 1)]) for i, (name, x) in enumerate(arguments.items())}


def one_hot(arguments):
    """The arguments as 0 and 1: 1 at the largest entry of each row."""
    return {
        name: (np.array(x) == np.max(x, axis=-1, keepdims=True)).astype(int).tolist() for name, x in arguments.items()
    }


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("name", NAMES)
def test_float_format_is_kept_and_computed_wider(name, dtype):
    """The answer is that of float64, rounded once."""
    results = answers(FUNCTIONS[name](**as_dtype(ARGUMENTS[name], dtype)))
    wide = answers(FUNCTIONS[name](**ARGUMENTS[name]))
    for result, expected in zip(results, wide, strict=True):
        assert result.dtype == dtype
        if dtype is not np.longdouble:
            np.testing.assert_array_equal(result, expected.astype(dtype))


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.uint8, np.int64, np.uint64, list])
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"conditional_entropy", "mutual_information"}))
def test_integers_booleans_and_lists_count_as_float64(name, dtype):
    arguments = one_hot(ARGUMENTS[name])
    given = arguments if dtype is list else as_dtype(arguments, dtype)
    expected = answers(FUNCTIONS[name](**as_dtype(arguments, np.float64)))
    for result, value in zip(answers(FUNCTIONS[name](**given)), expected, strict=True):
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, value)


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.uint64])
@pytest.mark.parametrize("name", ["conditional_entropy", "mutual_information"])
def test_integer_tables_count_as_float64(name, dtype):
    result = FUNCTIONS[name](np.array([[0, 1], [0, 0]], dtype))
    assert result.dtype == np.float64
    assert result == 0


@pytest.mark.parametrize(
    ("first", "second", "mixed"),
    [
        (np.float32, np.float64, np.float64),
        (np.float64, np.float32, np.float64),
        (np.float16, np.float32, np.float32),
        (np.float32, np.float16, np.float32),
        (np.float16, np.float64, np.float64),
    ],
)
@pytest.mark.parametrize("name", PAIRS)
def test_mixed_formats(name, first, second, mixed):
    """A value has the wider format, a gradient that of the first argument."""
    results = answers(FUNCTIONS[name](**as_dtype(ARGUMENTS[name], first, second)))
    assert results[-1].dtype == (first if name.endswith("_grad") else mixed)
    assert results[0].dtype == (first if name.endswith("_grad") and len(results) == 1 else mixed)


@pytest.mark.parametrize("narrow", [np.float16, np.float32])
@pytest.mark.parametrize("smoothing", [0, 0.125])
def test_a_value_in_the_wider_format_has_its_digits(rng, narrow, smoothing):
    """Long rows of float32 are computed in float32 only if the answer is a float32, too."""
    z, targets = rng.normal(size=(3, 100)).astype(narrow), rng.dirichlet(np.ones(100), 3)
    value, wide = (ce.softmax_cross_entropy(x, targets, label_smoothing=smoothing) for x in (z, z.astype(float)))
    assert value == pytest.approx(wide, rel=1e-15)


@pytest.mark.parametrize("label_dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_labels_and_weights_do_not_decide_the_format(dtype, label_dtype):
    labels = np.array([2, 0], label_dtype)
    value, grad = ce.softmax_cross_entropy_value_and_grad(np.array(LOGITS, dtype), labels, weight=np.ones(4))
    assert value.dtype == grad.dtype == dtype
    assert value == dtype(ce.softmax_cross_entropy(LOGITS, labels.astype(int)))
    for function, first in ((ce.focal_loss_value_and_grad, LOGITS), (ce.brier_score_value_and_grad, [P, Q])):
        assert [answer.dtype for answer in function(np.array(first, dtype), labels)] == [dtype] * 2


@pytest.mark.parametrize(
    ("function", "total"),
    [
        (lambda x: ce.entropy(np.full(x.size, 1 / x.size, x.dtype), base=2), 20),
        (lambda x: ce.squared_error(x, x + 1, reduction="sum"), 2**20),
        (lambda x: ce.binary_cross_entropy_with_logits(x, x, reduction="sum") / np.log(2), 2**20),
    ],
    ids=["entropy", "squared_error", "binary_cross_entropy_with_logits"],
)
def test_sums_of_float32_run_in_float64(function, total):
    assert function(np.zeros(2**20, np.float32)) == pytest.approx(total, rel=1e-7)


def test_sum_of_float16_does_not_stop_at_its_resolution():
    """A float16 counter cannot pass 2048; the mean of 10,000 ones is 1 all the same."""
    ones = np.ones(10_000, np.float16)
    assert ce.squared_error(ones, 0 * ones) == 1


SCALAR_ANSWERS = sorted(set(NAMES) - {"self_information", "softmax", "log_softmax", "sigmoid", "log_sigmoid"})


@pytest.mark.parametrize("name", SCALAR_ANSWERS)
def test_answers_without_dimensions_are_numpy_scalars(name):
    results = answers(FUNCTIONS[name](**ARGUMENTS[name]))
    if not name.endswith("_grad") or len(results) == 2:
        assert type(results[0]) is np.float64
    if name.endswith("_grad"):
        assert results[-1].shape == np.shape(next(iter(ARGUMENTS[name].values())))


@pytest.mark.parametrize("number", [0.5, 1, True, np.float64(0.5), np.float16(0.5), np.array(0.5)])
@pytest.mark.parametrize(
    "name", ["self_information", "sigmoid", "log_sigmoid", *(n for n in NAMES if n.startswith(("binary", "squared")))]
)
def test_scalars_in_scalars_out(name, number):
    dtype = np.result_type(number) if np.result_type(number).kind == "f" else np.float64
    for reduction in [{}] if name in ("self_information", "sigmoid", "log_sigmoid") else [{}, {"reduction": "none"}]:
        for result in answers(FUNCTIONS[name](*[number] * len(ARGUMENTS[name]), **reduction)):
            assert isinstance(result, np.generic)
            assert result.dtype == dtype


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_shapes_of_losses(loss, shape, reduction):
    """Reduced losses are single numbers; a gradient has the shape of the first argument."""
    if loss in ("softmax_cross_entropy", "focal_loss", "brier_score"):
        first, second = np.full((*shape, 4), 0.25), np.zeros(shape, int)
    else:
        first = second = np.full(shape, 0.5)
    value, grad = FUNCTIONS[loss + "_value_and_grad"](first, second, reduction=reduction)
    assert value.shape == (shape if reduction == "none" else ())
    assert grad.shape == first.shape


def read_only(x):
    x = np.array(x)
    x.flags.writeable = False
    return x


def strided(x):
    """The same numbers with gaps between them, backwards in memory."""
    x = np.array(x)
    wide = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan)[..., ::-1]
    wide[..., ::2] = x
    return wide[..., ::2]


def swapped(x):
    """In the byte order of other machines."""
    return np.array(x).astype(">f8" if np.little_endian else "<f8")


LAYOUTS = {
    "read-only": read_only,
    "strided": strided,
    "Fortran": np.asfortranarray,
    "other byte order": swapped,
    "tuple": tuple,
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
def test_any_layout_gives_the_same_and_inputs_stay(name, layout):
    given = {key: layout(x) for key, x in ARGUMENTS[name].items()}
    before = copy.deepcopy(given)
    results = answers(FUNCTIONS[name](**given))
    for result, expected in zip(results, answers(FUNCTIONS[name](**ARGUMENTS[name])), strict=True):
        np.testing.assert_array_equal(result, expected)
        assert result.dtype == expected.dtype
        assert not any(np.shares_memory(result, x) for x in given.values() if isinstance(x, np.ndarray))
    for key, x in given.items():
        np.testing.assert_array_equal(x, before[key])


def test_error_state_is_put_back():
    """Functions silence NumPy inside only, also when they raise."""
    with np.errstate(all="raise"):
        before = np.geterr()
        ce.entropy([1.0, 0.0])
        with pytest.raises(ValueError, match="sums to"):
            ce.entropy([1.0, 1.0])
        assert np.geterr() == before


# Infinities and zeros are answers, not accidents ----------------------------------------------------

INF = np.inf
GOOD_EXTREMES = [
    ("self_information", ([0.0, -0.0, 1.0, 5e-324],), {"base": 2}, [INF, INF, 0, 1074]),
    ("entropy", ([1.0, 0.0],), {}, 0),
    ("entropy", ([[0.5, 0.5, 0], [0, 0, 1]],), {"base": 2}, [1, 0]),
    ("conditional_entropy", ([[0, 0], [0.5, 0.5]],), {"base": 2}, 1),
    ("conditional_entropy", ([[0.5, 0], [0, 0.5]],), {}, 0),
    ("mutual_information", ([[0, 0], [0.5, 0.5]],), {}, 0),
    ("mutual_information", ([[0.5, 0], [0, 0.5]],), {"base": 2}, 1),
    ("cross_entropy", ([0.5, 0.5], [1, 0]), {}, INF),
    ("cross_entropy", ([1, 0], [1, 0]), {}, 0),
    ("cross_entropy", ([0, 1], [0.5, 0.5]), {"base": 2}, 1),
    ("kl_divergence", ([0.5, 0.5], [1, 0]), {}, INF),
    ("kl_divergence", ([0.5, 0.5], [1, -0.0]), {}, INF),
    ("kl_divergence", ([1, 0], [0, 1]), {}, INF),
    ("kl_divergence", ([1, 0], [0.5, 0.5]), {"base": 2}, 1),
    ("kl_divergence", ([0.5, 0.5, 0], [0.5, 0.5, 0]), {}, 0),
    ("js_divergence", ([1, 0], [0, 1]), {"base": 2}, 1),
    ("js_divergence", ([0.5, 0.5, 0], [0.5, 0.5, 0]), {}, 0),
    ("perplexity", ([0.5, 0.5], [1, 0]), {}, INF),
    ("perplexity", ([1, 0], [1, 0]), {}, 1),
    ("logsumexp", ([[-INF, 3], [INF, 0], [INF, -INF], [INF, INF], [-INF, -INF]],), {}, [3, INF, INF, INF, -INF]),
    ("logsumexp", ([[1e308, 0], [-1e308, -1e308]],), {}, [1e308, -1e308]),
    ("softmax", ([-INF, 0, 0, -INF],), {}, [0, 0.5, 0.5, 0]),
    ("softmax", ([[-INF, -1e308], [1e308, -1e308]],), {}, [[0, 1], [1, 0]]),
    ("log_softmax", ([-INF, 7, -INF],), {}, [-INF, 0, -INF]),
    ("log_softmax", ([1e308, 0],), {}, [0, -1e308]),
    ("sigmoid", ([-INF, INF, -1e4, 1e4],), {}, [0, 1, 0, 1]),
    ("log_sigmoid", ([-INF, INF, -1e308, 1e308],), {}, [-INF, 0, -1e308, 0]),
    ("binary_cross_entropy", ([0, 1, 0, 1, 0, 1], [0, 1, 1, 0, 0.5, 0.5]), {}, [0, 0, INF, INF, INF, INF]),
    ("binary_cross_entropy_grad", ([0, 1, 0, 1, -0.0, 1], [0, 1, 1, 0, 0.5, 0.5]), {}, [1, -1, -INF, INF, -INF, INF]),
    ("binary_cross_entropy_with_logits", ([INF, -INF] * 3, [1, 0, 0, 1, 0.5, 0.5]), {}, [0, 0, INF, INF, INF, INF]),
    ("binary_cross_entropy_with_logits_grad", ([INF, -INF] * 3, [1, 0, 0, 1, 0.5, 0.5]), {}, [0, 0, 1, -1, 0.5, -0.5]),
    ("binary_cross_entropy_with_logits", ([1e308, -1e308], [0, 1]), {}, [1e308, 1e308]),
    ("softmax_cross_entropy", ([[0, -INF], [-INF, 0], [0, -INF]], [0, 1, 1]), {}, [0, 0, INF]),
    ("softmax_cross_entropy", ([0, 0, -INF], [0.5, 0.5, 0]), {}, np.log(2)),
    ("softmax_cross_entropy", ([0, 0, -INF], [0.5, 0, 0.5]), {}, INF),
    ("softmax_cross_entropy", ([0, 0, -INF], [0.5, 0, 0.5]), {"weight": [2, 1, 0]}, np.log(2)),
    ("softmax_cross_entropy", ([0, -INF], 0), {"label_smoothing": 0.1}, INF),
    ("softmax_cross_entropy_grad", ([[0, -INF], [0, -INF]], [0, 1]), {}, [[0, 0], [1, -1]]),
    ("softmax_cross_entropy_grad", ([0, 0, -INF], [0.25, 0.25, 0.5]), {}, [0.25, 0.25, -0.5]),
    ("softmax_cross_entropy_grad", ([0, -INF], 0), {"label_smoothing": 0.5}, [0.25, -0.25]),
    ("softmax_cross_entropy_grad", ([[1e308, -1e308]], [1]), {}, [[1, -1]]),
    ("squared_error", ([1e200], [0]), {}, [INF]),
    ("focal_loss", ([[0, -INF], [-INF, 0], [0, -INF]], [0, 1, 1]), {}, [0, 0, INF]),
    ("focal_loss", ([[0, -INF], [0, -INF]], [0, 1]), {"gamma": 0}, [0, INF]),
    ("focal_loss", ([0, 0, -INF], [0.5, 0.5, 0]), {"gamma": 1}, np.log(2) / 2),
    ("focal_loss", ([1000.0, 0.0], 0), {"gamma": 0.5}, 0),
    ("focal_loss_grad", ([[0, -INF], [0, -INF]], [0, 1]), {}, [[0, 0], [1, -1]]),
    ("focal_loss_grad", ([[1000, 0], [1000, 0]], [0, 1]), {"gamma": 0.5}, [[0, 0], [1, -1]]),
]


@pytest.mark.parametrize(
    ("name", "arguments", "options", "expected"),
    [pytest.param(*case, id=f"{case[0]}-{case[1]}{case[2] or ''}") for case in GOOD_EXTREMES],
)
def test_zeros_and_infinities_without_a_warning(name, arguments, options, expected):
    if name.startswith(("binary", "softmax_cross", "squared", "focal")):
        options = {"reduction": "none", **options}
    with np.errstate(all="raise"):
        result = FUNCTIONS[name](*arguments, **options)
    np.testing.assert_allclose(result, expected, rtol=1e-15, atol=0)
    assert not np.any(np.signbit(result) & (result == 0)), "a zero must not print as -0"


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize(
    ("loss", "first", "second"),
    [
        ("binary_cross_entropy", [0.0, 0.5], [1, 1]),
        ("binary_cross_entropy_with_logits", [-INF, 0.0], [1, 1]),
        ("softmax_cross_entropy", [[0, -INF], [0, 0]], [1, 1]),
        ("focal_loss", [[0, -INF], [0, 0]], [1, 1]),
    ],
)
def test_one_infinite_loss_makes_the_total_infinite(loss, first, second, reduction):
    with np.errstate(all="raise"):
        value, grad = FUNCTIONS[loss + "_value_and_grad"](first, second, reduction=reduction)
    assert value == INF
    assert not np.isnan(grad).any()
    assert np.isfinite(grad).all() or loss == "binary_cross_entropy"


# Refusals -------------------------------------------------------------------------------------------
# Every case replaces one argument of a good call and names the exception and words of its message.

MASKED = np.ma.masked_array(P, [True, False, False, False])
NO_NUMBERS = [
    ("complex", np.array(P, complex), TypeError, "{name} holds complex128, expected real numbers"),
    ("object", np.array([*P[:3], None]), TypeError, "{name} holds object, expected real numbers"),
    ("strings", ["a", "b", "c", "d"], TypeError, "{name} holds <U1, expected real numbers"),
    ("dates", np.array(["2000-01-01"] * 4, "M8[D]"), TypeError, "{name} holds datetime64[D], expected real numbers"),
    ("None", None, TypeError, "{name} holds object, expected real numbers"),
    ("masked", MASKED, TypeError, "{name} is a masked array"),
    ("ragged", [[0.5, 0.5], [1.0]], ValueError, "{name} has rows of different lengths"),
    ("empty", [], ValueError, "{name} is empty: its shape is (0,)"),
    ("no rows", np.zeros((0, 4)), ValueError, "{name} is empty: its shape is (0, 4)"),
    ("no classes", np.zeros((4, 0)), ValueError, "{name} is empty: its shape is (4, 0)"),
]
NOT_FINITE = [
    ("inf", [0.5, INF, 0.0, INF], ValueError, "{name}[1] = inf is not finite"),
    ("-inf", [0.5, 0.0, -INF, 0.0], ValueError, "{name}[2] = -inf is not finite"),
]
NAN = [("NaN", [0.5, 0.25, np.nan, np.nan], ValueError, "{name}[2] = nan is not a number")]
OUTSIDE = [
    ("negative", [0.5, 0.75, -0.25, -1.0], ValueError, "{name}[2] = -0.25 is negative"),
    ("hardly negative", [0.5, 0.25, 0.25, -5e-324], ValueError, "{name}[3] = -4.94066e-324 is negative"),
    ("above 1", [0.0, 1.5, 0.0, 2.0], ValueError, "{name}[1] = 1.5 is above 1"),
    ("infinite", [0.0, 0.0, INF, 0.0], ValueError, "{name}[2] = inf is above 1"),
    ("-infinite", [0.0, -INF, 0.0, 0.0], ValueError, "{name}[1] = -inf is negative"),
]
HARDLY_ABOVE = [
    ("hardly above 1", [0.0, 0.0, 0.0, 1 + 2**-52], ValueError, "{name}[3] = 1.0000000000000002 is above 1"),
    ("scalar", 1.5, ValueError, "{name} = 1.5 is above 1"),
    ("index", [[0.0, 0.5], [-0.5, 0.0]], ValueError, "{name}[1, 0] = -0.5 is negative"),
]
UNNORMALISED = [
    ("below 1", [0.5, 0.25, 0.125, 0.0], ValueError, "{name} sums to 0.875 along axis -1, expected 1"),
    ("beyond 1", [0.5, 0.25, 0.25, 0.25], ValueError, "{name} sums to 1.25 along axis -1, expected 1"),
    ("all zero", [0.0, 0.0, 0.0, 0.0], ValueError, "{name} sums to 0 along axis -1, expected 1"),
    ("hardly below 1", [0.5, 0.25, 0.125, 0.1249999], ValueError, "{name} sums to 0.99999989"),
    ("one row", [P, Q, [0.5, 0.25, 0.0, 0.0]], ValueError, "{name} sums to 0.75 along axis -1 at index (2,)"),
    ("counts", [2, 1, 1, 0], ValueError, "{name}[0] = 2 is above 1"),
    ("remedy", [0.25, 0.25, 0.25, 0.0], ValueError, "divide by {name}.sum(axis=-1, keepdims=True)"),
]
WRONG_TABLES = [
    ("one axis", P, ValueError, "{name} has shape (4,), expected (..., outcomes of X, outcomes of Y)"),
    ("scalar", 1.0, ValueError, "{name} has shape (), expected"),
    ("negative", [[0.5, 0.75], [-0.25, 0.0]], ValueError, "{name}[1, 0] = -0.25 is negative"),
    ("above 1", [[0.0, 0.0], [0.0, 1.25]], ValueError, "{name}[1, 1] = 1.25 is above 1"),
    ("NaN", [[0.5, 0.5], [0.0, np.nan]], ValueError, "{name}[1, 1] = nan is not a number"),
    ("infinite", [[0.5, 0.5], [0.0, INF]], ValueError, "{name}[1, 1] = inf is above 1"),
    ("below 1", [[0.5, 0.25], [0.125, 0.0]], ValueError, "{name} sums to 0.875 along axes (-2, -1), expected 1"),
    ("rows sum to 1", [[0.5, 0.5], [0.5, 0.5]], ValueError, "{name} sums to 2 along axes (-2, -1)"),
    ("one table", [JOINT, [[0.5, 0.5], [0.5, 0.0]]], ValueError, "along axes (-2, -1) at index (1,), expected 1"),
    ("remedy", [[0.5, 0.25], [0.125, 0.0]], ValueError, "divide by {name}.sum(axis=(-2, -1), keepdims=True)"),
]
NO_SOFTMAX = [
    ("+inf", [0.0, INF, 0.0, 0.0], ValueError, "{name}[1] = inf has no softmax"),
    ("all -inf", [-INF] * 4, ValueError, "{name} is -inf for every class along axis -1, expected one finite logit"),
    ("a row -inf", [Z, [-INF] * 4], ValueError, "{name} is -inf for every class along axis -1 at index (1,)"),
]
SCALAR_Z = [("scalar", 0.5, ValueError, "{name} is a single number, expected at least one dimension")]
LOGIT_CASES = [
    ("+inf", [Z, [0.0, 0.0, INF, 0.0]], ValueError, "{name}[1, 2] = inf has no softmax"),
    ("NaN", [Z, [0.0, np.nan, 0.0, 0.0]], ValueError, "{name}[1, 1] = nan is not a number"),
    ("all -inf", [Z, [-INF] * 4], ValueError, "{name} is -inf for every class along axis -1 at index (1,)"),
    *SCALAR_Z,
]
SHAPES = [
    ("a column", np.full((4, 1), 0.5), ValueError, "shape (4, 1)"),
    ("longer", [0.5] * 5, ValueError, "shape (5,)"),
    ("a scalar", 0.5, ValueError, "shape ()"),
    ("one entry", [0.5], ValueError, "shape (1,)"),
]
PAIR_SHAPES = [
    ("a column", np.ones((4, 1)), ValueError, "{name} has 1"),
    ("fewer", [0.5, 0.25, 0.25], ValueError, "{name} has 3"),
    ("single", [1.0], ValueError, "{name} has 1"),
    ("scalar", 1.0, ValueError, "{name} has shape (), too few dimensions for axis -1"),
]
TARGETS = [
    ("label K", [0, 4], ValueError, "target[1] = 4 is outside 0..3 (labels start at 0)"),
    ("label -1", [-1, 4], ValueError, "target[0] = -1 is outside 0..3"),
    ("label -100", [0, -100], ValueError, "target[1] = -100 is outside 0..3"),
    ("label 255", np.array([3, 255], np.uint8), ValueError, "target[1] = 255 is outside 0..3"),
    ("float labels", [0.0, 1.0], TypeError, "target holds float64, expected integer labels of shape (2,)"),
    ("boolean labels", [False, True], TypeError, "target holds bool, expected integer labels of shape (2,)"),
    ("column", [[0], [1]], ValueError, "target has shape (2, 1), expected integer labels of shape (2,)"),
    ("column, remedy", [[0], [1]], ValueError, "drop the last axis with target[..., 0]"),
    ("row", [[0, 1]], ValueError, "target has shape (1, 2), expected integer labels of shape (2,)"),
    ("scalar", 0, ValueError, "target has shape (), expected integer labels of shape (2,)"),
    ("too many", [0, 1, 2], ValueError, "target has shape (3,), expected integer labels of shape (2,)"),
    ("one distribution", P, ValueError, "target has shape (4,), expected"),
    ("fewer classes", [[0.5, 0.5, 0.0]] * 2, ValueError, "target has shape (2, 3), expected"),
    ("sum", [P, [0.5, 0.5, 0.5, 0.5]], ValueError, "target sums to 2 along axis -1 at index (1,), expected 1"),
    ("negative", [P, [1.0, 0.0, -0.5, 0.5]], ValueError, "target[1, 2] = -0.5 is negative"),
    ("above 1", [P, [0.0, 2.0, 0.0, 0.0]], ValueError, "target[1, 1] = 2 is above 1"),
    ("NaN", [P, [np.nan, 0.0, 0.0, 0.0]], ValueError, "target[1, 0] = nan is not a number"),
    ("strings", ["a", "b"], TypeError, "target holds <U1, expected real numbers"),
    ("empty", [], ValueError, "target is empty: its shape is (0,)"),
    ("masked", np.ma.masked_array([0, 1], [0, 1]), TypeError, "target is a masked array"),
    ("None", None, TypeError, "target holds object, expected real numbers"),
]
WEIGHTS = [
    ("negative", [1.0, 1.0, -0.5, 1.0], ValueError, "weight[2] = -0.5 is negative"),
    ("NaN", [1.0, np.nan, 1.0, 1.0], ValueError, "weight[1] = nan is not a number"),
    ("infinite", [1.0, 1.0, 1.0, INF], ValueError, "weight[3] = inf is not finite"),
    ("shorter", [1.0, 1.0, 1.0], ValueError, "weight has shape (3,), expected (4,)"),
    ("a column", np.ones((4, 1)), ValueError, "weight has shape (4, 1), expected (4,)"),
    ("scalar", 1.0, ValueError, "weight has shape (), expected (4,)"),
    ("empty", [], ValueError, "weight is empty: its shape is (0,)"),
    ("strings", ["a"] * 4, TypeError, "weight holds <U1, expected real numbers"),
    ("all zero", np.zeros(4), ValueError, "weight is 0 for every class in target"),
]
SMOOTHING = [
    ("negative", -0.1, ValueError, "label_smoothing = -0.1 is outside [0, 1]"),
    ("above 1", 1.5, ValueError, "label_smoothing = 1.5 is outside [0, 1]"),
    ("NaN", np.nan, ValueError, "label_smoothing = nan is outside [0, 1]"),
    ("string", "0.1", TypeError, "label_smoothing = '0.1' is not a real number"),
    ("boolean", True, TypeError, "label_smoothing = True is not a number"),
    ("None", None, TypeError, "label_smoothing = None is not a real number"),
    ("array", [0.1, 0.2], TypeError, "label_smoothing has shape (2,), expected a single number"),
]
GAMMAS = [
    ("negative", -0.5, ValueError, "gamma = -0.5 is not a finite number at least 0"),
    ("infinite", INF, ValueError, "gamma = inf is not a finite number at least 0"),
    ("NaN", np.nan, ValueError, "gamma = nan is not a finite number at least 0"),
    ("string", "2", TypeError, "gamma = '2' is not a real number"),
    ("boolean", True, TypeError, "gamma = True is not a number"),
    ("None", None, TypeError, "gamma = None is not a real number"),
    ("array", [1.0, 2.0], TypeError, "gamma has shape (2,), expected a single number"),
]
BASES = [
    ("0", 0, ValueError, "base = 0 has no logarithm; expected a positive number other than 1"),
    ("1", 1, ValueError, "base = 1 has no logarithm"),
    ("negative", -2, ValueError, "base = -2 has no logarithm"),
    ("NaN", np.nan, ValueError, "base = nan has no logarithm"),
    ("infinite", INF, ValueError, "base = inf has no logarithm"),
    ("string", "2", TypeError, "base = '2' is not a real number"),
    ("None", None, TypeError, "base = None is not a real number"),
    ("complex", 2 + 1j, TypeError, "base = (2+1j) is not a real number"),
    ("boolean", True, TypeError, "base = True is not a number"),
    ("array", [2, 3], TypeError, "base has shape (2,), expected a single number"),
]
AXES = [
    ("beyond", 1, ValueError, "axis = 1 is outside -1..0"),
    ("before", -2, ValueError, "axis = -2 is outside -1..0"),
    ("float", 0.0, TypeError, "axis = 0.0 is not an integer"),
    ("None", None, TypeError, "axis = None is not an integer"),
    ("tuple", (0,), TypeError, "axis = (0,) is not an integer"),
    ("boolean", True, TypeError, "axis = True is not an integer"),
    ("string", "0", TypeError, "axis = '0' is not an integer"),
]
REDUCTIONS = [
    ("unknown", "average", ValueError, "reduction = 'average' is unknown; expected 'none', 'sum' or 'mean'"),
    ("capital", "Mean", ValueError, "reduction = 'Mean' is unknown"),
    ("empty", "", ValueError, "reduction = '' is unknown"),
    ("None", None, TypeError, "reduction = None is not a string; expected 'none', 'sum' or 'mean'"),
    ("number", 1, TypeError, "reduction = 1 is not a string"),
]

DISTRIBUTION = [*NO_NUMBERS, *NAN, *OUTSIDE, *UNNORMALISED]
PAIR = [*DISTRIBUTION, *PAIR_SHAPES]
PROBABILITY = [*NO_NUMBERS, *NAN, *OUTSIDE, *HARDLY_ABOVE]
# In an elementwise loss the other argument keeps its shape, so only cases of that shape reach their check.
SAME_SHAPE = [*NO_NUMBERS[:-3], *NAN, *SHAPES]
TARGET_IN_UNIT_INTERVAL = [*SAME_SHAPE, *OUTSIDE, HARDLY_ABOVE[0]]
VECTOR = [*NO_NUMBERS, *NAN]

REFUSED = {
    ("self_information",): {"p": PROBABILITY, "base": BASES},
    ("entropy",): {"p": [*DISTRIBUTION, *SCALAR_Z], "base": BASES, "axis": AXES},
    ("conditional_entropy", "mutual_information"): {"joint": [*NO_NUMBERS, *WRONG_TABLES], "base": BASES},
    ("cross_entropy", "kl_divergence", "js_divergence"): {"p": PAIR, "q": PAIR, "base": BASES, "axis": AXES},
    ("perplexity",): {"p": PAIR, "q": PAIR, "axis": AXES},
    ("logsumexp",): {"z": [*VECTOR, *SCALAR_Z], "axis": AXES},
    ("softmax", "log_softmax"): {"z": [*VECTOR, *NO_SOFTMAX, *SCALAR_Z], "axis": AXES},
    ("sigmoid", "log_sigmoid"): {"z": VECTOR},
    ("binary_cross_entropy",): {"p": TARGET_IN_UNIT_INTERVAL, "y": TARGET_IN_UNIT_INTERVAL, "reduction": REDUCTIONS},
    ("binary_cross_entropy_with_logits",): {"z": SAME_SHAPE, "y": TARGET_IN_UNIT_INTERVAL, "reduction": REDUCTIONS},
    ("squared_error",): {
        "p": [*SAME_SHAPE, *NOT_FINITE],
        "y": [*SAME_SHAPE, *NOT_FINITE],
        "reduction": REDUCTIONS,
    },
    ("softmax_cross_entropy",): {
        "logits": [*NO_NUMBERS, *LOGIT_CASES],
        "target": TARGETS,
        "weight": WEIGHTS,
        "label_smoothing": SMOOTHING,
        "reduction": REDUCTIONS,
    },
    ("focal_loss",): {
        "logits": [*NO_NUMBERS, *LOGIT_CASES],
        "target": TARGETS,
        "gamma": GAMMAS,
        "reduction": REDUCTIONS,
    },
    ("brier_score",): {"p": [*DISTRIBUTION, *SCALAR_Z], "target": TARGETS, "reduction": REDUCTIONS},
}


def refusals():
    for names, table in REFUSED.items():
        for base_name in names:
            for name in (
                [base_name + s for s in ("", "_grad", "_value_and_grad")] if base_name in LOSSES else [base_name]
            ):
                for argument, cases in table.items():
                    for case, value, exception, message in cases:
                        yield pytest.param(name, argument, value, exception, message, id=f"{name}-{argument}-{case}")


def snapshot(x):
    return x.tobytes() if isinstance(x, np.ndarray) and x.dtype != object else copy.deepcopy(x)


@pytest.mark.parametrize(("name", "argument", "value", "exception", "message"), list(refusals()))
def test_refused(name, argument, value, exception, message):
    """The exception and its message are the contract's, and the argument is left as it was."""
    before = snapshot(value)
    arguments = {**ARGUMENTS[name], argument: value}
    with np.errstate(all="raise"), pytest.raises(exception) as caught:
        FUNCTIONS[name](**arguments)
    assert message.format(name=argument) in str(caught.value)
    assert type(caught.value) is exception
    np.testing.assert_equal(snapshot(value), before)


def test_every_argument_of_every_function_is_in_the_table():
    """A function or an argument that is added must get its refusals."""
    in_table = {name: set(table) for names, table in REFUSED.items() for name in names}
    for name, arguments in in_table.items():
        assert arguments == set(inspect.signature(FUNCTIONS[name]).parameters), name
    assert set(in_table) == {n for n in NAMES if not n.endswith("_grad")}


def test_the_messages_that_the_contract_quotes():
    rows = np.full((5, 10), 0.1)
    rows[3, 3] = 0
    with pytest.raises(ValueError, match=r"^p sums to 0\.9 along axis -1 at index \(3,\), expected 1"):
        ce.entropy(rows)
    with pytest.raises(ValueError, match=r"^target\[5\] = 10 is outside 0\.\.9 \(labels start at 0\)$"):
        ce.softmax_cross_entropy(np.zeros((6, 10)), [0, 1, 2, 3, 4, 10])


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("softmax_cross_entropy")])
def test_weight_of_zero_is_refused_only_in_a_mean(name):
    """Class 3 alone has weight, and no target has a share in it."""
    arguments = {"logits": LOGITS, "target": [0, 1], "weight": [0, 0, 0, 1]}
    for smoothing in (0.0, 0.1):
        with pytest.raises(ValueError, match="weight is 0 for every class in target"):
            FUNCTIONS[name](**arguments, label_smoothing=smoothing)
    for reduction in ("sum", "none"):
        for result in answers(FUNCTIONS[name](**arguments, reduction=reduction)):
            np.testing.assert_array_equal(result, np.zeros_like(result))


@pytest.mark.parametrize(
    ("p", "q", "axis", "message"),
    [
        ([P, P], [Q, Q, Q], -1, "p has shape (2, 4) and q (3, 4), which do not match"),
        (P, [P, P], 0, "p has shape (4,), too few dimensions for axis 0"),
        ([[1.0], [1.0]], [[0.5], [0.5]], 0, "p sums to 2 along axis 0 at index (0,), expected 1"),
        (np.full((2, 3), 0.5), np.full((4, 3), 0.25), 0, "p has 2 outcomes along axis 0 and q has 4"),
        (1.0, 1.0, -1, "a single number"),
    ],
    ids=["broadcast", "axis-missing", "sum-along-axis", "lengths", "scalars"],
)
def test_pairs_that_do_not_match(p, q, axis, message):
    for function in (ce.cross_entropy, ce.kl_divergence, ce.js_divergence, ce.perplexity):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
            function(p, q, axis=axis)
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("names", "x", "message"),
    [
        (["softmax", "log_softmax"], [[0, 0], [0, 0], [INF, 0]], "z[2, 0] = inf has no softmax"),
        (["softmax", "log_softmax"], [[0, -INF], [0, -INF]], "-inf for every class along axis 0 at index (1,)"),
        (["softmax", "log_softmax", "logsumexp"], [[0, 0], [0, 0], [np.nan, 0]], "z[2, 0] = nan is not a number"),
        (["entropy"], [[0.5, 0.5], [0.5, 0.25], [0, 0]], "p sums to 0.75 along axis 0 at index (1,)"),
        (["entropy"], [[0.5, 0.5], [0.5, 0.5], [-0.5, 0]], "p[2, 0] = -0.5 is negative"),
        (["entropy"], [[0.5], [0.25]], "divide by p.sum(axis=0, keepdims=True)"),
    ],
)
def test_places_are_told_in_the_shape_that_was_given(names, x, message):
    """Also along another axis than the last."""
    for name in names:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
            FUNCTIONS[name](x, axis=0)
        assert message in str(caught.value)


WHOLE = [
    (
        "entropy",
        MASKED,
        {},
        "p is a masked array, whose mask would be lost; leave out what is masked, or give it a value with .filled(…)",
    ),
    ("entropy", [[0.5, 0.5], [1.0]], {}, "p has rows of different lengths; expected a rectangular array"),
    ("entropy", ["a"], {}, "p holds <U1, expected real numbers; p[0] is 'a'"),
    ("entropy", [], {}, "p is empty: its shape is (0,)"),
    ("entropy", 1.0, {}, "p is a single number, expected at least one dimension"),
    ("entropy", [1.0, np.nan], {}, "p[1] = nan is not a number"),
    ("entropy", [1.5, -0.5], {}, "p[1] = -0.5 is negative; a probability lies in [0, 1]"),
    ("entropy", [1.5, 0.0], {}, "p[0] = 1.5 is above 1; a probability lies in [0, 1]"),
    ("self_information", [1.5, -0.5], {}, "p[1] = -0.5 is negative; a probability lies in [0, 1]"),
    ("self_information", np.nan, {}, "p = nan is not a number"),
    ("self_information", [0.0, 1.0, 1.5], {}, "p[2] = 1.5 is above 1; a probability lies in [0, 1]"),
    (
        "softmax_cross_entropy",
        np.zeros((2, 3, 4)),
        {"target": [0, 0]},
        "target has shape (2,), expected integer labels of shape (2, 3) or a distribution of shape (2, 3, 4)",
    ),
    (
        "softmax_cross_entropy",
        np.zeros((2, 3, 4)),
        {"target": np.zeros((2, 3, 1), int)},
        "target has shape (2, 3, 1), expected integer labels of shape (2, 3) or a distribution of shape (2, 3, 4); "
        "drop the last axis with target[..., 0]",
    ),
    ("self_information", [0.5, 1.0000000001], {}, "p[1] = 1.0000000001 is above 1; a probability lies in [0, 1]"),
    (
        "entropy",
        [0.5, 0.25],
        {},
        "p sums to 0.75 along axis -1, expected 1; to normalise counts, divide by p.sum(axis=-1, keepdims=True)",
    ),
    (
        "entropy",
        [[0.5, 0.5, 1.0], [0.5, 0.25, 0.0]],
        {"axis": 0},
        "p sums to 0.75 along axis 0 at index (1,), expected 1; "
        "to normalise counts, divide by p.sum(axis=0, keepdims=True)",
    ),
    (  # the first row is within the tolerance
        "entropy",
        [[1 + 1e-8, 0.0], [0.5, 0.25]],
        {},
        "p sums to 0.75 along axis -1 at index (1,), expected 1; "
        "to normalise counts, divide by p.sum(axis=-1, keepdims=True)",
    ),
    (
        "conditional_entropy",
        [[0.5, 0.25], [0.125, 0.0]],
        {},
        "joint sums to 0.875 along axes (-2, -1), expected 1; "
        "to normalise counts, divide by joint.sum(axis=(-2, -1), keepdims=True)",
    ),
    (
        "conditional_entropy",
        [0.5, 0.5],
        {},
        "joint has shape (2,), expected (..., outcomes of X, outcomes of Y)",
    ),
    ("entropy", [1.0], {"axis": 1}, "axis = 1 is outside -1..0, the axes of p"),
    ("entropy", [1.0], {"axis": True}, "axis = True is not an integer"),
    ("entropy", [1.0], {"axis": "0"}, "axis = '0' is not an integer"),
    ("entropy", [1.0], {"base": 1}, "base = 1 has no logarithm; expected a positive number other than 1"),
    ("entropy", [1.0], {"base": [2]}, "base has shape (1,), expected a single number"),
    ("entropy", [1.0], {"base": False}, "base = False is not a number"),
    ("entropy", [1.0], {"base": "2"}, "base = '2' is not a real number"),
    ("cross_entropy", [1.0], {"q": 1.0}, "q has shape (), too few dimensions for axis -1"),
    ("cross_entropy", 1.0, {"q": 1.0}, "p and q is a single number, expected at least one dimension"),
    (
        "cross_entropy",
        [1.0],
        {"q": [0.5, 0.5]},
        "p has 1 outcomes along axis -1 and q has 2; both must describe the same outcomes",
    ),
    ("cross_entropy", [[1.0]] * 2, {"q": [[1.0]] * 3}, "p has shape (2, 1) and q (3, 1), which do not match"),
    ("softmax", [0.0, INF], {}, "z[1] = inf has no softmax; logits lie below +inf"),
    (
        "softmax",
        [[0.0, 0.0], [-INF, -INF]],
        {},
        "z is -inf for every class along axis -1 at index (1,), expected one finite logit",
    ),
    ("log_softmax", [-INF, -INF], {}, "z is -inf for every class along axis -1, expected one finite logit"),
    (
        "softmax_cross_entropy",
        [[0.0, 0.0]],
        {"target": [[1]]},
        "target has shape (1, 1), expected integer labels of shape (1,) or a distribution of shape (1, 2); "
        "drop the last axis with target[..., 0]",
    ),
    (
        "softmax_cross_entropy",
        [[0.0, 0.0]],
        {"target": [0, 1]},
        "target has shape (2,), expected integer labels of shape (1,) or a distribution of shape (1, 2)",
    ),
    (
        "softmax_cross_entropy",
        [[0.0, 0.0]],
        {"target": [0.0]},
        "target holds float64, expected integer labels of shape (1,) or a distribution of shape (1, 2); "
        "pass np.array(target, dtype=int)",
    ),
    ("softmax_cross_entropy", [0.0, 0.0], {"target": 2}, "target = 2 is outside 0..1 (labels start at 0)"),
    (
        "softmax_cross_entropy",
        [0.0, 0.0],
        {"target": [0, 0]},
        "target sums to 0 along axis -1, expected 1; for one label drop the class axis, for a label a score use a loss "
        "of two classes (binary_…)",
    ),
    (
        "softmax_cross_entropy",
        [[0.0, 0.0]],
        {"target": [[0, 0]]},
        "target sums to 0 along axis -1 at index (0,), expected 1; for integer labels drop the class axis",
    ),
    ("softmax_cross_entropy", [0.0, 0.0], {"target": [0.5, 0.0]}, "target sums to 0.5 along axis -1, expected 1"),
    (
        "softmax_cross_entropy",
        [0.0, 0.0],
        {"target": 0, "weight": [1.0]},
        "weight has shape (1,), expected (2,), one entry a class",
    ),
    (
        "softmax_cross_entropy",
        [0.0, 0.0],
        {"target": 0, "weight": [-1.0, -2.0]},
        "weight[0] = -1 is negative; a weight is at least 0",
    ),
    (
        "softmax_cross_entropy",
        [0.0, 0.0],
        {"target": 0, "weight": [0.0, 1.0]},
        "weight is 0 for every class in target, so its mean divides by 0; use reduction='sum'",
    ),
    ("softmax_cross_entropy", [0.0], {"target": 0, "label_smoothing": 2}, "label_smoothing = 2 is outside [0, 1]"),
    ("focal_loss", [0.0], {"target": 0, "gamma": -1}, "gamma = -1 is not a finite number at least 0"),
    ("squared_error", [0.0], {"y": [INF]}, "y[0] = inf is not finite"),
    ("squared_error", [0.0], {"y": [[0.0]]}, "p has shape (1,) and y has shape (1, 1); expected equal shapes"),
    (
        "squared_error",
        [0.0],
        {"y": [0.0], "reduction": 1},
        "reduction = 1 is not a string; expected 'none', 'sum' or 'mean'",
    ),
    (
        "squared_error",
        [0.0],
        {"y": [0.0], "reduction": "all"},
        "reduction = 'all' is unknown; expected 'none', 'sum' or 'mean'",
    ),
]


@pytest.mark.parametrize(("name", "first", "others", "message"), WHOLE, ids=[case[3] for case in WHOLE])
def test_whole_messages(name, first, others, message):
    """Word for word, from the first to the last: also the remedy is read by someone."""
    with pytest.raises((ValueError, TypeError)) as caught:
        FUNCTIONS[name](first, **others)
    assert str(caught.value) == message


# How far a sum may lie from 1 -----------------------------------------------------------------------

TOLERANCES = [(np.float64, 1e-8), (np.float32, 1e-5), (np.float16, 1e-2)]
SUMMED = {
    "entropy": lambda p: ce.entropy(p),
    "conditional_entropy": lambda p: ce.conditional_entropy(p[:, np.newaxis]),
    "mutual_information": lambda p: ce.mutual_information(p[np.newaxis]),
    "cross_entropy-p": lambda p: ce.cross_entropy(p, [0.5, 0.5]),
    "cross_entropy-q": lambda q: ce.cross_entropy([0.5, 0.5], q),
    "kl_divergence-q": lambda q: ce.kl_divergence([0.5, 0.5], q),
    "js_divergence-p": lambda p: ce.js_divergence(p, [0.5, 0.5]),
    "perplexity-q": lambda q: ce.perplexity([0.5, 0.5], q),
    "kl_divergence-p": lambda p: ce.kl_divergence(p, [0.5, 0.5]),
    "js_divergence-q": lambda q: ce.js_divergence([0.5, 0.5], q),
    "perplexity-p": lambda p: ce.perplexity(p, [0.5, 0.5]),
    "softmax_cross_entropy-target": lambda t: ce.softmax_cross_entropy([0.0, 0.0], t),
    "focal_loss-target": lambda t: ce.focal_loss([0.0, 0.0], t),
    "brier_score-p": lambda p: ce.brier_score(p, [0.5, 0.5]),
    "brier_score-target": lambda t: ce.brier_score([0.5, 0.5], t),
}


@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("function", SUMMED.values(), ids=SUMMED)
def test_tolerance_of_sums(function, dtype, tolerance, sign):
    """Each argument is measured by its own format, whatever the other's."""
    inside, outside = (np.array([0.5, 0.5 + sign * f * tolerance], dtype) for f in (0.8, 1.2))
    assert np.isfinite(function(inside))
    with pytest.raises(ValueError, match=r"sums to (0\.9|1\.0)\d+ along"):
        function(outside)
