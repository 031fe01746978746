"""Checks of the chapter *Entropy*: right answers pass, and each typical mistake gets its hint."""

import heapq
import math

import numpy as np

from tests.checks import cases

HALF = 0.11002786443835955  # the entropy of (HALF, 1 - HALF) is half a bit


def h(*p):
    p = np.ravel(p)
    return float(-np.sum(p * np.log2(p)))


def joined(p, least=True, last=True, weigh=True, copy=list):
    """Huffman's algorithm, and what a mistake makes of it."""
    items, cost = copy(p), 0.0
    while len(items) > 1:
        items.sort(reverse=not least)
        pair = items.pop(0) + items.pop(0)
        cost += (pair if weigh else 1) if items or last else 0
        items.append(pair)
    return cost


def in_order(p):
    """Joins the first two, whatever they are."""
    items, cost = list(p), 0.0
    while len(items) > 1:
        items = [items[0] + items[1], *items[2:]]
        cost += items[0]
    return cost


def in_place(p):
    """Works on the list that it was given."""
    heapq.heapify(p)
    cost = 0.0
    while len(p) > 1:
        pair = heapq.heappop(p) + heapq.heappop(p)
        cost += pair
        heapq.heappush(p, pair)
    return cost


def shannon_lengths(p):
    """Lengths rounded up: a code, but not the best."""
    return sum(x * math.ceil(-math.log2(x)) for x in p)


def forgetful(p):
    joined(p)


RIGHT = {
    "entropy-dice": (math.log2(6), 3),
    "entropy-half-bit": (HALF, 1 - HALF),
    "entropy-kraft": ([True, True, False, True], (1, 2, 3, 3)),
    "entropy-huffman": (joined,),
    "entropy-waiting": (np.float64(2),),
}
WRONG = {
    "entropy-dice": {
        "nats": ((math.log(6), math.log(8)), "`six` is in nats"),
        "one face": ((math.log2(6) / 6, 3 / 8), "term of one face"),
        "whole digits": ((3, 3), "length of a word"),
        "probabilities": ((1 / 6, 1 / 8), "probability of one face"),
    },
    "entropy-half-bit": {
        "half a nat": ((0.1997099, 0.8002901), "half a *nat*"),
        "the same coin twice": ((HALF, HALF), "the same coin"),
        "exchanged": ((1 - HALF, HALF), "larger"),
        "read off": ((0.11, 0.89), "worth 0.4999 bits"),
        "the fair coin": ((0.5, 0.5), "a whole bit"),
        "per cent": ((11, 89), "no probability"),
    },
    "entropy-kraft": {
        "the budget may not be spent": (([False, False, False, True], (1, 2, 3, 3)), "(a) spends the whole budget"),
        "overspent": (([True, True, True, True], (1, 2, 3, 3)), "(c) is judged wrongly"),
        "two words shortened": (([True, True, False, True], (1, 2, 2, 3)), "more than the budget"),
        "one shortened too far": (([True, True, False, True], (1, 1, 3, 3)), "more than the budget"),
        "nothing shortened": (([True, True, False, True], (1, 3, 3, 3)), "as it was"),
        "lengthened": (([True, True, False, True], (2, 2, 3, 3)), "one word shorter"),
        "a word of no digits": (([True, True, False, True], (0, 3, 3, 3)), "above 0"),
        "one verdict missing": (([True, False, True], (1, 2, 3, 3)), "shape (3,), expected (4,)"),
    },
    "entropy-huffman": {
        "most probable first": ((lambda p: joined(p, least=False),), "others than the two least"),
        "last joining forgotten": ((lambda p: joined(p, last=False),), "last joining"),
        "joinings counted": ((lambda p: joined(p, weigh=False),), "counts the joinings"),
        "in order": ((in_order,), "others than the two least"),
        "entropy": ((lambda p: h(p),), "That is the entropy"),
        "entropy in nats": ((lambda p: h(p) * math.log(2),), "an entropy, in nats"),
        "lengths rounded up": ((shannon_lengths,), "too large"),
        "changes its argument": ((in_place,), "changes what it is given"),
        "an error inside": (
            (lambda p: joined(p, copy=lambda q: q.sort()),),
            "raised TypeError: object of type 'NoneType' has no len()",
        ),
        "no return": ((forgetful,), "`return` missing"),
        "called": ((1.3,), "expected a function"),
    },
    "entropy-waiting": {
        "nats": ((2 * math.log(2),), "in nats"),
        "ten terms": ((sum(n * 0.5**n for n in range(1, 11)),), "more terms"),
        "probabilities added": ((1.0,), "sum of the probabilities"),
        "infinite": ((math.inf,), "infinite"),
    },
}

test_right_answer_passes, test_mistake_gets_its_hint = cases.tests(RIGHT, WRONG)
