"""What pages say of the chapters: their time, what they build on, their questions, their slides."""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from tools import chapters

from .pages import fragment

TIME = '<p class="at-a-glance">About {minutes} minutes, and as long again with the exercises. Builds on {links}.</p>'
SLIDES = (
    '<p class="course">For teaching: <a href="{deck}">slides of this chapter</a>, '
    '<a href="{notes}">notes for the speaker</a>.</p>'
)


def chapter_of(page):
    """The chapter that a page is, or None."""
    return next((chapter for chapter in chapters.chapters() if page.name == f"book/{chapter.name}"), None)


def tell_time_and_basis(page):
    """Under the title of a chapter: how long it takes, and what it builds on."""
    if chapter := chapter_of(page):
        titles = {"index": "ten minutes of probability"} | {known.name: known.title for known in chapters.chapters()}
        links = [f'<a href="{page.link(f"book/{name}")}">{titles[name]}</a>' for name in chapter.builds_on]
        line = TIME.format(minutes=chapter.minutes, links=" and ".join(links))
        page.soup.h1.insert_after("\n", fragment(line))


def link_slides(page):
    """At the end of a chapter: the deck that `tools/course/slides.py` builds beside the pages."""
    if (chapter := chapter_of(page)) and chapter.deck.exists():
        deck, notes = (page.link(f"slides/{chapter.name}{kind}.html", True) for kind in ("", "-notes"))
        page.soup.append(fragment(SLIDES.format(deck=deck, notes=notes)))


def letter_appendices(app, env):
    """An appendix has a letter where a chapter has its number, so that its figures are A.1, A.2, …."""
    for letter, name in zip("ABCDEFGH", chapters.parts().get("Appendices", ()), strict=False):
        page = f"book/{name}"
        parts = [link["anchorname"] for link in env.tocs[page].findall(nodes.reference)]
        env.toc_secnumbers[page] = dict.fromkeys(parts, ()) | {"": (letter,)}  # the sections have none
        next(env.tocs[page].findall(addnodes.compact_paragraph))[0]["secnumber"] = (letter,)
        for given in env.toc_fignumbers.get(page, {}).values():
            given.update({figure: (letter, n) for n, figure in enumerate(given, 1)})
    return []


def hours(minutes):
    """Minutes in words: 135 is 2 hours and 15 minutes."""
    parts = [f"{n} {unit}{'s' * (n > 1)}" for n, unit in zip(divmod(minutes, 60), ("hour", "minute"), strict=True) if n]
    return " and ".join(parts)


class ChapterTable(SphinxDirective):
    """`{chapter-table} The five chapters`: a part's chapters with questions and minutes, and the sum."""

    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        names = chapters.parts().get(self.arguments[0])
        if names is None:
            raise self.error(f"_toc.yml has no part {self.arguments[0]!r}")
        self.env.note_dependency(str(chapters.REGISTRY))
        lines = ["| Chapter | Question | Minutes |", "|---|---|---|"]
        part = [(n, chapter) for n, chapter in enumerate(chapters.chapters(), 1) if chapter.name in names]
        for number, chapter in part:
            bar = f'<span class="minutes" style="width: {chapter.minutes / 10}rem"></span>'
            lines.append(f"| {number} · {{doc}}`{chapter.name}` | {chapter.question} | {bar}{chapter.minutes} |")
        if len(part) > 1:
            total = hours(sum(chapter.minutes for _, chapter in part))
            lines += ["", f"That is {total} of reading with the code. Take as long again for the exercises."]
        return self.parse_text_to_nodes("\n".join(lines))
