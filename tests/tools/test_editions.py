"""The editions for a course: nothing of a solution for the student, everything for the instructor."""

import ast
import copy
import functools
import io
import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from crossentropy import __version__
from tests.notebooks import NOTEBOOKS
from tools import chapters
from tools.course import assignments, decks, editions, exercises, myst_to_jupyter

ROOT = Path(__file__).parents[2]
CHAPTERS = {name: NOTEBOOKS[name] for name in editions.pages()}
ADDRESS = "https://example.org/book"


@pytest.fixture(scope="module")
def book():
    return myst_to_jupyter.Book()


def marked(text, *names):
    """A table of assignments that says this of how to mark the exercises."""
    return [{"question": [{"exercise": name, "notes": text} for name in names]}]


@pytest.fixture(scope="module")
def edition(book):
    """An edition of a chapter, made once, with a note on marking for every exercise."""
    names = [exercise.name for notebook in CHAPTERS.values() for exercise in exercises.find(notebook)]

    @functools.cache
    def make(chapter, kind):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(assignments, "table", lambda: marked("Look at the unit.", *names))
            return editions.apply(CHAPTERS[chapter], editions.ZIPPED[kind], chapter, book)

    return make


def said(notebook):
    """All text of a notebook, without the spaces."""
    texts = [cell.source for cell in notebook.cells]
    texts += [o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "stream"]
    return re.sub(r"\s", "", "\n".join(texts))


def telling(chapter, book):
    """The lines that only the solutions of a chapter hold: of their texts, their code and what they print."""
    notebook = CHAPTERS[chapter]
    prose, code, printed, kept = [], [], [], []
    for exercise in exercises.find(notebook):
        for index in exercise.prose:
            prose += myst_to_jupyter.to_jupyter(notebook.cells[index].source, book, chapter).splitlines()
        source = exercises.source(notebook, exercise)
        code += source.splitlines()
        # What a stub may keep: first lines, docstrings, and the call at the end.
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                kept += source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1]
                kept += (ast.get_docstring(node) or "").splitlines()
                kept.append(f'"""{ast.get_docstring(node)}"""')
        if source and exercises.check_call(source):
            kept += source.splitlines()[ast.parse(source).body[-1].lineno - 1 :]
        printed += [
            line
            for index in exercise.code
            for output in notebook.cells[index].outputs
            if output.output_type == "stream"
            for line in output.text.splitlines()
        ]
    others = [cell for cell in notebook.cells if not exercises.is_solution(cell) and "{solution}" not in cell.source]
    elsewhere = said(new_notebook(cells=others))
    kept = {re.sub(r"\s", "", line) for line in kept}
    lines = {re.sub(r"\s", "", line) for line in [*prose, *code, *printed]}
    return {line for line in lines - kept if len(line) > 12 and line not in elsewhere and "Solution**" not in line}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_of_a_solution_is_left(edition, book, chapter):
    notebook, lines = edition(chapter, "student"), telling(chapter, book)
    if given := exercises.find(CHAPTERS[chapter]):
        assert len(lines) > (20 if len(given) > 3 else 9)
    text = said(notebook) + re.sub(r"\\n|\s", "", json.dumps(notebook, ensure_ascii=False))
    assert {line for line in lines if line in text} == set()
    assert not any(exercises.is_solution(cell) for cell in notebook.cells)
    assert "**Solution**" not in text
    assert all(line in said(edition(chapter, "instructor")) for line in lines)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_exercise_keeps_its_text_and_gets_a_stub(edition, chapter):
    notebook = edition(chapter, "student")
    stubs = [c for c in notebook.cells if c.cell_type == "code" and "check(" in c.source.rpartition("\n")[2]]
    given = exercises.find(CHAPTERS[chapter])
    assert sum(cell.source.startswith("#### Exercise: ") for cell in notebook.cells) == len(given)
    coded = [e.name for e in given if e.code and exercises.check_call(exercises.source(CHAPTERS[chapter], e))]
    assert [exercises.check_call(cell.source)[0] for cell in stubs] == coded
    below = [
        notebook.cells[n + 1] for n, cell in enumerate(notebook.cells) if cell.source.startswith("#### Exercise: ")
    ]
    assert all(cell.cell_type == "code" and (cell in stubs or not cell.source) for cell in below)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in stubs)


@pytest.mark.parametrize("kind", editions.ZIPPED)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_markup_of_the_book_is_left(edition, chapter, kind):
    notebook = edition(chapter, kind)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        if cell.cell_type == "markdown":
            assert not re.search(r":::|\{[\w:]+\}`|^\([\w-]+\)=$", cell.source, re.M), cell.source
            assert cell.source.strip()


def test_what_only_a_test_reads_is_left_out(book):
    plot = new_code_cell("x = 1\n# numbers: 0.5 = 1 / 2\nprint(x)  # numbers")
    for kind in editions.ZIPPED.values():
        *_, cell = editions.apply(new_notebook(cells=[plot]), kind, "entropy", book).cells
        assert cell.source == "x = 1\nprint(x)  # numbers"


@pytest.mark.parametrize("kind", editions.ZIPPED)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_links_lead_to_notebooks_and_headings(edition, chapter, kind):
    headings = {
        page: {quoted for cell in edition(page, kind).cells for quoted in anchors(cell.source)} for page in CHAPTERS
    }
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", "\n".join(c.source for c in edition(chapter, kind).cells))
    for link in links:
        page, _, anchor = link.partition("#")
        page = page.removesuffix(".ipynb") or chapter
        if page in CHAPTERS or page == chapter:
            assert not anchor or anchor in headings[page], link


def anchors(source):
    return [myst_to_jupyter.quote(h.replace(" ", "-")) for h in re.findall(r"^#+ +(.+)$", source, re.M)]


CODE = '''def huffman_cost(p, base=2):
    """Average digits."""
    return secret(p)


def helper(x):
    return x


class Model:
    """A model."""

    rate = 0.1

    def step(self):
        """Take one."""
        self.secret = 1


low, (high, _) = 1, (2, 3)
print(low)
check("entropy-huffman", huffman_cost, low, Model)'''


def test_stub_keeps_first_line_and_docstring_and_the_check():
    assert (
        exercises.stub(CODE)
        == '''def huffman_cost(p, base=2):
    """Average digits."""
    ...


class Model:
    """A model."""

    def step(self):
        """Take one."""
        ...


low = ...
check("entropy-huffman", huffman_cost, low, Model)'''
    )
    assert exercises.names(CODE) == ({"secret", "check"}, {"huffman_cost", "helper", "Model", "low", "high", "_"})


@pytest.mark.parametrize("call", ['check("a-b", 2 * x)', "check(name, x)", 'check("a-b", x=x)'])
def test_a_check_takes_names(call):
    with pytest.raises(ValueError, match="names of answers"):
        exercises.check_call(call)


@pytest.mark.parametrize("code", ["", "x = 1", "print(1)", "check = 3"])
def test_code_without_a_check(code):
    assert exercises.check_call(code) is None


@pytest.fixture
def noted(monkeypatch):
    """A deck and a table of assignments with notes for the cells and the exercise of `small`."""
    slides = [decks.Slide("A bet", cell="figure", notes="Let them guess."), decks.Slide("No notes", cell="figure")]
    monkeypatch.setattr(decks, "read", lambda path: decks.Deck(path, slides, set()))
    monkeypatch.setattr(assignments, "table", lambda: marked("Mark well.", "entropy-one"))


def small():
    """An exercise with a figure before it, and a solution of three cells."""
    hidden = {"tags": ["solution", "hide-cell"], "jupyter": {"source_hidden": True}}
    figure = {"mystnb": {"figure": {"caption": "A curve. It rises.", "name": "fig-one"}}}
    printed = [new_output("stream", name="stdout", text="42 bits\n")]
    return new_notebook(
        cells=[
            new_code_cell("plt.show()", metadata=figure, id="figure"),
            new_markdown_cell(":::{exercise} One\n:label: ex-entropy-one\nHow much?\n:::", id="text"),
            new_markdown_cell(
                ":::{solution} ex-entropy-one\nThis much.\n:::", metadata={"tags": ["solution"]}, id="so"
            ),
            new_code_cell("y = 41", metadata=hidden, id="first"),
            new_code_cell('x = y + 1\ncheck("entropy-one", x)', metadata=hidden, outputs=printed, id="second"),
            new_markdown_cell("More.", metadata={"tags": ["solution"]}, id="more"),
            new_markdown_cell("## After", id="after"),
        ]
    )


def test_student_gets_the_stub_and_the_caption(book, noted):
    notebook = editions.apply(small(), editions.STUDENT, "entropy", book)
    lead, *sources = [cell.source for cell in notebook.cells]
    assert lead == f"*From the book {book.title}, version {__version__}. The solutions of the exercises are there.*"
    stub = 'x = ...\ncheck("entropy-one", x)'
    caption = "**Figure.** A curve. It rises."
    assert sources == ["plt.show()", caption, "#### Exercise: One\n\nHow much?", stub, "## After"]


def test_instructor_gets_solutions_and_notes(book, noted):
    notebook = editions.apply(small(), editions.INSTRUCTOR, "entropy", book)
    sources = [cell.source for cell in notebook.cells]
    assert sources[1:5] == [
        "**Figure.** A curve. It rises.",
        "> **Notes: A bet**\n>\n> Let them guess.",
        "#### Exercise: One\n\nHow much?",
        "> **When marking**\n>\n> Mark well.",
    ]
    assert sources[5:] == [
        "**Solution**\n\nThis much.",
        "y = 41",
        'x = y + 1\ncheck("entropy-one", x)',
        "More.",
        "## After",
    ]
    assert notebook.cells[7].outputs[0].text == "42 bits\n"


def test_speaker_notes_come_from_the_deck(book, tmp_path, monkeypatch):
    def changed():
        notebook = editions.apply(CHAPTERS["entropy"], [editions.with_speaker_notes], "entropy", book)
        return [cell for cell in notebook.cells if cell not in CHAPTERS["entropy"].cells]

    monkeypatch.setattr(editions, "SLIDES", tmp_path)
    assert changed() == []
    one, two = (cell.id for cell in CHAPTERS["entropy"].cells[1:3])
    deck = f"title: A bet\ncell: {two}\n\n???\n\nLet them guess.\n\n---\n\ntitle: No notes\ncell: {one}\n"
    (tmp_path / "entropy.md").write_text(deck, encoding="utf-8")
    [note] = changed()
    assert note.id == f"{two}-notes-1"
    assert myst_to_jupyter.to_jupyter(note.source, book, "entropy") == "> **Notes: A bet**\n>\n> Let them guess."


def test_passes_leave_the_chapter_as_it_is(book):
    chapter = small()
    before = copy.deepcopy(chapter)
    editions.apply(chapter, [*editions.STUDENT, *editions.COLAB], "entropy", book)
    assert chapter == before


def test_marking_notes_come_from_the_assignments(book, tmp_path, monkeypatch):
    def below_the_exercise():
        return editions.apply(small(), [editions.with_marking_notes], "entropy", book).cells[2]

    monkeypatch.setattr(assignments, "TABLE", tmp_path / "assignments.toml")
    assert below_the_exercise().id == "so"  # no assignments, no notes
    question = "[[assignment.question]]\nexercise = "
    table = f'[[assignment]]\n{question}"entropy-one"\nnotes = "N."\n{question}"b"\n'
    assignments.TABLE.write_text(table, encoding="utf-8")
    assert "When marking\n\nN.\n" in below_the_exercise().source


@pytest.fixture(scope="module")
def student():
    """What the student's zip holds, made once."""
    return editions.contents("student")


@pytest.mark.slow
def test_zip_is_reproducible(student, tmp_path, monkeypatch):
    assert editions.zipped(student) == editions.zipped(dict(reversed(student.items())))
    assert editions.contents("student") == student
    monkeypatch.setattr(editions, "contents", {"student": student}.get)
    editions.main(["student", "--into", str(tmp_path / "folder")])
    with zipfile.ZipFile(tmp_path / "folder" / "crossentropy-student.zip") as archive:
        names = archive.namelist()
        readme = archive.read("crossentropy-student/README.md").decode()
        [wheel] = [name for name in names if name.endswith(".whl")]
        packed = zipfile.ZipFile(io.BytesIO(archive.read(wheel))).namelist()
    assert names == sorted(names)
    assert {f"crossentropy-student/{name}.ipynb" for name in editions.pages()} <= set(names)
    for name in ("LICENSE", "LICENSE-CONTENT", "requirements.txt"):
        assert f"crossentropy-student/{name}" in names
    assert "crossentropy/checks/entropy.py" in packed
    assert wheel.removeprefix("crossentropy-student/") in readme
    assert [int(n) for n in re.findall(r"^(\d+)\. `", readme, re.M)] == list(range(1, len(CHAPTERS) + 1))


@pytest.mark.slow
def test_plans_and_examination_are_for_the_instructor_alone(student):
    ours = editions.contents("instructor")
    assert set(ours) - set(student) == {"sessions.md", "examination.md"}
    assert ours["sessions.md"].decode().count("## Session ") == 7
    examination = ours["examination.md"].decode()
    assert examination.count("**Marking.**") >= 19
    assert "{" not in ours["sessions.md"].decode()


def test_zips_are_written_where_they_are_wanted(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(editions, "contents", lambda edition: {"a.txt": edition.encode()})
    editions.main(["student", "instructor", "--into", str(tmp_path / "course")])
    paths = [tmp_path / "course" / f"crossentropy-{edition}.zip" for edition in editions.ZIPPED]
    assert capsys.readouterr().out.split() == [str(path) for path in paths]
    assert zipfile.ZipFile(paths[1]).read("crossentropy-instructor/a.txt") == b"instructor"


def test_colab_installs_the_package_into_the_students_notebook(book, monkeypatch):
    monkeypatch.setattr(book, "repository", ADDRESS)
    chapter = CHAPTERS["entropy"]
    notebook = editions.apply(chapter, editions.COLAB, "entropy", book)
    assert notebook.cells[0].source == f'%pip install --quiet "crossentropy[plots] @ git+{ADDRESS}"'
    assert notebook.cells[1:] == editions.apply(chapter, editions.STUDENT, "entropy", book).cells
    nbformat.validate(notebook)


@pytest.mark.slow
def test_notebooks_of_the_pages_lead_to_the_pages_next_door(tmp_path):
    editions.for_pages(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(CHAPTERS)
    entropy = nbformat.read(tmp_path / "entropy.ipynb", as_version=4)
    assert "[Cross-Entropy from First Principles](../book/entropy.html)" in entropy.cells[0].source
    links = set(re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", "\n".join(cell.source for cell in entropy.cells)))
    pages = {link for link in links if link.partition("#")[0].removesuffix(".ipynb") not in CHAPTERS}
    assert pages
    assert {link.partition("#")[0] for link in pages} <= {f"../book/{name}.html" for name in chapters.pages()}


@pytest.mark.slow
def test_colab_gets_every_chapter_when_there_is_an_address(book, tmp_path, monkeypatch):
    monkeypatch.setattr(editions, "Book", lambda: book)
    monkeypatch.setattr(book, "repository", "")
    with pytest.raises(SystemExit, match="Colab installs the package from there"):
        editions.main(["colab", "--into", str(tmp_path)])
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(book, "repository", ADDRESS)
    editions.main(["colab", "--into", str(tmp_path)])
    assert {path.stem for path in tmp_path.glob("book/*.ipynb")} == set(CHAPTERS)
