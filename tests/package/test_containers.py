"""Every public function that takes numbers, given them as people have them: nested, boxed, as objects, as text.

What NumPy reads as real numbers must give the answer of the plain array, bit for bit (`test_sweep` compares that with
80 digits). Anything else is refused by the argument's name; and where the error says what to pass instead, that must
give the answer. Hypothesis draws a leaf for each number and a box for each level.
"""

import array
import collections
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossentropy import calibration, codes, losses, training
from tests.strategies import ARGUMENTS, FUNCTIONS, P, Y, Z, answers

LABELS, X = [1, 0, 2], [[0.5, 1.0], [2.0, -1.0], [0.25, 3.0]]
SHARES, SCORES = [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5]], [[0.5, 2, -1], [3, 1, 0], [0, 2, 0.5]]

CALLS = {name: (function, ARGUMENTS[name]) for name, function in FUNCTIONS.items()} | {
    "labels": (FUNCTIONS["softmax_cross_entropy_value_and_grad"], {"logits": SCORES, "target": LABELS}),
    "weights": (
        lambda weight: FUNCTIONS["softmax_cross_entropy"](SCORES, LABELS, weight=weight),
        {"weight": [0.5, 1, 2]},
    ),
    "sigmoid_squared_error": (losses.sigmoid_squared_error_value_and_grad, {"z": Z, "y": Y}),
    "expected_calibration_error": (calibration.expected_calibration_error, {"p": SHARES, "labels": LABELS}),
    "reliability": (lambda p, labels: calibration.reliability(p, labels).confidence, {"p": SHARES, "labels": LABELS}),
    "fit_temperature": (calibration.fit_temperature, {"logits": SCORES, "target": LABELS}),
    "kraft_sum": (codes.kraft_sum, {"lengths": [1, 2, 2]}),
    "code_from_lengths": (codes.code_from_lengths, {"lengths": [1, 2, 2]}),
    "huffman_code": (codes.huffman_code, {"p": P}),
    "standardise": (lambda train: training.standardise(train)[0], {"train": X}),
    "others": (lambda others: training.standardise(X, others)[1], {"others": X}),
    "loss": (training.SoftmaxRegression(2, 3).loss, {"x": X, "labels": LABELS}),
    "loss_and_gradients": (
        lambda x, labels: training.OneHiddenLayer(2, 4, 3, seed=0).loss_and_gradients(x, labels)[1][0],
        {"x": X, "labels": LABELS},
    ),
    "fit": (
        lambda x, labels: training.fit(
            training.SoftmaxRegression(2, 3), training.SGD(0.5), x, labels, epochs=2, batch=2, seed=0
        ),
        {"x": X, "labels": LABELS},
    ),
    "logistic": (
        lambda x, y: training.LogisticRegression(2).fit(x, y, steps=2, rate=0.5),
        {"x": X, "y": [0, 1, 0.5]},
    ),
}

# Every number of the calls is a multiple of 1/8, so all of these hold it exactly.
LEAVES = {
    "Python's": lambda x: x,
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
    "longdouble": np.longdouble,
    "0-d": np.array,
    "Fraction": Fraction,
    "Decimal": Decimal,
    "text": str,
    "bytes": lambda x: str(x).encode(),
    "object": lambda x: np.array(x, dtype=object),
    "None": lambda x: None,
    "complex": complex,
    "masked": lambda x: np.ma.array(x),
    "a word": lambda x: "half",
}


class Boxed:
    """Something that can make an array of itself."""

    def __init__(self, items):
        self.items = items

    def __array__(self, dtype=None, copy=None):
        return np.array(self.items, dtype)


BOXES = {
    "list": list,
    "tuple": tuple,
    "deque": collections.deque,
    "UserList": collections.UserList,
    "array": np.array,
    "objects": lambda items: np.array(items, dtype=object),
    "iterator": iter,
    "dict": lambda items: dict(enumerate(items)),
    "values": lambda items: dict(enumerate(items)).values(),
    "masked": lambda items: np.ma.array(items),
    "__array__": Boxed,
    "memory": lambda items: memoryview(np.array(items)),
    "array.array": lambda items: array.array("d" if isinstance(items[0], float) else "l", items),
}


def built(value, leaf, boxes):
    """The numbers again, each through the leaf, and each level in its box."""
    if not isinstance(value, list):
        return leaf(value)
    return boxes[0]([built(item, leaf, boxes[1:]) for item in value])


def masked(x):
    """Whether an array with a mask is somewhere in it."""
    return isinstance(x, np.ma.MaskedArray) or (isinstance(x, list | tuple) and any(map(masked, x)))


def read_by_numpy(x):
    """The format in which NumPy reads real numbers, or None."""
    dtype = np.asarray(x).dtype
    return dtype if dtype.kind in "iuf" and not masked(x) else None


def outcome(function, arguments):
    """The answers, or the words of the error."""
    try:
        return answers(function(**arguments))
    except (TypeError, ValueError) as error:
        return str(error)


def assert_same(got, wanted):
    if isinstance(wanted, str):
        assert got == wanted
        return
    assert not isinstance(got, str), got
    for one, other in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


def check(function, arguments, name, make):
    """The outcome of the plain array; or an error with the argument's name, whose remedy leads there."""
    got = outcome(function, arguments | {name: make()})
    if dtype := read_by_numpy(make()):
        assert_same(got, outcome(function, arguments | {name: np.array(arguments[name], dtype)}))
        return
    assert isinstance(got, str), f"{name} = {make()!r} was accepted: {got}"
    assert re.match(rf"{name}\b", got), got
    if remedy := re.search(r"; pass (.+)$", got):
        check(function, arguments, name, lambda: eval(remedy[1], {"np": np, name: make()}))


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=settings.default.max_examples // 4)
@given(st.data())
def test_numbers_however_they_are_held(call, data):
    function, arguments = CALLS[call]
    name = data.draw(st.sampled_from(sorted(arguments)))
    value = arguments[name]
    # Half of the time everything plain but for one leaf or box, where mistakes are easiest to make.
    leaf = data.draw(st.one_of(st.just("Python's"), st.sampled_from(sorted(LEAVES))))
    levels = st.lists(st.one_of(st.just("list"), st.sampled_from(sorted(BOXES))), min_size=2, max_size=2)
    boxes = [BOXES[box] for box in data.draw(levels)]
    try:
        built(value, LEAVES[leaf], boxes)
    except (TypeError, ValueError):  # no such box of such leaves
        return
    check(function, arguments, name, lambda: built(value, LEAVES[leaf], boxes))


def test_what_is_to_be_done_leads_to_the_answer():
    """Numbers as objects or as text, also labels, which must not become floats on the way."""
    function, arguments = CALLS["labels"]
    for labels in (list(map(str, LABELS)), [b"1", b"0", b"2"], np.array(LABELS, dtype=object)):
        assert outcome(function, arguments | {"target": labels}).endswith("; pass np.array(target, dtype=int)")
        check(function, arguments, "target", lambda labels=labels: labels)
    for leaf in (str, Fraction, Decimal):
        logits = [[leaf(x) for x in row] for row in SCORES]
        remedy = outcome(function, arguments | {"logits": logits})
        assert remedy.endswith("; pass np.array(logits, dtype=float)")
    assert outcome(FUNCTIONS["entropy"], {"p": "0.5"}).endswith("; pass float(p)")
    assert outcome(FUNCTIONS["entropy"], {"p": ["0.5", "half"]}).endswith("; p[1] is 'half'")
