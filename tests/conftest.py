"""Hypothesis draws the same examples each time, in `make test` 30, in `make test-all` 100; `thorough` new ones."""

import os
import zlib

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def rng(request):
    """Draws of the test's own: the same ones, whichever tests ran before it."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))
