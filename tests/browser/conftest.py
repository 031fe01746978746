"""The built book in a real browser: served under a sub-path, with every other host out of reach."""

import re
from urllib.parse import urlparse

import pytest

from tests.browser.shared import ENDED, HALF_READ, PATIENCE, axe, browser, engine, firefox, open_page, playwright, site

__all__ = ["axe", "browser", "engine", "firefox", "open_page", "playwright", "site"]  # fixtures
figures = {}  # what the tests measured


class Reader:
    """A window of a reader who has never been here: `page` is Playwright's."""

    def __init__(self, browser, site, **options):
        self.site = site
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(PATIENCE)
        self.requests, self.errors = [], []
        self.expected = [HALF_READ, ENDED]  # patterns of console errors that the test brings about
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
def reader(engine, site):
    """One window for tests that run code; at its end no other host was asked and the console is clean."""
    reader = Reader(engine, site)
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
