"""Checks of the chapter *From bits to bytes*."""

import math

from . import close, exercise, expect, gives, number


@exercise("codes-hand")
def hand(word, low, width):
    """A word from its file, and the interval of another, with ten units."""
    expect(isinstance(word, str), "`word` is no string.")
    found = word.strip().lower()
    expect(set(found) <= set("sle"), "`word` may have the letters s, l and e only.")
    expect(len(found) == 4, "`word` should have four letters; missing digits of the file are zeros.")
    expect(found[0] == "e", "At first, 47 lies in unit 4 of `word`. Whose is it?")
    expect(found[:3] == "els", "After each letter of `word`, subtract the units before it, and work out the new unit.")
    expect(found == "else", "The last letter of `word` is another: a width below 100 first needs another zero.")
    first, last = 2200, 18
    mistakes = [
        (220, "`low` needs another zero: before the last letter, the width is below 100."),
        (first + last, "`low` is where the interval ends."),
    ]
    close("low", low, first, mistakes=mistakes)
    mistakes = [
        (first + last, "`width` is where the interval ends; subtract `low`."),
        (10 * last, "`width` is that before the last letter."),
        (1.8, "`width` needs another zero: before the last letter, it is below 100."),
    ]
    close("width", width, last, mistakes=mistakes)


@exercise("codes-laplace")
def laplace(bits):
    """Surprise of a list of tosses under Laplace's rule."""
    for tosses in ([1, 1], [0, 0, 0, 1], [1, 0] * 5):
        heads, n = sum(tosses), len(tosses)
        right = math.log2(math.factorial(n + 1) / (math.factorial(heads) * math.factorial(n - heads)))
        mistakes = [
            (n, "`bits` costs one bit a toss: does the model learn after each toss?"),
            (right / n, "`bits` returns the mean; the sum is asked for."),
            (-right, "`bits` is negative; a surprise is minus a logarithm."),
        ]
        gives(bits, (tosses,), right, label="bits", unit="bits", mistakes=mistakes)


@exercise("codes-discounts")
def discounts(better):
    """Bits a byte of Alice with two discounts."""
    found = number("better", better)
    expect(found < 8, "`better` is above 8 bits a byte; divide the bits by the number of bytes.")
    expect(abs(found - 2.0632) > 1e-3, "`better` is that of the chapter's model: one discount, order 6.")
    expect(abs(found - 2.0495) > 1e-3, "`better` has the two discounts, but looks back six bytes.")
    expect(found > 2, "`better` is too good. Do the probabilities of all 256 bytes still add up to 1?")
    close("better", found, 2.0432, unit="bits", mistakes=[], absolute=2e-3)
