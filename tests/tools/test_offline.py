"""tools/site/offline.py: a page that asks another host is found, a plain link is not."""

import re

import pytest

from tools.site import offline

GOOD = """<!DOCTYPE html><html><head>
<link rel="stylesheet" href="../_static/book.css">
<link rel="canonical" href="https://example.org/entropy.html">
<script src="../_static/a.js"></script>
<script>// see https://example.org
const page = "../_static/x.js"; const svg = "http://www.w3.org/2000/svg"</script>
</head><body><a href="https://doi.org/10.1002/x">a source</a> https://example.org in prose
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" alt=""><img src="../_images/a.svg" alt="">
<svg><a xlink:href="https://example.org/">a link in a drawing</a></svg>
<span class="katex-html" aria-hidden="true"><span style="height: 1em">x</span></span>
<code>&lt;script src="https://cdn.example/x.js"&gt;</code></body></html>"""

BAD = {
    "script": '<script src="https://cdn.example/x.js"></script>',
    "protocol": '<script async src="//cdn.example/x.js"></script>',
    "inline": '<script>const THEBE_JS_URL = "https://cdn.example/x.js"</script>',
    "sheet": '<link rel="stylesheet" href="https://cdn.example/x.css">',
    "preconnect": '<link href="https://cdn.example" rel="preconnect">',
    "image": '<img alt="" src="http://cdn.example/x.png">',
    "srcset": '<img alt="" src="x.png" srcset="x.png 1x, https://cdn.example/x.png 2x">',
    "drawing": '<svg><use xlink:href="https://cdn.example/x.svg#a"/></svg>',
    "frame": "<iframe src='https://cdn.example/'></iframe>",
    "font": "<style>@font-face { src: url(https://cdn.example/x.woff2) }</style>",
    "attribute": "<p style=\"background: url('//cdn.example/x.png')\">x</p>",
    "formula": '<span class="katex-html"><span><img alt="" src="//cdn.example/x.png"></span></span>',
    "formula, hidden": '<span class="katex-html"><span><img alt="" src="&#47;/cdn.example/x.png"></span></span>',
    "refresh": '<meta http-equiv="Refresh" content="0; url=https://cdn.example/">',
}


@pytest.fixture
def site(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "index.html").write_text(
        '<meta http-equiv="Refresh" content="0; url=book/index.html">', encoding="utf-8"
    )
    (tmp_path / "book" / "entropy.html").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_good_site_has_no_complaints(site):
    assert offline.complaints(site) == []


@pytest.mark.parametrize("html", BAD.values(), ids=BAD)
def test_bad_page_is_found(site, html):
    (site / "book" / "entropy.html").write_text(GOOD.replace("</body>", f"{html}</body>"), encoding="utf-8")
    [complaint] = offline.complaints(site)
    assert re.match(r"book/entropy\.html: .* asks another host: .*cdn\.example", complaint)


@pytest.mark.parametrize("css", ['@import "https://cdn.example/x.css";', "a { background: url(//cdn.example/x.png) }"])
def test_bad_style_sheet_is_found(site, css):
    (site / "_static").mkdir()
    (site / "_static" / "book.css").write_text(css, encoding="utf-8")
    [complaint] = offline.complaints(site)
    assert re.match(r"_static/book\.css: .* asks another host: .*cdn\.example", complaint)


def test_sources_and_templates_are_not_pages(site):
    for folder in ("_sources", "_static"):
        (site / folder).mkdir()
        (site / folder / "page.html").write_text(BAD["script"], encoding="utf-8")
    assert offline.complaints(site) == []
