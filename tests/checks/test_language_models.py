"""Checks of the chapter *What comes next?*: right answers pass, and each typical mistake gets its hint."""

import math

import numpy as np

from tests.checks import cases

C, R = [0.25, 2 / 9, 0.2], [0, 1 / 9, 0.075]
PER_BYTE = [3.2 / math.log(2) * 0.22, math.log2(450) * 0.18, 1.1]
FILE = PER_BYTE[0] * 125_000


def late(ranks, guesses):
    return bytes(guesses(b"")[rank - 1] for rank in ranks)


def cool(q, T):
    powers = [x ** (1 / T) for x in q]
    return [x / sum(powers) for x in powers]


def begin(i, window, stride):
    return stride * max(0, -((window - i - 1) // stride))


def from_ranks(ranks, guesses):
    text = bytearray()
    for rank in ranks:
        text.append(guesses(bytes(text))[rank - 1])
    return bytes(text)


RIGHT = {
    "language-models-hand": (C, R),
    "language-models-units": (PER_BYTE, FILE),
    "language-models-authors": (1.2947, 1.4864),
    "language-models-windows": (begin,),
    "language-models-heat": (cool,),
    "language-models-ranks": (from_ranks,),
}

WRONG = {
    "language-models-hand": {
        "five a's": (([0.2, 2 / 9, 0.2], R), "nothing follows the last one"),
        "seen or not": (([0.25, 2 / 7, 0.2], R), "seen or not"),
        "not 256": (([0.25, 2 / 260, 0.2], R), "not 256"),
        "one more in all": (([0.25, 2 / 5, 0.2], R), "grows by more than 1"),
        "sum forgotten": (([0.25, 0.5, 0.2], R), "sum of the counts grows"),
        "nothing lent": (([0.25, 2 / 9, 0.125], R), "nothing comes back"),
        "one lends": (([0.25, 2 / 9, 0.15], R), "there are three of them"),
        "each lends": (([0.25, 2 / 9, 0.225], R), "however often it came"),
        "lent to the unseen alone": (([0.25, 2 / 9, 0.3125], R), "a share to all five letters"),
        "not 256 (2)": (([0.25, 2 / 9, 0.125 + 1.5 / 256 / 4], R), "not 256"),
        "seen or not (2)": ((C, [0, 1 / 7, 0.075]), "seen or not"),
    },
    "language-models-units": {
        "in nats": (([3.2 * 0.22, *PER_BYTE[1:]], FILE), "in nats"),
        "in bits a token": (([3.2 / math.log(2), *PER_BYTE[1:]], FILE), "in bits a token"),
        "no perplexity": (([math.log2(3.2) * 0.22, *PER_BYTE[1:]], FILE), "no perplexity"),
        "tokens are fewer": (([3.2 / math.log(2) / 0.22, *PER_BYTE[1:]], FILE), "tokens are fewer"),
        "base 2": (([PER_BYTE[0], math.log(450) * 0.18, 1.1], FILE), "base 2"),
        "in bits a word": (([PER_BYTE[0], math.log2(450), 1.1], FILE), "in bits a word"),
        "reports a perplexity": (([PER_BYTE[0], 81.0, 1.1], FILE), "reports a perplexity"),
        "perplexity a byte": (([PER_BYTE[0], 2 ** PER_BYTE[1], 1.1], FILE), "perplexity a byte"),
        "in bits": ((PER_BYTE, FILE * 8), "in bits"),
        "the worst model": ((PER_BYTE, PER_BYTE[1] * 125_000), "the worst model"),
        "the third model": ((PER_BYTE, 137_500), "the third model"),
    },
    "language-models-authors": {
        "is negative": ((-1.2947, 1.4864), "is negative"),
        "the whole loss": ((1.2947, 3.7472), "is the whole loss"),
        "its own reader": ((2.1205, 1.4864), "the text's own reader"),
        "in nats (3)": ((1.2947, 1.4864 * math.log(2)), "in nats"),
    },
    "language-models-windows": {
        "the last window": ((lambda i, window, stride: i // stride * stride,), "takes the last window"),
        "any place": ((lambda i, window, stride: max(i - window + 1, 0),), "only at multiples"),
        "one too few": ((lambda i, window, stride: begin(max(i - 1, 0), window, stride),), "ends before b + window"),
    },
    "language-models-heat": {
        "upside down": ((lambda q, T: cool(q, 1 / T),), "upside down"),
        "sum to 1": ((lambda q, T: q ** (1 / T),), "sum to 1"),
        "divide their logarithms": ((lambda q, T: np.exp(q / T) / np.exp(q / T).sum(),), "divide their logarithms"),
    },
    "language-models-ranks": {
        "after an empty past": ((late,), "after an empty past"),
        "at index 0": ((lambda ranks, guesses: from_ranks([r % 256 + 1 for r in ranks], guesses),), "at index 0"),
        "return bytes": ((lambda ranks, guesses: list(from_ranks(ranks, guesses)),), "return bytes"),
        "0 bytes for 1 ranks": ((lambda ranks, guesses: from_ranks(ranks, guesses)[1:],), "0 bytes for 1 ranks"),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
