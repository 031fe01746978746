"""The guide for teachers: its numbers, its minutes and its links hold."""

import re
from pathlib import Path

import pytest

from book._ext import printed, teaching

ROOT = Path(__file__).parents[2]

PAGE = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
PLANS = (ROOT / "course" / "sessions.md").read_text(encoding="utf-8")
ASKED = teaching.questions("diagnostic") + teaching.questions("exam")


def minutes(table):
    """The first column of a Markdown table, added up."""
    return sum(int(n) for n in re.findall(r"^\| *(\d+) *\|", table, re.M))


def untrue(item):
    """Numbers of an answer that neither the question gives nor an expression makes; and expressions that miss."""
    made = [tuple(line.split(" = ", 1)) for line in item["numbers"]]
    yield from printed.miscomputed(made)
    yield from printed.uncomputed([item["question"]], [item["answer"]], made)
    yield from printed.unused([item["answer"]], made)


@pytest.mark.parametrize("item", ASKED, ids=[item["question"][:40] for item in ASKED])
def test_numbers_of_the_answers_are_computed(item):
    assert not list(untrue(item))


def test_a_wrong_number_is_found():
    right = {"question": "p = 0.7", "answer": "0.881 bits", "numbers": ["0.881 = entropy([0.7, 0.3], base=2)"]}
    assert not list(untrue(right))
    assert list(untrue(right | {"answer": "0.882 bits"}))
    assert list(untrue(right | {"answer": "0.881 bits, ½ of it"}))
    assert list(untrue(right | {"numbers": ["0.882 = entropy([0.7, 0.3], base=2)"], "answer": "0.882"}))


def test_every_chapter_is_examined_and_has_its_place_in_the_guide():
    names = teaching.chapters()
    assert {item["chapter"] for item in teaching.questions("exam")} == set(names)
    assert re.findall(r"\{chapter-objectives\} (\S+)", PAGE) == names
    titles = [teaching.title(teaching.source(ROOT / "book" / f"{name}.ipynb")) for name in names]
    guide = PAGE.split("\n## Chapter by chapter\n")[1].split("\n```{include}")[0]
    assert re.findall(r"^### (.+)$", guide, re.M) == titles
    assert all(
        part in section
        for section in re.split(r"^### ", guide, flags=re.M)[1:]
        for part in ("**Hard points.**", "**Live.**", "**Board.**", "**Send home.**")
    )


def test_six_sessions_of_ninety_minutes_and_half_a_day():
    sessions = re.split(r"^## Session ", PLANS, flags=re.M)[1:]
    assert [minutes(session) for session in sessions] == [90] * 6
    assert minutes(PAGE.split("\n## Half a day\n")[1].split("\n## ")[0]) == 210


def test_optional_parts_leave_the_session_its_minutes():
    """What is in brackets can be dropped, so it is short."""
    for row in re.findall(r"^\| *(\d+) *\| \[", PLANS, re.M):
        assert int(row) <= 10


def test_objectives_are_those_of_the_chapter():
    text = "# T\n\nYou will be able to\n\n- do one\n  thing;\n- do another.\n\nNext"
    assert teaching.objectives(text) == ["do one thing", "do another"]
    for name in teaching.chapters():
        assert len(teaching.objectives(teaching.source(ROOT / "book" / f"{name}.ipynb"))) == 3


def test_examination_page_has_every_question():
    page = teaching.exam_markdown(dict.fromkeys(teaching.chapters(), "Heading"))
    assert page.count("**Marking.**") == len(teaching.questions("exam"))
    assert all(item["marking"] in page and item["answer"] in page for item in teaching.questions("exam"))
