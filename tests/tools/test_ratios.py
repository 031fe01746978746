"""The ratios that the chapter *Losing no digits* draws are those of the recorded benchmark. Nothing is timed."""

import json

import pytest

from crossentropy.data import load_benchmarks
from tools.measuring import provenance, ratios

RUN = {
    "machine": {"processor": "P", "cores": 2, "system": "S", "date": "2026-01-02", "load": 0.5},
    "versions": {"Python": "3", "NumPy": "2", "SciPy": "1+cpu", "Optax": "0"},
    "speed": [
        {"task": "kl", "shape": [9], "dtype": "float64", "peer": "Optax", "ratio": 0.1, "ours_ms": 1.0},
        {"task": "cross_entropy", "shape": [2, 3], "dtype": "float32", "peer": "SciPy", "ratio": 1.5, "ours_ms": 1.0},
    ],
}


def test_only_the_loss_is_taken_and_the_lost_are_kept():
    assert ratios.extract(RUN) == {
        "machine": {"processor": "P", "system": "S", "date": "2026-01-02"},
        "versions": {"NumPy": "2", "SciPy": "1"},
        "ratios": [{"task": "cross_entropy", "shape": [2, 3], "dtype": "float32", "peer": "SciPy", "ratio": 1.5}],
    }


def test_the_text_is_the_table():
    assert json.loads(provenance.text(ratios.extract(RUN))) == ratios.extract(RUN)


def test_every_size_format_and_library_is_there():
    run = load_benchmarks()
    keys = [row[:4] for row in run.ratios]
    shapes, dtypes, peers = (sorted({key[i] for key in keys}) for i in (1, 2, 3))
    assert len(set(keys)) == len(keys) == len(shapes) * len(dtypes) * len(peers) == 18
    assert dtypes == ["float32", "float64"]
    assert set(run.versions) == {"NumPy", *peers}
    assert all(0 < row.ratio < 100 for row in run.ratios)
    assert run.machine


@pytest.mark.skipif(not ratios.SOURCE.exists(), reason="no benchmark was recorded")
def test_the_file_is_what_the_last_benchmark_gives():
    recorded = json.loads(ratios.SOURCE.read_text(encoding="utf-8"))
    assert ratios.FILE.read_text(encoding="utf-8") == provenance.text(ratios.extract(recorded))
