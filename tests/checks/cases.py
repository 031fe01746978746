"""What the tests of every chapter's checks share."""

import re

import numpy as np
import pytest

from crossentropy.checks import examine


def tests(right, wrong):
    """Two tests of a chapter's checks: its right answers pass, and each typical mistake gets its hint.

    right is {exercise: answers}, wrong is {exercise: {mistake: (answers, part of its hint)}}.
    """

    @pytest.mark.parametrize(("name", "answers"), [pytest.param(*row, id=row[0]) for row in right.items()])
    def right_answer_passes(name, answers):
        assert examine(name, *answers) is None

    @pytest.mark.parametrize(
        ("name", "answers", "hint"),
        [
            pytest.param(name, answers, hint, id=f"{name}: {mistake}")
            for name, mistakes in wrong.items()
            for mistake, (answers, hint) in mistakes.items()
        ],
    )
    def mistake_gets_its_hint(name, answers, hint):
        told = examine(name, *answers)
        assert hint in told
        assert not reveals(told, right[name])

    return right_answer_passes, mistake_gets_its_hint


def reveals(hint, answers):
    """Decimal numbers of the hint that are among the right answers."""
    values = [float(v) for a in answers if not callable(a) for v in np.ravel(a)]
    told = [float(text) for text in re.findall(r"-?\d+\.\d+", hint)]
    return [number for number in told if any(abs(number - value) <= 0.01 * abs(value) for value in values)]
