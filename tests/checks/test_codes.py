"""Checks of the chapter *From bits to bytes*: right answers pass, and each typical mistake gets its hint."""

import math

from tests.checks import cases


def bits(tosses):
    n, heads = len(tosses), sum(tosses)
    return math.log2(math.factorial(n + 1)) - math.log2(math.factorial(heads)) - math.log2(math.factorial(n - heads))


RIGHT = {
    "codes-hand": ("else", 2200, 18),
    "codes-laplace": (bits,),
    "codes-discounts": (2.0432,),
}

WRONG = {
    "codes-hand": {
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
