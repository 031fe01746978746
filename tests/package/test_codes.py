"""Prefix codes and arithmetic coding: best lengths, whole texts, and files that nobody wrote."""

import itertools
import math
import re
import zlib

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import crossentropy as ce
from crossentropy.codes import FixedModel

SKIES = [1 / 2, 1 / 4, 1 / 8, 1 / 8]


class CountingModel:
    """Learns: each symbol is as probable as it was frequent, counted from 1."""

    def __init__(self, symbols):
        self.counts = [1] * symbols

    def probabilities(self):
        total = sum(self.counts)
        return [count / total for count in self.counts]

    def update(self, symbol):
        self.counts[symbol] += 1


def surprise(symbols, model):
    """The bits that a model finds in a text."""
    bits = 0.0
    for symbol in symbols:
        bits -= math.log2(model.probabilities()[symbol])
        model.update(symbol)
    return bits


# Kraft, canonical codes -----------------------------------------------------------------------------


def test_kraft_sum_of_known_codes():
    assert ce.kraft_sum([1, 2, 3, 3]) == 1
    assert ce.kraft_sum([2, 2, 2, 2]) == 1
    assert ce.kraft_sum([1, 1, 2]) == 1.25
    assert ce.kraft_sum([1, 1, 2, 2, 2], base=3) == 1
    assert ce.kraft_sum(np.array([5], np.uint8)) == 1 / 32
    assert ce.kraft_sum([1, 5000]) == 0.5


@given(st.lists(st.integers(1, 12), min_size=1, max_size=40))
def test_words_exist_exactly_if_the_kraft_sum_is_at_most_one(lengths):
    if ce.kraft_sum(lengths) > 1:
        with pytest.raises(ValueError, match=r"lengths\[\d+\] = \d+ finds no room: the Kraft sum is "):
            ce.code_from_lengths(lengths)
        return
    words = ce.code_from_lengths(lengths)
    assert [len(word) for word in words] == lengths
    assert set("".join(words)) <= {"0", "1"}
    assert not any(b.startswith(a) for a, b in itertools.permutations(words, 2))


def test_the_code_is_canonical():
    """RFC 1951, section 3.2.2: lengths 3, 3, 3, 3, 3, 2, 4, 4 of the letters A–H."""
    words = ce.code_from_lengths([3, 3, 3, 3, 3, 2, 4, 4])
    assert words == ["010", "011", "100", "101", "110", "00", "1110", "1111"]


def test_a_budget_that_rounding_cannot_see():
    assert ce.kraft_sum([1, 1, 60]) == 1
    with pytest.raises(ValueError, match=r"lengths\[2\] = 60 finds no room"):
        ce.code_from_lengths([1, 1, 60])


# Huffman --------------------------------------------------------------------------------------------


def test_huffman_of_the_four_skies():
    assert ce.huffman_code(SKIES) == ["0", "10", "110", "111"]
    assert ce.huffman_code([1.0]) == ["0"]
    assert ce.huffman_code([0.0, 1.0]) == ["0", "1"]


@given(st.lists(st.integers(0, 20), min_size=2, max_size=5))
def test_no_lengths_beat_huffman(counts):
    """Against every tuple of lengths that a prefix code can have."""
    assume(sum(counts))
    p = np.array(counts) / sum(counts)
    lengths = [len(word) for word in ce.huffman_code(p)]
    best = min(
        sum(n * length for n, length in zip(counts, tried, strict=True))
        for tried in itertools.product(range(1, len(counts)), repeat=len(counts))
        if sum(2.0**-length for length in tried) <= 1
    )
    assert sum(n * length for n, length in zip(counts, lengths, strict=True)) == best
    assert ce.kraft_sum(lengths) == 1


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=60))
def test_huffman_lies_within_a_bit_of_the_entropy(weights):
    p = np.array(weights) / np.sum(weights)
    mean = sum(p_i * len(word) for p_i, word in zip(p, ce.huffman_code(p), strict=True))
    assert ce.entropy(p, base=2) - 1e-9 <= mean < ce.entropy(p, base=2) + 1


def test_published_huffman_codes():
    """Mean lengths: MacKay (2003), example 5.15; Cover and Thomas (2006), section 5.8."""
    for p, bits in [([0.25, 0.25, 0.2, 0.15, 0.15], 2.3), ([1 / 3, 1 / 3, 1 / 4, 1 / 12], 2.0)]:
        assert sum(p_i * len(w) for p_i, w in zip(p, ce.huffman_code(p), strict=True)) == pytest.approx(bits)


# Arithmetic coding ----------------------------------------------------------------------------------


@st.composite
def texts(draw):
    """A number of symbols, and a text of them: random, or one piece over and over."""
    size = draw(st.sampled_from([1, 2, 5, 300]))
    piece = draw(st.lists(st.integers(0, size - 1), max_size=20))
    return size, piece * draw(st.sampled_from([1, 1, 20]))


@given(texts())
def test_a_text_comes_back_and_is_as_long_as_its_surprise(text):
    size, symbols = text
    code, bits = ce.arithmetic_encode(symbols, CountingModel(size)), surprise(symbols, CountingModel(size))
    assert ce.arithmetic_decode(code, CountingModel(size)) == symbols
    assert bits + 49.9 <= 8 * len(code) <= bits + 58.1  # the checksum and the mark at the end


@given(st.lists(st.integers(0, 3), max_size=60), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_a_model_that_never_learns(symbols, weights):
    assume(sum(weights) > 1e-300)
    p = np.array(weights) / np.sum(weights)
    if any(p[symbol] == 0 for symbol in symbols):
        place = next(i for i, symbol in enumerate(symbols) if p[symbol] == 0)
        with pytest.raises(ValueError, match=rf"symbols\[{place}\] = \d has probability 0 in the model"):
            ce.arithmetic_encode(symbols, FixedModel(p))
    else:
        code = ce.arithmetic_encode(symbols, FixedModel(p))
        assert ce.arithmetic_decode(code, FixedModel(p)) == symbols


def test_large_and_lopsided_texts():
    """A hundred thousand near-certain symbols hardly cost anything, and a rare one its price."""
    p = [1 - 2**-20, 2**-20]
    symbols = [0] * 100_000
    symbols[77_777] = 1
    code = ce.arithmetic_encode(symbols, FixedModel(p))
    assert ce.arithmetic_decode(code, FixedModel(p)) == symbols
    assert len(code) <= (20 + 0.3 + 58.6) / 8
    assert len(ce.arithmetic_encode([0] * 10_000, FixedModel([1.0]))) == 7


def test_carries_run_through_whole_rows_of_digits():
    """Symbols at the upper end of the interval keep its digits at 255 until a last one tips them over."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        p = rng.dirichlet(np.full(3, 0.3))
        p /= p.sum()
        symbols = [2] * int(rng.integers(1, 60)) + rng.integers(0, 3, 3).tolist()
        if min(p) > 0:
            code = ce.arithmetic_encode(symbols, FixedModel(p))
            assert ce.arithmetic_decode(code, FixedModel(p)) == symbols


def test_arrays_and_bytes_are_texts_too():
    uniform = FixedModel(np.full(256, 1 / 256))
    data = bytes(range(256))
    code = ce.arithmetic_encode(data, uniform)
    assert code == ce.arithmetic_encode(np.frombuffer(data, np.uint8), uniform)
    assert bytes(ce.arithmetic_decode(bytearray(code), uniform)) == data
    assert ce.arithmetic_decode(ce.arithmetic_encode([], uniform), uniform) == []


class LowPrecision(FixedModel):
    """Answers with an array of float32."""

    def probabilities(self):
        return np.asarray(self.p, np.float32)


def test_a_model_may_answer_with_an_array():
    symbols = [0, 1, 2, 3, 3, 0] * 50
    code = ce.arithmetic_encode(symbols, LowPrecision(SKIES))
    assert code == ce.arithmetic_encode(symbols, FixedModel(SKIES))


def test_the_code_is_the_same_everywhere():
    """Recorded: 3,000 digits of a chaotic map in whole numbers, under a model that learns."""
    symbols, state = [], 1
    for _ in range(3000):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        symbols.append((state >> 16) % 10 * ((state >> 20) % 10) % 7)
    code = ce.arithmetic_encode(symbols, CountingModel(7))
    assert ce.arithmetic_decode(code, CountingModel(7)) == symbols
    assert (len(code), code[:8].hex(), code[-8:].hex()) == RECORDED


RECORDED = (975, "bce902865b39c2b5", "017d8d1ce502814e")


class MacKay:
    """MacKay (2003), section 6.2: a, b and the end □; Laplace's rule for the letters, and 0.15 for the end."""

    def __init__(self):
        self.counts = [1, 1]

    def probabilities(self):
        return [0.85 * n / sum(self.counts) for n in self.counts] + [0.15]

    def update(self, symbol):
        if symbol < 2:
            self.counts[symbol] += 1


def test_mackays_text():
    """bbba□: probability 0.003915, which is 7.997 bits."""
    bits = surprise([1, 1, 1, 0, 2], MacKay())
    assert f"{2**-bits:.6f}" == "0.003915"
    assert f"{bits:.3f}" == "7.997"
    assert ce.arithmetic_decode(ce.arithmetic_encode([1, 1, 1, 0, 2], MacKay()), MacKay()) == [1, 1, 1, 0, 2]


# Files that nobody wrote ----------------------------------------------------------------------------


def sealed(digits):
    """With the checksum that lets them pass."""
    return zlib.crc32(digits).to_bytes(4) + digits


@given(st.binary(max_size=60))
def test_foreign_files_are_refused(code):
    with pytest.raises(ValueError, match=rf"^code \({len(code)} bytes\) is cut off, damaged or foreign"):
        ce.arithmetic_decode(code, CountingModel(5))


def test_cut_and_damaged_files_are_refused():
    code = ce.arithmetic_encode([0, 1, 2, 3, 2, 1, 0, 0] * 10, CountingModel(4))
    damaged = [code[:end] for end in range(len(code))] + [code + b"\0", code + b"x"]
    damaged += [(int.from_bytes(code) ^ 1 << bit).to_bytes(len(code)) for bit in range(8 * len(code))]
    for file in damaged:
        with pytest.raises(ValueError, match="its checksum is wrong"):
            ce.arithmetic_decode(file, CountingModel(4))


DIGITS = st.binary(max_size=20) | st.builds(lambda byte, n: bytes([byte]) * n, st.integers(0, 255), st.integers(0, 20))


@given(DIGITS)
def test_digits_past_the_checksum_are_refused_or_those_of_a_text(digits):
    try:
        symbols = ce.arithmetic_decode(sealed(digits), FixedModel(SKIES))
    except ValueError as error:
        expected = r"code comes from another model: after \d+ symbols|code \(4 bytes\)"
        assert re.match(expected, str(error))  # noqa: PT017
    else:
        assert ce.arithmetic_encode(symbols, FixedModel(SKIES)) == sealed(digits)


def test_cut_and_longer_digits_are_refused_also_past_the_checksum():
    digits = ce.arithmetic_encode([0, 1, 2, 3, 2, 1, 0, 0] * 10, CountingModel(4))[4:]
    for file in [*(digits[:end] for end in range(1, len(digits))), digits + b"\0", digits + b"xy", digits + bytes(30)]:
        with pytest.raises(ValueError, match=r"code comes from another model: after \d+ symbols"):
            ce.arithmetic_decode(sealed(file), CountingModel(4))


def test_another_number_of_the_same_text_is_refused():
    """The part of a text holds several numbers of the code's length, and only the first is its code."""
    digits = ce.arithmetic_encode([0, 1, 2] * 5, FixedModel(SKIES))[4:]
    for more in range(1, 40):
        file = (int.from_bytes(digits) + more).to_bytes(len(digits))
        with pytest.raises(ValueError, match="comes from another model"):
            ce.arithmetic_decode(sealed(file), FixedModel(SKIES))


def test_decoding_stops_soon_after_the_last_digit():
    uniform = FixedModel([1 / 256] * 256)
    with pytest.raises(ValueError, match=r"comes from another model: after \d+ symbols") as error:
        ce.arithmetic_decode(sealed(bytes(10)), uniform)
    assert int(re.search(r"after (\d+)", str(error.value))[1]) <= 10 + 9


def test_another_model_gives_an_error():
    code = ce.arithmetic_encode([0, 1, 2, 3] * 20, FixedModel(SKIES))
    with pytest.raises(ValueError, match=r"comes from another model: after \d+ symbols"):
        ce.arithmetic_decode(code, FixedModel([1 / 4, 1 / 2, 1 / 8, 1 / 8]))
    with pytest.raises(ValueError, match="comes from another model: after 0 symbols"):
        ce.arithmetic_decode(sealed(b"\0" * 5), FixedModel([0.0, 1.0]))


# Bad input ------------------------------------------------------------------------------------------


class Sloppy(FixedModel):
    """States what it is told to, whether a distribution or not."""

    def __init__(self, p):
        self.p = p


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ce.kraft_sum([]), ValueError, "lengths is empty"),
        (lambda: ce.kraft_sum(3), ValueError, r"lengths has shape \(\), expected one axis"),
        (lambda: ce.kraft_sum([[1, 2]]), ValueError, r"lengths has shape \(1, 2\)"),
        (lambda: ce.kraft_sum([1.0, 2.0]), TypeError, "lengths holds float64, expected integers"),
        (lambda: ce.kraft_sum([True]), TypeError, "lengths holds bool"),
        (lambda: ce.kraft_sum([2, 0]), ValueError, r"lengths\[1\] = 0 is below 1"),
        (lambda: ce.kraft_sum([2], base=1), ValueError, "base = 1 is below 2"),
        (lambda: ce.kraft_sum([2], base=2.0), TypeError, "base = 2.0 is not an integer"),
        (lambda: ce.code_from_lengths([-1]), ValueError, r"lengths\[0\] = -1 is below 1"),
        (lambda: ce.code_from_lengths(["1"]), TypeError, "lengths holds"),
        (lambda: ce.code_from_lengths([1, 2, 2, 3]), ValueError, r"lengths\[3\] = 3 finds .* Kraft sum is 1.125"),
        (lambda: ce.huffman_code([0.5, 0.4]), ValueError, "p sums to 0.9"),
        (lambda: ce.huffman_code([]), ValueError, "p is empty"),
        (lambda: ce.huffman_code([[0.5, 0.5]]), ValueError, r"p has shape \(1, 2\)"),
        (lambda: FixedModel([1.5, -0.5]), ValueError, r"p\[1\] = -0.5 is negative"),
        (lambda: ce.arithmetic_encode([0, 4], FixedModel(SKIES)), ValueError, r"symbols\[1\] = 4 is outside 0..3"),
        (lambda: ce.arithmetic_encode([-1], FixedModel(SKIES)), ValueError, r"symbols\[0\] = -1 is outside 0..3"),
        (lambda: ce.arithmetic_encode([0, 1.0], FixedModel(SKIES)), TypeError, r"symbols\[1\] = 1.0 is not an int"),
        (lambda: ce.arithmetic_encode([True], FixedModel(SKIES)), TypeError, r"symbols\[0\] = True"),
        (lambda: ce.arithmetic_encode("ab", FixedModel(SKIES)), TypeError, r"symbols\[0\] = 'a'"),
        (lambda: ce.arithmetic_encode([0], Sloppy([0.5, 0.4])), ValueError, r"model.probabilities\(\) sums to 0.9"),
        (lambda: ce.arithmetic_encode([0], Sloppy([1.5, -0.5])), ValueError, r"probabilities\(\)\[1\] = -0.5"),
        (lambda: ce.arithmetic_encode([0], Sloppy([math.nan, 1])), ValueError, r"\[0\] = nan is not a number"),
        (lambda: ce.arithmetic_encode([0], Sloppy([])), ValueError, r"model.probabilities\(\) is empty"),
        (lambda: ce.arithmetic_encode([], Sloppy([2**-17] * 2**17)), ValueError, "131072 symbols, expected at most"),
        (lambda: ce.arithmetic_decode("abc", FixedModel(SKIES)), TypeError, r"code is of type str.*code.encode\(\)"),
        (lambda: ce.arithmetic_decode([1, 2], FixedModel(SKIES)), TypeError, "code is of type list, expected bytes$"),
        (
            lambda: ce.arithmetic_decode(sealed(b"abc"), Sloppy([0.5])),
            ValueError,
            r"probabilities\(\) sums to 0.5",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("symbols", [{1, 0}, {0: 1}, None, 5])
def test_symbols_have_an_order(symbols):
    with pytest.raises(
        TypeError, match=f"^symbols is of type {type(symbols).__name__}, expected symbols in their order$"
    ):
        ce.arithmetic_encode(symbols, FixedModel([0.5, 0.5]))


def test_a_fixed_model_keeps_what_it_was_told():
    model = FixedModel([0.5, 0.5])
    model.probabilities()[0] = 9
    assert model.probabilities() == [0.5, 0.5]
