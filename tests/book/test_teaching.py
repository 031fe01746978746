"""The guide for teachers: its numbers, its minutes and its links hold."""

import re

import pytest

from book._ext import printed, teaching
from tools import chapters

CHAPTERS = chapters.chapters()
PAGE = (chapters.BOOK / "teaching.md").read_text(encoding="utf-8")
PLANS = (chapters.ROOT / "course" / "sessions.md").read_text(encoding="utf-8")
ASKED = teaching.questions("diagnostic") + teaching.questions("exam")


def minutes(table):
    """The first column of a Markdown table, added up."""
    return sum(int(n) for n in re.findall(r"^\| *(\d+) *\|", table, re.M))


def untrue(item):
    """Numbers of an answer that neither the question gives nor an expression makes; and expressions that miss."""
    made, right = ([tuple(line.split(" = ", 1)) for line in item.get(key, [])] for key in ("numbers", "right"))
    yield from printed.miscomputed(made + right)
    yield from (f"the answer does not say {text!r}" for text, _ in right if text not in item["answer"])
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


def test_a_wrong_verdict_is_found():
    right = {"question": "½ or ⅓?", "answer": "The first.", "numbers": [], "right": ["The first = 1/2 > 1/3"]}
    assert not list(untrue(right))
    assert list(untrue(right | {"answer": "The second."}))
    assert list(untrue(right | {"right": ["The first = 1/2 < 1/3"]}))


def test_every_chapter_is_examined_and_has_its_place_in_the_guide():
    names = [chapter.name for chapter in CHAPTERS]
    assert {item["chapter"] for item in teaching.questions("exam")} == set(names)
    assert re.findall(r"\{chapter-objectives\} (\S+)", PAGE) == names
    guide = PAGE.split("\n## Chapter by chapter\n")[1].split("\n```{include}")[0]
    assert re.findall(r"^### (.+)$", guide, re.M) == [chapter.title for chapter in CHAPTERS]
    assert all(
        part in section
        for section in re.split(r"^### ", guide, flags=re.M)[1:]
        for part in ("**Hard points.**", "**Live.**", "**Board.**", "**Send home.**")
    )


def test_seven_sessions_of_ninety_minutes_and_half_a_day():
    sessions = re.split(r"^## Session ", PLANS, flags=re.M)[1:]
    assert [minutes(session) for session in sessions] == [90] * 7
    assert minutes(PAGE.split("\n## Half a day\n")[1].split("\n## ")[0]) == 210


def test_optional_parts_leave_the_session_its_minutes():
    """What is in brackets can be dropped, so it is short."""
    for row in re.findall(r"^\| *(\d+) *\| \[", PLANS, re.M):
        assert int(row) <= 10


def test_objectives_are_those_of_the_chapter():
    text = "# T\n\nYou will be able to\n\n- do one\n  thing;\n- do another.\n\nNext"
    assert teaching.objectives(text) == ["do one thing", "do another"]
    for chapter in CHAPTERS:
        assert len(teaching.objectives(teaching.source(chapter.path))) == 3


def test_examination_page_has_every_question():
    page = teaching.examination()
    assert page.count("**Marking.**") == len(teaching.questions("exam"))
    assert all(item["marking"] in page and item["answer"] in page for item in teaching.questions("exam"))
