"""Formulas set at build time: the small forms, the refusals, and a page of Sphinx with all of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from book._ext import formulas

ROOT = Path(__file__).parents[2]

PAGE = r"""# The entropy $H(p)$

Inline $\tfrac12$, one character $½ + x$.

$$
H(p) = -\sum_x p(x) \ln p(x)
$$ (entropy)

By {eq}`entropy`:

\begin{align}
a &= b \\
c &= d
\end{align}

:::{admonition} Of $D(p\|q)$
:class: note
Text.
:::

```{math}
a = 1

b = 2
```
"""


@pytest.fixture
def typesetter():
    setter = formulas.Typesetter()
    yield setter
    setter.close()


def build(folder, text):
    """The page built by Sphinx with warnings as errors: the run, and the page."""
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(text, encoding="utf-8")
    (source / "conf.py").write_text(
        "from book._ext import formulas\n"
        "extensions = ['myst_parser']\nhtml_math_renderer = 'katex'\nlanguage = 'en'\n"
        "myst_enable_extensions = ['amsmath', 'colon_fence', 'dollarmath']\n"
        "def setup(app):\n"
        "    app.add_html_math_renderer('katex', (formulas.visit_inline, None), (formulas.visit_display, None))\n"
        "    app.connect('builder-inited', formulas.add_files)\n"
        "    app.connect('build-finished', formulas.finish)\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", source, folder / "site"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    return run, folder / "site"


def test_a_formula_is_for_eye_and_ear(typesetter):
    html = BeautifulSoup(typesetter.html(r"\frac{a}{b}", display=False), "html.parser")
    assert html.select_one("math mfrac")
    assert html.select_one(".katex-html")["aria-hidden"] == "true"
    assert "katex-display" in typesetter.html("x", display=True)


def test_one_process_sets_each_formula_once(typesetter):
    first = typesetter.html("x", display=False)
    process = typesetter.process
    assert typesetter.html("x", display=False) == first
    typesetter.html("y", display=False)
    assert typesetter.process is process
    assert len(typesetter.known) == 2


@pytest.mark.parametrize("tex", [r"\frac{1}", r"\nosuch", "x^", "é"])
def test_what_tex_refuses_is_refused(typesetter, tex):
    with pytest.raises(ValueError, match="KaTeX"):
        typesetter.html(tex, display=False)


@pytest.mark.parametrize(
    ("typed", "set_"), [("½", r"\tfrac{1}{2}"), ("p = (⅓, ⅔)", r"p = (\tfrac{1}{3}, \tfrac{2}{3})")]
)
def test_a_fraction_typed_as_one_character_is_built_up(typed, set_):
    assert formulas.built_up(typed) == set_


def test_punctuation_stays_with_its_formula(page):
    made = page('<p>If <span class="math">x</span>, then <span class="math">y</span> holds.</p>')
    formulas.hold_punctuation(made)
    assert made.soup.get_text() == "If x, then y holds."
    assert made.soup.select_one(".unbroken").get_text() == "x,"
    assert len(made.soup.select(".unbroken")) == 1


@pytest.mark.slow
def test_page_with_every_kind_of_formula(tmp_path):
    run, site = build(tmp_path, PAGE)
    assert run.returncode == 0, run.stderr
    page = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    body = page.select_one(".body")
    assert body.select_one("h1 .katex")
    assert body.select_one(".admonition-title .katex")
    assert len(body.select("div.math .formula")) == 3
    assert [number.get_text()[:3] for number in body.select(".eqno")] == ["(1)", "(2)"]  # Sphinx's, not KaTeX's too
    assert not body.select(".katex-tag")
    assert body.select_one("a[href='#equation-entropy']:not(.headerlink)").get_text() == "(1)"
    assert len(body.select("div.math")[-1].select(".katex-display")) == 2
    assert not page.select("script[src*=mathjax], script[src*=katex]")
    assert ".woff2" in (sheet := (site / "_static" / "katex" / "katex.css").read_text(encoding="utf-8"))
    assert ".ttf" not in sheet
    assert {font.suffix for font in (site / "_static" / "katex" / "fonts").iterdir()} == {".woff2"}


@pytest.mark.slow
def test_a_mistake_stops_the_build_and_says_where(tmp_path):
    run, _ = build(tmp_path, "# Title\n\nFirst.\n\nThen $a + \\nosuch$.\n")
    assert run.returncode != 0
    assert "index.md:5" in run.stderr
    assert r"a + \\nosuch" in run.stderr


def test_lock_of_web_holds_versions_and_hashes():
    wanted = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in {**wanted.get("dependencies", {}), **wanted.get("devDependencies", {})}.items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package and "resolved" not in package for name, package in lock.items() if name)
