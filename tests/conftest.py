"""Hypothesis draws the same examples on every run; HYPOTHESIS_PROFILE=thorough draws many and new ones.

With `mutants` it draws few, and does not look for the smallest one that fails: tools/mutants.py asks for that.
"""

import os

from hypothesis import Phase, settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.register_profile(
    "mutants", derandomize=True, deadline=None, max_examples=15, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
