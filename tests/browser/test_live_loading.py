"""Python comes when it is needed, says what is wrong when it can't, and is there again when the server is."""

import re
import shutil
import subprocess
import sys
import threading
import time

import pytest

from tests.browser.conftest import PATIENCE, Reader
from tests.browser.shared import UnderPrefix
from tests.browser.test_live_pages import CHAPTER, SAVED, SECOND, cell, done, printed, run, state
from tools.site import SITE, serve

WHEEL = "numpy-"


class Shaky(UnderPrefix):
    """The site from a server that has a bad day: `fault` is how, with every file whose name begins with `file`."""

    file, fault = "", ""
    mended = threading.Event()  # those who wait for ever wait for this

    def do_GET(self):
        if not self.file or not self.path.rpartition("/")[2].startswith(self.file):
            return super().do_GET()
        return getattr(self, self.fault)()

    def missing(self):
        self.send_error(404)

    def web_page(self):
        self.answer("text/html", b"<h1>Please log in</h1>")

    def damaged(self):
        self.answer(self.guess_type(self.path), b"not what it should be")

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def half(self):
        with open(self.translate_path(self.path), "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()

    def drops(self):
        self.half()
        self.close_connection = True

    def hangs(self):
        self.half()
        self.mended.wait()
        self.close_connection = True


@pytest.fixture
def shaky(browser):
    """A reader of a site whose server can be broken: `reader.server`."""
    server = type("Server", (Shaky,), {"mended": threading.Event()})
    with serve.served(SITE, server) as home:
        reader = Reader(browser, home.rstrip("/") + "/some/sub/path/")
        reader.server = server
        reader.expected = [""]  # what the console says is the browser's affair
        yield reader
        server.mended.set()
        reader.context.close()
    assert reader.offhost == []


FAULTS = ["missing", "web_page", "damaged", "drops", "hangs"]
BROKEN = [(file, fault) for fault in FAULTS for file in ("pyodide.asm.wasm", WHEEL)]
BROKEN += [("pyodide.mjs", "web_page"), ("pyodide-lock", "missing"), ("python_stdlib", "drops")]


@pytest.mark.parametrize(("file", "fault"), BROKEN, ids=[f"{file} {fault}" for file, fault in BROKEN])
def test_a_download_that_fails_is_named_and_retry_is_enough_once_the_server_is_back(shaky, file, fault):
    shaky.server.file, shaky.server.fault = file, fault
    page = shaky.open(CHAPTER)
    run(page, SECOND)
    state(page, "failed")
    assert f"Python could not start: {file}" in page.locator(".live-status").inner_text()
    assert page.get_by_role("button", name="Cancel").is_visible()
    shaky.server.file = ""
    page.get_by_role("button", name="Retry").click()
    done(page, SECOND)
    assert SAVED in printed(page, SECOND)


def test_the_scripts_own_download_may_fail_too(shaky):
    shaky.server.file, shaky.server.fault = "worker-", "missing"
    page = shaky.open(CHAPTER)
    run(page, SECOND)
    state(page, "failed")
    shaky.server.file = ""
    page.get_by_role("button", name="Retry").click()
    done(page, SECOND)


def test_an_editor_that_does_not_come_says_so_and_the_cells_run_all_the_same(shaky):
    shaky.server.file, shaky.server.fault = "editor-", "missing"
    page = shaky.open(CHAPTER)
    cell(page, SECOND).locator("pre").first.click()
    page.locator(".live-status", has_text="The editor could not be loaded").wait_for()
    run(page, SECOND)
    done(page, SECOND)


def test_loading_can_be_cancelled_and_begun_again(shaky):
    shaky.server.file, shaky.server.fault = WHEEL, "hangs"
    page = shaky.open(CHAPTER)
    run(page, SECOND)
    state(page, "loading")
    page.get_by_role("button", name="Cancel").click()
    state(page, "off")
    assert cell(page, SECOND).locator(".live-state").inner_text() == ""
    shaky.server.file = ""
    run(page, SECOND)
    done(page, SECOND)


def test_a_cell_can_be_edited_while_python_is_loading_and_that_starts_it(shaky):
    shaky.server.file, shaky.server.fault = "pyodide.asm.wasm", "hangs"
    page = shaky.open(CHAPTER)
    cell(page, SECOND).locator("pre").first.click()
    page.locator(".cm-content:focus").wait_for()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("\nprint('typed early')")
    assert cell(page, SECOND).locator(".cm-content").inner_text().endswith("print('typed early')")
    state(page, "loading")
    shaky.server.file = ""
    shaky.server.mended.set()
    page.locator("html:not([data-live=loading])").wait_for()
    if page.get_by_role("button", name="Retry").is_visible():  # the download had been given up by then
        page.get_by_role("button", name="Retry").click()
    state(page, "ready")
    assert cell(page, SECOND).get_attribute("data-live") in (None, "idle"), "nothing ran that was not asked for"
    cell(page, SECOND).locator(".cm-content").press("Shift+Enter")
    cell(page, SECOND).locator(".live-stdout", has_text="typed early").wait_for()


def test_an_editor_that_comes_between_press_and_release_has_the_keyboard(reader):
    page = reader.open(CHAPTER)
    held = []
    page.route("**/editor-*", lambda route: held.append(route))
    code = cell(page, SECOND).locator("pre").first
    code.scroll_into_view_if_needed()
    with page.expect_request("**/editor-*"):
        code.hover()
    page.mouse.down()
    held[0].continue_()
    cell(page, SECOND).locator(".cm-content").wait_for()
    page.mouse.up()
    page.locator(".cm-content:focus").wait_for()


def test_who_ran_python_in_one_chapter_finds_it_started_in_the_next(reader):
    page = reader.open(CHAPTER)
    run(page, SECOND)
    done(page, SECOND)
    page = reader.open("book/kl-divergence.html")
    state(page, "ready")
    assert page.locator("[data-live=done]").count() == 0


def test_first_output(reader, measured):
    for name, chapter in (("cold", CHAPTER), ("again", CHAPTER), ("the next chapter", "book/kl-divergence.html")):
        page = reader.open(chapter)
        start = time.perf_counter()
        run(page, SECOND)
        done(page, SECOND)
        measured[f"first output, {name}"] = f"{time.perf_counter() - start:.1f} s"
    assert time.perf_counter() - start < PATIENCE


class Plain(UnderPrefix):
    """A server that takes its types from a machine where a script is a text."""

    def guess_type(self, path):
        return "text/plain" if str(path).endswith(("js", "mjs")) else super().guess_type(path)


@pytest.mark.parametrize("way", ["file", "text/plain"])
@pytest.mark.parametrize("width", [1280, 375])
def test_where_scripts_cannot_run_the_page_has_no_dead_controls_and_says_how_to_serve_it(browser, way, width):
    with serve.served(SITE, Plain) as home:
        at = SITE.as_uri() + "/" if way == "file" else home.rstrip("/") + "/some/sub/path/"
        reader = Reader(browser, at, viewport={"width": width, "height": 900})
        page = reader.open(CHAPTER)
        page.locator(".live-unserved").wait_for(state="visible")
        assert "serve.py" in page.locator(".live-unserved").inner_text()
        assert not page.locator(".live-all, .live-run, .live-cancel").locator("visible=true").count()
        boxes = [page.locator(name).first.bounding_box() for name in (".live-unserved", ".live-bar ~ *")]
        assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"], "the text below stays free"
        assert SAVED in page.locator(".cell_output").first.inner_text()
        reader.context.close()


def test_the_site_brings_the_server_that_it_names(browser, tmp_path):
    shutil.copytree(SITE, tmp_path / "html", ignore=shutil.ignore_patterns("lite", "slides", "course"))
    command = [sys.executable, tmp_path / "html" / "serve.py", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            home = re.match(r"(http://127\.0\.0\.1:\d+/)", server.stdout.readline())[1]
            reader = Reader(browser, home)
            page = reader.open(CHAPTER)
            page.locator(".live-run").first.wait_for()
            reader.context.close()
        finally:
            server.terminate()
