"""What the tests share: drawn inputs, answers at 50 digits, and one good call of every public function."""

import mpmath as mp
import numpy as np
from hypothesis import strategies as st

import crossentropy as ce

mp.mp.dps = 50

# Drawn inputs ---------------------------------------------------------------------------------------

# Ties, zeros, tiny and subnormal entries are drawn as often as ordinary ones.
ORDINARY = st.floats(0.001, 1)
WEIGHTS = st.one_of(ORDINARY, st.sampled_from([1.0, 0.5, 1e-9, 1e-300, 5e-324, 0.0]))
POSITIVE_WEIGHTS = st.one_of(ORDINARY, st.sampled_from([1.0, 0.5, 1e-9, 1e-300]))


@st.composite
def distributions(draw, size=None, weights=WEIGHTS):
    """One distribution; some entry is at least 1/size."""
    size = draw(st.integers(1, 8)) if size is None else size
    w = np.array(draw(st.lists(weights, min_size=size, max_size=size)))
    w[draw(st.integers(0, size - 1))] = 1.0
    return w / w.sum()


@st.composite
def pairs(draw):
    """Two distributions that are positive at the same places."""
    size = draw(st.integers(1, 8))
    p, q = draw(distributions(size, POSITIVE_WEIGHTS)), draw(distributions(size, POSITIVE_WEIGHTS))
    possible = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    possible[draw(st.integers(0, size - 1))] = True
    p, q = np.where(possible, p, 0), np.where(possible, q, 0)
    return p / p.sum(), q / q.sum()


@st.composite
def joints(draw):
    """One joint table of X (rows) and Y (columns)."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return draw(distributions(rows * columns)).reshape(rows, columns)


@st.composite
def logits(draw, rows=None, largest=1e3):
    """Scores of 2 to 6 classes, sometimes all far from 0."""
    shape = (draw(st.integers(2, 6)),) if rows is None else (rows, draw(st.integers(2, 6)))
    values = draw(st.lists(st.floats(-largest, largest), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.reshape(values, shape) + draw(st.sampled_from([0.0, 0.0, largest]))


@st.composite
def classified(draw, rows=3, largest=20):
    """Logits and a soft target of the same shape."""
    z = draw(logits(rows, largest))
    return z, np.stack([draw(distributions(z.shape[1])) for _ in range(rows)])


# Answers at 50 digits -------------------------------------------------------------------------------

exact = np.vectorize(mp.mpf, otypes=[object])
log = np.vectorize(lambda x: mp.log(x) if x else mp.mpf(0), otypes=[object])  # only ever times 0 there
log1p = np.vectorize(mp.log1p, otypes=[object])
exp = np.vectorize(mp.exp, otypes=[object])


def exact_kl(p, q):
    """Σ p log(p/q) − p + q."""
    p, q = exact(p), exact(q)
    return np.sum(p * (log(p) - log(q)) - p + q)


def exact_js(p, q):
    """½ D(p‖m) + ½ D(q‖m)."""
    p, q = exact(p), exact(q)
    middle = (p + q) / 2
    return (np.sum(p * (log(p) - log(middle))) + np.sum(q * (log(q) - log(middle)))) / 2


def exact_surprises(z):
    """−log softmax(z): log1p of the other classes' odds, which no number of digits can round to 0."""
    z = exact(z)
    odds = exp(z[np.newaxis, :] - z[:, np.newaxis])
    np.fill_diagonal(odds, mp.mpf(0))
    return log1p(np.sum(odds, axis=1))


def exact_logsumexp(z):
    """The largest score, plus its surprise."""
    return mp.mpf(float(np.max(z))) + exact_surprises(z)[np.argmax(z)]


def ulps(got, true):
    """The largest distance from the truth in units of its last place, in the format of `got`."""
    got, true = np.atleast_1d(got), np.atleast_1d(true)
    last_place = np.spacing(np.abs(true.astype(np.float64)).astype(got.dtype)).astype(np.float64)
    return float(np.max(np.abs(exact(got.astype(np.float64)) - true) / exact(last_place)))


# One good call of every public function -------------------------------------------------------------

P, Q = [0.5, 0.25, 0.125, 0.125], [0.125, 0.5, 0.25, 0.125]  # exact in float16 too
JOINT = [[0.5, 0.25], [0.125, 0.125]]
Z, Y = [0.5, -2.0, 3.25, 1.0], [0.25, 1.0, 0.0, 0.5]
LOGITS, TARGET = [[0.5, -2.0, 3.25, 1.0], [1.5, 0.25, -1.0, 0.0]], [P, Q]

_arguments = {
    "self_information": {"p": P},
    "entropy": {"p": P},
    "conditional_entropy": {"joint": JOINT},
    "mutual_information": {"joint": JOINT},
    "cross_entropy": {"p": P, "q": Q},
    "kl_divergence": {"p": P, "q": Q},
    "js_divergence": {"p": P, "q": Q},
    "perplexity": {"p": P, "q": Q},
    "logsumexp": {"z": Z},
    "softmax": {"z": Z},
    "log_softmax": {"z": Z},
    "sigmoid": {"z": Z},
    "log_sigmoid": {"z": Z},
}
LOSSES = {
    "binary_cross_entropy": {"p": P, "y": Y},
    "binary_cross_entropy_with_logits": {"z": Z, "y": Y},
    "softmax_cross_entropy": {"logits": LOGITS, "target": TARGET},
    "squared_error": {"p": Z, "y": Y},
    "focal_loss": {"logits": LOGITS, "target": TARGET},
    "brier_score": {"p": [P, Q], "target": [Q, P]},
}
for _loss, _given in LOSSES.items():
    for _suffix in ("", "_grad", "_value_and_grad"):
        _arguments[_loss + _suffix] = _given

#: name → arguments: float lists whose values float16 holds exactly.
ARGUMENTS = dict(_arguments)
FUNCTIONS = {name: getattr(ce, name) for name in ARGUMENTS}


def answers(result):
    """The answers of a call as a tuple, one for most functions and two for `…_value_and_grad`."""
    return result if isinstance(result, tuple) else (result,)
