"""What passes between a notebook and its judge: values and calls as lines of JSON, and nothing that could run.

The side that has a function keeps it, and the other gets a `Remote` in its place: calling that sends the arguments
over, and brings back what the function returned. So a judge tries a student's function that lives elsewhere.
"""

import contextlib
import itertools
import json
import time
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import numpy as np

LONGEST = 16_000_000  # bytes of a line
MOST = 100_000  # items that are taken out of an iterator


class Gone(BaseException):
    """The other side ended, took too long, or sent what cannot be read; no `except Exception` may take it for less."""


class Remote:
    """A function of the other side."""

    def __init__(self, peer, index, name):
        self._peer, self._index, self.__name__ = peer, index, str(name)[:60]

    def __call__(self, *arguments):
        return self._peer.call(self._index, arguments)


@contextlib.contextmanager
def reading():
    """What the other side wrote may be anything."""
    try:
        yield
    except Exception:
        raise Gone("it wrote what no judge can read") from None


def named(name, base):
    """A class of this name, for what is known of another process's objects."""
    return type(name if isinstance(name, str) and name.isidentifier() else "object", (base,), {})


class Peer:
    """One end of the line."""

    def __init__(self, connection, is_blank=lambda function: False):
        self.connection, self.is_blank = connection, is_blank
        self.functions, self.read, self.deadline = [], b"", None

    # Lines ------------------------------------------------------------------------------------------

    def send(self, *message):
        line = json.dumps(message).encode() + b"\n"
        if len(line) > LONGEST:
            raise ValueError(f"{len(line):,} bytes are too many to hand over")
        self._in_time(self.connection.sendall, line)

    def receive(self):
        while b"\n" not in self.read:
            more = self._in_time(self.connection.recv, 1 << 20)
            if not more:
                raise Gone("it ended the process")
            if len(self.read) + len(more) > LONGEST:
                raise Gone("it handed over too much")
            self.read += more
        line, _, self.read = self.read.partition(b"\n")
        with reading():
            kind, *rest = json.loads(line)
        return kind, *rest

    def _in_time(self, step, data):
        left = None if self.deadline is None else self.deadline - time.monotonic()
        try:
            if left is not None and left <= 0:
                raise TimeoutError
            self.connection.settimeout(left)
            return step(data)
        except TimeoutError:
            raise Gone("it took too long") from None
        except OSError:
            raise Gone("it ended the process") from None

    # Calls ------------------------------------------------------------------------------------------

    def call(self, index, arguments):
        """What a function of the other side returns; what it does to its arguments is done to these."""
        self.send("call", index, [self.pack(argument) for argument in arguments])
        while True:
            with reading():
                kind, value, after = self.receive()
                if kind == "call":
                    self.serve(value, after)
                elif kind == "raised":
                    error = named(value, Exception)(str(after))
                    break
                else:
                    for argument, changed in zip(arguments, map(self.unpack, after), strict=False):
                        if isinstance(argument, list | np.ndarray):
                            argument[:] = changed
                    return self.unpack(value)
        raise error

    def serve(self, index, arguments):
        """Call a function of this side for the other one."""
        try:
            given = [self.unpack(argument) for argument in arguments]
            value = self.functions[index](*given)
            answer = "returned", self.pack(value), [self.pack(argument) for argument in given]
            self.send(*answer)
        except Gone:
            raise
        except BaseException as error:  # KeyboardInterrupt and SystemExit are ways to fail, too
            self.send("raised", type(error).__name__, str(error)[:500])

    # Values -----------------------------------------------------------------------------------------

    def pack(self, value):
        """The value as JSON has it: a plain value, or a list that begins with its kind."""
        if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in NUMERIC:
            return ["array", type(value).__name__, value.dtype.str, value.shape, np.asarray(value).tobytes().hex()]
        if isinstance(value, str):
            return str(value)
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return ["int", hex(value)]  # of any length
        if isinstance(value, bytes | bytearray):
            return ["bytes", value.hex()]
        if isinstance(value, complex):
            return ["complex", value.real, value.imag]
        if isinstance(value, Fraction):
            return ["fraction", hex(value.numerator), hex(value.denominator)]
        if isinstance(value, Decimal):
            return ["decimal", str(value)]
        if value is ...:
            return ["ellipsis"]
        if isinstance(value, dict):
            return ["dict", [[self.pack(key), self.pack(item)] for key, item in value.items()]]
        if callable(value):
            if self.is_blank(value):
                return None
            self.functions.append(value)
            return ["function", len(self.functions) - 1, getattr(value, "__name__", "function")]
        if hasattr(value, "__array__") and not isinstance(value, np.ndarray):  # a tensor, a column of a table
            return self.pack(np.asarray(value))
        if isinstance(value, Iterable):
            kind = next((kind for kind in (tuple, set, frozenset) if isinstance(value, kind)), list)
            return [kind.__name__, [self.pack(item) for item in itertools.islice(value, MOST)]]
        return ["other", type(value).__name__]

    def unpack(self, packed):
        """The value that was packed; raises for anything else."""
        if packed is None or isinstance(packed, bool | float | str):
            return packed
        kind, *rest = packed
        return READERS[kind](self, *rest)


def array(peer, kind, dtype, shape, data):
    dtype = np.dtype(dtype)
    if dtype.kind not in NUMERIC:
        raise ValueError(dtype)
    found = np.frombuffer(bytes.fromhex(data), dtype).reshape(shape).copy()
    return found if kind == "ndarray" else found[()]


def collection(kind):
    return lambda peer, items: kind(map(peer.unpack, items))


NUMERIC = "biufc"
READERS = {
    "array": array,
    "int": lambda peer, digits: int(digits, 16),
    "bytes": lambda peer, digits: bytes.fromhex(digits),
    "complex": lambda peer, real, imaginary: complex(real, imaginary),
    "fraction": lambda peer, above, below: Fraction(int(above, 16), int(below, 16)),
    "decimal": lambda peer, digits: Decimal(digits),
    "ellipsis": lambda peer: ...,
    "dict": lambda peer, pairs: {peer.unpack(key): peer.unpack(item) for key, item in pairs},
    "function": lambda peer, index, name: Remote(peer, int(index), name),
    "other": lambda peer, name: named(name, object)(),
} | {kind.__name__: collection(kind) for kind in (list, tuple, set, frozenset)}
