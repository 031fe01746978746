"""The whole book as PDF and EPUB: a small one here, of two chapters and the answers to their questions."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from tools.course import editions
from tools.site import take_away

NAMES = {"The five chapters": ["information", "kl-divergence"], "Teaching": ["notation"]}
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def made():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(take_away.chapters, "parts", lambda: NAMES)
        parts = take_away.parts()
        with ThreadPoolExecutor(1) as apart:  # Playwright runs twice in no thread
            data, _, cover = apart.submit(take_away.pdf, parts).result()
        return PdfReader(io.BytesIO(data)), take_away.epub(parts, cover)


def test_the_pdf_has_bookmarks_true_page_numbers_and_the_answers_at_the_end(made):
    reader, _ = made
    texts = [page.extract_text() for page in reader.pages]
    assert reader.metadata.title == take_away.TITLE
    assert re.search(r"Version \d+\.\d+\.\d+, \d+ \w+ \d{4}", texts[0])
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[2:] == ["About this book", "1. Information", "3. KL divergence", "Answers and solutions", "Notation"]
    contents = dict(re.findall(r"^(.+?)\s*(\d+)$", texts[1], re.M))
    for title in titles[2:]:
        place = int(contents[title])
        assert title in re.sub(r"\s+", " ", texts[place - 1]), f"{title} is not on page {place}"
    answers = range(int(contents["Answers and solutions"]) - 1, int(contents["Notation"]) - 1)
    solution = [n for n, text in enumerate(texts) if "Exercise 3.1" in text]
    assert solution[-1] in answers
    assert not [n for n, text in enumerate(texts) if re.search(r"Not right|Show solution|:::", text)]


def test_every_link_within_the_pdf_has_a_place(made):
    reader, _ = made
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots", ())]
    inner = [link["/Dest"] for link in links if "/Dest" in link]
    assert len(inner) > 100
    assert {str(place) for place in inner} <= set(reader.named_destinations)


def test_the_epub_is_whole(made):
    """Its files are well formed and listed, its links lead, formulas are MathML, and the first file is stored."""
    _, files = made
    with zipfile.ZipFile(io.BytesIO(editions.zipped(files))) as archive:
        first, *others = archive.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert all(archive.read(info) for info in others)
    pages = {name: ElementTree.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}
    package = ElementTree.fromstring(files["book/package.opf"])
    listed = {f"book/{item.get('href')}" for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert listed == set(files) - {"mimetype", "META-INF/container.xml", "book/package.opf"}
    ids = {f"{name}#{e.get('id')}" for name, page in pages.items() for e in page.iter() if e.get("id")}
    for page in pages.values():
        links = [e.get("href") for e in page.iter(f"{XHTML}a") if not e.get("href").startswith(("http", "mailto"))]
        assert {f"book/{link}" for link in links} <= ids | set(pages)
        assert {f"book/{image.get('src')}" for image in page.iter(f"{XHTML}img")} <= set(files)
    formulas = len(list(pages["book/kl-divergence.xhtml"].iter("{http://www.w3.org/1998/Math/MathML}math")))
    assert formulas > 50
    assert 'class="katex' not in files["book/kl-divergence.xhtml"]


def test_an_answer_is_given_at_the_end_alone(made):
    _, files = made
    assert "Not right" not in "".join(text for text in files.values() if isinstance(text, str))
    assert 'class="quiz-why"' not in files["book/kl-divergence.xhtml"]
    assert files["book/kl-divergence.xhtml"].count('class="to-answer"') == files["book/solutions.xhtml"].count(
        'id="kl-divergence--'
    )
