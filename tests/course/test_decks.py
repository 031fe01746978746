"""Each deck, walked to its end in a browser at 1280 × 720, with every other host out of reach.

Most tests of a deck look at one visit, `deck`, one after the other; each begins at its first slide.
"""

import functools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools.course import decks

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
SCREEN = {"width": 1280, "height": 720}
NAMES = [path.stem for path in sorted(decks.FOLDER.glob("*.md"))]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
EVERY_DECK = pytest.mark.parametrize("name", NAMES)

LOOK = r"""() => {
  const slide = deck.getCurrentSlide(), box = slide.getBoundingClientRect();
  const inside = (e) => !e.closest(".katex-mathml, svg, aside.notes");
  const name = (e) => `${e.tagName} ${e.getAttribute("class") ?? ""} ${e.textContent.trim().slice(0, 40)}`;
  const all = [...slide.querySelectorAll("*")].filter(inside).filter((e) => e.checkVisibility());
  const foot = slide.querySelector(".where").getBoundingClientRect().top;
  const told = [];
  for (const e of all) {
    const r = e.getBoundingClientRect();
    if (!r.width || !r.height) continue;
    const low = e.closest(".chrome") ? box.bottom : foot;
    if (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > low + 1)
      told.push(`outside the slide: ${name(e)}`);
    if (e.closest("pre, .body") === e && e.scrollWidth > e.clientWidth + 1) told.push(`too wide: ${name(e)}`);
  }
  const kinds = ":scope > :is(h1, h2), .body :is(p, li, pre, figure, .formula)";
  const blocks = [...slide.querySelectorAll(kinds)]
    .filter((e) => !e.parentElement.closest("li, pre")).map((e) => [e, e.getBoundingClientRect()]);
  blocks.forEach(([a, r], i) => blocks.slice(i + 1).forEach(([b, s]) => {
    const wide = Math.min(r.right, s.right) - Math.max(r.left, s.left);
    if (wide > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1)
      told.push(`${name(a)} lies over ${name(b)}`);
  }));
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  for (let n; (n = walker.nextNode()); ) {
    const e = n.parentElement;
    if (!n.data.trim() || !inside(e) || e.closest(".chrome, .katex")) continue;
    const size = parseFloat(getComputedStyle(e).fontSize), least = e.closest("pre, code") ? 24 : 28;
    if (size < least) told.push(`${size} px, at least ${least}: ${name(e)}`);
  }
  for (const f of slide.querySelectorAll("figure svg")) {
    const m = f.getScreenCTM().a, v = f.viewBox.baseVal, w = v.width * m, h = v.height * m;
    if (h < 330 && w < 900) told.push(`a small figure: ${Math.round(w)} × ${Math.round(h)}`);
    if (!f.getAttribute("aria-label")) told.push("a figure without a name");
  }
  const shown = slide.cloneNode(true);
  shown.querySelectorAll("aside, pre, code, .katex-mathml, .katex-html").forEach((e) => e.remove());
  if (/\\[A-Za-z(\[]|\$|\]\(|\*\*|\{\w+\}`/.test(shown.textContent)) told.push(`raw source: ${shown.textContent}`);
  for (const k of slide.querySelectorAll(".katex-html"))
    if (!k.closest("aside") && !k.getBoundingClientRect().width) told.push("an empty formula");
  return told;
}"""


@pytest.fixture
def show(open_page, site):
    """A function that opens a deck, or the page of its notes."""

    def show(name, query="", **options):
        page = open_page(f"{site}slides/{name}.html{query}", **{"viewport": SCREEN, **options})
        if not name.endswith("-notes"):
            ready(page)
        page.site = site
        return page

    return show


def ready(page):
    page.wait_for_function("() => window.deck && deck.isReady()")
    page.evaluate("document.fonts.ready")


@pytest.fixture(scope="module", params=NAMES)
def visit(request, browser, site):
    from tests.browser.shared import window  # which needs Playwright

    with window(browser, viewport=SCREEN, color_scheme="light") as page:
        page.goto(f"{site}slides/{request.param}.html")
        ready(page)
        page.name, page.site = request.param, site
        yield page


@pytest.fixture
def deck(visit):
    """A deck at its first slide, whatever the test before did to it."""
    visit.evaluate("deck.toggleOverview(false)")
    visit.evaluate("deck.slide(0, 0, -1)")
    return visit


def switch(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.locator(f"html[data-theme={scheme}]").wait_for(state="attached")


def nothing_from_elsewhere(page):
    assert [url for url in page.log.requests if not url.startswith((page.site, "data:", "blob:", "about:"))] == []
    assert page.log.failed == []
    assert page.log.complaints == []


def test_there_is_a_deck():
    assert NAMES


@SCHEMES
def test_every_slide_holds_what_it_shows(deck, scheme):
    switch(deck, scheme)
    paper, ink = deck.evaluate(
        """() => [document.body, deck.getCurrentSlide()].map((e, i) => {
          const colours = getComputedStyle(e)[i ? "color" : "backgroundColor"].match(/\\d+/g).slice(0, 3).map(Number);
          return colours.reduce((a, b) => a + b) / 3;
        })"""
    )
    assert (paper > 200 and ink < 80) if scheme == "light" else (paper < 60 and ink > 180)
    count = deck.evaluate("deck.getTotalSlides()")
    assert any(least <= count <= most for least, most in (decks.SLIDES, decks.HALF[0]))
    told = []
    for slide in range(count):
        deck.evaluate("(slide) => deck.slide(slide, 0, -1)", slide)
        while True:
            told += [f"slide {slide + 1}: {what}" for what in deck.evaluate(LOOK)]
            if not deck.evaluate("deck.availableFragments().next"):
                break
            deck.evaluate("deck.nextFragment()")
    assert sorted(set(told)) == []
    nothing_from_elsewhere(deck)


@SCHEMES
def test_slides_and_notes_are_for_everyone(deck, show, axe, scheme):
    """Every fourth slide with all its steps, and so one of each kind; the notes as they are read.

    By all rules in light; in the dark what could differ there.
    """
    rules = ["color-contrast", "link-in-text-block"] if scheme == "dark" else []
    switch(deck, scheme)
    told = []
    for slide in range(0, deck.evaluate("deck.getTotalSlides()"), 4):
        deck.evaluate("(slide) => deck.slide(slide, 0, 99)", slide)
        told += [f"slide {slide + 1}: {what}" for what in axe(deck, *rules)]
    told += axe(show(f"{deck.name}-notes", color_scheme=scheme), *rules)
    assert told == []


@EVERY_DECK
def test_keys_go_through_every_step_to_the_end_and_back(show, name):
    page = show(name)
    total, steps = page.evaluate("[deck.getTotalSlides(), document.querySelectorAll('.step.fragment').length]")
    assert steps
    assert "?" in page.inner_text(".keys")
    seen = [page.evaluate("deck.getCurrentSlide().id")]
    presses = 0
    while not page.evaluate("deck.isLastSlide() && !deck.availableFragments().next"):
        page.keyboard.press("ArrowRight")
        presses += 1
        assert presses < 400
        if (here := page.evaluate("deck.getCurrentSlide().id")) != seen[-1]:
            seen.append(here)
    assert len(seen) == len(set(seen)) == total
    assert presses > total
    page.wait_for_function("(id) => location.hash.startsWith(`#/${id}`)", arg=seen[-1])  # it comes a little later
    page.keyboard.press("Home")
    assert page.evaluate("deck.isFirstSlide()")
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("Shift+Slash")
    page.locator(".r-overlay, .overlay", has_text="Dark or light").first.wait_for()


def test_the_overview_shows_many_slides(deck):
    deck.keyboard.press("Escape")
    deck.wait_for_selector(".reveal.overview")
    seen = deck.eval_on_selector_all(
        "section", "all => all.filter((s) => s.checkVisibility({visibilityProperty: true}))"
    )
    assert len(seen) > 1


def test_an_answer_waits_for_its_question(deck):
    for ident in deck.eval_on_selector_all("section.question", "all => all.map((s) => s.id)"):
        deck.evaluate("(id) => deck.slide(deck.getSlides().findIndex((s) => s.id === id), 0, -1)", ident)
        marked = f'[id="{ident}"] li.right'
        assert "visible" not in deck.get_attribute(marked, "class")
        assert deck.evaluate("(at) => getComputedStyle(document.querySelector(at)).opacity", marked) == "1"
        deck.keyboard.press("ArrowRight")
        assert "visible" in deck.get_attribute(marked, "class")


def test_notes_are_there_for_the_speaker(deck):
    notes = deck.eval_on_selector_all("section aside.notes", "all => all.map((a) => a.textContent.trim())")
    assert len(notes) == deck.evaluate("deck.getTotalSlides()")
    assert all(notes)
    assert not [note for note in notes if re.search(r"\\[A-Za-z]|\$|\*\*", note)]
    with deck.expect_popup() as opened:
        deck.keyboard.press("s")
    speaker = opened.value
    first = notes[0].split()[0]
    speaker.wait_for_function(
        "(word) => document.querySelector('.speaker-controls-notes')?.innerText.includes(word)", arg=first
    )
    speaker.wait_for_load_state("networkidle")
    speaker.close()
    nothing_from_elsewhere(deck)


def test_without_scripts_a_deck_says_so_and_leads_to_its_notes(open_page, site):
    page = open_page(f"{site}slides/entropy.html", java_script_enabled=False)
    link = page.get_by_role("link", name="The notes")
    box = link.bounding_box()
    assert 0 <= box["y"] < 200
    link.click()
    page.wait_for_url("**/entropy-notes.html")


@EVERY_DECK
def test_the_notes_are_a_page_of_their_own(show, name):
    page = show(f"{name}-notes", java_script_enabled=False)
    notes, deck = soup(f"slides/{name}-notes.html"), soup(f"slides/{name}.html")
    assert not notes.select("script")
    assert [a["id"] for a in notes.select("article")] == [s["id"] for s in deck.select("section")]
    assert all(a.select_one(".notes").get_text(strip=True) for a in notes.select("article"))
    assert page.is_visible("article:last-of-type .notes")
    nothing_from_elsewhere(page)


@EVERY_DECK
def test_each_slide_prints_on_a_page_with_its_answer(show, name):
    page = show(name, "?print-pdf")
    page.wait_for_selector(".pdf-page")
    assert page.locator(".pdf-page").count() == page.locator("section").count()
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == page.locator("section").count()
    assert page.locator(".step.fragment:not(.visible)").count() == 0
    drawn = page.eval_on_selector_all(
        ".pdf-page section",
        """all => all.map((s) => {
          const box = s.getBoundingClientRect(), title = s.querySelector("h1, h2").getBoundingClientRect();
          return [Math.round(box.height), Math.round(title.left - box.left)];
        })""",
    )
    assert {tuple(sizes) for sizes in drawn} <= {(719, 64), (720, 64)}
    nothing_from_elsewhere(page)


@functools.cache
def soup(name):
    """A page of the built site, parsed."""
    return BeautifulSoup((SITE / name).read_text(encoding="utf-8"), "html.parser")


@EVERY_DECK
def test_chapter_and_deck_lead_to_each_other(name):
    chapter, deck = soup(f"book/{name}.html"), soup(f"slides/{name}.html")
    links = [link["href"] for link in chapter.select("p.course a")]
    assert links == [f"../slides/{name}.html", f"../slides/{name}-notes.html"]
    targets = {link["href"] for link in deck.select(".where a")}
    assert len(targets) > 4
    for target in targets:
        file, _, anchor = target.partition("#")
        assert file == f"../book/{name}.html"
        assert not anchor or len(chapter.select(f"[id='{anchor}']")) == 1, target


@EVERY_DECK
def test_ids_are_used_once(name):
    for page in (name, f"{name}-notes"):
        parsed = soup(f"slides/{page}.html")
        ids = [tag["id"] for tag in parsed.select("[id]")]
        assert len(ids) == len(set(ids))
        for tag in parsed.find_all(True):
            for value in map(str, tag.attrs.values()):
                for name_ in re.findall(r"url\(#([^)]+)\)", value):
                    assert name_ in ids
