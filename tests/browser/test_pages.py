"""What holds on every page: nothing from elsewhere, light, still, for everyone, on a phone, formulas set.

Each page is opened twice, at a desk and on a phone, and the tests of a page look at these visits one after the other:
so each leaves the page as it found it.
"""

import html
import io
import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from tests.browser.shared import BUDGETS, PAGES, everything_open, first_view, window
from tools.site import ROOT, SITE

ALL = [*PAGES, "404.html"]


def source(name):
    """The text that a page was made from; none for the page of what is not there."""
    files = [path for path in ROOT.glob(f"{name.removesuffix('.html')}.*") if path.suffix in (".md", ".ipynb")]
    return files[0].read_text(encoding="utf-8") if files else ""


def to_the_end(page):
    """Open what is closed, and scroll down as a reader does, until everything that comes late has come."""
    everything_open(page)
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 600) {
            scrollTo(0, y);
            await new Promise(requestAnimationFrame);
          }
          const shown = [...document.images].filter((image) => image.checkVisibility());
          await Promise.allSettled(shown.map((image) => image.decode()));
          await document.fonts.ready;
        }"""
    )
    page.wait_for_function("() => !document.querySelector('.sliders[data-figure]:not(.ready)')")


@pytest.fixture(scope="module", params=ALL, ids=lambda name: Path(name).stem)
def desk(request, browser, site):
    """A page in a wide window, in light, read to its end; `name`, and `view`, which is what was seen at first."""
    with window(browser, viewport={"width": 1280, "height": 800}, color_scheme="light") as page:
        page.name, page.site = request.param, site
        page.view = first_view(page, site + page.name)
        page.emulate_media(reduced_motion="reduce")
        to_the_end(page)
        yield page


@pytest.fixture(scope="module", params=ALL, ids=lambda name: Path(name).stem)
def phone(request, browser, site):
    """A page on a narrow touch screen, in the dark, read to its end."""
    narrow = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with window(browser, color_scheme="dark", reduced_motion="reduce", **narrow) as page:
        page.name = request.param
        page.goto(site + page.name)
        to_the_end(page)
        yield page


def test_nothing_comes_from_elsewhere_and_nothing_is_missing(desk):
    elsewhere = [url for url in desk.log.requests if not url.startswith((desk.site, "data:", "blob:"))]
    assert elsewhere == []
    assert desk.log.failed == []
    assert desk.log.complaints == []
    pictures = desk.eval_on_selector_all("main img", "all => all.map(i => [i.src, i.naturalWidth, i.width, i.height])")
    assert [picture for picture in pictures if not all(picture)] == []


def test_page_is_light_and_still(desk):
    for what, most in BUDGETS.items():
        assert desk.view[what] <= most, what


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_for_everyone(desk, axe, scheme):
    """By all rules in light; in the dark what could differ there."""
    desk.emulate_media(color_scheme=scheme)
    desk.locator(f"html[data-theme={scheme}]").wait_for(state="attached")
    assert axe(desk, *(["color-contrast", "link-in-text-block"] if scheme == "dark" else [])) == []


def test_no_formula_is_cut_off_on_a_desktop(desk):
    cut = desk.evaluate(
        """() => [...document.querySelectorAll("main div.math, main .katex-display")]
          .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"""
    )
    assert cut == []


def test_formulas_are_set_for_eye_and_ear(desk):
    formulas = desk.eval_on_selector_all(
        "main .math",
        """all => all.map((math) => ({
          drawn: [...math.querySelectorAll(".katex-html")].every((part) => part.textContent.length > 0),
          parts: math.querySelectorAll(".katex-html").length,
          spoken: math.querySelectorAll("math").length,
          source: math.querySelector("annotation")?.textContent,
        }))""",
    )
    assert formulas or "$" not in source(desk.name)
    held = (
        "all => all.filter((e) => e.childElementCount !== (/^m(subsup|underover)$/.test(e.localName) ? 3 : 2)).length"
    )
    assert desk.eval_on_selector_all("msub, msup, msubsup, mfrac, munder, mover, munderover, mroot", held) == 0
    assert [f for f in formulas if not (f["parts"] and f["parts"] == f["spoken"] and f["drawn"] and f["source"])] == []
    seen = desk.evaluate(
        """() => {
          const other = [...document.querySelectorAll("pre, code, .katex-mathml")];
          other.forEach((element) => { element.hidden = true; element.style.display = "none"; });
          const text = document.body.innerText;
          other.forEach((element) => { element.hidden = false; element.style.display = ""; });
          const named = [...document.querySelectorAll("[alt], [aria-label], [title]")];
          return [document.title, text,
            ...named.flatMap((e) => [e.alt, e.getAttribute("aria-label"), e.title])].join("\\n");
        }"""
    )
    assert re.findall(r"\\[A-Za-z(\[]\w*|\$[^$\n]+\$", seen) == []


def test_page_fits_a_phone(phone, axe):
    assert phone.get_attribute("html", "data-theme") == "dark"
    phone.evaluate("scrollTo(400, 0)")
    assert phone.evaluate("[scrollX, document.scrollingElement.scrollWidth]") == [0, 360]
    wide = phone.evaluate(
        """() => {
          const article = document.querySelector("main article") ?? document.querySelector("main");
          const boxed = (e) => e !== article && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
          return [...article.querySelectorAll("*")]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > 361 && !boxed(e.parentElement))
            .filter((e) => !e.matches(".katex-mathml"))
            .map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    assert wide == []
    assert axe(phone) == []


def test_a_long_formula_scrolls_in_its_own_box(phone):
    """Which has a name then, and a place in the Tab order."""
    boxes = phone.eval_on_selector_all(
        "main .formula",
        """all => all.filter((e) => e.checkVisibility()).map((e) => {
          const wide = e.scrollWidth > e.clientWidth;
          const told = [e.tabIndex === 0, e.hasAttribute("aria-label")];
          return told.every((is) => is === wide) ? null : [wide, ...told, e.textContent.slice(0, 80)];
        }).filter(Boolean)""",
    )
    assert boxes == []


def test_no_script_sets_formulas(open_page, site):
    page = open_page(site + next(name for name in PAGES if "entropy" in name))
    assert page.evaluate("[typeof MathJax, typeof katex]") == ["undefined", "undefined"]
    page.wait_for_function(
        """() => ["KaTeX_Main", "KaTeX_Math"].every((name) =>
          [...document.fonts].some((font) => font.status === "loaded" && font.family.includes(name)))"""
    )


def texts():
    """The text of every page outside JupyterLite, whose notebooks make code of text: tools/site/policy.py."""
    for path in sorted(SITE.rglob("*.html")):
        place = path.relative_to(SITE)
        if place.parts[0] != "lite":
            yield place.as_posix(), path.read_text(encoding="utf-8")


def test_every_page_says_what_it_is():
    lacking, seen = [], {}
    for name, text in texts():
        for part in ('<html lang="en-GB"', "<title>", 'http-equiv="Content-Security-Policy"'):
            lacking += [f"{name}: {part}"] * (text.count(part) != 1)
        if name.startswith("book/"):
            [description] = re.findall(r'<meta name="description" content="([^"]+)"/>', text)
            assert 40 < len(description) < 170, description
            assert seen.setdefault(description, name) == name
            assert f'<meta property="og:description" content="{description}"/>' in text
            for part in ("og:title", "og:type", "og:site_name"):
                assert re.search(f'<meta property="{part}" content="[^"]+"/>', text), part
            assert "not set" not in text[: text.index("</head>")]
            assert 'rel="canonical"' not in text  # nobody knows where this site will be
    assert lacking == []
    assert [path.name for path in SITE.rglob("*macros*")] == []
    assert not (SITE / "sitemap.xml").exists()


def test_every_link_within_the_site_leads_somewhere():
    pages = dict(texts())
    names = {name: set(re.findall(r'\b(?:id|name)="([^"]+)"', text)) for name, text in pages.items()}
    dead = []
    for name, text in pages.items():
        for link in re.findall(r'<a\b[^>]*?\shref="([^"]+)"', re.sub(r"(?s)<(script|template)\b.*?</\1>", "", text)):
            path, _, anchor = html.unescape(link).partition("#")
            path = unquote(path.partition("?")[0])
            if re.match(r"[a-z]+:", path) or path.startswith("/"):
                continue
            there = (SITE / name).parent / path if path else SITE / name
            place = os.path.relpath(there / "index.html" if there.is_dir() else there, SITE)
            if not (SITE / place).is_file() or (anchor and place in names and unquote(anchor) not in names[place]):
                dead.append(f"{name}: {link}")
    assert dead == []


def test_a_script_that_the_build_did_not_make_does_not_run(open_page, site):
    page = open_page(site + "book/codes.html")
    page.evaluate(
        """() => {
          const box = document.querySelector("main p");
          box.innerHTML = "<img src=x onerror='window.hacked = 1'><a href='javascript:window.hacked = 2'>x</a>";
          box.querySelector("a").click();
          document.body.append(Object.assign(document.createElement("script"), { textContent: "window.hacked = 3" }));
        }"""
    )
    asked = page.evaluate("fetch('https://example.org/').then(() => 'answered', (error) => error.message)")
    page.wait_for_function("() => document.querySelector('main p img').complete")
    assert page.evaluate("window.hacked") is None
    assert asked == "Failed to fetch"
    for kind in ("event handler", "script-src", "connect-src"):
        assert [said for said in page.log.complaints if kind in said], kind


def test_cells_figures_and_formulas_live_under_the_policy(open_page, site):
    """Python in a worker, a picture, the figure with sliders, an editor, the search: all of it is the book's own."""
    page = open_page("about:blank")
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => (window.refused ??= []).push(e.violatedDirective))"
    )
    page.goto(site + "book/kl-divergence.html")
    page.locator(".live-all").click()
    page.locator("html[data-live=ready]").wait_for(timeout=180_000)
    to_the_end(page)
    assert page.locator(".live-output").count() > 3
    assert page.locator(".cm-content").count() > 3
    assert page.locator(".sliders.ready").count() == 1
    assert page.eval_on_selector_all(".live-output img", "all => all.map((i) => i.naturalWidth > 0)")
    assert page.evaluate("getComputedStyle(document.querySelector('.katex')).fontFamily").startswith("KaTeX")
    page.locator("article h1").click()  # out of the editor, where a key is a letter
    page.keyboard.press("/")
    page.keyboard.type("gibbs")
    page.locator(".search-hits a").first.wait_for()
    assert page.evaluate("window.refused ?? []") == []
    assert page.log.complaints == []


def test_previous_and_next_break_no_word_on_a_phone(phone):
    """Each word has one box: the lines break between words."""
    words = phone.evaluate(
        """() => {
          const range = document.createRange(), words = [];
          for (const area of document.querySelectorAll(".prev-next-area")) {
            const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
            for (let text; (text = walker.nextNode()); )
              for (const { index, 0: word } of text.data.matchAll(/[^\\s-]+/g)) {
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                words.push([word, range.getClientRects().length]);
              }
          }
          return words;
        }"""
    )
    assert words or phone.name not in PAGES
    broken = [word for word, boxes in words if boxes > 1]
    assert broken == []


@pytest.mark.parametrize(
    "place",
    [
        "notation.html#symbols",
        "teaching.html#seven-sessions-of-ninety-minutes",
        "source.html#claims",
        "source.html#slips",
        "misconceptions.html#do-we-mean-the-same-thing",
    ],
)
def test_a_table_of_sentences_is_cards_on_a_phone(open_page, site, place):
    page = open_page(f"{site}book/{place}", viewport={"width": 375, "height": 740})
    table = page.locator(f"#{place.split('#')[1]} table").first
    assert table.locator("xpath=ancestor::div[1]").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert table.locator("tbody tr").first.evaluate("e => getComputedStyle(e).display") == "grid"


def test_a_wide_table_shows_that_it_goes_on(open_page, site):
    """At 375 px a table that scrolls has a shadow at its right edge, and none once one is at its end."""
    page = open_page(f"{site}book/coder.html", viewport={"width": 375, "height": 740})
    boxes = page.locator(".pst-scrollable-table-container").all()
    box = next(box for box in boxes if box.evaluate("e => e.scrollWidth > e.clientWidth"))

    def edge():
        """How light the last two pixels of the box are, 255 for white."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
        return picture.crop((picture.width - 2, 8, picture.width, 24)).getextrema()[1]

    assert edge() < 225
    box.evaluate("e => (e.scrollLeft = e.scrollWidth)")
    assert edge() > 245
