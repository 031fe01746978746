"""Break the package on purpose, a little at a time, and see whether the tests notice.

    python tools/mutants.py [MODULE …]      all modules, or some of them: `divergence`, `_checks`, …

A mutant is the package with one expression changed: `<` for `<=`, `+` for `-`, an argument left out, a number one
more. What is changed is for mutmut to say, whose operators are used, and one of our own for the text of f-strings.
How it is run is not: mutmut leaves out functions with a decorator, and here that is every public one; and it starts
pytest for each mutant, which collects three thousand tests. Here the tests are collected once. Then a forked process
changes the code of one function in place, runs the tests that reach it, those first that killed its neighbours, and
ends at the first that fails.

A mutant that no test kills must stand in tests/mutants.toml with the reason; one that stands there and is killed must
not. Both are told, and end the run with an error, as does a score of all modules below 95 %.
"""

import argparse
import collections
import contextlib
import functools
import gc
import importlib
import itertools
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
import tomllib
import types
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "crossentropy"
LIST = ROOT / "tests" / "mutants.toml"
RESULTS = ROOT / "_build" / "mutants"
#: Not plots: it draws, and most of its mutants move a line or a label by a little, which no test should forbid.
MODULES = ["_checks", "_digits", "_kernels", "information", "divergence", "activations", "losses"]
MODULES += ["calibration", "training", "data"]
TESTS = ["checks", "information", "divergence", "activations", "losses", "kernels", "identities", "published"]
TESTS += ["accuracy", "calibration", "training", "data"]
#: Where the tests of a module are, if not in the file of its name.
OWN = {"_checks": "test_checks", "_kernels": "test_kernels", "_digits": "test_accuracy", "data": "test_data"}
AT_LEAST = 0.95
#: Seconds of other tests that a mutant meets after those of its module's own file: the quickest, by and large.
OTHERS = 3.0


class Mutant(NamedTuple):
    """One change: where it is, what was there, and the whole statement of the module as it is now."""

    module: str
    scope: str  # the function or class at the top of the module, or the name of a constant
    before: str
    after: str
    code: str

    @property
    def name(self):
        """How tests/mutants.toml calls it: without a line number, so that other changes leave it as it is."""
        return f"{self.module}.{self.scope}: {self.before} → {self.after}"


# Mutants ----------------------------------------------------------------------------------------------


def changed_lines(before, after):
    """What differs between two texts: the lines that changed, each text's joined to one line."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return [" ".join(line.strip() for line in lines) for lines in (old, new)]


def mutants_of(source, module):
    """Every mutant of a module's source."""
    import libcst as cst
    from mutmut.mutation.mutators import mutation_operators

    tree = cst.parse_module(source)

    def changes(node):
        """The node and what could stand there instead, and so for all below it."""
        if isinstance(node, (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)):
            return
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString):  # a docstring
            return
        if isinstance(node, cst.FormattedStringText) and node.value.strip():
            yield node, node.with_changes(value="XX" + node.value)
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                for new in operator(node):
                    yield node, new
        for child in node.children:
            yield from changes(child)

    for statement in tree.body:
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            scope = statement.name.value
        elif isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Assign):
            scope = tree.code_for_node(statement.body[0].targets[0].target)
        else:
            continue
        if scope.startswith("__"):  # __all__ and __version__ are for tests/test_package.py
            continue
        before = tree.code_for_node(statement)
        for node, new in changes(statement):
            code = tree.code_for_node(statement.deep_replace(node, new))
            with contextlib.suppress(SyntaxError):  # what Python itself refuses is no mutant
                compile(code, module, "exec")
                yield Mutant(module, scope, *changed_lines(before, code), code)


# One mutant in the living package -------------------------------------------------------------------


def functions(thing):
    """The functions in a function, a property or a class, by their names, without decorators."""
    if isinstance(thing, type):
        return {name: f for value in vars(thing).values() for name, f in functions(value).items()}
    if isinstance(thing, property):
        return functions(thing.fget)
    while hasattr(thing, "__wrapped__"):
        thing = thing.__wrapped__
    return {thing.__qualname__: thing} if isinstance(thing, types.FunctionType) else {}


def names_in(code):
    """The names that code uses, and those that code within it uses."""
    return {*code.co_names, *(name for part in code.co_consts if hasattr(part, "co_names") for name in names_in(part))}


def users(constant):
    """Places (file, name) of what uses a constant of the package."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("crossentropy")]
    return {
        (module.__file__, scope)
        for module in modules
        for scope, thing in vars(module).items()
        for function in functions(thing).values()
        if constant in names_in(function.__code__) and function.__module__ == module.__name__
    }


def apply(mutant):
    """Change the loaded package: functions keep their identity, constants are changed wherever they were imported."""
    module = importlib.import_module(f"crossentropy.{mutant.module}")
    namespace = dict(vars(module))
    exec(compile(mutant.code, module.__file__, "exec"), namespace)
    old, new = vars(module)[mutant.scope], namespace[mutant.scope]
    living = functions(old)
    if not living and not isinstance(old, type):
        for other in list(sys.modules.values()):
            if vars(other).get(mutant.scope) is old:
                setattr(other, mutant.scope, new)
    for name, function in functions(new).items():
        if name in living:
            living[name].__code__ = function.__code__
            living[name].__defaults__, living[name].__kwdefaults__ = function.__defaults__, function.__kwdefaults__


# Runs -------------------------------------------------------------------------------------------------


class Runner:
    """A plugin of pytest: once the tests are collected, it runs them on the mutants instead of on the package."""

    def __init__(self, mutants, jobs):
        self.mutants, self.jobs = mutants, jobs
        self.outcomes, self.failed = {}, None

    def pytest_configure(self, config):
        config.option.tbstyle = "native"  # nobody reads them, and the other styles take longer

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = report

    def run(self, items):
        """Run tests up to the first that fails, and return its place among them."""
        for i, item in enumerate(items):
            following = items[i + 1] if i + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return i
        return None

    def reach(self, items):
        """For every test its time, and the functions of the package that it calls."""
        table = []
        for item in items:
            called, start = set(), time.process_time()

            def note(frame, event, _, called=called):
                code = frame.f_code
                if event == "call" and code.co_filename.startswith(str(SOURCE)):
                    called.add((code.co_filename, code.co_qualname.split(".")[0]))

            sys.setprofile(note)
            failed = self.run([item])
            sys.setprofile(None)
            if failed is not None:
                return f"{item.nodeid} fails without any mutant:\n{self.failed.longreprtext}"
            table.append((time.process_time() - start, called))
        return table

    def pytest_runtestloop(self, session):
        items = session.items
        table = forked(lambda: self.reach(items))
        if isinstance(table, str):
            sys.exit(table)
        reaching = collections.defaultdict(list)
        for i, (_, called) in enumerate(table):
            for place in called:
                reaching[place].append(i)
            for file in {file for file, _ in called}:
                reaching[file, None].append(i)

        def tests(mutant):
            """Those that call the function, or one that uses the constant."""
            file = importlib.import_module(f"crossentropy.{mutant.module}").__file__
            places = [(file, mutant.scope)] if (file, mutant.scope) in reaching else users(mutant.scope)
            return sorted({i for place in places for i in reaching[place]}) or reaching[file, None]

        costs = [seconds for seconds, _ in table]

        def in_order(mutant):
            """The tests for a mutant: those that killed others of this function, its module's, and some of the rest."""
            mine = sorted(tests(mutant), key=costs.__getitem__)
            own = [i for i in mine if OWN.get(mutant.module, f"test_{mutant.module}") in items[i].nodeid]
            total = itertools.accumulate(costs[i] for i in mine)
            others = [i for i, spent in zip(mine, total, strict=True) if spent <= OTHERS]
            recent = [i for i in reversed(killers[mutant.module, mutant.scope]) if i in mine]
            return list(dict.fromkeys([*recent[:3], *own, *recent, *others]))

        gc.freeze()  # what is shared with the forked processes stays shared
        killers = collections.defaultdict(list)
        running, waiting, start = {}, list(reversed(self.mutants)), time.monotonic()
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                order = in_order(mutant)
                limit = 20 + int(5 * sum(costs[i] for i in order))
                reader, child = fork(functools.partial(self.attempt, mutant, [items[i] for i in order]), limit)
                running[child] = mutant, order, reader
            child, status = os.wait()
            mutant, order, reader = running.pop(child)
            with open(reader, "rb") as pipe:
                answer = pipe.read()
            killer = pickle.loads(answer) if answer else "the process"
            if isinstance(killer, int):
                again = killers[mutant.module, mutant.scope]
                if order[killer] in again:
                    again.remove(order[killer])
                again.append(order[killer])
                killer = items[order[killer]].nodeid
            elif killer and os.WIFSIGNALED(status):
                killer = f"signal {os.WTERMSIG(status)}"
            self.outcomes[mutant] = killer
            if killer is None:
                print(f"survives: {mutant.name}", file=sys.__stderr__, flush=True)
            if len(self.outcomes) % 100 == 0:
                done, minutes = len(self.outcomes), (time.monotonic() - start) / 60
                print(f"{done} of {len(self.mutants)}, {minutes:.1f} min", file=sys.__stderr__, flush=True)
        return True

    def attempt(self, mutant, items):
        """The place of the test that kills the mutant; None if none does."""
        try:
            apply(mutant)
        except Exception as error:
            return f"import: {error}"
        return self.run(items)


def fork(work, limit=None):
    """Do work in a process of its own, with so many seconds of processor time: `(pipe with the answer, its id)`."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return reader, child
    os.close(reader)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(silent, stream)
    if limit:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        signal.alarm(20 * limit)  # one that waits takes no processor time
    try:
        answer = pickle.dumps(work())
        with open(writer, "wb") as pipe:
            pipe.write(answer)
    except BaseException:
        os._exit(2)
    os._exit(0)


def forked(work):
    """The answer of work done in a process of its own."""
    reader, child = fork(work)
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer)


# The list -----------------------------------------------------------------------------------------------


def explained():
    """Names of the mutants that are known to survive, with the reasons."""
    groups = tomllib.loads(LIST.read_text(encoding="utf-8"))["survivors"] if LIST.is_file() else []
    return {name: group["why"] for group in groups for name in group["mutants"]}


def verdict(outcomes, known, modules):
    """Lines to print, and whether every survivor is explained and every explained one survives."""
    survivors = {mutant.name for mutant, killer in outcomes.items() if killer is None}
    lines = []
    for module in modules:
        of_module = [killer for mutant, killer in outcomes.items() if mutant.module == module]
        killed = sum(killer is not None for killer in of_module)
        lines.append(f"{module:<12} {killed:5} of {len(of_module):5} killed, {killed / max(1, len(of_module)):6.1%}")
    killed = sum(killer is not None for killer in outcomes.values())
    score = killed / len(outcomes)
    lines.append(f"{'together':<12} {killed:5} of {len(outcomes):5} killed, {score:6.1%}")
    mine = {name for name in known if name.split(".")[0] in modules}
    lines += [f"neither killed nor explained: {name}" for name in sorted(survivors - mine)]
    lines += [f"explained, but killed or gone: {name}" for name in sorted(mine - survivors)]
    enough = score >= AT_LEAST or len(modules) < len(MODULES)  # the share is that of the whole package
    return lines, survivors == mine and enough


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", choices=[[], *MODULES], default=[])
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    options = parser.parse_args()
    modules = options.modules or MODULES
    # Before NumPy is loaded: a fork must not lose threads, and each process has one core.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", HYPOTHESIS_PROFILE="mutants")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    import pytest

    files = {m: SOURCE / m / "__init__.py" if (SOURCE / m).is_dir() else SOURCE / f"{m}.py" for m in MODULES}
    mutants = [mutant for m in modules for mutant in mutants_of(files[m].read_text(encoding="utf-8"), m)]
    runner = Runner(mutants, options.jobs)
    tests = [path for name in TESTS if (path := ROOT / "tests" / f"test_{name}.py").is_file()]
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-p", "no:terminal", "-p", "no:cacheprovider", f"--basetemp={folder}/t", "--rootdir", str(ROOT)]
        code = pytest.main([*arguments, *map(str, tests), *(str(f) for f in files.values())], plugins=[runner])
    if not runner.outcomes:
        sys.exit(f"pytest ended with {code}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    for module in modules:
        table = {mutant.name: killer for mutant, killer in runner.outcomes.items() if mutant.module == module}
        (RESULTS / f"{module}.json").write_text(json.dumps(table, indent=1, ensure_ascii=False), encoding="utf-8")
    lines, good = verdict(runner.outcomes, explained(), modules)
    print(*lines, sep="\n")
    sys.exit(not good)


if __name__ == "__main__":
    main()
