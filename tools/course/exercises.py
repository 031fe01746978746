"""The exercises of a chapter: their texts, solutions, checks, and the stubs that a student begins with."""

import ast
import builtins
import dis
import re
from dataclasses import dataclass, field
from types import CodeType

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
    """Whether the cell is for readers who have tried."""
    return "solution" in cell.metadata.get("tags", []) or bool(SOLUTION.search(cell.source))


def find(notebook):
    """Every exercise of the notebook, in order."""
    found, current = [], None
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and (match := EXERCISE.search(cell.source)):
            current = Exercise(match["name"], match["title"].strip(), index)
            found.append(current)
        elif is_solution(cell):
            if match := SOLUTION.search(cell.source):
                [current] = [exercise for exercise in found if exercise.name == match["name"]]
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
    definitions = {s.name: s for s in ast.parse(code).body if isinstance(s, ast.FunctionDef | ast.ClassDef)}
    parts = []
    for answer, definition in definitions.items():
        if answer in answers:
            parts += [ast.unparse(_emptied(definition)), "", ""]
    parts += [f"{answer} = ..." for answer in dict.fromkeys(answers) if answer not in definitions]
    handed = "".join(f", {answer}" for answer in answers)
    return "\n".join([*parts, f'check("{name}"{handed})'])


def _emptied(definition):
    documented = ast.get_docstring(definition) is not None
    methods = [s for s in definition.body if isinstance(definition, ast.ClassDef) and isinstance(s, ast.FunctionDef)]
    emptied = [_emptied(method) for method in methods] or [ast.Expr(ast.Constant(...))]
    definition.body = [*definition.body[:documented], *emptied]
    return definition


def names(code):
    """Names that code takes from what ran before it, and names that it defines: as Python's compiler sees them."""
    taken, defined = set(), set()
    for step in dis.get_instructions(code):  # in the order in which Python runs them
        if step.opname == "STORE_NAME":
            defined.add(step.argval)
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
            taken |= {step.argval} - defined
        elif isinstance(step.argval, CodeType):  # a function, a class or a comprehension, which may call itself
            taken |= names(step.argval)[0] - defined - {step.argval.co_name}
    return taken - set(dir(builtins)), defined
