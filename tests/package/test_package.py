"""The package as a whole: its names, what importing it costs, its layers and its documentation."""

import ast
import importlib.metadata
import inspect
import re
import subprocess
import sys
from importlib.resources import files

import pytest
from numpydoc.docscrape import FunctionDoc
from packaging.version import Version

import crossentropy

FOLDER = files("crossentropy")
#: Each module imports only from those before it.
LAYERS = ["_kernels", "_checks", "_digits", "information", "divergence", "activations", "losses", "calibration"]
LAYERS += ["training", "plots"]
#: A package of one module a chapter, above all but the figures, which it does not need.
CHECKS = FOLDER.joinpath("checks")
MEASURES = [
    *["self_information", "entropy", "conditional_entropy", "mutual_information"],
    *["cross_entropy", "kl_divergence", "js_divergence", "perplexity"],
    *["logsumexp", "softmax", "log_softmax", "sigmoid", "log_sigmoid"],
]
LOSSES = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "softmax_cross_entropy",
    "squared_error",
    "focal_loss",
    "brier_score",
]
CONTRACT = [*MEASURES, *(loss + suffix for loss in LOSSES for suffix in ("", "_grad", "_value_and_grad"))]
CHAPTERS = {"Information", "Entropy", "KL divergence", "Cross-entropy", "Losses", "Many classes", "Training"}

# Names ----------------------------------------------------------------------------------------------


def test_names_are_the_contract():
    assert sorted(CONTRACT) == crossentropy.__all__
    assert all(callable(getattr(crossentropy, name)) for name in CONTRACT)


SIGNATURES = {
    "self_information": "(p, *, base=math.e)",
    "entropy": "(p, *, base=math.e, axis=-1)",
    **dict.fromkeys(["conditional_entropy", "mutual_information"], "(joint, *, base=math.e)"),
    **dict.fromkeys(["cross_entropy", "kl_divergence", "js_divergence"], "(p, q, *, base=math.e, axis=-1)"),
    "perplexity": "(p, q, *, axis=-1)",
    **dict.fromkeys(["logsumexp", "softmax", "log_softmax"], "(z, *, axis=-1)"),
    **dict.fromkeys(["sigmoid", "log_sigmoid"], "(z)"),
    **dict.fromkeys(["binary_cross_entropy", "squared_error"], "(p, y, *, reduction='mean')"),
    "binary_cross_entropy_with_logits": "(z, y, *, reduction='mean')",
    "softmax_cross_entropy": "(logits, target, *, reduction='mean', weight=None, label_smoothing=0.0)",
    "focal_loss": "(logits, target, *, gamma=2.0, reduction='mean')",
    "brier_score": "(p, target, *, reduction='mean')",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_signatures_are_the_contract(name):
    loss = re.sub("(_value_and)?_grad$", "", name)
    signature = str(inspect.signature(getattr(crossentropy, name)))
    assert signature == SIGNATURES[loss].replace("math.e", "2.718281828459045")


@pytest.mark.parametrize("module", [m for m in LAYERS if FOLDER.joinpath(f"{m}.py").is_file() and m != "plots"])
def test_modules_export_their_public_names(module):
    """`__all__`, where there is one, is sorted (abbreviations first) and names what the module itself defines."""
    loaded = importlib.import_module(f"crossentropy.{module}")
    names = getattr(loaded, "__all__", [])
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(getattr(loaded, name).__module__ == loaded.__name__ for name in names)
    assert bool(names) != module.startswith("_")


def test_version():
    """A version that Python tools can order (PEP 440), and the one that was installed."""
    assert str(Version(crossentropy.__version__)) == crossentropy.__version__
    assert crossentropy.__version__ == importlib.metadata.version("crossentropy")


def test_types_are_announced():
    assert FOLDER.joinpath("py.typed").is_file()


# Importing ------------------------------------------------------------------------------------------


def test_import_loads_numpy_only():
    """No matplotlib, no SciPy, no data: in a fresh interpreter."""
    code = "import sys, numpy; before = set(sys.modules); import crossentropy; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "crossentropy.losses" in loaded
    foreign = {name.partition(".")[0] for name in loaded} - {"crossentropy", *sys.stdlib_module_names}
    assert foreign == set()
    assert "crossentropy.plots" not in loaded
    assert "crossentropy.data" not in loaded
    assert "crossentropy.checks" not in loaded


def package_imports(source):
    """Modules of the package that this source imports from."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (
                name.removeprefix("crossentropy.") for name in names if name.partition(".")[0] == "crossentropy"
            )


MODULES = sorted(path.name.removesuffix(".py") for path in FOLDER.iterdir() if path.name.endswith(".py"))


@pytest.mark.parametrize("module", [m for m in MODULES if m != "__init__"])
def test_modules_import_only_from_those_above(module):
    assert module in LAYERS
    above = LAYERS[: LAYERS.index(module)]
    imported = set(package_imports(FOLDER.joinpath(f"{module}.py").read_text(encoding="utf-8")))
    assert imported <= {*above, "data"}
    assert "data" not in imported or module in ("training", "plots")


@pytest.mark.parametrize("module", sorted(path.name for path in CHECKS.iterdir() if path.name.endswith(".py")))
def test_checks_need_numpy_only(module):
    """They run where the package runs, a browser included, and no other module knows them."""
    source = CHECKS.joinpath(module).read_text(encoding="utf-8")
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    absolute = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    absolute |= {node.module for node in imported if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.partition(".")[0] for name in absolute} <= {"numpy", *sys.stdlib_module_names}
    above = {node.module or alias.name for node in imported if getattr(node, "level", 0) == 2 for alias in node.names}
    assert above <= {*LAYERS, *CONTRACT, "data"} - {"plots"}


@pytest.mark.parametrize("module", [m for m in MODULES if m != "plots"])
def test_only_plots_imports_matplotlib(module):
    source = FOLDER.joinpath(f"{module}.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|from) matplotlib", source, re.MULTILINE)


# Documentation --------------------------------------------------------------------------------------


def doc(name):
    return FunctionDoc(getattr(crossentropy, name))


@pytest.mark.parametrize("name", CONTRACT)
def test_docstrings(name):
    """A summary, what is returned, a related function, an example that imports itself, and the chapter."""
    text = inspect.getdoc(getattr(crossentropy, name))
    sections = doc(name)
    assert sections["Summary"]
    assert sections["Returns"]
    assert sections["See Also"]
    assert f">>> from crossentropy import {name}\n" in text
    chapters = {chapter for chapter in CHAPTERS if re.search(rf"chapters?\s+\*[^.]*{chapter}", text)}
    assert chapters


@pytest.mark.parametrize("name", [n for n in CONTRACT if not n.endswith("_grad")])
def test_docstrings_tell_arguments_errors_and_source(name):
    sections = doc(name)
    documented = [n for parameter in sections["Parameters"] for n in parameter.name.split(", ")]
    assert documented == list(inspect.signature(getattr(crossentropy, name)).parameters)
    assert [entry.type for entry in sections["Raises"]] == ["ValueError", "TypeError"]
    assert sections["References"]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("suffix", ["_grad", "_value_and_grad"])
def test_gradients_are_documented_by_their_loss(loss, suffix):
    """They share its arguments, so they point to it, and have the same signature."""
    function = getattr(crossentropy, loss + suffix)
    assert f"Parameters and errors are those of `{loss}`" in inspect.getdoc(function)
    assert inspect.signature(function) == inspect.signature(getattr(crossentropy, loss))
