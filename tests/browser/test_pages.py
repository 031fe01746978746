"""What holds on every page: nothing from elsewhere, light, still, for everyone, on a phone, formulas set."""

import re
from pathlib import Path

import pytest

from tests.browser.shared import PAGES, everything_open
from tools.site import ROOT
from tools.site.page_weight import BUDGETS, first_view

EVERY_PAGE = pytest.mark.parametrize("name", [*PAGES, "search.html"], ids=lambda name: Path(name).stem)


def source(name):
    """The text that a page was made from; none for the search page."""
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
