"""The answers do not depend on where blocks are cut, or on which rows take the quick path."""

import numpy as np
import pytest
import scipy.special

import crossentropy as ce
from crossentropy import _kernels
from tests.strategies import exact_surprises, exp, ulps

RNG = np.random.default_rng(0)
ROWS, CLASSES = 37, 13
SCORES = 4 * RNG.normal(size=(ROWS, CLASSES))
LABELS = RNG.integers(0, CLASSES, ROWS)
SHARES = RNG.dirichlet(np.ones(CLASSES), ROWS)
BELIEFS = RNG.dirichlet(np.ones(CLASSES), ROWS)
# Rows that the quick path cannot take are between those that it can.
MIXED = SCORES.copy()
MIXED[::5] += 1000
MIXED[3, LABELS[3]] = 800
MIXED[4, (LABELS[4] + 1) % CLASSES] = -np.inf

CALLS = {
    "self_information": lambda: ce.self_information(SHARES),
    "entropy": lambda: ce.entropy(SHARES),
    "cross_entropy": lambda: ce.cross_entropy(SHARES, BELIEFS),
    "cross_entropy, one belief": lambda: ce.cross_entropy(SHARES, BELIEFS[0]),
    "cross_entropy, outer": lambda: ce.cross_entropy(SHARES[:, np.newaxis], BELIEFS[:5]),
    "kl_divergence": lambda: ce.kl_divergence(SHARES, BELIEFS),
    "kl_divergence, one": lambda: ce.kl_divergence(SHARES[0], BELIEFS[0]),
    "js_divergence": lambda: ce.js_divergence(SHARES, BELIEFS),
    "mutual_information": lambda: ce.mutual_information(SHARES / ROWS),
    "logsumexp": lambda: ce.logsumexp(MIXED),
    "softmax": lambda: ce.softmax(MIXED),
    "softmax, float32": lambda: ce.softmax(MIXED.astype(np.float32)),
    "log_softmax": lambda: ce.log_softmax(MIXED),
    "sigmoid": lambda: ce.sigmoid(SCORES),
    "labels": lambda: ce.softmax_cross_entropy_grad(MIXED, LABELS),
    "labels, each": lambda: ce.softmax_cross_entropy(MIXED, LABELS, reduction="none"),
    "labels, value": lambda: ce.softmax_cross_entropy_value_and_grad(MIXED, LABELS)[0],
    "labels, float32": lambda: ce.softmax_cross_entropy_grad(MIXED.astype(np.float32), LABELS),
    "shares": lambda: ce.softmax_cross_entropy_grad(MIXED[1:3], SHARES[1:3]),
    "focal_loss": lambda: ce.focal_loss_grad(SCORES, LABELS),
    "with_logits": lambda: ce.binary_cross_entropy_with_logits_value_and_grad(SCORES, SHARES)[0],
    "with_logits, each": lambda: ce.binary_cross_entropy_with_logits_value_and_grad(SCORES, SHARES)[1],
    "squared_error": lambda: ce.squared_error(SCORES, SHARES),
}


@pytest.mark.parametrize("block", [8, 8 * 5, 8 * CLASSES, 8 * 50, 8 * 200])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_blocks_of_any_size_give_the_same(monkeypatch, call, block):
    """Of 1 number, of 5, of a row, of several rows: the last block of all is shorter than the others."""
    whole = call()
    monkeypatch.setattr(_kernels, "BLOCK", block)
    np.testing.assert_allclose(call(), whole, rtol=1.2e-7 if whole.dtype == np.float32 else 1e-14)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (7, 1), (200, 1), (7, 3), (100, 10), (3, 1000)])
def test_blocks_cover_every_row_once_and_stay_small(monkeypatch, rows, columns):
    monkeypatch.setattr(_kernels, "BLOCK", 8 * 64)
    blocks = [np.arange(rows)[block] for block in _kernels.row_blocks(rows, columns)]
    np.testing.assert_array_equal(np.concatenate(blocks), np.arange(rows))
    assert {len(block) for block in blocks[:-1]} <= {max(1, 64 // columns)}
    assert len(blocks[-1]) <= max(1, 64 // columns)


def test_a_row_of_one_number_is_the_default():
    assert _kernels.row_blocks(10**6) == _kernels.row_blocks(10**6, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [2, 63, 64, 65, 255, 256, 257, 1000])
def test_any_number_of_classes(rng, classes, dtype):
    """float32 is summed in float64 up to 63 classes, and in pieces of 256 from 64 on."""
    z = rng.normal(size=(3, classes)).astype(dtype)
    labels = rng.integers(0, classes, 3)
    shares = scipy.special.softmax(z.astype(np.float64), axis=1)
    rtol = 1e-14 if dtype == np.float64 else 3e-7
    losses, slopes = ce.softmax_cross_entropy_value_and_grad(z, labels, reduction="none")
    np.testing.assert_allclose(losses, -np.log(shares[np.arange(3), labels]), rtol=10 * rtol)
    np.testing.assert_allclose(slopes, shares - np.eye(classes)[labels], rtol=3 * rtol, atol=rtol * 1e-3)
    np.testing.assert_allclose(ce.softmax(z), shares, rtol=rtol)


@pytest.mark.parametrize("columns", [1, 63, 64, 1000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_sums_of_rows_are_wide(rng, columns, dtype):
    x = rng.random((4, columns)).astype(dtype)
    sums = _kernels.row_sums(x)
    assert sums.dtype == np.float64
    np.testing.assert_allclose(sums, [np.sum(row.astype(np.float64)) for row in x], rtol=1e-15)
    assert _kernels.row_sums(x[0]) == pytest.approx(sums[0], rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [-1000, -90, -30, 0, 30, 60, 87, 300, 360, 700])
def test_the_quick_path_is_taken_only_where_it_is_exact(shift, dtype):
    """Exponentials overflow or vanish beyond: those rows are computed with care."""
    z = (np.array([[0.0, 1.5, -2.0], [30.0, 0.0, -1.0]]) + shift).astype(dtype)
    for label in range(3):
        losses = ce.softmax_cross_entropy(z, [label] * 2, reduction="none")
        assert ulps(losses, np.array([exact_surprises(row)[label] for row in z])) <= 4


SLOPES = {
    "labels": ce.softmax_cross_entropy_grad,
    "labels, weighted": lambda z, y: ce.softmax_cross_entropy_grad(z, y, weight=np.ones(len(z))),
    "shares": lambda z, y: ce.softmax_cross_entropy_grad(z, np.eye(len(z))[y]),
    "softmax": lambda z, y: ce.softmax(z),
}


@pytest.mark.parametrize("call", SLOPES.values(), ids=SLOPES)
@pytest.mark.parametrize(("dtype", "top", "low"), [(np.float64, 800.1, 250), (np.float32, 103.05, 30)])
@pytest.mark.parametrize("classes", [40, 100])
def test_slopes_far_below_the_largest_score_keep_their_digits(rng, call, dtype, top, low, classes):
    """A score of less than half the shift does not differ from it exactly, and its small slope would show that."""
    z = rng.uniform(low, 1.2 * low, classes).astype(dtype)
    z[:2] = top, top - 3.3  # these two share nearly all, so the row keeps the other conditions of the quick path
    assert ulps(call(z, 1)[2:], exp(-exact_surprises(z)[2:])) <= 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [3, 100])
def test_ordinary_rows_take_the_quick_path(rng, classes, dtype):
    """Otherwise every answer would still be right, but take several times as long."""
    z, labels = rng.normal(size=(5, classes)).astype(dtype), rng.integers(0, classes, 5)
    losses, slopes = np.empty(5), np.empty((5, classes))
    assert _kernels.label_losses_and_slopes(losses, slopes, z, labels, weights=np.ones(5), scale=1.0).size == 0
    shares = scipy.special.softmax(z.astype(np.float64), axis=1)
    np.testing.assert_allclose(losses, -np.log(shares[np.arange(5), labels]), rtol=1e-6)
    np.testing.assert_allclose(slopes, shares - np.eye(classes)[labels], rtol=1e-6)
    if dtype == np.float64:
        assert _kernels.softmax_rows(np.empty(z.shape), z).size == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [0, 15, 60])
@pytest.mark.parametrize("classes", [3, 100])
def test_so_do_rows_of_a_confident_model(rng, classes, dtype, lead):
    """Right or wrong, with labels that are smoothed or soft: a trained model has hardly any other rows."""
    z, labels = rng.normal(size=(6, classes)).astype(dtype), rng.integers(0, classes, 6)
    z[np.arange(6), (labels + np.arange(6) % 2) % classes] += lead
    share = np.full(classes, 0.1 / classes)
    targets = 0.9 * np.eye(classes)[labels] + share
    slopes = np.empty((2, 6, classes))
    for made, y, shares in [(slopes[0], labels, lambda y: (0.9, share)), (slopes[1], targets, lambda t: (None, t))]:
        assert _kernels.share_losses_and_slopes(np.empty(6), made, z, y, shares, scale=1.0).size == 0
    np.testing.assert_allclose(slopes, [scipy.special.softmax(z.astype(float), axis=1) - targets] * 2, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 64), (64, 1), (8, 8), (4, 200), (200, 4), (9, 9)])
def test_formulas_see_a_block_at_a_time(rng, monkeypatch, shape):
    """What fits into one is not cut."""
    monkeypatch.setattr(_kernels, "BLOCK", 8 * 64)
    sizes = []

    def formula(block):
        sizes.append(block.size)
        return [block]

    x, out = rng.random(shape), np.empty(shape)
    np.testing.assert_allclose(_kernels.sum_in_blocks(formula, x)[0], x.sum(axis=-1), rtol=1e-14)
    assert max(sizes) <= 64
    assert (len(sizes) == 1) == (x.size <= 64)
    if shape[1] <= 64:  # rows are not cut here
        sizes.clear()
        _kernels.fill_in_blocks([out], formula, x)
        np.testing.assert_array_equal(out, x)
        assert max(sizes) <= 64
        assert (len(sizes) == 1) == (x.size <= 64)


def test_sums_of_long_doubles_over_several_blocks_are_long_doubles(monkeypatch):
    monkeypatch.setattr(_kernels, "BLOCK", 8 * 4)
    x = np.full((3, 10), 0.1, np.longdouble)
    total = _kernels.sum_in_blocks(lambda x: [x], x)[0]
    assert np.max(np.abs(total - 10 * x[0, 0])) <= 8 * np.finfo(np.longdouble).eps


def test_long_rows_are_summed_without_loss():
    """However few they are: one after the other, so many numbers would lose three digits."""
    x = np.full((2, 2**16), 0.1)
    np.testing.assert_allclose(_kernels.row_sums(x), 0.1 * 2**16, rtol=2e-15)
