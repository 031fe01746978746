"""Checks of the chapter *A fraction of a digit*."""

from fractions import Fraction

import numpy as np

from .. import code_from_lengths, entropy, huffman_code
from . import close, exercise, expect, numbers


@exercise("code-words-words")
def words(words):
    """The canonical words of five lengths."""
    lengths = [2, 3, 1, 4, 4]
    expect(
        isinstance(words, list | tuple) and all(isinstance(word, str) for word in words),
        "`words` is no list of strings.",
    )
    expect(len(words) == 5, "`words` should hold five words.")
    expect(all(set(word) <= {"0", "1"} for word in words), "`words` may use the digits 0 and 1 only.")
    found = [len(word) for word in words]
    expect(
        sorted(found) != sorted(lengths) or found == lengths,
        "`words` are in another order than the lengths 2, 3, 1, 4, 4.",
    )
    expect(found == lengths, "`words` have other lengths than 2, 3, 1, 4, 4.")
    begins = any(a != b and b.startswith(a) for a in words for b in words)
    expect(not begins and len(set(words)) == 5, "`words` is no prefix code: one word is, or begins, another.")
    expect(
        list(words) == code_from_lengths(lengths),
        "`words` is a prefix code, but the recipe starts with 0 and counts up.",
    )


@exercise("code-words-blocks")
def blocks(per_report):
    """Huffman's cost of blocks of one to four reports."""
    found = numbers("per_report", per_report, (4,))
    block = np.ones(1)
    for size, answer in enumerate(found, start=1):
        block = np.outer(block, [0.9, 0.1]).ravel()
        lengths = [len(word) for word in huffman_code(block / block.sum())]
        cost = float(block @ lengths)
        mistakes = [
            (entropy([0.9, 0.1], base=2), "`per_report` holds the entropy, which no word of whole digits reaches.")
        ]
        if size > 1:
            mistakes += [
                (cost, f"The cost of blocks of {size} is that of a whole block; what does one report cost?"),
                (np.mean(lengths) / size, f"The lengths of blocks of {size} are averaged without their probabilities."),
            ]
        close(f"per_report[{size - 1}]", answer, cost / size, mistakes=mistakes)


@exercise("code-words-read")
def read(read):
    """Symbols from a number."""
    coast = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8)]
    cases = [
        (Fraction(0), coast, 3, [0, 0, 0], "The number 0 lies in the first part, again and again."),
        (Fraction(1, 2), coast, 1, [1], "A part holds its lower end: 1/2 on the coast is *cloud*, symbol 1."),
        (Fraction(38, 128), coast, 4, [0, 1, 0, 2], "On the coast, 38/128 begins with the symbols 0, 1, 0, 2."),
        (
            Fraction(7, 10),
            [Fraction(7, 10), Fraction(2, 10), Fraction(1, 10)],
            2,
            [1, 0],
            "7/10 of (7/10, 2/10, 1/10) begins with 1, 0.",
        ),
    ]
    for value, q, size, right, hint in cases:
        found = read(value, q, size)
        expect(isinstance(found, list | tuple), "`read` should return a list of symbols.")
        expect(len(found) == size, f"`read` returned {len(found)} symbols where {size} were asked for.")
        expect(list(found) == right, hint)
