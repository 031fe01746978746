"""The passes over the pages and the site, and the buttons in a page's header."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from book._ext import about, accessibility, buttons, live_cells, pages, quiz

CELL = '<div class="cell"><div class="cell_input"><pre>1</pre></div></div>'
FACTS = json.dumps({"total": 26_700_000})


def test_a_page_goes_through_the_steps_in_turn():
    def add(page):
        page.soup.append(pages.fragment(f"<b>{page.name}</b>"))

    def wrap(page):
        page.soup.b.wrap(page.soup.new_tag("p"))

    context = {"body": "<p>Text</p>"}
    pages.change_page([add, wrap], None, "book/entropy", "page.html", context, None)
    assert context == {"body": "<p>Text</p><p><b>book/entropy</b></p>"}


def test_a_page_without_body_is_left_alone():
    pages.change_page([None], None, "opensearch", "opensearch.xml", context := {}, None)
    assert context == {}


def test_every_finished_page_goes_through_the_steps(tmp_path):
    (tmp_path / "book").mkdir()
    for name in ("index.html", "book/entropy.html"):
        (tmp_path / name).write_text("a", encoding="utf-8")
    seen = []
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    steps = [lambda text, path: f"{text}b", lambda text, path: f"{text}{path.stem}"]
    pages.change_site(steps, [lambda site: seen.append(sorted(site.pages.values()))], app, None)
    assert seen == [["abentropy", "abindex"]]
    assert (tmp_path / "book" / "entropy.html").read_text(encoding="utf-8") == "abentropy"
    pages.change_site(steps, [], app, "an error stopped the build")
    assert (tmp_path / "book" / "entropy.html").read_text(encoding="utf-8") == "abentropy"


@pytest.mark.parametrize("url", ["", "https://example.org/book"], ids=["unset", "set"])
def test_repository_buttons_appear_only_when_the_address_is_set(url):
    options = {"repository_url": url}
    buttons.show_repository(None, SimpleNamespace(html_theme_options=options))
    shown = [options[f"use_{name}_button"] for name in ("repository", "issues", "edit_page")]
    assert shown == [bool(url)] * 3
    assert bool(options["launch_buttons"]) == bool(url)
    if url:
        assert {"colab_url", "binderhub_url"} <= set(options["launch_buttons"])


def test_colab_and_binder_open_the_branch_with_plain_notebooks(page):
    addresses = [
        "https://colab.research.google.com/github/an/book/blob/main/book/entropy.ipynb",
        "https://mybinder.org/v2/gh/an/book/main?urlpath=lab/tree/book/entropy.ipynb",
    ]
    made = page("")
    made.context["header_buttons"] = [{"type": "link"}, {"buttons": [{"url": url} for url in addresses]}]
    buttons.lead_to_notebooks(made)
    changed = [item["url"] for item in made.context["header_buttons"][1]["buttons"]]
    assert changed == [
        addresses[0].replace("/blob/main/", "/blob/colab/"),
        addresses[1].replace("book/main?", "book/colab?"),
    ]


@pytest.mark.parametrize(("source", "offered"), [("book/entropy.ipynb", True), ("book/entropy.md", False)])
def test_the_download_is_the_plain_notebook_and_no_source(page, source, offered):
    made = page("", source=source)
    given = [{"label": "download-source-button", "url": "../_sources/book/entropy"}, {"label": "download-pdf-button"}]
    made.context["header_buttons"] = [{"buttons": given}]
    buttons.lead_to_notebooks(made)
    assert [item.get("url") for item in given] == ["../notebooks/entropy.ipynb"] * offered + [None]
    assert made.app.asked == [("take.js", {"type": "module"})] * offered


@pytest.mark.parametrize(("taken", "facts"), [(True, FACTS), (False, FACTS), (True, ""), (False, "")])
def test_the_first_page_links_what_was_made(page, taken, facts):
    body = '<p class="take-away">PDF</p><p class="lite">Notebooks</p><p>Text</p>'
    made = page(body, name="book/index", live_cells=facts)
    made.app.config.take_away = taken
    buttons.take_along(made)
    assert made.soup.get_text() == "PDF" * taken + "Notebooks" * bool(facts) + "Text"
    assert made.context["metatags"] == '<link rel="manifest" href="../manifest.webmanifest"/>'


def test_every_page_names_the_edition():
    options = {"extra_footer": "<p>Licence.</p>\n"}
    buttons.name_edition(None, SimpleNamespace(html_theme_options=options))
    about = yaml.safe_load(Path("CITATION.cff").read_text(encoding="utf-8"))
    day = about["date-released"]
    assert options["extra_footer"] == f"<p>Licence. Version {about['version']}, {day.day} {day:%B %Y}.</p>"


@pytest.mark.parametrize(
    ("facts", "source", "shown"),
    [(FACTS, "book/entropy.ipynb", True), (FACTS, "book/glossary.md", False), ("", "book/entropy.ipynb", False)],
)
def test_only_chapters_link_to_a_notebook_by_a_relative_address(page, facts, source, shown):
    made = page("", source=source, live_cells=facts)
    buttons.link_notebook(made)
    addresses = [button["url"] for button in made.context["header_buttons"]]
    assert addresses == ["../lite/notebooks/index.html?path=entropy.ipynb"] * shown


def test_the_bar_stands_before_the_first_cell(page):
    made = page(f"<p>Text</p>{CELL}{CELL}", live_cells=FACTS)
    live_cells.add_bar(made)
    [bar] = made.soup.select(".live-bar")
    assert bar.find_next_sibling("div")["class"] == ["cell"]
    assert "27 MB" in bar.get_text()
    assert bar["data-megabytes"] == "27"
    assert not bar.has_attr("data-state"), "nothing of it shows until its script runs"
    assert made.app.asked == [("live/live.js", {"type": "module"})]


@pytest.mark.parametrize(("facts", "html"), [("", CELL), (FACTS, "<p>cell_input</p>"), (FACTS, "")])
def test_no_bar_without_python_or_without_code(page, facts, html):
    made = page(html, live_cells=facts)
    live_cells.add_bar(made)
    assert not made.soup.select(".live-bar")
    assert made.app.asked == []


def test_python_is_published_where_it_was_assembled(tmp_path):
    config, sheets = SimpleNamespace(html_static_path=[]), []
    app = SimpleNamespace(confdir=tmp_path, add_css_file=sheets.append)
    live_cells.find_runtime(app, config)
    assert (config.live_cells, config.html_static_path, sheets) == ("", [], [])
    (tmp_path / "_build" / "web").mkdir(parents=True)
    (tmp_path / "_build" / "web" / "runtime.json").write_text(FACTS, encoding="utf-8")
    live_cells.find_runtime(app, config)
    assert config.live_cells == FACTS
    assert sheets == ["live/live-style.css"]
    assert config.html_static_path == [str(tmp_path / "_build" / "web" / "static")]


@pytest.mark.parametrize(
    ("name", "html", "asks"),
    [
        ("book/entropy", '<div class="quiz"></div>', True),
        ("book/index", "", True),
        ("book/glossary", '<p>class="quiz"</p>', False),
    ],
)
def test_pages_with_questions_and_the_first_remember(page, name, html, asks):
    made = page(html, name)
    quiz.add_script(made)
    assert made.app.asked == [("study.js", {"type": "module"})] * asks


def test_the_name_of_a_button_can_be_heard(page):
    made = page('<details class="hide"><summary aria-label="Toggle hidden content">Show solution</summary></details>')
    accessibility.name_buttons(made)
    assert not made.soup.summary.attrs


def test_an_empty_corner_of_a_table_is_no_heading(page):
    made = page("<table><thead><tr><th> </th><th>nats</th></tr></thead></table>")
    accessibility.leave_corners_empty(made)
    assert [cell.name for cell in made.soup.tr.find_all(["td", "th"])] == ["td", "th"]


@pytest.mark.parametrize(("before", "after"), accessibility.MENDS.items())
def test_mends_hold_when_made_twice(before, after):
    page = f"<body><x {before}></x></body>"
    assert (once := accessibility.mend_theme(page, None)) == page.replace(before, after)
    assert accessibility.mend_theme(once, None) == once


def test_what_only_a_test_reads_is_not_shown(page):
    lines = '<span>a</span>\n<span class="c1"># numbers: 1 = 1</span>\n<span>b</span> <span class="c1"># b</span>'
    made = page(f'<div class="cell_input"><pre>{lines}</pre></div>')
    live_cells.leave_out_sums(made)
    assert made.soup.pre.get_text() == "a\nb # b"


def test_a_page_is_described_by_its_question_and_first_words(page):
    made = page(
        '<section><h1>Entropy</h1><p class="at-a-glance">25 minutes</p><p>'
        + "Ann runs a station. " * 20
        + "</p></section>"
    )
    about.describe(made)
    assert made.context["description"].startswith("What does it cost, on average, to find out? Ann runs a station.")
    assert len(made.context["description"]) <= about.LONG


@pytest.mark.parametrize("address", ["", "https://example.org/book/"], ids=["unset", "set"])
def test_pages_are_listed_once_the_address_is_set(tmp_path, address):
    about.list_pages(SimpleNamespace(config=SimpleNamespace(html_baseurl=address), outdir=tmp_path), None)
    assert (tmp_path / "sitemap.xml").exists() == bool(address)
    if address:
        listed = (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
        assert "<loc>https://example.org/book/book/entropy.html</loc>" in listed
