"""Numbers as a text prints them, and the expressions that must make them.

Questions in the chapters (`quiz`) and for examinations (`course/questions.toml`) say how each number of their answers
is computed, and how the right answer is, as pairs (printed, expression). An expression may use NumPy as `np`, `math`
and every function of the package. It gives the number, or, for words, whether they are true.
"""

import math
import re
from fractions import Fraction
from unicodedata import normalize

import numpy as np

import crossentropy

UNITS = (
    r"bits?|bytes?|nats?|bans?|(?:binary )?digits?|%|percent|cents?|letters|words|"
    r"outcomes|questions|days|rows|classes"
)
FRACTION = r"\\[td]?frac\{?\d+\}?\{?\d+\}?|\d+/\d+|\d*[¼-¾⅐-⅞]"
NUMBER = re.compile(
    rf"(?<![\w.])[−-]?(?:{FRACTION}"
    rf"|\d+\.\d+(?:\s*\\?%)?"
    rf"|\d[\d,]*(?=\$?[\s~-]*\\?(?:(?:text|mathrm)\{{\s*)?(?:{UNITS}))(?:\s*\\?%)?)"
)
NAMES = {"np": np, "math": math} | {name: getattr(crossentropy, name) for name in crossentropy.__all__}


def key(number):
    """One spelling of a number: ½, 1/2 and \\tfrac12; a real minus and a hyphen."""
    text = re.sub(r"\\[td]?frac\{?(\d+?)\}?\{?(\d+)\}?$", r"\1/\2", number)
    if mixed := re.fullmatch(r"([−-]?\d+)([¼-¾⅐-⅞])", text):
        whole, part = mixed.groups()
        text = f"{int(whole) + Fraction(normalize('NFKC', part).replace('⁄', '/'))}"
    text = re.sub(rf"(?<=\d)\s+(?:{UNITS})$", lambda u: "%" * ("%" in u[0]), text)
    text = normalize("NFKC", text).replace("⁄", "/").replace("−", "-")
    return re.sub(r"[\s\\,]", "", text)


def numbers_in(text):
    """The decimals, the fractions and the integers with a unit that a text states."""
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return [key(match[0]) for match in NUMBER.finditer(text)]


def same(printed, value):
    """Whether a value is printed like this: with as many digits, or as a fraction."""
    printed = key(printed)
    if printed.endswith("%"):
        printed, value = printed[:-1], 100 * value
    if "/" in printed:
        return abs(float(Fraction(printed)) - value) < 1e-12
    digits = len(printed.partition(".")[2])
    if not digits:  # an integer is exact
        return abs(float(printed) - value) < 1e-9
    return f"{value:.{digits}f}" == printed


def uncomputed(given, said, made):
    """Numbers in the texts of `said` that are not in those of `given`, and not made."""
    known = {number for text in given for number in numbers_in(text)}
    known |= {key(number) for number, _ in made}
    return sorted({number for text in said for number in numbers_in(text)} - known)


def unused(texts, made):
    """Numbers that are made (pairs) and stand in none of the texts."""
    stand = {number for text in texts for number in numbers_in(text)}
    return [number for number, _ in made if key(number) not in stand]


def miscomputed(made):
    """Sentences on the pairs whose expression does not make the number."""
    for number, expression in made:
        if key(number) == key(expression):
            yield f"{number} is given as its own computation"
        try:
            value = eval(expression, dict(NAMES))
        except Exception as error:
            yield f"{expression} fails: {error!r}"
            continue
        true = bool(value) if isinstance(value, bool | np.bool_) else same(number, float(value))
        if not true:
            yield f"{number} is printed, {expression} gives {value}"
