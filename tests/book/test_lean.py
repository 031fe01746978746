"""A light site: one style sheet, sizes of figures, no script and no file that no page needs."""

import os
from types import SimpleNamespace

import pytest

from book._ext import lean, pages

HEAD = """<!DOCTYPE html><html><head>
    <meta name="viewport" content="a" /><meta name="viewport" content="b" />
    <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/book.css?v=2" />
    <link rel="icon" href="../_static/logo.svg"/>
    <script src="../_static/ours.js?v=1"></script>
</head><body>"""
PAGE = (
    HEAD + '<p class="used"><span class="katex">x</span></p>'
    '<img alt="A &quot;b&quot;" src="../_images/a.svg" style="width: 400px;"/>'
    '<img src="../_images/b.png"/></body></html>'
)
SVG = (
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="150pt" height="75pt" viewBox="0 0 150 75"/>'
)
CSS = {
    "styles/theme.css": '@import url("../basic.css");\n.used { color: red } .unused { color: blue }',
    "basic.css": ".used { background: url(paper.png) } .from-script { color: green }",
    "book.css": ".ours { background: url('data:image/svg+xml,%3Csvg/%3E') }",
    "ours.js": 'document.body.className = "from-script"',
}


@pytest.fixture
def site(tmp_path):
    for name, text in {
        "book/page.html": PAGE,
        "404.html": HEAD.replace("../", "") + "</body></html>",
        "index.html": '<meta http-equiv="Refresh" content="0; url=book/page.html">',
        "_images/a.svg": SVG,
        **{f"_static/{name}": text for name, text in CSS.items()},
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def make_lean(site):
    app = SimpleNamespace(outdir=site, builder=SimpleNamespace(format="html"))
    texts = [lean.keep_one_viewport, lean.size_images]
    pages.change_site(texts, [lean.merge_style_sheets], app, None)


def read(path):
    return path.read_text(encoding="utf-8")


def test_one_sheet_with_the_rules_in_use(site):
    make_lean(site)
    [sheet] = (site / "_static" / "styles").glob("book-*.css")
    css = read(sheet)
    assert "unused" not in css
    assert css.index("url(../paper.png)") < css.index("color: red") < css.index(".ours")
    assert "from-script" in css
    assert "data:image/svg+xml" in css
    page = read(site / "book" / "page.html")
    assert page.count('rel="stylesheet"') == 1
    assert f'href="../_static/styles/{sheet.name}"' in page
    assert page.count('rel="preload"') == 1 + len(lean.PRELOADED)
    assert read(site / "404.html").count('rel="preload"') == 1  # the font of the headings


def test_a_font_that_a_rule_in_use_names_is_kept(site):
    faces = "".join(
        f"@font-face {{ font-family: {name}; src: url({name}.woff2) }}" for name in ("Long", "Short", "Idle")
    )
    rules = ".used { font-family: Long, serif } .katex { font: normal 1.21em Short, serif } .unused { font: 1em Idle }"
    (site / "_static" / "basic.css").write_text(faces + rules, encoding="utf-8")
    make_lean(site)
    [sheet] = (site / "_static" / "styles").glob("book-*.css")
    assert [name for name in ("Long", "Short", "Idle") if f"{name}.woff2" in read(sheet)] == ["Long", "Short"]


def test_a_second_time_changes_nothing(site):
    make_lean(site)
    once = {path: read(path) for path in site.rglob("*") if path.is_file()}
    make_lean(site)
    assert {path: read(path) for path in site.rglob("*") if path.is_file()} == once


def test_a_page_left_from_before_gets_the_new_sheet(site):
    fresh = read(site / "404.html")
    make_lean(site)
    (site / "404.html").write_text(fresh, encoding="utf-8")  # Sphinx writes it whenever it writes a page
    (site / "_static" / "book.css").write_text(".ours { color: black }", encoding="utf-8")
    make_lean(site)
    [sheet] = (site / "_static" / "styles").glob("book-*.css")
    assert "black" in read(sheet)
    for name in ("404.html", "book/page.html"):
        assert sheet.name in read(site / name)
        assert read(site / name).count('rel="stylesheet"') == 1
    assert read(site / "book" / "page.html").count('rel="preload"') == 1 + len(lean.PRELOADED)


def test_pages_that_ask_for_different_sheets_are_refused(site):
    (site / "404.html").write_text(HEAD.replace("../", "").replace("book.css", "other.css"), encoding="utf-8")
    with pytest.raises(lean.ExtensionError, match="different style sheets"):
        make_lean(site)


def test_a_page_asks_for_no_script_that_it_has_no_use_for(page):
    made = page("")
    made.context["script_files"] = [SimpleNamespace(filename=f"_static/{name}") for name in ("ours.js", *lean.SCRIPTS)]
    lean.leave_out_scripts(made)
    assert [script.filename for script in made.context["script_files"]] == ["_static/ours.js"]


def test_one_viewport_is_enough(site):
    make_lean(site)
    assert read(site / "book" / "page.html").count("viewport") == 1


def test_a_figure_takes_its_room_early(site):
    page = site / "book" / "page.html"
    tag = '<img alt="A &quot;b&quot;" src="../_images/a.svg" style="width: 400px;"/>'
    sized = lean.sized(page, tag)
    assert sized == tag.replace("/>", ' width="400" height="200" loading="lazy" decoding="async"/>')
    assert lean.sized(page, sized) == sized
    assert 'width="200" height="100"' in lean.sized(page, '<img src="../_images/a.svg" alt="">')
    assert lean.sized(page, '<img src="../_images/none.svg">') == '<img src="../_images/none.svg">'


def test_fonts_that_no_rule_names_are_left_out(site):
    fonts = site / "_static" / "katex" / "fonts"
    fonts.mkdir(parents=True)
    for name in ("Named.woff2", "Other.woff2"):
        (fonts / name).touch()
    (site / "_static" / "styles" / "book-1.css").write_text(
        "@font-face { src: url(../katex/fonts/Named.woff2) }", encoding="utf-8"
    )
    lean.drop_unused_fonts(pages.Site(site, {}))
    assert [font.name for font in fonts.iterdir()] == ["Named.woff2"]


def test_the_site_keeps_what_its_pages_need(tmp_path):
    kept = ["katex/fonts/a.woff2", "scripts/bootstrap.js", "book.css"]
    dropped = ["scripts/fontawesome.js", "vendor/x.js", "styles/a.css.map"]
    for name in [*kept, *dropped]:
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    lean.drop_unused_files(pages.Site(tmp_path, {}))
    left = sorted(p.relative_to(tmp_path / "_static").as_posix() for p in tmp_path.rglob("*.*") if p.is_file())
    assert left == sorted(kept)


def test_a_changed_static_file_makes_every_page_again(tmp_path):
    static, styles = tmp_path / "static", tmp_path / "site" / "_static" / "styles"
    static.mkdir()
    styles.mkdir(parents=True)
    (tmp_path / "one.js").touch()
    config = SimpleNamespace(html_static_path=["static", "one.js"])
    app = SimpleNamespace(config=config, srcdir=tmp_path, outdir=tmp_path / "site")
    env = SimpleNamespace(found_docs={"b", "a"})
    assert lean.every_page_if_files_changed(app, env, set(), set(), set()) == ["a", "b"]  # nothing was built
    (styles / "book-1.css").touch()
    assert lean.every_page_if_files_changed(app, env, set(), set(), set()) == []
    (static / "book.css").touch()
    os.utime(static / "book.css", (4e9, 4e9))
    assert lean.every_page_if_files_changed(app, env, set(), set(), set()) == ["a", "b"]
