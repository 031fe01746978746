"""Codes: probabilities turned into bits, with one word for each outcome or one number for a whole text.

Built in the chapter *A fraction of a digit*. A prefix code gives every outcome a word of whole bits, and Huffman's is
the best of them. Arithmetic coding spends fractions of a bit: a text of n symbols costs n times the cross-entropy
between the text and a model, and less than eight bytes more. The model is any object with two methods:

- `probabilities()` gives the probability of each symbol 0..K−1 to come next, as a sequence of K numbers with the sum 1;
- `update(symbol)` tells it which symbol came.

Encoder and decoder ask two copies of the model the same questions, so both copies must answer alike to the last bit.
Sums, products and quotients of Python's floats in a fixed order do on every machine; `exp`, `log`, the built-in `sum`
of floats (Python 3.12 changed it) and matrix products do not.
"""

import heapq
import math
import zlib
from bisect import bisect
from collections import abc
from itertools import count

from ._arguments import (
    byte_string,
    distribution,
    integer,
    no_float_warnings,
    number_array,
    offers,
    readable,
    stated_probabilities,
)

__all__ = ["FixedModel", "arithmetic_decode", "arithmetic_encode", "code_from_lengths", "huffman_code", "kraft_sum"]


# Prefix codes ---------------------------------------------------------------------------------------


def kraft_sum(lengths, *, base=2):
    r"""How much of the budget words of these lengths use up: :math:`\sum_i b^{-\ell_i}`.

    Built in the chapter *A fraction of a digit*. Words of these lengths form some prefix code exactly if the sum is at
    most 1 (Kraft), and no code that can be read at all has a larger one (McMillan).

    Parameters
    ----------
    lengths : array_like of int, shape (K,)
        Number of symbols in each word, at least 1.
    base : int, optional
        Number of symbols that words are made of; 2 for bits.

    Returns
    -------
    float
        The sum, correctly rounded for words of up to 1074 bits; longer ones count as 0.

    Raises
    ------
    ValueError
        If a length is below 1, there is none, `lengths` is no flat list, or `base` is below 2.
    TypeError
        If a length or `base` is not an integer.

    See Also
    --------
    code_from_lengths : words of these lengths.

    References
    ----------
    Kraft, L. G. (1949), *A Device for Quantizing, Grouping, and Coding Amplitude-Modulated Pulses*, MIT;
    McMillan, B. (1956), "Two Inequalities Implied by Unique Decipherability".

    Examples
    --------
    >>> from crossentropy import kraft_sum
    >>> print(kraft_sum([1, 2, 3, 3]), "of the budget, and", kraft_sum([1, 2, 2, 3]), "is too much")
    1.0 of the budget, and 1.125 is too much
    """
    lengths, base = _word_lengths(lengths), integer("base", base)
    if base < 2:
        raise ValueError(f"base = {base} is below 2; words need at least two symbols to choose from")
    return math.fsum(float(base) ** -length for length in lengths)


def code_from_lengths(lengths):
    """A prefix code whose words have these lengths: the canonical one, which counts upwards.

    Built in the chapter *A fraction of a digit*. The shortest words come first, and each word is the one before it plus
    1, with zeros appended up to its length. So the lengths alone tell a receiver the whole code.

    Parameters
    ----------
    lengths : array_like of int, shape (K,)
        Number of bits in each word, at least 1.

    Returns
    -------
    list of str
        K words of 0 and 1, in the order of the lengths; none is the beginning of another.

    Raises
    ------
    ValueError
        If the Kraft sum exceeds 1, a length is below 1, there is none, or `lengths` is no flat list.
    TypeError
        If a length is not an integer.

    See Also
    --------
    kraft_sum : whether there is such a code.
    huffman_code : the code with the best lengths.

    References
    ----------
    Schwartz, E. S. and Kallick, B. (1964), "Generating a canonical prefix encoding".

    Examples
    --------
    >>> from crossentropy import code_from_lengths
    >>> print(*code_from_lengths([3, 1, 3, 2]))
    110 0 111 10
    """
    lengths = _word_lengths(lengths)
    words, word, before = [""] * len(lengths), 0, 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        word <<= lengths[i] - before
        if word >> lengths[i]:  # the words before it use up everything
            total = kraft_sum(lengths)
            shown = readable(total) if total > 1 else "a little above 1"  # more than a float can show
            raise ValueError(
                f"lengths[{i}] = {lengths[i]} finds no room: the Kraft sum is {shown}, and a prefix code has at most 1"
            )
        words[i] = f"{word:0{lengths[i]}b}"
        word, before = word + 1, lengths[i]
    return words


@no_float_warnings
def huffman_code(p):
    """The best prefix code for these probabilities: no other has a shorter mean length.

    Built in the chapter *A fraction of a digit*. Huffman's rule: join the two least probable outcomes into one, until
    one is left; each joining puts a bit before the words of both. A single outcome gets the word "0".

    Parameters
    ----------
    p : array_like, shape (K,)
        A distribution. Outcomes of probability 0 get words too.

    Returns
    -------
    list of str
        K words of 0 and 1, those of `code_from_lengths` for Huffman's lengths.

    Raises
    ------
    ValueError
        If an entry is negative, NaN or above 1, the sum is not 1, or `p` is empty or no flat list.
    TypeError
        If `p` does not hold real numbers.

    See Also
    --------
    arithmetic_encode : no whole bits, hence closer to the entropy.
    entropy : the mean length that no code gets below.

    References
    ----------
    Huffman, D. A. (1952), "A Method for the Construction of Minimum-Redundancy Codes".

    Examples
    --------
    >>> from crossentropy import huffman_code
    >>> print(*huffman_code([1/2, 1/4, 1/8, 1/8]))
    0 10 110 111
    """
    p = _flat("p", distribution("p", p, -1)[0])
    lengths, ages = [0] * len(p), count()
    heap = [(weight, next(ages), [i]) for i, weight in enumerate(p.tolist())]  # of two equal weights the older first
    heapq.heapify(heap)
    while len(heap) > 1:
        (weight, _, left), (other, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        for i in left + right:
            lengths[i] += 1
        heapq.heappush(heap, (weight + other, next(ages), left + right))
    return code_from_lengths([max(length, 1) for length in lengths])


# Arithmetic coding ----------------------------------------------------------------------------------

#: The part of [0, 1) that belongs to a text is cut into this many units at each symbol.
UNITS = 1 << 32
#: About so many of them say "the text ends here", which costs log2(UNITS / END_UNITS) = 18 bits, once.
END_UNITS = 1 << 14
#: The part is kept as two whole numbers, its low end and its width, in units of 256^-digits; the width stays between
#: UNITS² / 256 and UNITS². So a unit is never narrower than 2^24, and rounding it down loses nothing worth a line.
WIDEST = UNITS**2
#: Digits that the width spans; a digit is a byte.
AHEAD = 8
MOST_SYMBOLS = 1 << 16
#: Bytes at the start of a code that hold a checksum of the others.
CHECKSUM = 4


class FixedModel:
    """A model that never learns: the same probabilities at each symbol.

    Built in the chapter *A fraction of a digit*.

    Parameters
    ----------
    p : array_like, shape (K,)
        The distribution of each symbol 0..K−1.

    Examples
    --------
    >>> from crossentropy.codes import FixedModel
    >>> print(FixedModel([3/4, 1/4]).probabilities())
    [0.75, 0.25]
    """

    @no_float_warnings
    def __init__(self, p):
        self.p = _flat("p", distribution("p", p, -1)[0]).tolist()

    def probabilities(self):
        """The probability of each symbol, as a list of its own."""
        return self.p[:]

    def update(self, symbol):
        """Told which symbol came, and not interested."""


def arithmetic_encode(symbols, model):
    r"""Pack a text of symbols into bytes, as short as a model's surprise at it.

    Built in the chapter *A fraction of a digit*, and with whole numbers in *Send me the file!*. Each symbol narrows the
    interval [0, 1) to its own part, as wide as its probability; the code is the shortest number in what is left. It has
    less than 58 bits more than :math:`-\log_2 q(\text{text})`: 32 for a checksum, 18 for a mark at the end, and up to
    8 to fill the last byte. Rounding adds less than one bit in 100,000 symbols of a model with up to 256 of them.

    Parameters
    ----------
    symbols : iterable of int, shape (N,)
        The text: symbols 0..K−1 of the model, or bytes if it has 256. It may be empty.
    model
        An object with the methods `probabilities()` and `update(symbol)`, as the head of `crossentropy.codes`
        describes. It learns, so give the decoder a fresh one. At most 65,536 symbols.

    Returns
    -------
    bytes
        The code: a checksum of four bytes, and the digits of the number.

    Raises
    ------
    ValueError
        If a symbol is not one of the model's, or has probability 0; if the model states no distribution.
    TypeError
        If `symbols` has no order, or a symbol is not an integer; if `model` lacks one of its methods.

    See Also
    --------
    arithmetic_decode : the way back.
    huffman_code : one word for each symbol.

    References
    ----------
    Rissanen, J. (1976), "Generalized Kraft Inequality and Arithmetic Coding"; Pasco, R. (1976), *Source Coding
    Algorithms for Fast Data Compression*; Martin, G. N. N. (1979), "Range encoding".

    Examples
    --------
    >>> from crossentropy import arithmetic_encode
    >>> from crossentropy.codes import FixedModel
    >>> weather = [0, 1, 0, 2, 0, 0, 1, 3] * 100
    >>> print(len(arithmetic_encode(weather, FixedModel([1/2, 1/4, 1/8, 1/8]))), "bytes for", 800 * 1.75 / 8)
    182 bytes for 175.0
    """
    offers("model", model, "probabilities", "update")
    if isinstance(symbols, abc.Set | abc.Mapping) or not isinstance(symbols, abc.Iterable):
        raise TypeError(f"symbols is of type {type(symbols).__name__}, expected symbols in their order")
    digits, low, width = bytearray(), 0, WIDEST
    for place, symbol in enumerate(symbols):
        p, edge = _slots(model)
        symbol = integer(f"symbols[{place}]", symbol)
        if not 0 <= symbol < len(p):
            raise ValueError(f"symbols[{place}] = {symbol} is outside 0..{len(p) - 1}, the symbols of the model")
        if p[symbol] == 0:
            raise ValueError(f"symbols[{place}] = {symbol} has probability 0 in the model, so it has no code")
        low, width = _narrow(digits, low, width, edge(symbol), edge(symbol + 1))
        model.update(symbol)
    p, edge = _slots(model)
    low, width = _narrow(digits, low, width, edge(len(p)), UNITS)
    # The shortest number in the part: round the low end up to where the last digits are 0, and leave those out.
    number = int.from_bytes(digits) << 8 * AHEAD | low
    spare = _spare_digits(width)
    code = (-(-number >> 8 * spare)).to_bytes(len(digits) + AHEAD - spare)
    return zlib.crc32(code).to_bytes(CHECKSUM) + code


def arithmetic_decode(code, model):
    """The text that `arithmetic_encode` packed with the same model.

    Built in the chapter *A fraction of a digit*. The model says what it said to the encoder, so the number in the code
    shows in which part each symbol lay.

    Parameters
    ----------
    code : bytes
        What `arithmetic_encode` returned.
    model
        As the encoder's was before the first symbol.

    Returns
    -------
    list of int
        The symbols.

    Raises
    ------
    ValueError
        If the code is cut off, damaged or foreign; if the model states no distribution. One foreign code in 4 billion
        gets past the checksum. It, or another model, gives an error or another text, whose length is bounded by that
        of the code: at most some million symbols a byte.
    TypeError
        If `code` is not bytes, or `model` lacks one of its methods.

    See Also
    --------
    arithmetic_encode : the way there.

    References
    ----------
    Witten, I. H., Neal, R. M. and Cleary, J. G. (1987), "Arithmetic Coding for Data Compression".

    Examples
    --------
    >>> from crossentropy import arithmetic_encode, arithmetic_decode
    >>> from crossentropy.codes import FixedModel
    >>> weather = FixedModel([1/2, 1/4, 1/8, 1/8])
    >>> print(arithmetic_decode(arithmetic_encode([0, 2, 0, 1], weather), weather))
    [0, 2, 0, 1]
    """
    code = byte_string("code", code)
    offers("model", model, "probabilities", "update")
    if len(code) <= CHECKSUM or zlib.crc32(code[CHECKSUM:]) != int.from_bytes(code[:CHECKSUM]):
        raise ValueError(f"code ({len(code)} bytes) is cut off, damaged or foreign: its checksum is wrong")
    code = code[CHECKSUM:]
    symbols, size, width = [], AHEAD, WIDEST  # `size` digits are read, and behind the last one stand zeros
    above = int.from_bytes(code[:size].ljust(size, b"\0"))  # how far the number lies above the low end of the part
    while size <= len(code) + AHEAD:
        p, edge = _slots(model)
        unit = width // UNITS
        symbol = bisect(range(len(p) + 1), above // unit, key=edge) - 1
        above -= unit * edge(symbol)
        if symbol == len(p):
            spare = _spare_digits(unit * (UNITS - edge(symbol)))
            if size - spare == len(code) and above < 256**spare:
                return symbols
            break
        if p[symbol] == 0:
            break
        width = unit * (edge(symbol + 1) - edge(symbol))
        while width < WIDEST >> 8:
            above, width = above << 8 | (code[size] if size < len(code) else 0), width << 8
            size += 1
        model.update(symbol)
        symbols.append(symbol)
    raise ValueError(f"code comes from another model: after {len(symbols)} symbols it makes no sense to this one")


def _slots(model):
    """The model's probabilities as floats, and the function k ↦ where the slot of symbol k starts in 0..UNITS.

    A slot is at least as long as its probability's share of what the mark at the end leaves, and never empty.
    """
    p, below = stated_probabilities(model)
    if len(p) > MOST_SYMBOLS:
        raise ValueError(f"model.probabilities() has {len(p)} symbols, expected at most {MOST_SYMBOLS}")
    shared = UNITS - END_UNITS - len(p)
    return p, lambda k: int(shared * below[k]) + k


def _narrow(digits, low, width, start, end):
    """The part from unit `start` to unit `end`, and more digits where it became too narrow."""
    unit = width // UNITS
    low, width = low + unit * start, unit * (end - start)
    if low >= WIDEST:  # a carry: 0.1999 becomes 0.2000
        low -= WIDEST
        place = len(digits) - 1
        while digits[place] == 255:
            digits[place] = 0
            place -= 1
        digits[place] += 1
    while width < WIDEST >> 8:
        digits.append(low >> 8 * (AHEAD - 1))
        low, width = low << 8 & WIDEST - 1, width << 8
    return low, width


def _spare_digits(width):
    """How many last digits need not be written: in a part of this width lies a number that ends in so many zeros."""
    return (width.bit_length() - 1) // 8


# Arguments ------------------------------------------------------------------------------------------


def _flat(name, array):
    """The array, if it has one axis."""
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, expected one axis")
    return array


def _word_lengths(lengths):
    """Lengths of words as Python's integers."""
    array = _flat("lengths", number_array("lengths", lengths))
    if array.dtype.kind not in "iu":
        raise TypeError(f"lengths holds {array.dtype}, expected integers")
    for i, length in enumerate(array.tolist()):
        if length < 1:
            raise ValueError(f"lengths[{i}] = {length} is below 1; a word has at least one symbol")
    return array.tolist()
