"""The assignments, made and graded end to end by otter in `.venv-course`: `make test-all`."""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools.course import assignments

ROOT = Path(__file__).parents[2]
TABLE = assignments.table()


@pytest.fixture(scope="module", params=TABLE, ids=lambda assignment: assignment["name"])
def made(request, tmp_path_factory):
    """One assignment and the folder that otter made of it."""
    target = tmp_path_factory.mktemp("assignments")
    assignments.build(request.param, seed=7, target=target)
    return request.param, target


def student_notebook(assignment, target):
    name = assignment["name"]
    return nbformat.read(target / name / "student" / f"{name}.ipynb", as_version=4)


def test_right_and_wrong_submissions_score_what_they_should(made):
    assignment, target = made
    rows = assignments.demonstrate(assignment, target=target)
    assert len(rows) == len(assignment["question"])
    for row in rows:
        question = row["question"]
        assert row["scores"] == row["expected"], question["name"]
        # Whoever lost points is told why.
        assert bool(row["hint"]) == ("wrong" in question), question["name"]
    right, wrong = (sum(row["scores"][i] for row in rows) for i in (0, 1))
    assert right == 14
    assert wrong < 14
    text = "\n".join(assignments.report(assignment, rows))
    assert f"{right:>8g}{wrong:>8g}" in text


def test_the_student_gets_stubs_and_no_hidden_test(made):
    assignment, target = made
    notebook = student_notebook(assignment, target)
    questions = assignments.collected(assignment)
    sources = [cell.source for cell in notebook.cells]
    whole = nbformat.writes(notebook)
    for question in questions:
        assert sources.count(question["stub"]) == 1
        body = question["solution"].rsplit("\n", 1)[0]
        assert body not in "\n".join(sources)
    assert not any(mark in whole for mark in ("SOLUTION", "PROMPT", "HIDDEN", "_hidden", "default_rng(7)"))
    assert not any(cell.get("outputs") for cell in notebook.cells)
    with zipfile.ZipFile(target / assignment["name"] / "student.zip") as archive:
        files = [name for name in archive.namelist() if not name.startswith("crossentropy/")]
    assert files == [f"{assignment['name']}.ipynb"]
    with zipfile.ZipFile(target / assignment["name"] / "autograder.zip") as archive:
        tests = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("tests/"))
    assert ("default_rng(7)" in tests) == any("hidden" in question for question in questions)


def test_the_notebook_runs_as_it_is_handed_out(made, monkeypatch):
    """With the package from its own folder; every check says that nothing is answered yet."""
    assignment, target = made
    folder = target / assignment["name"] / "student"
    monkeypatch.setenv("PYTHONPATH", str(folder))
    notebook = student_notebook(assignment, target)
    notebook.cells.append(nbformat.v4.new_code_cell("import crossentropy; print(crossentropy.__file__)"))
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    printed = "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)
    for question in assignment["question"]:
        assert f"{question['exercise']}: not answered yet" in printed
    assert str(folder) in printed


def test_a_folder_is_graded_into_a_table(tmp_path):
    """A right notebook, the one that was handed out, and one of something else."""
    assignment = TABLE[0]
    assignments.build(assignment, target=tmp_path)
    folder = tmp_path / "handed in"
    folder.mkdir()
    student = student_notebook(assignment, tmp_path)
    questions = assignments.collected(assignment)
    nbformat.write(assignments.submission(student, questions, wrong=False), folder / "ann.ipynb")
    nbformat.write(student, folder / "bob.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), folder / "cat.ipynb")
    assignments.grade_folder(assignment, folder, target=tmp_path)
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["notebook"]: row for row in csv.DictReader(file)}
    totals = {name: row["total"] for name, row in rows.items()}
    assert float(totals["ann.ipynb"]) == 14
    assert float(totals["bob.ipynb"]) == 0
    assert totals["cat.ipynb"] == ""  # not 0: nobody has graded it
    assert float(rows["ann.ipynb"][questions[0]["name"]]) == questions[0]["auto_points"]


def test_an_unknown_assignment_is_refused():
    command = [sys.executable, "-m", "tools.course.assignments", "grade", "none", "."]
    ran = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 1
    assert "no assignment 'none'; there are five-chapters, losses-in-depth, codes, practice" in ran.stderr
