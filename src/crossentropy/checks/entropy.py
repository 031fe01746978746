"""Checks of the chapter *Entropy*."""

import itertools
import math

import numpy as np

from .. import entropy
from . import call, close, exercise, expect, gives, number, numbers


@exercise("entropy-dice")
def dice(six, eight):
    """Fair dice with six and with eight faces."""
    for label, answer, faces in (("six", six, 6), ("eight", eight, 8)):
        words = math.ceil(math.log2(faces))
        mistakes = [
            (1 / faces, f"`{label}` is the probability of one face."),
            (math.log2(faces) / faces, f"`{label}` is the term of one face; there are {faces}."),
            (words, f"`{label}` is the length of a word of a code; entropy need not be a whole number."),
        ]
        close(label, answer, math.log2(faces), unit="bits", mistakes=mistakes)


@exercise("entropy-half-bit")
def half_bit(low, high):
    """The two coins that are worth half a bit."""
    worth = {}
    for label, answer in (("low", low), ("high", high)):
        p = number(label, answer)
        expect(0 <= p <= 1, f"`{label}` is no probability.")
        expect(p != 0.5, f"`{label}` is the coin with the most entropy there is, a whole bit.")
        coin = [p, 1 - p]
        expect(abs(entropy(coin) - 0.5) > 1e-6, f"`{label}` is worth half a *nat*, and half a bit is asked for.")
        worth[label] = entropy(coin, base=2)
    for label, bits in worth.items():
        expect(abs(bits - 0.5) < 1e-6, f"The coin of `{label}` is worth {bits:.4f} bits.")
    expect(low != high and abs(high - low) > 1e-6, "`low` and `high` are the same coin; there is another one.")
    expect(low < high, "`low` is larger than `high`.")


@exercise("entropy-kraft")
def kraft(possible, shortened):
    """Which lists of lengths fit the budget, and how to spend what is left."""
    lists = {"a": (1, 2, 3, 3), "b": (2, 2, 2, 3, 3), "c": (1, 2, 2, 3), "d": (1, 3, 3, 3)}
    verdicts = numbers("possible", possible, (4,))
    for (name, lengths), verdict in zip(lists.items(), verdicts, strict=True):
        spent = sum(2.0**-n for n in lengths)
        if spent == 1:
            expect(verdict, f"({name}) spends the whole budget; may it?")
        else:
            expect(verdict == (spent < 1), f"({name}) is judged wrongly; what does it spend, and what is the budget?")
    words = sorted(numbers("shortened", shortened, (4,)))
    expect(words != [1, 3, 3, 3], "`shortened` is (d) as it was.")
    expect(all(n == round(n) and n > 0 for n in words), "`shortened` holds lengths: whole numbers above 0.")
    expect(sum(2.0**-n for n in words) <= 1, "`shortened` spends more than the budget.")
    shorter = sorted(a - b for a, b in zip([1, 3, 3, 3], words, strict=True))
    expect(shorter[:3] == [0, 0, 0] and shorter[3] > 0, "`shortened` must be (d) with one word shorter, and no other.")


def _cheapest(p):
    """Average length of the best prefix code, by trying all lengths that fit the budget; for few words."""
    lengths = itertools.combinations_with_replacement(range(1, len(p)), len(p))
    fitting = (n for n in lengths if sum(2.0**-length for length in n) <= 1)
    return min(np.dot(np.sort(p)[::-1], n) for n in fitting)


@exercise("entropy-huffman")
def huffman(huffman_cost):
    """The average length of Huffman's code."""

    def cost(p, expected, **options):
        gives(huffman_cost, (p,), expected, label="huffman_cost", **options)

    dyadic = [1 / 2, 1 / 4, 1 / 8, 1 / 8]
    mistakes = [
        (1.0, "The cost of (1/2, 1/4, 1/8, 1/8) is 1, what all items weigh; which sums does each joining add?"),
        (0.75, "The cost of (1/2, 1/4, 1/8, 1/8) leaves out the last joining, to 1."),
        (1.75 * math.log(2), "`huffman_cost` returns an entropy, in nats; it should count digits."),
        (3.0, "`huffman_cost` counts the joinings; each of them costs as much as what it joins is probable."),
        (
            2.0,
            "The cost of (1/2, 1/4, 1/8, 1/8) is that of equal lengths. Are the two *least* probable joined?",
        ),
        (2.625, "`huffman_cost` joins others than the two least probable items."),
    ]
    cost(dyadic, 1.75, mistakes=mistakes)
    cost(
        [1 / 8, 1 / 2, 1 / 8, 1 / 4],
        1.75,
        mistakes=[*mistakes, (2.375, "The order of the probabilities must not matter.")],
    )
    cost(
        [0.7, 0.2, 0.1], 1.3, mistakes=[(entropy([0.7, 0.2, 0.1], base=2), "That is the entropy, not the code's cost.")]
    )
    for p in ([0.5, 0.5], [0.9, 0.1], [0.3, 0.3, 0.2, 0.2], [0.4, 0.2, 0.2, 0.1, 0.1], [0.25, 0.25, 0.2, 0.15, 0.15]):
        cost(p, _cheapest(p))
    cost([1.0], 0.0, mistakes=[(1.0, "Where only one thing can happen, no digit is needed.")])
    rng = np.random.default_rng(1)
    for size in (6, 27, 81):
        p = rng.dirichlet(np.ones(size))
        digits, least = number("huffman_cost", call(huffman_cost, p, label="huffman_cost")), entropy(p, base=2)
        expect(digits > least - 1e-6, f"For {size} items `huffman_cost` is below the entropy, as no code can be.")
        expect(digits < least + 1, f"For {size} items `huffman_cost` is a digit or more above the entropy.")


@exercise("entropy-waiting")
def waiting(average):
    """The entropy of the number of tosses until the first heads."""
    h = number("average", average)
    expect(math.isfinite(h), "`average` is infinite; but do the terms not fall much faster than they are many?")
    for terms in range(4, 20):
        tosses = np.arange(1, terms + 1)
        partial = np.sum(tosses * 0.5**tosses)
        expect(not math.isclose(h, partial), "`average` is near; take more terms of the sum.")
    mistakes = [(1.0, "`average` is the sum of the probabilities; weigh each surprise by its probability.")]
    close("average", h, 2.0, unit="bits", mistakes=mistakes)
