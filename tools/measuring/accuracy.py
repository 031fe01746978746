"""Count the digits that functions lose, ours and other libraries'.

    python tools/accuracy.py          print the table, and save it in book/_data/accuracy.json

Errors are in units in the last place (ULP) of the answer's own format, against mpmath at 60 digits: the largest and
the median of each set of tests/accuracy_sets.py. ½ is what rounding the true answer costs. A `*` marks a missed target.
What is not installed is left out, and named.
"""

from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
from tools.measuring import accuracy_sets, provenance

OUT = ROOT / "book" / "_data" / "accuracy.json"


def scipy_calls():
    import scipy.spatial.distance
    import scipy.stats
    from scipy import special

    def independent(joint):
        return np.sum(joint, axis=-1, keepdims=True) * np.sum(joint, axis=-2, keepdims=True)

    def flat(joint):
        return joint.reshape(len(joint), -1)

    def slope_at(z, y):
        return accuracy_sets.of_labels(special.softmax(z, axis=-1), y) - np.ones((), z.dtype)

    return {
        "entropy": lambda p: scipy.stats.entropy(p, axis=-1),
        "entropy in bits": lambda p: scipy.stats.entropy(p, base=2, axis=-1),
        "conditional_entropy": lambda joint: (
            scipy.stats.entropy(flat(joint), axis=-1) - scipy.stats.entropy(np.sum(joint, axis=-1), axis=-1)
        ),
        "cross_entropy": lambda p, q: -np.sum(special.xlogy(p, q), axis=-1),
        "kl_divergence": lambda p, q: scipy.stats.entropy(p, q, axis=-1),
        "js_divergence": lambda p, q: scipy.spatial.distance.jensenshannon(p, q, axis=-1) ** 2,
        "mutual_information": lambda joint: scipy.stats.entropy(flat(joint), flat(independent(joint)), axis=-1),
        "logsumexp": lambda z: special.logsumexp(z, axis=-1),
        "log_softmax": lambda z: special.log_softmax(z, axis=-1),
        "softmax": lambda z: special.softmax(z, axis=-1),
        "sigmoid": special.expit,
        "log_sigmoid": special.log_expit,
        "softmax_cross_entropy": lambda z, y: -accuracy_sets.of_labels(special.log_softmax(z, axis=-1), y),
        "softmax_cross_entropy_grad": slope_at,
        "binary_cross_entropy": lambda p, y: -special.xlogy(y, p) - special.xlog1py(1 - y, -p),
        "binary_cross_entropy_with_logits": lambda z, y: -y * special.log_expit(z) - (1 - y) * special.log_expit(-z),
        "binary_cross_entropy_with_logits_grad": lambda z, y: special.expit(z) - y,
    }


def torch_calls():
    import torch
    import torch.nn.functional as F

    def of_arrays(call):
        return lambda *arrays: call(*map(torch.from_numpy, arrays)).numpy()

    def slope(loss):
        def call(z, y):
            z.requires_grad_()
            loss(z, y, reduction="sum").backward()
            return z.grad if z.ndim == 1 else z.grad[torch.arange(len(y)), y]

        return call

    calls = {
        "self_information": lambda p: -torch.log(p),
        "entropy": lambda p: torch.special.entr(p).sum(-1),
        "entropy in bits": lambda p: torch.special.entr(p).sum(-1) / np.log(2),
        "cross_entropy": lambda p, q: -torch.special.xlogy(p, q).sum(-1),
        "kl_divergence": lambda p, q: F.kl_div(q.log(), p, reduction="none").sum(-1),
        "logsumexp": lambda z: torch.logsumexp(z, -1),
        "log_softmax": lambda z: F.log_softmax(z, -1),
        "softmax": lambda z: F.softmax(z, -1),
        "sigmoid": torch.sigmoid,
        "log_sigmoid": F.logsigmoid,
        "softmax_cross_entropy": lambda z, y: F.cross_entropy(z, y, reduction="none"),
        "softmax_cross_entropy_grad": slope(F.cross_entropy),
        "binary_cross_entropy": lambda p, y: F.binary_cross_entropy(p, y, reduction="none"),
        "binary_cross_entropy_with_logits": lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
        "binary_cross_entropy_with_logits_grad": slope(F.binary_cross_entropy_with_logits),
    }
    return {name: of_arrays(call) for name, call in calls.items()}


def optax_calls():
    """Optax's losses; its functions without a loss are JAX's own."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    def of_arrays(call):
        return lambda *arrays: np.asarray(call(*map(jnp.asarray, arrays)))

    def slope(loss):
        gradient = jax.grad(lambda z, y: jnp.sum(loss(z, y)))
        return lambda z, y: gradient(z, y) if z.ndim == 1 else gradient(z, y)[jnp.arange(len(y)), y]

    calls = {
        "kl_divergence": lambda p, q: optax.losses.kl_divergence(jnp.log(q), p),
        "logsumexp": lambda z: jax.nn.logsumexp(z, axis=-1),
        "log_softmax": jax.nn.log_softmax,
        "softmax": jax.nn.softmax,
        "sigmoid": jax.nn.sigmoid,
        "log_sigmoid": jax.nn.log_sigmoid,
        "softmax_cross_entropy": optax.losses.softmax_cross_entropy_with_integer_labels,
        "softmax_cross_entropy_grad": slope(optax.losses.softmax_cross_entropy_with_integer_labels),
        "binary_cross_entropy_with_logits": optax.losses.sigmoid_binary_cross_entropy,
        "binary_cross_entropy_with_logits_grad": slope(optax.losses.sigmoid_binary_cross_entropy),
    }
    return {name: of_arrays(call) for name, call in calls.items()}


PEERS = {"SciPy": scipy_calls, "PyTorch": torch_calls, "Optax": optax_calls}


def installed():
    """The calls of each library that there is; the names of the others."""
    calls, missing = {}, []
    for name, load in PEERS.items():
        try:
            calls[name] = load()
        except ImportError:
            missing.append(name)
    return calls, missing


def digits(error):
    """Three significant digits: more would differ from one processor to the next."""
    return float(f"{error:.3g}")


def measure(peers):
    """One line a function and set: our errors, those of others, and the target."""
    for function, name in accuracy_sets.CASES:
        target = accuracy_sets.allowed(function, name)
        line = {"function": function, "set": name, "target": None if np.isinf(target) else target}
        ours = {"crossentropy": accuracy_sets.FUNCTIONS[function].call}
        calls = ours | {peer: calls[function] for peer, calls in peers.items() if function in calls}
        for library, call in calls.items():
            with np.errstate(all="ignore"):
                errors = accuracy_sets.errors(call, function, name)
            # JSON has no infinity; "lost" is where the answer is NaN or infinite and the truth is not.
            line[library] = [
                digits(error) if np.isfinite(error) else "lost" for error in (max(errors), np.median(errors))
            ]
        yield line


def shown(value):
    return value if isinstance(value, str) else f"{value:.2g}" if value < 99.5 else f"{value:.0e}"


def main():
    peers, missing = installed()
    libraries = ["crossentropy", *peers]
    print(f"{'ULP: largest, median':60}target" + "".join(f"{name:>18}" for name in libraries))
    lines, missed = [], 0
    for line in measure(peers):
        lines.append(line)
        target = line["target"]
        worst = line["crossentropy"][0]
        over = target is not None and (worst == "lost" or worst > target)
        missed += over
        cells = [f"{shown(line[name][0])}, {shown(line[name][1])}" if name in line else "–" for name in libraries]
        cells[0] += "*" if over else " "
        goal = "–" if target is None else f"{target:g}"
        print(f"{line['function']:38}{line['set']:22}{goal:>6}" + "".join(f"{cell:>18}" for cell in cells), flush=True)
    print(f"\n{missed} of {sum(line['target'] is not None for line in lines)} targets missed.", end=" ")
    print(f"Not installed: {', '.join(missing)}." if missing else "All libraries are installed.")
    result = {
        "machine": provenance.described(),
        "versions": provenance.versions(libraries),
        "missing": missing,
        "lines": lines,
    }
    provenance.save(OUT, result)
    print(f"Saved in {OUT.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
