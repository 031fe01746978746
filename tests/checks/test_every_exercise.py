"""Every exercise of the book with code in its solution has a check, and every check has its tests."""

import importlib

import pytest

from crossentropy.checks import CHAPTERS, NOT_ANSWERED, examine
from crossentropy.checks import exercises as registered
from tests.checks import cases
from tests.notebooks import NOTEBOOKS
from tools.course import exercises

#: Exercises whose code only illustrates a proof or a diagnosis, and why there is nothing to check.
A_DIAGNOSIS = "the answer is a diagnosis in words, and a value to hand over would give it away"
WITHOUT_CHECK = {f"training-patient-{number}": A_DIAGNOSIS for number in (2, 3, 4)}
ALL = [(chapter, exercise) for chapter, notebook in NOTEBOOKS.items() for exercise in exercises.find(notebook)]
CODED = [
    pytest.param(NOTEBOOKS[chapter], exercise, id=exercise.name)
    for chapter, exercise in ALL
    if exercise.code and exercise.name not in WITHOUT_CHECK
]
DONE = sorted({chapter for chapter, _ in ALL})


@pytest.mark.parametrize(("notebook", "exercise"), CODED)
def test_solution_ends_with_its_check_and_is_right(notebook, exercise):
    """The saved output is what the cell prints (`make nbval`), so the solution is right."""
    code = exercises.source(notebook, exercise)
    name, answers = exercises.check_call(code)
    assert name == exercise.name
    assert set(answers) <= exercises.names(code)[1]
    printed = "".join(o.text for o in notebook.cells[exercise.code[-1]].outputs if o.output_type == "stream")
    assert printed.splitlines()[-1] == f"{name}: right."


@pytest.mark.parametrize(("notebook", "exercise"), CODED)
def test_its_stub_is_not_answered(notebook, exercise):
    code = exercises.source(notebook, exercise)
    told = []
    exec(exercises.stub(code), {"check": lambda *given: told.append(examine(*given))})
    assert told == [NOT_ANSWERED]


@pytest.mark.parametrize("chapter", DONE)
def test_chapter_imports_check_first(chapter):
    first = next(cell for cell in NOTEBOOKS[chapter].cells if cell.cell_type == "code")
    assert "from crossentropy.checks import check\n" in f"{first.source}\n"


@pytest.mark.parametrize("chapter", DONE)
def test_check_belongs_to_an_exercise_and_is_tested(chapter):
    """One set of right answers, and at least two typical wrong ones."""
    module = chapter.replace("-", "_")
    names = [exercise.name for _, exercise in ALL if exercise.code and exercise.name not in WITHOUT_CHECK]
    assert registered(module) == sorted(set(names) & {e.name for c, e in ALL if c == chapter})
    tests = importlib.import_module(f"tests.checks.test_{module}")
    assert sorted(tests.RIGHT) == sorted(tests.WRONG) == registered(module)
    for name, mistakes in tests.WRONG.items():
        assert len({hint for _, hint in mistakes.values()}) >= 2, name


@pytest.mark.parametrize("chapter", DONE)
def test_float32_is_right_where_no_precision_is_asked(chapter):
    right = importlib.import_module(f"tests.checks.test_{chapter.replace('-', '_')}").RIGHT
    for name in right.keys() - cases.DOUBLE:
        assert examine(name, *map(cases.single, right[name])) is None, name


def test_every_chapter_with_exercises_has_its_module():
    assert {chapter.replace("-", "_") for chapter, _ in ALL} == set(CHAPTERS)


def test_lists_name_what_there_is():
    assert {exercise.name for _, exercise in ALL if exercise.code} >= set(WITHOUT_CHECK)
    assert all(len(reason.split()) >= 5 for reason in WITHOUT_CHECK.values())
    assert not set(WITHOUT_CHECK) & set(registered())
