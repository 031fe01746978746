"""Live cells in a real browser: they compute and plot, in order; they stop, fail and forget as they say."""

import re
import time

import nbformat
import pytest

from tests.browser.shared import IN_BOTH
from tools.chapters import BOOK

CHAPTER = "book/entropy.html"
FIRST, SECOND, THIRD = 0, 1, 2  # cells: the imports, and two that print
CELLS = "div.cell:has(.cell_input):not(.tag_answer)"
CODE = [c for c in nbformat.read(BOOK / "entropy.ipynb", as_version=4).cells if c.cell_type == "code"]
SAVED = CODE[SECOND].outputs[0].text.strip()


def cell(page, index):
    return page.locator(CELLS).nth(index)


def run(page, index):
    cell(page, index).locator(".live-run").click()


def state(page, value):
    """Wait until the page is in this state: loading, running, ready or failed."""
    page.locator(f"html[data-live={value}]").wait_for()


def done(page, index, value="done"):
    page.wait_for_function(
        f"([index, value]) => [...document.querySelectorAll('{CELLS}')][index].dataset.live === value",
        arg=[index, value],
    )


def write(page, code):
    """Type other code into the editor that has the focus."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")  # over many lines, what Playwright puts into Firefox gets empty lines around it
    page.keyboard.insert_text(code)


def replace(page, index, code):
    """Type other code into a cell that is live."""
    editor = cell(page, index).locator(".cm-content")
    editor.click()
    write(page, code)
    return editor


def printed(page, index):
    return "".join(cell(page, index).locator(".live-output .live-stdout").all_text_contents())


@pytest.fixture
def page(reader):
    """A chapter whose second cell was run: Python is there."""
    page = reader.open(CHAPTER)
    run(page, SECOND)
    state(page, "ready")
    return page


@pytest.mark.parametrize("chapter", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_cell_prints_and_draws_live_what_the_book_saved(reader, measured, chapter):
    code = [c for c in nbformat.read(chapter, as_version=4).cells if c.cell_type == "code"]
    solutions = [i for i, c in enumerate(code) if "solution" in c.metadata.get("tags", [])]
    page = reader.open(f"book/{chapter.stem}.html")
    start = time.perf_counter()
    page.locator(".live-all").click()
    state(page, "running")
    state(page, "ready")
    measured[f"{chapter.stem}: Python and the whole page"] = f"{time.perf_counter() - start:.1f} s"
    asked = page.evaluate("[...document.querySelectorAll('.tag_solution[data-live]')].length")
    assert asked == 0, "solutions run only when they are asked for"
    if solutions:
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        page.evaluate("document.querySelectorAll('.tag_solution .live-run').forEach((run) => run.click())")
        done(page, solutions[-1])
    assert page.locator(".live-error").all_text_contents() == []
    assert page.locator(".live-output .live-stderr").all_text_contents() == []
    for index, saved in enumerate(code):
        text = "".join(output.text for output in saved.outputs if output.output_type == "stream")
        if "nbval-ignore-output" not in saved.metadata.get("tags", []):  # a timing is the machine's
            assert printed(page, index) == text, f"cell {index + 1}"
        drawn = sum(output.output_type == "display_data" for output in saved.outputs)
        assert cell(page, index).locator(".live-output img").count() == drawn, f"cell {index + 1}"


@IN_BOTH
def test_a_figure_keeps_its_sliders_and_takes_the_readers_values(reader):
    page = reader.open("book/information.html")
    page.locator(".live-all").click()
    state(page, "running")
    state(page, "ready")
    drawn = page.locator("div.cell:has(.cell_input):has(div.sliders)")
    live = drawn.locator(".live-output figure > div.sliders.ready output")
    assert "2.000 bits" in live.text_content()
    assert drawn.locator(".drawing").count() == drawn.locator("figure").count() == 1
    drawn.locator("details summary").first.click()
    drawn.locator(".cm-content").click()
    write(page, 'plt.plot([0, 1], [1, 0])\nplt.show()\nplots.sliders("surprise", p=1 / 8)')
    page.keyboard.press("Shift+Enter")
    drawn.locator("output", has_text="3.000 bits").wait_for()
    drawn.locator(".live-reset").click()
    assert "2.000 bits" in drawn.locator("output").text_content()


@IN_BOTH
def test_cells_run_in_order_and_only_as_far_as_needed(reader):
    page = reader.open(CHAPTER)
    run(page, THIRD)
    state(page, "ready")
    states = page.evaluate(f"[...document.querySelectorAll('{CELLS}')].map((c) => c.dataset.live)")
    assert states[:3] == ["done"] * 3
    assert set(states[3:]) == {None}


@IN_BOTH
def test_an_answer_runs_when_it_is_asked_for_and_is_checked(reader):
    page = reader.open(CHAPTER)
    page.get_by_role("button", name="Run this page").click()
    state(page, "running")
    state(page, "ready")
    answers = page.locator(".tag_answer")
    assert answers.count() >= 3
    assert page.locator(".tag_answer[data-live]").count() == 0
    answer = answers.first
    assert answer.locator("pre").first.text_content().rstrip().endswith('check("entropy-dice", six, eight)')
    answer.get_by_role("button", name="Run answer 1", exact=True).click()
    answer.locator(".live-stdout", has_text="not answered yet").wait_for()
    for code, said in (("six = 1 / 0", '"<answer 1>", line 1'), ('check("entropy-dice", np.log2(6), 3)', "right")):
        answer.locator(".cm-content").click()
        write(page, code)
        page.keyboard.press("Shift+Enter")
        answer.locator(".live-output", has_text=said).wait_for()


@IN_BOTH
def test_a_page_asks_for_little_before_a_control_is_touched(reader, measured):
    page = reader.open(CHAPTER)
    page.wait_for_load_state("networkidle")
    live = [url for url in reader.requests if "/live/" in url or "/pyodide/" in url]
    assert sorted(re.sub(r"\?.*", "", url).rsplit("/", 1)[1] for url in live) == ["live.js"]
    assert page.locator(".cm-editor").count() == 0


def test_first_output_and_reruns_that_load_nothing_again(reader, measured):
    page = reader.open("book/information.html")
    start = time.perf_counter()
    run(page, SECOND)
    done(page, SECOND)
    measured["first output, from the click"] = f"{time.perf_counter() - start:.1f} s"
    state(page, "ready")
    replace(page, SECOND, "plt.figure(); plt.plot([1, 2])\nplt.show()")
    asked = len(reader.requests)
    for name in ("first own figure", "rerun with a figure"):
        start = time.perf_counter()
        page.evaluate("document.documentElement.dataset.live = 'pressed'")  # "running" may be over before we look
        page.keyboard.press("Shift+Enter")
        state(page, "ready")
        measured[name] = f"{time.perf_counter() - start:.2f} s"
    assert [url for url in reader.requests[asked:] if "/pyodide/" in url] == [], "Python is loaded once"


@IN_BOTH
def test_a_loop_without_end_is_stopped_and_earlier_cells_run_again(page):
    replace(page, THIRD, "while True:\n    pass").press("Shift+Enter")
    stop = cell(page, THIRD).get_by_role("button", name="Stop cell 3")
    stop.click()
    done(page, THIRD, "stopped")
    state(page, "ready")
    status = page.locator(".live-status").inner_text()
    assert "Python restarted" in status
    assert "earlier cells will run again" in status
    assert "before Python restarted" in cell(page, SECOND).locator(".live-label").inner_text()
    replace(page, THIRD, "print('still', p.size)").press("Shift+Enter")  # p comes from the second cell
    done(page, THIRD)
    assert printed(page, THIRD) == "still 4\n"


@IN_BOTH
def test_an_error_shows_the_readers_own_lines_and_stops_the_rest(page):
    replace(page, SECOND, "def wrong():\n    return entropy([0.5, 0.6])\n\nwrong()").press("Shift+Enter")
    done(page, SECOND, "failed")
    report = cell(page, SECOND).locator(".live-error").inner_text()
    assert "return entropy([0.5, 0.6])" in report
    assert re.search(r"ValueError: p sums to 1\.1", report)
    assert "site-packages" not in report
    assert "live_session" not in report
    run(page, THIRD)
    done(page, THIRD, "blocked")
    assert "cell 2 failed" in cell(page, THIRD).locator(".live-state").inner_text()


@IN_BOTH
def test_what_is_not_shipped_fails_by_name(page):
    replace(page, SECOND, "import pandas").press("Shift+Enter")
    done(page, SECOND, "failed")
    assert "No module named 'pandas'" in cell(page, SECOND).locator(".live-error").inner_text()


@IN_BOTH
def test_an_edit_survives_a_rerun_and_reset_restores_the_book(page):
    code = cell(page, SECOND).locator(".cell_input pre").text_content()
    replace(page, SECOND, "print(6 * 7)\n'last'").press("Shift+Enter")
    done(page, SECOND)
    run(page, SECOND)
    state(page, "ready")
    assert cell(page, SECOND).locator(".cm-content").inner_text() == "print(6 * 7)\n'last'"
    assert printed(page, SECOND) == "42\n"
    assert cell(page, SECOND).locator(".live-value").inner_text() == "'last'"
    assert "your code" in cell(page, SECOND).locator(".live-label").inner_text()
    cell(page, SECOND).get_by_role("button", name="Reset cell 2").click()
    assert cell(page, SECOND).locator(".cm-content").inner_text() == code.rstrip("\n")
    assert cell(page, SECOND).locator(".live-output").count() == 0
    assert SAVED in cell(page, SECOND).locator(".cell_output").inner_text()
    run(page, THIRD)
    done(page, THIRD)
    done(page, SECOND)  # it counted as not run


@IN_BOTH
def test_text_appears_while_the_cell_runs(page):
    replace(page, THIRD, "print('before')\nwhile True:\n    pass").press("Shift+Enter")
    cell(page, THIRD).locator(".live-stdout", has_text="before").wait_for()
    assert printed(page, THIRD) == "before\n"
    assert cell(page, THIRD).get_attribute("data-live") == "running"
    cell(page, THIRD).get_by_role("button", name="Stop cell 3").click()
    done(page, THIRD, "stopped")


@IN_BOTH
def test_endless_printing_is_cut_and_can_be_stopped(page):
    replace(page, THIRD, "while True:\n    print('x' * 50)").press("Shift+Enter")
    cell(page, THIRD).locator(".live-stdout", has_text="the rest is not shown").wait_for()
    cell(page, THIRD).get_by_role("button", name="Stop cell 3").click()
    done(page, THIRD, "stopped")


@IN_BOTH
def test_figures_keep_their_frame_and_tell_whose_they_are(page):
    index = page.evaluate(f"[...document.querySelectorAll('{CELLS}')].findIndex((c) => c.querySelector('figure'))")
    figure = cell(page, index)
    saved = figure.locator("img").get_attribute("alt")
    caption, width = figure.locator("figcaption").inner_text(), figure.locator("img").bounding_box()["width"]
    figure.locator("summary").click()
    run(page, index)
    done(page, index)
    image = figure.locator(".live-output figure img")
    assert image.get_attribute("alt") == saved
    assert figure.locator("figcaption").inner_text() == caption
    assert abs(image.bounding_box()["width"] - width) < 1
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 1.5 * width
    replace(page, index, "for n in (1, 2):\n    plt.figure()\n    plt.plot([n, 1])\nplt.show()").press("Shift+Enter")
    state(page, "running")
    state(page, "ready")
    assert figure.locator("img").count() == 2
    assert saved not in [image.get_attribute("alt") for image in figure.locator("img").all()]


BROKEN_DOWNLOADS = {
    "dropped": lambda route: route.abort(),
    "missing": lambda route: route.fulfill(status=404, body="Not found"),
    "of another kind": lambda route: route.fulfill(content_type="text/html", body="<h1>Please log in</h1>"),
    "damaged": lambda route: route.fulfill(content_type="application/wasm", body="not a program"),
}


@IN_BOTH
@pytest.mark.parametrize("download", BROKEN_DOWNLOADS.values(), ids=BROKEN_DOWNLOADS)
def test_python_that_cannot_start_says_why_and_may_be_tried_again(reader, download):
    reader.expected += [
        "Failed to load resource",
        "ERR_FAILED",
        "404 for .*wasm",
        "both async and sync fetching",
        "wasm streaming compile",
        "NetworkError when attempting to fetch",
    ]
    reader.context.route("**/pyodide.asm.wasm", download)
    page = reader.open(CHAPTER)
    run(page, SECOND)
    state(page, "failed")
    assert re.search(r"Python could not start: .{10}", page.locator(".live-status").inner_text())
    reader.context.unroute("**/pyodide.asm.wasm")
    page.get_by_role("button", name="Try again").click()
    state(page, "running")
    state(page, "ready")
    assert SAVED in printed(page, SECOND)


@IN_BOTH
def test_scripts_that_cannot_be_loaded_say_so(reader):
    reader.expected += ["ERR_FAILED", "dynamically imported module"]
    reader.context.route("**/live/page-*.js", lambda route: route.abort())
    page = reader.open(CHAPTER)
    page.get_by_role("button", name="Run this page").click()
    page.locator(".live-status", has_text="could not be loaded").wait_for()


@IN_BOTH
def test_the_keyboard_is_enough(reader):
    page = reader.open(CHAPTER)
    page.get_by_role("button", name="Run cell 2", exact=True).focus()
    page.keyboard.press("Enter")
    state(page, "ready")
    focused = page.evaluate_handle("document.activeElement")
    assert focused.get_attribute("aria-label") == "Run cell 2"
    page.keyboard.press("Tab")
    assert "cell 2. Shift+Enter runs it" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("\nprint('typed')")
    page.keyboard.press("Shift+Enter")
    cell(page, SECOND).locator(".live-stdout", has_text="typed").wait_for()
    page.keyboard.press("Tab")  # an editor is no trap
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Reset cell 2"
    page.keyboard.press("Enter")
    assert cell(page, SECOND).locator(".live-output").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Run cell 2"


@IN_BOTH
def test_nothing_moves_when_the_editors_come(reader):
    page = reader.open(CHAPTER)
    code = "[...document.querySelectorAll('.cell_input')].map((input) => input.getBoundingClientRect().height)"
    before = page.evaluate(code)
    run(page, FIRST)
    state(page, "ready")
    page.locator(".cm-editor").nth(len(before) - 1).wait_for(state="attached")
    assert page.evaluate(code) == pytest.approx(before, abs=1)


def test_pages_without_code_show_nothing_of_it(reader):
    for name in ("book/glossary.html", "book/index.html", "book/notation.html", "search.html"):
        page = reader.open(name)
        assert page.locator(".live-bar, .live-run, .btn-open-notebook-button").count() == 0, name
        assert not [url for url in reader.requests if "/live/" in url], name


def test_controls_are_not_printed(page):
    page.emulate_media(media="print")
    assert not page.locator(".live-bar").is_visible()
    assert page.locator(".live-run:visible, .live-label:visible, .cm-editor:visible").count() == 0
    assert cell(page, SECOND).locator("pre").first.is_visible()
