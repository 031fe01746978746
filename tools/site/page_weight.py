"""Measure what a reader's browser gets and does on the first visit to each page.

    python -m tools.site.page_weight     every page of the built book, and a default page to compare with

kB are thousands of bytes of everything fetched before any scroll or click, nothing cached: each file as a static
host sends it, gzip at level 6 where that makes it smaller, headers not counted. Times are from a server on this
machine, so they hold no network: ms to the end of parsing, to the first paint, to the largest paint, and to
"laid out", when the page and the fonts of its formulas are there. Shift is the sum of all layout shifts (CLS).

The default page is one of our chapters built with Jupyter Book's own settings and theme, and with MathJax.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.chapters import BOOK, pages
from tools.site import ROOT, SITE, node
from tools.site.build import JUPYTER_BOOK
from tools.site.serve import served

BUDGETS = {"kB": 400, "requests": 30, "laid out": 1000, "shift": 0.05}
COLUMNS = ("kB", "requests", "parsed", "paint", "largest", "laid out", "shift")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALONE = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--no-sandbox", "--disable-gpu"]
VIEWPORT = {"width": 1280, "height": 800}
SCRIPT = ROOT / "web" / "first-view.js"  # runs in the page before its own scripts


def chromium():
    """The browser that CHROMIUM names, or the system's; None means Playwright's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def first_view(page, address):
    """Weight, requests, times and shifts of an address that is only looked at, in a window without a past."""
    page.add_init_script(path=SCRIPT)
    answers = []
    page.on("requestfinished", lambda request: answers.append(request.response()))
    page.goto(address, wait_until="networkidle")
    result = page.evaluate("firstView()")
    bodies = [answer.body() for answer in answers if answer and answer.ok and not answer.url.startswith("data:")]
    weight = sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)
    return {**result, "kB": weight / 1000, "requests": len(bodies)}


def default_book(chapter, folder):
    """Build the chapter as a book of its own, with nothing set that need not be; where its pages are."""
    node.npm("install", "mathjax@3.2.2", "--no-save", "--prefix", folder)
    shutil.copy(BOOK / f"{chapter}.ipynb", folder)
    shutil.copy(BOOK / "references.bib", folder)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {chapter}\n", encoding="utf-8")
    (folder / "_config.yml").write_text(
        "title: A default book\nexecute: {execute_notebooks: 'off'}\nbibtex_bibfiles: [references.bib]\n"
        "parse: {myst_enable_extensions: [amsmath, attrs_block, attrs_inline, colon_fence, deflist, dollarmath]}\n"
        "sphinx: {extra_extensions: [sphinx_proof, sphinx_exercise], config: {html_static_path: [node_modules],"
        " mathjax_path: mathjax/es5/tex-mml-chtml.js}}\n",
        encoding="utf-8",
    )
    subprocess.run([sys.executable, *JUPYTER_BOOK, "build", folder, "-q"], check=True, capture_output=True)
    return folder / "_build" / "html"


def line(name, view):
    return f"{name:24}" + "".join(f"{view[column]:10.{3 if column == 'shift' else 0}f}" for column in COLUMNS)


def main():
    from playwright.sync_api import sync_playwright  # which the book does not need

    broken = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ALONE)
        print(f"{'first view':24}" + "".join(f"{column:>10}" for column in COLUMNS))
        with served(SITE) as home:
            for name in pages():
                with browser.new_page(viewport=VIEWPORT) as page:
                    view = first_view(page, f"{home}book/{name}.html")
                print(line(name, view), flush=True)
                over = {column: limit for column, limit in BUDGETS.items() if view[column] > limit}
                broken += [f"{name}: {column} {view[column]:.4g}, at most {limit}" for column, limit in over.items()]
        with served(default_book("entropy", Path(folder))) as home:
            page = browser.new_page(viewport=VIEWPORT)
            print(line("entropy, default book", first_view(page, f"{home}entropy.html")))
        browser.close()
    megabytes = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) / 1e6
    print(f"\nThe site: {megabytes:.1f} MB. Budgets: {BUDGETS}.")
    print("\n".join(broken) or "All pages keep to their them.")


if __name__ == "__main__":
    main()
