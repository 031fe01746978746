"""The package as a whole: its names, what importing it costs, its layers and its documentation."""

import ast
import importlib.metadata
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from numpydoc.docscrape import FunctionDoc
from packaging.version import Version

import crossentropy
from tools import chapters

FOLDER = Path(crossentropy.__file__).parent
#: Each module imports only from those before it.
LAYERS = [
    *["_digits", "_kernels", "_arguments", "_formulas", "_evaluate"],
    *["information", "divergence", "activations", "losses.binary", "losses.classes", "losses.squares", "losses"],
    *["codes", "language", "calibration", "training", "plots"],
]
#: One module per chapter, above all others but the figures, which they do not need.
CHECKS = FOLDER / "checks"
#: The modules and their files, except those that no layer is for.
MODULES = {
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(FOLDER.rglob("*.py"))
    if path.parent.name not in ("checks", "data") and path != FOLDER / "__init__.py"
}
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
CODES = ["arithmetic_decode", "arithmetic_encode", "code_from_lengths", "huffman_code", "kraft_sum"]
CONTRACT = [*MEASURES, *CODES, *(loss + suffix for loss in LOSSES for suffix in ("", "_grad", "_value_and_grad"))]
CHAPTERS = {chapter.title for chapter in chapters.chapters()}

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
    "kraft_sum": "(lengths, *, base=2)",
    "code_from_lengths": "(lengths)",
    "huffman_code": "(p)",
    "arithmetic_encode": "(symbols, model)",
    "arithmetic_decode": "(code, model)",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_signatures_are_the_contract(name):
    loss = re.sub("(_value_and)?_grad$", "", name)
    signature = str(inspect.signature(getattr(crossentropy, name)))
    assert signature == SIGNATURES[loss].replace("math.e", "2.718281828459045")


@pytest.mark.parametrize("module", [m for m in LAYERS if m != "plots"])
def test_modules_export_their_public_names(module):
    """`__all__`, where there is one, is sorted (abbreviations first) and names what the module or package defines."""
    loaded = importlib.import_module(f"crossentropy.{module}")
    names = getattr(loaded, "__all__", [])
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(f"{getattr(loaded, name).__module__}.".startswith(f"{loaded.__name__}.") for name in names)
    assert bool(names) != module.startswith("_")


def test_the_modules_of_the_chapters_exist():
    """Those that the book's registry names, in a clone."""
    assert {chapter.module for chapter in chapters.chapters()} <= set(LAYERS)


def test_version():
    """A version that Python tools can order (PEP 440), and the one that was installed."""
    assert str(Version(crossentropy.__version__)) == crossentropy.__version__
    assert crossentropy.__version__ == importlib.metadata.version("crossentropy")


def test_types_are_announced():
    assert (FOLDER / "py.typed").is_file()


# Importing ------------------------------------------------------------------------------------------


def test_import_loads_numpy_only():
    """No matplotlib, no SciPy, no data: in a fresh interpreter."""
    code = "import sys, numpy; before = set(sys.modules); import crossentropy; print(*set(sys.modules) - before)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()
    assert "crossentropy.losses" in loaded
    foreign = {name.partition(".")[0] for name in loaded} - {"crossentropy", *sys.stdlib_module_names}
    assert foreign == set()
    assert "crossentropy.plots" not in loaded
    assert "crossentropy.data" not in loaded
    assert "crossentropy.language" not in loaded
    assert "crossentropy.checks" not in loaded


def package_imports(module):
    """What a module imports from the package: pairs of a module and a name, the name "" for the module itself."""
    path = MODULES[module]
    package = ".".join(["crossentropy", *path.relative_to(FOLDER).parent.parts])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            pairs = [(source, alias.name) for alias in node.names]
        else:
            pairs = [(alias.name, "") for alias in node.names] if isinstance(node, ast.Import) else []
        for source, name in pairs:
            if f"{source}.".startswith("crossentropy."):
                inside = f"{source}.{name}".removeprefix("crossentropy.")
                yield (inside, "") if inside in MODULES else (source.removeprefix("crossentropy."), name)


def test_every_module_has_its_layer():
    assert sorted(MODULES) == sorted(LAYERS)


@pytest.mark.parametrize("module", LAYERS)
def test_modules_import_only_from_those_above(module):
    above = LAYERS[: LAYERS.index(module)]
    imported = {source for source, _ in package_imports(module)}
    assert imported <= {*above, "data"}
    assert "data" not in imported or module in ("training", "plots")


@pytest.mark.parametrize("module", LAYERS)
def test_public_modules_keep_their_underscored_names_to_themselves(module):
    assert [pair for pair in package_imports(module) if pair[1].startswith("_") and not pair[0].startswith("_")] == []


@pytest.mark.parametrize("module", sorted(path.name for path in CHECKS.iterdir() if path.name.endswith(".py")))
def test_checks_need_numpy_only(module):
    """They run where the package runs, a browser included, and no other module knows them."""
    source = (CHECKS / module).read_text(encoding="utf-8")
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    absolute = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    absolute |= {node.module for node in imported if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.partition(".")[0] for name in absolute} <= {"numpy", *sys.stdlib_module_names}
    above = {node.module or alias.name for node in imported if getattr(node, "level", 0) == 2 for alias in node.names}
    assert above <= {*LAYERS, *CONTRACT, "data"} - {"plots"}


@pytest.mark.parametrize("module", [m for m in LAYERS if m != "plots"])
def test_only_plots_imports_matplotlib(module):
    source = MODULES[module].read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|from) matplotlib", source, re.MULTILINE)


# Documentation --------------------------------------------------------------------------------------


DOCUMENTED = [name for name in CONTRACT if not name.endswith("_grad")]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_docstrings(name):
    """A summary, arguments, shapes, errors, a related function, the source, an example, and the chapter."""
    function = getattr(crossentropy, name)
    text, sections = inspect.getdoc(function), FunctionDoc(function)
    assert sections["Summary"]
    documented = [n for parameter in sections["Parameters"] for n in parameter.name.split(", ")]
    assert documented == list(inspect.signature(function).parameters)
    assert all(re.search("shape|bytes", parameter.type) for parameter in sections["Parameters"][:1])
    assert [entry.type for entry in sections["Raises"]] == ["ValueError", "TypeError"]
    assert sections["Returns"]
    assert sections["See Also"]
    assert sections["References"]
    assert re.search(rf">>> from crossentropy import (\w+, )*{name}\n", text)
    assert {chapter for chapter in CHAPTERS if re.search(rf"chapters?\s+\*[^.]*{chapter}", text)}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("suffix", ["_grad", "_value_and_grad"])
def test_gradients_are_documented_by_their_loss(loss, suffix):
    """They share its arguments, so they point to it for what is the same, and have the same signature."""
    function = getattr(crossentropy, loss + suffix)
    text, sections = inspect.getdoc(function), FunctionDoc(function)
    assert f"`{loss}`" in sections["Summary"][0]
    assert re.search(rf"arguments,\s+errors,\s+source\s+and\s+chapter\s+are\s+those\s+of\s+`{loss}`", text, re.I)
    assert "shape" in text.lower()
    assert bool(sections["Returns"]) == (suffix == "_grad")  # the pair has the shapes of its parts
    assert f">>> from crossentropy import {loss}{suffix}\n" in text
    assert inspect.signature(function) == inspect.signature(getattr(crossentropy, loss))
