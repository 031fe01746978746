"""The sheet of formulas: its numbers are computed, its functions exist, its names lead to the chapters."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import crossentropy as ce

SHEET = (Path(__file__).parents[2] / "book" / "summary-sheet.md").read_text(encoding="utf-8")
P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([1 / 8, 1 / 2, 1 / 4, 1 / 8])
#: Each number on the sheet with a decimal point, and what makes it.
NUMBERS = {
    "0.6931": math.log(2),
    "1.443": 1 / math.log(2),
    "3.322": math.log2(10),
    "1.75": ce.entropy(P, base=2),
    "0.625": ce.kl_divergence(P, Q, base=2),
    "2.375": ce.cross_entropy(P, Q, base=2),
    "0.5": ce.kl_divergence(Q, P, base=2),
    "2.25": ce.cross_entropy(Q, P, base=2),
    "0.133": ce.js_divergence(P, Q, base=2),
    "5.187": ce.perplexity(P, Q),
    "0.1": 0.1,  # the smoothing of an example
    "0.5003": ce.softmax_cross_entropy(np.log([0.91] + 9 * [0.01]), 0, label_smoothing=0.1),
    "2.303": math.log(10),
    "4.605": math.log(100),
    "6.908": math.log(1000),
    "1.4612": ce.softmax_cross_entropy(np.eye(10)[0], 0),
}


def test_every_number_is_computed():
    printed = set(re.findall(r"(?<![\w.])\d+\.\d+", SHEET))
    assert printed == set(NUMBERS)
    for text, value in NUMBERS.items():
        assert f"{value:.{len(text.partition('.')[2])}f}" == text


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`ce\.(\w+)`", SHEET))))
def test_function_exists(name):
    assert name in ce.__all__


def test_every_loss_and_measure_is_on_the_sheet():
    """Gradients and logarithms of probabilities go without saying."""
    left_out = {"log_sigmoid", "log_softmax"}
    wanted = {name for name in ce.__all__ if not name.endswith("_grad")} - left_out
    assert wanted <= set(re.findall(r"`ce\.(\w+)`", SHEET))


def test_every_row_leads_to_a_chapter():
    rows = [line for line in SHEET.splitlines() if line.startswith("| ") and line != "| | |"]
    assert len(rows) > 40
    assert all(re.match(r"\| \[[^\]]+\]\([\w-]+\)", row) for row in rows)


def test_bounds_on_the_sheet_hold():
    """The steepest slope of squared error behind a sigmoid, and the largest curvature of the binary loss."""
    s = np.linspace(1e-6, 1 - 1e-6, 200_001)
    assert np.max(2 * s * s * (1 - s)) == pytest.approx(8 / 27)
    assert np.max(s * (1 - s)) == pytest.approx(1 / 4)
    assert math.log(math.e + 9) - 1 == pytest.approx(NUMBERS["1.4612"])
