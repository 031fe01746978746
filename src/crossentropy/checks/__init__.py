"""Did I solve the exercise? One line that says *right*, or a hint that says what is wrong.

Each coding exercise of the book has a check, which runs wherever the package runs. Hand it what the exercise
asks for, values or functions:

>>> from crossentropy.checks import check
>>> check("entropy-dice", 2.5849625007211561, 3)
entropy-dice: right.
>>> check("entropy-dice", 1.7917594692280550, 3)
entropy-dice: not yet. `six` is in nats, and bits are asked for.

A check never tells the answer, and a wrong answer never raises an error. `examine` returns what `check` prints.

The checks of a chapter are the functions of one module of this package, which is loaded when one of them is
asked for. Such a function has the decorator `exercise`, and for each answer one parameter, named as the
answer is named in hints. It returns nothing, or raises `Hint` through the helpers `expect`, `close`, `number`,
`numbers`, `call` and `gives`.
"""

import copy
import difflib
import importlib
import inspect
import math
import numbers as abstract
import pkgutil
import re
import warnings
from decimal import Decimal

import numpy as np

__all__ = [
    "CHAPTERS",
    "NOT_ANSWERED",
    "Hint",
    "call",
    "check",
    "close",
    "examine",
    "exercise",
    "exercises",
    "expect",
    "gives",
    "number",
    "numbers",
]

#: The modules of this package: one a chapter, named as its file.
CHAPTERS = sorted(module.name for module in pkgutil.iter_modules(__path__))
#: What `examine` returns for a stub.
NOT_ANSWERED = "not answered yet"
#: One unit in nats.
UNITS = {"nats": 1.0, "bits": math.log(2), "bans": math.log(10)}

_registry = {}


class Hint(Exception):
    """What is wrong with an answer, in a sentence for the student that does not give the answer away."""


# For the student ------------------------------------------------------------------------------------


def check(name, *answers):
    """Print whether the answers to an exercise are right, or else a hint.

    Parameters
    ----------
    name : str
        Name of the exercise: its label without `ex-`, for example `"entropy-huffman"`.
    *answers : values or functions
        What the exercise asks for, in the order in which it names them. NumPy arrays and lists are equally
        good. An answer that is `...` or None, or a function with an empty body, counts as not answered yet.

    Raises
    ------
    ValueError
        If no exercise has this name; the nearest names are told. Nothing else raises: not a wrong answer, nor an
        error inside a function that is handed over.

    See Also
    --------
    examine : the same as a value.

    Examples
    --------
    >>> from crossentropy.checks import check
    >>> check("entropy-dice", 1.79, 3)
    entropy-dice: not yet. `six` is in nats, and bits are asked for.
    >>> check("entropy-dice", ..., ...)
    entropy-dice: not answered yet.
    """
    hint = examine(name, *answers)
    if hint is None:
        print(f"{name}: right.")
    elif hint.startswith(NOT_ANSWERED):
        print(f"{name}: {hint}.")
    else:
        print(f"{name}: not yet. {hint}")


def examine(name, *answers):
    """What is wrong with the answers to an exercise, for graders and tests.

    Parameters
    ----------
    name, *answers
        As for `check`.

    Returns
    -------
    str or None
        None if the answers are right. Otherwise a hint, which begins with `NOT_ANSWERED` where something
        is not answered.

    Raises
    ------
    ValueError
        If no exercise has this name.

    See Also
    --------
    check : print it.

    Examples
    --------
    >>> from crossentropy.checks import examine
    >>> print(examine("entropy-waiting", 2.0))
    None
    >>> print(examine("entropy-waiting", "two"))
    `average` is of type str, expected a number.
    """
    function = _find(name)
    labels = list(inspect.signature(function).parameters)
    if len(answers) != len(labels):
        expected = f"{len(labels)} answer{'s' * (len(labels) != 1)}"
        return f"It expects {expected}, {_listed(labels)}; you handed over {len(answers)}."
    blank = [label for label, answer in zip(labels, answers, strict=True) if _is_blank(answer)]
    if blank:
        return NOT_ANSWERED if len(blank) == len(labels) else f"{NOT_ANSWERED}: {_listed(blank)}"
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function(*answers)
    except Hint as hint:
        return _one_line(str(hint))
    except Exception as error:
        return f"The check cannot use what you handed over ({_told(error)})."
    return None


def exercises(chapter=None):
    """Names of the exercises that have a check.

    Parameters
    ----------
    chapter : str, optional
        Name of the chapter's module, for example `"kl_divergence"`; all chapters if None.

    Returns
    -------
    list of str
        The names, sorted.

    Raises
    ------
    ValueError
        If there is no such chapter.

    Examples
    --------
    >>> from crossentropy.checks import exercises
    >>> "entropy-huffman" in exercises("entropy")
    True
    """
    modules = CHAPTERS if chapter is None else [chapter]
    for module in modules:
        if module not in CHAPTERS:
            raise ValueError(f"chapter = {module!r} has no checks; expected one of {', '.join(CHAPTERS)}")
        _load(module)
    return sorted(name for name in _registry if _module_of(name) in modules)


# For the author of a check --------------------------------------------------------------------------


def exercise(name):
    """Make the decorated function the check of the exercise `name` (its label without `ex-`).

    Raises
    ------
    ValueError
        If the name belongs to another chapter than the module, or is taken.
    """

    def register(function):
        module = function.__module__.rpartition(".")[2]
        if _module_of(name) != module:
            raise ValueError(f"exercise {name!r} does not belong into the module {module}")
        if name in _registry:
            raise ValueError(f"exercise {name!r} has two checks")
        _registry[name] = function
        return function

    return register


def expect(condition, hint):
    """Raise the hint unless the condition holds."""
    if not condition:
        raise Hint(hint)


def number(label, answer):
    """The answer as a float: any real number, or an array with one entry. NaN gets a hint, inf is a number."""
    if callable(answer):
        raise Hint(f"`{label}` is a function, expected a number; call it, and hand over what it returns.")
    if isinstance(answer, list | tuple | np.ndarray):
        answer = numbers(label, answer)
        expect(answer.size == 1, f"`{label}` has shape {answer.shape}, expected a single number.")
        return float(answer.item())
    if not isinstance(answer, abstract.Real | Decimal | np.bool_):
        raise Hint(f"`{label}` is of type {type(answer).__name__}, expected a number.")
    value = float(answer)
    expect(not math.isnan(value), f"`{label}` is not a number (NaN).")
    return value


def numbers(label, answer, shape=None):
    """The answer as an array of floats: from an array, a list, or any other sequence of numbers.

    `shape` is the shape that it must have, if given.
    """
    if callable(answer):
        raise Hint(f"`{label}` is a function, expected numbers; call it, and hand over what it returns.")
    if isinstance(answer, dict | set | str):
        raise Hint(f"`{label}` is of type {type(answer).__name__}, expected an array or a list of numbers.")
    try:
        found = np.asarray(list(answer) if np.iterable(answer) else answer)
    except ValueError:
        raise Hint(f"`{label}` has rows of different lengths.") from None
    if found.dtype == object and all(isinstance(item, abstract.Real | Decimal) for item in found.flat):
        found = found.astype(float)
    if found.dtype.kind not in "biuf":
        raise Hint(f"`{label}` holds {found.dtype}, expected real numbers.")
    if shape is not None and found.shape != shape:
        turned = " It may be transposed." if found.ndim == 2 and found.T.shape == shape else ""
        raise Hint(f"`{label}` has shape {found.shape}, expected {shape}.{turned}")
    return found.astype(float)


def close(label, answer, expected, *, unit=None, mistakes=(), relative=None, absolute=1e-6):
    """Give a hint unless the answer, a number or an array, is close to what is expected.

    Parameters
    ----------
    label : str
        What the hints call the answer.
    answer : number or array_like
        What the student handed over.
    expected : number or array_like
        The right answer, of the right shape.
    unit : {"bits", "nats", "bans"}, optional
        The unit that was asked for; an answer in another one gets a hint that says so.
    mistakes : iterable of (value, hint)
        What typical mistakes lead to, and what to say then.
    relative, absolute : float, optional
        The answer may be off by `absolute + relative * abs(expected)`, where both are 1e-6 by default, so that float32
        is enough. It may also be rounded to three significant digits or more, unless a `relative` below 1e-4 asks for
        precision.
    """
    right = np.asarray(expected, dtype=float)
    found = np.asarray(number(label, answer)) if right.ndim == 0 else numbers(label, answer, right.shape)

    may_be_rounded = relative is None or relative >= 1e-4
    relative = 1e-6 if relative is None else relative

    def matches(other, relative=relative):
        other = np.asarray(other, dtype=float)
        return other.shape == found.shape and np.allclose(found, other, rtol=relative, atol=absolute)

    if matches(right):
        return
    for value, hint in mistakes:
        if matches(value):
            raise Hint(hint)
    if may_be_rounded and _is_rounded(found, right):
        return
    if np.any(np.isnan(found)):
        raise Hint(f"`{label}` is not a number (NaN){_where(np.isnan(found))}.")
    if unit is not None:
        for other, nats in UNITS.items():
            if other != unit and matches(right * UNITS[unit] / nats, relative=2e-3):  # perhaps rounded
                raise Hint(f"`{label}` is in {other}, and {unit} are asked for.")
    if matches(-right):
        raise Hint(f"`{label}` has the wrong sign.")
    if matches(100 * right):
        raise Hint(f"`{label}` is 100 times too large; is it in per cent?")
    if right.ndim and np.allclose(np.sort(found, axis=None), np.sort(right, axis=None), rtol=relative, atol=absolute):
        raise Hint(f"`{label}` holds the right numbers in the wrong order.")
    wrong = ~np.isclose(found, right, rtol=relative, atol=absolute)
    raise Hint(f"`{label}` is {_how_far(found[wrong], right[wrong])}{_where(wrong)}.")


def call(function, *arguments, label="your function"):
    """What the student's function returns for these arguments; an error inside it becomes a hint.

    It is given copies, and gets a hint if it changes them. `label` names it where it has no name of its own.
    """
    if not callable(function):
        raise Hint(f"`{label}` is of type {type(function).__name__}, expected a function; hand it over uncalled.")
    shown = _shown(function, arguments, label)
    given = copy.deepcopy(arguments)
    try:
        returned = function(*given)
    except Exception as error:
        raise Hint(f"{shown} raised {_told(error)}.") from None
    expect(_same(given, arguments), f"{shown} changes what it is given; work on a copy.")
    expect(returned is not None, f"{shown} returns nothing; is a `return` missing?")
    expect(returned is not ..., NOT_ANSWERED)
    return returned


def call_for_two(function, *arguments, label, what):
    """The two things that the student's function returns for these arguments; `what` says which they should be."""
    answer = call(function, *arguments, label=label)
    pair = isinstance(answer, tuple | list) and len(answer) == 2
    expect(pair, f"`{label}` should return two things, {what}.")
    return answer


def gives(function, arguments, expected, *, label="your function", **options):
    """Give a hint unless the student's function, called with these arguments, returns what is expected.

    The options are those of `close`; a function has no reason to round.
    """
    returned = call(function, *arguments, label=label)
    options = {"relative": 1e-6, **options}
    close(_shown(function, arguments, label).strip("`"), returned, expected, **options)


# Inside ---------------------------------------------------------------------------------------------


def _module_of(name):
    """The chapter's module, with whose name the exercise's begins; None if there is none."""
    words = str(name).replace("-", "_")
    return max((module for module in CHAPTERS if words.startswith(f"{module}_")), key=len, default=None)


def _load(module):
    """Import a chapter's checks."""
    importlib.import_module(f"{__name__}.{module}")


def _find(name):
    """The check of an exercise."""
    module = _module_of(name)
    if module:
        _load(module)
    if name not in _registry:
        label = f"; leave out {name[:3]!r}" if str(name).startswith("ex-") else ""
        near = difflib.get_close_matches(str(name).removeprefix("ex-"), exercises(), n=3, cutoff=0.5)
        nearest = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise ValueError(f"no exercise {name!r} has a check{label}{nearest}")
    return _registry[name]


def _empty(): ...  # fmt: skip


def _empty_but_documented():
    """As a stub of the student edition is."""
    ...


#: Code of functions that do nothing, with a docstring and without (None is then another constant).
_BLANK_CODE = {f.__code__.co_code for f in (_empty, _empty_but_documented)}


def _is_blank(answer):
    """Whether the answer is still to be given: `...`, None, a function without a body, or a container of one."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, dict):
        return any(map(_is_blank, answer.values()))
    if isinstance(answer, list | tuple):
        return any(map(_is_blank, answer))
    if not inspect.isfunction(answer):
        return False
    nothing = (None, ..., answer.__doc__)
    code = answer.__code__
    return code.co_code in _BLANK_CODE and all(constant in nothing for constant in code.co_consts)


def _listed(labels):
    """`low` and `high`."""
    *before, last = [f"`{label}`" for label in labels]
    return f"{', '.join(before)} and {last}" if before else last


def _one_line(text, longest=240):
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _told(error):
    """Type and message of an exception."""
    message = _one_line(str(error)).rstrip(".")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _shown(function, arguments, label):
    """The call as the student would write it, in backticks."""
    name = getattr(function, "__name__", label)
    texts = [
        "a function" if callable(a) else np.array2string(np.asarray(a), separator=", ", threshold=8) for a in arguments
    ]
    values = ", ".join(_one_line(re.sub(r"\s+(?=[,\]])|(?<=\[)\s+", "", text), 60) for text in texts)
    return f"`{label if name == '<lambda>' else name}({values})`"


def _same(one, other):
    """Whether two arguments are equal, arrays and containers included."""
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return list(one) == list(other) and _same([*one.values()], [*other.values()])
    return not isinstance(one, abstract.Number | str) or one == other or one != one


def _is_rounded(found, right):
    """Whether each number found is the right one, rounded to three significant digits or more."""

    def rounded(a, b):
        if b == 0 or not math.isfinite(b):
            return a == b
        digits = next((n for n in range(2, 7) if math.isclose(a, float(f"{a:.{n}e}"), rel_tol=1e-6)), math.inf)
        return abs(a - b) <= 0.500001 * 10 ** (math.floor(math.log10(abs(b))) - digits)

    return all(map(rounded, found.flat, right.flat))


def _where(wrong):
    """` at index 2`: the first place; nothing for a single number."""
    if wrong.ndim == 0:
        return ""
    index = ", ".join(str(int(i)) for i in np.argwhere(wrong)[0])
    return f" at index {index}" if wrong.sum() == 1 else f" at index {index} and at {wrong.sum() - 1} more"


def _how_far(found, right):
    """Too large or too small, and whether it is nearly right; of the first of the wrong numbers."""
    found, right = float(found.flat[0]), float(right.flat[0])
    if math.isinf(found):
        return "infinite"
    direction = "too large" if found > right else "too small"
    if math.isfinite(right) and abs(found - right) <= 5e-3 * abs(right):
        return f"nearly right, but {direction}; do not round it"
    return direction
