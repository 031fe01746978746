"""Checks of the chapter *A fair match*."""

import math

from . import close, exercise, gives, numbers


@exercise("fair-match-units")
def units(per_byte, file):
    """Three losses in bits a byte, and the shortest file."""
    found = numbers("per_byte", per_byte, (3,))
    right = [3.2 / math.log(2) * 0.22, math.log2(450) * 0.18, 1.1]
    mistakes = [
        [
            (3.2 * 0.22, "The first model's loss is in nats; how many bits are that?"),
            (3.2 / math.log(2), "The first number is in bits a token; how many tokens are there for each byte?"),
            (math.log2(3.2) * 0.22, "The first model reports a loss and no perplexity, so it needs no logarithm."),
            (3.2 / math.log(2) / 0.22, "Divide the bill for the whole text by its bytes: tokens are fewer than bytes."),
        ],
        [
            (math.log(450) * 0.18, "The second number is in nats; take the logarithm to base 2."),
            (math.log2(450), "The second number is in bits a word; how many words are there for each byte?"),
            (450 * 0.18, "The second model reports a perplexity; its logarithm is the loss."),
            (2 ** (math.log2(450) * 0.18), "The second number is a perplexity a byte; bits are asked for."),
        ],
        [],
    ]
    for i, (answer, value) in enumerate(zip(found, right, strict=True)):
        close(f"per_byte[{i}]", answer, value, mistakes=mistakes[i], relative=1e-3)
    size = min(right) * 1_000_000 / 8
    mistakes = [
        (size * 8, "`file` is in bits, and bytes are asked for."),
        (max(right) * 1_000_000 / 8, "`file` is that of the worst model; fewer bits a byte are better."),
        (1.1 * 1_000_000 / 8, "`file` is that of the third model, which isn't the best."),
    ]
    close("file", file, size, mistakes=mistakes, relative=1e-3)


@exercise("fair-match-authors")
def authors(alice_pays, play_pays):
    """What each of two texts pays for the other author's reader."""
    alice, play = (2.1205, 3.4152), (2.2608, 3.7472)
    for label, answer, (own, other) in (("alice_pays", alice_pays, alice), ("play_pays", play_pays, play)):
        mistakes = [
            (own - other, f"`{label}` is negative: subtract what the text pays with its own reader."),
            (other, f"`{label}` is the whole loss with the other's reader; how much *more* is that?"),
            (own, f"`{label}` is the loss with the text's own reader; how much more does the other's cost?"),
            ((other - own) * math.log(2), f"`{label}` is in nats, and bits are asked for."),
        ]
        close(label, answer, other - own, unit="bits", mistakes=mistakes, absolute=2e-3)


@exercise("fair-match-windows")
def windows(begin):
    """Where the window begins that scores a byte first."""
    for window, stride in ((12, 12), (12, 9), (12, 6), (5, 2), (4, 1)):
        for i in range(40):
            right = next(b for b in range(0, i + 1, stride) if b + window > i)
            mistakes = [
                (i // stride * stride, "`begin` takes the last window that has the byte; the first one scores it."),
                (-(-max(i - window, 0) // stride) * stride, "A window that begins at b ends before b + window."),
                (max(i - window, 0), "`begin` forgets that windows begin only at multiples of the stride."),
                (max(i - window + 1, 0), "`begin` forgets that windows begin only at multiples of the stride."),
            ]
            gives(begin, (i, window, stride), right, label="begin", mistakes=mistakes)


@exercise("fair-match-longer")
def longer(needed):
    """How much text a lead needs until it is twice its error."""
    for lead, error, size in ((0.0026, 0.0064, 15_000), (0.05, 0.01, 1000), (0.01, 0.03, 500)):
        mistakes = [
            (size * 2 * error / lead, "Four times as much text only halves an error."),
            (size * (error / lead) ** 2, "`needed` waits until the lead is *once* its error; twice is asked for."),
            (2 * size * (error / lead) ** 2, "Double the ratio of error and lead *before* you square it."),
            (size * (lead / (2 * error)) ** 2, "`needed` is upside down: a smaller lead needs *more* text."),
        ]
        gives(needed, (lead, error, size), size * (2 * error / lead) ** 2, label="needed", mistakes=mistakes)


@exercise("fair-match-spellings")
def spellings(every_cut):
    """The probability of a word, whatever its tokens."""
    q = {"t": 0.1, "h": 0.1, "e": 0.1, "th": 0.1, "he": 0.2, "the": 0.4}
    cases = (("the", 0.431), ("he", 0.21), ("t", 0.1), ("thet", 0.0431), ("hehe", 0.0441), ("cat", 0.0))
    for word, right in cases:
        whole = q.get(word, 0)
        single = math.prod(q.get(letter, 0) for letter in word)
        mistakes = [
            (whole, "`every_cut` knows the word only as one token; it may also be cut into several."),
            (single, "`every_cut` takes single letters alone; longer tokens may spell the word, too."),
            (whole + single, "`every_cut` forgets the cuts between: *th* and *e*, or *t* and *he*."),
        ]
        gives(every_cut, (word, q), right, label="every_cut", mistakes=mistakes)
