"""Checks of the chapter *Information*."""

import math

import numpy as np

from . import call, close, exercise, expect, number, numbers


@exercise("information-code")
def code(bits, nats, bans):
    """One of ten thousand codes."""
    for label, answer, base in (("bits", bits, 2), ("nats", nats, math.e), ("bans", bans, 10)):
        mistakes = [
            (1e-4, f"`{label}` is the probability of the code; how surprising is it?"),
            (math.log(9999, base), "From 0000 to 9999 there is one code more than you counted."),
        ]
        close(label, answer, math.log(10**4, base), unit=label, mistakes=mistakes)


@exercise("information-backwards")
def backwards(from_nats, from_bits):
    """The probabilities that cost 0.25 nats and 0.25 bits."""
    for label, answer, base, other in (("from_nats", from_nats, math.e, 2), ("from_bits", from_bits, 2, math.e)):
        p = number(label, answer)
        expect(p <= 1, f"`{label}` is above 1, as no probability can be; look at the sign of the exponent.")
        mistakes = [
            (other**-0.25, f"`{label}` undoes the logarithm of the other unit."),
            (-math.log(0.25, base), f"`{label}` is the surprise of 0.25; here 0.25 is the surprise."),
        ]
        close(label, p, base**-0.25, mistakes=mistakes)


@exercise("information-aces")
def aces(first, second, pair):
    """Two aces in a row, from 52 cards."""
    one, two = math.log2(52 / 4), math.log2(51 / 3)
    probability = "`{}` is a probability; how surprising is it?"
    close("first", first, one, unit="bits", mistakes=[(4 / 52, probability.format("first"))])
    replaced = "`second` is computed as if the first card had been put back."
    halfway = "`second` counts the missing card either among the aces or in the pack; it is missing in both."
    mistakes = [(3 / 51, probability.format("second")), (one, replaced)]
    mistakes += [(math.log2(52 / 3), halfway), (math.log2(51 / 4), halfway)]
    close("second", second, two, unit="bits", mistakes=mistakes)
    mistakes = [
        (1 / 221, probability.format("pair")),
        (one * two, "`pair` is the product of the surprises; which of the two is multiplied, and which adds up?"),
        (2 * one, "`pair` takes the cards for independent; the first is not put back."),
        (two - one, "`pair` is a difference; the pair tells all that the two cards tell."),
    ]
    close("pair", pair, one + two, unit="bits", mistakes=mistakes)


@exercise("information-passwords")
def passwords(eight_letters, four_words, letters_needed):
    """Random letters against random words."""
    letter, word = math.log2(26), math.log2(7776)
    for label, answer, each, count in (
        ("eight_letters", eight_letters, letter, 8),
        ("four_words", four_words, word, 4),
    ):
        mistakes = [
            (each, f"`{label}` is the surprise of one alone."),
            (
                math.log2(count) + each,
                f"`{label}` adds {count} possibilities; choices that are combined multiply them.",
            ),
            (2.0 ** -(count * each), f"`{label}` is a probability; how surprising is it?"),
        ]
        close(label, answer, count * each, unit="bits", mistakes=mistakes)
    needed = number("letters_needed", letters_needed)
    expect(needed == round(needed), "`letters_needed` is a number of letters: a whole one.")
    expect(needed * letter >= 4 * word, "`letters_needed` letters fall short of the four words.")
    expect((needed - 1) * letter < 4 * word, "`letters_needed` is more than it takes.")


@exercise("information-balls")
def balls(surprises, best):
    """The surprise of each answer of the balance, and the best first weighing."""
    for k in range(1, 7):
        shown, right = f"surprises({k})", np.array([k, k, 12 - 2 * k]) / 12
        answer = numbers(shown, call(surprises, k, label="surprises"), (3,))
        probabilities = f"`{shown}` returns probabilities; how surprising are they?"
        expect(not np.allclose(answer, right), probabilities)
        expect(not np.allclose(np.exp(-answer), right), f"`{shown}` is in nats, and bits are asked for.")
        chances = np.exp2(-answer)
        total = f"The probabilities behind `{shown}` do not add up to 1: some balls are left out or counted twice."
        expect(math.isclose(chances.sum(), 1, rel_tol=1e-6), total)
        close(f"the probability behind {shown}", chances, right)
    k = number("best", best)
    expect(k in range(1, 7), "`best` is how many balls lie on each side: a whole number, 1 to 6.")
    expect(
        k != 6, "With `best` on each side no ball is left, and *even* cannot happen: the other answers are frequent."
    )
    expect(k == 4, "With `best` on each side, the most probable answer is more probable than it need be.")
