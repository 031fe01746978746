"""Live cells in a real browser: they compute and plot, in order; they stop, fail and forget as they say."""

import re
import time

import nbformat
import pytest

from tests.browser.shared import IN_BOTH, everything_open
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
    sliders = page.locator(".live-output div.sliders.ready")
    page.wait_for_function("() => !document.querySelector('.live-output div.sliders:not(.ready)')")
    assert sliders.count() == page.locator("figure:has(div.sliders)").count()
    pictures = "(host) => [...host.closest('.cell').querySelectorAll('img, .drawing')]"
    shown = f"(host) => ({pictures})(host).filter((picture) => picture.checkVisibility()).length"
    seen = [host.evaluate(shown) for host in sliders.all()]
    assert seen == [1] * len(seen), "one figure, not two"


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
@pytest.mark.parametrize("kind", [".tag_hide-cell:not(.tag_solution)", ".tag_solution"])
def test_the_output_of_a_folded_cell_stays_in_its_fold_and_comes_once(reader, kind):
    page = reader.open("book/losses.html")
    folded = page.locator(f"{kind}:has(.cell_output)").first
    everything_open(page)
    saved = folded.locator(".cell_output").inner_text()
    folded.get_by_role("button", name="Run").click()
    folded.locator(".live-label").wait_for()
    state(page, "ready")
    [output] = folded.locator(".cell_output").all()
    assert output.inner_text().startswith(saved.strip())
    folded.locator("details.hide").evaluate("fold => (fold.open = false)")
    assert output.is_hidden()


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
    page.evaluate("() => new Promise((done) => requestIdleCallback(done))")  # Firefox need not tell of a quiet network
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
    run(page, THIRD)
    done(page, THIRD)
    replace(page, THIRD, "while True:\n    pass").press("Shift+Enter")
    stop = cell(page, THIRD).get_by_role("button", name="Stop cell 3")
    stop.click()
    done(page, THIRD, "stopped")
    state(page, "ready")
    status = page.locator(".live-status").inner_text()
    assert "Python restarted" in status
    assert "earlier cells will run again" in status
    assert cell(page, THIRD).locator(".live-label").inner_text() == "Stopped before its end"
    assert "before Python restarted" in cell(page, SECOND).locator(".live-label").inner_text()
    replace(page, THIRD, "print('still', p.size)").press("Shift+Enter")  # p comes from the second cell
    done(page, THIRD)
    assert printed(page, THIRD) == "still 4\n"


@IN_BOTH
def test_a_double_click_on_run_runs_once(page):
    replace(page, SECOND, "import time\ntime.sleep(1.5)\nprint('once')")
    button = cell(page, SECOND).locator(".live-run")
    button.evaluate("button => { button.click(); setTimeout(() => button.click(), 150); }")
    cell(page, SECOND).locator(".live-stdout", has_text="once").wait_for()
    done(page, SECOND)


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
    cell(page, SECOND).get_by_role("button", name="Restore the book’s cell").click()
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
    page.keyboard.type("\nprint('typed', 6 / 2)")  # the theme has a shortcut on /
    page.keyboard.press("Shift+Enter")
    cell(page, SECOND).locator(".live-stdout", has_text="typed 3.0").wait_for()
    page.keyboard.press("Tab")  # an editor is no trap
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Restore the book’s cell (cell 2)"
    page.keyboard.press("Enter")
    assert cell(page, SECOND).locator(".live-output").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Run cell 2"


@IN_BOTH
def test_nothing_moves_when_the_editors_come(reader):
    page = reader.open(CHAPTER)
    code = "[...document.querySelectorAll('.cell_input')].map((input) => input.getBoundingClientRect().height)"
    before = page.evaluate(code)
    top = "document.querySelector('.live-bar').getBoundingClientRect().top + scrollY"
    bar = page.evaluate(top)
    run(page, FIRST)
    state(page, "ready")
    page.locator(".cm-editor").nth(len(before) - 1).wait_for(state="attached")
    assert page.evaluate(code) == pytest.approx(before, abs=1)
    assert page.evaluate(top) == pytest.approx(bar, abs=1)


def test_pages_without_code_show_nothing_of_it(reader):
    for name in ("book/glossary.html", "book/index.html", "book/notation.html", "book/bibliography.html"):
        page = reader.open(name)
        assert page.locator(".live-bar, .live-run, .btn-open-notebook-button").count() == 0, name
        assert not [url for url in reader.requests if "/live/" in url], name


def test_controls_are_not_printed(page):
    page.emulate_media(media="print")
    assert not page.locator(".live-bar").is_visible()
    assert page.locator(".live-run:visible, .live-label:visible, .cm-editor:visible").count() == 0
    assert cell(page, SECOND).locator("pre").first.is_visible()


def test_a_run_that_fails_names_the_cell_and_what_was_not_run(page):
    replace(page, SECOND, "1/0")
    page.locator(".live-all").click()
    done(page, SECOND, "failed")
    state(page, "ready")
    status = page.locator(".live-status").inner_text()
    blocked = page.locator("[data-live=blocked]").count()
    assert status.startswith("Cell 2 failed: ZeroDivisionError: division by zero.")
    assert f"{blocked} cells after it were not run" in status
    assert blocked > 5
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".live-bar").get_by_role("link", name="Go to cell 2").click()
    box = cell(page, SECOND).locator(".live-error").bounding_box()
    assert 0 < box["y"] < 900


def test_a_long_reason_leaves_room_for_the_page(page):
    replace(page, SECOND, "raise ValueError('long ' * 100)").press("Shift+Enter")
    done(page, SECOND, "failed")
    state(page, "ready")
    status = page.locator(".live-status").inner_text()
    assert re.match(r"Cell 2 failed: ValueError: (long )+long… ", status)
    assert len(status) < 160
    assert cell(page, SECOND).locator(".live-error").inner_text().count("long") == 101  # with the line that raises


def test_drafts_survive_a_reload_and_the_books_cell_can_be_restored(page):
    replace(page, SECOND, "print('my draft')")
    answer = page.locator(".tag_answer").first
    answer.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("six = 2.585")
    page.reload()
    assert "my draft" in cell(page, SECOND).inner_text()
    assert "2 cells" in page.locator(".live-status").inner_text()
    assert answer.locator(".cell_input").inner_text().count("six = 2.585") == 1
    restore = cell(page, SECOND).get_by_role("button", name="Restore the book’s cell")
    assert restore.is_visible()
    run(page, SECOND)
    done(page, SECOND)
    assert printed(page, SECOND) == "my draft\n"
    restore.click()
    assert SAVED in cell(page, SECOND).locator(".cell_output").inner_text()
    page.reload()
    assert "my draft" not in cell(page, SECOND).inner_text()
    assert "six = 2.585" in answer.inner_text()


def test_cells_with_the_same_code_keep_their_own_drafts(reader):
    page = reader.open("book/training.html")
    alike = page.locator(".tag_answer", has=page.locator("pre", has_text=re.compile(r"^\s*# your answer\s*$")))
    answers = [alike.nth(index).element_handle() for index in range(alike.count())]
    assert len(answers) > 1
    ids = [answer.evaluate("(e, n) => (e.id = `answer-${n}`)", n) for n, answer in enumerate(answers)]
    for name in ids[:2]:
        page.locator(f"#{name} .cell_input").locator("pre:visible, .cm-content:visible").click()
        page.locator(f"#{name} .cm-content:focus").wait_for()
        page.keyboard.insert_text(f"# of {name} ")
    page.reload()
    kept = [text for text in page.locator(".tag_answer .cell_input").all_inner_texts() if "# of answer-" in text]
    assert ["answer-0" in kept[0], "answer-1" in kept[1], len(kept)] == [True, True, 2]


def test_a_cell_restored_while_it_runs_is_as_the_book_saved_it(page):
    run(page, SECOND)
    done(page, SECOND)
    replace(page, SECOND, "print('mine', flush=True)\nwhile True:\n    pass").press("Shift+Enter")
    cell(page, SECOND).get_by_role("button", name="Stop cell 2").wait_for()
    cell(page, SECOND).get_by_role("button", name="Restore the book’s cell").click()
    state(page, "ready")
    assert "Python restarted" in page.locator(".live-status").inner_text()
    assert cell(page, SECOND).get_attribute("data-live") == "idle"
    assert SAVED in cell(page, SECOND).locator(".cell_output").inner_text()
    run(page, SECOND)
    done(page, SECOND)


def test_drafts_of_two_windows_do_not_undo_each_other(reader):
    pages = [reader.open(CHAPTER), reader.context.new_page()]
    pages[1].goto(pages[0].url)
    for index, page in zip((SECOND, THIRD), pages, strict=True):
        cell(page, index).locator("pre").first.click()
        page.locator(".cm-content:focus").wait_for()
        replace(page, index, f"print('of window {index}')")
    pages[0].reload()
    for index in (SECOND, THIRD):
        assert f"of window {index}" in cell(pages[0], index).inner_text()


@pytest.mark.parametrize("poison", ["[]", "nonsense", '{"print(1)": 7}', "7"])
def test_drafts_that_are_none_of_ours_do_no_harm(reader, poison):
    reader.context.add_init_script(f"localStorage.setItem('cross-entropy-book:drafts:entropy', {poison!r})")
    page = reader.open(CHAPTER)
    page.locator(".live-run").first.wait_for()
    assert page.locator(".live-edited").count() == 0


def test_where_the_browser_keeps_nothing_cells_are_edited_and_the_reader_is_told(reader):
    reader.expected = ["blocked", "theme mode"]  # what else the page wants to keep is not this test's affair
    for name in ("localStorage", "sessionStorage"):
        refuse = "{get() { throw new DOMException('blocked', 'SecurityError'); }}"
        reader.context.add_init_script(f"Object.defineProperty(window, '{name}', {refuse})")
    page = reader.open(CHAPTER)
    run(page, SECOND)
    state(page, "ready")
    replace(page, SECOND, "print('not kept')").press("Shift+Enter")
    cell(page, SECOND).locator(".live-stdout", has_text="not kept").wait_for()
    assert "keeps nothing" in cell(page, SECOND).locator(".live-controls").inner_text()


LONG = [
    "for n in range(1_000_000):\n    print(n)",
    "list(range(1_000_000))",
    "raise ValueError('long\\n' * 10_000)",
]


def test_long_output_scrolls_in_a_box(page):
    for code in LONG:
        page.evaluate("document.documentElement.dataset.live = 'pressed'")
        replace(page, THIRD, code).press("Shift+Enter")
        state(page, "ready")
        box = cell(page, THIRD).locator(".live-output pre").last
        assert box.evaluate("(pre) => Math.max(pre.scrollHeight, pre.scrollWidth)") > 2000
        assert box.bounding_box()["height"] < 500
        assert len(box.text_content()) < 300_000
        assert box.evaluate("(pre) => (pre.focus(), document.activeElement === pre)"), "the keyboard scrolls it too"
        assert page.evaluate("document.documentElement.scrollHeight") < 60_000


BARE = "class Bare:\n    def __repr__(self):\n        return 'a bare thing'\n    def _repr_html_(self):\n        "
SAID = {
    "display(1)\nprint('between')\ndisplay('a', 2)": ["1", "between", "'a'", "2"],
    "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')": ["awaited"],
    "async def six():\n    return 6\nawait six() * 7": ["42"],
    "help(entropy)": ["Help on function entropy", "Average surprise"],
    "help()": ["help(entropy)"],
    "%timeit -n 10 -r 2 sum(range(100))": ["per loop", "2 runs, 10 loops each"],
    "%time x = sum(range(1000))\nx": ["Wall time", "499500"],
    "%%timeit -n 5 -r 1\ny = 1\ny + 1": ["1 run, 5 loops"],
    "%matplotlib inline\nprint('drawn here anyway')": ["drawn here anyway"],
    "input('Your name? ')": ["nobody can answer", "write the answer into the code"],
    "%pip install pandas": ["numpy", "matplotlib", "crossentropy"],
    "import pandas as pd": ["No module named 'pandas'", "numpy", "matplotlib", "crossentropy", "standard library"],
    "import IPython": ["No module named 'IPython'", "numpy"],
    "import tkinter": ["Python has no tkinter in a browser"],
    f"{BARE}return None\nBare()": ["a bare thing"],
    f"{BARE}return '<b></b>'\nBare()": ["a bare thing"],
    f"{BARE}1 / 0\nBare()": ["a bare thing"],
    "Bare": ["<class"],
    "print(np.arange(1, 100001).sum())": ["705082704", "32 bits", "5000050000", "np.int64"],
    "np.sum(np.arange(1, 100001))": ["705082704", "32 bits"],
    "np.sum(np.arange(10))": ["45"],
}


def test_what_readers_try_works_or_says_what_to_do(page):
    for code, wanted in SAID.items():
        page.evaluate("document.documentElement.dataset.live = 'pressed'")
        replace(page, THIRD, code).press("Shift+Enter")
        state(page, "ready")
        output = cell(page, THIRD).locator(".live-output").inner_text()
        for text in wanted:
            assert text in output, f"{code}\n{output}"
        assert not re.search("pyodide|micropip", output, re.IGNORECASE), "no reader knows these"
        assert ("32 bits" in output) == ("32 bits" in wanted), f"{code}\n{output}"
