"""Every public function that takes arrays, swept: shapes, formats, axes, memory layouts and extreme values, all drawn.

The answer is that of a plain formula at 80 digits, or the error names the argument. Hypothesis draws the structure;
the numbers come from palettes of zeros, subnormals, ties, infinities and huge values, by a drawn seed.
"""

import math
from dataclasses import dataclass, field

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crossentropy as ce
from crossentropy import calibration, codes, losses, training

# How near is right: units in the last place of the answer's format. float16 is computed in float64 and rounded once;
# float32 too, but for the quick way of labels, which adds up pieces in float32. Wider formats have the digits of
# float64. Where a formula is a difference, the unit is that of the larger side: its `scale`.
LAST_PLACES = {"float16": 1, "float32": 4, "float64": 32, "longdouble": 32}
# Layouts need no tolerance: every input is brought into one order before anything is computed.

FLOATS = [np.float64, np.float32, np.float16, np.longdouble]
WHOLE = [np.int8, np.uint8, np.int32, np.int64, np.uint64, np.bool_]


# Drawn structure ------------------------------------------------------------------------------------


@st.composite
def shapes(draw, least=0, most=4):
    """0 to 4 axes of 1 to 3 entries; one in ten has an axis without any."""
    shape = draw(st.lists(st.integers(1, 3), min_size=least, max_size=most))
    if shape and draw(st.integers(0, 9)) == 9:
        shape[draw(st.integers(0, len(shape) - 1))] = 0
    return tuple(shape)


def with_classes(draw, shape):
    """The shape with a class axis at its end, long now and then: long rows are added up in another way."""
    longest = 5 if math.prod(shape) > 3 or draw(st.integers(0, 9)) else 300
    return (*shape, draw(st.integers(1, longest)))


def to_axis(x, axis):
    """What has its classes last, with them at this axis."""
    return np.moveaxis(x, -1, axis) if x.ndim else x


@st.composite
def dtypes(draw, whole=False):
    return draw(st.sampled_from([*FLOATS, *WHOLE] if whole else FLOATS))


def spaced(x):
    """Every second number of a larger array whose other numbers are rubbish."""
    wide = np.full([2 * n + 1 for n in x.shape], 77, x.dtype)
    view = wide[(..., *(slice(1, None, 2),) * x.ndim)]  # with the dots a view, also of no axes
    view[...] = x
    return view


def unaligned(x):
    """One byte off the places where the processor likes its numbers."""
    view = np.ndarray(x.shape, x.dtype, bytearray(x.nbytes + 1), offset=1)
    view[...] = x
    return view


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


def backwards(x):
    flip = (..., *(slice(None, None, -1),) * x.ndim)
    return np.array(x[flip])[flip]


LAYOUTS = {
    "C": np.array,
    "Fortran": lambda x: np.array(x, order="F"),
    "other order of axes": lambda x: np.moveaxis(np.array(np.moveaxis(x, 0, -1)), -1, 0) if x.ndim else x.copy(),
    "backwards": backwards,
    "every second": spaced,
    "every second, backwards": lambda x: backwards(spaced(backwards(x))),
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "unaligned": unaligned,
    "read-only": read_only,
    "list": lambda x: x.tolist(),
}
BROADCAST = "zero stride"


def laid_out(draw, x, may_repeat):
    """`x` in a drawn layout. A zero stride repeats one slice along an axis before the classes."""
    kinds = [k for k in LAYOUTS if k != "list" or x.dtype in (np.float64, np.int64, np.bool_)]
    kind = draw(st.sampled_from([*kinds, BROADCAST] if may_repeat and x.size else kinds))
    if kind == BROADCAST:
        axis = draw(st.sampled_from(may_repeat))
        return np.broadcast_to(np.take(x, [0], axis), x.shape)
    return LAYOUTS[kind](x)


def plain(x):
    """The same numbers as anyone would write them."""
    x = np.array(x)
    return np.array(x.astype(x.dtype.newbyteorder("=")), order="C")


def memory(x):
    """All bytes that a change could touch, those between the numbers too."""
    if not isinstance(x, np.ndarray):
        return repr(x)
    base = x
    while isinstance(base.base, np.ndarray):
        base = base.base
    return base.tobytes(order="A"), bytes(base.base or b""), x.shape, x.strides, x.dtype.str


# Drawn numbers --------------------------------------------------------------------------------------


def limits(dtype):
    """Smallest and a huge number of the format; wide formats get the numbers of float64."""
    info = np.finfo(np.float64 if dtype == np.longdouble else dtype)
    return float(info.smallest_subnormal), float(info.max) / 64


def mixed(rng, shape, palettes):
    """Each number from one of the palettes; now and then all from the same."""
    choice = rng.integers(len(palettes), size=shape if rng.random() < 0.5 else ())
    return np.choose(choice, [palette(shape) for palette in palettes]) + np.zeros(shape)


def cast(x, dtype):
    """To the format, the largest and smallest numbers too."""
    with np.errstate(all="ignore"):
        return np.asarray(x).astype(dtype)


def numbers(rng, shape, dtype, infinities=()):
    """Scores: ordinary ones, ties, far from 0, tiny, huge, and the infinities that are allowed."""
    if np.dtype(dtype).kind != "f":
        low, high = (0, 2) if dtype == np.bool_ else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        return rng.integers(max(low, -(2**53)), min(high, 2**53), shape, np.int64, endpoint=True).astype(dtype)
    tiny, huge = limits(dtype)
    offset = 10.0 ** rng.integers(1, 4)
    palettes = [
        lambda s: rng.normal(size=s),
        lambda s: 30 * rng.normal(size=s),
        lambda s: 400 * rng.normal(size=s),
        lambda s: offset + rng.normal(size=s),
        lambda s: rng.integers(-2, 3, s).astype(float),
        lambda s: rng.choice([0.0, -0.0, tiny, -tiny, 3 * tiny, 1e-6], s),
        lambda s: rng.choice([huge, -huge, huge / 3], s),
    ]
    x = mixed(rng, shape, palettes)
    if infinities and rng.random() < 0.3:
        x = np.where(rng.random(shape) < 0.3, rng.choice(infinities, shape), x)
    return cast(x, dtype)


def probabilities(rng, shape, dtype):
    """Numbers in [0, 1], each by itself."""
    if np.dtype(dtype).kind != "f":
        return rng.integers(0, 2, shape).astype(dtype)
    tiny, _ = limits(dtype)
    eps = float(np.finfo(np.float64 if dtype == np.longdouble else dtype).epsneg)
    palettes = [
        lambda s: rng.random(s),
        lambda s: rng.choice([0.0, -0.0, 0.5, 1.0], s),
        lambda s: rng.choice([tiny, 5 * tiny, 1e-6, 1 - eps, 1 - 4 * eps], s),
    ]
    return cast(mixed(rng, shape, palettes), dtype)


def distributions(rng, shape, dtype):
    """Distributions over the last axis: ordinary, uniform, nearly certain, with zeros or subnormals, exact one-hot."""
    if 0 in shape:
        return np.zeros(shape, dtype)
    one_hot = (rng.integers(shape[-1], size=shape[:-1])[..., np.newaxis] == np.arange(shape[-1])).astype(float)
    if np.dtype(dtype).kind != "f":
        return one_hot.astype(dtype)
    tiny, _ = limits(dtype)
    palettes = [
        lambda s: rng.random(s),
        lambda s: np.ones(s),
        lambda s: rng.choice([0.0, 1.0], s),
        lambda s: rng.choice([0.0, tiny, 40 * tiny, 1e-6, 1e-12], s),
    ]
    w = mixed(rng, shape, palettes) + np.where(one_hot == 1, rng.choice([0.5, 1.0, 100.0]), 0.0)
    p = np.where(w < 1e-200, w, w / w.sum(axis=-1, keepdims=True))
    return cast(one_hot if rng.random() < 0.2 else p, dtype)


def near(rng, p):
    """A distribution that almost agrees with `p`, by few or many digits."""
    q = p.astype(float) * (1 + 10.0 ** -rng.integers(1, 17) * rng.normal(size=p.shape))
    return cast(np.abs(q) / np.abs(q).sum(axis=-1, keepdims=True), p.dtype)


def logits(rng, shape, dtype):
    """Scores with masked classes, but one class that is not."""
    z = numbers(rng, shape, dtype, (-np.inf,))
    if z.size and z.dtype.kind == "f":
        z[..., rng.integers(shape[-1])] = cast(rng.normal(size=shape[:-1]), dtype)
    return z


# The plain formulas, at 80 digits -------------------------------------------------------------------

DIGITS = 80
exp, absolute = np.frompyfunc(mp.exp, 1, 1), np.frompyfunc(mp.fabs, 1, 1)
times = np.frompyfunc(lambda p, x: p * x if p else mp.mpf(0), 2, 1)  # what never happens adds nothing
minus_log = np.frompyfunc(lambda x: -mp.log(x) if x else mp.inf, 1, 1)


def exact(x):
    """The numbers as they are; drawn ones are floats of 64 bits at most."""
    return np.array(np.frompyfunc(lambda x: mp.mpf(float(x)), 1, 1)(x), object)


def total(x, axis=-1):
    return np.add.reduce(x, axis=axis)


def unit(base):
    return mp.mpf(1) if base == math.e else mp.log(mp.mpf(float(base)))


def with_scale(terms, axis=-1):
    """A sum, and how large its terms are."""
    return total(terms, axis), total(absolute(terms), axis)


def alone(x):
    """A number that owes its digits to no difference."""
    return x, absolute(x)


def exact_kl_terms(p, q):
    """p log(p/q) − p + q."""
    both = np.frompyfunc(lambda p, q: q if not p else p * mp.log(p / q) - p + q if q else mp.inf, 2, 1)
    return both(p, q)


def exact_rows(z):
    """Of scores over the last axis: `(the largest, log(1 + the other exponentials beside it), surprises, softmax)`."""
    shape = z.shape
    z = z.reshape(-1, shape[-1])
    tops, rests, surprises = [], [], []
    for row in z:
        at = max(range(len(row)), key=lambda j: row[j])
        rest = mp.log1p(mp.fsum(mp.exp(x - row[at]) for j, x in enumerate(row) if j != at))
        tops.append(row[at])
        rests.append(rest)
        surprises.append([rest if j == at else row[at] - x + rest for j, x in enumerate(row)])
    surprises = np.array(surprises, object).reshape(shape)
    tops, rests = (np.array(x, object).reshape(shape[:-1]) for x in (tops, rests))
    return tops, rests, surprises, exp(-surprises)


def complement(p):
    """What is left of the row's sum without each, as the sum of the others."""
    return np.stack([total(np.delete(p, k, -1)) + np.array(mp.mpf(0), object) for k in range(p.shape[-1])], -1)


def reduced(pair, reduction, count):
    """Single losses with their scales, reduced."""
    if reduction == "none":
        return pair
    return tuple(np.sum(x) / (count if reduction == "mean" else 1) + np.array(mp.mpf(0), object) for x in pair)


def of_unit(pair, reduction, count):
    """Slopes of single losses with their scales, in the gradient of the reduced loss."""
    return tuple(x / count if reduction == "mean" else x for x in pair)


def loss_answers(values, slopes, reduction, count):
    return {"": reduced(values, reduction, count), "_grad": of_unit(slopes, reduction, count)}


# Cases ----------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One drawn call. `answers` takes the arguments as plain arrays and gives `{suffix: (truth, scale)}`."""

    arrays: dict
    answers: object
    options: dict = field(default_factory=dict)
    refused: str = ""  # the argument that an error must name, if there must be one
    repeatable: dict = field(default_factory=dict)  # name → axes along which the numbers may repeat

    def lay_out(self, draw):
        return {name: laid_out(draw, x, self.repeatable.get(name, [])) for name, x in self.arrays.items()}


def drawn_rng(draw):
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


def bases(draw):
    return draw(st.sampled_from([{}, {"base": 2}, {"base": 10}, {"base": 3.5}, {"base": 0.5}, {"base": np.float32(2)}]))


def empty(name, x):
    return name if x.size == 0 else ""


def classes_last(x, axis):
    return exact(np.moveaxis(x, axis, -1))


@st.composite
def self_information(draw):
    shape, dtype, rng = draw(shapes()), draw(dtypes(whole=True)), drawn_rng(draw)
    p, options = probabilities(rng, shape, dtype), bases(draw)

    def answers(p):
        return {"": alone(minus_log(exact(p)) / unit(options.get("base", math.e)))}

    return Case({"p": p}, answers, options, empty("p", p), {"p": list(range(p.ndim))})


def along_axis(draw, numbers_of, whole=True):
    """One argument with classes along an axis: `(array, axis from the end, options, refused axes that repeat)`."""
    shape, dtype, rng = draw(shapes(most=3)), draw(dtypes(whole=whole)), drawn_rng(draw)
    if draw(st.integers(0, 19)) == 19:
        return np.array(numbers_of(rng, (1,), dtype)[0]), -1, {}, []
    shape = with_classes(draw, shape)
    axis = draw(st.integers(-len(shape), -1))
    x = to_axis(numbers_of(rng, shape, dtype), axis)
    options = draw(st.sampled_from([{"axis": axis}, {"axis": axis + x.ndim}]))
    if axis == -1 and draw(st.booleans()):
        options = {}
    return x, axis, options, [i for i in range(x.ndim) if i != axis + x.ndim]


@st.composite
def entropy(draw):
    p, axis, options, repeat = along_axis(draw, distributions)
    options = {**options, **bases(draw)}

    def answers(p):
        p = classes_last(p, axis)
        return {"": with_scale(times(p, minus_log(p)) / unit(options.get("base", math.e)))}

    return Case({"p": p}, answers, options, "p" if p.size == 0 or not p.ndim else "", {"p": repeat})


def joint_case(draw, formula):
    shape, dtype, rng = draw(shapes()), draw(dtypes(whole=True)), drawn_rng(draw)
    if len(shape) < 2:
        joint = probabilities(rng, shape, dtype)
    else:
        joint = distributions(rng, (*shape[:-2], math.prod(shape[-2:])), dtype).reshape(shape)
        if joint.size and joint.dtype.kind == "f" and draw(st.booleans()):  # independent, but for rounding
            x, y = (distributions(rng, (*shape[:-2], n), np.float64) for n in shape[-2:])
            joint = cast(x[..., np.newaxis] * y[..., np.newaxis, :], dtype)
    options = bases(draw)

    def answers(joint):
        return {"": formula(exact(joint), unit(options.get("base", math.e)))}

    refused = "joint" if joint.size == 0 or joint.ndim < 2 else ""
    return Case({"joint": joint}, answers, options, refused, {"joint": list(range(joint.ndim - 2))})


@st.composite
def conditional_entropy(draw):
    def formula(joint, base):
        surprise = np.frompyfunc(lambda j, rest: mp.log1p(rest / j) if j else mp.inf, 2, 1)
        return with_scale(times(joint, surprise(joint, complement(joint))) / base, (-2, -1))

    return joint_case(draw, formula)


@st.composite
def mutual_information(draw):
    def formula(joint, base):
        product = total(joint)[..., np.newaxis] * total(joint, -2)[..., np.newaxis, :]
        return with_scale(exact_kl_terms(joint, product) / base, (-2, -1))

    return joint_case(draw, formula)


def pair_case(draw, formula, takes_base=True):
    """Two arguments whose other axes broadcast, either of which may lack axes."""
    full, rng = with_classes(draw, draw(shapes(most=3))), drawn_rng(draw)
    axis = draw(st.integers(-len(full), -1))
    full = full[-1:] if 0 in full[:-1] else full
    axis = max(axis, -len(full))
    arrays, refused, repeat = {}, "", {}
    for name in "pq":
        kept = tuple(1 if draw(st.integers(0, 3)) == 3 else n for n in full[:-1])
        x = distributions(rng, (*kept, full[-1]), draw(dtypes(whole=True)))
        if arrays and x.dtype.kind == "f" and draw(st.booleans()):
            last = np.moveaxis(arrays["p"], axis, -1)
            x = near(rng, last) if last.dtype.kind == "f" else last
        x = to_axis(x, axis)
        while x.ndim > -axis and x.shape[0] == 1 and draw(st.booleans()):
            x = x[0]
        if draw(st.integers(0, 29)) == 29:
            x, refused = np.zeros((0, *x.shape), x.dtype), refused or name
        arrays[name] = x
        repeat[name] = [i for i in range(x.ndim) if i != axis + x.ndim]
    ndim = max(x.ndim for x in arrays.values())
    options = {"axis": draw(st.sampled_from([axis, axis + ndim]))}
    if axis == -1 and draw(st.booleans()):
        options = {}
    if takes_base:
        options |= bases(draw)

    def answers(p, q):
        p, q = np.broadcast_arrays(classes_last(p, axis), classes_last(q, axis))
        return {"": formula(p, q, unit(options.get("base", math.e)))}

    return Case(arrays, answers, options, refused, repeat)


@st.composite
def cross_entropy(draw):
    return pair_case(draw, lambda p, q, base: with_scale(times(p, minus_log(q)) / base))


@st.composite
def kl_divergence(draw):
    return pair_case(draw, lambda p, q, base: with_scale(exact_kl_terms(p, q) / base))


@st.composite
def js_divergence(draw):
    def formula(p, q, base):
        middle = (p + q) / 2
        return with_scale((exact_kl_terms(p, middle) + exact_kl_terms(q, middle)) / 2 / base)

    return pair_case(draw, formula)


@st.composite
def perplexity(draw):
    def formula(p, q, base):
        nats, scale = with_scale(times(p, minus_log(q)))
        number = exp(nats)
        return number, number * (1 + scale)  # an error of the exponent is multiplied by its size

    return pair_case(draw, formula, takes_base=False)


@st.composite
def logsumexp(draw):
    z, axis, options, repeat = along_axis(draw, lambda *given: numbers(*given, (-np.inf, np.inf)))

    def answers(z):
        z = classes_last(z, axis)
        if np.any(bad := (total(z == mp.inf) > 0) | (total(z != -mp.inf) == 0)):  # an infinite maximum decides alone
            tops = np.where(bad, z.max(axis=-1), mp.mpf(0))
            usable = np.where(bad[..., np.newaxis], mp.mpf(0), z)
        else:
            tops, usable = None, z
        top, rest, _, _ = exact_rows(usable)
        truth, scale = top + rest, absolute(top) + rest
        return {"": (truth, scale) if tops is None else (np.where(bad, tops, truth), np.where(bad, mp.inf, scale))}

    every = [*repeat, axis + z.ndim] if z.ndim else []
    return Case({"z": z}, answers, options, "z" if z.size == 0 or not z.ndim else "", {"z": every})


@st.composite
def softmax(draw):
    z, axis, options, repeat = along_axis(draw, logits)

    def answers(z):
        return {"": alone(to_axis(exact_rows(classes_last(z, axis))[3], axis))}

    return Case({"z": z}, answers, options, "z" if z.size == 0 or not z.ndim else "", {"z": repeat})


@st.composite
def log_softmax(draw):
    z, axis, options, repeat = along_axis(draw, logits)

    def answers(z):
        return {"": alone(to_axis(-exact_rows(classes_last(z, axis))[2], axis))}

    return Case({"z": z}, answers, options, "z" if z.size == 0 or not z.ndim else "", {"z": repeat})


def of_each(draw, formula):
    shape, dtype, rng = draw(shapes()), draw(dtypes(whole=True)), drawn_rng(draw)
    z = numbers(rng, shape, dtype, (-np.inf, np.inf))
    each = np.frompyfunc(formula, 1, 1)
    return Case({"z": z}, lambda z: {"": alone(each(exact(z)))}, {}, empty("z", z), {"z": list(range(z.ndim))})


def exact_softplus(z):
    """log(1 + e^z)."""
    return mp.log1p(mp.exp(z)) if z < 0 else z + mp.log1p(mp.exp(-z))


@st.composite
def sigmoid(draw):
    return of_each(draw, lambda z: mp.exp(-exact_softplus(-z)))


@st.composite
def log_sigmoid(draw):
    return of_each(draw, lambda z: -exact_softplus(-z))


def reductions(draw):
    return draw(st.sampled_from([{}, {"reduction": "none"}, {"reduction": "sum"}, {"reduction": "mean"}]))


def elementwise(draw, name, of_first, of_y, value, slope):
    """Two arguments of equal shape. `value(x, y)` is one loss, `slope(x, y)` its `(slope, scale)`."""
    shape, rng = draw(shapes()), drawn_rng(draw)
    x, y = of_first(rng, shape, draw(dtypes(whole=True))), of_y(rng, shape, draw(dtypes(whole=True)))
    options = reductions(draw)

    def answers(**arrays):
        x, y = exact(arrays[name]), exact(arrays["y"])
        pairs = np.frompyfunc(slope, 2, 2)(x, y)
        return loss_answers(alone(np.frompyfunc(value, 2, 1)(x, y)), pairs, options.get("reduction", "mean"), x.size)

    every = list(range(len(shape)))
    return Case({name: x, "y": y}, answers, options, empty(name, x), {name: every, "y": every})


def sharing(y, surprise, other):
    """y·surprise + (1 − y)·other, where 0·∞ = 0."""
    return (y * surprise if y else mp.mpf(0)) + ((1 - y) * other if y != 1 else mp.mpf(0))


@st.composite
def binary_cross_entropy(draw):
    def value(p, y):
        return sharing(y, -mp.log(p) if p else mp.inf, -mp.log1p(-p) if p != 1 else mp.inf)

    def slope(p, y):
        if y in (0, 1):  # the limit of what remains when the hard label is cancelled
            gap = 1 - p if y == 0 else -p
            answer = 1 / gap if gap else (mp.inf if y == 0 else -mp.inf)
        else:
            answer = -mp.inf if p == 0 else mp.inf if p == 1 else (p - y) / p / (1 - p)
        return answer, abs(answer)

    return elementwise(draw, "p", probabilities, probabilities, value, slope)


@st.composite
def binary_cross_entropy_with_logits(draw):
    def value(z, y):
        return sharing(y, exact_softplus(-z), exact_softplus(z))

    def slope(z, y):
        one, zero = mp.exp(-exact_softplus(-z)), mp.exp(-exact_softplus(z))
        answer = one * (1 - y) - zero * y
        hard = abs(answer) if y in (0, 1) else (one + y if z < 0 else zero + (1 - y))
        return answer, hard

    def scores(rng, shape, dtype):
        return numbers(rng, shape, dtype, (-np.inf, np.inf))

    return elementwise(draw, "z", scores, probabilities, value, slope)


@st.composite
def squared_error(draw):
    return elementwise(
        draw, "p", numbers, numbers, lambda p, y: (p - y) ** 2, lambda p, y: (2 * (p - y), abs(2 * (p - y)))
    )


@st.composite
def sigmoid_squared_error(draw):
    """Of one axis, and its mean only; its value and gradient come together."""
    rng, size = drawn_rng(draw), draw(st.integers(0, 5))
    z = numbers(rng, (size,), draw(dtypes(whole=True)), (-np.inf, np.inf))
    y = probabilities(rng, (size,), draw(dtypes(whole=True)))

    def answers(z, y):
        z, y = exact(z), exact(y)
        one, zero = (exp(-np.frompyfunc(exact_softplus, 1, 1)(s * z)) for s in (-1, 1))
        error = one * (1 - y) - zero * y
        scale = np.where(z < 0, one + y, zero + (1 - y))
        values = error**2, scale * scale
        return {
            "": reduced(values, "mean", len(z)),
            "_grad": of_unit((2 * error * one * zero, 2 * scale * one * zero), "mean", len(z)),
        }

    return Case({"z": z, "y": y}, answers, {}, empty("z", z), {"z": [0], "y": [0]})


def class_targets(draw, rng, shape):
    """Labels or distributions for predictions of this shape."""
    if draw(st.booleans()) or shape[-1] == 0:
        return distributions(rng, shape, draw(dtypes(whole=True)))
    kind = draw(st.sampled_from([np.int8, np.uint8, np.int16, np.int64, np.uint64]))
    return rng.integers(min(shape[-1], 128 if kind == np.int8 else 256), size=shape[:-1]).astype(kind)


def as_shares(target, shape):
    """Exact target distributions."""
    if target.shape == shape:
        return exact(target)
    return exact(target[..., np.newaxis] == np.arange(shape[-1]))


def shared_slopes(p, shares):
    """p·Σ share − share, and the two sides of that difference."""
    whole, rest = np.sum(shares, axis=-1, keepdims=True), complement(p)
    one_sided = np.sum(shares != 0, axis=-1, keepdims=True) == 1
    answer = p * (whole - shares) - shares * rest
    return answer, np.where(one_sided, absolute(answer), p * whole + shares * rest)


def class_case(draw, first, of_first, options, values_and_slopes, counts=None):
    shape, rng = with_classes(draw, draw(shapes(most=3))), drawn_rng(draw)
    x, target = of_first(rng, shape, draw(dtypes(whole=True))), class_targets(draw, rng, shape)
    options |= reductions(draw)
    count = mp.mpf(math.prod(shape[:-1]))

    def answers(**arrays):
        shares = as_shares(arrays["target"], shape)
        values, slopes = values_and_slopes(exact(arrays[first]), shares)
        rows = counts(shares) if counts else count
        return loss_answers(values, slopes, options.get("reduction", "mean"), rows)

    before = list(range(len(shape) - 1))
    return Case({first: x, "target": target}, answers, options, empty(first, x), {first: before, "target": before})


@st.composite
def softmax_cross_entropy(draw):
    smoothing = draw(st.sampled_from([0, 0, 0.125, 0.1, 1.0]))
    options = {"label_smoothing": smoothing} if smoothing or draw(st.booleans()) else {}
    weights = {}

    def values_and_slopes(z, shares):
        _, _, surprises, p = exact_rows(z)
        w = exact(np.array(weights.get("weight", np.ones(z.shape[-1]))))
        epsilon = mp.mpf(float(smoothing))
        shares = ((1 - epsilon) * shares + epsilon / z.shape[-1]) * w
        return with_scale(times(shares, surprises)), shared_slopes(p, shares)

    def counts(shares):
        return np.sum(shares * exact(np.array(weights["weight"]))) if weights else shares.size // shares.shape[-1]

    case = class_case(draw, "logits", logits, options, values_and_slopes, counts)
    z, target = case.arrays["logits"], case.arrays["target"]
    if z.size and draw(st.booleans()):
        rng = drawn_rng(draw)
        w = rng.choice([0, 1, 1, 2, 3], z.shape[-1]).astype(draw(dtypes(whole=True)))
        weights["weight"] = case.options["weight"] = laid_out(draw, w, [])
        case.repeatable = {}
        if options.get("reduction", "mean") == "mean" and not np.any(counts(as_shares(target, z.shape))):
            case.refused = "weight"
    return case


@st.composite
def focal_loss(draw):
    gamma = draw(st.sampled_from([None, 0, 0.5, 1, 2, 5.0]))
    g = mp.mpf(2 if gamma is None else gamma)

    def values_and_slopes(z, shares):
        _, _, surprises, p = exact_rows(z)
        rest = complement(p)
        discount = np.frompyfunc(lambda r: r**g if r or g else mp.mpf(1), 1, 1)(rest)
        ratio = np.frompyfunc(lambda p, s, r: p * s / r if r and p else mp.mpf(1 if p else 0), 3, 1)(p, surprises, rest)
        return (
            with_scale(times(shares * discount, surprises)),
            shared_slopes(p, shares * discount * (1 + g * ratio)),
        )

    return class_case(draw, "logits", logits, {} if gamma is None else {"gamma": gamma}, values_and_slopes)


@st.composite
def brier_score(draw):
    return class_case(draw, "p", distributions, {}, lambda p, t: (with_scale((p - t) ** 2), alone(2 * (p - t))))


# The sweep ------------------------------------------------------------------------------------------


def last_place(scale, dtype):
    """The distance of neighbouring numbers at this size, in the format; wider formats as float64."""
    kind = np.float64 if dtype == np.longdouble else dtype.type
    size = min(mp.mpf(scale), mp.mpf(float(np.nextafter(np.finfo(kind).max, kind(0)))))  # beyond is no next number
    return mp.mpf(float(np.spacing(cast(float(size), kind))))


def assert_right(got, truth, scale, floor=0):
    """As near to the truth as `LAST_PLACES` says; infinite where the format ends."""
    dtype = np.asarray(got).dtype
    places = LAST_PLACES["longdouble" if dtype == np.longdouble else dtype.name]
    largest = mp.mpf(float(np.finfo(np.float64 if dtype == np.longdouble else dtype).max))
    assert np.shape(got) == np.shape(truth)
    for index in np.ndindex(np.shape(truth)):
        g, t, s = np.asarray(got)[index], np.asarray(truth)[index], np.asarray(scale)[index]
        assert not np.isnan(g), (index, t)
        if abs(t) > largest:  # what overflows is infinite; at the very edge it may be rounded down
            if dtype != np.longdouble:
                assert np.sign(g) == mp.sign(t)
                assert np.isinf(g) or (t - t == 0 and abs(t) < largest * mp.mpf(1.001)), (index, g, t)
            continue
        assert np.isfinite(g), (index, g, t)
        exact_g = mp.mpf(float(g)) + mp.mpf(float(g - type(g)(float(g))))
        error = abs(exact_g - t)
        assert error <= places * last_place(s, dtype) + floor, f"{g} at {index}, {mp.nstr(t, 20)} is right"


#: (1 − p)^γ underflows before the surprise multiplies it.
FLOORS = {"focal_loss": 1e-300}


def expected_dtypes(suffix, arrays, first):
    """The formats of the contract: a value has the widest, a gradient that of the first argument."""

    def kind(x):
        return x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)

    floats = [kind(x) for name, x in arrays.items() if not (name == "target" and x.shape != arrays[first].shape)]
    value, grad = np.result_type(*floats), kind(arrays[first])
    return {"": [value], "_grad": [grad], "_value_and_grad": [value, grad]}[suffix]


def check(case, functions, draw, floor=0):
    """One drawn call of a function and of its gradients: right, or refused by name, and nothing changed."""
    given_arrays = case.lay_out(draw)
    before = {name: memory(x) for name, x in {**given_arrays, **case.options}.items()}
    native = {name: plain(x) for name, x in given_arrays.items()}
    first = next(iter(native))
    options = {name: plain(x) if isinstance(x, np.ndarray) else x for name, x in case.options.items()}
    truth = None
    for suffix, function in functions.items():
        if case.refused:
            with np.errstate(all="raise"), pytest.raises((ValueError, TypeError), match=rf"\b{case.refused}\b"):
                function(**given_arrays, **case.options)
            continue
        with np.errstate(all="raise"):
            results = function(**given_arrays, **case.options)
            same = function(**native, **options)
        results, same = (x if isinstance(x, tuple) else (x,) for x in (results, same))
        with mp.workdps(DIGITS):
            truth = truth or case.answers(**native)
            wanted = [truth[s] for s in ("", "_grad") if s in truth] if len(results) == 2 else [truth[suffix]]
            for result, (t, scale) in zip(results, wanted, strict=True):
                assert_right(result, t, scale, floor)
        for result, other, dtype in zip(results, same, expected_dtypes(suffix, native, first), strict=True):
            assert result.dtype == dtype
            assert isinstance(result, np.generic if result.shape == () else np.ndarray)
            np.testing.assert_array_equal(result, other)  # to the last bit, whatever the layout
            np.testing.assert_array_equal(np.signbit(result), np.signbit(other))
            assert not any(np.shares_memory(result, x) for x in given_arrays.values() if isinstance(x, np.ndarray))
    assert before == {name: memory(x) for name, x in {**given_arrays, **case.options}.items()}


MEASURES = {
    f.__name__: f
    for f in [
        *(self_information, entropy, conditional_entropy, mutual_information),
        *(cross_entropy, kl_divergence, js_divergence, perplexity),
        *(logsumexp, softmax, log_softmax, sigmoid, log_sigmoid),
    ]
}
LOSSES = {
    f.__name__: f
    for f in [
        *(binary_cross_entropy, binary_cross_entropy_with_logits, squared_error),
        *(softmax_cross_entropy, focal_loss, brier_score),
    ]
}
SUFFIXES = ["", "_grad", "_value_and_grad"]
EXAMPLES = settings(max_examples=settings().max_examples // 2)


@pytest.mark.parametrize("name", MEASURES)
@EXAMPLES
@given(data=st.data())
def test_measures_and_activations_are_right_or_refuse(name, data):
    check(data.draw(MEASURES[name]()), {"": getattr(ce, name)}, data.draw)


@pytest.mark.parametrize("loss", LOSSES)
@EXAMPLES
@given(data=st.data())
def test_losses_and_gradients_are_right_or_refuse(loss, data):
    check(data.draw(LOSSES[loss]()), {s: getattr(ce, loss + s) for s in SUFFIXES}, data.draw, FLOORS.get(loss, 0))


@EXAMPLES
@given(data=st.data())
def test_sigmoid_squared_error_is_right_or_refuses(data):
    function = losses.sigmoid_squared_error_value_and_grad
    check(data.draw(sigmoid_squared_error()), {"_value_and_grad": function}, data.draw)


# Calibration and training: tables of rows -----------------------------------------------------------


@st.composite
def reliability_tables(draw):
    """Forecasts of any shape and labels for them; only a table of rows will do."""
    rng = drawn_rng(draw)
    shape = with_classes(draw, draw(st.sampled_from([(1,), (2,), (5,), (20,), (0,), (), (2, 2)])))
    p = distributions(rng, shape, draw(dtypes(whole=True)))
    kind = draw(st.sampled_from([np.int8, np.uint8, np.int16, np.int64, np.uint64]))
    labels = rng.integers(min(shape[-1], 128), size=shape[:-1]).astype(kind)
    options = draw(st.sampled_from([{}, {"bins": 1}, {"bins": 2}, {"bins": 6}, {"bins": np.int64(7)}]))

    def answers(p, labels):
        bins = int(options.get("bins", 10))
        sure = [float(max(row)) for row in p]
        right = [int(np.argmax(row) == y) for row, y in zip(p, labels, strict=True)]
        table = []
        for b in range(bins):  # an edge belongs to the bin below; a sum may be above 1 by rounding
            rows = [i for i, x in enumerate(sure) if x > b / bins and (x <= (b + 1) / bins or b + 1 == bins)]
            if rows:
                means = [mp.fsum(of[i] for i in rows) / len(rows) for of in (sure, right)]
                table.append((b / bins, (b + 1) / bins, len(rows), *means))
        gap = mp.fsum(rows * abs(accuracy - confidence) for _, _, rows, confidence, accuracy in table) / len(sure)
        columns = [np.array([mp.mpf(x) for x in column], object) for column in zip(*table, strict=True)]
        return [alone(column) for column in columns], (gap, mp.mpf(1))  # a gap is a difference of shares

    every = {"p": [0] if p.ndim == 2 else [], "labels": [0] if p.ndim == 2 else []}
    return Case({"p": p, "labels": labels}, answers, options, "p" if p.size == 0 or p.ndim != 2 else "", every)


@st.composite
def temperatures(draw):
    rng, rows = drawn_rng(draw), draw(st.sampled_from([(1,), (4,), (12,), (0,), (), (2, 3)]))
    shape = (*rows, draw(st.integers(1, 4)))
    dtype = draw(dtypes())
    scores = cast(draw(st.sampled_from([0.5, 2.0, 8.0])) * rng.normal(size=shape), dtype)
    if draw(st.booleans()):
        scores = rng.integers(0, 5, shape).astype(draw(st.sampled_from(WHOLE[:-1])))
    target = class_targets(draw, rng, shape)

    def answers(logits, target):
        z, t = exact(logits).reshape(-1, shape[-1]), as_shares(target, shape).reshape(-1, shape[-1])
        whole = np.sum(t, axis=-1, keepdims=True)  # 1, but for rounding

        def slope(inverse):
            """Of the summed loss in 1/T; it rises with 1/T."""
            *_, p = exact_rows(inverse * z)
            return np.sum((p * whole - t) * z)

        # Σ z (t of the largest score − t): what the slope rises to. Each of the two must not be a matter of rounding.
        best = np.where(z == z.max(axis=-1, keepdims=True), mp.mpf(1), mp.mpf(0))
        last = np.sum(z * best * whole / np.sum(best, axis=-1, keepdims=True) - z * t)
        return slope, slope(mp.mpf(0)), last, np.sum(absolute(z))

    every = list(range(len(rows)))
    return Case({"logits": scores, "target": target}, answers, {}, empty("logits", scores), {"logits": every})


@st.composite
def standardised(draw):
    rng, columns = drawn_rng(draw), draw(st.integers(1, 3))
    train, other = (
        (rng.integers(-3, 4, (draw(st.integers(0, 5)), columns)) + offset).astype(draw(dtypes()))
        for offset in (0, draw(st.sampled_from([0, 1000])))
    )
    if train.size and draw(st.booleans()):
        train = cast(train + rng.normal(size=train.shape), train.dtype)
    if train.size and draw(st.integers(0, 4)) == 4:
        train[:, 0] = draw(st.sampled_from([0.1, 1 / 3, 0.7]))  # whose mean is not always the number itself
    refused = empty("train", train) or empty("others", other)
    if not refused and np.any(np.ptp(train, axis=0) == 0):
        refused = "train"

    def answers(train, others):
        table, other = exact(train), exact(others)
        centre = np.sum(table, axis=0) / len(table)
        spread = np.frompyfunc(mp.sqrt, 1, 1)(np.sum((table - centre) ** 2, axis=0) / len(table))
        size = np.max(absolute(table), axis=0) + absolute(centre)
        # The centre's rounding is magnified by 1/spread, and once more in the spread itself.
        return [((x - centre) / spread, (absolute(x) + size) / spread * (1 + size / spread)) for x in (table, other)]

    return Case({"train": train, "others": other}, answers, {}, refused)


def refuses_or_answers(case, function, draw):
    """The answer to a drawn layout, and the plain arrays, or None where an error named the argument it should."""
    laid = case.lay_out(draw)
    before = {name: memory(x) for name, x in laid.items()}
    native = {name: plain(x) for name, x in laid.items()}

    def call(arrays):
        with np.errstate(all="raise"):
            return function(*arrays.values(), **case.options)

    try:
        if case.refused:
            with pytest.raises(ValueError, match=rf"\b{case.refused}\b"):
                call(laid)
            return None, native
        answer = call(laid)
        np.testing.assert_equal(answer, call(native))  # to the last bit
        return answer, native
    finally:
        assert before == {name: memory(x) for name, x in laid.items()}


@EXAMPLES
@given(data=st.data())
def test_reliability_is_its_definition_or_refuses(data):
    case = data.draw(reliability_tables())
    table, native = refuses_or_answers(case, calibration.reliability, data.draw)
    error, _ = refuses_or_answers(case, calibration.expected_calibration_error, data.draw)
    if table is None:
        return
    with mp.workdps(DIGITS):
        columns, _ = case.answers(**native)
        for got, (truth, scale) in zip(table, columns, strict=True):
            assert_right(got.astype(float), truth, scale)
        # Drawn again, the layout may repeat other rows; the plain arrays are the first ones.
        assert_right(calibration.expected_calibration_error(**native, **case.options), *case.answers(**native)[1])
    assert isinstance(error, np.float64)


@EXAMPLES
@given(data=st.data())
def test_temperature_is_where_the_slope_changes_its_sign(data):
    case = data.draw(temperatures())
    native = {name: plain(x) for name, x in case.arrays.items()}
    if case.refused:
        refuses_or_answers(case, calibration.fit_temperature, data.draw)
        return
    case.repeatable = {}
    with mp.workdps(DIGITS):
        slope, first, last, size = case.answers(**native)
        if 0 < abs(first) < size * mp.mpf(1e-12) or 0 < abs(last) < size * mp.mpf(1e-12):
            return  # rounding may decide
        case.refused = "target" if last == 0 else "logits" if first >= 0 else ""
        temperature, _ = refuses_or_answers(case, calibration.fit_temperature, data.draw)
        if temperature is None:
            return
        assert isinstance(temperature, float)
        inverse, step = 1 / mp.mpf(temperature), mp.mpf(1e-9)
        assert slope(inverse * (1 - step)) < 0 < slope(inverse * (1 + step))


@EXAMPLES
@given(data=st.data())
def test_standardised_tables_are_right_or_refused(data):
    case = data.draw(standardised())
    tables, native = refuses_or_answers(case, training.standardise, data.draw)
    if tables is None:
        return
    with mp.workdps(DIGITS):
        for got, (truth, scale) in zip(tables, case.answers(**native), strict=True):
            assert_right(got, truth, scale)


# One bad number anywhere ----------------------------------------------------------------------------

NAN, ABOVE, BELOW = (np.nan, "is not a number"), (1.5, "is above 1"), (-0.25, "is negative")
UNIT_INTERVAL = [NAN, ABOVE, BELOW, (np.inf, "is above 1"), (-np.inf, "is negative")]
FINITE = [NAN, (np.inf, "is not finite"), (-np.inf, "is not finite")]
SOFTMAX = [NAN, (np.inf, "has no softmax")]
#: (function or loss, argument) → bad numbers and what is said of each. With labels, numbers of no class.
SPOILS = {
    ("self_information", "p"): UNIT_INTERVAL,
    ("entropy", "p"): UNIT_INTERVAL,
    **{(name, "joint"): UNIT_INTERVAL for name in ("conditional_entropy", "mutual_information")},
    **{
        (name, argument): UNIT_INTERVAL
        for name in ("cross_entropy", "kl_divergence", "js_divergence", "perplexity", "binary_cross_entropy")
        for argument in ("pq" if name != "binary_cross_entropy" else "py")
    },
    **{(name, "z"): [NAN] for name in ("logsumexp", "sigmoid", "log_sigmoid", "binary_cross_entropy_with_logits")},
    **{(name, "z"): SOFTMAX for name in ("softmax", "log_softmax")},
    ("binary_cross_entropy_with_logits", "y"): UNIT_INTERVAL,
    **{("squared_error", argument): FINITE for argument in "py"},
    **{(name, "logits"): SOFTMAX for name in ("softmax_cross_entropy", "focal_loss")},
    **{(name, "target"): UNIT_INTERVAL for name in ("softmax_cross_entropy", "focal_loss", "brier_score")},
    ("brier_score", "p"): UNIT_INTERVAL,
}
LABELS = [(-1, "is outside"), (-100, "is outside"), (None, "is outside")]


def spoiled(draw, case, argument, bads):
    """The arrays with one bad number; `(arrays, index, what is said)`."""
    arrays = {name: plain(x) for name, x in case.arrays.items()}
    x = arrays[argument]
    if argument == "target" and x.dtype.kind in "iu" and x.shape != next(iter(arrays.values())).shape:
        bad, words = draw(st.sampled_from(LABELS if x.dtype.kind == "i" else LABELS[-1:]))
        bad = next(iter(arrays.values())).shape[-1] if bad is None else bad
        if bad > np.iinfo(x.dtype).max:
            bad = np.iinfo(x.dtype).max if next(iter(arrays.values())).shape[-1] <= np.iinfo(x.dtype).max else -1
    else:
        bad, words = draw(st.sampled_from(bads))
        x = arrays[argument] = x.astype(np.float64) if x.dtype.kind != "f" else x
    index = tuple(draw(st.integers(0, n - 1)) for n in x.shape)
    x[index] = bad
    laid = {name: laid_out(draw, x, []) for name, x in arrays.items()}
    return laid, index, words


@pytest.mark.parametrize(("name", "argument"), list(SPOILS))
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_one_bad_number_is_refused_with_its_place(name, argument, data):
    case = data.draw({**MEASURES, **LOSSES}[name]().filter(lambda case: not case.refused))
    arrays, index, words = spoiled(data.draw, case, argument, SPOILS[name, argument])
    place = f"{argument}[{', '.join(map(str, index))}]" if index else argument
    before = {key: memory(x) for key, x in arrays.items()}
    for suffix in SUFFIXES if name in LOSSES else [""]:
        with np.errstate(all="raise"), pytest.raises(ValueError) as caught:  # noqa: PT011 (compared below)
            getattr(ce, name + suffix)(**arrays, **case.options)
        assert str(caught.value).startswith(f"{place} = ")
        assert words in str(caught.value)
    assert before == {key: memory(x) for key, x in arrays.items()}


# Nothing is forgotten -------------------------------------------------------------------------------

ELSEWHERE = {
    "calibration": {"reliability", "expected_calibration_error", "fit_temperature"},
    "losses": {"sigmoid_squared_error_value_and_grad"},
    "training": {"standardise"},
}
#: Public names that take no array of numbers to compute with, or are models whose sums those functions do.
NOT_SWEPT = {
    "calibration": {"Reliability"},
    "training": {"SGD", "LogisticRegression", "OneHiddenLayer", "SoftmaxRegression", "fit", "hold_out"},
}


def test_every_public_function_is_swept():
    swept = [*MEASURES, *(loss + suffix for loss in LOSSES for suffix in SUFFIXES)]
    assert sorted(swept) == sorted(set(ce.__all__) - set(codes.__all__))
    for module in (calibration, losses, training):
        name = module.__name__.rpartition(".")[2]
        assert ELSEWHERE[name] | NOT_SWEPT.get(name, set()) == set(module.__all__) - set(ce.__all__)
    assert {name for name, _ in SPOILS} == {*MEASURES, *LOSSES}
