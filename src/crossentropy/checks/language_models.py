"""Checks of the chapter *What comes next?*."""

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


@exercise("language-models-quiet")
def quiet(quiet):
    """After how many different letters a string comes."""
    cases = (
        (b"abracadabra", b"a", b"b", 2),
        (b"abracadabra", b"b", b"r", 1),
        (b"abracadabra", b"", b"a", 4),
        (b"mock turtle, mock turtle", b"t", b"u", 1),
        (b"banana bandana", b"an", b"a", 3),
        (b"aaaa", b"a", b"a", 2),
        (b"abc", b"c", b"a", 0),
    )
    for text, s, b, right in cases:
        places = [i for i in range(len(text)) if text.startswith(s + b, i)]
        before = {text[i - 1] for i in places if i}
        mistakes = [
            (len(places), "`quiet` counts how often the string comes; count the *different* letters before it."),
            (len(before), "`quiet` forgets that the beginning of the text counts as one more."),
            (text.count(s + b), "`quiet` counts how often the string comes; count the *different* letters before it."),
        ]
        gives(quiet, (text, s, b), right, label="quiet", mistakes=mistakes)


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


@exercise("language-models-draft")
def draft(instead):
    """What to draw from if a proposal isn't kept."""
    for p, q in (
        ([0.5, 0.3, 0.2], [0.7, 0.1, 0.2]),
        ([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]),
        ([1.0, 0.0], [0.2, 0.8]),
    ):
        p, q = np.array(p), np.array(q)
        missing, apart, again = np.maximum(p - q, 0), np.abs(p - q), np.maximum(q - p, 0)
        mistakes = [
            (p, "If `instead` returns p, tokens that were kept often come too often in the end."),
            (missing, "What `instead` returns doesn't sum to 1."),
            (apart / apart.sum(), "A token that `q` proposes too often isn't missing, so it shouldn't be drawn again."),
            (again / again.sum(), "`instead` has p and q the wrong way round."),
        ]
        gives(instead, (p, q), missing / missing.sum(), label="instead", mistakes=mistakes)


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
