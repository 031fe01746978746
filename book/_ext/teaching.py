"""What the page for teachers takes from the chapters and from `course/`.

    ```{chapter-objectives} entropy      the objectives of a chapter, from its notebook
    ```{course-questions} diagnostic     the test of `course/questions.toml`
    ```{course-material}                 each chapter's slides, and the editions
    ```{hub-links} https://hub.…         links that open the assignments on a JupyterHub

They are written out as Markdown and parsed with the page. Links to what is built beside the pages are relative.
"""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import quote, urlencode

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tools import chapters
from tools.templates import filled

COURSE = chapters.ROOT / "course"
QUESTIONS, ASSIGNMENTS = COURSE / "questions.toml", COURSE / "assignments.toml"
DIAGNOSTIC = COURSE / "templates" / "diagnostic.md"
BRANCH = "assignments"  # to which docs/authoring.md pushes


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


def questions(kind):
    """The questions of one kind, dictionaries."""
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))[kind]


def examination():
    """Examination questions with answers and marking notes, for the instructor; Markdown."""
    return filled("examination.md", chapters=chapters.chapters(), questions=questions("exam"))


class FromFiles(SphinxDirective):
    """Markdown made from files, parsed in place."""

    def parsed(self, markdown, *files):
        for file in files:
            self.env.note_dependency(str(file))
        return self.parse_text_to_nodes(markdown)


class ChapterObjectives(FromFiles):
    required_arguments = 1

    def run(self):
        notebook = chapters.BOOK / f"{self.arguments[0]}.ipynb"
        if not notebook.exists():
            raise self.error(f"there is no chapter {self.arguments[0]}")
        points = "\n".join(f"- {point}" for point in objectives(source(notebook)))
        return self.parsed(f"Afterwards they can\n\n{points}", notebook)


class CourseQuestions(FromFiles):
    required_arguments = 1

    def run(self):
        if self.arguments[0] != "diagnostic":
            raise self.error("only the diagnostic test is for a page, the rest is for instructors")
        return self.parsed(filled("diagnostic.md", questions=questions("diagnostic")), QUESTIONS, DIAGNOSTIC)


class CourseMaterial(FromFiles):
    """Links into what the build puts beside the pages."""

    def run(self):
        lines = ["| Chapter | Slides | Notes to print |", "|---|---|---|"]
        for chapter in chapters.chapters():
            deck = notes = "–"
            if chapter.deck.is_file():
                deck = f'<a href="../slides/{chapter.name}.html">slides</a>'
                notes = f'<a href="../slides/{chapter.name}-notes.html">notes</a>'
            lines.append(f"| {{doc}}`{chapter.title} <{chapter.name}>` | {deck} | {notes} |")
        link = '<a href="../course/crossentropy-{0}.zip">the {0}\'s edition</a>'
        zips = [link.format(edition) for edition in ("student", "instructor")]
        lines += ["", f"Download {zips[0]} or {zips[1]}, a zip each."]
        return self.parsed("\n".join(lines), chapters.REGISTRY)


def hub_link(hub, repository, path):
    """Address at which nbgitpuller copies the branch to a student and opens a file."""
    name = repository.rstrip("/").rpartition("/")[2].removesuffix(".git")
    query = {"repo": repository, "branch": BRANCH, "urlpath": f"lab/tree/{name}/{path}"}
    return f"{hub}/hub/user-redirect/git-pull?{urlencode(query, safe='/', quote_via=quote)}"


class HubLinks(SphinxDirective):
    """One address for each assignment. The body leads over to them; without a repository nothing is shown."""

    required_arguments = 1
    has_content = True

    def run(self):
        self.env.note_dependency(str(ASSIGNMENTS))
        repository = self.config.html_theme_options.get("repository_url")
        if not repository:
            return []
        lines = []
        for assignment in tomllib.loads(ASSIGNMENTS.read_text(encoding="utf-8"))["assignment"]:
            name = assignment["name"]
            link = hub_link(self.arguments[0], repository, f"{name}/student/{name}.ipynb")
            lines += [f"# {assignment['title']}", link, ""]
        text = "\n".join(lines).strip()
        return [*self.parse_content_to_nodes(), nodes.literal_block(text, text, language="text")]
