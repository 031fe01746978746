"""The course's decks in the same browser, and from the same server, as the book's pages."""

from importlib.util import find_spec

if find_spec("playwright"):  # the editions and the assignments do not need it
    from tests.browser.shared import axe, browser, engine, firefox, open_page, playwright, site

    __all__ = ["axe", "browser", "engine", "firefox", "open_page", "playwright", "site"]  # fixtures
