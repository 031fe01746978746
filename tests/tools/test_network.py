"""The small network of *What comes next?*: its gradients are right, and its record is of one piece."""

import numpy as np
import pytest

from crossentropy.data import load_alice, recorded
from tools.measuring.network import Network


@pytest.mark.parametrize("place", range(5), ids=["vectors", "weights", "bias", "out", "last"])
def test_gradients_are_slopes(place):
    rng = np.random.default_rng(1)
    network = Network(5, context=3, width=2, hidden=4, dtype=np.float64)
    for parameter in network.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    x, y, kept = rng.integers(0, 5, (6, 3)), rng.integers(0, 5, 6), rng.integers(0, 2, (6, 4)) * 2.0
    _, gradients = network.loss_and_gradients(x, y, kept)
    parameter, slopes, h = network.parameters[place], np.zeros_like(network.parameters[place]), 1e-6
    for at in np.ndindex(parameter.shape):
        for sign in (1, -1):
            parameter[at] += sign * h
            slopes[at] += sign * network.loss_and_gradients(x, y, kept)[0] / (2 * h)
            parameter[at] -= sign * h
    np.testing.assert_allclose(gradients[place], slopes, atol=1e-8)


def test_the_record_is_of_one_piece():
    record = recorded("network")
    steps, _, new = np.array(record["curve"]).T
    assert np.all(np.diff(steps) > 0)
    assert len(record["bits"]) == 15_000
    assert np.mean(record["bits"]) == pytest.approx(new[-1], abs=1e-3)
    assert record["weights"] == sum(
        p.size for p in Network(len(set(load_alice().replace(b"\r", b"")[:133_000]))).parameters
    )
