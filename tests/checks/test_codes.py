"""Checks of the chapter *From bits to bytes*: right answers pass, and each typical mistake gets its hint."""

import math

from tests.checks import cases


def bits(tosses):
    n, heads = len(tosses), sum(tosses)
    return math.log2(math.factorial(n + 1)) - math.log2(math.factorial(heads)) - math.log2(math.factorial(n - heads))


RIGHT = {
    "codes-bets": ([3 / 4 + 3 / 32 + 1 / 4096, 3 / 32 + 1 / 4096],),
    "codes-laplace": (bits,),
    "codes-discounts": (2.0432,),
}

WRONG = {
    "codes-bets": {
        "only the longer two": (([3 / 4, 0],), "lends half of its bet"),
        "no discount": (([7 / 8, 1 / 8],), "without its discount"),
        "nothing is left": (([3 / 4 + 3 / 32, 3 / 32],), "all 256 bytes"),
        "one context": (([1 / 2, 0],), "comes back in part"),
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
