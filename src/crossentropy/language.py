"""A model of text that learns as it reads, and the compressor that it drives.

The model is built in the chapter *From bits to bytes*: what byte comes next is guessed from what followed the last six
bytes before. The compressor is built in *Send me the file!*.
Only sums, products and quotients of floats in a fixed order, and whole numbers: so a file is the same on every machine.
"""

import math
from collections import defaultdict

from ._arguments import byte_string, fraction, integer, offers, stated_probabilities
from .codes import arithmetic_decode, arithmetic_encode

__all__ = ["ByteModel", "bits_per_byte", "compress", "decompress"]

#: So little is always left for the bytes that never came, even if a thousand contexts each keep nearly everything.
LEAST_REST = 1e-300
#: A model that knows so many contexts forgets them all and starts again; this bounds its memory at about 400 MB.
MOST_CONTEXTS = 1 << 20


class ByteModel:
    """What byte comes next? Counts after the last 0 to `order` bytes, the longest first, with absolute discounting.

    Built in the chapter *From bits to bytes*. It has the two methods that `crossentropy.codes` asks of a model.

    Parameters
    ----------
    order : int, optional
        How many bytes it looks back, at least 0.
    discount : float, optional
        What each count lends to the shorter contexts, between 0 and 1.

    Raises
    ------
    ValueError
        If `order` is negative, or `discount` is not above 0 and at most 1.
    TypeError
        If an argument is not a number, or `order` not an integer.

    References
    ----------
    Ney, H., Essen, U. and Kneser, R. (1994), "On Structuring Probabilistic Dependences in Stochastic Language
    Modelling", for the discount; Kneser, R. and Ney, H. (1995), "Improved Backing-off for M-gram Language Modeling",
    whose counts those of update exclusion are.

    Examples
    --------
    >>> from crossentropy.language import ByteModel
    >>> model = ByteModel()
    >>> for byte in b"abracadabr":
    ...     model.update(byte)
    >>> print(f"{model.probabilities()[ord('a')]:.3f}")
    0.629
    """

    def __init__(self, order=6, discount=0.85):
        self.order, self.discount = integer("order", order), fraction("discount", discount)
        if self.order < 0:
            raise ValueError(f"order = {self.order} is negative; 0 looks at no byte before")
        if self.discount == 0:
            raise ValueError("discount = 0 leaves bytes that never came without probability; expected more")
        self.past, self.counts = b"", defaultdict(dict)  # {the last bytes: {next byte: count}}, all lengths in one
        self.contexts = [self.counts[b""]]  # those of the last bytes, the longest first

    def probabilities(self):
        """The probability of each of the 256 bytes: a list, all above 0, with the sum 1."""
        rest, parts = 1.0, []
        for followers in self.contexts:
            if followers:
                share = rest / sum(followers.values())
                parts.append((share, followers))
                rest = max(share * self.discount * len(followers), LEAST_REST)  # goes to the shorter contexts
        p = [rest / 256] * 256
        for share, followers in parts:
            for byte, count in followers.items():
                p[byte] += share * (count - self.discount)
        return p

    def update(self, byte):
        """Count the byte in the longest contexts, up to the first that knew it (update exclusion)."""
        byte = integer("byte", byte)
        if not 0 <= byte < 256:
            raise ValueError(f"byte = {byte} is outside 0..255")
        for followers in self.contexts:
            followers[byte] = followers.get(byte, 0) + 1
            if followers[byte] > 1:
                break
        if len(self.counts) > MOST_CONTEXTS:
            self.counts.clear()
        self.past = (self.past + bytes([byte]))[-self.order :] if self.order else b""
        self.contexts = [self.counts[self.past[start:]] for start in range(len(self.past) + 1)]


def compress(data):
    """Make data shorter, with a `ByteModel` that drives an arithmetic coder.

    Built in the chapter *Send me the file!*. The file is at most 16 bytes longer than the model's cross-entropy,
    `len(data) * bits_per_byte(data, ByteModel()) / 8`, and the same on every machine. Made for reading: it packs about
    20 kB a second.

    Parameters
    ----------
    data : bytes
        Anything; it may be empty.

    Returns
    -------
    bytes
        The code of `crossentropy.arithmetic_encode`, which starts with a checksum.

    Raises
    ------
    TypeError
        If `data` is not bytes.

    Examples
    --------
    >>> from crossentropy.language import compress
    >>> print(len(compress(b"Sentence first, verdict afterwards. " * 10)), "bytes for 360")
    46 bytes for 360
    """
    return arithmetic_encode(byte_string("data", data), ByteModel())


def decompress(code):
    """The data that `compress` packed.

    Built in the chapter *Send me the file!*.

    Parameters
    ----------
    code : bytes
        What `compress` returned.

    Returns
    -------
    bytes
        The data.

    Raises
    ------
    ValueError
        If `code` is cut off, damaged or no file of `compress`.
    TypeError
        If `code` is not bytes.

    Examples
    --------
    >>> from crossentropy.language import compress, decompress
    >>> print(decompress(compress(b"Off with her head!")))
    b'Off with her head!'
    """
    return bytes(arithmetic_decode(code, ByteModel()))


def bits_per_byte(data, model):
    r"""A model's cross-entropy on a text, :math:`-\frac1n \sum_t \log_2 q(x_t \mid x_1 \dots x_{t-1})`, in bits a byte.

    Built in the chapter *From bits to bytes*. The model is told each byte after it was asked, so it learns on the way.

    Parameters
    ----------
    data : bytes
        The text, at least one byte.
    model
        An object with the methods `probabilities()`, for the 256 bytes, and `update(byte)`; for example `ByteModel()`.

    Returns
    -------
    float
        The mean surprise; infinite if a byte comes that the model held for impossible.

    Raises
    ------
    ValueError
        If `data` is empty, or the model states no distribution of 256 bytes.
    TypeError
        If `data` is not bytes, or `model` lacks one of its methods.

    Examples
    --------
    >>> from crossentropy.language import ByteModel, bits_per_byte
    >>> print(bits_per_byte(b"A", ByteModel()), "bits, one of 256 bytes")
    8.0 bits, one of 256 bytes
    """
    data = byte_string("data", data)
    offers("model", model, "probabilities", "update")
    if not data:
        raise ValueError("data is empty, and has no mean surprise")
    surprises = []
    for byte in data:
        p = stated_probabilities(model, 256)[0][byte]
        surprises.append(-math.log2(p) if p else math.inf)
        model.update(byte)
    return math.fsum(surprises) / len(data)
