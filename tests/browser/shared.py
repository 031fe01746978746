"""What the tests of the book's pages share with those of the course's decks: the site, browsers, axe, and a window."""

import contextlib
import gzip
import os
import shutil
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tools import chapters
from tools.site import ROOT, SITE, chromium, serve

PAGES = [f"book/{name}.html" for name in chapters.pages()]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_ALONE = """async (options) => {
  // Nobody hears what a formula draws, nor slides that are not shown: their hundreds of boxes wait outside meanwhile.
  const aside = [...document.querySelectorAll(".katex-html, .reveal section:not(.present)")].map((e) => {
    return { e, nodes: [...e.childNodes], box: e.matches(".katex-html") && e.getBoundingClientRect() };
  });
  for (const { e, box } of aside) {
    e.replaceChildren();
    if (box) e.style.cssText = `display: inline-block; width: ${box.width}px; height: ${box.height}px`;
  }
  const found = await axe.run({ exclude: [[".katex-html"]] }, options);
  for (const { e, nodes, box } of aside) {
    if (box) e.removeAttribute("style");
    e.replaceChildren(...nodes);
  }
  return found;
}"""
HALF_READ = "Incorrect number of children for <m"  # what Firefox says of a formula whose end is still on its way
ENDED = "^uncaught: undefined$"  # and of a thread that is ended within a loop
PREFIX = "/some/sub/path/"
PATIENCE = 180_000  # milliseconds; a slow or busy machine must not fail a test
# What `wait_for_function` waits for is a function, "() => …": an expression would be evaluated again at each look, and
# the policy of a page forbids that.
expect.set_options(timeout=PATIENCE)
FLAGS = [
    *chromium.ALONE,
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]


#: Of a first visit, before any scroll or click: thousands of bytes as a static host sends them, and layout shifts.
BUDGETS = {"kB": 400, "requests": 30, "shift": 0.05}
FIRST_VIEW = ROOT / "web" / "first-view.js"  # runs in the page before its own scripts


def first_view(page, address):
    """Weight, requests and shifts of an address that is only looked at, in a window without a past."""
    page.add_init_script(path=FIRST_VIEW)
    answers = []
    page.on("requestfinished", lambda request: answers.append(request.response()))
    page.goto(address, wait_until="networkidle")
    shift = page.evaluate("shift()")
    bodies = [answer.body() for answer in answers if answer and answer.ok and not answer.url.startswith("data:")]
    weight = sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)
    return {"kB": weight / 1000, "requests": len(bodies), "shift": shift}


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
def playwright():
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"  # JupyterLite's requests are seen as well
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """Chromium: the one that CHROMIUM names, or the system's, or Playwright's own."""
    try:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=FLAGS)
    except Error as error:
        pytest.exit(
            f"no browser: install Chromium (`apt install chromium`, or `.venv/bin/playwright install chromium`), "
            f"or name one: CHROMIUM=/path/to/chromium\n{error}",
            returncode=2,
        )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright):
    """Firefox as it is installed, spoken to in WebDriver BiDi: the one that FIREFOX names, or the system's."""
    path = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        pytest.skip("no Firefox: install it (`apt install firefox-esr`), or name one: FIREFOX=/path/to/firefox")
    offline = {"network.dns.disabled": True}  # every other host is out of reach
    try:
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path, firefox_user_prefs=offline)
    except Error as error:
        if "unknown command" not in str(error):
            raise
        pytest.skip(f"{path} is too old for what Playwright asks of it; name a newer one: FIREFOX=/path/to/firefox")
    yield browser
    browser.close()


#: A test of `reader` or `open_page` with this mark runs in both browsers; without it, in Chromium.
IN_BOTH = pytest.mark.parametrize("engine", ["browser", "firefox"], ids=["chromium", "firefox"], indirect=True)


@pytest.fixture
def engine(request):
    """The browser of a test."""
    return request.getfixturevalue(getattr(request, "param", "browser"))


@pytest.fixture(scope="session")
def axe():
    """A function: what axe-core finds on a page as it is, by all its rules or some, as sentences."""

    def axe(page, *rules):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))  # as a tag, the page's policy would refuse it
        options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
        found = page.evaluate(AXE_ALONE, options)["violations"]
        return [f"{rule['id']}: {rule['help']}: {node['target']}" for rule in found for node in rule["nodes"]]

    return axe


@contextlib.contextmanager
def window(browser, **options):
    """A page in a fresh window; `page.log` keeps its requests, answers and complaints.

    The options are those of a Playwright context: viewport, color_scheme, …
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def failed(request):
        if request.failure not in ("net::ERR_ABORTED", "NS_BINDING_ABORTED"):  # the reader went on before it came
            page.log.failed.append(f"{request.url} {request.failure}")

    page.log = SimpleNamespace(requests=[], failed=[], complaints=[])
    context.on("request", lambda request: page.log.requests.append(request.url))
    context.on("requestfailed", failed)
    context.on("response", lambda answer: page.log.failed.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: page.log.complaints.append(str(error)) if HALF_READ not in str(error) else None)
    page.on(
        "console",
        lambda message: page.log.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    try:
        yield page
    finally:
        context.close()


@pytest.fixture
def open_page(engine):
    """A function that opens a page in a fresh window, with the options of `window`."""
    with contextlib.ExitStack() as windows:

        def open_page(address, **options):
            page = windows.enter_context(window(engine, **options))
            page.goto(address)
            return page

        yield open_page


def everything_open(page):
    """Show each solution and each hidden cell."""
    page.evaluate(
        """async () => {
          document.querySelectorAll("main details").forEach((box) => (box.open = true));
          document.querySelectorAll("main .toggle-button-hidden").forEach((button) => button.click());
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
