"""The graded assignments: what their table says, and what is taken from the chapters. No grader is needed."""

import ast
import functools
import io
from pathlib import Path

import nbformat
import pytest
from docutils.parsers.rst import directives
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from book._ext import teaching
from crossentropy.checks import examine
from tests.notebooks import NOTEBOOKS
from tools import chapters
from tools.course import assignments, exercises, judge
from tools.course.myst_to_jupyter import Book

ROOT = Path(__file__).parents[2]
TABLE = assignments.table()
# To collect the questions of one takes seconds: `make test` does so for the first.
BY_NAME = pytest.mark.parametrize(
    "assignment", [pytest.param(a, id=a["name"], marks=[pytest.mark.slow] * (a != TABLE[0])) for a in TABLE]
)


@pytest.fixture(scope="module")
def collected():
    """The questions of an assignment, read once."""
    return functools.cache(lambda name: assignments.collected(next(a for a in TABLE if a["name"] == name)))


@pytest.fixture(scope="module")
def book():
    return Book(beside=())


# The table ------------------------------------------------------------------------------------------


def test_every_part_with_exercises_has_one_assignment():
    """Not the appendices: nobody is taught them in turn, so nobody is graded on them."""
    with_exercises = [
        part
        for part, names in chapters.parts().items()
        if part != "Appendices" and any(exercises.find(NOTEBOOKS[name]) for name in names if name in NOTEBOOKS)
    ]
    assert [assignment["part"] for assignment in TABLE] == with_exercises


@pytest.mark.slow
@BY_NAME
def test_points_add_up(assignment, collected):
    questions = collected(assignment["name"])
    assert sum(question["auto_points"] for question in questions) == 14
    assert sum(question["manual_points"] for question in questions) == 6
    assert all(question["points"] > 0 for question in questions)
    assert all(line["points"] > 0 and line["for"].endswith(".") for q in questions for line in q.get("rubric", []))


@BY_NAME
def test_the_table_has_no_unknown_key(assignment):
    """A key with a slip of the pen would be silently dead."""
    assert set(assignment) == {"name", "part", "title", "about", "question"}
    for question in assignment["question"]:
        assert set(question) <= {"exercise", "points", "hidden", "rubric", "notes", "wrong"}
        assert set(question.get("hidden", {})) <= {"points", "draw", "relative", "absolute"}
        assert set(question.get("wrong", {})) <= {"code", "score"}


@BY_NAME
def test_the_wrong_submission_has_right_and_wrong_answers(assignment):
    wrong = ["wrong" in question for question in assignment["question"]]
    assert any(wrong)
    assert not all(wrong)


@BY_NAME
def test_questions_are_exercises_of_the_part_with_a_check(assignment, collected):
    """Each once; the check of each exists, knows how many answers it gets, and refuses what is handed out."""
    questions = collected(assignment["name"])
    assert len({question["name"] for question in questions}) == len(questions)
    for question in questions:
        assert examine(question["name"], *[...] * len(question["answers"])) == "not answered yet"
        assert ".ipynb" not in question["text"]  # the chapters are not beside it
        assert ("hidden" in question) == bool(question["functions"])  # whoever asks for a function tries it


@BY_NAME
def test_no_solution_in_what_the_student_gets(assignment, collected):
    """Neither in the stubs nor in the code that is brought along from the chapter."""
    for question in collected(assignment["name"]):
        given = f"{question['setup']}\n{question['stub']}"
        kept = {ast.unparse(node) for node in ast.parse(given).body}
        for statement in ast.parse(question["solution"]).body[:-1]:
            if not isinstance(statement, ast.FunctionDef):
                assert ast.unparse(statement) not in kept
        for function in (node for node in ast.parse(question["stub"]).body if isinstance(node, ast.FunctionDef)):
            assert [ast.unparse(s) for s in function.body][ast.get_docstring(function) is not None :] == ["..."]
        assert "# SOLUTION" not in given


@BY_NAME
def test_the_notebook_that_is_handed_out(assignment, collected):
    """Stubs, and nothing of the solutions; the same notebook each time."""
    questions = collected(assignment["name"])
    notebook = assignments.student(assignment, questions)
    sources = [cell.source for cell in notebook.cells]
    for question in questions:
        assert sources.count(question["stub"]) == 1
        body = question["solution"].rsplit("\n", 1)[0]
        assert body not in "\n".join(sources)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert assignments.student(assignment, questions) == notebook
    nbformat.validate(notebook)
    solved = [cell.source for cell in assignments.submission(notebook, questions).cells]
    assert all(question["solution"] in solved for question in questions)


@BY_NAME
def test_a_solution_is_above_suspicion(assignment, collected):
    questions = collected(assignment["name"])
    cells = assignments.submission(assignments.student(assignment, questions), questions).cells
    assert list(judge.suspicions([cell.source for cell in cells if cell.cell_type == "code"])) == []


@BY_NAME
def test_the_rubric_says_every_point(assignment, collected):
    questions = collected(assignment["name"])
    text = assignments.rubric(assignment, questions)
    assert "| **total** | | **14** | **6** | **20** |" in text
    for question in questions:
        assert f". {question['title']}\n" in text
        assert all(f"- {line['points']} by hand: {line['for']}" in text for line in question.get("rubric", []))


# A question, from a chapter -------------------------------------------------------------------------


def chapter(solution, before="import math\n\nhalf = 0.5", text="Take the half."):
    """A chapter with one exercise."""
    solved = new_code_cell(solution, metadata={"tags": ["solution"]})
    return new_notebook(
        cells=[
            new_code_cell(before),
            new_markdown_cell(f":::{{exercise}} Half\n:label: ex-losses-half\n{text}\n:::"),
            new_markdown_cell(":::{solution} ex-losses-half\n:::", metadata={"tags": ["solution"]}),
            solved,
        ]
    )


def question_of(notebook, book):
    """The question that the one exercise of a chapter makes."""
    [exercise] = exercises.find(notebook)
    entry = {"exercise": exercise.name, "points": 1}
    return assignments.question_of(entry, exercise, notebook, book, "losses")


def test_question_brings_what_its_solution_builds_on(book):
    notebook = chapter('root = math.sqrt(half)\ncheck("losses-half", root)')
    question = question_of(notebook, book)
    assert question["title"] == "Half"
    assert question["text"] == "Take the half."
    assert question["imports"] == ["import math"]
    assert question["setup"] == "half = 0.5"
    assert question["stub"] == 'root = ...\ncheck("losses-half", root)'


@pytest.mark.parametrize(
    ("solution", "message"),
    [
        ("root = half", "does not end with a check"),
        ('root = half\ncheck("losses-other", root)', "ends with the check of losses-other"),
        ('print(half)\ncheck("losses-half", half)', "does not define half"),
    ],
)
def test_an_exercise_that_nothing_can_grade_is_refused(book, solution, message):
    with pytest.raises(assignments.AssignmentError, match=message):
        question_of(chapter(solution), book)


def test_hidden_inputs_without_a_function_are_refused(book):
    notebook = chapter('root = half\ncheck("losses-half", root)')
    [exercise] = exercises.find(notebook)
    entry = {"exercise": exercise.name, "points": 1, "hidden": {"points": 1, "draw": "1"}}
    with pytest.raises(assignments.AssignmentError, match="asks for no function"):
        assignments.question_of(entry, exercise, notebook, book, "losses")


def test_an_exercise_that_is_not_there_is_refused():
    wrong = {**TABLE[0], "question": [{"exercise": "losses-none", "points": 1}]}
    with pytest.raises(assignments.AssignmentError, match="no exercise 'losses-none'"):
        assignments.collected(wrong)
    with pytest.raises(assignments.AssignmentError, match="has no part 'Nowhere'"):
        assignments.collected({**TABLE[0], "part": "Nowhere"})


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("a = b", {"b"}),
        ("a = 1\nb = a", set()),
        ("a = a + 1", {"a"}),
        ("a += 1", {"a"}),
        ("for i in range(3):\n    x = i + y", {"y"}),
        ("total = sum(i * w for i in data)", {"data", "w"}),
        ("pairs = {k: v for k, v in data}", {"data"}),
        ("def f(x, y=d):\n    z = x + c\n    return z", {"c", "d"}),
        ("best = min(data, key=lambda k: k + c)", {"c", "data"}),
        ("def f(n):\n    return f(n - 1)", set()),
        ("x.y = z.w", {"x", "z"}),
    ],
)
def test_names_that_code_takes_from_before(code, names):
    assert exercises.names(code)[0] == names


def test_of_several_statements_the_last_counts_with_its_settings():
    code = "from decimal import Decimal, getcontext\ngetcontext().prec = 60\na = 1\na = 2\nb = Decimal(a)\nc = 3"
    before = code.splitlines()
    assert assignments.built_on("b", before) == [before[i] for i in (0, 1, 3, 4)]
    assert assignments.built_on("c", before) == ["c = 3"]


def test_links_to_the_chapters_are_put_in_words(book):
    """Beside an assignment there is no chapter; sources stay linked."""
    notebook = chapter('root = half\ncheck("losses-half", root)', text="As {term}`bit` and {prf:ref}`thm-gibbs` say.")
    text = question_of(notebook, book)["text"]
    assert text == f"As bit and *{book.labels['thm-gibbs'][1]}* say."
    notebook = chapter('root = half\ncheck("losses-half", root)', text="See {cite:p}`huffman1952`.")
    assert "[Huffman, 1952](" in question_of(notebook, book)["text"]


# The links to a hub ---------------------------------------------------------------------------------


def test_link_to_a_hub():
    link = teaching.hub_link("https://hub.example.org", "https://example.org/an/book", "a/student/a.ipynb")
    assert link == (
        "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A//example.org/an/book"
        "&branch=assignments&urlpath=lab/tree/book/a/student/a.ipynb"
    )


@pytest.mark.parametrize("url", ["", "https://example.org/an/book.git"], ids=["unset", "set"])
def test_links_are_there_only_when_the_address_is_set(tmp_path, url):
    """The section for teachers, built as a page of its own."""
    (tmp_path / "index.md").write_text(
        "# Teaching\n\n" + (ROOT / "course" / "grading.md").read_text(encoding="utf-8"), encoding="utf-8"
    )
    settings = {
        "extensions": ["myst_parser"],
        "myst_enable_extensions": ["colon_fence"],
        "html_theme_options": {"repository_url": url},
    }
    warned = io.StringIO()
    with docutils_namespace():
        directives.register_directive("hub-links", teaching.HubLinks)
        Sphinx(tmp_path, None, tmp_path / "out", tmp_path / "trees", "text", settings, None, warned).build()
    assert not warned.getvalue()
    text = (tmp_path / "out" / "index.txt").read_text(encoding="utf-8")
    assert "Graded assignments" in text
    assert ("These are the links" in text) == bool(url)
    for assignment in TABLE:
        path = f"lab/tree/book/{assignment['name']}/student/{assignment['name']}.ipynb"
        assert (path in text) == bool(url)
