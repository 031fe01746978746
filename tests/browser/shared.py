"""What the tests of the book's pages share with those of the course's decks: the site, a browser, axe, and a window."""

import os
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, sync_playwright

from tools import chapters
from tools.site import ROOT, SITE, page_weight, serve

PAGES = [f"book/{name}.html" for name in chapters.pages()]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PREFIX = "/some/sub/path/"
FLAGS = [
    *page_weight.ALONE,
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]


class UnderPrefix(serve.Handler):
    """Files of the site, under the prefix and nowhere else."""

    def translate_path(self, path):
        inside = path.startswith(PREFIX)
        return super().translate_path(path.removeprefix(PREFIX) if inside else "/there is nothing outside")


@pytest.fixture(scope="session")
def site():
    """The address at which the built book is served; it ends with a slash."""
    if not (SITE / "index.html").is_file():
        pytest.exit("the book is not built: run `make book` first", returncode=2)
    with serve.served(SITE, UnderPrefix) as home:
        yield home.rstrip("/") + PREFIX


@pytest.fixture(scope="session")
def browser():
    """Chromium: the one that CHROMIUM names, or the system's, or Playwright's own."""
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"  # JupyterLite's requests are seen as well
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=page_weight.chromium(), args=FLAGS)
        except Error as error:
            pytest.exit(
                f"no browser: install Chromium (`apt install chromium`, or `.venv/bin/playwright install chromium`), "
                f"or name one: CHROMIUM=/path/to/chromium\n{error}",
                returncode=2,
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """A function: what axe-core finds on a page as it is, as sentences."""

    def axe(page):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))  # as a tag, the page's policy would refuse it
        options = "{exclude: [['.katex-html']]}, {resultTypes: ['violations']}"  # hidden from those who hear the page
        found = page.evaluate(f"() => axe.run({options})")["violations"]
        return [f"{rule['id']}: {rule['help']}: {node['target']}" for rule in found for node in rule["nodes"]]

    return axe


@pytest.fixture
def open_page(browser):
    """A function that opens a page in a fresh window; `page.log` keeps its requests, answers and complaints.

    Its options are those of a Playwright context: viewport, color_scheme, …
    """
    contexts = []

    def open_page(address, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        contexts.append(context)
        page = context.new_page()

        def failed(request):
            if request.failure != "net::ERR_ABORTED":  # the reader went on before it came
                page.log.failed.append(f"{request.url} {request.failure}")

        page.log = SimpleNamespace(requests=[], failed=[], complaints=[])
        context.on("request", lambda request: page.log.requests.append(request.url))
        context.on("requestfailed", failed)
        context.on("response", lambda answer: page.log.failed.append(answer.url) if answer.status >= 400 else None)
        page.on("pageerror", lambda error: page.log.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: page.log.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.goto(address, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def everything_open(page):
    """Show each solution and each hidden cell."""
    page.evaluate(
        """async () => {
          document.querySelectorAll("main details").forEach((box) => (box.open = true));
          document.querySelectorAll("main .toggle-button-hidden").forEach((button) => button.click());
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
