"""Checks of the chapter *What comes next?*."""

import math

import numpy as np

from . import call, close, exercise, expect, gives, numbers


@exercise("language-models-hand")
def by_hand(c_after_a, r_after_a):
    """Three estimates of what follows a letter."""
    answers = {"c_after_a": (c_after_a, 1), "r_after_a": (r_after_a, 0)}
    for label, (answer, count) in answers.items():
        found = numbers(label, answer, (3,))
        n, kinds, letters = 4, 3, 5
        close(
            f"{label}[0]",
            found[0],
            count / n,
            mistakes=[(count / 5, "There are five a's, but nothing follows the last one.")],
        )
        mistakes = [
            ((count + 1) / (n + kinds), "Add-one pretends one more of *each* of the five letters, seen or not."),
            ((count + 1) / (n + 256), "The alphabet has five letters here, and not 256."),
            ((count + 1) / (n + 1), "Add-one adds to the count of every letter, so the sum grows by more than 1."),
            ((count + 1) / n, f"`{label}[1]` forgets that the sum of the counts grows, too."),
        ]
        close(f"{label}[1]", found[1], (count + 1) / (n + letters), mistakes=mistakes)
        kept = max(count - 0.5, 0)
        mistakes = [
            (kept / n, f"`{label}[2]` takes the discount away, but nothing comes back from the uniform guess."),
            ((kept + 0.5 / letters) / n, "Each different follower lends ½, and there are three of them."),
            ((kept + 0.5 * n / letters) / n, "Each *different* follower lends ½, however often it came."),
            ((kept + 0.5 * kinds / (letters - kinds)) / n, "The uniform guess gives a share to all five letters."),
            ((kept + 0.5 * kinds / 256) / n, "The alphabet has five letters here, and not 256."),
        ]
        close(f"{label}[2]", found[2], (kept + 0.5 * kinds / letters) / n, mistakes=mistakes)


@exercise("language-models-units")
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


@exercise("language-models-authors")
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


@exercise("language-models-windows")
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


@exercise("language-models-heat")
def heat(cool):
    """A distribution at another temperature."""
    for q, temperature in (([0.6, 0.3, 0.1], 0.5), ([0.5, 0.25, 0.25, 0.0], 2.0), ([0.7, 0.2, 0.1], 1.0)):
        q = np.array(q)
        right, turned, softmax = q ** (1 / temperature), q**temperature, np.exp(q / temperature)
        mistakes = [
            (turned / turned.sum(), "`cool` has T upside down: a low temperature should make the largest share grow."),
            (right, "What `cool` returns doesn't sum to 1."),
            (softmax / softmax.sum(), "`cool` divides the probabilities by T; divide their logarithms."),
        ]
        gives(cool, (q, temperature), right / right.sum(), label="cool", mistakes=mistakes)


@exercise("language-models-ranks")
def ranks(from_ranks):
    """The text that belongs to a list of ranks."""
    alphabet = list(range(256))

    def after_last(past):
        """The guesser starts from the last byte and counts up."""
        start = past[-1] if past else ord("a")
        return alphabet[start:] + alphabet[:start]

    for sent, right in (([1], b"a"), ([3, 1, 2], b"ccd"), ([], b""), ([2, 256, 256], b"ba`")):
        text = call(from_ranks, sent, after_last, label="from_ranks")
        expect(isinstance(text, bytes | bytearray), "`from_ranks` should return bytes.")
        expect(len(text) == len(sent), f"`from_ranks` returned {len(text)} bytes for {len(sent)} ranks.")
        late = b"".join(bytes([after_last(b"")[rank - 1]]) for rank in sent)
        expect(text == right or text != late, "Every guess was made after an empty past; append each byte as it comes.")
        expect(text == right, "`from_ranks` doesn't give the text back. Rank 1 is the *first* guess, at index 0.")
