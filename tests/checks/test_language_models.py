"""Checks of the chapter *What comes next?*: right answers pass, and each typical mistake gets its hint."""

import numpy as np

from tests.checks import cases

C, R = [0.25, 2 / 9, 0.2], [0, 1 / 9, 0.075]


def quiet(text, s, b):
    return len({text[:i][-1:] for i in range(len(text)) if text[i : i + len(s + b)] == s + b})


def late(ranks, guesses):
    return bytes(guesses(b"")[rank - 1] for rank in ranks)


def cool(q, T):
    powers = [x ** (1 / T) for x in q]
    return [x / sum(powers) for x in powers]


def instead(p, q):
    missing = [max(a - b, 0) for a, b in zip(p, q, strict=True)]
    return [x / sum(missing) for x in missing]


def from_ranks(ranks, guesses):
    text = bytearray()
    for rank in ranks:
        text.append(guesses(bytes(text))[rank - 1])
    return bytes(text)


RIGHT = {
    "language-models-hand": (C, R),
    "language-models-quiet": (quiet,),
    "language-models-heat": (cool,),
    "language-models-draft": (instead,),
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
    "language-models-quiet": {
        "how often": ((lambda text, s, b: text.count(s + b),), "how often the string comes"),
        "no beginning": (
            (lambda text, s, b: quiet(text, s, b) - text.startswith(s + b),),
            "forgets that the beginning",
        ),
    },
    "language-models-heat": {
        "upside down": ((lambda q, T: cool(q, 1 / T),), "upside down"),
        "sum to 1": ((lambda q, T: q ** (1 / T),), "sum to 1"),
        "divide their logarithms": ((lambda q, T: np.exp(q / T) / np.exp(q / T).sum(),), "divide their logarithms"),
    },
    "language-models-draft": {
        "p again": ((lambda p, q: p,), "come too often"),
        "sum to 1": ((lambda p, q: np.maximum(p - q, 0),), "sum to 1"),
        "too often proposed": ((lambda p, q: np.abs(p - q) / np.abs(p - q).sum(),), "isn't missing"),
        "wrong way round": ((lambda p, q: instead(q, p),), "wrong way round"),
    },
    "language-models-ranks": {
        "after an empty past": ((late,), "after an empty past"),
        "at index 0": ((lambda ranks, guesses: from_ranks([r % 256 + 1 for r in ranks], guesses),), "at index 0"),
        "return bytes": ((lambda ranks, guesses: list(from_ranks(ranks, guesses)),), "return bytes"),
        "0 bytes for 1 ranks": ((lambda ranks, guesses: from_ranks(ranks, guesses)[1:],), "0 bytes for 1 ranks"),
    },
}
test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
