"""Light pages: one style sheet, sizes of figures, no search index before a search; the mends for those who hear."""

import os
from types import SimpleNamespace

import pytest

from book._ext import book_access, book_lean

HEAD = """<!DOCTYPE html><html><head>
    <meta name="viewport" content="a" /><meta name="viewport" content="b" />
    <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/book.css?v=2" />
    <link rel="icon" href="../_static/logo.svg"/>
    <script src="../_static/searchtools.js"></script>
    <script src="../searchindex.js"></script>
    <script src="../_static/doctools.js?v=1"></script>
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
    "doctools.js": 'document.body.className = "from-script"',
    "searchtools.js": "for (const q of " + book_lean.NOT_TEXT + ") {}",
}


@pytest.fixture
def site(tmp_path):
    for name, text in {
        "book/page.html": PAGE,
        "search.html": HEAD.replace("../", "") + "</body></html>",
        "index.html": '<meta http-equiv="Refresh" content="0; url=book/page.html">',
        "_images/a.svg": SVG,
        **{f"_static/{name}": text for name, text in CSS.items()},
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_one_sheet_with_the_rules_in_use(site):
    book_lean.make_lean(site)
    [sheet] = (site / "_static" / "styles").glob("book-*.css")
    css = sheet.read_text(encoding="utf-8")
    assert "unused" not in css
    assert css.index("url(../paper.png)") < css.index("color: red") < css.index(".ours")
    assert "from-script" in css
    assert "data:image/svg+xml" in css
    page = (site / "book" / "page.html").read_text(encoding="utf-8")
    assert page.count('rel="stylesheet"') == 1
    assert f'href="../_static/styles/{sheet.name}"' in page
    assert page.count('rel="preload"') == len(book_lean.PRELOADED)
    assert "preload" not in (site / "search.html").read_text(encoding="utf-8")


def test_a_second_time_changes_nothing(site):
    def state():
        return {path: path.read_text(encoding="utf-8") for path in site.rglob("*") if path.is_file()}

    book_lean.make_lean(site)
    once = state()
    book_lean.make_lean(site)
    assert state() == once


def test_a_page_left_from_before_gets_the_new_sheet(site):
    book_lean.make_lean(site)
    (site / "_static" / "book.css").write_text(".ours { color: black }")
    book_lean.make_lean(site)
    [sheet] = (site / "_static" / "styles").glob("book-*.css")
    assert "black" in sheet.read_text(encoding="utf-8")
    assert sheet.name in (site / "book" / "page.html").read_text(encoding="utf-8")


def test_the_search_index_comes_with_a_search(site):
    book_lean.make_lean(site)
    page, search = ((site / name).read_text(encoding="utf-8") for name in ("book/page.html", "search.html"))
    assert "search" not in page
    assert "doctools" in page
    assert "searchindex.js" in search
    assert page.count("viewport") == 1


def test_a_figure_takes_its_room_early(site):
    page = site / "book" / "page.html"
    tag = '<img alt="A &quot;b&quot;" src="../_images/a.svg" style="width: 400px;"/>'
    sized = book_lean.sized(page, tag)
    assert sized == tag.replace("/>", ' width="400" height="200" loading="lazy" decoding="async"/>')
    assert book_lean.sized(page, sized) == sized
    assert 'width="200" height="100"' in book_lean.sized(page, '<img src="../_images/a.svg" alt="">')
    assert book_lean.sized(page, '<img src="../_images/none.svg">') == '<img src="../_images/none.svg">'


def test_results_quote_a_formula_once(site):
    script = site / "_static" / "searchtools.js"
    book_lean.readable_results(script)
    book_lean.readable_results(script)
    assert script.read_text(encoding="utf-8").count(".katex-html") == 1
    script.write_text("another version")
    with pytest.raises(book_lean.ExtensionError, match="searchtools"):
        book_lean.readable_results(script)


def test_fonts_that_no_rule_names_are_left_out(site):
    fonts = site / "_static" / "katex" / "fonts"
    fonts.mkdir(parents=True)
    for name in ("Named.woff2", "Other.woff2"):
        (fonts / name).touch()
    (site / "_static" / "styles" / "book-1.css").write_text("@font-face { src: url(../katex/fonts/Named.woff2) }")
    assert [font.name for font in book_lean.unasked(site)] == ["Other.woff2"]


def test_a_changed_static_file_makes_every_page_anew(tmp_path):
    static, styles = tmp_path / "static", tmp_path / "site" / "_static" / "styles"
    static.mkdir()
    styles.mkdir(parents=True)
    config = SimpleNamespace(html_static_path=["static"])
    app = SimpleNamespace(config=config, srcdir=tmp_path, outdir=tmp_path / "site")
    env = SimpleNamespace(found_docs={"b", "a"})
    assert book_lean.outdated(app, env, set(), set(), set()) == ["a", "b"]  # nothing was built
    (styles / "book-1.css").touch()
    assert book_lean.outdated(app, env, set(), set(), set()) == []
    (static / "book.css").touch()
    os.utime(static / "book.css", (4e9, 4e9))
    assert book_lean.outdated(app, env, set(), set(), set()) == ["a", "b"]


@pytest.mark.parametrize(("before", "after"), book_access.MENDS, ids=["region", "button", "sources"])
def test_mends_hold_when_made_twice(before, after):
    page = f"<body><x {before}></x></body>"
    assert book_access.mended(page) == page.replace(before, after)
    assert book_access.mended(book_access.mended(page)) == book_access.mended(page)
