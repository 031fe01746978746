"""The line under a chapter's title: its minutes and what it builds on."""

from pathlib import Path
from types import SimpleNamespace

from book._ext import at_a_glance, teaching

INDEX = (Path(__file__).parents[2] / "book" / "index.md").read_text(encoding="utf-8")


def test_every_chapter_builds_on_earlier_ones():
    order = ["index", *teaching.chapters()]
    assert list(at_a_glance.BUILDS_ON) == order[1:]
    for chapter, earlier in at_a_glance.BUILDS_ON.items():
        assert earlier
        assert all(order.index(page) < order.index(chapter) for page in earlier)


def test_every_chapter_has_its_minutes():
    assert set(teaching.chapters()) <= set(at_a_glance.minutes(INDEX))


def test_line_stands_under_the_title():
    titles = {"book/entropy": SimpleNamespace(astext=lambda: "Entropy")}
    app = SimpleNamespace(env=SimpleNamespace(titles=titles))
    context = {"body": "<h1>KL divergence</h1><p>Text</p>", "pathto": lambda page: f"{page.removeprefix('book/')}.html"}
    at_a_glance.add_line(app, "book/kl-divergence", "", context, None)
    time = at_a_glance.minutes(INDEX)["kl-divergence"]
    assert context["body"].startswith(f'<h1>KL divergence</h1>\n<p class="at-a-glance">About {time} minutes')
    assert '<a href="entropy.html">Entropy</a>' in context["body"]
    untouched = {"body": "<h1>Glossary</h1>"}
    at_a_glance.add_line(app, "book/glossary", "", untouched, None)
    assert untouched == {"body": "<h1>Glossary</h1>"}
