"""Record what other libraries answer where digits are lost: src/crossentropy/data/peers.json.

    python tools/peers.py scipy scikit-learn      evaluate the calls of these libraries, write their answers
    make peers                                    all four, each in its environment

The chapter *Losing no digits* shows the calls and the answers, in a browser too, where the libraries are not.
"""

import importlib.metadata
import json
import os
import sys
import warnings
from pathlib import Path

FILE = Path(__file__).parents[2] / "src" / "crossentropy" / "data" / "peers.json"


def answer(table, row):
    """What the call of a row returns today."""
    os.environ["JAX_ENABLE_X64"] = "1"
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(table["libraries"][row["library"]]["imports"], names)
        return float(eval(row["call"], names))


def version(library):
    """The version that is installed, without the name of a build."""
    return importlib.metadata.version(library).split("+")[0]


def record(libraries, path=FILE):
    """Evaluate the rows of these libraries, and write the file."""
    table = json.loads(path.read_text(encoding="utf-8"))
    for library in libraries:
        table["libraries"][library]["version"] = version(library)
    for row in table["rows"]:
        if row["library"] in libraries:
            row["gives"] = repr(answer(table, row))
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(sys.argv[1:])
