"""The built book in a real browser: served under a sub-path, with every other host out of reach."""

import contextlib
import functools
import os
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PREFIX = "/some/sub/path/"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds; a slow machine is no failure
figures = {}  # what the tests measured


class Handler(SimpleHTTPRequestHandler):
    """Files of the site, under the prefix and nowhere else."""

    def translate_path(self, path):
        if not path.startswith(PREFIX):
            return str(SITE / "there is nothing outside the sub-path")
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def log_message(self, *arguments):
        pass

    def handle(self):
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # a window was closed while it was loading
            super().handle()


@pytest.fixture(scope="session")
def site():
    """The address at which the built book is served; it ends with a slash."""
    if not (SITE / "index.html").is_file():
        pytest.exit("the book is not built: run `make book` first", returncode=2)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=SITE))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Chromium: the one that CHROMIUM names, or the system's, or Playwright's own."""
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"  # JupyterLite's requests are seen as well
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            pytest.exit(
                f"no browser: install Chromium (`apt install chromium`, or `.venv/bin/playwright install chromium`), "
                f"or name one: make test-browser CHROMIUM=/path/to/chromium\n{error}",
                returncode=2,
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """A function: what axe-core finds on a page as it is, as sentences."""

    def axe(page):
        if not page.evaluate("'axe' in window"):
            page.add_script_tag(path=AXE)
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


class Reader:
    """A window of a reader who has never been here: `page` is Playwright's."""

    def __init__(self, browser, site, **options):
        self.site = site
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(PATIENCE)
        self.requests, self.errors = [], []
        self.expected = []  # patterns of console errors that the test brings about
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.errors.append(f"uncaught: {error.error}"))
        self.context.on("response", self._look)
        self.page = self.context.new_page()

    def _hear(self, message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def _look(self, response):
        if response.status >= 400:
            self.errors.append(f"{response.status} for {response.url}")

    def open(self, name):
        """Go to a page of the site, such as book/entropy.html."""
        self.page.goto(f"{self.site}{name}")
        return self.page

    @property
    def offhost(self):
        """Addresses that were asked of another host."""
        return sorted(
            {
                url
                for url in self.requests
                if (parts := urlparse(url)).hostname not in ("127.0.0.1", None)
                and parts.scheme in ("http", "https", "ws", "wss")
            }
        )

    @property
    def unexpected(self):
        """Errors in the console that the test did not ask for."""
        return [error for error in self.errors if not any(re.search(pattern, error) for pattern in self.expected)]


@pytest.fixture
def reader(browser, site):
    """One window for tests that run code; at its end no other host was asked and the console is clean."""
    reader = Reader(browser, site)
    yield reader
    reader.context.close()
    assert reader.offhost == []
    assert reader.unexpected == []


@pytest.fixture
def measured():
    """A dictionary for figures, which are printed at the end of the tests."""
    return figures


def pytest_sessionfinish(session):
    """With several workers each has figures of its own, and sends them home."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = figures


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    figures.update(getattr(node, "workeroutput", {}).get("figures", {}))


def pytest_terminal_summary(terminalreporter):
    if figures:
        terminalreporter.section("measured")
        for name, value in figures.items():
            terminalreporter.write_line(f"{name}: {value}")
