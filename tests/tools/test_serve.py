"""tools/site/serve.py: the book as any machine should serve it."""

import mimetypes
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tools.site import serve


@pytest.fixture
def home(tmp_path):
    for name in ("a.js", "a.mjs", "a.wasm", "a.json", "a.css", "a.svg", "index.html"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    with serve.served(tmp_path) as home:
        yield home


def test_types_do_not_depend_on_the_machine(home, monkeypatch):
    monkeypatch.setattr(mimetypes, "guess_type", lambda *arguments, **options: ("text/plain", None))
    monkeypatch.setattr(mimetypes, "guess_file_type", lambda *arguments, **options: ("text/plain", None), raising=False)
    found = {}
    for name in ("js", "mjs", "wasm", "json", "css", "svg"):
        with urllib.request.urlopen(f"{home}a.{name}") as answer:
            found[name] = answer.headers.get_content_type()
            assert answer.read().decode() == f"a.{name}"
    assert found == {
        "js": "text/javascript",
        "mjs": "text/javascript",
        "wasm": "application/wasm",
        "json": "application/json",
        "css": "text/css",
        "svg": "image/svg+xml",
    }


def test_this_machine_alone_is_served_and_quietly(home, capfd):
    assert home.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(home) as answer:
        assert answer.read() == b"index.html"
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        urllib.request.urlopen(f"{home}nowhere.html")
    error.value.close()
    assert capfd.readouterr() == ("", "")


def test_what_is_not_there_is_answered_with_the_books_own_page(home, tmp_path):
    (tmp_path / "404.html").write_text("Not there", encoding="utf-8")
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        urllib.request.urlopen(f"{home}book/nowhere.html")
    assert error.value.headers.get_content_type() == "text/html"
    assert error.value.read() == b"Not there"


def test_the_server_ends_with_its_block(tmp_path):
    with serve.served(tmp_path) as home:
        pass
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(home)


def test_a_copy_beside_the_pages_serves_them(tmp_path):
    (tmp_path / "index.html").write_text("the book", encoding="utf-8")
    shutil.copy(serve.__file__, tmp_path)
    command = [sys.executable, "-I", tmp_path / "serve.py", "0"]
    with subprocess.Popen(command, cwd="/", stdout=subprocess.PIPE, encoding="utf-8") as running:
        try:
            with urllib.request.urlopen(running.stdout.readline().split()[0]) as answer:
                assert answer.read() == b"the book"
        finally:
            running.terminate()
