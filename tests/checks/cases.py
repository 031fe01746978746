"""Tables of right and wrong answers as test cases."""

import re

import numpy as np
import pytest


def right(table):
    """{exercise: answers} as test cases (name, answers)."""
    return [pytest.param(name, answers, id=name) for name, answers in table.items()]


def wrong(table):
    """{exercise: {mistake: (answers, part of its hint)}} as test cases (name, answers, hint)."""
    return [
        pytest.param(name, answers, hint, id=f"{name}: {mistake}")
        for name, mistakes in table.items()
        for mistake, (answers, hint) in mistakes.items()
    ]


def reveals(hint, answers):
    """Decimal numbers of the hint that are among the right answers."""
    values = [float(v) for a in answers if not callable(a) for v in np.ravel(a)]
    told = [float(text) for text in re.findall(r"-?\d+\.\d+", hint)]
    return [number for number in told if any(abs(number - value) <= 0.01 * abs(value) for value in values)]
