"""A reader studies: answers questions, ticks objectives, prints the sheet; by keyboard, without scripts or storage."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.shared import BUDGETS, FIRST_VIEW, FLAGS, IN_BOTH, everything_open
from tools.site import chromium

CHAPTER = "book/entropy.html"
FIRST = "#quiz-entropy-area"
KEY = "cross-entropy-book:entropy"
KEPT = f"JSON.parse(localStorage[{KEY!r}] ?? '{{}}')"
KEPT_BEFORE = '{"answers": {"quiz-entropy-area": "C", "quiz-entropy-coin": "A"}, "can": [0, 1]}'
BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}  # what a reader sets in Chromium's settings


def answer(page, question, letter):
    """Open an option by keyboard."""
    summary = page.locator(f"{question} [data-letter={letter}] > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    return page.locator(f"{question} [data-letter={letter}]").first


@IN_BOTH
def test_the_first_answer_counts_is_told_and_kept(open_page, site):
    page = open_page(site + CHAPTER)
    group = page.locator(f"{FIRST} [role=group]")
    assert page.get_by_role("group", name="Which sky adds the most to the entropy").first.is_visible()
    wrong = answer(page, FIRST, "A")
    assert "Not right." in wrong.inner_text()
    expect(group.get_by_role("status")).to_contain_text("first answer, A, is not right")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # C, the right one, comes too late
    assert "✓ Right." in page.locator(f"{FIRST} [data-letter=C]").inner_text()
    expect(group.locator(".quiz-mark")).to_have_text("Your answer: ✗ not right")
    answer(page, "#quiz-entropy-coin", "C")
    expect(page.locator(".quiz-score")).to_have_text("Answered 2 of 4, 1 right at the first try.")
    assert page.evaluate(KEPT)["answers"] == {"quiz-entropy-area": "A", "quiz-entropy-coin": "C"}
    page.reload()
    expect(page.locator(".quiz-score")).to_have_text("Answered 2 of 4, 1 right at the first try.")
    expect(group.locator("[data-first]")).to_have_attribute("data-letter", "A")
    assert page.log.complaints == []


def test_the_review_asks_again_leads_back_and_forgets(open_page, site):
    page = open_page(site + CHAPTER)
    again = page.locator(".quiz-again").first
    assert page.locator(".quiz-again").count() == page.locator("div.quiz").count() == 4
    again.locator("> summary").press("Enter")
    again.locator("[data-letter=C] > summary").press("Enter")
    expect(page.locator(f"{FIRST} .quiz-mark")).to_have_text("Your answer: ✓ right")
    again.get_by_role("link").click()
    assert page.url.endswith(FIRST)
    page.get_by_role("button", name="Forget my answers").press("Enter")
    expect(page.locator(".quiz-mark")).to_have_count(0)
    assert page.locator(".quiz-option[open]").count() == 0
    assert page.evaluate(KEPT)["answers"] == {}
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_search_in_the_page_is_no_answer(open_page, site):
    page = open_page(site + CHAPTER)
    page.evaluate("document.querySelectorAll('.quiz-option').forEach((option) => (option.open = true))")
    assert page.locator(".quiz-mark").count() == 0


POISONED = [
    "null",
    "7",
    '{"answers": null, "can": 3}',
    "no JSON",
    '{"can": [1, 1, 1, 1]}',
    '{"can": [99, -1, 1.5, "1", null, {}], "answers": {"quiz-entropy-area": "Z", "__proto__": "A"}}',
]


@pytest.mark.parametrize("stored", POISONED)
def test_whatever_storage_says_the_page_works(browser, site, stored):
    context = browser.new_context()
    context.add_init_script(f"localStorage[{KEY!r}] ??= {stored!r}")
    page = context.new_page()
    page.goto(site + CHAPTER)
    if "[1, 1" in stored:
        expect(page.locator(".can-status")).to_contain_text("1 of 3 ticked")
    answer(page, FIRST, "C")
    expect(page.locator(".quiz-score")).to_have_text("Answered 1 of 4, 1 right at the first try.")
    page.locator(".can input").nth(1).check()
    expect(page.locator(".can-status")).to_contain_text("1 of 3 ticked; kept in this browser alone")
    context.close()


def test_a_theme_that_is_none_is_forgotten(open_page, site):
    page = open_page(site + CHAPTER, color_scheme="light")
    page.evaluate("Object.assign(localStorage, {mode: 'purple', theme: '<b>'})")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.log.complaints == []


@pytest.fixture
def page_without_storage(browser, tmp_path):
    """A page of a browser whose reader has blocked storage for every site."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(BLOCKED), encoding="utf-8")
    size = {"width": 375, "height": 740}
    program = chromium.program()
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=program, args=FLAGS, viewport=size
    )
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def test_where_storage_is_refused_everything_works(page_without_storage, site):
    page = page_without_storage
    page.goto(site + CHAPTER)
    before = page.evaluate("document.documentElement.dataset.theme")
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").click()
        if page.evaluate("document.documentElement.dataset.theme") != before:
            break
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.locator("button.primary-toggle:visible").click()
    expect(page.locator("#pst-primary-sidebar-modal").get_by_role("link", name="KL divergence").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("button.search-button__button:visible").click()
    page.keyboard.type("theorem 3.1")
    expect(page.locator(".search-hits a").first).to_contain_text("Theorem 3.1")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#pst-search-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    answer(page, FIRST, "C")
    expect(page.locator(".quiz-score")).to_have_text("Answered 1 of 4, 1 right at the first try.")
    page.locator(".can input").nth(1).check()
    page.locator(".can input").nth(2).check()
    expect(page.locator(".can-status")).to_contain_text("2 of 3 ticked; gone when you leave")


def test_two_tabs_keep_what_is_done_in_either(open_page, site):
    one = open_page(site + CHAPTER)
    two = one.context.new_page()
    two.goto(site + CHAPTER)
    one.locator(".can input").nth(0).check()
    expect(two.locator(".can input").nth(0)).to_be_checked()  # seen at once
    two.locator(".can input").nth(1).check()
    answer(one, FIRST, "C")
    expect(two.locator(".quiz-score")).to_have_text("Answered 1 of 4, 1 right at the first try.")
    expect(one.locator(".can-status")).to_contain_text("2 of 3 ticked")
    assert one.evaluate(KEPT) == {"answers": {"quiz-entropy-area": "C"}, "can": [0, 1]}
    two.locator(".can input").nth(0).uncheck()
    expect(one.locator(".can-status")).to_contain_text("1 of 3 ticked")
    one.evaluate("localStorage.clear()")
    two.reload()
    expect(two.locator(".can-status")).to_contain_text("Tick what you can do")


def test_a_tab_that_heard_nothing_loses_nothing(open_page, site):
    """A page out of the browser's cache may have missed what another tab wrote."""
    page = open_page(site + CHAPTER)
    page.evaluate(f"localStorage[{KEY!r}] = {KEPT_BEFORE!r}")  # no event: the page itself wrote it
    page.locator(".can input").nth(2).check()
    assert page.evaluate(KEPT) == {"answers": json.loads(KEPT_BEFORE)["answers"], "can": [0, 1, 2]}


def test_without_scripts_an_option_tells(open_page, site):
    page = open_page(site + CHAPTER, java_script_enabled=False)
    verdicts = [answer(page, FIRST, letter).locator(".quiz-verdict").inner_text() for letter in "ABCD"]
    assert verdicts == ["✗ Not right.", "✗ Not right.", "✓ Right.", "✗ Not right."]
    assert page.locator(".can-status, main input[type=checkbox]").count() == 0
    told = page.locator(".quiz-options [role=status]").all_text_contents()
    assert [text for text in told if "Make up your mind" in text] == told[:1]  # said once a page
    assert all(told)
    assert not page.get_by_role("button", name="Forget my answers").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answered_questions_are_for_everyone(open_page, site, axe, scheme):
    page = open_page(site + CHAPTER, color_scheme=scheme, reduced_motion="reduce")
    answer(page, FIRST, "A")
    answer(page, "#quiz-entropy-coin", "C")
    everything_open(page)
    assert axe(page) == []


@IN_BOTH
def test_objectives_are_ticked_by_keyboard_kept_and_counted_on_the_first_page(open_page, site):
    page = open_page(site + CHAPTER)
    boxes = page.locator(".can").get_by_role("checkbox")
    assert boxes.count() == 3
    assert page.get_by_role("checkbox", name=re.compile("compute the entropy of a distribution")).count() == 1
    for box in boxes.all()[:2]:
        box.focus()
        page.keyboard.press("Space")
    expect(page.locator(".can-status")).to_have_text("2 of 3 ticked; kept in this browser alone.")
    page.reload()
    assert [box.is_checked() for box in boxes.all()] == [True, True, False]
    boxes.nth(0).uncheck()
    page.goto(f"{site}book/index.html")
    row = page.locator("tr", has=page.locator("a[href^=entropy]"))
    expect(row).to_contain_text("1 ticked")
    expect(page.locator(".can-note")).to_have_count(1)
    assert page.log.complaints == []


def test_the_first_page_leads_back_to_the_chapter_read_last(open_page, site):
    page = open_page(f"{site}book/index.html")
    expect(page.locator("p.start a")).to_have_text(["Start reading"])
    for chapter in ("book/entropy.html", "book/kl-divergence.html", "book/glossary.html"):
        page.goto(site + chapter)
    page.goto(f"{site}book/index.html")
    expect(page.locator("p.start a")).to_have_text(["Start reading", "Continue with KL divergence"])
    page.get_by_role("link", name="Continue with").click()
    assert page.url == f"{site}book/kl-divergence.html"


@pytest.mark.parametrize("name", [CHAPTER, "book/index.html"])
def test_what_was_kept_moves_little_when_the_page_comes_again(browser, site, name):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(f"localStorage[{KEY!r}] = {KEPT_BEFORE!r}")
    context.add_init_script(path=FIRST_VIEW)
    page = context.new_page()
    page.goto(site + name, wait_until="networkidle")
    expect(page.locator(".can-note" if "index" in name else ".can-status")).to_have_count(1)
    assert page.evaluate("shift()") < BUDGETS["shift"]
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_sheet_of_formulas_fills_two_pages(open_page, site, paper):
    page = open_page(f"{site}book/summary-sheet.html")
    page.evaluate("document.fonts.ready")
    sides = dict.fromkeys(("top", "right", "bottom", "left"), "11mm")  # as book.css asks; some printers take no less
    pdf = page.pdf(format=paper, margin=sides)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_the_sheet_stays_legible_and_is_cut_nowhere(open_page, site):
    page = open_page(f"{site}book/summary-sheet.html", viewport={"width": 718, "height": 1047})  # A4 less its margins
    page.emulate_media(media="print")
    small = page.evaluate(
        """() => [...document.querySelectorAll(".sheet :is(p, td, code)")]
          .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 6.5 * 4 / 3).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert small == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".sheet td")].filter((cell) => {
          const text = document.createRange();
          return [...cell.querySelectorAll(".katex-html .base, a, code")].some((part) => {
            text.selectNodeContents(part);  // its letters, which may be wider than its box
            return text.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
          });
        }).map((cell) => cell.textContent.slice(0, 90))"""
    )
    assert cut == []


def test_paper_asks_and_gives_the_letters_at_the_end(open_page, site):
    page = open_page(site + CHAPTER)
    answer(page, FIRST, "A")
    page.emulate_media(media="print")
    assert page.locator(f"{FIRST} .quiz-text").first.is_visible()
    for hidden in (".quiz-why", ".quiz-mark", ".quiz-again", ".quiz-score", ".quiz-reset"):
        assert not any(e.is_visible() for e in page.locator(hidden).all()), hidden
    assert page.locator(".quiz-key").inner_text() == "Answers: 1 C, 2 C, 3 B, 4 A."
