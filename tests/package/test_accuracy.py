"""Errors in units in the last place, against 60 digits. `make bench SECTION=accuracy` shows other libraries' too."""

import functools

import numpy as np
import pytest

import crossentropy as ce
from tools.measuring import accuracy
from tools.measuring.libraries import OURS, load

SLACK = 2  # another processor's exp and log may differ in the last place


@pytest.mark.slow
@pytest.mark.parametrize(("function", "name"), accuracy.CASES)
def test_error_is_within_its_bound(function, name):
    goal = accuracy.goal(function, name)
    errors = accuracy.errors(functools.partial(load(OURS).answer, accuracy.TASKS[function]), function, name)
    assert errors.size >= 13
    assert np.max(errors) <= SLACK * (np.inf if goal is None else goal)


def test_every_function_with_a_call_is_measured():
    assert accuracy.TASKS.keys() == accuracy.FUNCTIONS.keys()


def test_distributions_sum_to_exactly_one():
    for name, calls in accuracy.FUNCTIONS["kl_divergence"].sets.items():
        for x in (x for pair in calls for x in pair):
            bits = 52 if x.dtype == np.float64 else 24
            whole = np.ldexp(x.astype(np.float64), bits)
            assert np.all(np.sum(np.floor(whole).astype(np.int64), axis=-1) == 2**bits), name
            assert np.all((whole == np.floor(whole)) | (x < 1e-300)), name


def test_errors_are_counted_in_units_of_the_last_place():
    true = ce.self_information
    last = lambda p: np.nextafter(true(p), np.inf)  # noqa: E731
    assert np.max(accuracy.errors(true, "self_information", "random")) < 1
    assert 1 <= np.max(accuracy.errors(last, "self_information", "random")) < 2
    assert np.all(np.isinf(accuracy.errors(lambda p: p * np.nan, "self_information", "random")))


def test_conditional_entropy_of_a_nearly_certain_outcome():
    """H(Y|X) ≈ Σ p (1 − log p) of the unlikely ones, whose digits 1 − p(y|x) would lose."""
    e = 2.0**-50
    assert ce.conditional_entropy([[1 - e, e]]) == pytest.approx(e * (1 + 50 * np.log(2)), rel=1e-15)
