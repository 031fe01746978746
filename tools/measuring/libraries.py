"""The libraries of `book/_data/other-libraries.toml`: their imports, arrays and calls."""

import functools
import os
import tomllib
from pathlib import Path

import numpy as np

import crossentropy as ce

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "book" / "_data" / "other-libraries.toml"
TABLE = tomllib.loads(DATA.read_text(encoding="utf-8"))
OURS = "crossentropy"
LIBRARIES = {OURS: {"name": OURS, "imports": "", "array": "np.array"}} | TABLE["library"]
#: The calls that have an id.
CALLS = {row["id"]: row["call"] for row in TABLE["row"]}
CALLS |= {trap["id"]: trap["code"] for row in TABLE["row"] for trap in row["traps"] if "id" in trap}


class Library:
    """An imported library: its name, the names that its calls use, and its arrays."""

    def __init__(self, key):
        described = LIBRARIES[key]
        os.environ.update(described.get("environment", {}))  # read by the import
        self.key, self.name, self.names = key, described["name"], {"np": np, "ce": ce}
        exec(described["imports"], self.names)
        exec(described.get("helpers", ""), self.names)
        self.array = eval(described["array"], self.names)

    def call(self, task):
        """The library's call of a task, a function of arrays of its own."""
        expression = CALLS.get(task[self.key], task[self.key])
        return eval(f"lambda {task.get('arguments', '')}: {expression}", self.names)

    def answer(self, task, *arguments):
        """What the call of a task returns for NumPy's arrays, as NumPy's array."""
        return np.asarray(self.call(task)(*map(self.array, arguments)))

    def ready(self, task, arguments):
        """The call of a task on these arguments, to be timed; JAX compiles it for their shapes beforehand."""
        call, arrays = self.call(task), [self.array(argument) for argument in arguments]
        if jax := self.names.get("jax"):
            compiled = jax.jit(call).lower(*arrays).compile()
            return lambda: jax.block_until_ready(compiled(*arrays))
        return lambda: call(*arrays)


load = functools.cache(Library)


def installed(record):
    """The libraries that have calls in a record, by their keys, ours first; and the names of those not installed."""
    used = {key for task in TABLE[record].values() for key in task}
    found, missing = {}, []
    for key in (key for key in LIBRARIES if key in used):
        try:
            found[key] = load(key)
        except ImportError:
            missing.append(LIBRARIES[key]["name"])
    return found, missing


def having(libraries, task, others=False):
    """Those of the libraries that have a call of a task; if asked for others, without this package."""
    return {key: library for key, library in libraries.items() if key in task and not (others and key == OURS)}
