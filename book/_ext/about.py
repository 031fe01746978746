"""What the site says of itself: a description of each page, a list of all pages, a page for what is not there."""

from pathlib import Path
from textwrap import shorten

from tools import chapters
from tools.site.policy import with_policy

from .search import words

LONG = 160  # characters of a description
GONE = """<section id="not-there"><h1>This page is not there</h1>
<p>The address may be mistyped, or from an edition in which the page had another name.</p>
<p class="start"><a class="reference internal" href="book/index.html">All chapters</a></p>
<p>You can also search the book: press <kbd>/</kbd>, or the magnifying glass.</p></section>"""


def without_sphinx_search(app):
    """No index, no search page: book/_ext/search.py."""
    app.builder.search = False


def describe(page):
    """A chapter's question, and the first words of the page."""
    questions = {f"book/{chapter.name}": chapter.question for chapter in chapters.chapters()}
    first = page.soup.select_one("p.promise, section > p:not([class])")
    text = words(first) if first else f"{page.context['title']} of {page.context['docstitle']}"
    page.context["description"] = shorten(f"{questions.get(page.name, '')} {text}", LONG, placeholder=" …")


def add_page_of_the_missing(app):
    yield "404", {"title": "Not there", "body": GONE}, "page.html"


def state_policy(site):
    site.pages = {path: with_policy(text) for path, text in site.pages.items()}


def list_pages(app, error):
    """A sitemap, once the address of the site is set in _config.yml."""
    if app.config.html_baseurl and not error:
        home = app.config.html_baseurl.rstrip("/")
        lines = "".join(f"<url><loc>{home}/book/{name}.html</loc></url>\n" for name in chapters.pages())
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
        (Path(app.outdir) / "sitemap.xml").write_text(text, encoding="utf-8")
