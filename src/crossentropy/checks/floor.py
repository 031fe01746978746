"""Checks of the chapter *How far can a text shrink?*."""

import numpy as np

from .. import entropy
from . import close, exercise, gives


@exercise("floor-keys")
def keys(H, possible, usual, best):
    """Entropy of a key, and three exponents of 2 for a thousand keys."""
    mistakes = [
        (3.0, "`H` is that of eight equally frequent keys."),
        (2.0 + 3.0 + 4.0, "`H` adds up the three costs; weigh each with its probability."),
        (3 / 8 + 4 / 16 + 2 / 4, "`H` counts each cost for one key; two or four keys have it."),
    ]
    close("H", H, 2.75, unit="bits", mistakes=mistakes)
    mistakes = [(8000, "`possible` takes 8 for a power of 2 with exponent 8."), (3, "`possible` is that of one key.")]
    close("possible", possible, 3000, mistakes=mistakes)
    mistakes = [
        (250, "`usual` says one in how many sequences is usual; how many are that?"),
        (2.75, "`usual` is that of one key."),
        (-2750, "`usual` is the exponent of a usual sequence's probability; how many are there?"),
    ]
    close("usual", usual, 2750, mistakes=mistakes)
    mistakes = [
        (2000, "`best` is what the sequence costs; a probability is below 1."),
        (-2750, "`best` is that of a usual sequence; is none more probable?"),
        (-1000, "`best` counts one bit a key, but no key has a probability of 1/2."),
        (-4000, "`best` is that of the least probable sequence."),
        (-2, "`best` is that of one key."),
    ]
    close("best", best, -2000, mistakes=mistakes)


def _bits(*columns):
    """Entropy of the frequencies with which values, or rows of several, come."""
    counts = np.unique(np.stack(columns), axis=1, return_counts=True)[1]
    return entropy(counts / counts.sum(), base=2)


@exercise("floor-given")
def given(bits_given_last):
    """What a byte is worth given the one before, by the frequencies of pairs."""
    for data in [b"abracadabra", b"ababababababab", b"aabbbbaaabbaab", b"The cat sat on the mat."]:
        values = np.frombuffer(data, dtype=np.uint8)
        first, second = values[:-1], values[1:]
        pairs = _bits(first, second)
        even = values[: len(values) // 2 * 2]
        rows = np.mean([_bits(second[first == value]) for value in np.unique(first)])
        mistakes = [
            (_bits(values), "`bits_given_last` is that of a byte on its own."),
            (pairs, "`bits_given_last` is what a whole pair is worth; take away what its first byte is worth."),
            (pairs / 2, "`bits_given_last` is half of a pair, but the first byte is worth more than the second."),
            (pairs - _bits(values), "`bits_given_last` also counts the last byte as the first of a pair."),
            (
                _bits(even[::2], even[1::2]) - _bits(even[::2]),
                "`bits_given_last` leaves out pairs; each byte but the last begins one.",
            ),
            (rows, "`bits_given_last` averages the bytes before as if all were equally frequent."),
        ]
        expected = pairs - _bits(first)
        mistakes = [(value, hint) for value, hint in mistakes if not np.isclose(value, expected, atol=1e-3)]
        gives(bits_given_last, (data,), expected, label="bits_given_last", unit="bits", mistakes=mistakes)


@exercise("floor-rate")
def rate(entropy_rate):
    """Entropy rate of states that depend on the one before."""
    machine = [[0.95, 0.05], [0.3, 0.7]]
    lifts = [[0.5, 0.5, 0.0], [0.0, 0.25, 0.75], [1.0, 0.0, 0.0]]
    runs = 3 / 7 * np.eye(4) + 4 / 7 * np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    for given, share in [
        (machine, [6 / 7, 1 / 7]),
        (lifts, [6 / 13, 4 / 13, 3 / 13]),
        (runs, [1 / 2, 1 / 4, 1 / 8, 1 / 8]),
        ([[0.0, 1.0], [1.0, 0.0]], [1 / 2, 1 / 2]),
    ]:
        rows = entropy(given, base=2)
        mistakes = [
            (entropy(share, base=2), "`entropy_rate` is that of a day on its own; given yesterday, it's less."),
            (np.mean(rows), "`entropy_rate` averages the rows as if all states were equally frequent."),
            (np.sum(rows), "`entropy_rate` adds up the rows; weigh each with the share of its state."),
        ]
        gives(entropy_rate, (np.array(given),), share @ rows, label="entropy_rate", unit="bits", mistakes=mistakes)
