"""The theorems of the book, each a property of drawn inputs."""

import itertools
import math
from fractions import Fraction
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from crossentropy import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    conditional_entropy,
    cross_entropy,
    entropy,
    focal_loss,
    focal_loss_grad,
    huffman_code,
    js_divergence,
    kl_divergence,
    log_sigmoid,
    log_softmax,
    logsumexp,
    mutual_information,
    perplexity,
    self_information,
    sigmoid,
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
)
from crossentropy._digits import NEAR, exp_difference, phi
from crossentropy.language import ByteModel
from crossentropy.losses import sigmoid_squared_error_value_and_grad
from tests.strategies import ORDINARY, classified, distributions, joints, logits, pairs

ROUNDING = 1e-13  # of sums of a few terms of size 1
probabilities = st.floats(5e-324, 1)
scores = st.floats(-700, 700)


def same(got, expected, rtol=ROUNDING, atol=1e-14):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol)


def slack(p, q):
    """`kl_divergence` differs from Σ p log(p/q) by Σq − Σp where the inputs are off by rounding."""
    return abs(np.sum(q) - np.sum(p)) + 1e-15


# Information ----------------------------------------------------------------------------------------


@given(probabilities, probabilities)
def test_information_unique(p, q):
    """Surprise adds for independent events, falls as p grows, is 0 for the certain and 1 bit for a fair coin."""
    if p * q > 1e-300:
        same(self_information(p * q), self_information(p) + self_information(q))
    low, high = sorted([p, q])
    assert self_information(low) >= self_information(high) >= 0
    if low < high * (1 - 1e-9):
        assert self_information(low) > self_information(high)
    assert self_information(1) == 0
    assert self_information(0.5, base=2) == 1


# Entropy --------------------------------------------------------------------------------------------


@given(distributions())
def test_entropy_bounds(p):
    """0 ≤ H ≤ log K; 0 only for the certain, log K only for the uniform."""
    h, most = entropy(p), math.log(len(p))
    assert 0 <= h <= most + ROUNDING
    assert (h == 0) == (np.count_nonzero(p) == 1)
    same(entropy(np.full(len(p), 1 / len(p))), most)
    # Pinsker at the uniform: what is missing from log K grows with the distance.
    assert most - h >= np.sum(np.abs(p - 1 / len(p))) ** 2 / 2 - ROUNDING
    assert entropy(np.eye(len(p))[0]) == 0


def canonical_code(lengths):
    """Words of these lengths, shortest first: each is the last one plus 1, filled up with zeros."""
    words, value, last = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths)):
        value <<= length - last
        words[symbol] = format(value, f"0{length}b") if length else ""
        value, last = value + 1, length
    return [words[symbol] for symbol in range(len(lengths))]


def is_prefix_free(words):
    """No word begins another: sorted, an offender would stand right before."""
    ordered = sorted(words)
    return not any(later.startswith(word) for word, later in pairwise(ordered))


@st.composite
def prefix_codes(draw):
    """A prefix code grown from the empty word by splitting leaves, some of which are then dropped."""
    words = [""]
    for _ in range(draw(st.integers(0, 12))):
        word = words.pop(draw(st.integers(0, len(words) - 1)))
        words += [word + "0", word + "1"]
    return words[: draw(st.integers(1, len(words)))]


def kraft_sum(lengths):
    return sum(2.0**-length for length in lengths)


@given(prefix_codes(), st.lists(st.integers(1, 12), min_size=1, max_size=20))
def test_kraft(words, lengths):
    """A prefix code has Σ 2^−l ≤ 1, and all lengths with Σ 2^−l ≤ 1 have a prefix code."""
    assert is_prefix_free(words)
    assert kraft_sum(map(len, words)) <= 1
    while kraft_sum(lengths) > 1:
        lengths.remove(min(lengths))
    built = canonical_code(lengths)
    assert [len(word) for word in built] == lengths
    assert is_prefix_free(built)


def start_of_block(start, length):
    """The first digits after the point of where a block starts, which has to be a number of so many digits."""
    place = start * 2**length
    assert place.denominator == 1
    return format(int(place), f"0{length}b")


@given(prefix_codes(), st.lists(st.integers(1, 12), min_size=1, max_size=20))
def test_budget(words, lengths):
    """A litre poured in at the top of a tree reaches its leaves; blocks side by side start at the words of a code."""
    water = {"": Fraction(1)}
    for word in words:
        for n in range(len(word)):
            water[word[: n + 1]] = water[word[:n]] / 2
    assert all(water[word] == Fraction(1, 2 ** len(word)) for word in words)
    assert sum(water[word] for word in words) <= 1
    widest_first = sorted(lengths)
    starts = [Fraction(0), *itertools.accumulate(Fraction(1, 2**length) for length in widest_first)]
    fitting = [n for n, end in zip(widest_first, starts[1:], strict=True) if end <= 1]
    assert is_prefix_free([start_of_block(*block) for block in zip(starts, fitting, strict=False)])


@given(distributions(weights=ORDINARY), prefix_codes())
def test_source_coding(p, words):
    """No prefix code beats the entropy; lengths ⌈−log₂ p⌉ come within 1 bit of it."""
    bits = entropy(p, base=2)
    lengths = np.ceil(self_information(p, base=2)).astype(int)
    assert is_prefix_free(canonical_code(lengths.tolist()))
    assert bits - ROUNDING <= p @ lengths < bits + 1
    if len(words) >= len(p):
        assert p @ [len(word) for word in words[: len(p)]] >= bits - ROUNDING


def is_uniquely_decodable(words):
    """Sardinas and Patterson: no chain of dangling ends leads from one word begun by another to a whole word."""

    def ends(longer, shorter):
        return {long[len(short) :] for long in longer for short in shorter if long.startswith(short) and long != short}

    words, seen = set(words), set()
    dangling = ends(words, words)
    while dangling - seen:
        seen |= dangling
        dangling = ends(words, seen) | ends(seen, words)
    return not seen & words


@given(prefix_codes(), st.sets(st.text("01", min_size=1, max_size=4), min_size=1, max_size=6))
def test_mcmillan(prefix_code, words):
    """Codes that can be decoded have Σ 2^−l ≤ 1, also those whose words begin others, as a code read backwards."""
    backwards = [word[::-1] for word in prefix_code]
    if "" not in backwards:
        assert is_uniquely_decodable(backwards)
        assert kraft_sum(map(len, backwards)) <= 1
    if is_uniquely_decodable(words):
        assert kraft_sum(map(len, words)) <= 1


@pytest.mark.parametrize(
    ("words", "decodable"),
    [
        (["0", "10", "11"], True),
        (["0", "01", "11"], True),
        (["0", "10", "11", "01"], False),
        (["0", "01", "10"], False),
    ],
)
def test_decodable(words, decodable):
    """The helper above can tell them apart."""
    assert is_uniquely_decodable(words) == decodable


@given(joints())
def test_chain_rule(joint):
    """H(X,Y) = H(X) + H(Y|X) = H(Y) + H(X|Y)."""
    whole = entropy(joint.ravel())
    same(whole, entropy(joint.sum(axis=1)) + conditional_entropy(joint))
    same(whole, entropy(joint.sum(axis=0)) + conditional_entropy(joint.T))


@given(joints(), distributions(3), distributions(4))
def test_conditioning(joint, p_x, p_y):
    """H(Y|X) ≤ H(Y), with equality only for independent X and Y."""
    assert 0 <= conditional_entropy(joint) <= entropy(joint.sum(axis=0)) + ROUNDING
    same(conditional_entropy(np.outer(p_x, p_y)), entropy(p_y))
    apart = np.abs(joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))).sum()
    saved = entropy(joint.sum(axis=0)) - conditional_entropy(joint)
    assert saved >= apart**2 / 2 - ROUNDING  # Pinsker


@given(joints())
def test_mutual_information_forms(joint):
    """Four formulas, one number; never negative."""
    p_x, p_y = joint.sum(axis=1), joint.sum(axis=0)
    forms = [
        entropy(p_y) - conditional_entropy(joint),
        entropy(p_x) - conditional_entropy(joint.T),
        entropy(p_x) + entropy(p_y) - entropy(joint.ravel()),
    ]
    if not np.any((np.outer(p_x, p_y) == 0) & (joint > 0)):  # the product of two tiny marginals underflows
        forms.append(kl_divergence(joint.ravel(), np.outer(p_x, p_y).ravel()))
    assert mutual_information(joint) >= 0
    for form in forms:
        same(mutual_information(joint), form)


# KL divergence --------------------------------------------------------------------------------------


@given(pairs())
def test_gibbs(pair):
    """D(p‖q) ≥ 0, and 0 only where p = q."""
    p, q = pair
    divergence = kl_divergence(p, q)
    assert divergence >= 0
    assert kl_divergence(p, p) == 0
    assert divergence >= np.sum(np.abs(p - q)) ** 2 / 2 * (1 - ROUNDING) - slack(p, q)  # Pinsker
    if np.abs(p - q).max() > 1e-100:
        assert divergence > 0


@given(pairs())
def test_js_bounds(pair):
    """0 ≤ JS ≤ log 2, symmetric, and the entropy of the midpoint above the mean entropy."""
    p, q = pair
    js = js_divergence(p, q)
    assert 0 <= js <= math.log(2) + ROUNDING
    assert js == js_divergence(q, p)
    m = (p + q) / 2
    same(js, entropy(m) - entropy(p) / 2 - entropy(q) / 2)
    same(js, kl_divergence(p, m) / 2 + kl_divergence(q, m) / 2)
    same(js_divergence(np.append(p, np.zeros(len(q))), np.append(np.zeros(len(p)), q), base=2), 1)


TABLES = distributions(12, ORDINARY).map(lambda p: p.reshape(3, 4))


@given(TABLES, TABLES)
def test_chain_rule_divergence(p, q):
    """D(p(x,y)‖q(x,y)) = D(p(x)‖q(x)) + Σ p(x) D(p(·|x)‖q(·|x)), and so the cross-entropy."""
    p_x, q_x = p.sum(axis=1), q.sum(axis=1)
    p_given, q_given = p / p_x[:, np.newaxis], q / q_x[:, np.newaxis]
    for measure in (kl_divergence, cross_entropy):
        same(measure(p.ravel(), q.ravel()), measure(p_x, q_x) + p_x @ measure(p_given, q_given))


@given(TABLES, st.lists(distributions(3), min_size=4, max_size=4))
def test_data_processing(joint, channel):
    """I(X;Z) ≤ I(X;Y), where Z is drawn from Y alone."""
    assert mutual_information(joint @ np.array(channel)) <= mutual_information(joint) + ROUNDING


@given(TABLES, st.lists(distributions(4, ORDINARY), min_size=3, max_size=3))
def test_classifier_loss(joint, beliefs):
    """E[−log q(Y|X)] = H(Y|X) + E D(p(·|X)‖q(·|X)), so I(X;Y) ≥ H(Y) − loss."""
    q, p_x = np.array(beliefs), joint.sum(axis=1)
    loss = -np.sum(joint * np.log(q))
    same(loss, conditional_entropy(joint) + p_x @ kl_divergence(joint / p_x[:, np.newaxis], q))
    assert mutual_information(joint) >= entropy(joint.sum(axis=0)) - loss - ROUNDING


# Cross-entropy --------------------------------------------------------------------------------------


@given(pairs())
def test_decomposition(pair):
    """H(p, q) = H(p) + D(p‖q), so no belief costs less than the truth."""
    p, q = pair
    same(cross_entropy(p, q), entropy(p) + kl_divergence(p, q), atol=slack(p, q))
    assert cross_entropy(p, q) >= entropy(p) * (1 - ROUNDING) - slack(p, q)
    same(cross_entropy(p, p), entropy(p))


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any), st.data())
def test_maximum_likelihood(counts, data):
    """The mean negative log-likelihood of data is a cross-entropy, smallest at the frequencies."""
    frequencies = np.array(counts) / sum(counts)
    q = data.draw(distributions(len(counts), ORDINARY))
    seen = np.repeat(np.arange(len(counts)), counts)
    mean_surprise = -np.mean([math.log(q[k]) for k in seen])
    same(cross_entropy(frequencies, q), mean_surprise)
    assert cross_entropy(frequencies, frequencies) <= mean_surprise + ROUNDING


@given(st.integers(1, 50), st.data())
def test_perplexity_uniform(size, data):
    """Believing in K equal outcomes has perplexity K whatever is true; believing the truth has at most that."""
    p = data.draw(distributions(size))
    uniform = np.full(size, 1 / size)
    same(perplexity(p, uniform), size)
    same(perplexity(p, p), 2 ** entropy(p, base=2))
    assert 1 - ROUNDING <= perplexity(p, p) <= size * (1 + ROUNDING)


@given(distributions(), st.integers(0, 7))
def test_one_hot(q, label):
    """The cross-entropy of a one-hot target is the surprise of the right answer."""
    label %= len(q)
    assert cross_entropy(np.eye(len(q))[label], q) == self_information(q[label])


# Losses ---------------------------------------------------------------------------------------------


@given(logits(rows=5), st.data())
def test_loss_bounds_errors(z, data):
    """Rows in which some wrong class is as likely as the label are at most a share of loss / ln 2."""
    rows, classes = z.shape
    labels = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows)))
    is_label = np.arange(classes) == labels[:, np.newaxis]
    beaten = np.where(is_label, -np.inf, z).max(axis=1) >= z[is_label]
    assert beaten.mean() <= softmax_cross_entropy(z, labels) / math.log(2) * (1 + ROUNDING)


@given(logits())
def test_logsumexp_bounds(z):
    """max ≤ logsumexp ≤ max + log K, both reached."""
    top, k = z.max(), len(z)
    assert top <= logsumexp(z) <= (top + math.log(k)) + np.spacing(abs(top) + 1)
    same(logsumexp(np.full(k, top)), top + math.log(k))
    assert logsumexp([top, -np.inf]) == top


@given(logits(largest=100), st.floats(-1e6, 1e6))
def test_shift_invariance(z, shift):
    """A constant added to all scores changes no probability and moves logsumexp by itself."""
    moved = z + shift
    rounded = 2 * np.spacing(np.abs(moved).max() + np.abs(z).max())  # by the addition here
    same(softmax(moved), softmax(z), rtol=4 * rounded + ROUNDING)
    same(log_softmax(moved), log_softmax(z), atol=4 * rounded)
    same(logsumexp(moved), logsumexp(z) + shift, atol=4 * rounded)


@given(classified(), st.sampled_from(["none", "sum", "mean"]))
def test_softmax_gradient(case, reduction):
    """softmax(z) − t, over the rows for a mean; each row sums to 0."""
    z, target = case
    n = len(z) if reduction == "mean" else 1
    grad = softmax_cross_entropy_grad(z, target, reduction=reduction)
    same(grad, (softmax(z) - target) / n)
    same(grad.sum(axis=-1), 0)
    labels = target.argmax(axis=-1)
    same(softmax_cross_entropy_grad(z, labels, reduction=reduction), (softmax(z) - np.eye(z.shape[1])[labels]) / n)


@given(scores, st.floats(0, 1))
def test_sigmoid_gradient(z, y):
    """σ(z) − y."""
    same(binary_cross_entropy_with_logits_grad(z, y), sigmoid(z) - y)


@given(scores)
def test_sigmoid_is_two_class_softmax(z):
    """Class 1 scores z, class 0 scores 0."""
    same(softmax([0.0, z]), [sigmoid(-z), sigmoid(z)], atol=0)
    same(log_softmax([0.0, z]), [log_sigmoid(-z), log_sigmoid(z)], atol=0)
    same(sigmoid(z) + sigmoid(-z), 1)
    for y in (0, 1):
        same(softmax_cross_entropy([0.0, z], y), binary_cross_entropy_with_logits(z, y), atol=0)


@given(classified(rows=2), st.floats(0, 1), st.floats(0, 1))
def test_convexity(case, share, y):
    """Along a line between two sets of logits no loss lies above its chord, or below its tangent."""
    (start, end), (target, _) = case
    between = (1 - share) * start + share * end
    losses = [
        (lambda z: softmax_cross_entropy(z, target), lambda z: softmax_cross_entropy_grad(z, target)),
        (
            lambda z: binary_cross_entropy_with_logits(z, np.full(len(z), y)),
            lambda z: binary_cross_entropy_with_logits_grad(z, np.full(len(z), y)),
        ),
    ]
    for loss, grad in losses:
        assert loss(between) <= (1 - share) * loss(start) + share * loss(end) + 1e-12
        assert loss(end) >= loss(start) + grad(start) @ (end - start) - 1e-12


@given(scores, st.floats(0, 1))
def test_binary_softplus(z, y):
    """softplus(z) − y z, also in the form that never overflows; −log σ(−z) is the softplus."""
    loss = binary_cross_entropy_with_logits(z, y)
    softplus = -log_sigmoid(-z)
    same(loss, softplus - y * z, atol=1e-12)
    same(loss, max(z, 0) - y * z + math.log1p(math.exp(-abs(z))), atol=1e-12)
    same(softplus + log_sigmoid(z), z, atol=1e-12)
    assert loss >= entropy([1 - y, y]) - 1e-12


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 0.95)), min_size=1, max_size=8))
def test_binary_balance(rows):
    """At a minimum in the bias, the mean probability is the mean target."""
    z, y = np.array(rows).T
    bias = brentq(lambda b: binary_cross_entropy_with_logits_grad(z + b, y).sum(), -20, 20, xtol=1e-14)
    same(np.mean(sigmoid(z + bias)), np.mean(y), rtol=1e-12)
    least = binary_cross_entropy_with_logits(z + bias, y)
    for moved in (bias - 0.1, bias + 0.1):
        assert binary_cross_entropy_with_logits(z + moved, y) > least


weights = st.lists(st.floats(-5, 5), min_size=3, max_size=3).map(np.array)


@given(weights, weights, st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_binary_convex(start, end, share, seed):
    """0 < L″ ≤ 1/4 in the score; in weights and bias on or below every chord, on or above every tangent."""
    rng = np.random.default_rng(seed)
    x, y = np.column_stack([rng.normal(size=(6, 2)), np.ones(6)]), rng.random(6)

    def loss(w):
        return binary_cross_entropy_with_logits(x @ w, y)

    chord = (1 - share) * loss(start) + share * loss(end)
    assert loss((1 - share) * start + share * end) <= chord + 1e-12
    slopes = binary_cross_entropy_with_logits_grad(x @ start, y) @ x
    assert loss(end) >= loss(start) + slopes @ (end - start) - 1e-12
    z, h = x @ start, 1e-4
    ends = [binary_cross_entropy_with_logits_grad(z + step, y, reduction="none") for step in (h, -h)]
    curvature = (ends[0] - ends[1]) / (2 * h)
    same(curvature, sigmoid(z) * sigmoid(-z), rtol=1e-6, atol=1e-11)
    assert np.all((sigmoid(z) * sigmoid(-z) > 0) & (curvature <= 1 / 4 + 1e-11))


@given(st.floats(1e-3, 1e6), st.floats(0.01, 4), st.integers(1, 200))
def test_binary_growth(t, rate, steps):
    """w + e^w = t + 1 solves dw/dt = σ(−w); w is nearly log(t + 1), and the loss is about 1/t."""

    def weight(time):
        return brentq(lambda w: w + math.exp(w) - time - 1, 0, math.log(time + 1), xtol=1e-15)

    w, h = weight(t), 1e-3 * t
    same((weight(t + h) - weight(t - h)) / (2 * h), sigmoid(-w), rtol=1e-5)
    assert math.log(t + 1 - math.log(t + 1)) - 1e-12 <= w <= math.log(t + 1)
    loss = binary_cross_entropy_with_logits(w, 1)
    assert math.log1p(1 / (t + 1)) * (1 - 1e-9) <= loss <= 1 / (t + 1 - math.log(t + 1)) * (1 + 1e-9)
    w = 0.0
    for _ in range(steps):  # descent in steps runs ahead of the flow, since w + e^w is convex
        w -= rate * binary_cross_entropy_with_logits_grad(w, 1)
    assert w + math.exp(w) >= 1 + rate * steps - 1e-9


@given(st.lists(st.floats(0.01, 3), min_size=1, max_size=6), st.data())
def test_binary_separable(margins, data):
    """Scaled up, weights with positive margins cost ever less, but never 0."""
    y = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(margins), max_size=len(margins))))
    z = np.where(y == 1, 1, -1) * np.array(margins)
    losses = [binary_cross_entropy_with_logits(c * z, y) for c in (1, 2, 4, 8, 16, 32, 64)]
    assert all(before > after > 0 for before, after in pairwise(losses))
    same(losses[0], np.mean(np.log1p(np.exp(-np.array(margins)))))
    assert binary_cross_entropy_with_logits(1e4 * z, y) < 1e-40


# Many classes ---------------------------------------------------------------------------------------


@given(logits(largest=50), st.data())
def test_maximum_entropy(z, data):
    """H(q) + mean score = logsumexp − D(q‖softmax); at the same mean score softmax has the largest entropy."""
    q, s = data.draw(distributions(len(z))), softmax(z)
    size = 1e-14 * (1 + np.abs(z).max())
    same(entropy(q) + q @ z, logsumexp(z) - kl_divergence(q, s), atol=10 * size)
    # Another distribution with the same mean score: a step across the sum and the scores, if they span less than all.
    basis, _ = np.linalg.qr(np.stack([np.ones(len(z)), z], axis=1))
    across = np.array(data.draw(st.lists(st.floats(-1, 1), min_size=len(z), max_size=len(z))))
    across = across - basis @ (basis.T @ across)
    across = across - basis @ (basis.T @ across)  # once more, for the rounding of the first time
    other = s + 0.5 * s.min() * across / max(np.abs(across).max(), 1)
    assert entropy(other) <= entropy(s) + abs((other - s) @ z) + 100 * size


@given(logits(largest=20), st.data())
def test_softmax_jacobian(z, data):
    """diag(p) − ppᵀ is the derivative, and a variance in every direction."""
    p, h = softmax(z), 1e-5
    jacobian = np.diag(p) - np.outer(p, p)
    moves = z + h * np.stack([np.eye(len(z)), -np.eye(len(z))])
    up, down = softmax(moves)
    same((up - down).T / (2 * h), jacobian, rtol=1e-6, atol=1e-9)
    v = np.array(data.draw(st.lists(st.floats(-10, 10), min_size=len(z), max_size=len(z))))
    same(v @ jacobian @ v, p @ (v - p @ v) ** 2, atol=1e-11)
    same(jacobian @ np.ones(len(z)), 0)


@given(logits(largest=20))
def test_loss_at_start(z):
    """Over all labels the mean loss is ln K + D(u‖softmax), between ln K and ln K + range²/8; near 0, ln K + var/2."""
    size = len(z)
    uniform, span, room = np.full(size, 1 / size), np.ptp(z), 1e-13 * (1 + np.abs(z).max())
    mean = np.mean([softmax_cross_entropy(z, k) for k in range(size)])
    same(mean, math.log(size) + kl_divergence(uniform, softmax(z)), atol=room)
    assert math.log(size) - room <= mean <= math.log(size) + span**2 / 8 + room
    small = 0.01 * (z - z.mean()) / max(span, 1)
    # The third derivative of log-sum-exp is a third central moment, at most range³.
    more = softmax_cross_entropy(small, uniform) - math.log(size)
    same(more, np.var(small) / 2, rtol=0, atol=np.ptp(small) ** 3 / 6 + 1e-14)


@given(st.integers(2, 50), st.floats(0.001, 0.999), st.floats(-20, 20))
def test_label_smoothing(size, epsilon, more):
    """The floor is H(t), at the gap ln(1 + K (1 − ε)/ε) and at no other."""
    target = np.full(size, epsilon / size)
    target[0] += 1 - epsilon
    gap = math.log(1 + size * (1 - epsilon) / epsilon)
    same(gap, math.log(target[0] / target[1]), atol=1e-12)

    def loss(difference):
        return softmax_cross_entropy(difference * np.eye(size)[0], 0, label_smoothing=epsilon)

    same(loss(gap), entropy(target), atol=1e-12)
    assert loss(gap + more) >= entropy(target) - 1e-12
    if abs(more) > 0.01:
        assert loss(gap + more) > entropy(target)


@given(logits(rows=2, largest=5))
def test_distillation(scores):
    """The gradient is the difference of the softmaxes over T; times T² it tends to the centred scores' over K."""
    student, teacher = scores
    for T in (2.0, 1e4):
        target = softmax(teacher / T)
        grad = softmax_cross_entropy_grad(student / T, target) / T
        same(grad, (softmax(student / T) - target) / T)
        h = 1e-4 * T
        ends = (student + h * np.stack([np.eye(len(student)), -np.eye(len(student))])) / T
        up, down = softmax_cross_entropy(ends, np.broadcast_to(target, ends.shape), reduction="none")
        same(grad, (up - down) / (2 * h), rtol=1e-6, atol=1e-8 / T)
    limit = (student - student.mean() - teacher + teacher.mean()) / len(student)
    same(T**2 * grad, limit, atol=2e-2)


@given(distributions(4, ORDINARY), st.floats(0, 5))
def test_focal_minimum(q, gamma):
    """The best belief is the q to which the truth is in proportion as q/a(q); it keeps the order."""
    a = (1 - q) ** gamma - gamma * q * (1 - q) ** (gamma - 1) * np.log(q)
    truth = q / a
    truth /= truth.sum()
    same(focal_loss_grad(np.log(q), truth, gamma=gamma), 0, atol=1e-14)
    assert np.all(np.diff(truth[np.argsort(q)]) >= -ROUNDING)
    cost = focal_loss(np.log(q), truth, gamma=gamma)
    for other in (np.roll(q, 1), (q + 1 / len(q)) / 2, truth):
        assert focal_loss(np.log(other), truth, gamma=gamma) >= cost - 1e-12
    if gamma > 0.1 and q.max() - np.sort(q)[-2] > 0.1 and q.max() > 0.6:
        assert np.abs(focal_loss_grad(np.log(q), q, gamma=gamma)).max() > 1e-6


# Squared error --------------------------------------------------------------------------------------


@given(st.floats(-30, 30))
def test_square_slope(z):
    """½(σ(z) − 1)² has the slope −p(1−p)², at most 4/27 and that at p = 1/3, and bends there."""
    p, rest = sigmoid(z), sigmoid(-z)
    slope = sigmoid_squared_error_value_and_grad([z], [1])[1][0] / 2
    same(slope, -p * rest**2, atol=0)
    assert abs(slope) <= 4 / 27 * (1 + ROUNDING)
    same(sigmoid_squared_error_value_and_grad([-math.log(2)], [1])[1][0] / 2, -4 / 27)
    if abs(p - 1 / 3) > 1e-4:
        assert abs(slope) < 4 / 27
        h = 1e-5
        ends = sigmoid_squared_error_value_and_grad([z - h, z + h], [1, 1])[1]  # /2 for the mean, /2 for the ½
        assert (ends[1] > ends[0]) == (p > 1 / 3)


@given(st.floats(-15, 15), st.floats(-15, 15), st.floats(0, 1))
def test_wished_gradient(start, end, y):
    """The wish φ(z) − y, added up between two scores, is the rise of the loss that matches φ."""
    nodes, shares = np.polynomial.legendre.leggauss(80)
    z = (start + end) / 2 + (end - start) / 2 * nodes
    added = (end - start) / 2 * np.sum(shares * (sigmoid(z) - y))
    losses = binary_cross_entropy_with_logits([start, end], [y, y], reduction="none")
    same(added, losses[1] - losses[0], atol=1e-8)
    added = (end - start) / 2 * np.sum(shares * (z - y))  # a plain output
    same(added, ((end - y) ** 2 - (start - y) ** 2) / 2, atol=1e-8)


@given(pairs())
def test_brier_proper(pair):
    """Expected Brier score = (1 − Σp²) + Σ(p − q)², so no announcement is cheaper than the truth."""
    p, q = pair
    expected = sum(p[k] * squared_error(q, e, reduction="sum") for k, e in enumerate(np.eye(len(p))))
    floor = 1 - np.sum(p**2)
    same(expected, floor + squared_error(p, q, reduction="sum"))
    assert expected >= floor - ROUNDING
    if np.abs(p - q).max() > 1e-6:
        assert expected > floor


@given(distributions(weights=ORDINARY))
def test_softmax_inverts_the_logarithm(p):
    """Scores are log-probabilities up to a constant."""
    assume(len(p) > 1)
    same(softmax(-self_information(p)), p)


# Floating point -------------------------------------------------------------------------------------

floats = st.floats(-1e300, 1e300)


@given(st.floats(5e-324, 1e300), st.floats(0.5, 2))
def test_exact_difference(y, ratio):
    """The difference of two positive floats of which neither is more than twice the other is a float."""
    x = y * ratio
    assume(y <= 2 * x and x <= 2 * y)
    assert Fraction(x) - Fraction(y) == Fraction(x - y)


@given(floats, floats)
def test_two_diff(a, b):
    """The rounding error of a difference is a float, and five more operations find it."""
    gap = a - b
    error = Fraction(a) - Fraction(b) - Fraction(gap)
    assert Fraction(float(error)) == error
    back = gap - a
    assert (a - (gap - back)) - (b + back) == float(error)
    if abs(gap) < 700:  # what the package makes of it
        exact = float(mp.exp(mp.mpf(a) - mp.mpf(b)))
        same(exp_difference(np.float64(a), np.float64(b)), exact, rtol=1e-15, atol=0)


@given(st.lists(st.floats(-300, 300), min_size=2, max_size=8))
def test_label_left_out(z):
    """L = ln(1 + r) and dL/dz_y = −r/(1 + r), with r = Σ e^(z_j − z_y) without the label, digit by digit."""
    r = mp.fsum(mp.exp(mp.mpf(s) - mp.mpf(z[0])) for s in z[1:])
    same(softmax_cross_entropy(z, 0), float(mp.log1p(r)), rtol=1e-15, atol=0)
    same(softmax_cross_entropy_grad(z, 0)[0], float(-r / (1 + r)), rtol=1e-15, atol=0)
    assert r / ((1 + r) * mp.log1p(r)) <= 1  # the condition number of the logarithm


@given(st.lists(st.tuples(st.floats(1e-9, 1), st.floats(1e-9, 1)), min_size=1, max_size=8))
def test_generalised_kl(pairs):
    """Σ p ln(p/q) + Σq − Σp = Σ p φ(d), no term negative and all 0 only for p = q, whatever the sums are."""
    p, q = ([mp.mpf(pair[i]) for pair in pairs] for i in (0, 1))
    terms = [a * ((b - a) / a - mp.log(b / a)) for a, b in zip(p, q, strict=True)]
    bare = mp.fsum(a * mp.log(a / b) for a, b in zip(p, q, strict=True))
    assert abs(bare + mp.fsum(q) - mp.fsum(p) - mp.fsum(terms)) < mp.mpf(10) ** -45
    for a, b, term in zip(p, q, terms, strict=True):
        assert (term > 0) == (a != b)


@given(st.floats(-NEAR, NEAR, exclude_min=True, exclude_max=True))
def test_phi_series(d):
    """φ(d) = 2s²(1/(1−s) − s/3 − s³/5 − …), s = d/(2 + d), and the package's 14 terms lose no digit."""
    assume(abs(d) > 1e-12)
    s = mp.mpf(d) / (2 + mp.mpf(d))
    odd = mp.nsum(lambda k: s ** (2 * k + 1) / (2 * k + 3), [0, 80])
    exact = mp.mpf(d) - mp.log(1 + mp.mpf(d))
    assert abs(2 * s**2 * (1 / (1 - s) - odd) / exact - 1) < mp.mpf(10) ** -24
    same(phi(np.array(d)), float(exact), rtol=1e-15, atol=0)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5))
def test_huffman(counts):
    """No lengths within the budget have a smaller mean than Huffman's."""
    assume(sum(counts))
    p = np.array(counts) / sum(counts)
    mean = p @ [len(word) for word in huffman_code(p)]
    tried = itertools.product(range(1, len(p)), repeat=len(p))
    assert mean <= min(p @ lengths for lengths in tried if kraft_sum(lengths) <= 1) + ROUNDING


@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 3))
def test_arithmetic(weights, days):
    """Each text of some length has a word of less than −log₂ q + 2 digits, and no word begins another."""
    q, words = [Fraction(w, sum(weights)) for w in weights], []
    for text in itertools.product(range(len(q)), repeat=days):
        low, width = Fraction(0), Fraction(1)
        for symbol in text:
            low, width = low + width * sum(q[:symbol]), width * q[symbol]
        digits = next(n for n in itertools.count(1) if width * 2**n >= 2)  # ⌈−log₂ q⌉ + 1
        number = math.ceil(low * 2**digits)
        assert low * 2**digits <= number
        assert number + 1 <= (low + width) * 2**digits
        assert digits < -math.log2(width) + 2
        words.append(f"{number:0{digits}b}")
    assert is_prefix_free(words)


@given(st.lists(st.integers(0, 2), min_size=3, max_size=30), st.integers(0, 2), st.data())
def test_counts(text, order, data):
    """Of all models of an order, relative frequencies have the smallest loss on their own text."""
    followers = {}
    for i in range(order, len(text)):
        followers.setdefault(tuple(text[i - order : i]), []).append(text[i])
    counts = np.array([np.bincount(after, minlength=3) for after in followers.values()])
    others = np.array([data.draw(distributions(3)) for _ in followers])
    floor = conditional_entropy(counts / counts.sum())
    weights = counts.sum(axis=1) / counts.sum()
    frequencies = counts / counts.sum(axis=1, keepdims=True)
    assert math.isclose(weights @ cross_entropy(frequencies, frequencies), floor, abs_tol=ROUNDING)
    assert weights @ cross_entropy(frequencies, others) >= floor - ROUNDING


@given(st.lists(st.integers(0, 3), max_size=40).map(bytes), st.integers(1, 4))
def test_kneser_ney(text, order):
    """A run that is told only what longer ones did not know counts the different symbols before it."""
    model = ByteModel(order)
    for byte in text:
        model.update(byte)
    for length in range(order):
        for i in range(length, len(text)):
            run, byte = text[i - length : i], text[i]
            ends = [j for j in range(length, len(text)) if text[j - length : j + 1] == text[i - length : i + 1]]
            before = {text[j - length - 1] for j in ends if j > length}
            assert 0 <= model.counts[run][byte] - len(before) <= (ends[0] == length)


@given(st.integers(2, 5), st.floats(0.1, 10), st.data())
def test_leashed_model(classes, beta, data):
    """Points minus the leash fall short of their best value by β times the divergence from the best model."""
    scores = st.lists(st.floats(-3, 3), min_size=classes, max_size=classes).map(np.array)
    p, q, points = softmax(data.draw(scores)), softmax(data.draw(scores)), data.draw(scores)
    best = softmax(np.log(p) + points / beta)
    top = beta * logsumexp(np.log(p) + points / beta)
    reached, most = (model @ points - beta * kl_divergence(model, p) for model in (q, best))
    assert math.isclose(reached, top - beta * kl_divergence(q, best), abs_tol=1e-9)
    assert math.isclose(most, top, abs_tol=1e-9)


@given(st.integers(2, 5), st.data())
def test_estimator_gradients(classes, data):
    """Mean gradients of k1, k2 and k3 with the draw held fixed: none, that of D(q‖p), that of D(p‖q)."""
    scores = st.lists(st.floats(-3, 3), min_size=classes, max_size=classes).map(np.array)
    z, p = data.draw(scores), softmax(data.draw(scores))
    q, step = softmax(z), 1e-6

    def estimates(z):
        r = p / softmax(z)
        return np.array([-np.log(r), np.log(r) ** 2 / 2, r - 1 - np.log(r)])

    for i, move in enumerate(step * np.eye(classes)):
        found = (estimates(z + move) - estimates(z - move)) @ q / (2 * step)
        there, back = softmax(z + move), softmax(z - move)
        reverse = (kl_divergence(there, p) - kl_divergence(back, p)) / (2 * step)
        forward = (kl_divergence(p, there) - kl_divergence(p, back)) / (2 * step)
        assert np.allclose(found, [0, reverse, forward], atol=1e-5), i


@given(st.integers(2, 5), st.data())
def test_estimators_of_an_older_model(classes, data):
    """Over draws of an older model, k1 moves q away from it, and k2 and k3 are lowest at p; the weight repairs them."""
    scores = st.lists(st.floats(-3, 3), min_size=classes, max_size=classes).map(np.array)
    z, p, old = data.draw(scores), softmax(data.draw(scores)), softmax(data.draw(scores))
    q, step = softmax(z), 1e-6

    def estimates(z):
        r = p / softmax(z)
        return np.array([-np.log(r), np.log(r) ** 2 / 2, r - 1 - np.log(r)])

    assert (estimates(z)[1:] @ old >= 0).all()
    assert np.allclose(estimates(np.log(p))[1:], 0)
    for i, move in enumerate(step * np.eye(classes)):
        there, back = softmax(z + move), softmax(z - move)
        slope = (estimates(z + move) - estimates(z - move)) / (2 * step)
        away = -(kl_divergence(old, there) - kl_divergence(old, back)) / (2 * step)
        assert np.isclose((slope @ old)[0], away, atol=1e-5), i

        reverse = (kl_divergence(there, p) - kl_divergence(back, p)) / (2 * step)
        forward = (kl_divergence(p, there) - kl_divergence(p, back)) / (2 * step)
        assert np.allclose(slope @ (old * q / old), [0, reverse, forward], atol=1e-5), i
        weighted = estimates(z + move) @ (old * there / old) - estimates(z - move) @ (old * back / old)
        assert np.allclose(weighted[[0, 2]] / (2 * step), reverse, atol=1e-5), i


def test_no_theorem_is_missing():
    """The names that the chapters point to."""
    theorems = """information_unique entropy_bounds kraft source_coding chain_rule conditioning mutual_information_forms
    gibbs js_bounds decomposition maximum_likelihood perplexity_uniform one_hot logsumexp_bounds shift_invariance
    softmax_gradient sigmoid_gradient sigmoid_is_two_class_softmax convexity binary_softplus binary_balance
    binary_convex binary_growth binary_separable maximum_entropy softmax_jacobian label_smoothing distillation
    focal_minimum square_slope wished_gradient brier_proper exact_difference two_diff label_left_out generalised_kl
    phi_series mcmillan chain_rule_divergence data_processing classifier_loss loss_bounds_errors huffman arithmetic
    counts kneser_ney leashed_model estimator_gradients"""
    assert {f"test_{name}" for name in theorems.split()} <= set(globals())


@pytest.mark.parametrize(
    ("words", "free"), [([""], True), (["0", "10", "11"], True), (["0", "01"], False), (["", "1"], False)]
)
def test_prefix_check(words, free):
    """The helper above can fail."""
    assert is_prefix_free(words) == free
