"""Take from the benchmark what the chapter *Losing no digits* draws: src/crossentropy/data/benchmarks.json.

    python tools/ratios.py          from book/_data/benchmarks.json
    make ratios                     the same

The chapter runs in a browser too, where only the files of the package are.
"""

import json
import sys
from pathlib import Path

from tools.measuring import provenance

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "book" / "_data" / "benchmarks.json"
FILE = ROOT / "src" / "crossentropy" / "data" / "benchmarks.json"


def extract(run):
    """The machine, the versions, and every ratio of the softmax loss without its gradient, won or lost."""
    rows = [row for row in run["speed"] if row["task"] == "cross_entropy"]
    names = dict.fromkeys(["NumPy", *(row["peer"] for row in rows)])
    return {
        "machine": {name: run["machine"][name] for name in ("processor", "system", "date")},
        "versions": {name: run["versions"][name].split("+")[0] for name in names},
        "ratios": [{name: row[name] for name in ("task", "shape", "dtype", "peer", "ratio")} for row in rows],
    }


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    provenance.save(FILE, extract(json.loads(source.read_text(encoding="utf-8"))))
