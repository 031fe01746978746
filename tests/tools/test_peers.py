"""The recorded answers of other libraries are what they return, and the right answers are ours.

`make test` evaluates the calls of SciPy and scikit-learn, `make test-frameworks` those of PyTorch and Optax.
"""

import json
import math
import os
import re
from pathlib import Path

import numpy as np
import pytest

import crossentropy as ce
from crossentropy.data import load_peers
from tools.measuring import peers

ROOT = Path(__file__).parents[2]
TABLE = json.loads(peers.FILE.read_text(encoding="utf-8"))
ROWS = TABLE["rows"]
FRAMEWORKS = os.environ.get("FRAMEWORKS") == "make test-frameworks"
HERE = {"torch", "optax"} if FRAMEWORKS else {"scipy", "scikit-learn"}
RUN = [row for row in ROWS if row["library"] in HERE]
LOCK = ROOT / ("requirements-frameworks.lock" if FRAMEWORKS else "requirements.lock")


def named(rows):
    return [pytest.param(row, id=row["id"]) for row in rows]


@pytest.mark.parametrize("row", named(RUN))
def test_the_recorded_answer_is_what_the_call_returns(row):
    gives, recorded = peers.answer(TABLE, row), float(row["gives"])
    if row.get("noise"):  # whatever it is, it has not one right digit
        truth = float(row["truth"])
        assert not abs(gives - truth) < abs(truth) / 2
        assert gives != truth
    else:
        np.testing.assert_allclose(gives, recorded, rtol=1e-12, atol=0)


@pytest.mark.parametrize("library", sorted(HERE))
def test_the_recorded_version_is_the_locked_one(library):
    pinned = re.search(rf"^{re.escape(library)}==([\w.]+)", LOCK.read_text(encoding="utf-8"), re.M)[1]
    assert peers.version(library) == TABLE["libraries"][library]["version"] == pinned


@pytest.mark.parametrize("row", named(ROWS))
def test_the_right_answer_is_ours(row):
    names = {"np": np, "ce": ce}
    if row["truth"] == "ValueError":
        with pytest.raises(ValueError, match=r"\w"):
            eval(row["ours"], names)
    else:
        np.testing.assert_allclose(eval(row["ours"], names), float(row["truth"]), rtol=4e-16, atol=0)


@pytest.mark.parametrize("row", named(ROWS))
def test_no_recorded_answer_is_right(row):
    if row["truth"] != "ValueError":
        assert not math.isclose(float(row["gives"]), float(row["truth"]), rel_tol=0.1)


def test_the_loader_gives_every_row():
    loaded = load_peers()
    assert list(loaded) == [row["id"] for row in ROWS]
    assert loaded["torch-clamp"].gives == 100
    assert loaded["optax-wrap"].truth == "ValueError"
    assert loaded["sklearn-clip"].truth == math.inf
    assert {peer.library.split()[0] for peer in loaded.values()} == {"SciPy", "scikit-learn", "PyTorch", "Optax"}
    assert peers.FILE.stat().st_size < 20_000


@pytest.mark.parametrize("library", sorted(HERE))
def test_recording_again_restores_an_answer(library, tmp_path):
    spoiled = json.loads(json.dumps(TABLE))
    for row in spoiled["rows"]:
        row["gives"] = "7.5"
    copy = tmp_path / "peers.json"
    copy.write_text(json.dumps(spoiled), encoding="utf-8")
    peers.record([library], copy)
    again = json.loads(copy.read_text(encoding="utf-8"))["rows"]
    for row in again:
        assert (row["gives"] == "7.5") == (row["library"] != library)
