"""Exercises: the cell to answer in, sound ids, solutions that open with their text."""

import pytest

from book._ext import exercises

PAGE = """<div class="exercise admonition" id="ex-entropy-dice"><p class="admonition-title">Exercise</p></div>
<div class="solution dropdown admonition"><p>Solution to<a href="#ex-entropy-{name}"> Exercise</a></p></div>
<div class="cell tag_{tag}"><div class="cell_input"><pre><span>{code}</span></pre></div></div>
<div class="cell tag_solution-of-nothing"><div class="cell_input"><pre>other = 1</pre></div></div>"""


@pytest.fixture
def answer(page):
    """(lead, code) of the cell under the exercise, or None."""

    def given(code, name="dice", tag="solution"):
        code = code.replace("check(", "<span>check</span><span>(</span>")  # as a highlighter leaves it
        made = page(PAGE.format(name=name, tag=tag, code=code))
        exercises.give_answer_cells(made)
        lead = made.soup.find(id="ex-entropy-dice").find_next_sibling()
        if "answer-lead" not in lead["class"]:
            return None
        [cell] = made.soup.select("div.cell.tag_answer")
        assert cell == lead.find_next_sibling()
        return lead.get_text(), cell.select_one(".cell_input pre").get_text()

    return given


@pytest.mark.parametrize(
    ("code", "stub"),
    [
        ('six = 1\ncheck("entropy-dice", six, eight)\n', 'six = ...\neight = ...\ncheck("entropy-dice", six, eight)\n'),
        (
            'def f(x):\n    return x\n\n\ncheck(\n    "entropy-dice",\n    f,\n)\n',
            'def f(x):\n    ...\n\n\ncheck("entropy-dice", f)\n',
        ),
    ],
)
def test_under_an_exercise_stands_what_a_student_begins_with(answer, code, stub):
    assert answer(code) == ("Your answer. The last line checks it.", stub)


def test_without_a_check_the_cell_is_empty(answer):
    assert answer("six = 1\nprint(six)") == ("Your answer.", "# your answer\n")


@pytest.mark.parametrize("options", [{"name": "half-bit"}, {"tag": "hide-cell"}])
def test_where_no_code_solves_it_there_is_no_cell(answer, options):
    assert answer('check("entropy-dice", six)', **options) is None


def test_ids_of_blocks_are_not_repeated(page):
    blocks = page('<div class="proof admonition"><section id="proof-content"><p>…</p></section></div>' * 2)
    exercises.drop_repeated_ids(blocks)
    assert not blocks.soup.select("[id]")


def test_the_cells_of_a_solution_open_with_its_text(page):
    cell = '<div class="cell tag_solution"><details class="hide"></details></div>'
    other = '<div class="cell"><details class="hide"></details></div>'
    made = page(f'<div class="solution dropdown"></div>{cell}{other}')
    exercises.open_solutions(made)
    first, second = made.soup.select(".cell")
    assert "in-solution" in first["class"]
    assert first.details.has_attr("open")
    assert "in-solution" not in second["class"]
    assert not second.details.has_attr("open")
