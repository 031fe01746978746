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


#: What cannot be right in float32: lost digits are the subject, or the answer divides a difference of near values.
DOUBLE = {"losing-no-digits-kahan", "losing-no-digits-log1mexp", "losses-check"}


def single(answer):
    """The answer as float32; of a function, what it computes from float32."""
    if callable(answer):
        return lambda *given: single(answer(*map(single, given)))
    if isinstance(answer, list | tuple):
        return type(answer)(map(single, answer))
    is_double = isinstance(answer, float) or str(getattr(answer, "dtype", "")) == "float64"
    return np.asarray(answer, dtype=np.float32)[()] if is_double else answer


def reveals(hint, answers):
    """Decimal numbers of the hint that are among the right answers."""
    values = [float(v) for a in answers if not (callable(a) or isinstance(a, str)) for v in np.ravel(a)]
    told = [float(text) for text in re.findall(r"-?\d+\.\d+", hint)]
    return [number for number in told if any(abs(number - value) <= 0.01 * abs(value) for value in values)]
