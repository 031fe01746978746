"""The course's decks in the same browser, and from the same server, as the book's pages."""

import importlib.util
from pathlib import Path

PAGES = Path(__file__).parents[1] / "browser" / "conftest.py"
spec = importlib.util.spec_from_file_location("browser_fixtures", PAGES)
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)

site, browser, open_page, axe = fixtures.site, fixtures.browser, fixtures.open_page, fixtures.axe
