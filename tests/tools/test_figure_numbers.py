"""The figures with sliders, run by Node: they compute what the package computes, and call each number by its name."""

import json

import numpy as np
import pytest

import crossentropy as ce
from crossentropy.plots import SLIDERS
from crossentropy.training import LogisticRegression
from tools.site import node

FIGURES = node.FOLDER / "src" / "figures"
P, Q = [1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 8, 1 / 2, 1 / 4, 1 / 8]
NEVER, ALMOST = [0.5, 0.5, 0, 0], [0.5 + 1e-9, 0.25 - 1e-9, 1 / 8, 1 / 8]
GRID = np.linspace(-12, 12, 241)


def bump(centre, width):
    weights = np.exp(-0.5 * ((GRID - centre) / width) ** 2)
    return weights / weights.sum()


def half_square(z, y):
    """Nielsen's cost and its slope, as the chapter on squared error has them."""
    a = ce.sigmoid(z)
    return np.mean((a - y) ** 2) / 2, (a - y) * a * (1 - a) / len(y)


def race(loss, start, rate, epochs):
    neuron = LogisticRegression(1, loss)
    neuron.weights[:], neuron.bias = start
    outputs, costs = [], []
    for _ in range(epochs + 1):
        outputs.append(neuron.probabilities(np.array([[1.0]]))[0])
        costs.append(neuron.step(np.array([[1.0]]), np.array([0]), rate))
    return {"outputs": outputs, "costs": costs}


def scores(p, q):
    """Expected scores over both outcomes, by the package's own losses."""
    outcomes, report = [[0, 1], [1, 0]], [1 - q, q]
    weights = [p, 1 - p]
    brier = np.dot(weights, [ce.brier_score(report, k) for k in (1, 0)])
    absolute = np.dot(weights, [np.abs(np.subtract(report, e)).sum() for e in outcomes])
    return {"log": ce.cross_entropy([p, 1 - p], [q, 1 - q]), "brier": brier, "absolute": absolute}


CASES = {
    "surprise in nats": ("surprise", [0.3], ce.self_information(0.3)),
    "surprise in bits": ("surprise", [0.02, 2], ce.self_information(0.02, base=2)),
    "no surprise": ("surprise", [1], 0.0),
    "entropy": ("entropy", [Q, 2], ce.entropy(Q, base=2)),
    "entropy with a zero": ("entropy", [NEVER], ce.entropy(NEVER)),
    "divergence": ("divergence", [P, Q, 2], ce.kl_divergence(P, Q, base=2)),
    "divergence the other way": ("divergence", [Q, P], ce.kl_divergence(Q, P)),
    "divergence from what never happens": ("divergence", [P, NEVER], np.inf),
    "divergence of what never happens": ("divergence", [NEVER, P, 2], ce.kl_divergence(NEVER, P, base=2)),
    "divergence of almost the same": ("divergence", [P, ALMOST], 0.0),
    "divergence of two bumps": (
        "divergence",
        [bump(-3, 0.8).tolist(), bump(1, 2).tolist(), 2],
        ce.kl_divergence(bump(-3, 0.8), bump(1, 2), base=2),
    ),
    "cross-entropy": ("crossEntropy", [P, Q, 2], ce.cross_entropy(P, Q, base=2)),
    "cross-entropy of the impossible": ("crossEntropy", [P, NEVER], np.inf),
    "softmax": ("softmax", [[1.5, -2, 0.3]], ce.softmax([1.5, -2, 0.3])),
    "softmax, cold": ("softmax", [[900, 0, -900], 0.1], ce.softmax(np.array([900, 0, -900]) / 0.1)),
    "softmax, hot": ("softmax", [[1.5, -2, 0.3], 7], ce.softmax(np.array([1.5, -2, 0.3]) / 7)),
    "sigmoid": ("sigmoid", [1.7], ce.sigmoid(1.7)),
    "sigmoid far out": ("sigmoid", [-800], ce.sigmoid(-800.0)),
    "squared error learns": ("learn", ["squared", [2, 2], 0.15, 300], race(half_square, (2, 2), 0.15, 300)),
    "cross-entropy learns": (
        "learn",
        ["surprise", [0.6, 0.9], 0.005, 300],
        race(ce.binary_cross_entropy_with_logits_value_and_grad, (0.6, 0.9), 0.005, 300),
    ),
    "scores": ("expectedScores", [0.7, 0.9], scores(0.7, 0.9)),
    "scores of a bad report": ("expectedScores", [0.05, 0.99], scores(0.05, 0.99)),
    "budget": ("budget", [[1, 2, 2, 3]], 9 / 8),
    "words": ("words", [[3, 1, 3, 2]], ["110", "0", "111", "10"]),
    "words that cannot be": ("words", [[1, 2, 2, 3]], None),
    "bump": ("bump", [GRID.tolist(), -0.6, 3.05], bump(-0.6, 3.05)),
    "a share grows": ("reshare", [P, 0, 0.8], [0.8, 0.1, 0.05, 0.05]),
    "a share shrinks from all there is": ("reshare", [[1, 0, 0, 0], 0, 0.7], [0.7, 0.1, 0.1, 0.1]),
}


def in_node(code, given):
    """What a piece of JavaScript makes of `given`: it reads `given`, may import `folder`'s modules, and returns."""
    script = f"""
      const folder = {json.dumps(FIGURES.as_uri())};
      let text = "";
      for await (const part of process.stdin) text += part;
      const run = async (given) => {{ {code} }};
      console.log(JSON.stringify(await run(JSON.parse(text)), (key, value) => (value === Infinity ? "∞" : value)));
    """
    printed = node.run("--input-type=module", "-e", script, input=json.dumps(given))
    return json.loads(printed.replace('"∞"', "Infinity"))


@pytest.fixture(scope="module")
def computed():
    """Every case's value from the JavaScript module, in one run of Node."""
    code = """
      const measures = await import(`${folder}/measures.js`);
      return given.map(([name, values]) => measures[name](...values));
    """
    return dict(zip(CASES, in_node(code, [(name, values) for name, values, _ in CASES.values()]), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_javascript_agrees_with_python(computed, case):
    found, wanted = computed[case], CASES[case][2]
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for name, values in wanted.items():
            assert np.allclose(found[name], values, rtol=1e-12, atol=1e-15), name
    elif case.startswith("words"):
        assert found == wanted
    else:
        assert np.allclose(found, wanted, rtol=1e-12, atol=1e-14)


def test_every_measure_is_compared():
    source = (FIGURES / "measures.js").read_text(encoding="utf-8")
    exported = {line.split("(")[0].split()[2] for line in source.splitlines() if line.startswith("export")}
    assert exported - {"losses"} == {name for name, _, _ in CASES.values()}  # `learn` is made of the losses


SKIES = ["sun", "cloud", "rain", "snow"]
R = [0.7, 0.1, 0.15, 0.05]  # no permutation of P: no two of their numbers are the same
BUMPS = {"grid": [-12, 12, 241], "shares": [0.6, 0.4], "centres": [-3, 3], "width": 0.8}
FORWARD, REVERSE = [-0.6, 3.05], [-3, 0.8]


def divergence(p, q):
    return f"{ce.kl_divergence(p, q, base=2):.3f}"


def entropy(p):
    return f"{ce.entropy(p, base=2):.3f}"


def bill(p, q):
    return f"{ce.cross_entropy(p, q, base=2):.3f} bits"


def epochs(loss, start, rate):
    """The first epoch with an output below 0.1."""
    return next(i for i, output in enumerate(race(loss, start, rate, 300)["outputs"]) if output < 0.1)


BY_SURPRISE = ce.binary_cross_entropy_with_logits_value_and_grad
TWO = 0.6 * bump(-3, 0.8) + 0.4 * bump(3, 0.8)
BELIEF = ce.softmax([1, 0, -2])
RULES = scores(0.7, 0.9)
#: Figure, what it starts from, what it says under its controls, and what those who hear the page must hear.
READOUTS = {
    "bills": (
        "bills",
        {"p": P, "q": R, "names": SKIES},
        [
            f"H(p) {entropy(P)}",
            f"+ D(p‖q) {divergence(P, R)}",
            f"= H(p, q) {bill(P, R)}",
            f"H(q) {entropy(R)}",
            f"+ D(q‖p) {divergence(R, P)}",
            f"= H(q, p) {bill(R, P)}",
        ],
        [f"D(p‖q) is {divergence(P, R)} bits", f"D(q‖p) {divergence(R, P)} bits"],
    ),
    "bumps": (
        "bumps",
        {**BUMPS, "forward": FORWARD, "reverse": REVERSE},
        [
            f"D(p‖q) {divergence(TWO, bump(*FORWARD))} bits",
            f"at least {divergence(TWO, bump(*FORWARD))}",
            f"D(q‖p) {divergence(bump(*FORWARD), TWO)} bits",
            f"at least {divergence(bump(*REVERSE), TWO)}",
        ],
        [f"D(p‖q) is {divergence(TWO, bump(*FORWARD))} bits", f"D(q‖p) is {divergence(bump(*FORWARD), TWO)} bits"],
    ),
    "kraft": (
        "kraft",
        {"p": P, "lengths": [3, 2, 2, 2], "names": SKIES},
        [
            "budget used 7/8",
            f"average length {np.dot(P, [3, 2, 2, 2]):.3f} digits",
            f"entropy {entropy(P)} bits",
            "prefix code 110, 00, 01, 10",
        ],
        ["sun 3, cloud 2", "7/8 of the budget", "a prefix code exists", "average length is 2.500 digits"],
    ),
    "kraft overdrawn": (
        "kraft",
        {"p": P, "lengths": [1, 1, 3, 3], "names": SKIES},
        [
            "budget used 5/4",
            "average length 1.500 digits",
            "entropy 1.750 bits",
            "no prefix code: the budget is overdrawn",
        ],
        ["5/4 of the budget", "no prefix code exists", "average length is 1.500 digits"],
    ),
    "narrowing": (
        "narrowing",
        {"p": P, "names": SKIES, "days": [0, 1, 0, 2]},
        [
            "what is left 1/128",
            f"surprise {ce.self_information(1 / 128, base=2):.3f} bits",
            "number binary 0.0100110",
            "digits 7",
        ],
        ["sun, cloud, sun, rain", "1/128 wide", "7 binary digits, 0100110"],
    ),
    "narrowing off the grid": (
        "narrowing",
        {"p": [0.3, 0.7], "names": ["a", "b"], "days": [1, 1]},
        [
            "what is left 0.49",
            f"surprise {ce.self_information(0.49, base=2):.3f} bits",
            "number binary 0.11",
            "digits 2",
        ],
        ["b, b", "2 binary digits, 11"],
    ),
    "race": (
        "race",
        {"starts": [[0.6, 0.9], [2, 2]], "squared": 1, "surprise": 0.15},
        [
            f"squared error from 0.82 {epochs(half_square, (0.6, 0.9), 1)}",
            f"squared error from 0.98 {epochs(half_square, (2, 2), 1)}",
            f"cross-entropy from 0.82 {epochs(BY_SURPRISE, (0.6, 0.9), 0.15)}",
            f"cross-entropy from 0.98 {epochs(BY_SURPRISE, (2, 2), 0.15)}",
        ],
        ["squared error from 0.82, rate 1", "cross-entropy from 0.98, rate 0.15"],
    ),
    "scores": (
        "scores",
        {"p": 0.7, "q": 0.9},
        [
            f"log loss (nats) {RULES['log']:.3f}",
            f"Brier score {RULES['brier']:.3f}",
            f"absolute error {RULES['absolute']:.3f}",
        ],
        [f"log loss {RULES['log']:.3f} nats", f"Brier score {RULES['brier']:.3f}", f"error {RULES['absolute']:.3f}"],
    ),
    "simplex": (
        "simplex",
        {"scores": [1, 0, -2], "names": ["A", "B", "C"], "temperature": 1},
        [
            *(f"p({name}) {p:.3f}" for name, p in zip("ABC", BELIEF, strict=True)),
            f"entropy {ce.entropy(BELIEF):.3f} nats",
        ],
        [f"A {BELIEF[0]:.3f}, B {BELIEF[1]:.3f}, C {BELIEF[2]:.3f}"],
    ),
    "surprise": ("surprise", {"p": 0.1}, ["surprise 3.322 bits", "= 2.303 nats"], ["0.10 carries 3.322 bits"]),
    "tangent": (
        "tangent",
        {"p": 0.7, "q": 0.35},
        [
            f"H(p) {entropy([0.7, 0.3])} bits",
            f"D(p‖q) {divergence([0.7, 0.3], [0.35, 0.65])} bits",
            f"bill H(p, q) {bill([0.7, 0.3], [0.35, 0.65])}",
        ],
        [f"height {entropy([0.7, 0.3])} bits", f"a gap of {divergence([0.7, 0.3], [0.35, 0.65])} bits"],
    ),
}


@pytest.fixture(scope="module")
def said():
    """What each figure says at its start: its readout, line by line, and its description."""
    code = """
      return Promise.all(given.map(async ([figure, values]) => {
        const { default: kind } = await import(`${folder}/${figure}.js`);
        const { readout, describe, state } = kind(values);
        const lines = readout(state).filter(([key]) => key !== "line");
        return [lines.map(([key, label, value]) => `${label} ${value}`), describe(state)];
      }));
    """
    return dict(zip(READOUTS, in_node(code, [READOUTS[name][:2] for name in READOUTS]), strict=True))


@pytest.mark.parametrize("name", READOUTS)
def test_every_number_stands_by_its_own_name(said, name):
    (lines, described), (_, _, wanted, heard) = said[name], READOUTS[name]
    assert lines == wanted
    assert [phrase for phrase in heard if phrase not in described] == []


def test_every_figure_is_read():
    assert {figure for figure, *_ in READOUTS.values()} == set(SLIDERS)
