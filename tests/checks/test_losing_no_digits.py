"""Checks of the chapter *Losing no digits*: right answers pass, and each typical mistake gets its hint."""

import math

import mpmath
import numpy as np
import pytest

from crossentropy.checks import losing_no_digits
from tests.checks import cases


def log1mexp(a):
    return math.log(-math.expm1(-a)) if a < 0.7 else math.log1p(-math.exp(-a))


def kahan_log1p(x):
    t = 1 + x
    return x if t == 1 else math.log(t) * x / (t - 1)


def uncorrected(x):
    t = 1 + x
    return x if t == 1 else math.log(t)


def turned(x):
    t = 1 + x
    return x if t == 1 else math.log(t) * (t - 1) / x


RIGHT = {
    "losing-no-digits-integer": (2**53 + 1, 2**24 + 1),
    "losing-no-digits-log1mexp": (log1mexp,),
    "losing-no-digits-series": (12,),
    "losing-no-digits-kahan": (kahan_log1p,),
}
WRONG = {
    "losing-no-digits-integer": {
        "the last one that is there": ((2**53, 2**24 + 1), "stored exactly"),
        "one digit too few": ((2**52 + 1, 2**24 + 1), "hidden first one"),
        "the largest": ((int(np.finfo(float).max) + 1, 2**24 + 1), "nearly the largest"),
        "as a float": ((2.0**53 + 1, 2**24 + 1), "expected an integer"),
        "in 32 bits": ((2**53 + 1, 2**23 + 1), "`missing_32` can still be stored"),
    },
    "losing-no-digits-log1mexp": {
        "log1p everywhere": ((lambda a: math.log1p(-math.exp(-a)),), "for small a"),
        "expm1 everywhere": ((lambda a: math.log(-math.expm1(-a)),), "for large a"),
        "plain": ((lambda a: math.log(1 - math.exp(-a)),), "has lost digits"),
        "exchanged": (
            (lambda a: math.log(-math.expm1(-a)) if a > 0.7 else math.log1p(-math.exp(-a)),),
            "for small a",
        ),
        "plus": ((lambda a: math.log1p(math.exp(-a)),), "sign inside"),
    },
    "losing-no-digits-series": {
        "the package's": ((14,), "content with fewer"),
        "one too many": ((13,), "with fewer terms already"),
        "one too few": ((11,), "still above u"),
        "not whole": ((11.6,), "not a whole number"),
    },
    "losing-no-digits-kahan": {
        "naive": ((lambda x: math.log(1 + x),), "where 1 + x rounds to 1"),
        "not corrected": ((uncorrected,), "has lost digits"),
        "quotient turned round": ((turned,), "has lost digits"),
        "first order": ((lambda x: x,), "first digits"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)


@pytest.mark.parametrize("a", [1e-10, 1e-5, 20.0, 35.0])
def test_judge_agrees_with_mpmath(a):
    with mpmath.workdps(60):
        true = mpmath.log(1 - mpmath.exp(-mpmath.mpf(a)))
        assert abs(mpmath.mpf(str(losing_no_digits._log1mexp(a))) / true - 1) < 1e-40
