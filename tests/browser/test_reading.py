"""What a reader does: search, read on, change the light, jump to the text, print."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.shared import IN_BOTH, PAGES
from tools import chapters

CHAPTER = PAGES[2]
CHAPTERS = [chapter.name for chapter in chapters.chapters()]


def ask(page, query):
    """Type a query into the search; its hits, as (title, address from the front of the book)."""
    if not page.locator("#pst-search-dialog").is_visible():
        page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill(query)
    expect(page.locator(".search-status")).to_contain_text(f"“{query}”")
    hits = page.locator(".search-hits a")
    return [
        (hit.locator("strong").inner_text(), hit.evaluate("a => a.pathname + a.hash").partition("/book/")[2])
        for hit in hits.all()
    ]


@pytest.fixture
def searching(open_page, site):
    page = open_page(site + CHAPTER)
    yield page
    assert page.log.failed == []
    assert page.log.complaints == []


@IN_BOTH
@pytest.mark.parametrize(
    ("query", "first", "title"),
    [
        ("kl divergence", "kl-divergence.html", "3. KL divergence"),
        ("entropy", "entropy.html", "2. Entropy"),
        ("cross-entropy", "cross-entropy.html", "4. Cross-entropy"),
        ("perplexity", "cross-entropy.html#perplexity", "Perplexity"),
        ("exercise 4.3", "cross-entropy.html#ex-cross-entropy-mixture", "Exercise 4.3"),
        ("theorem 3.1", "kl-divergence.html#thm-gibbs", "Theorem 3.1"),
        ("figure 3.2", "kl-divergence.html#fig-evidence", "Figure 3.2"),
        ("KL-divergence", "kl-divergence.html", "3. KL divergence"),
        ("jensen shannon", "shared-information.html#ex-shared-information-js", "Jensen–\N{HAIR SPACE}Shannon"),
        ("osterreicher", "shared-information.html#further-reading", "Further reading"),
        ("Österreicher", "shared-information.html#further-reading", "Further reading"),
        ("交叉熵", "glossary.html#term-cross-entropy", "cross-entropy"),
        ("資訊量", "glossary.html#term-information-content", "information content"),
        ("交叉熵函式原理", "source.html", "The source article"),
    ],
)
def test_search_finds_the_place_and_says_its_title(searching, query, first, title):
    hits = ask(searching, query)
    assert hits[0][1] == first
    assert title in hits[0][0]
    assert len(set(hits)) == len(hits)


@pytest.mark.parametrize("query", ["entropy", "perplexity", "calibration", "softmax"])
def test_chapters_come_before_the_glossary(searching, query):
    pages = [address.partition("#")[0] for _, address in ask(searching, query)]
    chapters = [place for place, page in enumerate(pages) if page.removesuffix(".html") in CHAPTERS]
    assert chapters[0] == 0
    assert "glossary.html" not in pages[:2]


@IN_BOTH
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("entrpoy", "entropy"),
        ("perplexty", "perplexity"),
        ("kl divergnce", "kl divergence"),
        ("softmaxx", "softmax"),
        ("cakibration", "calibration"),
    ],
)
def test_one_slip_is_forgiven_and_told(searching, typed, meant):
    hits = ask(searching, typed)
    assert f"“{meant}”" in searching.locator(".search-status").inner_text()
    assert hits == ask(searching, meant)


@IN_BOTH
def test_what_is_nowhere_is_not_found(searching):
    assert ask(searching, "xylophone") == []
    expect(searching.locator(".search-status")).to_have_text("No places for “xylophone”.")


@pytest.mark.parametrize(
    "query", ["softmax", "entropy", "which message says more", "download", "run this page", "solution"]
)
def test_excerpts_are_text_of_the_book(searching, query):
    """No command of a formula, no code, no furniture of the page, no answer, no name of a file."""
    ask(searching, query)
    if (more := searching.get_by_role("button", name="Show more")).count():
        more.click()
        expect(searching.locator(".search-hits a").nth(8)).to_be_visible()
    told = searching.locator(".search-hits").inner_text()
    other = r"\\[a-z]+\{?|\.pdf|Show code|Open the others|Not right\.|Right\.|#$|>>>|print\("
    found = re.findall(other, told)
    assert found == []


def test_answers_and_solutions_are_not_found(searching):
    quiz = searching.locator(".quiz-why").first.evaluate("e => e.lastElementChild.textContent")
    solution = searching.locator("div.solution section").first.evaluate("e => e.textContent")
    for secret in (quiz, solution):
        words = secret.split()[3:11]
        ask(searching, " ".join(words).replace("“", "").replace("”", ""))
        assert " ".join(words) not in " ".join(searching.locator(".search-hits").inner_text().split())


@IN_BOTH
def test_search_is_used_by_keyboard_alone(searching):
    page = searching
    page.keyboard.press("/")
    page.keyboard.type("gibbs")
    page.locator(".search-hits a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelectorAll('.search-hits a')[1]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('#pst-search-dialog input')")
    page.keyboard.press("Escape")
    expect(page.locator("#pst-search-dialog")).to_be_hidden()
    ask(page, "theorem 3.1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kl-divergence.html#thm-gibbs")
    assert page.locator("#thm-gibbs").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_search_fits_the_window_and_is_for_everyone(open_page, site, axe, width, scheme):
    page = open_page(
        site + CHAPTER, viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.locator("button.search-button__button:visible").click()
    hits = ask(page, "cross-entropy")
    assert len(hits) == 8
    dialog = page.locator("#pst-search-dialog")
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert dialog.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert dialog.evaluate("e => getComputedStyle(e).backgroundColor") == page.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    assert axe(page) == []
    page.get_by_role("button", name="Close").first.click()
    expect(dialog).to_be_hidden()


def test_nothing_of_the_search_comes_before_a_search(open_page, site):
    page = open_page(site + CHAPTER)
    page.wait_for_load_state("networkidle")
    assert [url for url in page.log.requests if "pagefind" in url] == []
    ask(page, "entropy")
    assert [url for url in page.log.requests if "pagefind" in url]


@pytest.mark.parametrize("kind", ["checkbox", "range"])
def test_keys_of_the_page_work_where_nothing_is_typed(open_page, site, kind):
    page = open_page(site + "book/information.html")
    page.locator(".sliders").first.scroll_into_view_if_needed()  # they come late
    page.locator(f"main input[type={kind}]").first.focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def ask_without(page, files, query):
    """Ask for what cannot be found since these files do not come, and are there again once that is told."""
    page.route(files, lambda route: route.abort())
    page.keyboard.press("/")
    page.keyboard.type(query)
    expect(page.locator(".search-status")).to_contain_text("could not be loaded")
    page.unroute(files)


def test_a_hit_that_does_not_come_is_told_and_asked_for_again(open_page, site):
    page = open_page(site + CHAPTER)
    ask_without(page, "**/*.pf_fragment", "huffman")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('huffman')")


def test_the_contents_close_where_one_of_them_was_chosen(open_page, site):
    page = open_page(site + CHAPTER, viewport={"width": 375, "height": 800})
    page.locator("button.secondary-toggle").first.click()
    drawer = page.locator("#pst-secondary-sidebar-modal")
    expect(drawer).to_be_visible()
    drawer.locator("a[href*='#']").nth(2).click()
    expect(drawer).to_be_hidden()


@IN_BOTH
def test_a_search_that_could_not_be_loaded_says_so_and_tries_again(open_page, site):
    page = open_page(site + CHAPTER)
    ask_without(page, "**/words.txt", "entropy")
    page.keyboard.type(" ")
    page.locator(".search-hits a").first.wait_for()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("name", [CHAPTER, "book/glossary.html", "book/index.html"])
def test_the_search_is_in_reach_wherever_one_is(open_page, site, name, width):
    page = open_page(site + name, viewport={"width": width, "height": 740}, reduced_motion="reduce")
    button = page.locator("button.search-button__button:visible")
    for part in (0, 0.5, 1):
        page.evaluate(
            """async (part) => {
              scrollTo(0, part * document.body.scrollHeight);
              const bar = document.querySelector(".bd-sidebar-primary");
              bar.scrollTop = part * bar.scrollHeight;
              await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            }""",
            part,
        )
        box = button.bounding_box()
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert button.evaluate("(button, [x, y]) => button.contains(document.elementFromPoint(x, y))", middle)


def test_keys_are_explained_by_a_key_and_by_a_button(open_page, site, axe):
    page = open_page(site + CHAPTER, reduced_motion="reduce")
    help_ = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    assert "search the book" in help_.inner_text()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(help_).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(help_).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("?/")
    assert page.locator("#pst-search-dialog input").input_value() == "?/"


def test_a_page_that_is_not_there_leads_on(open_page, site):
    for wrong in ("book/nowhere.html", "book/deep/er/nowhere.html", "nowhere"):
        page = open_page(site + wrong)
        assert page.title().startswith("Not there")
        assert page.log.complaints == ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
        assert page.log.failed == [site + wrong]
        page.get_by_role("link", name="All chapters").click()
        page.wait_for_url(site + PAGES[0])


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


def test_front_door_has_a_name_and_leads_in(open_page, site):
    page = open_page(site, java_script_enabled=False)
    text = page.context.request.get(site).text()
    assert "<title>Cross-Entropy from First Principles</title>" in text
    assert '<html lang="en-GB">' in text
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
    look = """e => { const s = getComputedStyle(e); const around = e.closest(".cm-editor") ?? e.parentElement;
      const l = around && getComputedStyle(around);
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
