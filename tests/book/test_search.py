"""What of a page can be found, under which title, and what of it is left out."""

from book._ext import formulas, search

MATH = (
    '<span class="math"><span class="katex-mathml"><math><mfrac><mn>1</mn><mn>2</mn></mfrac>'
    '<annotation>\\frac12</annotation></math></span><span class="katex-html">12</span></span>'
)
PAGE = f"""<html><body><nav>Furniture</nav><article class="bd-article"><section id="a">
<h1><span class="section-number">3. </span>A chapter<a class="headerlink">#</a></h1>
<p class="at-a-glance">25 minutes</p>
<p>The hook, {MATH}.</p>
<section id="b"><h2>A section<a class="headerlink">#</a></h2><p>Its text.</p>
<div class="cell"><div class="cell_input"><div class="highlight"><pre>code</pre></div></div></div>
<div class="proof theorem admonition" id="thm">
<p class="admonition-title">Theorem 3.1 (Name)</p><p>What holds.</p></div>
<div class="proof admonition" id="proof"><p>Why it holds.</p></div>
<div class="exercise admonition" id="ex">
<p class="admonition-title">Exercise 3.1</p><p>The task.</p></div>
<div class="solution dropdown admonition" id="sol"><p>The solution.</p></div>
<div class="quiz"><p>The question</p><div class="quiz-options"><details>The answer</details></div></div>
<figure id="fig"><figcaption>
<p><span class="caption-number">Figure 3.1 </span>The caption.</p></figcaption></figure>
</section><section id="c"><h2>Check yourself</h2><div class="quiz-review">The answers</div></section>
<dl class="glossary"><dt id="t1">term</dt><dt id="t2">its other name</dt><dd>What it is.</dd></dl>
<dl class="py"><dt class="sig" id="f">f(x)</dt><dd>What it gives.</dd></dl>
<div class="citation" id="s"><p>Author. Title.</p></div>
</section></article></body></html>"""


def test_each_part_has_a_title_an_address_and_its_own_text():
    found = {entry["title"]: entry for entry in search.records(PAGE, "book/p.html")}
    assert {title: (entry["kind"], entry["url"], entry["text"]) for title, entry in found.items()} == {
        "3. A chapter": ("chapter", "book/p.html", "The hook, 1/2."),
        "A section": ("section", "book/p.html#b", "Its text. Why it holds. The question"),
        "Theorem 3.1 (Name)": ("statement", "book/p.html#thm", "What holds."),
        "Exercise 3.1": ("statement", "book/p.html#ex", "The task."),
        "Figure 3.1": ("figure", "book/p.html#fig", "The caption."),
        "term, its other name": ("term", "book/p.html#t1", "What it is."),
        "f(x)": ("function", "book/p.html#f", "What it gives."),
        "Author. Title.": ("source", "book/p.html#s", "Author. Title."),
    }
    assert found["A section"]["page"] == "3. A chapter"


def test_a_formula_can_be_read_in_a_line():
    tex = {
        r"-\sum_i p_i \log q_i": "−∑ᵢpᵢ log qᵢ",
        r"\operatorname{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}}": "softmax(z)ₖ = e^(zₖ)/∑ⱼe^(zⱼ)",
        r"2^{-n+1}": "2⁻ⁿ⁺¹",
        r"H(X) + H(Y) = -1": "H(X) + H(Y) = −1",
        r"\underbrace{x + 1}_{\text{new}}": "x + 1 _(new)",
        r"\sigma(z)": "σ(z)",
    }
    setter = formulas.Typesetter()
    page = '<article class="bd-article"><section id="a"><h1>T</h1>{}</section></article>'
    for formula, read in tex.items():
        [entry] = search.records(page.format(f"<p>{setter.html(formula, False)}</p>"), "p.html")
        assert entry["text"] == read
    setter.close()
