"""The exercises of a chapter: their texts, solutions, checks, and the stubs that a student begins with."""

import ast
import re
from dataclasses import dataclass, field

EXERCISE = re.compile(r"^:::+\{exercise\} *(?P<title>.*)\n:label: ex-(?P<name>\S+)$", re.M)
SOLUTION = re.compile(r"^:::+\{solution\} ex-(?P<name>\S+)$", re.M)


@dataclass
class Exercise:
    """One exercise, with the places of its cells in the notebook."""

    name: str  # its label without ex-
    title: str
    text: int
    prose: list[int] = field(default_factory=list)  # Markdown cells of the solution
    code: list[int] = field(default_factory=list)  # its code cells


def is_solution(cell):
    """Whether the cell is for whoever has tried."""
    return "solution" in cell.metadata.get("tags", [])


def find(notebook):
    """Every exercise of the notebook, in order."""
    found, current = [], None
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and (match := EXERCISE.search(cell.source)):
            current = Exercise(match["name"], match["title"].strip(), index)
            found.append(current)
        elif cell.cell_type == "markdown" and (match := SOLUTION.search(cell.source)):
            [current] = [exercise for exercise in found if exercise.name == match["name"]]
            current.prose.append(index)
        elif is_solution(cell):
            (current.code if cell.cell_type == "code" else current.prose).append(index)
    return found


def source(notebook, exercise):
    """The code of an exercise's solution."""
    return "\n\n\n".join(notebook.cells[index].source for index in exercise.code)


def check_call(code):
    """(name, answers) of the `check(…)` with which the code ends; None without one."""
    body = ast.parse(code).body
    call = getattr(body[-1], "value", None) if body else None
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "check"):
        return None
    name, *answers = call.args
    if call.keywords or not isinstance(name, ast.Constant) or not all(isinstance(a, ast.Name) for a in answers):
        raise ValueError(f"{ast.unparse(call)}: a check takes the exercise's name, then names of answers")
    return name.value, [answer.id for answer in answers]


def stub(code):
    """What of the solution a student gets: empty functions, names to fill in, and the check.

    A function keeps its first line and its docstring, a class its methods in the same way.
    """
    name, answers = check_call(code)
    body = ast.parse(code).body
    definitions = {s.name: s for s in body if isinstance(s, ast.FunctionDef | ast.ClassDef)}
    parts = []
    for answer in sorted(set(answers) & set(definitions), key=lambda n: definitions[n].lineno):
        parts += [ast.unparse(_emptied(definitions[answer])), "", ""]
    parts += [f"{answer} = ..." for answer in dict.fromkeys(answers) if answer not in definitions]
    return "\n".join([*parts, f"check({', '.join([_quoted(name), *answers])})"])


def _quoted(name):
    return f'"{name}"'


def _emptied(definition):
    documented = ast.get_docstring(definition) is not None
    if isinstance(definition, ast.FunctionDef):
        definition.body = [*definition.body[:documented], ast.Expr(ast.Constant(...))]
    else:
        methods = [_emptied(statement) for statement in definition.body if isinstance(statement, ast.FunctionDef)]
        definition.body = [*definition.body[:documented], *methods] or [ast.Expr(ast.Constant(...))]
    return definition


def top_level(code):
    """Names that the code defines outside of functions."""
    names = set()
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        else:
            names |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names
