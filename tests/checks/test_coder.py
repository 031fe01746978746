"""Checks of the chapter *Send me the file!*: right answers pass, and each typical mistake gets its hint."""

from itertools import takewhile

from tests.checks import cases


def alike(*ends):
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(*map(str, ends), strict=False)))


def settled(low, width):
    return alike(low, low + width - 1)


RIGHT = {
    "coder-hand": ("else", 2200, 18),
    "coder-flip": (612,),
    "coder-settled": (settled,),
}

WRONG = {
    "coder-hand": {
        "a list": ((list("else"), 2200, 18), "no string"),
        "other letters": (("eels?", 2200, 18), "s, l and e only"),
        "three letters": (("els", 2200, 18), "four letters"),
        "another begin": (("lees", 2200, 18), "lies in unit 4"),
        "the same unit": (("eees", 2200, 18), "work out the new unit"),
        "no zero": (("elss", 2200, 18), "needs another zero"),
        "no zero for low": (("else", 220, 18), "another zero"),
        "the upper end": (("else", 2218, 18), "where the interval ends"),
        "width before": (("else", 2200, 180), "before the last letter"),
        "no zero for the width": (("else", 2200, 1.8), "below 100"),
        "both ends": (("else", 2200, 2218), "subtract `low`"),
    },
    "coder-flip": {
        "the digit": ((300,), "count bytes of the text"),
        "right by chance": ((689,), "by chance"),
        "nothing changed": ((2000,), "with the change"),
        "one too many": ((613,), "the first wrong byte"),
        "an index": ((611,), "how many come before"),
    },
    "coder-settled": {
        "a number": ((lambda low, width: 6,), "expected a string"),
        "the lower end": ((lambda low, width: str(low),), "the two ends differ"),
        "the end outside": ((lambda low, width: alike(low, low + width),), "lies outside"),
        "one digit": ((lambda low, width: settled(low, width)[:1],), "leaves out a digit"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
