"""The Python of the browser: only the right bytes are taken, and a book without it says so."""

import contextlib
import hashlib
import io
import json
import marshal
import os
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from tools.site import BuildError, build, lite, live, offline, pyodide
from web.src.compiled import compiled

GOOD, BAD = b"the official wheel", b"another wheel"
WANTED = {"a.whl": hashlib.sha256(GOOD).hexdigest()}


def source(data):
    """A source that has one wheel, and counts how often it is asked."""
    calls = []

    def fetch(missing):
        calls.append(missing)
        return {"a.whl": data}

    fetch.calls = calls
    return fetch


def test_the_first_source_with_the_right_sum_is_taken_and_kept(tmp_path):
    wrong, right, spare = source(BAD), source(GOOD), source(GOOD)
    sources = {"wrong": wrong, "right": right, "spare": spare}
    assert pyodide.collect(WANTED, sources, tmp_path / "cache") == {"a.whl": GOOD}
    assert [len(s.calls) for s in (wrong, right, spare)] == [1, 1, 0]
    assert pyodide.collect(WANTED, sources, tmp_path / "cache") == {"a.whl": GOOD}
    assert len(right.calls) == 1, "a second build takes it from the cache"


def test_a_cache_that_was_tampered_with_is_not_used(tmp_path):
    (tmp_path / "a.whl").write_bytes(BAD)
    assert pyodide.collect(WANTED, {"right": source(GOOD)}, tmp_path) == {"a.whl": GOOD}
    assert (tmp_path / "a.whl").read_bytes() == GOOD


def test_a_wheel_that_no_source_has_is_named(tmp_path):
    with pytest.raises(pyodide.MissingParts, match=r"no source has a\.whl .*tried: the cache; wrong"):
        pyodide.collect(WANTED, {"wrong": source(BAD)}, tmp_path)


def test_a_carrier_gives_what_is_in_its_folder(monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        wheel.writestr("carrier/pyodide/a.whl", GOOD)
        wheel.writestr("elsewhere/b.whl", BAD)
    asked = []

    def download(requirements, python):
        asked.append((requirements, python))
        return {"carrier-1-py3-none-any.whl": packed.getvalue()}

    monkeypatch.setattr(pyodide, "download", download)
    carrier = {"wheel": "carrier==1", "python": "3.12", "folder": "carrier/pyodide"}
    assert pyodide.from_carrier(carrier, ["a.whl", "b.whl", "c.whl"]) == {"a.whl": GOOD}
    assert asked == [(["carrier==1"], "3.12")]


def test_sources_in_their_order(monkeypatch):
    pins = {
        "pure": {"stack_data-0.6.3-py3-none-any.whl": "0" * 64, "six-1.17.0-py3-none-any.whl": "1" * 64},
        "carriers": [{"wheel": "carrier==1"}, {"wheel": "carrier==2"}],
    }
    monkeypatch.delenv("PYODIDE_DIST", raising=False)
    assert list(pyodide.sources(pins, "3.14")) == ["the index", "carrier==1", "carrier==2"]
    monkeypatch.setenv("PYODIDE_DIST", "/a/release")
    assert list(pyodide.sources(pins, "3.14")) == ["/a/release", "the index", "carrier==1", "carrier==2"]
    monkeypatch.setattr(pyodide, "download", lambda requirements, python: (requirements, python))
    index = pyodide.sources(pins, "3.14")["the index"]
    assert index(["stack_data-0.6.3-py3-none-any.whl", "numpy-2.4.3-cp314.whl"]) == (["stack-data==0.6.3"], "3.14")


def test_the_lock_of_the_site_is_closed():
    lock = {"info": {}, "packages": {"x": {}, "y": {}}}
    x = {"name": "x", "depends": ["Y_z"]}
    assert list(pyodide.pruned(lock, {"x": x, "y-z": {"name": "y-z", "depends": []}})["packages"]) == ["x", "y-z"]
    with pytest.raises(pyodide.MissingParts, match="x needs Y_z"):
        pyodide.pruned(lock, {"x": x})


def test_every_pure_wheel_is_pinned_by_its_sum():
    pins = tomllib.loads(pyodide.PINS.read_text(encoding="utf-8"))
    assert len(pins["carriers"]) >= 3
    for file, sha in pins["pure"].items():
        assert len(sha) == 64, file
        assert parse_wheel_filename(file), file


def test_a_source_that_fails_gives_its_reason_and_the_next_is_asked(tmp_path):
    def full(missing):
        raise OSError(28, "No space left on device")

    assert pyodide.collect(WANTED, {"full": full, "right": source(GOOD)}, tmp_path) == {"a.whl": GOOD}
    with pytest.raises(pyodide.MissingParts, match=r"full, \[Errno 28\] No space left on device"):
        pyodide.collect(WANTED, {"full": full}, tmp_path / "empty")


@pytest.mark.slow
def test_pip_says_why_it_has_no_wheel(monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(OSError, match="refused"):
        pyodide.download(["six==1.17.0"], "3.14")


def test_the_build_goes_on_without_a_cache(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert pyodide.collect(WANTED, {"right": source(GOOD)}, tmp_path / "file" / "cache") == {"a.whl": GOOD}
    assert "not kept for the next build" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_cache_keeps_no_half_of_a_file(tmp_path, capsys):
    (tmp_path / f"a.whl.{os.getpid()}").symlink_to("/dev/full")
    pyodide.keep({"a.whl": GOOD}, tmp_path)
    assert "No space left on device" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """What Node was given to compile."""
    given = []

    def run(script, job):
        given.append(json.loads(job))
        for source, target in given[-1]["files"]:
            Path(target).write_bytes(Path(source).read_bytes() + b", compiled")

    monkeypatch.setattr(pyodide.node, "run", run)
    monkeypatch.setattr(pyodide, "LOCK", tmp_path / "pyodide-lock.json")
    pyodide.LOCK.write_text("one Pyodide", encoding="utf-8")
    return given


def test_what_was_compiled_is_kept_until_it_changes(tmp_path, jobs):
    folder, cache = tmp_path / "compiled", tmp_path / "cache"
    for files in ({"a.whl": GOOD}, {"a.whl": GOOD}, {"a.whl": BAD}):
        made = pyodide.compiled(files, {}, ["a/fonts/"], folder, cache)
        assert made == {"a.whl": files["a.whl"] + b", compiled"}
    assert [len(job["files"]) for job in jobs] == [1, 1]
    assert jobs[0]["leave"] == ["a/fonts/"]
    assert len(list(folder.iterdir())) == 1, "the old one is gone"


def test_the_next_clone_compiles_only_our_own_package_and_another_pyodide_all(tmp_path, jobs):
    files, cache = {"a.whl": GOOD, "own.whl": BAD}, tmp_path / "cache"
    made = [pyodide.compiled(files, {"own.whl"}, [], tmp_path / name, cache) for name in ("one", "two")]
    assert made[0] == made[1] == {name: data + b", compiled" for name, data in files.items()}
    pyodide.LOCK.write_text("another Pyodide, with other bytecode", encoding="utf-8")
    pyodide.compiled(files, {"own.whl"}, [], tmp_path / "two", cache)
    assert [len(job["files"]) for job in jobs] == [2, 1, 2]
    assert [path.name.partition("-")[2] for path in cache.iterdir()] == ["a.whl"] * 2


def test_bytecode_stands_in_the_place_of_source_or_beside_it():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for name in ("a/x.py", "a/broken.py", "kept/__init__.py"):
            wheel.writestr(name, "1 +" if "broken" in name else "x = 6 * 7")
        wheel.writestr("a/data.txt", "data")
        wheel.writestr("a/fonts/f.txt", "font")
    made = zipfile.ZipFile(io.BytesIO(compiled(packed.getvalue(), {"leave": ["a/fonts/"], "keep": ["kept/"]})))
    [beside] = [name for name in made.namelist() if "__pycache__" in name]
    assert made.namelist() == ["a/x.pyc", "a/broken.py", "kept/__init__.py", beside, "a/data.txt"]
    names = {}
    exec(marshal.loads(made.read("a/x.pyc")[16:]), names)
    assert names["x"] == 42


@pytest.fixture
def web(tmp_path, monkeypatch):
    """Build into another place, where no source of the parts can be reached; the other steps do nothing."""
    monkeypatch.setattr(build, "SITE", tmp_path / "html")
    monkeypatch.setattr(build, "alone", contextlib.nullcontext)
    places = {"WEB": "", "STATIC": "static", "SITE": "html", "FACTS": "facts.json"}
    for name, path in places.items():
        monkeypatch.setattr(live, name, tmp_path / path)
    (tmp_path / "static" / "pyodide").mkdir(parents=True)
    for name in ("lite", "_static/live", "_static/pyodide"):
        (tmp_path / "html" / name).mkdir(parents=True)
    (tmp_path / "facts.json").write_text("{}", encoding="utf-8")

    def nothing(out):
        raise pyodide.MissingParts("no source has numpy.whl")

    monkeypatch.setattr(pyodide, "assemble", nothing)
    monkeypatch.setattr(build.node, "install", lambda: None)
    monkeypatch.setattr(build.node, "run", lambda *arguments: "")
    monkeypatch.setattr(build, "python", lambda *arguments: None)
    monkeypatch.setattr(offline, "complaints", list)
    monkeypatch.setattr(build.keep, "write", lambda: None)
    return tmp_path


@pytest.mark.slow
def test_without_python_the_book_is_built_and_says_so_at_the_end(web, capsys):
    assert build.main([]) is None
    assert (
        not list(web.glob("static"))
        + list(web.glob("facts.json"))
        + list(web.glob("html/lite"))
        + list(web.glob("html/_static/*"))
    )
    *_, index, _, headline, reason, _ = capsys.readouterr().out.splitlines()
    assert index.endswith("index.html")
    assert "WITHOUT LIVE CELLS" in headline
    assert "no source has numpy.whl" in reason


def test_without_python_a_build_that_requires_it_fails(web, capsys):
    assert "no source has numpy.whl" in build.main(["--live=required"])
    assert "index.html" not in capsys.readouterr().out


def test_a_live_book_has_nothing_to_confess(web, capsys, monkeypatch):
    monkeypatch.setattr(live, "prepare", lambda: None)
    monkeypatch.setattr(live, "notebooks", lambda: None)
    assert build.main([]) is None
    assert capsys.readouterr().out.splitlines()[-1].endswith("index.html, with live cells and JupyterLite")


def test_the_pages_alone_are_checked_and_nothing_is_built_beside_them(web, capsys, monkeypatch):
    ran = []
    monkeypatch.setattr(live, "prepare", lambda: None)
    monkeypatch.setattr(build, "python", lambda *arguments: ran.append(arguments[-1]))
    monkeypatch.setattr(build.keep, "write", lambda: ran.append("kept"))
    monkeypatch.setattr(live, "notebooks", lambda: ran.append("notebooks"))
    assert build.main(["--pages"]) is None
    assert ran == ["--quiet"]
    assert capsys.readouterr().out.splitlines()[-1].endswith("index.html, with live cells")
    monkeypatch.setattr(live, "prepare", lambda: "no source has numpy.whl")
    assert build.main(["--pages"]) is None
    assert "WITHOUT LIVE CELLS" in capsys.readouterr().out
    monkeypatch.setattr(offline, "complaints", lambda: ["a.html: script src asks another host: //cdn.example"])
    assert "cdn.example" in build.main(["--pages"])


def test_the_build_stops_at_the_first_step_that_fails(web, capsys, monkeypatch):
    def python(*arguments):
        raise BuildError(f"failed: {arguments[-1]}")

    monkeypatch.setattr(build, "python", python)
    assert build.main([]) == "failed: --quiet"
    assert capsys.readouterr().out.splitlines()[-1] == "pages"


@pytest.mark.slow
def test_a_page_that_asks_another_host_fails_the_build(web, monkeypatch):
    monkeypatch.setattr(offline, "complaints", lambda: ["a.html: script src asks another host: //cdn.example"])
    assert "cdn.example" in build.main([])


def test_a_command_that_fails_is_named():
    build.python("-c", "print('chat')")
    with pytest.raises(BuildError, match="raise SystemExit"):
        build.python("-c", "raise SystemExit(3)")


def test_jupyterlite_without_our_settings_is_refused(tmp_path):
    written = tmp_path / "jupyter-lite.json"
    settings = json.loads(lite.SETTINGS.read_text(encoding="utf-8"))
    [kernel] = settings["jupyter-config-data"]["litePluginSettings"].values()
    assert kernel["disablePyPIFallback"] is True
    kernel["of its own"] = 1
    written.write_text(json.dumps(settings), encoding="utf-8")
    lite.check(written)
    del kernel["pyodideUrl"]
    written.write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(BuildError, match="pyodideUrl"):
        lite.check(written)


def test_pages_of_jupyterlite_get_our_script_before_their_own():
    page = '<script id="jupyter-config-data">\n      {}\n    </script>\n<script>start</script>'
    assert lite.with_script(page).index("book.js") < lite.with_script(page).index("start")
    with pytest.raises(BuildError, match="where are their settings"):
        lite.with_script("<script>start</script>")
