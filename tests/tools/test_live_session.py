"""web/src/session.py, the Python side of a live page, run by the Python of the tests."""

import importlib
import sys

import pytest

from crossentropy.plots import sliders
from web.src import session


@pytest.fixture
def run():
    """Run a cell and return [(kind, content)]; the names stay for the next cell."""
    sent = []
    here = session.Session(lambda kind, content: sent.append((kind, content)))

    def run(source):
        sent.clear()
        ok = here.run(source, "cell 3")
        assert ok == all(kind != "error" for kind, _ in sent)
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
