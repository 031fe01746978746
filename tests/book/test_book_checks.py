"""The line under an exercise that tells how to check the answer."""

import pytest
from bs4 import BeautifulSoup

from book._ext import book_checks

PAGE = """<div class="exercise admonition" id="ex-entropy-{name}"><p class="admonition-title">Exercise</p>
<section id="exercise-content"><p>Compute it.</p></section></div>
<div class="solution dropdown admonition"><p>So.</p></div>
<div class="cell tag_{tag}"><div class="cell_input"><pre><span>{code}</span></pre></div></div>"""


def told(code, name="dice", tag="solution"):
    code = code.replace("check(", "<span>check</span><span>(</span>")  # as a highlighter leaves it
    context = {"body": PAGE.format(name=name, tag=tag, code=code), "pathto": lambda page: f"../{page}.html"}
    book_checks.tell_checks(None, "book/entropy", "page.html", context, None)
    return [line.get_text() for line in BeautifulSoup(context["body"], "html.parser").select("section > p")][1:]


@pytest.mark.parametrize(
    "code",
    [
        'six = 1\ncheck("entropy-dice", six, eight)\n',
        'def f():\n    pass\n\n\ncheck(\n    "entropy-dice",\n    six,\n    eight,\n)\n',
    ],
)
def test_the_call_of_the_solution_is_told(code):
    assert told(code) == ['Check your answer: check("entropy-dice", six, eight)']


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("six = 1\nprint(six)", {}),
        ('check("entropy-dice", six)', {"name": "half-bit"}),
        ('check("entropy-dice", six)', {"tag": "hide-cell"}),
    ],
)
def test_otherwise_nothing_is_told(code, options):
    assert told(code, **options) == []


def test_a_page_without_cells_is_left_alone():
    context = {"body": "<p>x"}
    book_checks.tell_checks(None, "book/glossary", "page.html", context, None)
    assert context == {"body": "<p>x"}
    book_checks.tell_checks(None, "search", "search.html", context := {}, None)
    assert context == {}
