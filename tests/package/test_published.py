"""Numbers that others published, recomputed: each with its source and to every digit it was printed with."""

import numpy as np
import pytest

import crossentropy as ce
from crossentropy.losses import sigmoid_squared_error_value_and_grad
from crossentropy.training import LogisticRegression

# Cover and Thomas (2006), example 2.2.1, transposed: rows are X, columns Y.
COVER = np.array([[4, 2, 2, 8], [2, 4, 2, 0], [1, 1, 2, 0], [1, 1, 2, 0]]) / 32

# MacKay (2003), figure 2.1: the letters a–z and the space in "The Frequently Asked Questions Manual for Linux".
# fmt: off
MACKAY = np.array([
    575, 128, 263, 285, 913, 173, 133, 313, 599, 6, 84, 335, 235, 596,
    689, 192, 8, 508, 567, 706, 334, 69, 119, 73, 164, 7, 1928,
])
# fmt: on
HALVES = [1 / 2, 1 / 4, 1 / 8, 1 / 8]
HORSES = [1 / 2, 1 / 4, 1 / 8, 1 / 16, *[1 / 64] * 4]
FAIR, BIASED = [1 / 2, 1 / 2], [9 / 10, 1 / 10]
KERAS_LOGITS = [[np.log(0.05), np.log(0.95), -np.inf], np.log([0.1, 0.8, 0.1])]  # of the probabilities there
SPAM = np.array([0.9, 0.1, 0.2, 0.65])  # probability of "spam"


def binary_channel(p1, error_0, error_1):
    """Joint table of a bit sent (1 with probability p1) and received, with an error rate for each bit."""
    return [[(1 - p1) * (1 - error_0), (1 - p1) * error_0], [p1 * error_1, p1 * (1 - error_1)]]


def neuron(start, epochs):
    """Output of Nielsen's neuron (input 1, target 0, quadratic cost with ½, rate 0.15) after so many epochs."""
    model = LogisticRegression(1, sigmoid_squared_error_value_and_grad)
    model.weights[:], model.bias = start
    model.fit(np.ones((1, 1)), np.zeros(1), steps=epochs, rate=0.15 / 2)
    return model.probabilities(np.ones((1, 1)))[0]


PUBLISHED = [
    # source, published value, digits after the point, our value
    ("Source article, table: surprise of 0.7", 0.36, 2, lambda: ce.self_information(0.7)),
    ("Source article, table: surprise of 0.2", 1.61, 2, lambda: ce.self_information(0.2)),
    ("Source article, table: surprise of 0.1", 2.30, 2, lambda: ce.self_information(0.1)),
    (
        "Shannon 1948, section 9: H(1/2, 1/4, 1/8, 1/8) = 7/4 bits",
        1.75,
        12,
        lambda: ce.entropy([0.5, 0.25, 0.125, 0.125], base=2),
    ),
    (
        "Shannon 1948, section 12: equivocation of a bit with 1 error in 100",
        0.081,
        3,
        lambda: ce.conditional_entropy(binary_channel(0.5, 0.01, 0.01), base=2),
    ),
    (
        "Shannon 1948, section 12: 1000 such bits a second carry 919 bits",
        919,
        0,
        lambda: 1000 * ce.mutual_information(binary_channel(0.5, 0.01, 0.01), base=2),
    ),
    ("Shannon 1951, section 2: F0 of 26 letters", 4.70, 2, lambda: ce.entropy(np.full(26, 1 / 26), base=2)),
    ("Cover & Thomas 2006, example 1.1.1: 32 equal outcomes", 5, 12, lambda: ce.entropy(np.full(32, 1 / 32), base=2)),
    (
        "Cover & Thomas 2006, example 1.1.2: horse race",
        2,
        12,
        lambda: ce.entropy(HORSES, base=2),
    ),
    ("Cover & Thomas 2006, example 2.1.2", 7 / 4, 12, lambda: ce.entropy(HALVES, base=2)),
    ("Cover & Thomas 2006, example 2.2.1: H(X)", 7 / 4, 12, lambda: ce.entropy(COVER.sum(axis=1), base=2)),
    ("Cover & Thomas 2006, example 2.2.1: H(Y)", 2, 12, lambda: ce.entropy(COVER.sum(axis=0), base=2)),
    ("Cover & Thomas 2006, example 2.2.1: H(X|Y)", 11 / 8, 12, lambda: ce.conditional_entropy(COVER.T, base=2)),
    ("Cover & Thomas 2006, example 2.2.1: H(Y|X)", 13 / 8, 12, lambda: ce.conditional_entropy(COVER, base=2)),
    ("Cover & Thomas 2006, example 2.2.1: H(X,Y)", 27 / 8, 12, lambda: ce.entropy(COVER.ravel(), base=2)),
    ("Cover & Thomas 2006, example 2.4.1: I(X;Y)", 0.375, 12, lambda: ce.mutual_information(COVER, base=2)),
    (
        "Cover & Thomas 2006, example 2.3.1: D(p‖q)",
        0.2075,
        4,
        lambda: ce.kl_divergence(FAIR, [3 / 4, 1 / 4], base=2),
    ),
    (
        "Cover & Thomas 2006, example 2.3.1: D(q‖p)",
        0.1887,
        4,
        lambda: ce.kl_divergence([3 / 4, 1 / 4], FAIR, base=2),
    ),
    ("MacKay 2003, section 2.4: a letter of English", 4.11, 2, lambda: ce.entropy(MACKAY / MACKAY.sum(), base=2)),
    ("MacKay 2003, table 2.9: surprise of e", 3.5, 1, lambda: ce.self_information(0.0913, base=2)),
    ("MacKay 2003, table 2.9: surprise of j", 10.7, 1, lambda: ce.self_information(0.0006, base=2)),
    ("MacKay 2003, table 2.9: surprise of the space", 2.4, 1, lambda: ce.self_information(0.1928, base=2)),
    (
        "MacKay 2003, section 9.3: binary symmetric channel, f = 0.15, p1 = 0.1",
        0.15,
        2,
        lambda: ce.mutual_information(binary_channel(0.1, 0.15, 0.15), base=2),
    ),
    (
        "MacKay 2003, section 9.3: Z channel, f = 0.15, p1 = 0.1",
        0.36,
        2,
        lambda: ce.mutual_information(binary_channel(0.1, 0, 0.15), base=2),
    ),
    ("Bishop 2006, section 1.6: eight equal states", 3, 12, lambda: ce.entropy(np.full(8, 1 / 8), base=2)),
    (
        "Bishop 2006, section 1.6: (1/2, 1/4, 1/8, 1/16, 1/64 four times)",
        2,
        12,
        lambda: ce.entropy(HORSES, base=2),
    ),
    (
        "Jurafsky & Martin, chapter 3: ten equal digits have perplexity 10",
        10,
        12,
        lambda: ce.perplexity([0.1] * 10, [0.1] * 10),
    ),
    (
        "Stanford CS231n, linear classification: softmax of halved scores",
        [0.55, 0.12, 0.33],
        2,
        lambda: ce.softmax([0.5, -1, 0]),
    ),
    (
        "Stanford CS231n, notes on neural networks 3: first loss of 10 classes",
        2.302,
        2,
        lambda: ce.softmax_cross_entropy(np.zeros(10), 3),
    ),
    ("SciPy, scipy.stats.entropy: biased coin", 0.46899559358928117, 15, lambda: ce.entropy(BIASED, base=2)),
    (
        "SciPy, scipy.stats.entropy: relative entropy",
        0.5108256237659907,
        15,
        lambda: ce.kl_divergence(FAIR, BIASED),
    ),
    (
        "SciPy, scipy.stats.entropy: cross entropy",
        1.736965594166206,
        14,
        lambda: ce.cross_entropy(FAIR, BIASED, base=2),
    ),
    (
        "SciPy, scipy.spatial.distance.jensenshannon: the distance is the root",
        0.46450140402245893,
        15,
        lambda: np.sqrt(ce.js_divergence([1.0, 0.0], [0.5, 0.5])),
    ),
    ("scikit-learn, log_loss: four messages", 0.21616, 5, lambda: ce.binary_cross_entropy(SPAM, [1, 0, 0, 1])),
    (
        "TensorFlow, softmax_cross_entropy_with_logits",
        [0.16984604, 0.82474494],
        7,
        lambda: ce.softmax_cross_entropy(
            [[4.0, 2.0, 1.0], [0.0, 5.0, 1.0]], [[1, 0, 0], [0, 0.8, 0.2]], reduction="none"
        ),
    ),
    (
        "TensorFlow, sparse_softmax_cross_entropy_with_logits",
        [0.29750752, 1.1448325, 0],
        6,
        lambda: ce.softmax_cross_entropy(
            [[2.0, -5.0, 0.5, -0.1], [0.0, 0.0, 1.9, 1.4], [-100, 100, -100, -100]], [0, 3, 1], reduction="none"
        ),
    ),
    (
        "TensorFlow, sigmoid_cross_entropy_with_logits",
        [1.3132617, 0.3132617, 0.6931472, 0.3132617, 1.3132617, 0.6931472, 0.6931472],
        6,
        lambda: ce.binary_cross_entropy_with_logits(
            [1.0, -1, 0, 1, -1, 0, 0], [0, 0, 0, 1, 1, 1, 0.5], reduction="none"
        ),
    ),
    (
        "Keras, CategoricalCrossentropy, each sample",
        [0.0513, 2.303],
        3,
        lambda: ce.softmax_cross_entropy(KERAS_LOGITS, [1, 2], reduction="none"),
    ),
    ("Keras, CategoricalCrossentropy, reduced", 1.177, 3, lambda: ce.softmax_cross_entropy(KERAS_LOGITS, [1, 2])),
    (
        "Keras, binary_crossentropy, each row",
        [0.916, 0.714],
        3,
        lambda: ce.binary_cross_entropy([[0.6, 0.4], [0.4, 0.6]], [[0, 1], [0, 0]], reduction="none").mean(axis=1),
    ),
    (
        "Keras, BinaryCrossentropy, from_logits",
        0.865,
        3,
        lambda: ce.binary_cross_entropy_with_logits([-18.6, 0.51, 2.94, -12.8], [0, 1, 0, 0]),
    ),
    ("Nielsen 2015, chapter 3: output at w = 0.6, b = 0.9", 0.82, 2, lambda: neuron((0.6, 0.9), 0)),
    ("Nielsen 2015, chapter 3: the same after learning", 0.09, 2, lambda: neuron((0.6, 0.9), 300)),
    ("Nielsen 2015, chapter 3: output at w = b = 2", 0.98, 2, lambda: neuron((2.0, 2.0), 0)),
    ("Nielsen 2015, chapter 3, animation: the same after 300 epochs", 0.20, 2, lambda: neuron((2.0, 2.0), 300)),
]


@pytest.mark.parametrize(
    ("published", "digits", "ours"), [case[1:] for case in PUBLISHED], ids=[case[0] for case in PUBLISHED]
)
def test_published(published, digits, ours):
    np.testing.assert_allclose(ours(), published, rtol=0, atol=0.5000001 * 10.0**-digits)
