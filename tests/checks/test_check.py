"""The machinery of the checks: what is printed, and what happens to things that are not answers."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from crossentropy import checks
from crossentropy.checks import NOT_ANSWERED, Hint, check, examine, exercises


def hint(helper, *arguments, **options):
    """What a helper says; None if it is content."""
    try:
        helper(*arguments, **options)
    except Hint as told:
        return str(told)
    return None


def documented(p):
    """Average digits of the best prefix code."""
    ...


def empty(p): ...


def passing(p):
    pass


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ((math.log2(6), 3), "entropy-dice: right.\n"),
        ((math.log(6), 3), "entropy-dice: not yet. `six` is in nats, and bits are asked for.\n"),
        ((..., ...), "entropy-dice: not answered yet.\n"),
        ((math.log2(6), None), "entropy-dice: not answered yet: `eight`.\n"),
        ((), "entropy-dice: not yet. It expects 2 answers, `six` and `eight`; you handed over 0.\n"),
        ((1, 2, 3), "entropy-dice: not yet. It expects 2 answers, `six` and `eight`; you handed over 3.\n"),
    ],
)
def test_one_line_is_printed(capsys, answers, line):
    assert check("entropy-dice", *answers) is None
    assert capsys.readouterr().out == line


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("entropy-dize", "did you mean 'entropy-dice'"),
        ("ex-entropy-dice", "leave out 'ex-'; did you mean 'entropy-dice'"),
        ("entropy", "no exercise 'entropy' has a check"),
        (3, "no exercise 3 has a check"),
    ],
)
def test_an_unknown_exercise_is_an_error_that_names_the_nearest(name, told):
    with pytest.raises(ValueError, match=told):
        check(name, 1)


@pytest.mark.parametrize("stub", [documented, empty, passing, lambda p: None, lambda p: ..., None, ...])
def test_a_stub_is_not_answered(stub):
    assert examine("entropy-huffman", stub) == NOT_ANSWERED


@pytest.mark.parametrize(
    "function", [lambda p: 0, lambda p: "no", lambda p: True, lambda p: p, lambda p: print(end="")]
)
def test_a_function_that_does_something_is_an_answer(function):
    assert not examine("entropy-huffman", function).startswith(NOT_ANSWERED)


@pytest.mark.parametrize("stub", [[True, ...], (None, False), {"a": ...}])
def test_a_stub_may_be_inside(stub):
    assert examine("entropy-kraft", stub, (1, 2, 3, 3)) == f"{NOT_ANSWERED}: `possible`"


@pytest.mark.parametrize("answer", ["text", {1}, object(), 1j, [[1], [1, 2]], np.array(["a"]), print, math.nan, ()])
@pytest.mark.parametrize("name", exercises())
def test_no_answer_raises(name, answer):
    count = len(checks.inspect.signature(checks._find(name)).parameters)
    assert isinstance(examine(name, *[answer] * count), str)


def test_a_check_that_stumbles_says_so(monkeypatch):
    monkeypatch.setitem(checks._registry, "entropy-dice", lambda six: 1 / 0)
    assert (
        examine("entropy-dice", 1) == "The check cannot use what you handed over (ZeroDivisionError: division by zero)."
    )


@pytest.mark.parametrize("three", [3, 3.0, np.float32(3), np.array(3), np.array([3.0]), [3]])
def test_numbers_of_any_kind_are_equally_good(three):
    assert checks.number("x", three) == 3
    assert hint(checks.close, "x", three, 3) is None


@pytest.mark.parametrize(
    "given", [[0.5, 0.25], (0.5, 0.25), np.array([0.5, 0.25]), np.float32([0.5, 0.25]), {0.5: 1, 0.25: 1}.keys()]
)
def test_arrays_of_any_kind_are_equally_good(given):
    assert hint(checks.close, "p", given, [0.5, 0.25]) is None


@pytest.mark.parametrize(
    ("answer", "expected", "options", "told"),
    [
        (1.0, 1 / math.log(2), {"unit": "bits"}, "`x` is in nats, and bits are asked for."),
        (math.log10(5), math.log(5), {"unit": "nats"}, "`x` is in bans, and nats are asked for."),
        (1.0, 1 / math.log(2), {}, "`x` is too small."),
        (1.79, math.log2(6), {"unit": "bits"}, "`x` is in nats, and bits are asked for."),
        (-2, 2, {}, "`x` has the wrong sign."),
        (20, 0.2, {}, "`x` is 100 times too large; is it in per cent?"),
        (0.33, 0.331, {}, "`x` is nearly right, but too small; do not round it."),
        (0.333, 1 / 3, {"relative": 1e-5}, "`x` is nearly right, but too small; do not round it."),
        (7.01, 7.0123, {"mistakes": [(7.01, "Seven.")]}, "Seven."),
        (math.inf, 3, {}, "`x` is infinite."),
        (7, 3, {"mistakes": [(7, "Seven.")]}, "Seven."),
        ([1, 2], 3, {}, "`x` has shape (2,), expected a single number."),
        (max, 3, {}, "`x` is a function, expected a number; call it, and hand over what it returns."),
        (max, [3], {}, "`x` is a function, expected numbers; call it, and hand over what it returns."),
        ([1, 2], [1, 2, 3], {}, "`x` has shape (2,), expected (3,)."),
        (np.ones((3, 2)), np.ones((2, 3)), {}, "`x` has shape (3, 2), expected (2, 3). It may be transposed."),
        ([2, 1], [1, 2], {}, "`x` holds the right numbers in the wrong order."),
        ([1, 9, 3], [1, 2, 3], {}, "`x` is too large at index 1."),
        ([[1, 0], [3, 0]], [[1, 2], [3, 4]], {}, "`x` is too small at index 0, 1 and at 1 more."),
        ([1, math.nan], [1, 2], {}, "`x` is not a number (NaN) at index 1."),
    ],
)
def test_close_says_what_is_wrong(answer, expected, options, told):
    assert hint(checks.close, "x", answer, expected, **options) == told


def test_close_allows_for_rounding_errors_only():
    assert hint(checks.close, "x", 2 + 1e-7, 2) is None
    assert hint(checks.close, "x", 2 + 1e-4, 2) is not None
    assert hint(checks.close, "x", 2 + 1e-4, 2, relative=1e-3) is None
    assert hint(checks.close, "x", 1e-10, 0) is None


@pytest.mark.parametrize("rounded", [0.333, 0.3333, np.float32(0.33333), 0.3333333])
def test_close_takes_a_rounded_number_where_no_precision_is_asked_for(rounded):
    assert hint(checks.close, "x", rounded, 1 / 3) is None
    assert hint(checks.close, "x", [rounded, 0, 2 / 3], [1 / 3, 0, 2 / 3]) is None
    for other in ([1 / 3, 0, 2.01 / 3], [1 / 3, 0.001, 2 / 3], [1 / 3, math.inf, 2 / 3]):
        assert hint(checks.close, "x", [rounded, 0, 2 / 3], other) is not None


def test_a_number_half_way_may_be_rounded_either_way():
    assert [hint(checks.close, "x", x, 0.492525) for x in (0.49252, 0.49253)] == [None, None]


def test_a_function_has_no_reason_to_round():
    assert "do not round it" in hint(checks.gives, lambda x: round(1 / x, 3), (3,), 1 / 3)


def fails(p):
    raise KeyError("q\nand more")


def spoils(p):
    p[0] = 7
    return 1


@pytest.mark.parametrize(
    ("function", "arguments", "told"),
    [
        (fails, ([1, 2],), "`fails([1, 2])` raised KeyError: 'q\\nand more'."),
        (spoils, ([1, 2],), "`spoils([1, 2])` changes what it is given; work on a copy."),
        (spoils, (np.array([1, 2]),), "`spoils([1, 2])` changes what it is given; work on a copy."),
        (fails, (np.array([0.5, 0.125]), 3), "`fails([0.5, 0.125], 3)` raised TypeError: fails() takes 1"),
        (lambda p: None, (0.5,), "`f(0.5)` returns nothing; is a `return` missing?"),
        (3, (1,), "`f` is of type int, expected a function; hand it over uncalled."),
        (math.sqrt, (1, 2), "`sqrt(1, 2)` raised TypeError: math.sqrt() takes exactly one argument (2 given)."),
    ],
)
def test_call_says_what_is_wrong(function, arguments, told):
    before = repr(arguments)
    assert hint(checks.call, function, *arguments, label="f").startswith(told)
    assert repr(arguments) == before


def test_gives_names_the_call():
    assert hint(checks.gives, math.sqrt, (4,), 2) is None
    assert hint(checks.gives, math.sqrt, (4,), -2) == "`sqrt(4)` has the wrong sign."


def test_a_check_belongs_to_its_chapter_and_is_the_only_one():
    def here(x): ...

    with pytest.raises(ValueError, match="does not belong"):
        checks.exercise("entropy-new")(here)
    here.__module__ = "crossentropy.checks.entropy"
    with pytest.raises(ValueError, match="two checks"):
        checks.exercise("entropy-dice")(here)


def test_longest_prefix_names_the_chapter():
    assert checks._module_of("cross-entropy-log") == "cross_entropy"
    assert checks._module_of("many-classes-step") == "many_classes"
    with pytest.raises(ValueError, match="no checks; expected one of"):
        exercises("softmax")


@pytest.mark.parametrize(("key", "spoilt"), [("n", False), ("m", True)])
def test_a_dictionary_is_compared_too(key, spoilt):
    def counted(counts):
        counts[key] = 1
        return 2

    assert bool(hint(checks.call, counted, {"n": 1})) is spoilt


def test_decimals_and_fractions_are_numbers_too():
    """Alone and in arrays: they are what some answers are judged by."""
    for answer in (Decimal("2.5"), Fraction(5, 2)):
        assert checks.number("x", answer) == 2.5
        np.testing.assert_array_equal(checks.numbers("x", [answer, answer]), [2.5, 2.5])
    assert checks.examine("losing-no-digits-log1mexp", lambda a: (1 - (-Decimal(a)).exp()).ln()) is None
