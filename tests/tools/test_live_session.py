"""web/src/session.py, the Python side of a live page, run by the Python of the tests."""

import asyncio
import importlib
import sys

import pytest

from crossentropy.plots import sliders
from web.src import session


@pytest.fixture
def run(monkeypatch):
    """Run a cell and return [(kind, content)]; the names stay for the next cell."""
    monkeypatch.setattr(sys, "stdin", sys.stdin)  # the session takes it away
    sent = []
    here = session.Session(lambda kind, content: sent.append((kind, content)))

    def run(source):
        sent.clear()
        reason = asyncio.run(here.run(source, "cell 3"))
        errors = [content for kind, content in sent if kind == "error"]
        assert bool(reason) == bool(errors)
        assert reason in (errors or [""])[0]
        return list(sent)

    return run


def test_what_is_printed_goes_out_in_order(run):
    code = "import sys\nprint('a', 1)\nprint('b', file=sys.stderr)"
    assert "".join(text for kind, text in run(code) if kind == "stdout") == "a 1\n"
    assert ("stderr", "b") in run(code)


def test_the_last_expression_shows_unless_it_is_none(run):
    assert run("x = 6\nx * 7") == [("value", "42")]
    assert run("x") == [("value", "6")]
    assert run("None") == []
    assert run("x = 1") == []
    assert run("") == []


def test_a_consoles_prompts_and_answers_may_be_pasted(run):
    pasted = ">>> def twice(x):\n...     return 2 * x\n...\n>>> twice(3)\n6\n>>>\n>>> twice(4)"
    assert run(pasted) == [("value", "8")]
    [(_, report)] = run(">>> 1 + 1\n2\n>>> 1 / 0")
    assert "line 3" in report


def test_what_is_set_for_the_context_stays_for_the_next_cell(run):
    run("import decimal, numpy as np\ndecimal.getcontext().prec = 50\nnp.seterr(divide='ignore')")
    assert run("decimal.getcontext().prec, np.geterr()['divide']") == [("value", "(50, 'ignore')")]
    run("import asyncio\nawait asyncio.sleep(0)\ndecimal.getcontext().prec = 40")
    assert run("decimal.getcontext().prec") == [("value", "40")]


def test_what_knows_its_html_goes_out_as_html(run):
    [(kind, content)] = run("from crossentropy.plots import sliders\nsliders('surprise', p=0.25)")
    assert (kind, content) == ("html", sliders("surprise", p=0.25)._repr_html_())


def test_an_error_shows_the_readers_lines_only(run):
    run("import json\ndef wrong():\n    return json.loads('{')")
    [(kind, report)] = run("wrong()")
    assert kind == "error"
    assert 'File "<cell 3>", line 1' in report
    assert "json.decoder.JSONDecodeError" in report
    assert "decoder.py" not in report
    assert "session.py" not in report


def test_the_cause_of_an_error_is_trimmed_too(run):
    [(_, report)] = run(
        "import json\ntry:\n    json.loads('{')\nexcept ValueError as e:\n    raise KeyError('k') from e"
    )
    assert "direct cause" in report
    assert "decoder.py" not in report


@pytest.mark.parametrize(
    ("source", "error"),
    [("1 +", "SyntaxError"), ("raise SystemExit(2)", "SystemExit"), ("import nowhere_x", "nowhere_x")],
)
def test_nothing_ends_the_session(run, source, error):
    assert error in run(source)[-1][1]
    assert run("1 + 1") == [("value", "2")]


def test_figures_are_sent_closed_and_do_not_leak_into_the_next_cell(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "live_session", session)
    plt = pytest.importorskip("matplotlib.pyplot")
    backend = plt.get_backend()
    importlib.import_module("web.src.figures")
    plt.switch_backend("module://web.src.figures")
    try:
        draw = "import matplotlib.pyplot as plt\nplt.figure()\n"
        [(kind, data)] = run(f"{draw}plt.show()")
        assert kind == "figure"
        assert data.startswith(b"\x89PNG")
        assert [kind for kind, _ in run(f"{draw}x = 1")] == ["figure"], "also without plt.show()"
        assert [kind for kind, _ in run(f"{draw}1 / 0")] == ["error"]
        assert plt.get_fignums() == []
    finally:
        plt.switch_backend(backend)


def text(sent):
    return "".join(content for _, content in sent)


def test_cells_may_await_and_display(run):
    assert run("async def six():\n    return 6\nx = await six()\nawait six() + x") == [("value", "12")]
    assert run("display(1, None, 'a')\n2") == [("value", "1"), ("value", "'a'"), ("value", "2")]
    assert "outside function" in text(run("return 1"))


@pytest.mark.parametrize("code", ["input('Name? ')", "import sys\nsys.stdin.read()"])
def test_nobody_can_be_asked(run, code):
    assert session.NOBODY in text(run(code))


def test_help_is_printed(run):
    assert "Help on built-in function len" in text(run("help(len)"))
    assert "for example help(" in text(run("help()"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("%time 6 * 7", "42"),
        ("x = 1\n%time x", "Wall time"),
        ("%%time\ny = 3\ny * y", "9"),
        ("%timeit -n 3 -r 2 sum(range(9))", "(mean ± std. dev. of 2 runs, 3 loops each)"),
        ("if True:\n    %timeit -r1 -n 1 pass", "1 run, 1 loop each"),
        ("%%timeit -n 2 -r 1 z = 5\nz + 1", "1 run, 2 loops"),
        ("%timeit -n 1 -r 1 1 / 0", "ZeroDivisionError"),
        ("%load_ext x", "%load_ext needs Jupyter; this page knows %time and %timeit, and has "),
        ("!pip install x", "! needs Jupyter"),
        ("%%time\n1 / 0", '"<cell 3>", line 2'),
    ],
)
def test_commands_of_jupyter(run, code, said):
    assert said in text(run(code))


def test_a_line_that_looks_like_a_command_is_none_in_code_that_is_python(run):
    assert run("(7\n%time)") == [("error", run("(7\n%time)")[0][1])]
    assert "NameError" in text(run("(7\n%time)"))
    assert run("%matplotlib inline") == []


@pytest.mark.slow
def test_a_package_that_is_missing_is_named_with_those_that_are_there(run):
    [(_, report)] = run("import nowhere_x.y")
    assert "No module named 'nowhere_x'" in report
    assert "numpy, " in report
    assert "open the chapter's notebook" in report
    assert "This page has" not in text(run("import json.nowhere")), "json is there"
    assert "raised" in text(run("raise ModuleNotFoundError('raised')"))


@pytest.mark.parametrize("said", ["None", "''", "'<b></b>'", "1 / 0", "7"])
def test_html_that_says_nothing_gives_way_to_the_repr(run, said):
    define = (
        f"class X:\n    def _repr_html_(self):\n        return {said}\n    def __repr__(self):\n        return 'x'\n"
    )
    assert run(f"{define}X()") == [("value", "x")]
    assert run("X")[0][0] == "value"


@pytest.mark.parametrize(
    ("seconds", "said"), [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (4.56e-6, "4.56 μs"), (7.8e-8, "78 ns"), (0, "0 ns")]
)
def test_durations(seconds, said):
    assert session.duration(seconds) == said
