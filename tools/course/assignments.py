"""The graded assignments: a notebook for students, an autograder and a rubric, made from the exercises.

    python tools/assignments.py build [--seed N]   writes _build/assignments
    python tools/assignments.py demo               grades a right and a wrong submission of each
    python tools/assignments.py grade NAME FOLDER  grades the notebooks of a folder, and writes scores.csv there

`course/assignments.toml` names the exercises and their points. Text, answer and check of a question come from
its chapter, so an assignment says what the book says.

The grader is otter-grader 7, and not nbgrader. An assignment is one zip, which Gradescope takes, or which grades a
submission on any machine with one command, `otter run`: no hub, no database, no container. nbgrader keeps an
exchange folder and a gradebook of its own. That is a good choice where a course has JupyterHub, and too much where
it has none. otter has an environment to itself, `.venv-course`, because the book needs nothing of it; this tool
runs in `.venv` and calls it.
"""

import argparse
import ast
import builtins
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from tools.course import exercises, myst_to_jupyter

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build" / "assignments"
OTTER = ROOT / ".venv-course" / ("Scripts" if sys.platform == "win32" else "bin") / "otter"
SEED = 1948
YOUR_WORDS = "*Your answer in words goes here.*"


class AssignmentError(Exception):
    """What in the table or in a chapter does not let an assignment be made."""


# The table ------------------------------------------------------------------------------------------


def table(root=ROOT):
    """The assignments of course/assignments.toml."""
    return tomllib.loads((root / "course" / "assignments.toml").read_text(encoding="utf-8"))["assignment"]


def by_machine(question):
    """Points of a question that the autograder gives."""
    return question["points"] + question.get("hidden", {}).get("points", 0)


def by_hand(question):
    """Points of a question that a person gives."""
    return sum(line["points"] for line in question.get("rubric", []))


def chapters_of(part, root=ROOT):
    """The notebooks of a part of the book, in its order."""
    for entry in yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"]:
        if entry["caption"] == part:
            return [root / f"{page['file']}.ipynb" for page in entry["chapters"]]
    raise AssignmentError(f"_toc.yml has no part {part!r}")


# A question, from its chapter -----------------------------------------------------------------------


def bound(statement):
    """Names that a top-level statement gives a value."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


class Reads(ast.NodeVisitor):
    """Names that code takes from before it, in the order in which Python would run it."""

    def __init__(self, bound=()):
        self.bound, self.free = set(bound), set()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        elif node.id not in self.bound:
            self.free.add(node.id)

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node):
        self.free |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)} - self.bound
        self.visit(node.value)

    def visit_For(self, node):
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_ListComp(self, node):
        inner = Reads(self.bound)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in (*node.generators, *parts):
            inner.visit(part)
        self.free |= inner.free

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_comprehension(self, node):
        for part in (node.iter, node.target, *node.ifs):
            self.visit(part)

    def visit_FunctionDef(self, node):
        given = [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]
        body = node.body if isinstance(node.body, list) else [node.body]
        own = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        inner = Reads({*self.bound, *given, *own, getattr(node, "name", "")})
        for part in body:
            inner.visit(part)
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults), *getattr(node, "decorator_list", ())):
            self.visit(part)
        self.free |= inner.free
        self.bound |= {node.name} if hasattr(node, "name") else set()

    visit_Lambda = visit_FunctionDef


def used(statements):
    """Names that the statements take from what ran before them."""
    reads = Reads(dir(builtins))
    for statement in statements:
        reads.visit(statement)
    return reads.free


def is_setting(statement):
    """Whether it changes a setting, as `getcontext().prec = 60` does: no name, and yet answers depend on it."""
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Attribute) and isinstance(target.value, ast.Call) for target in statement.targets
    )


def needed(names, before):
    """Places of the statements that give these names their values; of several that bind a name, the last."""

    def place_of(name, limit):
        return next((i for i in reversed(range(limit)) if name in bound(before[i])), None)

    taken, wanted = set(), [(name, len(before)) for name in sorted(names)]
    while wanted:
        name, limit = wanted.pop()
        place = place_of(name, limit)
        if place is not None and place not in taken:
            taken.add(place)
            wanted += [(other, place) for other in sorted(used([before[place]]))]
    settings = {place for place, statement in enumerate(before) if is_setting(statement)}
    return sorted(taken | {s for s in settings if {place_of(name, s) for name in used([before[s]])} <= taken})


def imports(statement, names):
    """An import, as lines of one name each, for the names that are used."""
    for alias in statement.names:
        if (alias.asname or alias.name.partition(".")[0]) in names:
            node = ast.Import([alias])
            if isinstance(statement, ast.ImportFrom):
                node = ast.ImportFrom(statement.module, [alias], statement.level)
            yield ast.unparse(node)


class Outside(myst_to_jupyter.Book):
    """The book as seen from a notebook that stands apart from it: links to its chapters lead nowhere there."""

    def link(self, text, page, anchor=None, here=None):
        text = text or self.pages[page][1]
        return f"[{text}]({self.site}/book/{page}.html)" if self.site else text


def neat(source):
    """The code as the chapters have it: imports sorted, lines broken."""
    for command in (["check", "--select", "I", "--fix"], ["format", "--line-length", "88"]):
        line = [sys.executable, "-m", "ruff", *command, "--isolated", "--quiet", "-"]
        source = subprocess.run(line, input=source, capture_output=True, text=True, check=True).stdout
    return source.strip()


def question_of(name, notebook, book, page):
    """What an assignment takes from an exercise of a chapter.

    Its text, the imports and the code of the chapter that its solution builds on, the solution, the stub that a
    student begins with, and the answers that its check looks at.
    """
    found = next((exercise for exercise in exercises.find(notebook) if exercise.name == name), None)
    if found is None:
        raise AssignmentError(f"no exercise {name!r} in this part")
    if not found.code:
        raise AssignmentError(f"{name}: its solution has no code")
    solution = exercises.source(notebook, found)
    call = exercises.check_call(solution)
    if call is None:
        raise AssignmentError(f"{name}: its solution does not end with a check, so nothing can grade it")
    if call[0] != name:
        raise AssignmentError(f"{name}: its solution ends with the check of {call[0]}")
    if missing := set(call[1]) - exercises.top_level(solution):
        raise AssignmentError(f"{name}: its solution does not define {', '.join(sorted(missing))}")
    before, lines = [], []
    for cell in notebook.cells[: found.text]:
        if cell.cell_type == "code" and not exercises.is_solution(cell):
            for statement in ast.parse(cell.source).body:
                before.append(statement)
                lines.append("\n".join(cell.source.splitlines()[statement.lineno - 1 : statement.end_lineno]))
    body = ast.parse(solution).body
    own = needed(used(body), before)
    names = used(body).union(*(used([before[place]]) for place in own))
    brought = [place for place in own if isinstance(before[place], ast.Import | ast.ImportFrom)]
    text = notebook.cells[found.text].source
    return {
        "name": name,
        "title": found.title,
        "text": myst_to_jupyter.plain(re.sub(r"^:::.*\n?|^:label:.*\n?", "", text, flags=re.M).strip(), book, page),
        "imports": [line for place in brought for line in imports(before[place], names)],
        "setup": neat("\n".join(lines[place] for place in own if place not in brought)),
        "solution": solution,
        "stub": exercises.stub(solution),
        "answers": call[1],
    }


def collected(assignment, root=ROOT):
    """The questions of an assignment: what the table says of each, and what its chapter does."""
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in chapters_of(assignment["part"], root)}
    book, questions = Outside(root), []
    for entry in assignment["question"]:
        homes = [
            chapter for chapter, nb in notebooks.items() if any(e.name == entry["exercise"] for e in exercises.find(nb))
        ]
        if not homes:
            raise AssignmentError(f"{assignment['name']}: no exercise {entry['exercise']!r} in {assignment['part']!r}")
        questions.append(
            {**entry, **question_of(entry["exercise"], notebooks[homes[0]], book, homes[0]), "chapter": homes[0]}
        )
    return questions


# The master notebook ---------------------------------------------------------------------------------


def indented(source):
    return "\n".join(f"    {line}" if line else "" for line in source.splitlines())


def public_test(question):
    """The book's own check; its hint is the message of the failure."""
    handed = "".join(f", env[{answer!r}]" for answer in question["answers"])
    return "\n".join(
        [
            f"def test_{question['name'].replace('-', '_')}(env):",
            "    from crossentropy.checks import examine",
            f"    missing = [name for name in {question['answers']!r} if name not in env]",
            "    assert not missing, f'no value for {missing}: did the cell stop with an error?'",
            f"    hint = examine({question['name']!r}{handed})",
            "    assert hint is None, hint",
        ]
    )


def hidden_test(question, seed):
    """The student's function beside the book's, on inputs drawn from the lecturer's seed."""
    answer = question["hidden"]["answer"]
    book = [s for s in ast.parse(question["solution"]).body if answer in bound(s)]
    names = used(book)
    lines = [line for line in question["imports"] if bound(ast.parse(line).body[0]) & names]
    return "\n".join(
        [
            f"def test_{question['name'].replace('-', '_')}_hidden(env):",
            indented("\n".join([*lines, "import numpy as np", ast.unparse(book[-1])])),
            f"    rng, function = np.random.default_rng({seed}), env.get({answer!r})",
            "    assert callable(function), 'not answered yet'",
            "    for _ in range(20):",
            f"        given = {question['hidden']['draw']}",
            f"        right, found = {answer}(given.copy()), function(given.copy())",
            "        assert np.allclose(found, right), f'wrong for {given}'",
        ]
    )


def answer_cell(question):
    """Stub and solution in one cell, between the marks that otter reads."""
    if "'''" in question["stub"]:
        raise AssignmentError(f"{question['name']}: the stub contains ''', which otter's mark needs")
    return "\n".join(
        [
            "r''' # BEGIN PROMPT",
            question["stub"],
            "'''; # END PROMPT",
            "# BEGIN SOLUTION NO PROMPT",
            question["solution"],
            "# END SOLUTION",
        ]
    )


def master(assignment, questions, seed=SEED):
    """The notebook from which otter makes the student's and the autograder."""
    config = {
        "name": assignment["name"],
        "init_cell": False,  # a student needs NumPy, and no otter
        "export_cell": False,
        "solutions_pdf": False,
        "files": ["crossentropy"],
        "requirements": ["numpy>=2"],
        "tests": {"ok_format": False},
        "generate": {"show_hidden": False, "show_stdout": False},
    }
    total = sum(by_machine(q) + by_hand(q) for q in questions)
    cells = [
        new_raw_cell("# ASSIGNMENT CONFIG\n" + yaml.safe_dump(config, sort_keys=False)),
        new_markdown_cell(
            f"# {assignment['title']}\n\n{assignment['about'].strip()}\n\n"
            f"{len(questions)} questions, {total} points. Replace each `...`, run the cell, and read what `check` "
            "prints: *right*, or a hint. Where a question asks for words, write them in the cell below the code. Then "
            "choose *Restart kernel and run all cells*, save the notebook and hand it in."
        ),
        new_code_cell(neat("\n".join(dict.fromkeys(line for q in questions for line in q["imports"])) + "\n")),
    ]
    for number, question in enumerate(questions, 1):
        points = f"{by_machine(question)} points by the check"
        points += f", {by_hand(question)} for your words" if by_hand(question) else ""
        head = {"name": question["name"], "points": by_machine(question), "check_cell": False}
        # A list: the points of each test, the public one first.
        if "hidden" in question:
            head["points"] = [question["points"], question["hidden"]["points"]]
        cells += [
            new_raw_cell("# BEGIN QUESTION\n" + yaml.safe_dump(head, sort_keys=False)),
            new_markdown_cell(f"## {number}. {question['title']}\n\n*{points}*\n\n{question['text']}"),
        ]
        cells += [new_code_cell(question["setup"])] if question["setup"] else []
        cells += [
            new_raw_cell("# BEGIN SOLUTION"),
            new_code_cell(answer_cell(question)),
            new_raw_cell("# END SOLUTION"),
            new_raw_cell("# BEGIN TESTS"),
            new_code_cell(public_test(question)),
        ]
        if "hidden" in question:
            cells.append(new_code_cell("# HIDDEN\n" + hidden_test(question, seed)))
        cells += [new_raw_cell("# END TESTS"), new_raw_cell("# END QUESTION")]
        if by_hand(question):
            cells.append(new_markdown_cell(YOUR_WORDS))
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def rubric(assignment, questions):
    """What is worth how many points, for whoever marks; Markdown."""
    rows = [
        f"| {number}. {q['title']} | {q['chapter']} | {by_machine(q)} | {by_hand(q)} | {by_machine(q) + by_hand(q)} |"
        for number, q in enumerate(questions, 1)
    ]
    machine, hand = sum(map(by_machine, questions)), sum(map(by_hand, questions))
    lines = [
        f"# Rubric: {assignment['title']}\n",
        "| question | chapter | autograder | by hand | total |",
        "|---|---|---:|---:|---:|",
        *rows,
        f"| **total** | | **{machine}** | **{hand}** | **{machine + hand}** |\n",
        "The autograder's points are for the values and functions that `check` looks at, all or nothing. The points "
        "by hand are for the words below them. Half points are yours to give.\n",
    ]
    for number, question in enumerate(questions, 1):
        lines.append(f"## {number}. {question['title']}\n")
        tests = f"- {question['points']} by the autograder: `check` says *right* of " + ", ".join(
            f"`{answer}`" for answer in question["answers"]
        )
        lines.append(tests + ".")
        if "hidden" in question:
            lines.append(
                f"- {question['hidden']['points']} by the autograder: `{question['hidden']['answer']}` is right for "
                "20 inputs that the student has not seen."
            )
        lines += [f"- {line['points']} by hand: {line['for']}" for line in question.get("rubric", [])]
        if "notes" in question:
            lines.append(f"\n*When marking:* {question['notes'].strip()}")
        lines.append("")
    return "\n".join(lines)


# Building --------------------------------------------------------------------------------------------


def otter(*arguments, cwd):
    """Run otter; its output only if it fails."""
    if not OTTER.exists():
        raise AssignmentError("otter is not installed: run `make assignments`")
    done = subprocess.run([OTTER, *arguments], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise AssignmentError(f"otter {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(assignment, seed=SEED, root=ROOT, target=BUILD):
    """Make one assignment with otter; returns its folder.

    `student` is what the students get, as a folder and zipped. Beside it stand `autograder.zip`, the `rubric.md`,
    the `solution.ipynb` and the `master.ipynb` that otter made all of it from.
    """
    questions = collected(assignment, root)
    folder = target / assignment["name"]
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "otter"
    work.mkdir(parents=True)
    # The package itself: it is in no registry, and needs nothing but NumPy.
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "src" / "crossentropy", work / "crossentropy", ignore=ignored)
    notebook = f"{assignment['name']}.ipynb"
    nbformat.write(master(assignment, questions, seed), work / notebook)
    otter("assign", notebook, "made", cwd=work)
    shutil.move(work / "made" / "student", folder / "student")
    [archive] = (work / "made" / "autograder").glob("*-autograder_*.zip")
    shutil.move(archive, folder / "autograder.zip")
    shutil.move(work / "made" / "autograder" / notebook, folder / "solution.ipynb")
    shutil.move(work / notebook, folder / "master.ipynb")
    shutil.rmtree(work)
    (folder / "rubric.md").write_text(rubric(assignment, questions), encoding="utf-8")
    shutil.make_archive(str(folder / "student"), "zip", folder / "student")
    return folder


# Grading ---------------------------------------------------------------------------------------------


def submission(student, questions, wrong):
    """The student's notebook filled in: with the book's solutions, or also with the table's wrong answers."""
    notebook = nbformat.from_dict(student)
    for question in questions:
        [cell] = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip() == question["stub"].strip()]
        if not wrong or "wrong" not in question:
            cell.source = question["solution"]
        elif question["wrong"]["code"]:
            check = question["stub"].splitlines()[-1]
            cell.source = f"{question['wrong']['code'].strip()}\n{check}"
    return notebook


def expected(question, wrong):
    """Points that the autograder should give."""
    return question["wrong"].get("score", 0) if wrong and "wrong" in question else by_machine(question)


def grade(path, autograder):
    """Points of a submission for each question, and what the tests say, by `otter run`."""
    with tempfile.TemporaryDirectory() as folder:
        otter("run", "--no-logo", "-a", Path(autograder).resolve(), "-o", folder, Path(path).resolve(), cwd=folder)
        results = json.loads(Path(folder, "results.json").read_text(encoding="utf-8"))
    scores, said = {}, {}
    for test in results["tests"]:
        name = test["name"].partition(" ")[0]
        scores[name] = scores.get(name, 0) + test.get("score", 0)
        said[name] = said.get(name, "") + test.get("output", "")
    return scores, said


def grade_folder(assignment, submissions, target=BUILD):
    """Grade every notebook of a folder; rows of scores, which are also written to its scores.csv."""
    names = [question["exercise"] for question in assignment["question"]]
    rows = [["notebook", *names, "total"]]
    for path in sorted(Path(submissions).glob("*.ipynb")):
        try:
            scores, _ = grade(path, target / assignment["name"] / "autograder.zip")
            points = [scores.get(name, 0) for name in names]
            rows.append([path.name, *points, sum(points)])
        except AssignmentError as error:
            # A notebook of another assignment, or none at all: the others must not wait for it.
            print(f"{path.name}: not graded. {str(error).splitlines()[-1]}", file=sys.stderr)
            rows.append([path.name, *[""] * len(names), ""])
    with Path(submissions, "scores.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return rows


def demonstrate(assignment, root=ROOT, target=BUILD):
    """Grade a right and a wrong submission: for each question its points, both scores and the first hint."""
    folder = target / assignment["name"]
    questions = collected(assignment, root)
    student = nbformat.read(folder / "student" / f"{assignment['name']}.ipynb", as_version=4)
    graded = []
    for kind, wrong in (("right", False), ("wrong", True)):
        path = folder / "submissions" / kind / f"{assignment['name']}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(submission(student, questions, wrong), path)
        graded.append(grade(path, folder / "autograder.zip"))
    rows = []
    for question in questions:
        name = question["name"]
        hint = re.search(r"AssertionError: (.*)", graded[1][1].get(name, ""))
        scores = [scores.get(name, 0) for scores, _ in graded]
        rows.append({"question": question, "scores": scores, "hint": hint[1] if hint else ""})
    return rows


def report(assignment, rows):
    """The scores as lines, and whether they are what the table expects."""
    yield f"\n{assignment['title']}"
    yield f"  {'question':<26}{'points':>7}{'right':>8}{'wrong':>8}  what the wrong answer is told"
    for row in rows:
        right, wrong = row["scores"]
        points = by_machine(row["question"])
        yield f"  {row['question']['name']:<26}{points:>7g}{right:>8g}{wrong:>8g}  {row['hint']}"
    sums = [sum(row["scores"][i] for row in rows) for i in (0, 1)]
    possible = sum(by_machine(row["question"]) for row in rows)
    yield f"  {'total':<26}{possible:>7g}{sums[0]:>8g}{sums[1]:>8g}"


# Command line ----------------------------------------------------------------------------------------


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("build")
    maker.add_argument("--seed", type=int, default=SEED, help="draws the inputs of the hidden tests")
    commands.add_parser("demo")
    grader = commands.add_parser("grade")
    grader.add_argument("name", help="of the assignment")
    grader.add_argument("folder", type=Path, help="with the notebooks")
    args = parser.parse_args(argv)
    status = 0
    try:
        if args.command == "grade":
            chosen = {assignment["name"]: assignment for assignment in table()}
            if args.name not in chosen:
                raise AssignmentError(f"no assignment {args.name!r}; there are {', '.join(chosen)}")
            rows = grade_folder(chosen[args.name], args.folder)
            if len(rows) == 1:
                raise AssignmentError(f"no notebook in {args.folder}")
            for row in rows:
                print(f"{row[0]:<40}{row[-1]:>8}")
            print(args.folder / "scores.csv")
            return 0
        for assignment in table():
            if args.command == "build":
                print(build(assignment, args.seed).relative_to(ROOT))
                continue
            rows = demonstrate(assignment)
            print("\n".join(report(assignment, rows)))
            for row in rows:
                if row["scores"] != [expected(row["question"], wrong) for wrong in (False, True)]:
                    print(f"{row['question']['name']}: not the scores that were expected", file=sys.stderr)
                    status = 1
    except AssignmentError as error:
        print(error, file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
