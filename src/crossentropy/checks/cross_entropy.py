"""Checks of the chapter *Cross-entropy*."""

import math

import numpy as np

from .. import cross_entropy, entropy, js_divergence, kl_divergence
from . import call, close, exercise, expect, gives, number, numbers

P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([1 / 8, 1 / 2, 1 / 4, 1 / 8])


@exercise("cross-entropy-hand")
def hand(four):
    """The four measures of a fair coin and a belief of one in four."""
    p, q = [0.5, 0.5], [0.25, 0.75]
    right = [
        entropy(p, base=2),
        kl_divergence(p, q, base=2),
        cross_entropy(p, q, base=2),
        cross_entropy(q, p, base=2),
    ]
    names = ["H(p)", "D(p‖q)", "H(p, q)", "H(q, p)"]
    typical = {
        "D(p‖q)": [(kl_divergence(q, p, base=2), "D(p‖q) has p and q exchanged; the average is taken under p.")],
        "H(p, q)": [(entropy(np.outer(p, q).ravel(), base=2), "H(p, q) is no joint entropy of two quantities.")],
        "H(q, p)": [
            (right[2], "H(q, p) is not H(p, q): the average is taken under q."),
            (entropy(q, base=2), "H(q, p) is not H(q): the surprise is that of p."),
        ],
    }
    for name, answer, value in zip(names, numbers("four", four, (4,)), right, strict=True):
        close(name, answer, value, unit="bits", mistakes=typical.get(name, ()), relative=2e-4)


@exercise("cross-entropy-log")
def log_file(choices, bits, uniform):
    """What a loss in nats means."""
    mistakes = [
        (2**3.1, "`choices` undoes the wrong logarithm: the loss is in nats."),
        (3.1, "`choices` is the loss itself; a perplexity is its exponential."),
    ]
    close("choices", choices, math.exp(3.1), mistakes=mistakes, relative=5e-3)
    mistakes = [(3.1 * math.log(2), "`bits` is less than the number of nats; but a bit is the smaller unit.")]
    close("bits", bits, 3.1 / math.log(2), unit="bits", mistakes=mistakes, relative=5e-3)
    mistakes = [
        (50_257, "`uniform` is the perplexity; the loss is its logarithm."),
        (1 / 50_257, "`uniform` is the probability of a token."),
    ]
    close("uniform", uniform, math.log(50_257), unit="nats", mistakes=mistakes, relative=1e-3)


@exercise("cross-entropy-mixture")
def mixture(best_belief, excess):
    """The belief for somebody who does not know in which town he lives."""
    rng = np.random.default_rng(0)
    for p, q in [(P, Q), ([1.0, 0.0], [0.0, 1.0]), *rng.dirichlet(np.ones(5), size=(4, 2))]:
        p, q = np.asarray(p), np.asarray(q)
        geometric = np.sqrt(p * q) / max(np.sqrt(p * q).sum(), 1e-300)
        mistakes = [
            (p, "`best_belief` is p, which is infinitely or at least too dear where q is true."),
            (q, "`best_belief` is q, which is infinitely or at least too dear where p is true."),
            (geometric, "`best_belief` averages the surprises; try the probabilities."),
            (p + q, "What `best_belief` returns does not sum to 1."),
            (np.full(p.size, 1 / p.size), "`best_belief` does not use what you know of the towns."),
        ]
        gives(best_belief, (p, q), (p + q) / 2, label="best_belief", mistakes=mistakes)
    mistakes = [
        (entropy((P + Q) / 2, base=2), "`excess` is the whole bill; take off what is paid even by who knows the town."),
        (2 * js_divergence(P, Q, base=2), "`excess` is added up over the two towns, and the average is asked for."),
        (
            (kl_divergence(P, Q, base=2) + kl_divergence(Q, P, base=2)) / 2,
            "`excess` is that of believing in the wrong town.",
        ),
    ]
    close("excess", excess, js_divergence(P, Q, base=2), unit="bits", mistakes=mistakes, relative=1e-4)


@exercise("cross-entropy-held-out")
def held_out(two_bills):
    """The bill on the days that made the model, and on others."""
    seen, unseen = np.array([10, 6, 4, 0]), np.array([8, 6, 3, 3])
    model = np.array([11, 7, 5, 1]) / 24
    bills = [cross_entropy(days / 20, model, base=2) for days in (seen, unseen)]
    later = np.array([9, 7, 4, 4]) / 24
    under_model = [cross_entropy(model, days / 20, base=2) for days in (seen, unseen)]
    own, own_model = entropy(seen / 20, base=2), cross_entropy(unseen / 20, later, base=2)
    mistakes = [
        (bills[::-1], "`two_bills` has the two halves exchanged."),
        (np.multiply(bills, 20), "`two_bills` is for all twenty days; the bill a day is asked for."),
        (under_model, "The average is taken under the days, not under the model."),
        ([bills[0], own_model], "The other days must be paid with the model of the first ones."),
        ([cross_entropy(seen / 20, later, base=2), bills[1]], "The first half is paid with the model of the other."),
        ([own, math.inf], "The counts need 1 added, or the model excludes what it has not seen."),
        ([own, bills[1]], "The first half is paid with its own frequencies, not with the model."),
    ]
    gives(two_bills, (seen, unseen), bills, label="two_bills", unit="bits", mistakes=mistakes)
    rng = np.random.default_rng(0)
    for days in (5, 40):
        one, two = rng.multinomial(days, [0.5, 0.3, 0.2], size=2)
        model = (one + 1) / (days + 3)
        expected = [cross_entropy(half / days, model, base=2) for half in (one, two)]
        gives(two_bills, (one, two), expected, label="two_bills", unit="bits")


@exercise("cross-entropy-linear")
def two_rules(linear, squared):
    """Expected payments of a rule that makes liars, and of one that does not."""
    p, q = 0.7, 0.6
    mistakes = [
        (1 - q, "`linear` is what is paid on heads; on tails the other side was given 1 − q."),
        (p * q + (1 - p) * (1 - q), "`linear` pays what was given to what happened; the rule is 1 minus that."),
        (abs(p - q), "`linear` compares with p, and nobody knows p when it comes to paying."),
    ]
    gives(linear, (p, q), p * (1 - q) + (1 - p) * q, label="linear", mistakes=mistakes)
    mistakes = [
        ((1 - q) ** 2, "`squared` is what is paid on heads; average over both sides."),
        ((p - q) ** 2, "`squared` compares with p, and nobody knows p when it comes to paying."),
        ((p * (1 - q) + (1 - p) * q) ** 2, "`squared` squares the average; each payment is squared, then averaged."),
        (p * q**2 + (1 - p) * (1 - q) ** 2, "`squared` has heads and tails exchanged."),
    ]
    gives(squared, (p, q), p * (1 - q) ** 2 + (1 - p) * q**2, label="squared", mistakes=mistakes)
    for p in (0.0, 0.2, 0.5, 0.9, 1.0):
        honest = number("squared", call(squared, p, p, label="squared"))
        for q in (0.0, 0.3, 1.0):
            gives(linear, (p, q), p + q - 2 * p * q, label="linear")
            paid = number("squared", call(squared, p, q, label="squared"))
            expect(
                abs(paid - honest - (p - q) ** 2) < 1e-6,
                f"`squared` at p = {p}, q = {q} is not what honesty pays and (p − q)².",
            )
