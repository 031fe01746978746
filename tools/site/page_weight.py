"""Measure what a reader's browser gets and does on the first visit to each page.

    python tools/measure.py              every page of _build/html, and a default page to compare with

kB are thousands of bytes of everything fetched before any scroll or click, nothing cached: each file as a static
host sends it, gzip at level 6 where that makes it smaller, headers not counted. Times are from a server on this
machine, so they hold no network: ms to the end of parsing, to the first paint, to the largest paint, and to
"laid out", when the page and the fonts of its formulas are there. Shift is the sum of all layout shifts (CLS).

The default page is one of our chapters built with Jupyter Book's own settings and theme. It asks a
content delivery network for MathJax; those files are answered from the npm package of the same version.
"""

import functools
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
WEIGHT, REQUESTS, SHIFT, LAID_OUT = 400, 30, 0.05, 1000  # the budgets: kB, requests, CLS, ms
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MATHJAX = "3.2.2"
COLUMNS = ("kB", "requests", "parsed", "paint", "largest", "laid out", "shift")
WATCH = """
  window.seen = {shift: 0, largest: 0};
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.shift += e.value; }))
    .observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.largest = e.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
"""
SEEN = """async () => {
  if (window.MathJax?.startup?.promise) await MathJax.startup.promise;
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const laidOut = performance.now();
  await new Promise((done) => setTimeout(done, 400));  // what moves late
  const fonts = performance.getEntriesByType("resource").filter((e) => /woff2?$/.test(e.name));
  const [navigation] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {parsed: navigation.domContentLoadedEventEnd, paint: paint ? paint.startTime : 0, largest: seen.largest,
          "laid out": window.MathJax ? laidOut : Math.max(navigation.domContentLoadedEventEnd, paint?.startTime ?? 0,
            ...fonts.map((e) => e.responseEnd)), shift: seen.shift};
}"""


def weight(body):
    """Bytes of a file on its way to the reader."""
    return min(len(body), len(gzip.compress(body, 6)))


def first_view(browser, address, route=None):
    """Weight, requests, times and shifts of a page that is only looked at."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH)
    if route:
        page.route("**/*", route)
    answers = []
    page.on("requestfinished", lambda request: answers.append(request.response()))
    page.goto(address, wait_until="networkidle")
    result = page.evaluate(SEEN)
    bodies = [answer.body() for answer in answers if answer and answer.ok and not answer.url.startswith("data:")]
    context.close()
    return {**result, "kB": sum(map(weight, bodies)) / 1000, "requests": len(bodies)}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


class served:
    """A folder over HTTP, for as long as the block lasts."""

    def __init__(self, folder):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def pages():
    """The pages of the book in their order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [f"{file}.html" for file in files]


def default_book(folder, chapter):
    """The chapter as a book of its own, with nothing set that need not be; and the MathJax it will ask for."""
    shutil.copy(ROOT / f"{chapter}.ipynb", folder / "chapter.ipynb")
    shutil.copy(ROOT / "book" / "references.bib", folder)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: chapter\n")
    (folder / "_config.yml").write_text(
        "title: A default book\nexecute: {execute_notebooks: 'off'}\nbibtex_bibfiles: [references.bib]\n"
        "parse: {myst_enable_extensions: [amsmath, attrs_block, attrs_inline, colon_fence, deflist, dollarmath]}\n"
        "sphinx: {extra_extensions: [sphinx_proof, sphinx_exercise]}\n"
    )
    tools = Path(sys.executable).parent
    built = subprocess.run([tools / "jupyter-book", "build", folder, "-q"], capture_output=True, text=True)
    if not (folder / "_build" / "html" / "chapter.html").is_file():
        raise SystemExit(f"the default book was not built:\n{built.stdout}{built.stderr}")
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    npm = [tools / "npm", "install", "--prefix", folder / "npm", "--no-save", "--no-audit", "--no-fund"]
    npm += ["--ignore-scripts", "--prefer-offline", "--loglevel=error", f"mathjax@{MATHJAX}"]
    subprocess.run(npm, check=True, env=environment, stdout=subprocess.DEVNULL)
    return folder / "_build" / "html", folder / "npm" / "node_modules" / "mathjax"


def answering(mathjax, home):
    """Answers for a page that thinks it is on the net: MathJax from the folder, itself from here, no more."""

    def route(asked):
        address = asked.request.url
        if "/npm/mathjax@3/" in address:
            asked.fulfill(path=mathjax / address.split("/npm/mathjax@3/")[1].split("?")[0])
        elif address.startswith(home):
            asked.continue_()
        else:
            asked.abort()

    return route


def line(name, view):
    values = [f"{view[column]:.3f}" if column == "shift" else f"{view[column]:.0f}" for column in COLUMNS]
    return f"{name:24}" + "".join(f"{value:>10}" for value in values)


def over(view):
    """The budgets that a page breaks."""
    limits = {"kB": WEIGHT, "requests": REQUESTS, "shift": SHIFT, "laid out": LAID_OUT}
    return [f"{column} {view[column]:.4g}, at most {limit}" for column, limit in limits.items() if view[column] > limit]


def main():
    from playwright.sync_api import sync_playwright  # of the extra "browser"

    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    broken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        print(f"{'first view':24}" + "".join(f"{column:>10}" for column in COLUMNS))
        with served(SITE) as home:
            for name in pages():
                view = first_view(browser, home + name)
                print(line(Path(name).stem, view), flush=True)
                broken += [f"{name}: {excess}" for excess in over(view)]
        with tempfile.TemporaryDirectory() as folder:
            site, mathjax = default_book(Path(folder), "book/entropy")
            with served(site) as home:
                view = first_view(browser, f"{home}chapter.html", answering(mathjax, home))
                print(line("entropy, default book", view))
        browser.close()
    weights = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(
        f"\nThe site: {weights / 1e6:.1f} MB. Budgets: {WEIGHT} kB, {REQUESTS} requests, {LAID_OUT} ms, {SHIFT} shift."
    )
    print("\n".join(broken) or "All pages keep to them.")


if __name__ == "__main__":
    main()
