"""Checks of the appendix *Optimisers*: right answers pass, and each typical mistake gets its hint."""

import math

from tests.checks import cases

FIRST = math.sqrt(10)
WAY = FIRST / (1 - 0.9 / math.sqrt(0.999))

RIGHT = {
    "optimisers-times-100": (0.001, 200, 1e-6),
    "optimisers-dose": (0.05,),
    "optimisers-belt": (FIRST, WAY),
}
WRONG = {
    "optimisers-times-100": {
        "larger rate": ((10.0, 200, 1e-6), "grew with the gradients"),
        "same rate": ((0.1, 200, 1e-6), "`rate` is the old one"),
        "a tenth": ((0.01, 200, 1e-6), "by which factor"),
        "same limit": ((0.001, 2, 1e-6), "nearly every gradient"),
        "smaller limit": ((0.001, 0.02, 1e-6), "`max_norm` shrank"),
        "same eps": ((0.001, 200, 1e-8), "`eps` is the old one"),
        "smaller eps": ((0.001, 200, 1e-10), "`eps` shrank"),
        "squared": ((0.001, 200, 1e-4), "beside its root"),
    },
    "optimisers-dose": {
        "same": ((0.1,), "`decay` is the old one"),
        "length alone": ((0.025,), "not for the smaller rate"),
        "rate alone": ((0.2,), "do more steps take off less"),
        "grows with the length": ((0.4,), "grew with the length"),
        "rate turned round": ((0.0125,), "wrong direction"),
    },
    "optimisers-belt": {
        "start of the run": ((1.0, WAY), "very first step"),
        "by the gradient": ((0.1, WAY), "divides by g itself"),
        "by the square": ((100.0, WAY), "divides by its root"),
        "whole gradient": ((1 / math.sqrt(0.001), WAY), "has m taken in"),
        "one step": ((FIRST, FIRST), "first step alone"),
        "without s": ((FIRST, 10 * FIRST), "but not s"),
        "without s and the first": ((FIRST, 9 * FIRST), "leaves out the first step"),
        "fades like s": ((FIRST, FIRST / (1 - 0.9 / 0.999)), "as fast as s itself"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
