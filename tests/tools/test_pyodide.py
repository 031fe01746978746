"""tools/pyodide.py and tools/live.py: only the right bytes are taken, and a book without Python says so."""

import hashlib
import json
import tomllib

import pytest

from tools.site import lite, live, pyodide

GOOD, BAD = b"the official wheel", b"another wheel"
WANTED = {"a.whl": hashlib.sha256(GOOD).hexdigest()}


def source(data):
    """A source that has one wheel, and counts how often it is asked."""
    calls = []

    def fetch(missing):
        calls.append(missing)
        return pyodide.verified({"a.whl": data}, missing)

    fetch.calls = calls
    return fetch


def test_the_first_source_with_the_right_sum_is_taken_and_kept(tmp_path):
    wrong, right, spare = source(BAD), source(GOOD), source(GOOD)
    sources = [("wrong", wrong), ("right", right), ("spare", spare)]
    assert pyodide.collect(WANTED, sources, tmp_path / "cache") == {"a.whl": GOOD}
    assert [len(s.calls) for s in (wrong, right, spare)] == [1, 1, 0]
    assert pyodide.collect(WANTED, sources, tmp_path / "cache") == {"a.whl": GOOD}
    assert len(right.calls) == 1, "a second build takes it from the cache"


def test_a_cache_that_was_tampered_with_is_not_used(tmp_path):
    (tmp_path / "a.whl").write_bytes(BAD)
    assert pyodide.collect(WANTED, [("right", source(GOOD))], tmp_path) == {"a.whl": GOOD}
    assert (tmp_path / "a.whl").read_bytes() == GOOD


def test_a_wheel_that_no_source_has_is_named(tmp_path):
    with pytest.raises(pyodide.MissingParts, match=r"no source has a\.whl .*tried: wrong"):
        pyodide.collect(WANTED, [("wrong", source(BAD))], tmp_path)


def test_the_lock_of_the_site_is_closed():
    lock = {"info": {}, "packages": {"x": {}, "y": {}}}
    x = {"name": "x", "depends": ["Y_z"]}
    assert list(pyodide.pruned(lock, {"x": x, "y-z": {"name": "y-z", "depends": []}})["packages"]) == ["x", "y-z"]
    with pytest.raises(pyodide.MissingParts, match="x needs Y_z"):
        pyodide.pruned(lock, {"x": x})


def test_every_pure_wheel_is_pinned_by_its_sum():
    pins = tomllib.loads(pyodide.PINS.read_text(encoding="utf-8"))
    assert len(pins["carriers"]) >= 3
    for name, pin in pins["pure"].items():
        assert len(pin["sha256"]) == 64, name
        assert pin["version"], name


@pytest.fixture
def web(tmp_path, monkeypatch):
    """Build into another place, where no source of the parts can be reached."""
    monkeypatch.setattr(live, "WEB", tmp_path)
    for name, path in (("STATIC", "static"), ("SITE", "html"), ("FACTS", "facts.json"), ("REASON", "why.txt")):
        monkeypatch.setattr(live, name, tmp_path / path)
    (tmp_path / "static" / "pyodide").mkdir(parents=True)
    for name in ("lite", "_static/live", "_static/pyodide"):
        (tmp_path / "html" / name).mkdir(parents=True)
    (tmp_path / "facts.json").write_text("{}")
    monkeypatch.setattr(live.node, "install", lambda: None)

    def nothing(out):
        raise pyodide.MissingParts("no source has numpy.whl")

    monkeypatch.setattr(pyodide, "assemble", nothing)
    return tmp_path


def test_without_python_the_book_is_built_and_says_so_at_the_end(web, capsys):
    assert live.main(["prepare"]) == 0
    assert live.main(["notebooks"]) == 0
    assert (
        not list(web.glob("static"))
        + list(web.glob("facts.json"))
        + list(web.glob("html/lite"))
        + list(web.glob("html/_static/*"))
    )
    capsys.readouterr()
    assert live.main(["verdict"]) == 0
    told = capsys.readouterr().out
    assert "WITHOUT LIVE CELLS" in told
    assert "no source has numpy.whl" in told


def test_without_python_a_build_that_requires_it_fails(web, capsys):
    assert live.main(["prepare", "--required"]) == 1
    assert "no source has numpy.whl" in capsys.readouterr().err


def test_a_live_book_has_nothing_to_confess(web, capsys):
    assert live.main(["verdict"]) == 0
    assert capsys.readouterr().out == ""


def test_jupyterlite_without_our_settings_is_refused(tmp_path):
    settings = json.loads(json.dumps(lite.SETTINGS))
    (tmp_path / "jupyter-lite.json").write_text(json.dumps(settings))
    lite.check(tmp_path)
    del settings["jupyter-config-data"]["litePluginSettings"][lite.KERNEL]["pyodideUrl"]
    (tmp_path / "jupyter-lite.json").write_text(json.dumps(settings))
    with pytest.raises(lite.LiteError, match="pyodideUrl"):
        lite.check(tmp_path)
