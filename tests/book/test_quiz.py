"""Questions of the chapters: one right answer, every option explained, every number computed."""

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book._ext import printed, quiz
from tests.notebooks import NOTEBOOKS
from tools.authoring import notebooks

ASKED = [
    pytest.param(question, id=question.name)
    for notebook in NOTEBOOKS.values()
    for cell in notebook.cells
    if cell.cell_type == "markdown"
    for question in quiz.find(cell.source)
]
TEXT = """:::{quiz} A fair coin
:name: quiz-sample-coin
:numbers: 0.469 = entropy([0.9, 0.1], base=2); 1/2 = 0.5

A coin falls heads with probability 0.9. What is a throw worth?

- [ ] 0.9 bits
  That is the probability of heads, and no entropy at all.
- [ ] Half of what the fair one is worth
  Entropy is not in proportion; the curve is steep at its ends, and it
  passes 1/2 further to the left.
- [x] 0.469 bits
  The frequent side costs little each time, the rare side much.
:::"""


def test_every_question_has_a_name_of_its_own():
    names = [param.values[0].name for param in ASKED]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("question", ASKED)
def test_question_keeps_the_rules(question):
    """Three to five options, each explained; every number of the answers is given or computed."""
    assert list(quiz.problems(question)) == []


#: The questions whose answer is a matter of words, so that no expression can make it.
IN_WORDS = {
    "quiz-calibration-clueless",
    "quiz-calibration-temperature",
    "quiz-coder-machine",
    "quiz-coder-none",
    "quiz-codes-first",
    "quiz-codes-quiet",
    "quiz-scaling-floor",
    "quiz-scaling-table",
    "quiz-training-curves",
    "quiz-training-gradient",
}


def test_the_right_option_of_every_other_question_is_computed():
    """Else an `[x]` could move to another option, and nobody would notice."""
    assert {param.id for param in ASKED if not param.values[0].right} == IN_WORDS


@pytest.mark.parametrize("question", ASKED)
def test_numbers_and_the_right_option_are_what_their_expressions_give(question):
    assert list(printed.miscomputed(question.numbers + question.right)) == []


@pytest.mark.parametrize("question", ASKED)
def test_jupyter_gets_no_directive_and_no_answer_in_sight(question):
    shown = quiz.as_html(question)
    assert ":::" not in shown
    assert "[x]" not in shown
    assert shown.count("<details>") == len(question.options)
    assert shown.count("✓ Right.") == 1


def test_sample_is_read():
    question = quiz.parse(TEXT)
    assert (question.title, question.name, question.answer) == ("A fair coin", "quiz-sample-coin", "C")
    assert [option.right for option in question.options] == [False, False, True]
    assert question.options[1].why.endswith("passes 1/2 further to the left.")
    assert list(quiz.problems(question)) == list(printed.miscomputed(question.numbers)) == []
    assert quiz.find(f"Before.\n\n{TEXT}\n\nAfter.") == [question]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("- [x]", "- [ ]", "exactly one option is right"),
        ("- [ ] Half", "- [x] Half", "exactly one option is right"),
        ("  That is", "That is", "indent what belongs"),
        (":name: quiz-sample-coin\n", "", "a title, a name, a question"),
        ("1/2 = 0.5", "1/2", "is not `value = expression`"),
        (":numbers:", ":number:", "unknown field"),
    ],
)
def test_what_cannot_be_read_is_refused(old, new, told):
    with pytest.raises(quiz.QuizError, match=told):
        quiz.parse(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("0.469 bits\n", "0.47 bits\n", "neither given nor computed: 0.47"),
        ("quiz-sample-coin", "coin", "a name is quiz-"),
        ("That is the probability of heads, and no entropy at all.", "No.", "less than 8 words"),
        ("Half of what the fair one is worth", "0.9 bits", "an option stands twice"),
        ("; 1/2 = 0.5", "; 1/2 = 0.5; 3 bits = 3", "computed and never printed"),
        ("- [ ] Half", "  And", "2 options"),
        ("What is", "See {numref}`fig-binary-entropy`. What is", "Jupyter cannot show"),
    ],
)
def test_breach_of_a_rule_is_told(old, new, told):
    assert any(told in problem for problem in quiz.problems(quiz.parse(TEXT.replace(old, new, 1))))


def test_the_long_invitation_stands_under_the_first_question_of_each_page(tmp_path):
    """Every question keeps its status, which study.js fills."""
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_parser']\nmyst_enable_extensions = ['colon_fence']\n", encoding="utf-8"
    )
    page = "\n\n".join(["# Page", *varied(2), ":::{quiz-review}\n:::"])
    for name in ("index", "other"):
        (tmp_path / f"{name}.md").write_text(
            page if name == "other" else f"{page}\n\n```{{toctree}}\nother\n```", encoding="utf-8"
        )
    with patch_docutils(), docutils_namespace():
        app = Sphinx(tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees", "pseudoxml", status=None, warning=None)
        app.add_directive("quiz", quiz.Quiz)
        app.add_directive("quiz-review", quiz.Review)
        app.build(force_all=True)
    for name in ("index", "other"):
        told = (tmp_path / "out" / f"{name}.pseudoxml").read_text(encoding="utf-8")
        lines = re.findall(r'classes="quiz-status"[^>]*>\s*(.+)', told)
        assert lines == [quiz.INVITATION, *[quiz.REMINDER] * 3]


def test_wrong_number_is_found():
    wrong = quiz.parse(TEXT.replace("0.469", "0.470"))
    assert list(quiz.problems(wrong)) == []
    assert any("0.470 is printed" in told for told in printed.miscomputed(wrong.numbers))
    nothing = quiz.parse(TEXT.replace("entropy([0.9, 0.1], base=2)", "0.469"))
    assert any("its own computation" in told for told in printed.miscomputed(nothing.numbers))


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ("½", 0.5, True),
        ("1/3", 1 / 3, True),
        ("90 %", 0.9, True),
        ("90 %", 0.91, False),
        ("3 bits", 3, True),
        ("3 bits", 3.01, False),
        ("−0.5", -0.5, True),
        ("1.0", 0.96, True),
        ("\\tfrac{3}{8}", 0.375, True),
    ],
)
def test_number_is_compared_as_it_is_printed(text, value, right):
    assert printed.same(text, value) is right


def test_right_option_is_the_one_that_is_computed():
    text = TEXT.replace(":numbers:", ":right: 0.469 bits = entropy([0.9, 0.1], base=2)\n:numbers:")
    question = quiz.parse(text)
    assert question.right == (("0.469 bits", "entropy([0.9, 0.1], base=2)"),)
    assert list(quiz.problems(question)) == list(printed.miscomputed(question.right)) == []
    moved = text.replace("- [x]", "- [ ]").replace("- [ ] Half", "- [x] Half")
    assert any("right option alone" in told for told in quiz.problems(quiz.parse(moved)))
    both = text.replace("Half of", "0.469 bits, half of")
    assert any("right option alone" in told for told in quiz.problems(quiz.parse(both)))
    assert list(printed.miscomputed([("It falls", "1 / 2 > 1 / 3")])) == []
    assert list(printed.miscomputed([("It falls", "np.float64(1) < 0.5")])) != []


def test_right_answers_follow_no_pattern():
    long = quiz.parse(TEXT.replace("0.469 bits\n", "0.469 bits, which is the longest of the three options\n"))
    told = " ".join(quiz.patterns([long] * 5))
    assert "too often" in told
    assert "longest" in told


def chapter(*texts, closing="## Summary\n\nS.\n\n## Check yourself\n\n:::{quiz-review}\n:::\n\n## Exercises"):
    return new_notebook(cells=[new_markdown_cell(text) for text in (*texts, closing)])


def varied(count):
    """So many questions, whose right options are A, B, C in turn."""
    for number in range(count):
        lines = TEXT.replace("quiz-sample-coin", f"quiz-sample-{number}").split("\n- ")
        head, *options = lines
        options = [option.removesuffix("\n:::") for option in options]
        turned = options[number % 3 :] + options[: number % 3]
        yield "\n- ".join([head, *turned]) + "\n:::"


def test_sample_chapter_keeps_the_rules():
    assert list(notebooks.check_quiz(chapter(*varied(6)))) == []
    assert list(notebooks.check_quiz(chapter("No question."))) != []
    assert list(notebooks.check_quiz(new_notebook(cells=[new_markdown_cell("No question.")]))) == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (chapter(*varied(3)), "3 questions"),
        (chapter(*varied(9)), "9 questions"),
        (chapter(*varied(5), next(varied(1))), "two questions are called"),
        (chapter(*varied(5), closing="## Summary\n\n## Exercises"), "gathered once"),
        (
            chapter(*varied(5), closing="## Check yourself\n\n:::{quiz-review}\n:::\n\n## Summary\n\n## Exercises"),
            "stands between",
        ),
        (chapter("\n\n".join(varied(2)), *list(varied(6))[2:]), "a cell of its own"),
        (
            chapter(*varied(5), closing="## Summary\n\n## Quiz\n\n:::{quiz-review}\n:::\n\n## Exercises"),
            "gathered once",
        ),
        (chapter(":::{quiz-review}\n:::", *varied(5)), "after the review"),
        (chapter(*(text.replace("- [x]", "- [ ]") for text in varied(5))), "exactly one option"),
    ],
)
def test_breach_in_a_chapter_is_told(cells, told):
    assert any(told in problem for problem in notebooks.check_quiz(cells))
