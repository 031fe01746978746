"""tools/mutants.py changes what it says, and its list of survivors is about the package as it is."""

import importlib
import os

import pytest

import crossentropy as ce

pytest.importorskip("resource")  # Windows has no fork
import mutants
from crossentropy import _digits

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
KNOWN = mutants.explained()


def outcome(code, scope, work, module="information"):
    """What work returns in a process of its own where the mutant lives."""
    mutant = mutants.Mutant(module, scope, "", "", code)

    def with_mutant():
        mutants.apply(mutant)
        return work()

    return mutants.forked(with_mutant)


def test_functions_change_where_they_were_imported_too():
    """`divergence` imported `_log` by name, and a decorated function is changed under its decorator."""
    p, q = [0.5, 0.5], [0.25, 0.75]
    before = ce.cross_entropy(p, q)
    assert outcome("def _log(x, base):\n    return 0 * x\n", "_log", lambda: float(ce.cross_entropy(p, q))) == 0
    entropy = "@quiet\ndef entropy(p, *, base=3, axis=-1):\n    return p, base\n"
    assert outcome(entropy, "entropy", lambda: ce.entropy(7)) == (7, 3)
    assert ce.cross_entropy(p, q) == before


def test_constants_change_where_they_were_imported_too():
    """`divergence` imported `NEAR`."""
    seen = outcome("NEAR = 7\n", "NEAR", lambda: importlib.import_module("crossentropy.divergence").NEAR, "_digits")
    assert seen == 7
    assert _digits.NEAR == 0.4


def test_users_of_a_constant_are_found():
    """In the module that imported it, and in functions within functions."""
    assert {scope for _, scope in mutants.users("NEAR")} == {"_generalised_kl"}
    assert {scope for _, scope in mutants.users("BLOCK")} == {"row_blocks", "sum_terms", "label_losses"}


def test_methods_and_properties_change():
    batch = importlib.import_module("crossentropy.losses")._Batch
    code = "class _Batch:\n    @property\n    def unit(self):\n        return 'changed'\n"
    assert outcome(code, "_Batch", lambda: batch(*[None] * 6).unit, "losses") == "changed"


def test_a_mutant_that_never_ends_is_ended():
    def forever():
        while True:
            pass

    reader, child = mutants.fork(forever, 1)
    os.close(reader)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_mutant_is_called_by_its_lines():
    before = "def f(x):\n    y = g(\n        x, 1\n    )\n    return y\n"
    assert mutants.changed_lines(before, before.replace("1", "2")) == ["x, 1", "x, 2"]
    assert mutants.changed_lines(before, before.replace("g(", "h(")) == ["y = g(", "y = h("]


def test_verdict():
    """An unexplained survivor is told, and an explained mutant that is killed; of the modules that were run."""
    dead, alive = (mutants.Mutant("losses", "f", text, "new", "") for text in ("a", "b"))
    outcomes = {dead: "test", alive: None} | {mutants.Mutant("losses", "f", str(i), "", ""): "test" for i in range(50)}
    lines, good = mutants.verdict(outcomes, {alive.name: "why", "training.fit: a → b": "not run"}, ["losses"])
    assert good
    assert lines[-1].startswith("together        51 of    52 killed")
    lines, good = mutants.verdict(outcomes, {}, ["losses"])
    assert not good
    assert lines[-1] == "neither killed nor explained: losses.f: b → new"
    lines, good = mutants.verdict(outcomes, {alive.name: "why", dead.name: "why"}, ["losses"])
    assert not good
    assert lines[-1] == "explained, but killed or gone: losses.f: a → new"
    for modules, enough in ((["losses"], True), (mutants.MODULES, False)):  # half of them killed is too few in all
        assert mutants.verdict({dead: "test", alive: None}, {alive.name: "why"}, modules)[1] == enough


@pytest.mark.parametrize("name", KNOWN)
def test_each_explained_mutant_is_one_of_lines_that_are_there(name):
    """Otherwise run `make mutants MODULES=…` for that module, and mend tests/mutants.toml."""
    place, _, change = name.partition(": ")
    module, scope = place.split(".", 1)
    folder = mutants.SOURCE / module
    source = (folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")).read_text(encoding="utf-8")
    assert scope in source
    assert "".join(change.split(" → ")[0].split()) in "".join(source.split())
    assert len(KNOWN[name]) > 20


def test_operators_of_mutmut_and_ours():
    """Where they are installed: decorated functions are changed too, docstrings and decorators are not."""
    pytest.importorskip("mutmut")
    source = '@quiet\ndef f(x):\n    """Text, 1 + 1."""\n    return g(x) < 1, f"at {x} there"\n'
    changes = {(m.before, m.after) for m in mutants.mutants_of(source, "m")}
    line = 'return g(x) < 1, f"at {x} there"'
    expected = [("<", "<="), ("1", "2"), ("(x)", "(None)"), ("at ", "XXat "), (" there", "XX there")]
    assert changes == {(line, line.replace(*pair)) for pair in expected}


def test_all_modules_but_the_figures_are_run():
    """All of the package but the figures."""
    names = {path.stem for path in mutants.SOURCE.glob("*.py")} | {"data"}
    assert names - set(mutants.MODULES) == {"__init__", "plots"}
