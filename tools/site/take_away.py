"""The whole book in one file, to take away: PDF and EPUB, beside the pages in _build/html/take-away.

    make take-away      builds the book, links both on its first page, and makes them of the finished pages

Chromium prints the PDF, once to learn on which page each thing is, and once with the numbers of these pages. In both
files the solutions, and the answers to the questions, stand at the end.
"""

import io
import json
import re
import sys
import uuid
from html import escape
from typing import NamedTuple
from urllib.parse import quote, unquote

from bs4 import Tag

from book._ext.pages import following, fragment
from tools import chapters
from tools.course import editions
from tools.edition import DATE, IN_WORDS, TITLE, VERSION
from tools.site import ROOT, SITE, WEB, chromium, serve
from tools.templates import filled

STYLES = ROOT / "web" / "src" / "take-away"
INTO = SITE / "take-away"
NAME = "cross-entropy-from-first-principles"
#: What only a screen has a use for, and code that the page folds away.
SCREEN = "script, style, button, progress, svg, .headerlink, .live-bar, .answer-lead, .tag_answer, .toctree-wrapper, "
SCREEN += ".quiz-status, .quiz-again, .quiz-score, .quiz-key, details.hide > summary, details.hide:not([open]), "
SCREEN += "p.course, p.start, .take-away, .katex-mathml annotation"
PATIENCE = 600_000  # milliseconds
KEPT = {"alt", "class", "colspan", "height", "href", "id", "rowspan", "scope", "src", "start", "width"}  # attributes


class Part(NamedTuple):
    """A page of the book, or what the file adds to it."""

    name: str
    title: str
    soup: Tag
    part: str = ""  # the part that begins here


# From the pages to a book ---------------------------------------------------------------------------------


def page(name, site=SITE):
    """A page as a chapter: every id begins with the page's name, every link within the book leads to an id."""
    soup = fragment((site / "book" / f"{name}.html").read_text(encoding="utf-8")).select_one("article.bd-article")
    for element in soup.select(SCREEN):
        element.decompose()
    for element in soup.select("details.hide, details.sd-dropdown"):
        element.unwrap()
    for title in soup.select("summary.sd-summary-title"):
        title.name, title["class"] = "p", ["admonition-title"]
    for link in soup.select("a[href]"):
        target, _, place = link["href"].partition("#")
        if not target or re.fullmatch(r"[\w-]+\.html", target):
            link["href"] = f"#{target.removesuffix('.html') or name}{'--' * bool(place)}{unquote(place)}"
        elif target.startswith(("http", "mailto")):
            link["href"] = quote(link["href"], safe="#%/:;?=&,()+!~*@$'")
        else:  # a figure of its own, the slides, the editions
            link.unwrap()
    for element in soup.select("[id]"):
        element["id"] = f"{name}--{element['id']}".replace("/", "-")
    formulas = {id(element) for formula in soup.select(".katex") for element in formula.find_all(True)}
    for element in soup.find_all(True):
        if id(element) not in formulas:
            element.attrs = {key: value for key, value in element.attrs.items() if key in KEPT}
    soup.name, soup.attrs = "section", {"id": name, "class": ["chapter", name]}
    return soup


def answers(soup):
    """Take the worked solutions and the answers to the questions out of a chapter; where they were, a link to them."""
    found = []
    for number, asked in enumerate(soup.select("div.quiz"), 1):
        right = asked.select_one("details.right")
        body = (
            f"<b>{right.select_one('.quiz-letter').get_text()}.</b> {right.select_one('.quiz-text').decode_contents()}"
        )
        why = right.select_one(".quiz-why")
        why.select_one(".quiz-verdict").decompose()
        title = asked.select_one(".quiz-title")
        title.select_one(".quiz-kind").string = f"Question {number}. "
        found.append(_answer(asked, title.get_text(), f"<p>{body}</p>{why.decode_contents()}"))
        for option in asked.select("details"):
            option.select_one(".quiz-why").decompose()
            option.summary.unwrap()
            option.name = "p"
    for solution in soup.select("div.solution"):
        link = solution.select_one(".admonition-title a")
        cells = list(following(solution, "in-solution"))
        body = solution.section.decode_contents() + "".join(str(cell) for cell in cells)
        found.append(_answer(soup.find(id=link["href"][1:]), link.get_text(), body))
        for element in (solution, *cells):
            element.decompose()
    return "".join(found)


def _answer(asked, title, body):
    name = f"{asked['id']}-answer"
    kind = "Answer" if "quiz" in asked["class"] else "Solution"
    asked.append(fragment(f'<p class="to-answer"><a class="page" href="#{name}">{kind}</a></p>'))
    return f'<div class="answer" id="{name}"><h3><a href="#{asked["id"]}">{title.strip()}</a></h3>{body}</div>'


def parts(site=SITE):
    """The book in its order: the first page, the chapters and appendices, all answers, what one looks up."""
    made, solved = [], []
    for caption, names in {"": ["index"], **chapters.parts()}.items():
        for name in names:
            soup = page(name, site)
            title = soup.h1.get_text().strip()
            if name == "index":
                title = soup.h1.string = "About this book"
            if found := answers(soup):
                solved.append(f'<h2><a href="#{name}">{escape(title)}</a></h2>{found}')
            made.append(Part(name, title, soup, caption if name == names[0] else ""))
    text = (
        f'<section class="chapter solutions" id="solutions"><h1>Answers and solutions</h1>{"".join(solved)}</section>'
    )
    place = next(n for n, part in enumerate(made) if part.part == "Teaching")
    made.insert(place, Part("solutions", "Answers and solutions", fragment(text).section, "Answers"))
    known = {element["id"] for part in made for element in [part.soup, *part.soup.select("[id]")]}
    for part in made:
        for link in part.soup.select('a[href^="#"]'):
            if link["href"][1:] not in known:
                link.unwrap()
    return made


def contents(made, address="#{}".format):
    """The list of parts and chapters."""
    lines = []
    for part in made:
        if part.part:
            lines.append(f'<li class="part">{part.part}</li>')
        lines.append(f'<li><a class="page" href="{address(part.name)}">{escape(part.title)}</a></li>')
    return f'<ol class="contents">{"".join(lines)}</ol>'


# PDF ------------------------------------------------------------------------------------------------------


def to_print(made):
    """The book as one page, for web/src/take-away/print.css; and its rules that name the chapter at the foot."""
    cover, feet = filled("cover.html", title=TITLE, edition=IN_WORDS), ""
    for name, title in ((part.name, json.dumps(part.title, ensure_ascii=False)) for part in made):
        feet += f"@page {name} {{ @bottom-left {{ content: {title} }} }} #{name} {{ page: {name} }}\n"
    body = fragment(
        f'{cover}<nav id="contents"><h1>Contents</h1>{contents(made)}</nav>' + "".join(str(part.soup) for part in made)
    )
    for math in body.select(".katex-mathml"):
        math.parent.attrs |= {"role": "math", "aria-label": math.get_text(" ", strip=True)}
        math.decompose()
    for link in body.select("a.page"):
        link.append(body.new_tag("span", attrs={"class": "number"}))
    for image in body.select("img"):
        image["src"] = image["src"].replace("../", "/_build/html/")
    return body, feet


def pdf(made):
    """The PDF, the number of its pages, and a picture of its cover."""
    import pikepdf  # which the book does not need, as Playwright
    from playwright.sync_api import sync_playwright

    body, feet = to_print(made)
    whole = WEB / "take-away.html"
    with sync_playwright() as playwright, serve.served(ROOT) as home:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.ALONE)
        window = browser.new_page(viewport={"width": 800, "height": 1140})
        window.set_default_timeout(PATIENCE)
        for _ in range(2):
            whole.write_text(filled("print.html", title=TITLE, feet=feet, body=body), encoding="utf-8")
            window.goto(f"{home}{whole.relative_to(ROOT).as_posix()}")
            window.evaluate("document.fonts.ready")
            data = window.pdf(prefer_css_page_size=True, outline=True, tagged=True, print_background=True)
            written = pikepdf.open(io.BytesIO(data))
            numbers = {page.objgen: number for number, page in enumerate(written.pages, 1)}
            for link in body.select("a.page"):
                place = written.Root.Dests[f"/{link['href'][1:]}"]
                link.select_one(".number").string = str(numbers[place[0].objgen])
        cover = window.locator(".cover").screenshot()
        browser.close()
    smaller = io.BytesIO()  # by half: Chromium does not pack its objects
    written.save(smaller, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return smaller.getvalue(), len(written.pages), cover


# EPUB -----------------------------------------------------------------------------------------------------

TYPES = {"css": "text/css", "png": "image/png", "svg": "image/svg+xml", "xhtml": "application/xhtml+xml"}


def epub(made, cover):
    """The files of the EPUB. It changes the parts: formulas become MathML, which reading programs set and speak."""
    home = {e["id"]: part.name for part in made for e in [part.soup, *part.soup.select("[id]")]}
    files = {"cover.png": cover, "book.css": (STYLES / "book.css").read_bytes()}
    picture = f'<p class="cover"><img src="cover.png" alt="{TITLE}, version {VERSION}"/></p>'
    files["cover.xhtml"] = filled("page.xhtml", title=TITLE, body=picture)
    contained = contents(made, "{}.xhtml".format)
    for part in made:
        body = part.soup
        for formula in body.select(".katex"):
            for sign in formula.select(
                "msub > mo:nth-child(3), msup > mo:nth-child(3)"
            ):  # of \ell_{\max}: one too many
                sign.decompose()
            place = formula.parent if "katex-display" in formula.parent.get("class", ()) else formula
            place.replace_with(formula.math)
        for link in body.select('a[href^="#"]'):
            place = link["href"][1:]
            link["href"] = f"{home[place]}.xhtml#{place}"
        for image in body.select("img"):
            path = SITE / "book" / image["src"]
            image["src"] = path.name
            files[path.name] = drawn(path.read_text(encoding="utf-8"))
        files[f"{part.name}.xhtml"] = filled("page.xhtml", title=part.title, body=body)
    flat = re.sub(r'<li class="part">.*?</li>', "", contained)
    listed = f'<nav epub:type="toc" id="toc"><h1>Contents</h1>{flat}</nav>'
    files["contents.xhtml"] = filled("page.xhtml", title="Contents", body=listed)
    facts = {"id": uuid.uuid5(uuid.NAMESPACE_URL, f"{NAME}-{VERSION}"), "title": TITLE, "date": DATE}
    items, names = map(item, files, files.values()), [part.name for part in made]
    files["package.opf"] = filled("package.opf", items=items, names=names, **facts)
    inside = {f"book/{name}": content for name, content in files.items()}
    return {"mimetype": "application/epub+zip", "META-INF/container.xml": filled("container.xml"), **inside}


def drawn(picture):
    """An SVG without the names that nothing in it uses, which may be there twice."""
    return re.sub(r'\sid="([^"]*)"', lambda name: name[0] * (f"#{name[1]}" in picture), picture)


def item(name, content):
    """A file's line in the list of the package."""
    stem, _, kind = name.rpartition(".")
    has = {"contents.xhtml": "nav", "cover.png": "cover-image"}.get(name, "")
    has += " mathml" * (kind == "xhtml" and "<math" in content)
    ident = f"{'f' * stem[0].isdigit()}{stem}-{kind}"  # which may not begin with a digit
    return {"id": ident, "name": name, "type": TYPES[kind], "properties": has.strip()}


def main():
    made = parts()
    data, pages, cover = pdf(made)
    INTO.mkdir(exist_ok=True)
    for kind, content in {"pdf": data, "epub": editions.zipped(epub(made, cover))}.items():
        path = INTO / f"{NAME}.{kind}"
        path.write_bytes(content)
        print(f"{path}: {len(content) / 1e6:.1f} MB{f', {pages} pages' * (kind == 'pdf')}")


if __name__ == "__main__":
    sys.exit(main())
