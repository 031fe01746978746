"""Judges one submission: runs its cells in a sandbox, and examines here what they hand over.

    python -m tools.course.judge < job.json > verdict.json

Nothing of the student's is ever imported or run in this process; it gets values, and calls functions through
`tools.course.exchange`. `tools.course.grading` starts a new one for each submission.
"""

import ast
import contextlib
import copy
import ctypes
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from crossentropy import checks
from tools.course.exchange import Gone, Peer, reading

ATTEMPTS = 6  # at running a notebook, each without what ended the one before
HIDDEN = 20  # inputs that a student has not seen
LARGEST = 50_000_000  # bytes of a notebook
START = 120  # seconds


@dataclass
class Limits:
    """Of a submission: seconds for a cell (and for trying an answer), seconds for all, and bytes of memory."""

    a_cell: float = 60
    a_notebook: float = 300
    memory: int = 4_000_000_000


class NotGraded(Exception):
    """Why nobody can say what the submission is worth; never a reason for 0 points."""


# The sandbox ----------------------------------------------------------------------------------------


@cache
def isolation():
    """A command in front of the sandbox: no network, and whatever it starts ends with it; none where it cannot be."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    command = ["unshare", *own, "--net", "--ipc", "--pid", "--fork", "--kill-child"]
    try:
        return command if subprocess.run([*command, "true"], capture_output=True).returncode == 0 else []
    except OSError:
        return []


def running():
    """How many threads the user has, for the limit counts them, too."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            found += len(os.listdir(process / "task")) if process.stat().st_uid == os.geteuid() else 0
    return found


def adopt():
    """Let what outlives the sandbox become a child of this process; returns how to end all of it."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return lambda: None
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)

    def end():
        while left := children.read_text(encoding="ascii").split():
            for child in map(int, left):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)

    return end


class Sandbox:
    """A process with nothing but the package in a folder of its own, and the line to it."""

    def __init__(self, limits):
        self.folder = Path(tempfile.mkdtemp(prefix="submission-"))
        try:
            self.process, self.peer = self._started(limits)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _started(self, limits):
        code, work = self.folder / "code", self.folder / "work"
        # The package without the checks of the chapters, which hold answers.
        answers = [path.name for path in Path(checks.__path__[0]).glob("*.py") if path.stem in checks.CHAPTERS]
        package = Path(checks.__path__[0]).parent
        shutil.copytree(package, code / "crossentropy", ignore=shutil.ignore_patterns("__pycache__"))
        for name in answers:
            (code / "crossentropy" / "checks" / name).unlink()
        for name in ("sandbox.py", "exchange.py"):
            shutil.copy(Path(__file__).with_name(name), code)
        work.mkdir()
        self.folder.chmod(0o755)
        for fonts in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
            shutil.copy(fonts, work)  # to look for them takes longer than many a notebook
        work.chmod(0o777)  # whoever the sandbox becomes
        ours, theirs = socket.socketpair()
        given = [theirs.fileno(), work, limits.a_cell, limits.a_notebook, limits.memory, 200 + running()]
        with (self.folder / "errors").open("wb") as errors:
            process = subprocess.Popen(
                [*isolation(), sys.executable, "-I", "-B", code / "sandbox.py", *map(str, given)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LANG": "C.UTF-8",
                    "MPLBACKEND": "Agg",
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                    **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), str(work)),
                },
            )
        theirs.close()
        return process, Peer(ours)

    def __enter__(self):
        self.peer.deadline = time.monotonic() + START
        try:
            self.closed = self.peer.receive()[1]
        except Gone as gone:
            self.__exit__()
            raise NotGraded(f"the sandbox did not start ({self.told or gone})") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for end in (lambda: os.killpg(self.process.pid, signal.SIGKILL), self.process.kill):
            with contextlib.suppress(OSError):  # it has ended
                end()
        self.process.wait()
        self.peer.connection.close()
        lines = (self.folder / "errors").read_text(encoding="utf-8", errors="replace").splitlines()
        self.told = lines[-1] if lines else ""
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, source):
        """Run a cell: the error in which it ended, and what it handed to checks."""
        told, handed = self._asked("run", source)
        with reading():
            return str(told), {name: list(map(self.peer.unpack, answers)) for name, answers in handed.items()}

    def values(self, names):
        """Values of names at the end."""
        [values] = self._asked("names", names)
        with reading():
            return list(map(self.peer.unpack, values))

    def _asked(self, kind, given):
        self.peer.send(kind, given)
        with reading():
            answer, *rest = self.peer.receive()
            if answer != kind or len(rest) != {"run": 2, "names": 1}[kind]:
                raise ValueError(answer)
            return rest


# A question -----------------------------------------------------------------------------------------


def examined(question, answers, seed):
    """The points of the answers and what the student is told; None for the points where nothing is answered."""
    hint = checks.examine(question["name"], *answers)
    if hint is not None and hint.startswith(checks.NOT_ANSWERED):
        return None, hint
    points, told = (0, hint) if hint else (question["points"], "right")
    if "hidden" in question:
        if differs(question, dict(zip(question["answers"], answers, strict=False)), seed):
            told = hint or "right where you could try it, and wrong for inputs that you have not seen"
        else:
            points += question["hidden"]["points"]
    return points, told


def differs(question, answers, seed):
    """Whether a function of the student's differs from the book's on inputs drawn from the seed."""
    hidden, here = question["hidden"], {"np": np}
    exec("\n".join(question["right"]), here)  # the book's own code
    here["rng"] = np.random.default_rng(list(hashlib.sha256(repr((seed, question["name"])).encode()).digest()))
    within = {"relative": hidden.get("relative", 1e-6), "absolute": hidden.get("absolute", 1e-6)}
    for _ in range(HIDDEN):
        given = eval(hidden["draw"], here)
        given = given if isinstance(given, tuple) else (given,)
        for name in question["functions"]:
            right = here[name](*copy.deepcopy(given))
            try:
                checks.close(name, checks.call(answers.get(name), *given, label=name), right, **within)
            except Exception:  # a hint, or not a number at all
                return True
    return False


# A notebook -----------------------------------------------------------------------------------------


def read(path):
    """The notebook of a file; NotGraded says why there is none."""
    if (size := path.stat().st_size) > LARGEST:
        raise NotGraded(f"{size / 1e6:,.0f} MB are too many for a notebook")
    data = path.read_bytes()
    if not data.strip():
        raise NotGraded("the file is empty")
    if re.search(rb"^(<<<<<<<|>>>>>>>) ", data, re.M):
        raise NotGraded("it holds conflict markers of git (<<<<<<<)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
        cells = [(cell["cell_type"], "".join(cell.get("source", ""))) for cell in notebook["cells"]]
    except Exception as error:
        raise NotGraded(f"it is no notebook ({type(error).__name__}: {str(error)[:80]})") from None
    return cells


def checked(source):
    """The exercises whose check a cell calls."""
    return set(re.findall(r"""\bcheck\(\s*["']([\w-]+)["']""", source))


REACHES = {"builtins", "ctypes", "gc", "http", "importlib", "inspect", "multiprocessing", "os", "pathlib", "pickle"}
REACHES |= {"pty", "requests", "resource", "runpy", "shutil", "signal", "site", "socket", "subprocess", "sys"}
REACHES |= {"tempfile", "threading", "tools", "urllib"}
CALLS = {"__import__", "compile", "delattr", "eval", "exec", "get_ipython", "globals"}
CALLS |= {"input", "open", "setattr", "vars"}
INSIDE = {"__builtins__", "__class__", "__closure__", "__code__", "__dict__", "__globals__", "__subclasses__", "checks"}
MAGIC = re.compile(r"get_ipython\(\)\.run_(line|cell)_magic\('(config|matplotlib|time|timeit)'")


#: What a notebook meets here and not where it was written, and what is wrong before anything runs.
TOLD = {"AttributeError", "ImportError", "IndentationError", "ModuleNotFoundError", "NameError", "SyntaxError"}


def brief(error):
    """What of an error a student is told: its type alone where the rest may be anything that the sandbox knows."""
    kind, _, message = error.partition(":")
    return f"{kind}:{message[:200]}" if kind in TOLD else kind[:60]


def suspicions(sources):
    """What a person should look at: code that reaches out of the notebook, or changes what is not its own."""
    trees = []
    for source in sources:
        try:
            trees.append(ast.parse(MAGIC.sub("print('", TransformerManager().transform_cell(source))))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it cannot run either
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            modules = names if isinstance(node, ast.Import) else [node.module or ""]
            yield from (f"imports {module}" for module in modules if module.partition(".")[0] in REACHES)
            if any("checks" in name.split(".") for name in [*modules, *names]) and names != ["check"]:
                yield "touches the checks"
        elif isinstance(node, ast.Attribute):
            root = node
            while isinstance(root, ast.Attribute):
                root = root.value
            if node.attr in INSIDE:
                yield f"touches {node.attr}"
            if not isinstance(node.ctx, ast.Load) and isinstance(root, ast.Name) and root.id in imported:
                yield f"changes {ast.unparse(node)}"
        elif isinstance(node, ast.Name) and node.id in CALLS | INSIDE:
            yield "runs a shell command or magic" if node.id == "get_ipython" else f"uses {node.id}"
        elif isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef):
            name, ctx = getattr(node, "id", getattr(node, "name", "")), getattr(node, "ctx", None)
            if name == "check" and not isinstance(ctx, ast.Load):
                yield "redefines check"


def words(cells, questions, handed_out):
    """{question: the Markdown under its heading that was not handed out}."""
    found, current = {question["name"]: [] for question in questions}, None
    headings = {f"## {n}. {question['title']}": question["name"] for n, question in enumerate(questions, 1)}
    for kind, source in cells:
        first = source.strip().partition("\n")[0].strip()
        current = headings.get(first, current)
        if kind == "code":
            current = next((name for name in checked(source) if name in found), current)
        elif current:
            text = source.strip()
            for given in handed_out:
                text = text.removeprefix(given).strip()
            found[current] += [text] if text else []
    return {name: "\n\n".join(texts) for name, texts in found.items()}


ABSENT = re.compile(r"No module named '([\w.]+)'")


def judged(cells, questions, seed, limits):
    """The results, {question: [points, what the student is told]}, and flags, what a person should look at."""
    code = [source for kind, source in cells if kind == "code"]
    # Other code meets other hidden inputs, so that to have seen some helps nobody.
    seed = hashlib.sha256(repr((seed, code)).encode()).hexdigest()
    by_name = {question["name"]: question for question in questions}
    spelt = [set(re.findall(r"\w+", source)) for source in code]
    homes = {name: n for n, used in enumerate(spelt) for name in by_name if used >= set(by_name[name]["answers"])}
    homes |= {name: n for n, source in enumerate(code) for name in checked(source) if name in by_name}
    written = set().union(*spelt)
    missing = [n for n, question in by_name.items() if n not in homes and not written.issuperset(question["answers"])]
    if len(missing) == len(questions):
        raise NotGraded("none of this assignment's questions is in it")
    flags = [*suspicions(code), *(f"the cell of {name} is missing" for name in missing)]
    results, errors, lost = {}, {}, set()
    end = time.monotonic() + limits.a_notebook

    def unanswered(name):
        return name not in results or results[name][1].startswith(checks.NOT_ANSWERED)

    def judge(name, answers):
        points, told = examined(by_name[name], answers, seed)
        if points is not None or unanswered(name):
            results[name] = [points or 0, told]

    for _ in range(ATTEMPTS):
        place = None
        try:
            with Sandbox(limits) as box:
                for n, source in enumerate(code):
                    place = n
                    if place in lost:
                        continue
                    # A second and a half more than the sandbox gives itself: it may end the cell in peace.
                    box.peer.deadline = min(end, time.monotonic() + limits.a_cell + 1.5)
                    error, handed = box.run(source)
                    errors[n] = brief(error)
                    if errors[n].startswith("KeyboardInterrupt"):
                        flags.append(f"cell {n + 1}: its time was up")
                    for name in handed:
                        place = name
                        if name in by_name and name not in lost:
                            box.peer.deadline = min(end, time.monotonic() + limits.a_cell + 1.5)
                            judge(name, handed[name])
                for name, question in by_name.items():
                    place = name
                    if name not in lost and unanswered(name):  # unless in a cell below its check
                        box.peer.deadline = min(end, time.monotonic() + limits.a_cell + 1.5)
                        judge(name, box.values(question["answers"]))
            break
        except Gone as gone:
            lost.add(place)
            whose = f"cell {place + 1}" if isinstance(place, int) else place
            flags.append(f"{whose}: {gone}")
            if place in by_name:
                results[place] = [0, f"{gone} when its answer was tried"]
            else:
                errors[place] = str(gone)
            if time.monotonic() > end:
                flags.append("the time for the notebook was up")
                break
    for name in by_name:
        points, told = results.get(name, [0, checks.NOT_ANSWERED])
        if told.startswith(checks.NOT_ANSWERED):
            error = errors.get(homes.get(name))
            told = "its cell is missing" if name in missing else f"its cell stopped: {error}" if error else told
        told, absent = ABSENT.sub(r"\1 is not installed where notebooks are graded", told), ABSENT.findall(told)
        results[name] = [points, " ".join(told.split())]
        flags += [f"a package is missing here: {module}" for module in absent]
    for n, error in errors.items():
        flags += [f"a package is missing here: {module}" for module in ABSENT.findall(error)]
        below = "\n".join(code[n + 1 :])
        for name in re.findall(r"^NameError: name '(\w+)' is not defined", error):
            if re.search(rf"(\bdef |\bimport .*)\b{name}\b|^{name} *[,=]", below, re.M):
                flags.append(f"cell {n + 1} uses {name}, from a cell below it")
    return {"results": results, "flags": list(dict.fromkeys(flags))}


def main():
    job, end_all = json.load(sys.stdin), adopt()
    limits = Limits(**job["limits"])

    def late(*_):
        raise Gone("it took too long")

    # What a judge does with odd values must end, too.
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, limits.a_notebook + START)
    try:
        cells = read(Path(job["path"]))
        verdict = judged(cells, job["questions"], job["seed"], limits)
        verdict["words"] = words(cells, job["questions"], job["handed_out"])
    except NotGraded as reason:
        verdict = {"not_graded": str(reason)}
    finally:
        end_all()
    json.dump(verdict, sys.stdout)


if __name__ == "__main__":
    main()
