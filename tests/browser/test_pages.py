"""What holds on every page: nothing from elsewhere, light, still, for everyone, on a phone, formulas set."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.shared import PAGES, everything_open
from tools.site import ROOT, SITE
from tools.site.page_weight import BUDGETS, first_view

EVERY_PAGE = pytest.mark.parametrize("name", [*PAGES, "404.html"], ids=lambda name: Path(name).stem)


def source(name):
    """The text that a page was made from; none for the page of what is not there."""
    files = [path for path in ROOT.glob(f"{name.removesuffix('.html')}.*") if path.suffix in (".md", ".ipynb")]
    return files[0].read_text(encoding="utf-8") if files else ""


def to_the_end(page):
    """Scroll down as a reader does, so that everything that comes late has come."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 600) {
            scrollTo(0, y);
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    page.wait_for_load_state("networkidle")


@EVERY_PAGE
def test_nothing_comes_from_elsewhere_and_nothing_is_missing(open_page, site, name):
    page = open_page(site + name)
    to_the_end(page)
    elsewhere = [url for url in page.log.requests if not url.startswith((site, "data:", "blob:"))]
    assert elsewhere == []
    assert page.log.failed == []
    assert page.log.complaints == []
    pictures = page.eval_on_selector_all("main img", "all => all.map(i => [i.src, i.naturalWidth, i.width, i.height])")
    assert [picture for picture in pictures if not all(picture)] == []


@EVERY_PAGE
def test_page_is_light_and_still(browser, site, name):
    first = first_view(browser, site + name)
    assert first["kB"] <= BUDGETS["kB"]
    assert first["requests"] <= BUDGETS["requests"]
    assert first["shift"] < BUDGETS["shift"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@EVERY_PAGE
def test_page_is_for_everyone(open_page, site, axe, name, scheme):
    page = open_page(site + name, color_scheme=scheme, reduced_motion="reduce")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    everything_open(page)
    assert axe(page) == []


@EVERY_PAGE
def test_page_fits_a_phone(open_page, site, axe, name):
    page = open_page(site + name, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    everything_open(page)
    to_the_end(page)
    page.evaluate("scrollTo(400, 0)")
    assert page.evaluate("[scrollX, document.scrollingElement.scrollWidth]") == [0, 360]
    wide = page.evaluate(
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
    assert axe(page) == []


@EVERY_PAGE
def test_no_formula_is_cut_off_on_a_desktop(open_page, site, name):
    page = open_page(site + name, viewport={"width": 1280, "height": 900})
    everything_open(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main div.math, main .katex-display")]
          .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"""
    )
    assert cut == []


@EVERY_PAGE
def test_formulas_are_set_for_eye_and_ear(open_page, site, name):
    page = open_page(site + name)
    formulas = page.eval_on_selector_all(
        "main .math",
        """all => all.map((math) => ({
          drawn: [...math.querySelectorAll(".katex-html")].every((part) => part.textContent.length > 0),
          parts: math.querySelectorAll(".katex-html").length,
          spoken: math.querySelectorAll("math").length,
          source: math.querySelector("annotation")?.textContent,
        }))""",
    )
    assert formulas or "$" not in source(name)
    assert [f for f in formulas if not (f["parts"] and f["parts"] == f["spoken"] and f["drawn"] and f["source"])] == []
    seen = page.evaluate(
        """() => {
          document.querySelectorAll("pre, code, .katex-mathml").forEach((element) => element.remove());
          const named = [...document.querySelectorAll("[alt], [aria-label], [title]")];
          return [document.title, document.body.innerText,
            ...named.flatMap((e) => [e.alt, e.getAttribute("aria-label"), e.title])].join("\\n");
        }"""
    )
    assert re.findall(r"\\[A-Za-z(\[]\w*|\$[^$\n]+\$", seen) == []


def test_no_script_sets_formulas(open_page, site):
    page = open_page(site + next(name for name in PAGES if "entropy" in name))
    assert page.evaluate("[typeof MathJax, typeof katex]") == ["undefined", "undefined"]
    assert {"KaTeX_Main", "KaTeX_Math"} <= set(
        page.evaluate("[...document.fonts].filter((f) => f.status == 'loaded').map((f) => f.family)")
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
            assert "canonical" not in text  # nobody knows where this site will be
    assert lacking == []
    assert [path.name for path in SITE.rglob("*macros*")] == []
    assert not (SITE / "sitemap.xml").exists()


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
    page.wait_for_function("document.querySelector('main p img').complete")
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


def test_previous_and_next_break_no_word_on_a_phone(open_page, site):
    """Each word has one box: the lines break between words."""
    page = open_page(site + PAGES[0], viewport={"width": 375, "height": 740})
    broken, words = [], 0
    for name in PAGES:
        page.goto(site + name)
        found = page.evaluate(
            """() => {
              const walker = document.createTreeWalker(document.querySelector(".prev-next-area"), NodeFilter.SHOW_TEXT);
              const range = document.createRange(), words = [];
              for (let text; (text = walker.nextNode()); )
                for (const { index, 0: word } of text.data.matchAll(/[^\\s-]+/g)) {
                  range.setStart(text, index);
                  range.setEnd(text, index + word.length);
                  words.push([word, range.getClientRects().length]);
                }
              return words;
            }"""
        )
        words += len(found)
        broken += [word for word, boxes in found if boxes > 1]
    assert words > 100
    assert broken == []


def test_a_wide_table_shows_that_it_goes_on(open_page, site):
    """At 375 px a table that scrolls has a shadow at its right edge, and none once one is at its end."""
    page = open_page(f"{site}book/notation.html", viewport={"width": 375, "height": 740})
    box = page.locator(".pst-scrollable-table-container").first
    assert box.evaluate("e => e.scrollWidth > e.clientWidth")

    def edge():
        """How light the last two pixels of the box are, 255 for white."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
        return picture.crop((picture.width - 2, 8, picture.width, 24)).getextrema()[1]

    assert edge() < 225
    box.evaluate("e => (e.scrollLeft = e.scrollWidth)")
    assert edge() > 245
