"""Checks of the chapter *A fair match*: right answers pass, and each typical mistake gets its hint."""

import math

from tests.checks import cases

PER_BYTE = [3.2 / math.log(2) * 0.22, math.log2(450) * 0.18, 1.1]
FILE = PER_BYTE[0] * 125_000


def begin(i, window, stride):
    return stride * max(0, -((window - i - 1) // stride))


def needed(lead, error, size):
    return size * 4 * error**2 / lead**2


def every_cut(word, q):
    return 1 if not word else sum(p * every_cut(word[len(t) :], q) for t, p in q.items() if word.startswith(t))


RIGHT = {
    "fair-match-units": (PER_BYTE, FILE),
    "fair-match-authors": (1.2947, 1.4864),
    "fair-match-windows": (begin,),
    "fair-match-longer": (needed,),
    "fair-match-spellings": (every_cut,),
}

WRONG = {
    "fair-match-units": {
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
    "fair-match-authors": {
        "is negative": ((-1.2947, 1.4864), "is negative"),
        "the whole loss": ((1.2947, 3.7472), "is the whole loss"),
        "its own reader": ((2.1205, 1.4864), "the text's own reader"),
        "in nats (3)": ((1.2947, 1.4864 * math.log(2)), "in nats"),
    },
    "fair-match-windows": {
        "the last window": ((lambda i, window, stride: i // stride * stride,), "takes the last window"),
        "any place": ((lambda i, window, stride: max(i - window + 1, 0),), "only at multiples"),
        "one too few": ((lambda i, window, stride: begin(max(i - 1, 0), window, stride),), "ends before b + window"),
    },
    "fair-match-longer": {
        "not squared": ((lambda lead, error, size: size * 2 * error / lead,), "only halves an error"),
        "once": ((lambda lead, error, size: needed(lead, error, size) / 4,), "twice is asked for"),
        "doubled too late": ((lambda lead, error, size: needed(lead, error, size) / 2,), "*before* you square it"),
        "upside down": ((lambda lead, error, size: size * (lead / error / 2) ** 2,), "upside down"),
    },
    "fair-match-spellings": {
        "one token": ((lambda word, q: q.get(word, 0),), "only as one token"),
        "letters": ((lambda word, q: math.prod(q.get(x, 0) for x in word),), "single letters alone"),
        "two of the cuts": (
            (lambda word, q: q.get(word, 0) + math.prod(q.get(x, 0) for x in word),),
            "forgets the cuts between",
        ),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
