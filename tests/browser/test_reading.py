"""What a reader does: search, read on, change the light, jump to the text, print."""

import re

import pytest

from tests.browser.shared import IN_BOTH, PAGES

CHAPTER = PAGES[2]


@IN_BOTH
@pytest.mark.parametrize("word", ["entropy", "softmax", "calibrated"])
def test_search_finds_a_word_where_it_stands(open_page, site, word):
    page = open_page(site + CHAPTER)
    page.keyboard.press("Control+k")
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    link = page.locator("#search-results ul.search li a").first
    link.wait_for()
    quote = page.locator("#search-results ul.search li p.context").first
    quote.wait_for()
    assert word in page.locator("#search-results ul.search").inner_text().lower()
    link.click()
    page.wait_for_url("**/book/**")
    assert word in page.locator("main article").inner_text().lower()
    assert page.log.failed == []
    assert page.log.complaints == []


@IN_BOTH
def test_search_quotes_formulas_once_and_without_commands(open_page, site):
    page = open_page(f"{site}search.html?q=softmax")
    page.locator("#search-results p.context").first.wait_for()
    page.wait_for_load_state("networkidle")
    quotes = page.locator("#search-results ul.search").inner_text()
    assert len(quotes) > 500
    assert re.findall(r"\\[a-z]+\{?", quotes) == []


@IN_BOTH
def test_names_of_commands_are_not_found(open_page, site):
    page = open_page(f"{site}search.html?q=mathrm")
    page.get_by_text("did not match any documents").wait_for()


def test_reading_on_walks_the_whole_book_and_back(open_page, site):
    page = open_page(site + PAGES[0])

    def walk(link):
        """The pages on the way, until there is no further link."""
        walked = [page.url]
        while page.locator(link).count():
            with page.expect_navigation(wait_until="domcontentloaded"):
                page.locator(link).click()
            walked.append(page.url)
        return [url.removeprefix(site) for url in walked]

    assert walk("a.right-next") == PAGES
    assert walk("a.left-prev") == PAGES[::-1]
    assert page.log.complaints == []


def test_front_door_leads_in(open_page, site):
    page = open_page(site)
    page.wait_for_url(site + PAGES[0])


def test_light_changes_by_keyboard_and_stays(open_page, site):
    page = open_page(site + CHAPTER, color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button = page.locator("button.theme-switch-button:visible").first
    for _ in range(3):
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
        button.focus()
        page.keyboard.press("Enter")
    assert page.evaluate(paper) != light
    ink = page.eval_on_selector(
        "main p .katex", "e => [getComputedStyle(e).color, getComputedStyle(e.closest('p')).color]"
    )
    assert ink[0] == ink[1]
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_first_key_skips_to_the_text(open_page, site):
    page = open_page(site + CHAPTER, reduced_motion="reduce")
    page.keyboard.press("Tab")
    focus = "document.activeElement"
    assert "skip" in page.evaluate(f"{focus}.innerText").lower()
    assert page.evaluate(f"{focus}.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.closest('main, #main-content') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen(open_page, site, scheme):
    """Every stop of the Tab key looks different from before it had the focus."""
    page = open_page(site + CHAPTER, color_scheme=scheme, reduced_motion="reduce")
    look = """e => { const s = getComputedStyle(e); const l = e.parentElement && getComputedStyle(e.parentElement);
      return [s.outline, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor, s.color,
              s.textDecoration, l?.outline, l?.boxShadow].join("|"); }"""
    unseen, stops = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate_handle("document.activeElement").as_element()
        if stop is None or stop.evaluate("e => e === document.body"):
            break
        stops += 1
        focused = stop.evaluate(look)
        stop.evaluate("e => e.blur()")
        if stop.evaluate(look) == focused:
            unseen.append(stop.evaluate("e => e.outerHTML.slice(0, 150)"))
        stop.evaluate("e => e.focus()")
    assert stops > 20
    assert unseen == []


def test_there_are_formulas_wider_than_a_phone(open_page, site):
    """For tests/browser/test_pages.py, which asks of each that it scrolls in its own box."""
    wide = 0
    for name in PAGES:
        page = open_page(site + name, viewport={"width": 360, "height": 740})
        wide += page.locator("main .formula[tabindex='0'][aria-label]").count()
        if wide > 3:
            return
    pytest.fail(f"{wide} formulas are wider than a phone")


def test_motion_is_reduced_on_request(open_page, site):
    page = open_page(site + CHAPTER, reduced_motion="reduce")
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0)
          .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert moving == []


def test_paper_shows_the_text_and_no_controls(open_page, site):
    page = open_page(site + CHAPTER, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    shown = "all => all.filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 120))"
    controls = "button, input, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-footer, .solution, .tag_solution"
    assert page.eval_on_selector_all(controls, shown) == []
    assert page.locator("main article h1").first.is_visible()
    ink = page.eval_on_selector("main article p", "e => getComputedStyle(e).color")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 200
    kept = page.eval_on_selector_all("main figure", "all => all.map((e) => getComputedStyle(e).breakInside)")
    assert kept
    assert set(kept) == {"avoid"}
