"""The small neural network of the chapter *What comes next?*: `python -m tools.measuring.network` trains it.

The last seven bytes, 32 numbers for each, one hidden layer, softmax: the model of Bengio and others (2003), trained by
Adam on the package's loss. It takes a few minutes, too long for a page. What it measures goes to
src/crossentropy/data/network.json.
"""

import json

import numpy as np

from crossentropy import softmax_cross_entropy, softmax_cross_entropy_value_and_grad
from crossentropy.data import load_alice
from tools.chapters import ROOT

CONTEXT, WIDTH, HIDDEN, BATCH, RATE, DROP, STEPS, SEED = 7, 32, 512, 128, 2e-3, 0.25, 16_000, 0
TRAIN, VALID = 118_000, 133_000  # where the parts of the text end, as in the chapter


class Network:
    """Bytes before → a vector each → one tanh layer → scores."""

    def __init__(self, kinds, context=CONTEXT, width=WIDTH, hidden=HIDDEN, seed=SEED, dtype=np.float32):
        rng = np.random.default_rng(seed)
        shapes = [(kinds, width), (context * width, hidden), (hidden,), (hidden, kinds), (kinds,)]
        spreads = [1, (context * width) ** -0.5, 0, 0, 0]
        pairs = zip(shapes, spreads, strict=True)
        self.parameters = [(spread * rng.normal(size=shape)).astype(dtype) for shape, spread in pairs]

    def hidden(self, x):
        vectors, weights, bias, _, _ = self.parameters
        inputs = vectors[x].reshape(len(x), -1)
        return inputs, np.tanh(inputs @ weights + bias)

    def scores(self, x):
        return self.hidden(x)[1] @ self.parameters[3] + self.parameters[4]

    def loss_and_gradients(self, x, y, kept=1):
        """The mean loss in nats, and its gradients; `kept` multiplies the hidden units, for dropout."""
        vectors, weights, _, out, last = self.parameters
        inputs, units = self.hidden(x)
        dropped = units * kept
        loss, slope = softmax_cross_entropy_value_and_grad(dropped @ out + last, y)
        back = (slope @ out.T) * kept * (1 - units**2)
        to_vectors = np.zeros_like(vectors)
        np.add.at(to_vectors, x.ravel(), (back @ weights.T).reshape(x.size, -1))
        return loss, [to_vectors, inputs.T @ back, back.sum(axis=0), dropped.T @ slope, slope.sum(axis=0)]


def bits(network, x, y):
    """Surprise of each byte."""
    parts = [slice(i, i + 4096) for i in range(0, len(x), 4096)]
    nats = [softmax_cross_entropy(network.scores(x[part]), y[part], reduction="none") for part in parts]
    return np.concatenate(nats) / np.log(2)


def main():
    text = load_alice().replace(b"\r\n", b"\n").rstrip(b"\x1a")[:VALID]
    kinds, ids = np.unique(np.frombuffer(text, np.uint8), return_inverse=True)
    windows = np.lib.stride_tricks.sliding_window_view(ids, CONTEXT + 1)
    x, y = windows[:, :-1], windows[:, -1]
    split = TRAIN - CONTEXT  # the first window to predict a byte of the validation part
    network, rng, curve = Network(len(kinds)), np.random.default_rng(SEED), []
    means = [[np.zeros_like(p), np.zeros_like(p)] for p in network.parameters]
    for step in range(STEPS + 1):
        if step % 1000 == 0 or step in (100, 300):
            parts = slice(15_000), slice(split, None)
            row = [step, *(round(float(bits(network, x[part], y[part]).mean()), 4) for part in parts)]
            curve.append(row)
            print(*row, flush=True)
        rows = rng.integers(0, split, BATCH)
        kept = (rng.random((BATCH, HIDDEN)) >= DROP).astype(np.float32) / np.float32(1 - DROP)
        _, gradients = network.loss_and_gradients(x[rows], y[rows], kept)
        rate = np.float32(RATE * min(1, (step + 1) / 100) * (1 - step / (STEPS + 1)))
        rate *= np.float32((1 - 0.99 ** (step + 1)) ** 0.5 / (1 - 0.9 ** (step + 1)))
        for p, g, (m, v) in zip(network.parameters, gradients, means, strict=True):
            m += np.float32(0.1) * (g - m)
            v += np.float32(0.01) * (g * g - v)
            p -= rate * m / (np.sqrt(v) + np.float32(1e-8))
    record = {
        "weights": sum(p.size for p in network.parameters),
        "curve": curve,
        "bits": [round(float(b), 3) for b in bits(network, x[split:], y[split:])],
    }
    path = ROOT / "src" / "crossentropy" / "data" / "network.json"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
