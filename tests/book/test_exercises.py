"""Exercises: the line that tells how to check the answer, sound ids, solutions that open with their text."""

import pytest

from book._ext import exercises

PAGE = """<div class="exercise admonition" id="ex-entropy-{name}"><p class="admonition-title">Exercise</p>
<section id="exercise-content"><p>Compute it.</p></section></div>
<div class="solution dropdown admonition"><p>So.</p></div>
<div class="cell tag_{tag}"><div class="cell_input"><pre><span>{code}</span></pre></div></div>"""


@pytest.fixture
def told(page):
    def lines(code, name="dice", tag="solution"):
        code = code.replace("check(", "<span>check</span><span>(</span>")  # as a highlighter leaves it
        made = page(PAGE.format(name=name, tag=tag, code=code))
        exercises.tell_checks(made)
        return [line.get_text() for line in made.soup.select("section > p")][1:]

    return lines


@pytest.mark.parametrize(
    "code",
    [
        'six = 1\ncheck("entropy-dice", six, eight)\n',
        'def f():\n    pass\n\n\ncheck(\n    "entropy-dice",\n    six,\n    eight,\n)\n',
    ],
)
def test_the_call_of_the_solution_is_told(told, code):
    assert told(code) == ['Check your answer: check("entropy-dice", six, eight)']


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("six = 1\nprint(six)", {}),
        ('check("entropy-dice", six)', {"name": "half-bit"}),
        ('check("entropy-dice", six)', {"tag": "hide-cell"}),
    ],
)
def test_otherwise_nothing_is_told(told, code, options):
    assert told(code, **options) == []


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
