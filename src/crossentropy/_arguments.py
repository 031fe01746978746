"""Arguments are checked here, once, and never repaired.

Every public function turns its inputs into floating-point arrays through this module. What cannot be
used raises `ValueError` (`TypeError` for what is not a number) with the argument's name, what is wrong,
where, what was found, and the remedy where there is one.
"""

import math
import numbers
import operator
import reprlib
from collections import abc
from itertools import accumulate

import numpy as np

from ._kernels import at_least_float64, row_sums

#: How far a distribution's sum may lie from 1, by the number format it arrived in: bytes of float16 and float32.
SUM_TOLERANCE = {2: 1e-2, 4: 1e-5}
SUM_TOLERANCE_FLOAT64 = 1e-8

#: Infinite surprises are answers here, not accidents: no function warns, whatever np.errstate asks for.
no_float_warnings = np.errstate(all="ignore")

REDUCTIONS = ("none", "sum", "mean")


def readable(value):
    """The value as a reader would write it, but never rounded so far that the error disappears."""
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, float):
        return str(value)
    short = f"{value:.6g}"
    return repr(value) if float(short) == 1 != value else short


def entry_name(name, index):
    """`p[0, 2]`, or `p` alone for a scalar."""
    return f"{name}[{', '.join(str(int(i)) for i in index)}]" if len(index) else name


def first_true(mask):
    """The index of the first true element."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def refuse(name, array, bad, complaint):
    """Raise `ValueError` at the first element where `bad` is true."""
    if np.any(bad):
        index = first_true(bad)
        raise ValueError(f"{entry_name(name, index)} = {readable(array[index])} {complaint}")


def _masked_at(x):
    """The index of a masked array in x, which may be a list of them: () for x itself, None if there is none.

    A row that begins with a plain number is not searched: what is masked in it becomes NaN, and is refused as such.
    """
    if isinstance(x, np.ma.MaskedArray):
        return ()
    if isinstance(x, list | tuple) and not set(map(type, x)) <= _PLAIN:
        for i, item in enumerate(x):
            plain_row = type(item) is list and item and type(item[0]) in _PLAIN
            if not plain_row and (rest := _masked_at(item)) is not None:
                return (i, *rest)
    return None


_PLAIN = {float, int, bool, np.float64}


def refuse_masks(name, x):
    """Raise `TypeError` at a masked array: NumPy would take the numbers under the mask."""
    if (index := _masked_at(x)) is not None:
        which = entry_name(name, index)
        raise TypeError(
            f"{which} is a masked array, whose mask would be lost; leave out what is masked, or give it a value with "
            ".filled(…)"
        )


def number_array(name, x):
    """`x` as an array of integers, booleans or floats; anything else is a `TypeError`."""
    if type(x) is not np.ndarray:
        refuse_masks(name, x)
    try:
        array = np.asarray(x)
    except Exception as error:  # an object that makes an array of itself may raise anything
        if "inhomogeneous" in str(error):
            raise ValueError(f"{name} has rows of different lengths; expected a rectangular array") from None
        raise TypeError(f"{name} cannot be made an array of numbers: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} holds {array.dtype}, expected real numbers{_way_to_numbers(name, x, array)}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")
    return in_order(array)


def _way_to_numbers(name, x, array):
    """What to do about an array that does not hold real numbers, as far as that can be told."""
    if columns := getattr(array.dtype, "names", None):
        return f"; pass one of its columns, such as {name}[{columns[0]!r}], or stack them"
    if array.dtype.kind == "V" and array.dtype.type is not np.void:  # bfloat16 and its kin, of other packages
        return f"; pass {name}.astype(np.float32)"
    if array.dtype.kind not in "OUST":  # objects, and numbers that are still text
        return ""
    if array.ndim == 0 and isinstance(x, abc.Iterable) and not isinstance(x, set | frozenset | str | bytes):
        return f"; pass list({name}.values())" if isinstance(x, abc.Mapping) else f"; pass list({name})"
    for index, item in np.ndenumerate(array):
        refuse_masks(entry_name(name, index), item)
        try:
            float(item)
        except (TypeError, ValueError, OverflowError):
            item = item.item() if isinstance(item, np.generic) else item
            return f"; {entry_name(name, index)} is {reprlib.repr(item)}" if index else ""
    kind = "int" if all(map(_is_whole, array.flat)) else "float"
    return f"; pass np.array({name}, dtype={kind})" if array.ndim else f"; pass {kind}({name})"


def _is_whole(item):
    """Whether an object or a text is an integer, perhaps a class label, and NumPy has room for it."""
    try:
        return isinstance(item, numbers.Integral | str | bytes) and -(2**63) <= int(item) < 2**63
    except ValueError:
        return False


def in_order(array):
    """The array row by row in memory, in the machine's own byte order: so no answer depends on how it was laid out."""
    if array.flags.c_contiguous and array.flags.aligned and array.dtype.isnative:
        return array
    return array.astype(array.dtype.newbyteorder("="), order="C")


def floats_or_nan(name, x):
    """`x` as floats: `(array, dtype of the answer)`. Integers, booleans and lists count as float64.

    float32 stays float32 and is widened block by block; float16, on which NumPy is slow, becomes float64 here.
    """
    array = number_array(name, x)
    if array.dtype.kind != "f":
        return array.astype(np.float64), np.dtype(np.float64)
    return (array.astype(np.float64) if array.dtype == np.float16 else array), array.dtype


def floats(name, x):
    """`floats_or_nan`, refusing NaN."""
    array, dtype = floats_or_nan(name, x)
    if math.isnan(_total(array)):  # far quicker than a look at each; inf − inf is NaN too, so look now
        refuse(name, array, np.isnan(array), "is not a number")
    return array, dtype


def _total(array):
    return np.add.reduce(array, axis=None)


def finite(name, x):
    """`floats`, refusing infinities."""
    array, dtype = floats_or_nan(name, x)
    if not math.isfinite(_total(array)):  # the sum may have overflowed, so look now
        refuse(name, array, np.isnan(array), "is not a number")
        refuse(name, array, np.isinf(array), "is not finite")
    return array, dtype


def probabilities(name, x):
    """`floats` in [0, 1], each a probability on its own."""
    array, dtype = floats(name, x)
    if not (array.min() >= 0 and array.max() <= 1):
        refuse(name, array, array < 0, "is negative; a probability lies in [0, 1]")
        refuse(name, array, array > 1, "is above 1; a probability lies in [0, 1]")
    return array, dtype


def integer(name, value):
    """A whole number, neither a boolean nor a float."""
    if type(value) is int:  # nearly always
        return value
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} = {value} is not an integer")
    refuse_masks(name, value)
    try:
        return operator.index(value)
    except TypeError:
        if isinstance(value, np.ndarray) and value.ndim:
            raise TypeError(f"{name} has shape {value.shape}, expected a whole number") from None
        raise TypeError(f"{name} = {reprlib.repr(value)} is not an integer") from None


def byte_string(name, value):
    """Bytes, or what shares their memory."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    remedy = f"; a text becomes bytes with {name}.encode()" if isinstance(value, str) else ""
    raise TypeError(f"{name} is of type {type(value).__name__}, expected bytes{remedy}")


def offers(name, value, *needs):
    """Refuse what lacks these methods or attributes, and a class in place of an object."""
    if isinstance(value, type):
        raise TypeError(f"{name} is the class {value.__name__}, expected an object of it: {value.__name__}(…)")
    if missing := [need for need in needs if not hasattr(value, need)]:
        raise TypeError(f"{name} is of type {type(value).__name__}, which has no {missing[0]}")


def stated_probabilities(model, symbols=None):
    """What a model says of its next symbol: `(Python floats, their running sums)`; of so many symbols, if given."""
    stated = model.probabilities()
    try:
        p = list(map(float, stated))
    except (TypeError, ValueError, OverflowError):
        distribution("model.probabilities()", stated, -1)
        raise TypeError("model.probabilities() has more than one axis, expected a number for each symbol") from None
    below = list(accumulate(p, initial=0.0))
    if not p or not (abs(below[-1] - 1) <= SUM_TOLERANCE_FLOAT64 and min(p) >= 0):  # neither is true of NaN
        distribution("model.probabilities()", p, -1)
    if symbols not in (None, len(p)):
        raise ValueError(f"model.probabilities() has {len(p)} symbols, expected {symbols}")
    return p, below


def axis_index(axis, ndim, name):
    """`axis` as an index from the front."""
    index = integer("axis", axis)
    if ndim == 0:
        raise ValueError(f"{name} is a single number, expected at least one dimension")
    if not -ndim <= index < ndim:
        raise ValueError(f"axis = {index} is outside {-ndim}..{ndim - 1}, the axes of {name}")
    return index % ndim


def axis_last(array, index):
    """The array with this axis last, row by row in memory."""
    return array if index == array.ndim - 1 else np.ascontiguousarray(np.moveaxis(array, index, -1))


def sums_to_one(name, p, axes, dtype, label, remedy):
    """Refuse NaN, negative entries, and sums over `axes` that are not 1 within the format's tolerance.

    `remedy(total)` says what to do about entries that sum to that.
    """
    tolerance = SUM_TOLERANCE.get(dtype.itemsize, SUM_TOLERANCE_FLOAT64)
    last = axes in (-1, p.ndim - 1)
    total = row_sums(p) if last else np.sum(p, axis=axes, dtype=np.promote_types(p.dtype, float))
    if p.min() >= 0 and np.abs(total - 1).max() <= tolerance:  # neither is true of NaN
        return
    refuse(name, p, np.isnan(p), "is not a number")
    refuse(name, p, p < 0, "is negative; a probability lies in [0, 1]")
    index = first_true(np.abs(total - 1) > tolerance)
    what_to_do = remedy(total[index])
    # A marginal added up from a joint table may come to 1 + 2e-16; that is rounding, as in the sum below.
    counted = what_to_do if np.all(p == np.floor(p)) and np.all(np.isfinite(p)) else ""
    refuse(name, p, p > 1 + tolerance, f"is above 1; a probability lies in [0, 1]{counted}")
    where = f" at index {index}" if index else ""
    raise ValueError(f"{name} sums to {readable(total[index])} along {label}{where}, expected 1{what_to_do}")


def _to_normalise(name, axis, total):
    """The remedy for counts, which need one that is not 0."""
    return f"; to normalise counts, divide by {name}.sum(axis={axis}, keepdims=True)" if total else ""


def distribution(name, x, axis, of_classes=False):
    """A distribution along `axis`: `(array with that axis last, dtype)`.

    `of_classes` if it is a forecast of classes: many have the probability of one class a row instead.
    """
    p, dtype = floats_or_nan(name, x)
    index = axis_index(axis, p.ndim, name)

    def remedy(total):
        both = f"[1 - {name}, {name}], axis=-1)"
        if of_classes and p.ndim > 1 and p.shape[-1] == 1:
            return f"; {name} has shape {p.shape}, expected (..., classes): for two classes pass np.concatenate({both}"
        events = p.ndim == 1 and (of_classes or total > 1) and p.max() <= 1
        or_else = f"; if each entry is about an event of its own, pass np.stack({both}" if events else ""
        return _to_normalise(name, axis, total) + or_else

    sums_to_one(name, p, index, dtype, f"axis {axis}", remedy)
    return axis_last(p, index), dtype


def distribution_pair(p, q, axis):
    """Two distributions of equal length along `axis`, which counts in the broadcast shape."""
    shapes = number_array("p", p).shape, number_array("q", q).shape
    ndim = max(len(shape) for shape in shapes)
    index = axis_index(axis, ndim, "p and q")
    arrays, dtypes = [], []
    for name, x, shape in zip("pq", (p, q), shapes, strict=True):
        own_axis = index - (ndim - len(shape))
        if own_axis < 0:
            raise ValueError(f"{name} has shape {shape}, too few dimensions for axis {axis}")
        array, dtype = distribution(name, x, own_axis - len(shape) if axis < 0 else own_axis)
        arrays.append(array)
        dtypes.append(dtype)
    if arrays[0].shape[-1] != arrays[1].shape[-1]:
        raise ValueError(
            f"p has {arrays[0].shape[-1]} outcomes along axis {axis} and q has {arrays[1].shape[-1]}; "
            "both must describe the same outcomes"
        )
    try:
        np.broadcast_shapes(arrays[0].shape, arrays[1].shape)
    except ValueError:
        raise ValueError(f"p has shape {shapes[0]} and q {shapes[1]}, which do not match") from None
    return *arrays, np.result_type(*dtypes)


def joint_distribution(name, x):
    """A joint table over the last two axes: `(array, dtype)`."""
    joint, dtype = floats_or_nan(name, x)
    if joint.ndim < 2:
        raise ValueError(f"{name} has shape {joint.shape}, expected (..., outcomes of X, outcomes of Y)")

    def remedy(total):
        return _to_normalise(name, (-2, -1), total)

    sums_to_one(name, joint, (-2, -1), dtype, "axes (-2, -1)", remedy)
    return joint, dtype


def scores_or_nan(name, x, axis):
    """Scores along `axis`, perhaps with NaN: `(array with that axis last, dtype, index of the axis)`."""
    z, dtype = floats_or_nan(name, x)
    index = axis_index(axis, z.ndim, name)
    # A table turned round is copied block by block: in the cache that is quicker.
    return z.T if z.ndim == 2 and index == 0 else axis_last(z, index), dtype, index


def scores(name, x, axis):
    """`scores_or_nan`, refusing NaN: scores that a logsumexp can use."""
    z, dtype = floats(name, x)
    z, _, index = scores_or_nan(name, z, axis)
    return z, dtype, index


def softmax_scores(name, x, axis):
    """`scores` that a softmax can use: no +inf, and not all -inf."""
    z, dtype, index = scores(name, x, axis)
    top = np.max(z, axis=-1)
    if np.any(np.isinf(top)):
        given = np.moveaxis(z, -1, index)
        refuse(name, given, given == np.inf, "has no softmax; logits lie below +inf")
        at = first_true(top == -np.inf)
        where = f" at index {at}" if at else ""
        raise ValueError(f"{name} is -inf for every class along axis {axis}{where}, expected one finite logit")
    return z, dtype, index


def class_target(target, shape, name="target"):
    """The target of logits of this shape: `(labels of shape[:-1], None)` or `(distributions, their float dtype)`."""
    array = number_array(name, target)
    labels = f"integer labels of shape {shape[:-1]}"
    if array.shape == shape:
        t, dtype = floats_or_nan(name, target)

        def remedy(total):
            if array.dtype.kind not in "iu":
                return ""
            if array.ndim == 1 and len(array) > 1:
                return "; for one label drop the class axis, for a label a score use a loss of two classes (binary_…)"
            return "; for integer labels drop the class axis"

        sums_to_one(name, t, -1, dtype, "axis -1", remedy)
        return t, dtype
    if array.shape != shape[:-1]:
        remedy = f"; drop the last axis with {name}[..., 0]" if array.shape == (*shape[:-1], 1) else ""
        raise ValueError(
            f"{name} has shape {array.shape}, expected {labels} or a distribution of shape {shape}{remedy}"
        )
    if array.dtype.kind not in "iu":
        whole = array.dtype.kind == "f" and np.all(array == np.floor(array))
        remedy = f"; pass np.array({name}, dtype=int)" if whole and np.all(np.isfinite(array)) else ""
        raise TypeError(f"{name} holds {array.dtype}, expected {labels} or a distribution of shape {shape}{remedy}")
    if array.min() < 0 or array.max() >= shape[-1]:
        outside = (array < 0) | (array >= shape[-1])
        single = "; with one column there is a single class" if shape[-1] == 1 else ""
        refuse(name, array, outside, f"is outside 0..{shape[-1] - 1} (labels start at 0){single}")
    return array.astype(np.intp, copy=False), None


def one_hot(target, classes):
    """Labels as distributions with all probability on one class; distributions as they are."""
    if target.dtype.kind == "f":
        return target
    return (target[..., np.newaxis] == np.arange(classes)).astype(np.float64)


def table(name, x, columns=None):
    """Finite numbers in rows and columns: an array of float64, or of a wider dtype."""
    array, _ = finite(name, x)
    if array.ndim != 2 or columns not in (None, array.shape[1]):
        raise ValueError(f"{name} has shape {array.shape}, expected (rows, {columns or 'columns'})")
    return at_least_float64(array)


def integer_labels(name, labels, rows):
    """One integer class per row; whether the class exists is checked by `class_target`."""
    array = number_array(name, labels)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {array.dtype}, expected integer class labels")
    if array.shape != (rows,):
        raise ValueError(f"{name} has shape {array.shape}, expected ({rows},), one class a row")
    return array


def class_weight(weight, classes):
    """One finite weight >= 0 per class; all ones where there is none."""
    if weight is None:
        return np.ones(classes)
    array, _ = finite("weight", weight)
    if array.shape != (classes,):
        raise ValueError(f"weight has shape {array.shape}, expected ({classes},), one entry a class")
    refuse("weight", array, array < 0, "is negative; a weight is at least 0")
    return at_least_float64(array)


def same_shape(name, array, other_name, other):
    """Elementwise losses never broadcast: (N, 1) against (N,) would make N*N losses."""
    if array.shape != other.shape:
        raise ValueError(
            f"{name} has shape {array.shape} and {other_name} has shape {other.shape}; expected equal shapes"
        )


def scalar(name, value):
    """A single real number, perhaps NaN, but no boolean."""
    if type(value) is float:  # nearly always
        return value
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} = {value} is not a number")
    refuse_masks(name, value)
    try:
        array = np.asarray(value)
    except Exception:
        raise TypeError(f"{name} = {reprlib.repr(value)} is not a real number") from None
    if array.dtype.kind not in "iuf":
        remedy = _way_to_numbers(name, value, array) if hasattr(value, "__float__") else ""
        raise TypeError(f"{name} = {reprlib.repr(value)} is not a real number{remedy}")
    if array.ndim:
        raise TypeError(f"{name} has shape {array.shape}, expected a single number")
    return float(array)


def log_base(base):
    """A base that a logarithm can have."""
    value = scalar("base", base)
    if not 0 < value < np.inf or value == 1:
        raise ValueError(f"base = {readable(value)} has no logarithm; expected a positive number other than 1")
    return value


def fraction(name, value):
    """A number in [0, 1]."""
    value = scalar(name, value)
    if not 0 <= value <= 1:
        raise ValueError(f"{name} = {readable(value)} is outside [0, 1]")
    return value


def at_least_zero(name, value):
    """A finite number at least 0."""
    value = scalar(name, value)
    if not 0 <= value < np.inf:
        raise ValueError(f"{name} = {readable(value)} is not a finite number at least 0")
    return value


def count(name, value, least=1):
    """A whole number, not too small."""
    whole = integer(name, value)
    if whole < least:
        raise ValueError(f"{name} = {whole} is not a whole number of at least {least}")
    return whole


def reduction_name(reduction):
    """One of the three reductions."""
    if not isinstance(reduction, str):
        raise TypeError(f"reduction = {reduction!r} is not a string; expected 'none', 'sum' or 'mean'")
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction = {reduction!r} is unknown; expected 'none', 'sum' or 'mean'")
    return reduction


def to_dtype(x, dtype):
    """The answer in the dtype of the input; a NumPy scalar where it has no dimensions."""
    return np.asarray(x).astype(dtype, copy=False)[()]
