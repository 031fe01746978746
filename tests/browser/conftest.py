"""The built book in a real browser: served under a sub-path, with every other host out of reach."""

import functools
import os
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
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
    "--disable-sync",
]


class Handler(SimpleHTTPRequestHandler):
    """Files of the site, under the prefix and nowhere else."""

    def translate_path(self, path):
        if not path.startswith(PREFIX):
            return str(SITE / "there is nothing outside the sub-path")
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def log_message(self, *arguments):
        pass


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
