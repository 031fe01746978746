"""The small networks of *How low can it go?*: their gradients are right, and each record is of one piece."""

import numpy as np
import pytest

from crossentropy.data import load_alice, recorded
from tools.measuring.network import CLOSES, OPENS, TRAIN, Attention, FixedPlaces

PARAMETERS = [(FixedPlaces, place) for place in range(5)] + [(Attention, place) for place in range(7)]


def small(kind, rng):
    """A network small enough to try each of its weights, and a batch for it."""
    if kind is FixedPlaces:
        network = FixedPlaces(5, context=3, width=2, hidden=4, dtype=np.float64)
        batch = rng.integers(0, 5, (6, 3)), rng.integers(0, 5, 6), rng.integers(0, 2, (6, 4)) * 2.0
    else:
        network = Attention(5, context=4, width=4, heads=2, hidden=3, dtype=np.float64)
        batch = rng.integers(0, 5, (3, 4)), rng.integers(0, 5, (3, 4)), rng.integers(0, 2, (12, 3)) * 2.0
    for parameter in network.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    return network, batch


@pytest.mark.parametrize(("kind", "place"), PARAMETERS)
def test_gradients_are_slopes(kind, place):
    network, batch = small(kind, np.random.default_rng(1))
    _, gradients = network.loss_and_gradients(*batch)
    parameter, slopes, h = network.parameters[place], np.zeros_like(network.parameters[place]), 1e-6
    for at in np.ndindex(parameter.shape):
        for sign in (1, -1):
            parameter[at] += sign * h
            slopes[at] += sign * network.loss_and_gradients(*batch)[0] / (2 * h)
            parameter[at] -= sign * h
    np.testing.assert_allclose(gradients[place], slopes, atol=1e-8)


def test_attention_sees_only_what_came_before():
    network, (x, _, _) = small(Attention, np.random.default_rng(2))
    other = x.copy()
    other[:, 2] = (x[:, 2] + 1) % 5
    before, after = (network.forward(rows)[0].reshape(3, 4, 5) for rows in (x, other))
    np.testing.assert_array_equal(before[:, :2], after[:, :2])
    assert np.all(np.any(before[:, 2:] != after[:, 2:], axis=2))


@pytest.mark.parametrize("kind", [FixedPlaces, Attention])
def test_each_byte_is_scored_by_its_past(kind):
    """`bits` takes a byte's surprise from the scores of the window that ends before it, or runs on through it."""
    rng = np.random.default_rng(3)
    network, ids = kind(5, dtype=np.float64), rng.integers(0, 5, 80)
    for parameter in network.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    told = network.bits(ids, 40, 56)
    changed = ids.copy()
    changed[55] = (ids[55] + 1) % 5
    assert told.shape == (16,)
    np.testing.assert_array_equal(network.bits(changed, 40, 56)[:-1], told[:-1])
    past = ids[None, 55 - network.context : 55]
    if kind is FixedPlaces:
        scores = network.forward(past)[1] @ network.parameters[3] + network.parameters[4]
    else:
        scores = network.forward(past)[0][-1:]
    q = np.exp(scores[-1]) / np.exp(scores[-1]).sum()
    assert -np.log2(q[ids[55]]) == pytest.approx(told[-1], abs=1e-12)


@pytest.mark.parametrize("kind", [FixedPlaces, Attention])
def test_the_record_is_of_one_piece(kind):
    record = recorded(kind.name)
    steps, _, new = np.array(record["curve"]).T
    assert np.all(np.diff(steps) > 0)
    assert len(record["bits"]) == 15_000
    assert np.mean(record["bits"]) == pytest.approx(new[-1], abs=1e-3)
    assert record["weights"] == sum(p.size for p in kind().parameters)


def test_shares_are_those_of_the_scored_byte():
    """A head's shares sum to 1, and the byte that two texts first differ in changes those of the next byte only."""
    rng = np.random.default_rng(4)
    network, ids = Attention(5, dtype=np.float64), rng.integers(0, 5, 80)
    for parameter in network.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    changed = ids.copy()
    changed[55] = (ids[55] + 1) % 5
    for i, same in [(55, True), (56, False)]:
        shares, others = (network.shares(text, 40, i) for text in (ids, changed))
        assert shares.shape[1] == 25 + (i - 40) % 8
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert np.array_equal(shares, others) == same


def test_the_record_looks_at_two_marks():
    text, record = load_alice().replace(b"\r\n", b"\n"), recorded("attention")
    assert text[OPENS : CLOSES + 1] == b"`Write that down,'"
    assert [len(row) for row in record["shares"]] == [25] * 4
    np.testing.assert_allclose(np.sum(record["shares"], axis=1), 1, atol=0.01)
    assert record["mark"][0] == record["bits"][CLOSES - TRAIN] < record["mark"][1]
