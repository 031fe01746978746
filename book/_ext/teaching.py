"""What the page for teachers takes from the chapters and from `course/`.

    ```{chapter-objectives} entropy      the objectives of a chapter, from its notebook
    ```{course-questions} diagnostic     the test of `course/questions.toml`
    ```{course-material}                 each chapter's slides, and the editions

They are written out as Markdown and parsed with the page. Links to what is built beside
the pages are relative.
"""

import json
import re
import tomllib
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "course" / "questions.toml"
TOC = ROOT / "_toc.yml"


def source(notebook):
    """The Markdown of a notebook, in one piece."""
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def title(markdown):
    """The heading of a page."""
    return re.search(r"^# +(.+)$", markdown, re.M)[1]


def objectives(markdown):
    """The points of "You will be able to", a list of strings."""
    after = re.split(r"^You will be able to.*$", markdown, maxsplit=1, flags=re.M)[1]
    points = re.match(r"\s*((?:- .+\n?(?:  .+\n?)*)+)", after)[1]
    return [" ".join(point.split()).rstrip(";.") for point in re.split(r"^- ", points, flags=re.M)[1:]]


def chapters():
    """Names of the chapters, in order."""
    parts = yaml.safe_load(TOC.read_text(encoding="utf-8"))["parts"]
    files = [ROOT / page["file"] for part in parts if part.get("numbered") for page in part["chapters"]]
    return [file.name for file in files if file.with_suffix(".ipynb").exists()]


def questions(kind):
    """The questions of one kind, dictionaries."""
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))[kind]


def diagnostic_markdown():
    """The test before the first session: each question, and under it what to unfold."""
    lines = []
    for number, item in enumerate(questions("diagnostic"), 1):
        lines += [f"**{number}.** ({item['topic']}) {item['question']}", ""]
        lines += [":::{admonition} Answer", ":class: dropdown", item["answer"], ""]
        lines += [f"*If it is missing:* {item['if_missing']}", ":::", ""]
    return "\n".join(lines)


def exam_markdown(chapter_titles):
    """Examination questions with answers and marking notes, for the instructor."""
    lines = ["# Examination questions", ""]
    lines += [
        "Patterns to vary: the numbers, the story, the order. "
        "The book's solutions are public, and so are these. A calculator is needed.",
        "",
    ]
    for name, heading in chapter_titles.items():
        lines += [f"## {heading}", ""]
        for number, item in enumerate((q for q in questions("exam") if q["chapter"] == name), 1):
            lines += [
                f"**{number}.** {item['question']} *({item['points']} points)*",
                "",
            ]
            lines += [
                f"**Answer.** {item['answer']}",
                "",
                f"**Marking.** {item['marking']}",
                "",
            ]
    return "\n".join(lines)


class _Generated(SphinxDirective):
    """Markdown made from files, parsed in place."""

    def parsed(self, markdown, *files):
        for file in (__file__, *files):
            self.env.note_dependency(str(file))
        block = nodes.container()
        self.state.nested_parse(markdown.splitlines(), 0, block)
        return block.children


class ChapterObjectives(_Generated):
    required_arguments = 1

    def run(self):
        notebook = ROOT / "book" / f"{self.arguments[0]}.ipynb"
        if not notebook.exists():
            raise self.error(f"there is no chapter {self.arguments[0]}")
        points = "\n".join(f"- {point}" for point in objectives(source(notebook)))
        return self.parsed(f"Afterwards they can\n\n{points}", notebook)


class CourseQuestions(_Generated):
    required_arguments = 1

    def run(self):
        if self.arguments[0] != "diagnostic":
            raise self.error("only the diagnostic test is for a page, the rest is for instructors")
        return self.parsed(diagnostic_markdown(), QUESTIONS)


class CourseMaterial(_Generated):
    """Links into what the build puts beside the pages."""

    def run(self):
        notebooks = {name: ROOT / "book" / f"{name}.ipynb" for name in chapters()}
        lines = ["| Chapter | Slides | Notes to print |", "|---|---|---|"]
        for name, file in notebooks.items():
            deck = (
                f'<a href="../slides/{name}.html">slides</a>',
                f'<a href="../slides/{name}-notes.html">notes</a>',
            )
            lines.append(f"| {{doc}}`{title(source(file))} <{name}>` | {deck[0]} | {deck[1]} |")
        link = '<a href="../course/crossentropy-{0}.zip">the {0}\'s edition</a>'
        zips = [link.format(edition) for edition in ("student", "instructor")]
        lines += ["", f"Download {zips[0]} or {zips[1]}, a zip each."]
        return self.parsed("\n".join(lines), *notebooks.values())


def setup(app):
    app.add_directive("chapter-objectives", ChapterObjectives)
    app.add_directive("course-questions", CourseQuestions)
    app.add_directive("course-material", CourseMaterial)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
