"""The compressor: every file comes back, is as short as the model says, and the same on every machine."""

import hashlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossentropy import language
from crossentropy.codes import FixedModel, arithmetic_decode, arithmetic_encode
from crossentropy.data import load_alice, load_as_you_like_it
from crossentropy.language import ByteModel, bits_per_byte, compress, decompress

ALICE = load_alice()
SAMPLE = ALICE[20_000:24_000]


@given(st.binary(max_size=300) | st.builds(lambda piece, n: piece * n, st.binary(max_size=8), st.integers(0, 200)))
@settings(max_examples=settings.default.max_examples * 3 // 5)
def test_data_come_back_within_16_bytes_of_the_cross_entropy(data):
    code = compress(data)
    assert decompress(code) == data
    bits = len(data) * bits_per_byte(data, ByteModel()) if data else 0
    assert len(code) <= bits / 8 + 8  # 16 are promised


@pytest.mark.slow
def test_long_dull_data():
    data = bytes(20_000)
    code = compress(data)
    assert decompress(code) == data
    assert len(code) < 20


@pytest.mark.slow
def test_alice_on_a_diet():
    """The whole book: shorter than any of the usual compressors, and the file that every other machine writes."""
    code = compress(ALICE)
    assert len(code) == 39_231
    assert hashlib.sha256(code).hexdigest() == "f32051f09e2720ae860c4cf6df4cf4f4a743a6320fe011a998c2a861bd73048b"


def test_a_page_of_alice_comes_back_the_same_everywhere():
    code = compress(SAMPLE)
    assert hashlib.sha256(code).hexdigest() == "847741c7c6a810f95220772420d505e9d259e2d089f7e9ca996d2d45db130cf5"
    assert decompress(code) == SAMPLE


def test_bytes_like_data():
    assert compress(bytearray(SAMPLE[:50])) == compress(memoryview(SAMPLE)[:50]) == compress(SAMPLE[:50])
    assert decompress(bytearray(compress(b"ab"))) == b"ab"


# The model ------------------------------------------------------------------------------------------


@given(st.binary(max_size=200), st.integers(0, 7), st.floats(0.01, 1))
def test_probabilities_are_a_distribution(data, order, discount):
    model = ByteModel(order, discount)
    for byte in data:
        model.update(byte)
    p = model.probabilities()
    assert len(p) == 256
    assert min(p) > 0
    assert math.fsum(p) == pytest.approx(1, abs=1e-12)


def test_the_model_by_hand():
    """After "aab" with order 1: "b" leads nowhere yet, and of three letters two kinds came."""
    model = ByteModel(1, 0.5)
    for byte in b"aab":
        model.update(byte)
    # Nothing followed "b". Counts of order 0: "a" 2 (the second was new after "a"), "b" 1 (new after "a").
    p = model.probabilities()
    rest = 0.5 * 2 / 3 / 256
    assert p[ord("a")] == pytest.approx(1.5 / 3 + rest)
    assert p[ord("b")] == pytest.approx(0.5 / 3 + rest)
    assert p[ord("c")] == pytest.approx(rest)


def test_update_exclusion_counts_only_up_to_the_first_that_knew():
    model = ByteModel(1)
    for byte in b"ababab":
        model.update(byte)
    assert model.counts == {b"": {97: 2, 98: 1}, b"a": {98: 3}, b"b": {97: 2}}


def test_a_model_with_too_many_contexts_starts_again(monkeypatch):
    monkeypatch.setattr(language, "MOST_CONTEXTS", 50)
    model = ByteModel()
    for byte in SAMPLE[:300]:
        model.update(byte)
        assert len(model.counts) <= 50 + 7
    assert decompress(compress(SAMPLE[:300])) == SAMPLE[:300]


@pytest.mark.slow
@pytest.mark.parametrize(("order", "bits"), [(0, "4.854"), (2, "3.008"), (6, "2.732")])
def test_bits_per_byte_of_a_play(order, bits):
    """Recorded."""
    assert f"{bits_per_byte(load_as_you_like_it()[:20_000], ByteModel(order)):.3f}" == bits


def test_bits_per_byte_of_other_models():
    assert bits_per_byte(b"hello", FixedModel([1 / 256] * 256)) == 8
    assert bits_per_byte(b"\0\1", FixedModel([1.0] + [0.0] * 255)) == math.inf


# Files that nobody wrote ----------------------------------------------------------------------------


@given(st.binary(max_size=2000))
def test_foreign_files_are_refused(code):
    with pytest.raises(ValueError, match=rf"^code \({len(code)} bytes\) is cut off, damaged or foreign"):
        decompress(code)


def test_cut_and_damaged_files_are_refused():
    code = compress(SAMPLE[:200])
    cut = [code[:end] for end in range(len(code))]
    flipped = [(int.from_bytes(code) ^ 1 << bit).to_bytes(len(code)) for bit in range(8 * len(code))]
    for file in cut + flipped:
        with pytest.raises(ValueError, match="its checksum is wrong"):
            decompress(file)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: compress("Alice"), TypeError, r"data is of type str, expected bytes.*data.encode\(\)"),
        (lambda: compress([65, 66]), TypeError, "data is of type list, expected bytes"),
        (lambda: decompress("Alice"), TypeError, "code is of type str"),
        (lambda: decompress(b""), ValueError, r"code \(0 bytes\) is cut off"),
        (lambda: bits_per_byte(b"", ByteModel()), ValueError, "data is empty"),
        (lambda: bits_per_byte("A", ByteModel()), TypeError, "data is of type str"),
        (lambda: ByteModel(-1), ValueError, "order = -1 is negative"),
        (lambda: ByteModel(2.0), TypeError, "order = 2.0 is not an integer"),
        (lambda: ByteModel(discount=0), ValueError, "discount = 0 leaves"),
        (lambda: ByteModel(discount=1.5), ValueError, r"discount = 1.5 is outside \[0, 1\]"),
        (lambda: ByteModel(discount="much"), TypeError, "discount = 'much' is not a real number"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("byte", [300, -1])
def test_a_number_that_is_no_byte_is_refused_before_it_is_counted(byte):
    model = ByteModel(0)
    with pytest.raises(ValueError, match=f"^byte = {byte} is outside 0..255$"):
        model.update(byte)
    with pytest.raises(TypeError, match=r"^byte = 'a' is not an integer$"):
        model.update("a")
    assert model.probabilities() == [1 / 256] * 256


def test_however_far_a_model_looks_back_no_byte_is_impossible():
    for model in (ByteModel(1000), ByteModel(6, 1e-60)):
        for byte in b"a" * 1500:
            model.update(byte)
        assert min(model.probabilities()) > 0
    text = b"a" * 600 + b"b"
    assert bytes(arithmetic_decode(arithmetic_encode(text, ByteModel(500)), ByteModel(500))) == text


@pytest.mark.parametrize(
    "p", [[2.0] * 256, [math.nan] * 256, [-1.0] + [1 / 128] * 255, [0.5, 0.5], [[1 / 256] * 256], None]
)
def test_a_model_that_states_no_distribution_of_bytes_is_refused(p):
    class Stated:
        def probabilities(self):
            return p

        def update(self, byte):
            pass

    with pytest.raises((ValueError, TypeError), match=r"^model\.probabilities\(\)"):
        bits_per_byte(b"abc", Stated())
    if p != [0.5, 0.5]:
        with pytest.raises((ValueError, TypeError), match=r"^model\.probabilities\(\)"):
            arithmetic_encode([0], Stated())


@pytest.mark.parametrize(
    "use", [lambda m: bits_per_byte(b"a", m), lambda m: arithmetic_encode([0], m), lambda m: arithmetic_decode(b"", m)]
)
def test_what_is_no_model_is_named(use):
    with pytest.raises(TypeError, match=r"^model is of type int, which has no probabilities$"):
        use(5)
    with pytest.raises(TypeError, match=r"^model is the class ByteModel, expected an object of it: ByteModel\(…\)$"):
        use(ByteModel)
