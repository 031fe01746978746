"""Submissions of every kind, graded for real: right ones in any form, broken ones, and hostile ones."""

import contextlib
import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.checks import cases
from tools.course import assignments, exercises, grading, judge
from tools.course.myst_to_jupyter import Book

ROOT = Path(__file__).parents[2]
TABLE = assignments.table()
FIRST = TABLE[0]
QUESTIONS = assignments.collected(FIRST)
NAMES = [question["name"] for question in QUESTIONS]
STUDENT = assignments.student(FIRST, QUESTIONS)
LIMITS = judge.Limits()
QUICK = judge.Limits(a_cell=15, a_notebook=180)  # for what runs out of time


def filled(answers=None):
    """The right submission, with other code for some questions."""
    notebook = assignments.submission(STUDENT, QUESTIONS)
    for question in QUESTIONS:
        if code := (answers or {}).get(question["name"]):
            [cell] = [c for c in notebook.cells if c.source == question["solution"]]
            cell.source = f"{code}\n{question['stub'].splitlines()[-1]}"
    return notebook


@pytest.fixture
def graded(tmp_path):
    """The verdict about a notebook; the judge is this process, and the notebook runs in its sandbox all the same."""

    def verdict(notebook, limits=LIMITS):
        path = tmp_path / "one.ipynb"
        nbformat.write(notebook, path)
        return judge.judged(judge.read(path), QUESTIONS, 7, limits)

    return verdict


def lost(verdict):
    """The questions without all their points."""
    full = {question["name"]: question["auto_points"] for question in QUESTIONS}
    return [name for name, (points, _) in verdict["results"].items() if points != full[name]]


# What is handed out, and the demonstration ------------------------------------------------------------


@pytest.mark.parametrize("assignment", TABLE, ids=lambda assignment: assignment["name"])
def test_right_and_wrong_submissions_score_what_they_should(assignment, monkeypatch, tmp_path):
    monkeypatch.setattr(grading.seed, "__defaults__", (tmp_path / "seed",))
    rows = assignments.demonstrate(assignment)
    assert len(rows) == len(assignment["question"])
    for row in rows:
        question = row["question"]
        assert row["scores"] == row["expected"], question["name"]
        # Whoever lost points is told why.
        assert (row["hint"] != "right") == ("wrong" in question), question["name"]
    right, wrong = (sum(row["scores"][i] for row in rows) for i in (0, 1))
    assert right == 14
    assert wrong < 14
    text = "\n".join(assignments.report(assignment, rows))
    assert f"{right:>8g}{wrong:>8g}" in text


def test_the_notebook_runs_as_it_is_handed_out(tmp_path, monkeypatch):
    """With the package from its own folder; every check says that nothing is answered yet."""
    assignments.build(FIRST, target=tmp_path)
    folder = tmp_path / FIRST["name"] / "student"
    monkeypatch.setenv("PYTHONPATH", str(folder))
    notebook = nbformat.read(folder / f"{FIRST['name']}.ipynb", as_version=4)
    notebook.cells.append(new_code_cell("import crossentropy; print(crossentropy.__file__)"))
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    printed = "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    for name in NAMES:
        assert f"{name}: not answered yet" in printed
    assert str(folder) in printed


CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "book").glob("*.ipynb"))}


@pytest.mark.parametrize("chapter", [name for name, notebook in CHAPTERS.items() if exercises.find(notebook)])
def test_every_exercise_could_be_a_question(chapter):
    """What its solution hands over can be judged in another process, whatever kind of answer it is."""
    notebook, book, questions, cells = CHAPTERS[chapter], Book(beside=()), [], []
    for exercise in exercises.find(notebook):
        if exercise.name.startswith("training-patient"):
            continue  # what its solution builds on stands below its text, and does not come along
        if exercise.code and exercises.check_call(exercises.source(notebook, exercise)):
            entry = {"exercise": exercise.name, "points": 1}
            question = assignments.question_of(entry, exercise, notebook, book, chapter)
            questions.append(question)
            cells += ["\n".join(question["imports"]), question["setup"], question["solution"]]
    code = [("code", cell) for cell in cells if cell]
    found = judge.judged(code, questions, 7, judge.Limits())
    assert found["results"] == {question["name"]: [1, "right"] for question in questions}
    assert found["flags"] == []


# Right answers, by any way ----------------------------------------------------------------------------

ACES = "first, second, pair = math.log2(13), math.log2(17), math.log2(221)"


def pieces(file):
    """Parameters of a test: each piece of code in a file, behind the rest of its heading."""
    _, *texts = re.split(r"^#: ", (Path(__file__).parent / file).read_text(encoding="utf-8"), flags=re.M)
    parted = [text.partition("\n") for text in texts]
    named = [(*heading.split(": "), code.strip()) for heading, _, code in parted]
    return [pytest.param(*rest, id=name) for name, *rest in named]


@pytest.mark.parametrize(("name", "code"), pieces("right.txt"))
def test_a_right_answer_gets_its_points(name, code, graded):
    found = graded(filled({name: code}))
    assert lost(found) == []
    assert grading.status(found) == "graded"


def test_an_answer_below_its_check_counts(graded):
    notebook = filled({"information-aces": "first = second = pair = ..."})
    notebook.cells.append(new_code_cell(ACES))
    assert lost(graded(notebook)) == []


def test_of_several_checks_the_last_that_is_answered_counts(graded):
    """Nobody finds the answer by trying values in a loop."""
    tried = f"{ACES}\nfor first in (first, 1.0, ...):\n    check('information-aces', first, second, pair)"
    assert lost(graded(filled({"information-aces": tried}))) == ["information-aces"]


@pytest.mark.parametrize("assignment", TABLE, ids=lambda assignment: assignment["name"])
def test_float32_passes_hidden_inputs(assignment):
    for question in assignments.collected(assignment):
        if "hidden" in question and question["name"] not in cases.DOUBLE:
            here = {}
            exec("\n".join(question["right"]), here)
            answers = {name: cases.single(here[name]) for name in question["functions"]}
            assert not any(judge.differs(question, answers, seed) for seed in range(20)), question["name"]


def test_a_function_that_knows_the_visible_inputs_alone_loses_its_hidden_points(graded):
    [question] = [q for q in QUESTIONS if q["name"] == "cross-entropy-linear"]
    learnt = "linear = lambda p, q: p * (1 - q) + (1 - p) * q if round(p, 1) == p else 0.5"
    squared = "squared = lambda p, q: p * (1 - q) ** 2 + (1 - p) * q**2"
    found = graded(filled({"cross-entropy-linear": f"{learnt}\n{squared}"}))
    assert lost(found) == ["cross-entropy-linear"]
    points, told = found["results"]["cross-entropy-linear"]
    assert points == question["points"]
    assert "inputs that you have not seen" in told


def test_the_hint_tells_what_is_wrong_and_no_address(graded):
    """Of a cell without its check, too, and of a function that is given one."""
    notebook = filled({"losses-check": "def slope(f, x):\n    return f / x"})
    [cell] = [cell for cell in notebook.cells if "def huffman_cost" in cell.source]
    cell.source = "def huffman_cost(p) return 1"
    results = graded(notebook)["results"]
    assert results["entropy-huffman"][1].startswith("its cell stopped: SyntaxError: ")
    assert results["losses-check"][1].startswith("`slope(a function, ")


SEEN = """
seen = []
def linear(p, q):
    seen.append((p, q))
    return p * (1 - q) + (1 - p) * q
squared = lambda p, q: p * (1 - q) ** 2 + (1 - p) * q**2
"""


def test_whoever_has_seen_hidden_inputs_is_not_told_them_and_does_not_meet_them_again(graded):
    tell = {"cross-entropy-linear": SEEN, "losses-check": "raise ValueError(seen[-20:])"}
    assert graded(filled(tell))["results"]["losses-check"] == [0, "its cell stopped: ValueError"]
    told = []
    for comment in ("", "", "# again"):
        tell["losses-check"] = f"raise NameError(seen[-1]) {comment}"
        told.append(graded(filled(tell))["results"]["losses-check"][1])
    assert "NameError: (0." in told[0]
    assert told[0] == told[1] != told[2]


# Hostile and broken submissions -----------------------------------------------------------------------


@pytest.mark.parametrize(("status", "told", "code"), pieces("hostile.txt"))
def test_a_hostile_cell_costs_its_question_alone(status, told, code, graded):
    found = graded(filled({"entropy-huffman": code}), QUICK if re.search("time|took too long", told) else LIMITS)
    assert lost(found) == ["entropy-huffman"]
    points, hint = found["results"]["entropy-huffman"]
    assert points == 0
    assert re.search(told, f"{hint} {found['flags']}")
    assert grading.status(found).startswith(status)


@pytest.mark.skipif(not judge.isolation(), reason="needs namespaces")
def test_what_a_cell_starts_ends_with_it(graded):
    """A crowd of processes, say, which would take the time of the cells below."""
    stay = "import os, time\nif not os.fork():\n    time.sleep(1)\n    open('stayed', 'w')\n    os._exit(0)"
    look = "time.sleep(2)\nopen('stayed')"
    results = graded(filled({"entropy-huffman": stay, "losses-check": look}))["results"]
    assert results["losses-check"] == [0, "its cell stopped: FileNotFoundError"]


CHEATS = {
    "yes-sayers": "import crossentropy.checks, numpy\ncrossentropy.checks.examine = lambda *a: None\n"
    "numpy.allclose = numpy.isclose = lambda *a, **k: True",
    "a yes-saying check": "def check(*answers):\n    print('right')",
    "numbers equal to all": "class Yes(float):\n    __eq__ = __ge__ = __le__ = __lt__ = lambda *a: True\n"
    "    __sub__ = __rsub__ = lambda *a: 0.0\nfirst = second = pair = Yes(1)\n"
    "check('information-aces', first, second, pair)\nnp.float64 = Yes",
    "the answers of the checks": "import crossentropy.checks.information as answers",
}


@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS)
def test_cheats_gain_nothing_and_are_flagged(code, graded):
    notebook = nbformat.from_dict(STUDENT)
    notebook.cells.insert(2, new_code_cell(code))
    found = graded(notebook)
    assert sum(points for points, _ in found["results"].values()) == 0
    assert grading.status(found).startswith("flagged: ")


@pytest.mark.parametrize("path", [os.environ["PATH"], ""], ids=["in namespaces", "without unshare"])
def test_a_submission_sees_and_changes_nothing_of_ours(path, tmp_path, monkeypatch):
    """Neither the book's solutions nor other submissions; no network; and nothing that it starts stays."""
    other, mine = tmp_path / "other.ipynb", tmp_path / "mine.ipynb"
    other.write_text("{}", encoding="utf-8")
    other.chmod(0o666)
    tmp_path.chmod(0o777)
    places = [
        str(ROOT / "book" / "entropy.ipynb"),
        str(ROOT / "course" / "assignments.toml"),
        str(other),
        "/etc/shadow",
    ]
    stay = f"3000.{os.getpid()}"
    monkeypatch.setenv("PATH", path)
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "socket"))
    unix.listen()
    (tmp_path / "socket").chmod(0o777)
    with unix, subprocess.Popen([sys.executable, "-c", LISTEN], stdout=subprocess.PIPE, encoding="utf-8") as server:
        port = int(server.stdout.readline())
        reach = f"unix, places, port, stay = {(str(tmp_path / 'socket'), places, port, stay)}\n{REACH}"
        nbformat.write(filled({"information-aces": reach}), mine)
        found = grading.judged(mine, QUESTIONS, [], 7, LIMITS)
        server.kill()
    assert found["results"]["information-aces"][1].endswith("NameError: []")
    assert other.read_text(encoding="utf-8") == "{}"
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(stay.encode() in command for command in commands)


REACH = """
import crossentropy, ctypes, os, socket, sys
reached = []
for path in places:
    for mode in ("r", "a"):
        try:
            reached.append(open(path, mode).name)
        except OSError:
            pass
try:
    reached.append(socket.create_connection(("127.0.0.1", port), timeout=2))
except OSError:
    pass
open("mine", "w").close()
def shared():
    if ctypes.CDLL(None, use_errno=True).shmget(7, 4096, 0o1666) == -1:
        raise OSError
for way in (
    lambda: socket.socket(socket.AF_UNIX).connect(unix),
    lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].connect(unix),
    lambda: os.chmod("mine", 0o777),
    lambda: os.utime("mine", (1, 1)),
    lambda: os.setxattr("mine", "user.x", b"x"),
    lambda: os.chown("mine", os.getuid(), os.getgid()),
    shared,
):
    try:
        reached.append(str(way()))
    except OSError:
        pass
socket.socketpair()
places = ["..", ".", os.path.dirname(crossentropy.__file__)]
names = [name for place in places for _, _, names in os.walk(place) for name in names]
reached += [] if "py.typed" in names else ["nowhere"]
reached += [name for name in names if name.endswith(("ipynb", "toml")) or name == "entropy.py"]
reached += [name for name in os.environ if name.startswith(("PYTHON", "SSH"))]
reached += [name for name in sys.modules if name.startswith("tools")]
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", stay])
    os._exit(0)
raise NameError(str(reached))
"""
LISTEN = """
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
server.accept()
"""


# Files ------------------------------------------------------------------------------------------------


def written(notebook):
    return nbformat.writes(notebook)


def without(notebook, name):
    """A notebook in which the cells of a question were deleted."""
    notebook = nbformat.from_dict(notebook)
    notebook.cells = [cell for cell in notebook.cells if name not in cell.source]
    return notebook


def folder_of(tmp_path):
    """What a learning platform hands over; {student: the total and how the status begins}."""
    right, empty = written(filled()), written(STUDENT)
    foreign = filled()
    foreign.metadata = {"kernelspec": {"name": "my-own", "display_name": "?"}, "language_info": {"name": "R"}}
    old = nbformat.convert(nbformat.from_dict(filled()), 3)
    files = {
        "Ann Ä_123_assignsubmission_file_/five-chapters.ipynb": (right, 14, "graded"),
        "Ben_124_assignsubmission_file_/five-chapters.ipynb": (empty, 0, "graded"),
        "Ben_124_assignsubmission_file_/.ipynb_checkpoints/five-chapters-checkpoint.ipynb": (right, None, None),
        "Cem_125_assignsubmission_file_/work/week 5/five-chapters.IPYNB": (right, 14, "graded"),
        "Dia_126_assignsubmission_file_/answers.py": ("pass", None, "not graded: no notebook, but answers.py"),
        "doejane_LATE_1_2_five-chapters-1.ipynb": (written(foreign), 14, "graded"),
        "eve.ipynb": (json.dumps(old, default=dict), 14, "graded"),
        "=cmd.ipynb": (right.replace("\n", "\r\n"), 14, "graded"),
        "conflict.ipynb": (f"{right}\n<<<<<<< HEAD\n", None, "not graded: it holds conflict markers of git"),
        "cut.ipynb": (right[:500], None, "not graded: it is no notebook"),
        "empty.ipynb": ("", None, "not graded: the file is empty"),
        "cells.ipynb": ('{"cells": 3}', None, "not graded: it is no notebook"),
        "deep.ipynb": ("[" * 100_000, None, "not graded: it is no notebook"),
        "other.ipynb": (written(new_notebook(cells=[new_code_cell("1")])), None, "not graded: none of this assign"),
        "gone.ipynb": (written(without(filled(), "huffman")), 11, "flagged: the cell of entropy-huffman is missing"),
        "twice/one.ipynb": (right, 14, "flagged: one of 2 notebooks of this student"),
        "twice/two.ipynb": (empty, 0, "flagged: one of 2 notebooks of this student"),
        "odd\n\x1bname.ipynb": (empty, 0, "graded"),
        "__MACOSX/._eve.ipynb": ("", None, None),
    }
    folder = tmp_path / "handed in"
    for name, (text, _, _) in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    (folder / "link.ipynb").symlink_to(folder / "eve.ipynb")
    (folder / "nothing").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    odd = right.replace("*Your answer in words goes here.*", r"\ud800")  # half of a character, as the name is none
    (folder / os.fsdecode(b"M\xfcller.ipynb")).write_text(odd, encoding="utf-8")
    rows = {re.sub(r"(?<!twice)(\.ipynb|/.*)$", "", name): row for name, (_, *row) in files.items() if row[1]}
    rows |= {"link": [None, "not graded: a link"], "nothing": [None, "not graded: no notebook"]}
    rows["pipe"] = [None, "not graded: pipe.ipynb is no file"]
    rows["M?ller"] = [14, "graded"]
    rows["odd  name"] = rows.pop("odd\n\x1bname")
    return folder, rows


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_is_graded_row_by_row(tmp_path):
    folder, expected = folder_of(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    seen = 0
    for row in assignments.grade(FIRST, folder, number=7):
        if isinstance(row, Path):
            target = row
            continue
        seen += 1
        # Each row is in the file before the next submission is begun.
        assert len(rows_of(tmp_path / "handed in-graded" / "scores-partial.csv")) == seen
    rows = rows_of(target / "scores.csv")
    statuses = {row["student"].removeprefix("'"): row["status"] for row in rows}
    assert set(statuses) == set(expected)
    assert not {name: told for name, told in statuses.items() if not told.startswith(expected[name][1])}
    for row in rows:
        total = expected[row["student"].removeprefix("'")][0]
        assert row["total"] == ("" if total is None else str(total)), row  # nobody has 0 whom nobody graded
        assert (row["entropy-huffman"] == "") == (total is None)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    # Once more: into another folder, and nothing of the first is touched.
    first = (target / "scores.csv").read_bytes()
    assert grading.new_folder(folder).name == "handed in-graded-2"
    assert (target / "scores.csv").read_bytes() == first
    assert len(list((target / "feedback").glob("*.txt"))) == len(expected)
    told = (target / "feedback" / "Ben_124_assignsubmission_file_.txt").read_text(encoding="utf-8")
    for question in QUESTIONS:
        assert f". {question['title']}: 0 of {question['auto_points']}\n   not answered yet" in told
    assert "Not graded: the file is empty" in (target / "feedback" / "empty.txt").read_text(encoding="utf-8")


def test_words_are_marked_in_one_sheet(tmp_path):
    """With the rubric beside each; no text of a student's is a formula there."""
    folder = tmp_path / "in"
    folder.mkdir()
    notebook = filled()
    words = iter(['=HYPERLINK("http://example.org", "x")', "+1\nmore", "-", "ü" * 40_000, "@sum"])
    for cell in notebook.cells:
        if cell.source == "*Your answer in words goes here.*":
            cell.source = next(words, "Because.")
    [cell] = [cell for cell in notebook.cells if cell.source.startswith(f"## {len(QUESTIONS)}. ")]
    cell.source += "\n\nIt is."
    notebook.cells.append(new_markdown_cell("And *because*."))
    nbformat.write(notebook, folder / "-ann.ipynb")
    *_, target = assignments.grade(FIRST, folder, number=7)
    data = (target / "marking.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = rows_of(target / "marking.csv")
    lines = [(q["title"], line) for q in QUESTIONS for line in q.get("rubric", [])]
    assert [(row["question"], row["what it is for"]) for row in rows] == [(title, line["for"]) for title, line in lines]
    assert sum(float(row["maximum"]) for row in rows) == 6
    assert {row["points"] for row in rows} == {""}
    assert {row["student"] for row in rows} == {"'-ann"}
    assert [row["words"][:6] for row in rows][:3] == ["'=HYPE", "'+1\nmo", "'-"]
    assert all(len(row["words"]) < 32_767 and row["words"][0] not in "=+-@\t\r" for row in rows)
    assert rows[-1]["words"] == "It is.\n\n@sum\n\nAnd *because*."


WITHOUT_LANDLOCK = """
import ctypes, os, struct, sys
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50026), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == ctypes.CDLL(None).syscall(317, 1, 0, program) == 0
os.execv(sys.executable, [sys.executable, "-m", "tools.course.assignments", "grade", "five-chapters", *sys.argv[1:]])
"""


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the number of the call is that of x86-64")
def test_without_landlock_nothing_is_run_unasked(tmp_path, monkeypatch):
    """As on a kernel before 5.13; where Python is closed to the user nobody, not even when asked."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.ipynb").touch()
    monkeypatch.delenv("TRUSTED", raising=False)
    command = [sys.executable, "-c", WITHOUT_LANDLOCK, str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert ran.returncode == 1
    assert re.match("Notebooks would have your rights here|No notebook can be run.*Python is closed", ran.stderr)
    assert not (tmp_path / "in-graded").exists()
    monkeypatch.setattr(judge, "Sandbox", lambda limits: contextlib.nullcontext(SimpleNamespace(closed=False)))
    with pytest.raises(grading.GradingError, match="Notebooks would have your rights"):
        grading.ready(LIMITS)
    monkeypatch.setenv("TRUSTED", "yes")
    grading.ready(LIMITS)


def test_a_full_disk_stops_with_one_line(tmp_path, monkeypatch):
    """Where the results lie, and where the sandboxes do; rows that are written stay, in a file that says so."""
    folder, full = tmp_path / "in", OSError(28, "No space left on device")
    folder.mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).touch()

    def write(*_, **options):
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", write)
        with pytest.raises(grading.GradingError, match=r"^Stopped: .*No space.* MB are free in .*in-graded\)$"):
            list(assignments.grade(FIRST, folder, number=7))
    assert [row["student"] for row in rows_of(tmp_path / "in-graded" / "scores-partial.csv")] == ["a"]
    assert not (tmp_path / "in-graded" / "scores.csv").exists()

    def copy(source, *_, **options):
        raise shutil.Error([(source, "", str(full))])

    monkeypatch.setattr(shutil, "copytree", copy)
    with pytest.raises(grading.GradingError, match=r"^No notebook can be run: \[Errno 28\] No space.* MB are free in"):
        list(assignments.grade(FIRST, folder, number=7))


def test_what_fails_for_all_stops_and_what_fails_for_one_is_not_hidden(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).touch()
    command, judged = ["grade", "five-chapters", str(folder)], grading.judged
    failed = {"not_graded": "the judge failed: ValueError"}
    monkeypatch.setattr(grading.seed, "__defaults__", (tmp_path / "seed",))
    monkeypatch.setattr(grading, "judged", lambda path, *rest: failed if path.stem == "a" else judged(path, *rest))
    with pytest.raises(grading.GradingError, match="1 could not be judged"):
        assignments.main(command)
    assert [row["status"] for row in rows_of(tmp_path / "in-graded" / "scores.csv")] == [
        "not graded: the judge failed: ValueError",
        "not graded: the file is empty",
    ]
    begun = []

    def ready(limits):
        begun.append(limits)
        if len(begun) > 1:
            raise grading.GradingError("no more room")

    monkeypatch.setattr(grading, "ready", ready)
    with pytest.raises(grading.GradingError, match="no more room"):
        assignments.main(command)
    assert rows_of(tmp_path / "in-graded-2" / "scores-partial.csv") == []


def test_a_judge_that_fails_gives_no_points_and_no_zero(tmp_path, monkeypatch):
    path = tmp_path / "one.ipynb"
    nbformat.write(filled(), path)
    nobody = [{**question, "name": "entropy-nobody"} for question in QUESTIONS[:1]] + QUESTIONS[1:]
    told = grading.status(grading.judged(path, nobody, [], 7, QUICK))
    assert told.startswith("not graded: the judge failed: ValueError")
    told = grading.status(grading.judged(path, QUESTIONS, [], 7, judge.Limits(memory=1_000_000)))
    assert told.startswith("not graded: the sandbox did not start")


def test_the_seed_is_made_once_and_kept(tmp_path):
    path = tmp_path / "seed.txt"
    first = grading.seed(path)
    assert grading.seed(path) == first
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("2027\n", encoding="utf-8")
    assert grading.seed(path) == 2027
    path.write_text("soon", encoding="utf-8")
    with pytest.raises(grading.GradingError, match="'soon', expected a whole number"):
        grading.seed(path)


@pytest.mark.parametrize(
    ("name", "folder", "told"),
    [
        ("none", ".", "no assignment 'none'; there are five-chapters, losses-in-depth, codes, practice"),
        ("codes", "nowhere", "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_graded_is_refused(name, folder, told):
    command = [sys.executable, "-m", "tools.course.assignments", "grade", name, folder]
    ran = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 1
    assert told in ran.stderr
