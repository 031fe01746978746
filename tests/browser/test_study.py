"""A reader studies: answers questions, ticks objectives, prints the sheet; by keyboard, without scripts or storage."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.shared import IN_BOTH, everything_open
from tools.site.page_weight import BUDGETS, SCRIPT

CHAPTER = "book/entropy.html"
FIRST = "#quiz-entropy-area"
KEY = "cross-entropy-book:entropy"
KEPT = f"JSON.parse(localStorage[{KEY!r}] ?? '{{}}')"
KEPT_BEFORE = '{"answers": {"quiz-entropy-area": "C", "quiz-entropy-coin": "A"}, "can": [0, 1]}'
REFUSE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"


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


@pytest.mark.parametrize("stored", ["refused", "null", "7", '{"answers": null, "can": 3}', "no JSON"])
def test_whatever_storage_says_the_page_works(browser, site, stored):
    context = browser.new_context()
    context.add_init_script(REFUSE if stored == "refused" else f"localStorage[{KEY!r}] ??= {stored!r}")
    page = context.new_page()
    page.goto(site + CHAPTER)
    answer(page, FIRST, "C")
    expect(page.locator(".quiz-score")).to_have_text("Answered 1 of 4, 1 right at the first try.")
    page.locator(".can input").nth(1).check()
    expect(page.locator(".can-status")).to_contain_text("1 of 3 ticked")
    gone = "gone when you leave" in page.locator(".can-status").inner_text()
    assert gone == (stored == "refused")
    context.close()


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
    context.add_init_script(path=SCRIPT)
    page = context.new_page()
    page.goto(site + name, wait_until="networkidle")
    expect(page.locator(".can-note" if "index" in name else ".can-status")).to_have_count(1)
    assert page.evaluate("firstView()")["shift"] < BUDGETS["shift"]
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
