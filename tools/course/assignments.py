"""The graded assignments: a notebook for students, its solution and a rubric, made from the exercises.

    python -m tools.course.assignments build              writes _build/assignments
    python -m tools.course.assignments demo               grades a right and a wrong submission of each
    python -m tools.course.assignments grade NAME FOLDER  grades the notebooks of a folder

`course/assignments.toml` names the exercises and their points. Text, answer and check of a question come from
its chapter, so an assignment says what the book says. `tools.course.grading` grades.
"""

import argparse
import ast
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import chapters
from tools.chapters import BOOK, ROOT
from tools.course import exercises, grading
from tools.course.judge import Limits
from tools.course.myst_to_jupyter import Book, to_jupyter
from tools.templates import filled

TABLE = ROOT / "course" / "assignments.toml"
BUILD = ROOT / "_build" / "assignments"


class AssignmentError(Exception):
    """What in the table or in a chapter does not let an assignment be made."""


# The table ------------------------------------------------------------------------------------------


def table():
    """The assignments of course/assignments.toml; none where a course has no such file."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))["assignment"] if TABLE.exists() else []


# A question, from its chapter -----------------------------------------------------------------------


def statements(code):
    """The statements of code as texts, with the comments beside them."""
    lines = code.splitlines()
    return ["\n".join(lines[s.lineno - 1 : s.end_lineno]) for s in ast.parse(code).body]


def built_on(code, before):
    """Those of the statements before it that code builds on; of several that define a name, the last."""
    wanted, places, known = exercises.names(code)[0], set(), set()
    for place in reversed(range(len(before))):
        taken, defined = exercises.names(before[place])
        if defined & wanted:
            wanted = wanted - defined | taken
            known |= defined
            places.add(place)
    for place, statement in enumerate(before):
        # `getcontext().prec = 60` defines no name, and yet answers depend on it.
        taken, defined = exercises.names(statement)
        if not defined and taken <= known and isinstance(ast.parse(statement).body[0], ast.Assign):
            places.add(place)
    return [before[place] for place in sorted(places)]


def single_imports(statement):
    """An import as lines of one name each; of anything else none."""
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.Import):
        return [ast.unparse(ast.Import([name])) for name in node.names]
    if isinstance(node, ast.ImportFrom):
        return [ast.unparse(ast.ImportFrom(node.module, [name], node.level)) for name in node.names]
    return []


def functions_of(solution, answers):
    """Those of the answers that the solution gives as functions."""
    defined = [node.name for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef)]
    return [answer for answer in answers if answer in defined]


def neat(source):
    """The code as the chapters have it: imports sorted, lines broken."""
    for command in (["check", "--select", "I", "--fix"], ["format", "--line-length", "88"]):
        line = [sys.executable, "-m", "ruff", *command, "--isolated", "--quiet", "-"]
        source = subprocess.run(line, input=source, capture_output=True, encoding="utf-8", check=True).stdout
    return source.strip()


def question_of(entry, exercise, notebook, book, page):
    """A question: its entry in the table, and what it takes from its exercise in the chapter.

    That is the text, the imports and the code of the chapter that the solution builds on, the solution, the stub that
    a student begins with, and the answers that the check looks at.
    """
    name, solution, hidden = exercise.name, exercises.source(notebook, exercise), entry.get("hidden")
    call = exercises.check_call(solution)
    if call is None:
        raise AssignmentError(f"{name}: its solution does not end with a check, so nothing can grade it")
    if call[0] != name:
        raise AssignmentError(f"{name}: its solution ends with the check of {call[0]}")
    if missing := set(call[1]) - exercises.names(solution)[1]:
        raise AssignmentError(f"{name}: its solution does not define {', '.join(sorted(missing))}")
    cells = [c for c in notebook.cells[: exercise.text] if c.cell_type == "code" and not exercises.is_solution(c)]
    own = built_on(solution, [statement for cell in cells for statement in statements(cell.source)])
    used = set().union(*(exercises.names(code)[0] for code in [solution, *own]))
    imports = [line for code in own for line in single_imports(code) if exercises.names(line)[1] & used]
    setup = [code for code in own if not single_imports(code)]
    if hidden and not functions_of(solution, call[1]):
        raise AssignmentError(f"{name}: it asks for no function, so there is nothing to try on hidden inputs")
    text = re.sub(r"^:::.*\n?|^:label:.*\n?", "", notebook.cells[exercise.text].source, flags=re.M)
    return {
        **entry,
        "name": name,
        "title": exercise.title,
        "chapter": page,
        "text": to_jupyter(text.strip(), book, page),
        "imports": imports,
        "setup": neat("\n".join(setup)) if setup else "",
        "solution": solution,
        "stub": exercises.stub(solution),
        "answers": call[1],
        "functions": (functions := functions_of(solution, call[1])),
        "right": built_on("\n".join(functions), [*imports, *setup, *statements(solution)]),
        "auto_points": entry["points"] + (hidden["points"] if hidden else 0),
        "manual_points": sum(line["points"] for line in entry.get("rubric", [])),
    }


def collected(assignment):
    """The questions of an assignment: what the table says of each, and what its chapter does."""
    part, book, homes = assignment["part"], Book(beside=()), {}  # no chapter lies beside an assignment
    if part not in chapters.parts():
        raise AssignmentError(f"_toc.yml has no part {part!r}")
    for page in chapters.parts()[part]:
        if (path := BOOK / f"{page}.ipynb").exists():
            notebook = nbformat.read(path, as_version=4)
            homes |= {exercise.name: (exercise, notebook, book, page) for exercise in exercises.find(notebook)}
    if missing := {entry["exercise"] for entry in assignment["question"]} - set(homes):
        raise AssignmentError(f"{assignment['name']}: no exercise {', '.join(map(repr, sorted(missing)))} in {part!r}")
    return [question_of(entry, *homes[entry["exercise"]]) for entry in assignment["question"]]


# What students, and the person who marks, get ----------------------------------------------------------


def student(assignment, questions):
    """The notebook that is handed out."""
    imports = neat("\n".join(dict.fromkeys(line for question in questions for line in question["imports"])) + "\n")
    text = filled("assignment.txt", **assignment, questions=questions, imports=imports)
    _, *parts = re.split(r"^%% (markdown|code)\n", text, flags=re.M)
    new_cell = {"markdown": new_markdown_cell, "code": new_code_cell}
    pairs = zip(parts[::2], parts[1::2], strict=True)
    cells = [new_cell[kind](source.strip(), id=f"cell-{n}") for n, (kind, source) in enumerate(pairs, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def submission(notebook, questions, wrong=False):
    """The student's notebook filled in: with the book's solutions, or also with the table's wrong answers."""
    notebook = nbformat.from_dict(notebook)
    for question in questions:
        [cell] = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip() == question["stub"].strip()]
        if not wrong or "wrong" not in question:
            cell.source = question["solution"]
        elif question["wrong"]["code"]:
            check = question["stub"].splitlines()[-1]
            cell.source = f"{question['wrong']['code'].strip()}\n{check}"
    return notebook


def rubric(assignment, questions):
    """What is worth how many points, for the person who marks; Markdown."""
    return filled("rubric.md", **assignment, questions=questions)


# Building --------------------------------------------------------------------------------------------


def build(assignment, target=BUILD):
    """Make one assignment; returns its folder.

    `student` is what the students get, as a folder and zipped. Beside it stand `solution.ipynb` and `rubric.md`.
    """
    questions = collected(assignment)
    folder = target / assignment["name"]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "student").mkdir(parents=True)
    # The package itself: it is in no registry, and needs nothing but NumPy.
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "crossentropy", folder / "student" / "crossentropy", ignore=ignored)
    notebook = student(assignment, questions)
    nbformat.write(notebook, folder / "student" / f"{assignment['name']}.ipynb")
    nbformat.write(submission(notebook, questions), folder / "solution.ipynb")
    (folder / "rubric.md").write_text(rubric(assignment, questions), encoding="utf-8")
    shutil.make_archive(str(folder / "student"), "zip", folder / "student")
    return folder


# Grading ---------------------------------------------------------------------------------------------


def grade(assignment, folder, limits=None, number=None):
    """What `grading.grade` yields of the submissions of an assignment."""
    questions = collected(assignment)
    handed_out = [cell.source for cell in student(assignment, questions).cells]
    number = grading.seed() if number is None else number
    return grading.grade(assignment, questions, handed_out, folder, limits or Limits(), number)


def demonstrate(assignment):
    """Grade a right and a wrong submission: for each question the scores, those expected, and what is told of wrong."""
    questions = collected(assignment)
    notebook = student(assignment, questions)
    handed_out, graded, rows = [cell.source for cell in notebook.cells], [], []
    for wrong in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "demo.ipynb")
            nbformat.write(submission(notebook, questions, wrong), path)
            verdict = grading.judged(path, questions, handed_out, grading.seed(), Limits())
        if grading.status(verdict) != "graded":
            raise AssignmentError(f"{assignment['name']}: {grading.status(verdict)}")
        graded.append(verdict["results"])
    for question in questions:
        name, points = question["name"], question["auto_points"]
        expected = [points, question["wrong"].get("score", 0) if "wrong" in question else points]
        scores, [_, told] = [results[name][0] for results in graded], graded[1][name]
        rows.append({"question": question, "scores": scores, "expected": expected, "hint": told})
    return rows


def report(assignment, rows):
    """The scores of a demonstration as lines."""
    yield f"\n{assignment['title']}"
    yield f"  {'question':<26}{'points':>7}{'right':>8}{'wrong':>8}  what the wrong answer is told"
    lines = [(row["question"]["name"], row["question"]["auto_points"], *row["scores"], row["hint"]) for row in rows]
    sums = [sum(line[column] for line in lines) for column in (1, 2, 3)]
    for name, points, right, wrong, hint in [*lines, ("total", *sums, "")]:
        yield f"  {name:<26}{points:>7g}{right:>8g}{wrong:>8g}  {hint}".rstrip()


# Command line ----------------------------------------------------------------------------------------


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build")
    commands.add_parser("demo")
    grader = commands.add_parser("grade")
    grader.add_argument("name", help="of the assignment")
    grader.add_argument("folder", type=Path, help="with the notebooks")
    usual = Limits()
    grader.add_argument("--cell", type=float, default=usual.a_cell, help="seconds for a cell")
    grader.add_argument("--notebook", type=float, default=usual.a_notebook, help="seconds for a notebook")
    args = parser.parse_args(argv)
    known = {assignment["name"]: assignment for assignment in table()}
    if args.command == "build":
        for assignment in known.values():
            print(build(assignment).relative_to(ROOT))
    elif args.command == "demo":
        unexpected = []
        for assignment in known.values():
            rows = demonstrate(assignment)
            print("\n".join(report(assignment, rows)))
            unexpected += [row["question"]["name"] for row in rows if row["scores"] != row["expected"]]
        if unexpected:
            raise AssignmentError(f"not the scores that were expected: {', '.join(unexpected)}")
    else:
        if args.name not in known:
            raise AssignmentError(f"no assignment {args.name!r}; there are {', '.join(known)}")
        failed = 0
        for row in grade(known[args.name], args.folder, Limits(args.cell, args.notebook)):
            line = row
            if isinstance(row, tuple):
                student, total, status = row
                failed += status.removeprefix("not graded: ").startswith(grading.FAILED)
                line = f"{student:<40}{'' if total is None else f'{total:g}':>6}  {status}"
            print(line, flush=True)
        if failed:
            raise grading.GradingError(f"{failed} could not be judged; the status of each says why")


if __name__ == "__main__":
    try:
        main()
    except (AssignmentError, grading.GradingError, OSError) as error:
        sys.exit(str(error))
