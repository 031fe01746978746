"""The registry of the chapters is true, and pages say what it says."""

import re

import pytest

from book._ext import chapter_facts, teaching
from tools import chapters

CHAPTERS = {chapter.name: chapter for chapter in chapters.chapters()}
INDEX = (chapters.BOOK / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=CHAPTERS)
def test_title_is_the_heading(chapter):
    assert chapter.title == teaching.title(teaching.source(chapter.path))


def test_every_chapter_builds_on_earlier_pages():
    order = ["index", *CHAPTERS]
    for chapter in CHAPTERS.values():
        assert chapter.builds_on
        assert all(order.index(page) < order.index(chapter.name) for page in chapter.builds_on)


def test_the_first_page_has_the_table_of_every_part():
    parts = [part for part, names in chapters.parts().items() if CHAPTERS.keys() & set(names)]
    assert re.findall(r"\{chapter-table\} (.+)", INDEX) == parts


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(135, "2 hours and 15 minutes"), (60, "1 hour"), (61, "1 hour and 1 minute"), (40, "40 minutes")],
)
def test_minutes_are_told_in_hours(minutes, words):
    assert chapter_facts.hours(minutes) == words


def test_line_stands_under_the_title(page):
    chapter = page("<h1>KL divergence</h1><p>Text</p>", "book/kl-divergence")
    chapter_facts.tell_time_and_basis(chapter)
    time = CHAPTERS["kl-divergence"].minutes
    assert str(chapter.soup).startswith(f'<h1>KL divergence</h1>\n<p class="at-a-glance">About {time} minutes')
    assert '<a href="../book/entropy.html">Entropy</a>' in str(chapter.soup)


def test_slides_are_linked_at_the_end(page):
    chapter = page("<h1>KL divergence</h1><p>Text</p>", "book/kl-divergence")
    chapter_facts.link_slides(chapter)
    links = [link["href"] for link in chapter.soup.select("p.course:last-child a")]
    assert links == ["../slides/kl-divergence.html", "../slides/kl-divergence-notes.html"]


@pytest.mark.parametrize("step", [chapter_facts.tell_time_and_basis, chapter_facts.link_slides])
def test_other_pages_are_left_alone(page, step):
    other = page("<h1>Glossary</h1>", "book/glossary")
    step(other)
    assert str(other.soup) == "<h1>Glossary</h1>"
