"""A reader's window on the built site: any test of the book in a real browser may use these fixtures.

The site is served under a sub-path, as GitHub Pages does, and no other host can be resolved. A window ends
with the check that every page of the book must pass: no request to another host, no error in its console.
"""

import contextlib
import functools
import http.server
import os
import re
import shutil
import threading
from pathlib import Path
from urllib.parse import urlparse

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
SUBPATH = "/a-book"
OPTIONS = [
    *["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    *["--disable-component-update", "--disable-sync", "--disable-default-apps"],
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
MISSING = "no Chromium found: install one (apt-get install chromium), or name one: CHROMIUM=/path/to/chromium"
PATIENCE = 60_000  # milliseconds; a slow machine is no failure
figures = {}  # what the tests measured


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site under the sub-path, and nothing beside it."""

    def translate_path(self, path):
        if not path.startswith(f"{SUBPATH}/"):
            return str(SITE / "outside-of-the-book")
        return super().translate_path(path.removeprefix(SUBPATH))

    def log_message(self, *arguments):
        pass

    def handle(self):
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # a window was closed while it was loading
            super().handle()


@pytest.fixture(scope="session")
def site():
    """The address of the served site, without a slash at its end."""
    if not (SITE / "index.html").is_file():
        pytest.fail("the book is not built: make book", pytrace=False)
    handler = functools.partial(Handler, directory=SITE)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{SUBPATH}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium():
    """The browser."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path or not Path(path).exists():
        pytest.fail(MISSING, pytrace=False)
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


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
        self.page.goto(f"{self.site}/{name}")
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
def reader(chromium, site):
    """One window; at its end no other host was asked and the console is clean."""
    reader = Reader(chromium, site)
    yield reader
    reader.context.close()
    assert reader.offhost == []
    assert reader.unexpected == []


@pytest.fixture
def measured():
    """A dictionary for figures, which are printed at the end of the tests."""
    return figures


def pytest_terminal_summary(terminalreporter):
    if figures:
        terminalreporter.section("measured")
        for name, value in figures.items():
            terminalreporter.write_line(f"{name}: {value}")
