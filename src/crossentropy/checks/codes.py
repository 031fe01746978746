"""Checks of the chapter *From bits to bytes*."""

import math

from . import close, exercise, expect, gives, number


@exercise("codes-bets")
def bets(bets):
    """What p and a get after papa."""
    shared = 1 / 4 * 3 / 8 + 1 / 16 / 256
    right = [3 / 4 + shared, shared]
    mistakes = [
        ([3 / 4, 0], "`bets` stops at `a`, but that lends half of its bet, too."),
        ([7 / 8, 1 / 8], "`bets` stops at the empty context without its discount."),
        ([3 / 4 + 3 / 32, 3 / 32], "`bets` leaves out what remains for all 256 bytes."),
        ([1 / 2, 0], "`bets` holds what `pa` bets itself; what it lends comes back in part."),
    ]
    close("bets", bets, right, mistakes=mistakes, relative=1e-6)


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
