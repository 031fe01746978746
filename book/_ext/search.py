"""What the search finds: each section, theorem, exercise, figure, term and function, under a title and an address of
its own. Pagefind makes its index of them; a page loads that with the first letter that a reader types.

Pagefind alone was tried on whole pages: it finds a page, and not the exercise or the term in it, because Sphinx names
the section and not its heading.
"""

import json
import re
from collections import Counter
from textwrap import shorten
from unicodedata import combining, normalize

from tools import chapters
from tools.site import node

from .pages import fragment, without_drawings

#: Furniture, and what a reader wants to find out alone. A selector with all of them would take three times as long.
LEFT_OUT = {
    *("headerlink", "live-bar", "sliders", "at-a-glance", "course", "toctree-wrapper", "visually-hidden"),
    *("quiz-options", "quiz-review", "quiz-kind", "answer-lead", "tag_answer"),
    *("solution", "tag_solution", "in-solution", "hide", "output"),
}
LEFT_OUT_TAGS = {"script", "style", "button", "annotation"}
#: What has a record of its own: the kind, the parts, and where in a part its title is.
PARTS = {
    "statement": ("div.proof[id], div.exercise[id]", ".admonition-title"),
    "figure": ("figure[id]", ".caption-number"),
    "function": ("dl.py", "dt"),
    "source": ("div.citation[id]", "p"),
}
ROOM_BEFORE = ["p", "li", "td", "th", "dt", "dd"]
LONG = 90  # characters of a title
SMALL = {
    "_": str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"),
    "^": str.maketrans("0123456789+−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"),
}
PLACES = {"msub": "_", "munder": "_", "msup": "^", "msubsup": "_^", "munderover": "_^"}


def words(tag):
    """The text of a part, as one line."""
    return re.sub(r"\s+", " ", tag.get_text()).strip(" #")


def parted(text):
    """With a hair space after the dash of Jensen–Shannon, so that each of the two is found."""
    return re.sub(r"(?<=\w)–(?=[^\W\d])", "–\N{HAIR SPACE}", text)


def record(kind, title, address, tag, **more):
    return {"kind": kind, "title": parted(title), "url": address, "text": parted(words(tag)), **more}


def small(text, sign):
    """An index or an exponent."""
    if all(ord(letter) in SMALL[sign] for letter in text):
        return text.translate(SMALL[sign])
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def set_in_a_line(article):
    """Formulas as they are read in an excerpt: small letters where Unicode has them, room around signs and names."""
    for fraction in article.find_all("mfrac"):
        fraction.contents[0].insert_after("/")
    for tag in reversed(article.find_all(list(PLACES))):  # from the inside
        for part, sign in zip(tag.find_all(recursive=False)[1:], PLACES[tag.name], strict=True):
            part.string = small(words(part).strip("⏟"), sign)
    for tag in article.find_all(["mi", "mo"]):
        text = tag.get_text()
        before = tag.previous_sibling
        if re.fullmatch("[=≤≥<>≈∝→⋅×∣]", text) or (
            text in "+−" and before and (before.name != "mo" or before.text in ")]")
        ):
            tag.string = f" {text} "
        elif re.fullmatch(r"\w{2,}", text):
            tag.string = f" {text}"
        elif text == "\N{FUNCTION APPLICATION}":
            tag.string = "" if str(tag.next_sibling).startswith("<mo stretchy") else " "


def records(text, address):
    """What of a page can be found, from the smallest part to the page itself."""
    article = text[text.index('<article class="bd-article"') : text.index("</article>")]
    article = re.sub(r"<pre\b.*?</pre>", "", without_drawings(article)[0], flags=re.S)  # code, half of all tags
    article = fragment(article).article
    for tag in article.find_all(lambda tag: tag.name in LEFT_OUT_TAGS or not LEFT_OUT.isdisjoint(tag.get("class", ()))):
        tag.decompose()
    set_in_a_line(article)
    for tag in article.find_all(ROOM_BEFORE) + article.find_all(class_="classifier"):
        tag.insert_before(" ")
    for kind, (parts, title) in PARTS.items():
        for part in reversed(article.select(parts)):
            if heading := part.select_one(title):
                name = heading["id"] if kind == "function" else part["id"]
                if kind != "source":  # which is its own title
                    heading.extract()
                yield record(kind, shorten(words(heading), LONG, placeholder="…"), f"{address}#{name}", part)
                part.decompose()
    for term in article.select("dl.glossary > dt"):
        if term.find_previous_sibling() is None or term.find_previous_sibling().name == "dd":
            names = [term]
            while names[-1].find_next_sibling().name == "dt":
                names.append(names[-1].find_next_sibling())
            title = ", ".join(map(words, names))
            yield record("term", title, f"{address}#{term['id']}", names[-1].find_next_sibling())
    for terms in article.select("dl.glossary"):
        terms.decompose()
    page, numbered = words(article.h1), article.h1.select_one(".section-number")
    headings = [heading for heading in article.find_all(["h1", "h2", "h3"]) if heading.parent.name == "section"]
    for heading in reversed(headings):
        section = heading.parent.extract()
        title = words(heading.extract())
        if heading.name == "h1":
            yield record("chapter" if numbered else "page", title, address, section)
        elif words(section):
            kind = "section" if numbered else "appendix"
            yield record(kind, title, f"{address}#{section['id']}", section, page=page)


def make_index(site):
    """Pagefind's files for the finished pages, and the words of the book, the most frequent first."""
    found = [
        found
        for name in chapters.pages()
        for found in records(site.pages[site.folder / "book" / f"{name}.html"], f"book/{name}.html")
    ]
    text = normalize("NFD", " ".join(f"{entry['title']} {entry['text']}" for entry in found).lower())
    count = Counter(re.findall(r"[^\W\d_]{3,}", "".join(letter for letter in text if not combining(letter))))
    asked = {"records": found, "words": " ".join(word for word, _ in count.most_common())}
    node.run("src/search-index.mjs", site.static / "pagefind", input=json.dumps(asked))
