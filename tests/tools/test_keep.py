"""What a browser is told to keep of the book."""

import json

from tools.site import keep


def site(folder, **changed):
    """A small site."""
    names = ["book/index.html", "lite/index.html", "sw.js", "take-away/book.pdf", ".nojekyll"]
    names += [f"_static/pyodide/{name}" for name in ("pyodide.mjs", "unused.whl")]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(changed.get(name.rpartition("/")[2].partition(".")[0], name), encoding="utf-8")
    facts = folder.parent / "runtime.json"
    facts.write_text(json.dumps({"sizes": {"pyodide.mjs": 1}}), encoding="utf-8")
    keep.write(folder, facts)
    return json.loads((folder / "edition.json").read_text(encoding="utf-8"))


def test_the_pages_and_their_python_are_kept_and_nothing_else(tmp_path):
    listed = site(tmp_path / "site")
    assert listed["files"] == ["_static/pyodide/pyodide.mjs", "book/index.html", "manifest.webmanifest"]
    assert listed["size"] == sum((tmp_path / "site" / name).stat().st_size for name in listed["files"])


def test_an_edition_is_named_by_what_is_in_it(tmp_path):
    one = site(tmp_path / "a" / "site")
    assert site(tmp_path / "b" / "site") == one == site(tmp_path / "b" / "site")
    assert site(tmp_path / "c" / "site", index="changed")["edition"] != one["edition"]
    assert site(tmp_path / "d" / "site", book="changed")["edition"] == one["edition"]  # the PDF is no part of it
