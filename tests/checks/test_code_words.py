"""Checks of the chapter *A fraction of a digit*: right answers pass, and each typical mistake gets its hint."""

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


RIGHT = {
    "code-words-words": (WORDS,),
    "code-words-blocks": (PER_REPORT,),
    "code-words-read": (read,),
}

WRONG = {
    "code-words-words": {
        "a string": (("10 110 0 1110 1111",), "no list of strings"),
        "four words": ((WORDS[:4],), "five words"),
        "other digits": ((["10", "110", "0", "1110", "1112"],), "0 and 1 only"),
        "sorted": ((sorted(WORDS),), "another order"),
        "all of two digits": ((["00", "01", "10", "11", "11"],), "other lengths"),
        "no prefix code": ((["00", "110", "0", "1110", "1111"],), "no prefix code"),
        "another code": ((["01", "001", "1", "0001", "0000"],), "counts up"),
    },
    "code-words-blocks": {
        "the entropy": (([0.4689955935892812] * 4,), "holds the entropy"),
        "whole blocks": (([n * cost for n, cost in enumerate(PER_REPORT, 1)],), "what does one report cost"),
        "without probabilities": (([1.0, 2.25 / 2, *PER_REPORT[2:]],), "without their probabilities"),
        "too long": (([PER_REPORT[0] + 0.5, *PER_REPORT[1:]],), "too large"),
        "three numbers": ((PER_REPORT[:3],), "has shape (3,)"),
    },
    "code-words-read": {
        "the upper part": ((read_upper,), "holds its lower end"),
        "too many": ((lambda number, q, size: read(number, q, size + 1),), "symbols where"),
        "always sun": ((lambda number, q, size: [0] * size,), "symbol 1"),
        "never divided": (
            (lambda number, q, size: [next(k for k in range(len(q)) if number < sum(q[: k + 1]))] * size,),
            "38/128 begins",
        ),
        "a string": ((lambda number, q, size: "0" * size,), "a list of symbols"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
