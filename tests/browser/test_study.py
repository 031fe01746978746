"""What the book does for whoever studies with it: questions, objectives to tick, the sheet to print."""

import re

import pytest

QUIZ = "#quiz-entropy-coin"
REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})"


def options(page):
    return page.locator(f"{QUIZ} details.quiz-option")


def test_an_answer_is_given_by_keyboard_and_remembered(open_page, site):
    page = open_page(f"{site}book/entropy.html")
    first = options(page).nth(1).locator("summary")
    first.focus()
    page.keyboard.press("Enter")
    assert options(page).nth(1).get_attribute("open") is not None
    assert "not right" in page.locator(f"{QUIZ} .quiz-status").inner_text()
    options(page).nth(3).locator("summary").click()
    page.reload()
    assert "B, is not right" in page.locator(f"{QUIZ} .quiz-status").inner_text(), "the first answer counts"
    assert "Answered 1 of 6, 0 right" in page.locator(".quiz-score").inner_text()
    page.get_by_role("button", name="Forget my answers").click()
    assert "Answered" not in page.locator(".quiz-score").inner_text()


def test_objectives_stay_ticked(open_page, site):
    page = open_page(f"{site}book/entropy.html")
    boxes = page.locator("ul.can input")
    assert boxes.count() == 3
    boxes.nth(1).check()
    assert "1 of 3" in page.locator(".can-status").inner_text()
    page.reload()
    assert [boxes.nth(i).is_checked() for i in range(3)] == [False, True, False]


def test_it_works_where_storage_is_refused(open_page, site):
    page = open_page(f"{site}book/entropy.html")
    page.add_init_script(REFUSED)
    page.reload()
    page.locator("ul.can input").first.check()
    assert "keeps nothing" in page.locator(".can-status").inner_text()
    options(page).nth(3).locator("summary").click()
    assert "D, is right" in page.locator(f"{QUIZ} .quiz-status").inner_text()


def test_without_scripts_an_option_says_whether_it_is_right(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}book/entropy.html")
    verdicts = []
    for option in options(page).all():
        option.locator("summary").click()
        verdicts.append(option.locator(".quiz-verdict").inner_text())
    assert [("Not right" in verdict) for verdict in verdicts] == [True, True, True, False]
    assert page.locator("ul.can input").count() == 0
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_sheet_fills_two_pages(open_page, site, paper):
    page = open_page(f"{site}book/summary-sheet.html")
    printed = page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
