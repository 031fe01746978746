"""Checks of the chapter *From bits to bytes*: right answers pass, and each typical mistake gets its hint."""

import math
from fractions import Fraction

from tests.checks import cases

WORDS = ["10", "110", "0", "1110", "1111"]
PER_REPORT = [1.0, 0.645, 1.598 / 3, 1.9702 / 4]


def read(number, q, size):
    text = []
    for _ in range(size):
        symbol = max(k for k in range(len(q)) if sum(q[:k]) <= number and q[k])
        number = (number - sum(q[:symbol])) / q[symbol]
        text.append(symbol)
    return text


def read_upper(number, q, size):
    """A number at the edge counts as below it."""
    text = []
    for _ in range(size):
        symbol = next(k for k in range(len(q)) if number <= sum(q[: k + 1], Fraction(0)))
        number = (number - sum(q[:symbol])) / q[symbol]
        text.append(symbol)
    return text


def bits(tosses):
    n, heads = len(tosses), sum(tosses)
    return math.log2(math.factorial(n + 1)) - math.log2(math.factorial(heads)) - math.log2(math.factorial(n - heads))


RIGHT = {
    "codes-words": (WORDS,),
    "codes-blocks": (PER_REPORT,),
    "codes-read": (read,),
    "codes-laplace": (bits,),
    "codes-discounts": (2.0432,),
}

WRONG = {
    "codes-words": {
        "a string": (("10 110 0 1110 1111",), "no list of strings"),
        "four words": ((WORDS[:4],), "five words"),
        "other digits": ((["10", "110", "0", "1110", "1112"],), "0 and 1 only"),
        "sorted": ((sorted(WORDS),), "another order"),
        "all of two digits": ((["00", "01", "10", "11", "11"],), "other lengths"),
        "no prefix code": ((["00", "110", "0", "1110", "1111"],), "no prefix code"),
        "another code": ((["01", "001", "1", "0001", "0000"],), "counts up"),
    },
    "codes-blocks": {
        "the entropy": (([0.4689955935892812] * 4,), "holds the entropy"),
        "whole blocks": (([n * cost for n, cost in enumerate(PER_REPORT, 1)],), "what does one report cost"),
        "without probabilities": (([1.0, 2.25 / 2, *PER_REPORT[2:]],), "without their probabilities"),
        "too long": (([PER_REPORT[0] + 0.5, *PER_REPORT[1:]],), "too large"),
        "three numbers": ((PER_REPORT[:3],), "has shape (3,)"),
    },
    "codes-read": {
        "the upper part": ((read_upper,), "holds its lower end"),
        "too many": ((lambda number, q, size: read(number, q, size + 1),), "symbols where"),
        "always sun": ((lambda number, q, size: [0] * size,), "symbol 1"),
        "never divided": (
            (lambda number, q, size: [next(k for k in range(len(q)) if number < sum(q[: k + 1]))] * size,),
            "38/128 begins",
        ),
        "a string": ((lambda number, q, size: "0" * size,), "a list of symbols"),
    },
    "codes-laplace": {
        "never learns": ((lambda tosses: float(len(tosses)),), "learn after each toss"),
        "the mean": ((lambda tosses: bits(tosses) / len(tosses),), "the sum is asked for"),
        "no minus": ((lambda tosses: -bits(tosses),), "minus a logarithm"),
        "nats": ((lambda tosses: bits(tosses) * math.log(2),), "in nats"),
    },
    "codes-discounts": {
        "all the bits": ((310_744.0,), "divide the bits"),
        "one discount": ((2.06323,), "one discount"),
        "order 6": ((2.04952,), "looks back six bytes"),
        "not a distribution": ((1.9,), "too good"),
        "order 8 alone": ((2.06367,), "one discount"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
