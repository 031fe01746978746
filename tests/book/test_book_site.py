"""What the book adds to its theme: repository links, sound HTML, a lean site."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from book._ext import book_site


@pytest.mark.parametrize("url", ["", "https://example.org/book"], ids=["unset", "set"])
def test_repository_buttons_appear_only_when_the_address_is_set(url):
    options = {"repository_url": url}
    book_site.link_repository(None, SimpleNamespace(html_theme_options=options))
    shown = [options[f"use_{name}_button"] for name in ("repository", "issues", "edit_page")]
    assert shown == [bool(url)] * 3
    assert bool(options["launch_buttons"]) == bool(url)
    if url:
        assert {"colab_url", "binderhub_url"} <= set(options["launch_buttons"])


def test_colab_opens_the_copy_that_installs_the_package():
    addresses = [
        "https://colab.research.google.com/github/an/book/blob/main/book/entropy.ipynb",
        "https://mybinder.org/v2/gh/an/book/main?urlpath=lab/tree/book/entropy.ipynb",
    ]
    context = {"header_buttons": [{"type": "link"}, {"buttons": [{"url": url} for url in addresses]}]}
    book_site.lead_to_colab(None, None, None, context, None)
    changed = [item["url"] for item in context["header_buttons"][1]["buttons"]]
    assert changed == [addresses[0].replace("/blob/main/", "/blob/colab/"), addresses[1]]


def sound(html):
    context = {"body": html}
    book_site.sound_body(None, None, None, context, None)
    return BeautifulSoup(context["body"], "html.parser")


def test_ids_of_blocks_are_not_repeated():
    block = '<div class="proof admonition"><section id="proof-content"><p>…</p></section></div>'
    assert not sound(block * 2).select("[id]")


def test_punctuation_stays_with_its_formula():
    body = sound('<p>If <span class="math">x</span>, then <span class="math">y</span> holds.</p>')
    assert body.get_text() == "If x, then y holds."
    assert body.select_one(".unbroken").get_text() == "x,"
    assert len(body.select(".unbroken")) == 1


def test_the_name_of_a_button_can_be_heard():
    body = sound('<details class="hide"><summary aria-label="Toggle hidden content">Show solution</summary></details>')
    assert not body.summary.attrs


def test_the_cells_of_a_solution_open_with_its_text():
    cell = '<div class="cell tag_solution"><details class="hide"></details></div>'
    other = '<div class="cell"><details class="hide"></details></div>'
    body = sound(f'<div class="solution dropdown"></div>{cell}{other}')
    first, second = body.select(".cell")
    assert "in-solution" in first["class"]
    assert first.details.has_attr("open")
    assert "in-solution" not in second["class"]
    assert not second.details.has_attr("open")


def test_a_page_without_body_is_left_alone():
    context = {}
    book_site.sound_body(None, None, None, context, None)
    assert context == {}


def test_the_site_keeps_what_its_pages_need(tmp_path):
    kept = ["katex/fonts/a.woff2", "scripts/bootstrap.js", "book.css"]
    dropped = ["scripts/fontawesome.js", "vendor/x.js", "styles/a.css.map"]
    for name in [*kept, *dropped]:
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    book_site.prune(SimpleNamespace(outdir=tmp_path), None)
    left = sorted(p.relative_to(tmp_path / "_static").as_posix() for p in tmp_path.rglob("*.*") if p.is_file())
    assert left == sorted(kept)
