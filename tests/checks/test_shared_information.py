"""Checks of the chapter *Shared information*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases


def h(*p):
    p = np.ravel(p)
    p = p[p > 0]
    return float(-np.sum(p * np.log2(p)))


JOINT = np.array([[0.009, 0.001], [0.0495, 0.9405]])
ILL = 0.009 / 0.0585
TOLD = h(0.01, 0.99) + h(0.0585, 0.9415) - h(JOINT)
TEST = (h(0.01, 0.99), TOLD, h(ILL, 1 - ILL))

# The doctor's bills for all who tested positive, and negative.
POSITIVE = -(90 * math.log2(0.9) + 495 * math.log2(0.1))
NEGATIVE = -(10 * math.log2(0.001) + 9405 * math.log2(0.999))
LOSS = (POSITIVE + NEGATIVE) / 10_000
FLOOR = h(JOINT) - h(0.0585, 0.9415)
DOCTOR = (LOSS, FLOOR, LOSS - FLOOR)
HAND = (1, 0.5, h(0.75, 0.25) - 0.5)


def heard(e):
    return 1 - h(e, 1 - e)


TWICE = heard(0.18)

RIGHT = {
    "shared-information-hand": (HAND,),
    "shared-information-test": TEST,
    "shared-information-doctor": DOCTOR,
    "shared-information-whispers": (heard, TWICE),
    "shared-information-clues": (0.0, 1.0),
}

WRONG = {
    "shared-information-hand": {
        "rows for columns": (((h(0.75, 0.25), *HAND[1:]),), "belong to X"),
        "given the other": (((1, 1.5 - h(0.75, 0.25), HAND[2]),), "H(X|Y)"),
        "rows not weighed": (((1, 1, HAND[2]),), "weigh each"),
        "a plain sum": (((1, 0.5, 1 + h(0.75, 0.25)),), "adds H(X) and H(Y)"),
        "what is left": (((1, 0.5, 0.5),), "not what they share"),
        "two numbers": (((1, 0.5),), "has shape (2,)"),
    },
    "shared-information-test": {
        "nats": (tuple(np.array(TEST) * math.log(2)), "in nats"),
        "entropy of the result": ((h(0.0585, 0.9415), *TEST[1:]), "the test's result"),
        "what is left": ((TEST[0], TEST[0] - TOLD, TEST[2]), "still unknown"),
        "noise": ((TEST[0], h(JOINT) - TEST[0], TEST[2]), "the noise"),
        "half of them ill": ((TEST[0], 0.5970, TEST[2]), "too large"),
        "probability": ((*TEST[:2], ILL), "the entropy is asked for"),
        "fallacy of the base rate": ((*TEST[:2], h(0.9, 0.1)), "takes P(positive | ill)"),
        "average": ((*TEST[:2], TEST[0] - TOLD), "is an average"),
    },
    "shared-information-doctor": {
        "nats": (tuple(np.array(DOCTOR) * math.log(2)), "in nats"),
        "results not weighed": (((POSITIVE / 585 + NEGATIVE / 9415) / 2, *DOCTOR[1:]), "same weight"),
        "without looking": ((TEST[0], *DOCTOR[1:]), "never looks"),
        "right beliefs": ((FLOOR, *DOCTOR[1:]), "right beliefs"),
        "before the test": ((LOSS, TEST[0], LOSS - TEST[0]), "before the test"),
        "what it tells": ((LOSS, TOLD, DOCTOR[2]), "what the test tells"),
        "her own entropy": ((LOSS, 0.0585 * h(0.9, 0.1) + 0.9415 * h(0.001, 0.999), DOCTOR[2]), "what the doctor says"),
        "floors not weighed": ((LOSS, (h(ILL, 1 - ILL) + h(10 / 9415, 9405 / 9415)) / 2, DOCTOR[2]), "same weight"),
        "cost of looking": ((LOSS, FLOOR, LOSS - TEST[0]), "what looking costs"),
    },
    "shared-information-whispers": {
        "what is lost": ((lambda e: h(e, 1 - e), TWICE), "still unknown"),
        "probability": ((lambda e: 1 - e, TWICE), "probability that the bit"),
        "no bit from the opposite": ((lambda e: heard(e) if e <= 0.5 else 0.0, TWICE), "mostly hears the opposite"),
        "nats": ((lambda e: heard(e) * math.log(2), TWICE), "in nats"),
        "one whisper": ((heard, heard(0.1)), "after one whisper"),
        "multiplied": ((heard, heard(0.1) ** 2), "multiplies"),
        "flips add": ((heard, heard(0.2)), "add up to 0.2"),
        "any flip": ((heard, heard(0.19)), "counts the double flip"),
        "double flip": ((heard, heard(0.01)), "only the double flip"),
    },
    "shared-information-clues": {
        "of Z": ((1, 1), "entropy of Z"),
        "shared out": ((0.5, 1), "shares the one bit out"),
        "summed": ((0, 0), "adds up"),
        "of both coins": ((0, 2), "two coins"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
