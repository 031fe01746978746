"""How a page is laid out: one column, calm ends of sections, previews beside links, filters on long pages."""

import re
from pathlib import Path

import pytest

from tests.browser.shared import PAGES, everything_open

EVERY_PAGE = pytest.mark.parametrize("name", PAGES, ids=lambda name: Path(name).stem)
KL, GLOSSARY, NOTATION = (f"book/{name}.html" for name in ("kl-divergence", "glossary", "notation"))
SHIFTS = """() => {
  const shifts = (window.shifts = []);
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => e.value)))
    .observe({type: "layout-shift"});
}"""
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@EVERY_PAGE
def test_text_code_and_figures_share_an_axis(open_page, site, name):
    page = open_page(site + name)
    off = page.evaluate(
        """() => {
          const column = document.querySelector("main article h1").getBoundingClientRect();
          const blocks = "p, h2, h3, dl, div.cell, div.quiz, div.admonition, div.math, figure";
          const inside = "section > div.cell figcaption, section > div.cell .cell_input pre";
          return [...document.querySelectorAll("main article section")]
            .flatMap((section) => [...section.querySelectorAll(`:scope > :is(${blocks})`)])
            .concat([...document.querySelectorAll(inside)])
            .filter((e) => e.checkVisibility() && !e.closest(".sheet, .admonition section, li, td, dd, details"))
            .map((e) => [e.getBoundingClientRect(), e])
            .filter(([r]) => r.width && (Math.abs(r.left - column.left) > 1.5 || r.right > column.right + 1.5))
            .map(([r, e]) => `${r.left - column.left}, ${r.right - column.right}: ${e.outerHTML.slice(0, 100)}`);
        }"""
    )
    assert off == []


def test_a_section_ends_with_one_rule_and_little_room(open_page, site):
    page = open_page(site + KL)
    ends = page.evaluate(
        """() => [...document.querySelectorAll("main section > section + section > h2")].map((heading) => {
          const before = heading.parentElement.previousElementSibling.lastElementChild;
          const rule = parseFloat(getComputedStyle(before).borderBottomWidth);
          const style = getComputedStyle(heading);
          return [heading.getBoundingClientRect().top + parseFloat(style.paddingTop)
            - before.getBoundingClientRect().bottom, rule, parseFloat(style.borderTopWidth)];
        })"""
    )
    assert len(ends) > 5
    assert [end for end in ends if end[0] > 72 or end[1] or not end[2]] == []


@EVERY_PAGE
def test_a_closed_fold_is_no_taller_than_its_heading(open_page, site, name):
    page = open_page(site + name)
    tall = page.evaluate(
        """() => [...document.querySelectorAll("main .admonition.toggle-hidden")]
          .map((fold) => [fold, fold.querySelector(".admonition-title").getBoundingClientRect().height])
          .filter(([fold, heading]) => fold.getBoundingClientRect().height > heading + 24)
          .map(([fold]) => `${fold.getBoundingClientRect().height}: ${fold.innerText.slice(0, 60)}`)"""
    )
    assert tall == []


def test_blocks_differ_in_more_than_a_colour(open_page, site):
    """Without its colours each kind of block still looks different from the others."""
    page = open_page(site + KL)
    kinds = {
        "code": ".cell_input", "theorem": ".proof.theorem", "proof": ".proof:not(.theorem)", "prediction": ".tip",
        "exercise": ".exercise", "question": ".quiz", "aside": ".dropdown.admonition:not(.solution)",
    }  # fmt: skip
    form = """e => { const s = getComputedStyle(e);
      const t = getComputedStyle(e.querySelector(".admonition-title, .quiz-title") ?? e);
      return [s.borderWidth, s.borderRadius, s.paddingLeft, s.backgroundColor !== "rgba(0, 0, 0, 0)",
        t.fontFamily, t.borderBottomWidth, ...["::before", "::after"].map((part) => getComputedStyle(e, part).content)]
        .join("|"); }"""
    forms = {kind: page.locator(f"main {place}").first.evaluate(form) for kind, place in kinds.items()}
    assert len(set(forms.values())) == len(kinds), forms


def test_run_stands_in_the_frame_of_its_cell(open_page, site):
    page = open_page(site + KL)
    page.locator(".live-run").first.wait_for()
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".live-run")].filter((e) => e.checkVisibility()).map((run) => {
          const button = run.getBoundingClientRect(), frame = run.closest(".cell_input").getBoundingClientRect();
          return [button.right <= frame.right, button.left >= frame.left,
            button.top <= frame.top && frame.top <= button.bottom];
        }).filter((held) => !held.every(Boolean))"""
    )
    assert outside == []


@pytest.mark.parametrize("width", [375, 1280])
def test_headings_take_the_same_room_before_their_font_is_there(open_page, site, width):
    def heights(fonts):
        page = open_page(site + PAGES[0], viewport={"width": width, "height": 800})
        if not fonts:
            page.route("**/newsreader*", lambda route: route.abort())
            page.log.failed = []
            page.reload()
        page.evaluate("document.fonts.ready")
        loaded = "[...document.fonts].some((f) => f.family === 'Newsreader' && f.status === 'loaded')"
        assert page.evaluate(loaded) == fonts
        return page.eval_on_selector_all("main :is(h1, h2, h3)", "all => all.map((e) => e.offsetHeight)")

    assert heights(True) == heights(False)


@EVERY_PAGE
def test_figures_have_numbers_of_one_kind(open_page, site, name):
    page = open_page(site + name)
    told = page.eval_on_selector_all("main figcaption .caption-number", "all => all.map((e) => e.textContent.trim())")
    assert len(told) == page.locator("main figure").count()
    assert [text for text in told if not re.fullmatch(r"Figure (\d+|[A-Z])\.\d+", text)] == []
    assert page.locator("main :is(h2, h3) .section-number").count() == 0
    if told:  # the page itself has the number or the letter
        [number] = page.locator("main article h1 .section-number").all_inner_texts()
        assert number.strip(" .") == told[0].split()[1].split(".")[0]


@EVERY_PAGE
def test_a_divergence_is_written_in_one_way(open_page, site, name):
    page = open_page(site + name)
    tex = page.eval_on_selector_all("main annotation", "all => all.map((e) => e.textContent)")
    assert [text for text in tex if re.search(r"\\,\s*(\\\||\\Vert)|(\\\||\\Vert)\s*\\,", text)] == []
    assert re.findall(r"D\(\w+ ?\|\|", page.locator("main").inner_text()) == []


def card(page):
    return page.locator("#preview")


@pytest.mark.parametrize(
    ("name", "link", "words"),
    [
        ("book/index.html", "a[href='glossary.html#term-outcome']", "outcome"),
        (KL, "a[href='entropy.html#entropy-floor']", ""),
        (KL, "a[href^='bibliography.html#']", "Kullback"),
        ("book/summary-sheet.html", "a[href='kl-divergence.html#kl-divergence-gibbs']", ""),
    ],
    ids=["term", "section", "source", "of a table"],
)
def test_a_link_shows_what_it_leads_to(open_page, site, axe, name, link, words):
    page = open_page(site + name)
    page.evaluate(SHIFTS)
    link = page.locator(f"main article {link}").first
    link.scroll_into_view_if_needed()
    page.evaluate(FRAME)
    link.hover()
    card(page).wait_for(state="visible")
    assert words in card(page).inner_text()
    assert len(card(page).inner_text()) > 20
    assert link.get_attribute("aria-describedby") == "preview"
    assert page.locator("#preview :is(a, button, input, summary, [id], [tabindex])").count() == 0
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    page.evaluate(FRAME)
    assert page.evaluate("shifts") == []
    assert axe(page) == []
    page.mouse.move(0, 0)  # axe scrolls, and `axe` above moves formulas
    page.evaluate(FRAME)
    page.evaluate(SHIFTS)
    link.hover()
    card(page).wait_for(state="visible")
    card(page).hover()  # it stays while the mouse is on it
    page.keyboard.press("Escape")
    assert card(page).is_hidden()
    assert link.get_attribute("aria-describedby") is None
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    card(page).wait_for(state="visible")
    page.keyboard.press("Tab")
    page.wait_for_function(
        """() => document.activeElement.getAttribute("aria-describedby")
          || document.querySelector("#preview").hidden"""
    )
    assert page.evaluate("shifts") == []
    assert page.log.failed == []
    assert page.log.complaints == []


@pytest.mark.parametrize("height", [500, 800])
def test_a_preview_stays_in_the_window_and_shows_where_it_is_cut(open_page, site, height):
    page = open_page(site + KL, viewport={"width": 1280, "height": height})
    link = page.locator("main article a.reference[href='#ex-kl-divergence-smoothing']").first
    for y in (100, height // 2, height - 50):
        page.mouse.move(0, 0)
        page.keyboard.press("Escape")
        to = "([link, y]) => scrollBy({ top: link.getBoundingClientRect().top - y, behavior: 'instant' })"
        page.evaluate(to, [link.element_handle(), y])
        page.evaluate(FRAME)
        link.hover()
        card(page).wait_for(state="visible")
        box = card(page).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        whole = card(page).evaluate("card => card.scrollHeight <= card.clientHeight")
        assert whole != ("cut" in card(page).get_attribute("class").split())


def test_a_preview_that_the_keyboard_opened_stays_whatever_the_mouse_does(open_page, site):
    page = open_page(site + KL)
    link = page.locator("main article a[href^='bibliography.html#']").first
    link.evaluate("link => link.scrollIntoView({ block: 'center' })")
    link.hover()
    card(page).wait_for(state="visible")
    card(page).hover()
    page.keyboard.press("Escape")  # what was under it has the mouse now
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    card(page).wait_for(state="visible")
    page.mouse.move(640, 10)
    page.mouse.wheel(0, 40)
    page.wait_for_function(f"y => scrollY !== {page.evaluate('scrollY')}")
    page.wait_for_timeout(600)  # more than a mouse is given to come back
    assert card(page).is_visible()
    at, of = card(page).bounding_box(), link.bounding_box()
    assert min(abs(at["y"] - of["y"] - of["height"]), abs(at["y"] + at["height"] - of["y"])) < 12
    page.keyboard.press("Tab")
    assert card(page).is_hidden() or link.get_attribute("aria-describedby") is None


def test_icons_are_seen_in_forced_colours(open_page, site):
    page = open_page(site + PAGES[0], forced_colors="active")
    colour = "e => getComputedStyle(e, '::before').backgroundColor"
    shown = page.eval_on_selector_all(":is(.fa, .fas, .fa-solid)", f"all => all.map({colour})")
    assert shown
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") not in shown


def test_a_tap_follows_the_link_and_shows_nothing(open_page, site):
    page = open_page(site + PAGES[0], has_touch=True, is_mobile=True, viewport={"width": 375, "height": 700})
    page.locator("main a[href='glossary.html#term-outcome']").tap()
    page.wait_for_url("**/glossary.html#term-outcome")
    assert card(page).is_hidden()


@pytest.mark.parametrize("name", [GLOSSARY, NOTATION])
def test_a_filter_does_not_find_what_nobody_sees(open_page, site, name):
    page = open_page(site + name)
    for words in ("zzz", "mathrm", "annotation"):
        page.get_by_role("searchbox", name="Filter the").fill(words)
        assert page.locator(".filter output").inner_text().startswith("0 of ")


def test_a_filter_reads_two_strokes_as_the_sign(open_page, site):
    page = open_page(site + NOTATION)
    counts = []
    for words in ("D(p||q)", "D(p‖q)"):
        page.get_by_role("searchbox", name="Filter the").fill(words)
        counts.append(page.locator(".filter output").inner_text())
    assert counts[0] == counts[1] != ""
    assert not counts[0].startswith("0 ")


@pytest.mark.parametrize(("name", "words", "least"), [
    (GLOSSARY, "perplexity", 1), (NOTATION, "d(p‖q)", 1), ("book/bibliography.html", "shannon 1948", 1),
    ("book/other-libraries.html", "f.kl_div", 2),
])  # fmt: skip
def test_a_long_page_is_cut_down_to_what_is_looked_for(open_page, site, axe, name, words, least):
    page = open_page(site + name)
    entries = "main article :is(dd, tbody tr, .citation)"
    shown = f"() => [...document.querySelectorAll('{entries}')].filter((e) => e.checkVisibility())"
    before = page.evaluate(f"({shown})().length")
    page.get_by_role("searchbox", name="Filter the").fill(words)
    kept = page.evaluate(f"({shown})().map((e) => e.textContent.toLowerCase())")
    assert least <= len(kept) < before / 3
    assert re.fullmatch(r"\d+ of \d+", page.locator(".filter output").inner_text())
    assert axe(page) == []
    page.get_by_role("searchbox", name="Filter the").fill("")
    assert page.evaluate(f"({shown})().length") == before
    assert page.locator(".filter output").inner_text() == ""


def test_a_link_to_where_one_is_shows_its_target_again(open_page, site):
    page = open_page(site + GLOSSARY + "#term-AdamW")
    page.get_by_role("searchbox").fill("perplexity")
    assert page.locator("#term-AdamW").is_hidden()
    page.evaluate("document.querySelector('main dd a[href]').setAttribute('href', '#term-AdamW')")
    page.locator("main dd a[href='#term-AdamW']").first.dispatch_event("click")
    page.locator("#term-AdamW").wait_for(state="visible")


def test_what_a_link_leads_to_is_not_left_out(open_page, site):
    page = open_page(site + GLOSSARY)
    page.get_by_role("searchbox").fill("perplexity")
    assert page.locator("#term-AdamW").is_hidden()
    page.evaluate("location.hash = '#term-AdamW'")
    page.locator("#term-AdamW").wait_for(state="visible")


def test_the_head_of_a_long_table_stays_in_sight(open_page, site):
    page = open_page(site + NOTATION)
    page.evaluate("document.querySelectorAll('main tbody tr')[20].scrollIntoView({block: 'center'})")
    page.evaluate(FRAME)
    tops = page.evaluate(
        """() => [".bd-header-article", ".filter", "main table:has(tbody tr:nth-child(20)) thead th"]
          .map((s) => document.querySelector(s).getBoundingClientRect()).map((r) => [r.top, r.bottom])"""
    )
    assert all(0 <= top < 200 for top, _ in tops)
    assert tops[0][1] <= tops[1][0] + 1
    assert tops[1][1] <= tops[2][0] + 1


@pytest.mark.parametrize("name", ["book/index.html", "book/digits-time-memory.html"])
def test_numbers_stand_to_the_right(open_page, site, name):
    page = open_page(site + name)
    everything_open(page)
    wide = (
        "all => all.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    )
    assert page.eval_on_selector_all("main :is(td, th)", wide) == []
    captions = page.eval_on_selector_all("main caption", "all => all.map((e) => getComputedStyle(e).display)")
    assert set(captions) <= {"table-caption"}
    cells = page.eval_on_selector_all(
        "main td",
        """all => all.filter((e) => e.checkVisibility())
          .filter((e) => /^[\\d.]+( \\([\\d.]+\\))?$/.test(e.textContent.trim()))
          .map((e) => getComputedStyle(e).textAlign)""",
    )
    assert len(cells) > 10
    assert cells.count("right") > 0.8 * len(cells)


def test_long_pages_have_no_filter_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + GLOSSARY)
    assert page.locator(".filter").is_hidden()
    context.close()
