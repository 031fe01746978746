"""Checks of the chapter *Shared information*."""

import numpy as np

from .. import cross_entropy, entropy, kl_divergence
from . import close, exercise, gives, numbers


@exercise("shared-information-hand")
def by_hand(three):
    """The entropies of a small table."""
    found = numbers("three", three, (3,))
    h_y = entropy([3 / 4, 1 / 4], base=2)
    right = {"H(X)": 1.0, "H(Y|X)": 0.5, "I(X; Y)": h_y - 0.5}
    mistakes = {
        "H(X)": [(h_y, "The first number is H(Y); the rows of the table belong to X.")],
        "H(Y|X)": [
            (1.5 - h_y, "The second number is H(X|Y); which of the two is known?"),
            (1.0, "The second number adds the entropies of the rows; weigh each by how often the row comes."),
        ],
        "I(X; Y)": [
            (0.5, "The third number is what is left of one when the other is known, not what they share."),
            (1 + h_y, "The third number adds H(X) and H(Y), and does not say what they share."),
        ],
    }
    for answer, (name, value) in zip(found, right.items(), strict=True):
        # By hand, three decimals are enough.
        close(name, answer, value, unit="bits", mistakes=mistakes[name], absolute=1e-3)


@exercise("shared-information-test")
def medical_test(at_most, told, after_positive):
    """What a test tells about an illness."""
    joint = np.array([[0.009, 0.001], [0.0495, 0.9405]])  # rows: ill, well; columns: positive, negative

    def bits(p):
        return entropy(np.ravel(p), base=2)

    rows, columns = bits(joint.sum(axis=1)), bits(joint.sum(axis=0))
    mistakes = [(columns, "`at_most` is the entropy of the test's result; what of the illness?")]
    close("at_most", at_most, rows, unit="bits", mistakes=mistakes)
    lost = bits(joint) - columns
    mistakes = [
        (lost, "`told` is what is still unknown after the test, on average."),
        (bits(joint) - rows, "`told` is the entropy of the result given the illness; it belongs to the noise."),
        (bits(joint), "`told` is the entropy of illness and result together."),
    ]
    halves = np.array([[0.9, 0.1], [0.05, 0.95]]) / 2
    even = bits(halves.sum(axis=1)) + bits(halves.sum(axis=0)) - bits(halves)
    mistakes.append((even, "`told` treats ill and well as equally frequent."))
    close("told", told, rows + columns - bits(joint), unit="bits", mistakes=mistakes)
    ill = joint[0, 0] / joint[:, 0].sum()
    mistakes = [
        (ill, "`after_positive` is the probability of illness; the entropy is asked for."),
        (1 - ill, "`after_positive` is the probability of health; the entropy is asked for."),
        (bits([0.9, 0.1]), "`after_positive` takes P(positive | ill) for P(ill | positive)."),
        (lost, "`after_positive` is an average over both results; here the result is known."),
    ]
    close("after_positive", after_positive, bits([ill, 1 - ill]), unit="bits", mistakes=mistakes)


@exercise("shared-information-doctor")
def doctor(loss, floor, waste):
    """What a doctor pays who takes P(positive | ill) for P(ill | positive)."""
    people = np.array([[90, 495], [10, 9405]]) / 10_000  # rows: positive, negative
    often = people.sum(axis=1)
    ill = people / often[:, np.newaxis]
    says = np.array([[0.9, 0.1], [0.001, 0.999]])
    bills, left = cross_entropy(ill, says, base=2), entropy(ill, base=2)
    unseen = entropy([0.01, 0.99], base=2)
    mistakes = [
        (bills.mean(), "`loss` gives both results the same weight; a positive one is much rarer."),
        (unseen, "`loss` is what somebody pays who never looks at the test."),
        (often @ left, "`loss` is what somebody with the right beliefs pays; the doctor's are different."),
    ]
    close("loss", loss, often @ bills, unit="bits", mistakes=mistakes)
    mistakes = [
        (left.mean(), "`floor` gives both results the same weight; a positive one is much rarer."),
        (unseen, "`floor` is what is unknown before the test; some of it is known afterwards."),
        (unseen - often @ left, "`floor` is what the test tells; what does it leave open?"),
        (often @ entropy(says, base=2), "`floor` is the entropy of what the doctor says; how many are really ill?"),
    ]
    close("floor", floor, often @ left, unit="bits", mistakes=mistakes)
    mistakes = [
        ((bills - left).mean(), "`waste` gives both results the same weight; a positive one is much rarer."),
        (often @ bills - unseen, "`waste` is what looking costs her; how far above the floor is her loss?"),
        (often @ kl_divergence(says, ill, base=2), "`waste` has its arguments swapped; the truth comes first."),
    ]
    close("waste", waste, often @ (bills - left), unit="bits", mistakes=mistakes)


@exercise("shared-information-whispers")
def whispers(heard, two):
    """A bit that may be misheard, once and twice."""

    def bits(e):
        return 1 - entropy([e, 1 - e], base=2)

    for e in (0.1, 0.0, 0.5, 1.0, 0.3, 0.9):
        mistakes = [
            (1 - bits(e), f"`heard({e})` is what is still unknown about the original bit."),
            (1 - e, f"`heard({e})` is the probability that the bit is heard rightly."),
        ]
        if e > 0.5:
            mistakes.insert(0, (0.0, f"`heard({e})` is 0; but somebody who mostly hears the opposite knows a lot."))
        gives(heard, (e,), bits(e), label="heard", unit="bits", mistakes=mistakes)
    mistakes = [
        (bits(0.1), "`two` is what is left after one whisper."),
        (bits(0.1) ** 2, "`two` multiplies what each whisper leaves; how probable is it that the bit arrives flipped?"),
        (bits(0.2), "`two` takes the flips to add up to 0.2; but two flips bring the bit back."),
        (bits(0.01), "`two` takes only the double flip for an error, and that one brings the bit back."),
        (bits(0.19), "`two` counts the double flip as an error; it brings the bit back."),
    ]
    close("two", two, bits(0.18), unit="bits", mistakes=mistakes)


@exercise("shared-information-clues")
def clues(alone, together):
    """Two coins, and whether they differ."""
    mistakes = [
        (1.0, "`alone` is the entropy of Z; given one coin, how probable is it that the other one differs?"),
        (0.5, "`alone` shares the one bit out between the coins; compute it from the table of one coin and Z."),
    ]
    close("alone", alone, 0.0, unit="bits", mistakes=mistakes)
    mistakes = [
        (0.0, "`together` adds up what each coin tells alone."),
        (2.0, "`together` is the entropy of the two coins; Z has less than that."),
    ]
    close("together", together, 1.0, unit="bits", mistakes=mistakes)
