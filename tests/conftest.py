"""Hypothesis draws the same examples on every run; HYPOTHESIS_PROFILE=thorough draws many and new ones.

With `mutants` it draws few, and does not look for the smallest one that fails: tools/mutants.py asks for that.
"""

import os
import zlib

import numpy as np
import pytest
from hypothesis import Phase, settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.register_profile(
    "mutants", derandomize=True, deadline=None, max_examples=15, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def rng(request):
    """Draws of the test's own: the same ones, whichever tests ran before it."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))
