"""The two small networks of the chapter *How low can it go?*: `python -m tools.measuring.network` trains both.

`FixedPlaces` is the model of Bengio and others (2003): the last seven bytes, 32 numbers for each, a hidden layer and
the softmax. `Attention` reads the last 32 bytes through a layer of self-attention. Both are trained by Adam on the
package's loss, which takes some minutes, too long for a page. What is measured goes to fixed-places.json and
attention.json in src/crossentropy/data.
"""

import json
import sys

import numpy as np

from crossentropy import softmax, softmax_cross_entropy, softmax_cross_entropy_value_and_grad
from crossentropy.data import load_alice
from tools.chapters import ROOT

KINDS, STEPS, SEED = 256, 16_000, 0
TRAIN, VALID = 118_000, 133_000  # where the parts of the text end, as in the chapter
OPENS, CLOSES = TRAIN + 12_103, TRAIN + 12_120  # the two quotation marks of `Write that down,'


def random_parameters(shapes, spreads, seed, dtype):
    rng = np.random.default_rng(seed)
    return [(spread * rng.normal(size=shape)).astype(dtype) for shape, spread in zip(shapes, spreads, strict=True)]


class FixedPlaces:
    """Bytes before → a vector each → one tanh layer → scores of the next byte."""

    name, batch, rate, drop = "fixed-places", 128, 2e-3, 0.25

    def __init__(self, kinds=KINDS, context=7, width=32, hidden=512, seed=SEED, dtype=np.float32):
        self.context = context
        shapes = [(kinds, width), (context * width, hidden), (hidden,), (hidden, kinds), (kinds,)]
        self.parameters = random_parameters(shapes, [1, (context * width) ** -0.5, 0, 0, 0], seed, dtype)

    def draw(self, ids, rng):
        """Some places of the text, with the bytes before each."""
        windows = ids[rng.integers(0, len(ids) - self.context, self.batch)[:, None] + np.arange(self.context + 1)]
        kept = (rng.random((self.batch, len(self.parameters[2]))) >= self.drop).astype(np.float32)
        return windows[:, :-1], windows[:, -1], kept / np.float32(1 - self.drop)

    def forward(self, x):
        vectors, weights, bias, _, _ = self.parameters
        inputs = vectors[x].reshape(len(x), -1)
        return inputs, np.tanh(inputs @ weights + bias)

    def loss_and_gradients(self, x, y, kept=1):
        """The mean loss in nats, and its gradients; `kept` multiplies the hidden units, for dropout."""
        vectors, weights, _, out, last = self.parameters
        inputs, units = self.forward(x)
        dropped = units * kept
        loss, slope = softmax_cross_entropy_value_and_grad(dropped @ out + last, y)
        back = (slope @ out.T) * kept * (1 - units**2)
        to_vectors = np.zeros_like(vectors)
        np.add.at(to_vectors, x.ravel(), (back @ weights.T).reshape(x.size, -1))
        return loss, [to_vectors, inputs.T @ back, back.sum(axis=0), dropped.T @ slope, slope.sum(axis=0)]

    def bits(self, ids, begin, end):
        """The surprise of each byte from `begin` to `end`."""
        rows = np.lib.stride_tricks.sliding_window_view(ids[begin - self.context : end], self.context + 1)
        scores = [
            self.forward(part)[1] @ self.parameters[3] + self.parameters[4]
            for part in np.split(rows[:, :-1], range(4096, len(rows), 4096))
        ]
        return softmax_cross_entropy(np.concatenate(scores), rows[:, -1], reduction="none") / np.log(2)


class Attention:
    """Bytes before → a vector each → one layer of self-attention → one hidden layer → scores, at each place."""

    name, batch, rate, drop = "attention", 32, 3e-3, 0.2
    fresh = 8  # of each window, as many bytes are scored in a test; the others are their past

    def __init__(self, kinds=KINDS, context=32, width=64, heads=4, hidden=256, seed=SEED, dtype=np.float32):
        self.context, self.heads = context, heads
        shapes = [(kinds, width), (context, width), (width, 3 * width), (width, width)]
        shapes += [(width, hidden), (hidden, width), (width, kinds)]
        spreads = [0.5, 0.5, width**-0.5, 0.5 * width**-0.5, (2 / width) ** 0.5, 0.5 * hidden**-0.5, 0]
        self.parameters = random_parameters(shapes, spreads, seed, dtype)
        self.later = np.triu(np.full((context, context), -np.inf, dtype), 1)

    def draw(self, ids, rng):
        """Some windows of the text, and the same moved on by a byte."""
        windows = ids[rng.integers(0, len(ids) - self.context, self.batch)[:, None] + np.arange(self.context + 1)]
        shape = (windows[:, 1:].size, self.parameters[5].shape[0])
        kept = (rng.random(shape) >= self.drop).astype(np.float32)
        return windows[:, :-1], windows[:, 1:], kept / np.float32(1 - self.drop)

    def heads_apart(self, h):
        """(windows · places, width) → (windows, heads, places, width / heads)."""
        return h.reshape(-1, self.context, self.heads, h.shape[-1] // self.heads).swapaxes(1, 2)

    def heads_together(self, h):
        return h.swapaxes(1, 2).reshape(-1, self.heads * h.shape[-1])

    def forward(self, x, kept=1):
        """The scores, and all that the way back needs."""
        vectors, places, weights, mix, up, down, out = self.parameters
        start = (vectors[x] + places).reshape(x.size, -1)
        a, size_a = normalised(start)
        query, key, value = map(self.heads_apart, np.split(a @ weights, 3, axis=1))
        share = softmax(query @ key.swapaxes(2, 3) * self.scale(query) + self.later)
        seen = self.heads_together(share @ value)
        middle = start + seen @ mix
        b, size_b = normalised(middle)
        units = np.maximum(b @ up, 0) * kept
        c, size_c = normalised(middle + units @ down)
        return c @ out, (a, size_a, query, key, value, share, seen, b, size_b, units, c, size_c)

    def scale(self, query):
        return query.dtype.type(query.shape[-1] ** -0.5)

    def loss_and_gradients(self, x, y, kept=1):
        """The mean loss in nats, and its gradients; `kept` multiplies the hidden units, for dropout."""
        vectors, _, weights, mix, up, down, out = self.parameters
        scores, (a, size_a, query, key, value, share, seen, b, size_b, units, c, size_c) = self.forward(x, kept)
        loss, slope = softmax_cross_entropy_value_and_grad(scores, y.ravel())
        back = back_through_norm(slope @ out.T, c, size_c)
        to_units = (back @ down.T) * (units > 0) * kept
        to_middle = back + back_through_norm(to_units @ up.T, b, size_b)
        to_seen = self.heads_apart(to_middle @ mix.T)
        to_share = to_seen @ value.swapaxes(2, 3)
        to_match = share * (to_share - (to_share * share).sum(axis=3, keepdims=True)) * self.scale(query)
        three = to_match @ key, to_match.swapaxes(2, 3) @ query, share.swapaxes(2, 3) @ to_seen
        to_three = np.concatenate([self.heads_together(part) for part in three], axis=1)
        to_start = to_middle + back_through_norm(to_three @ weights.T, a, size_a)
        to_vectors = np.zeros_like(vectors)
        np.add.at(to_vectors, x.ravel(), to_start)
        to_places = to_start.reshape(*x.shape, -1).sum(axis=0)
        below = [to_vectors, to_places, a.T @ to_three, seen.T @ to_middle]
        return loss, [*below, b.T @ to_units, units.T @ back, c.T @ slope]

    def bits(self, ids, begin, end):
        """The surprise of each byte from `begin` to `end`, which hold a whole number of `fresh` ones."""
        ends = np.arange(begin + self.fresh, end + 1, self.fresh)
        rows = ids[ends[:, None] + np.arange(-self.context - 1, 0)]
        scores = np.concatenate([self.forward(part[:, :-1])[0] for part in np.split(rows, range(256, len(rows), 256))])
        nats = softmax_cross_entropy(scores, rows[:, 1:].ravel(), reduction="none")
        return nats.reshape(len(rows), -1)[:, -self.fresh :].ravel() / np.log(2)

    def shares(self, ids, begin, i):
        """How each head divides its attention among the bytes before byte i, where `bits` from `begin` scores it."""
        end = i + self.fresh - (i - begin) % self.fresh
        share = self.forward(ids[None, end - self.context - 1 : end - 1])[1][5]
        place = self.context - end + i
        return share[0, :, place, : place + 1]


def normalised(h):
    """Rows divided by their root mean square, and what they were multiplied by."""
    size = 1 / np.sqrt((h * h).mean(axis=1, keepdims=True) + h.dtype.type(1e-5))
    return h * size, size


def back_through_norm(slope, row, size):
    return size * (slope - row * (slope * row).mean(axis=1, keepdims=True))


def learn(network, ids, steps=STEPS):
    """Train by Adam, with a warm-up and a falling rate; the curve has rows (step, bits at home, bits on new text)."""
    rng, curve = np.random.default_rng(SEED), []
    means = [[np.zeros_like(p), np.zeros_like(p)] for p in network.parameters]
    for step in range(steps + 1):
        if step % 1000 == 0 or step in (100, 300):
            ends = [(network.context, network.context + VALID - TRAIN), (TRAIN, VALID)]
            curve.append([step, *(round(float(network.bits(ids, *places).mean()), 4) for places in ends)])
            print(*curve[-1], flush=True)
        _, gradients = network.loss_and_gradients(*network.draw(ids[:TRAIN], rng))
        rate = np.float32(network.rate * min(1, (step + 1) / 100) * (1 - step / (steps + 1)))
        rate *= np.float32((1 - 0.99 ** (step + 1)) ** 0.5 / (1 - 0.9 ** (step + 1)))
        for p, g, (m, v) in zip(network.parameters, gradients, means, strict=True):
            m += np.float32(0.1) * (g - m)
            v += np.float32(0.01) * (g * g - v)
            p -= rate * m / (np.sqrt(v) + np.float32(1e-8))
    return curve


def look(network, ids):
    """Where the heads look before they predict a closing mark, and what it costs without the opening one."""
    shares, without = network.shares(ids, TRAIN, CLOSES), ids.copy()
    without[OPENS] = ord(" ")
    costs = [float(network.bits(part, TRAIN, VALID)[CLOSES - TRAIN]) for part in (ids, without)]
    return {"shares": shares.astype(float).round(3).tolist(), "mark": [round(bits, 2) for bits in costs]}


def main(names):
    ids = np.frombuffer(load_alice().replace(b"\r\n", b"\n"), np.uint8)[:VALID].astype(np.intp)
    for network in (FixedPlaces(), Attention()):
        if network.name in names or not names:
            curve = learn(network, ids)
            bits = [round(float(b), 2) for b in network.bits(ids, TRAIN, VALID)]
            record = {"weights": sum(p.size for p in network.parameters), "curve": curve, "bits": bits}
            if isinstance(network, Attention):
                record |= look(network, ids)
            path = ROOT / "src" / "crossentropy" / "data" / f"{network.name}.json"
            path.write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
