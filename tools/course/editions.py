"""The chapters as notebooks: the student's edition without solutions, the instructor's with all; the pages', Colab's.

    python -m tools.course.editions student instructor [--into FOLDER]   crossentropy-student.zip, …
    python -m tools.course.editions colab [--into FOLDER]                book/*.ipynb, for the branch `colab`

An edition is made from the chapters, and kept nowhere: each notebook goes through a list of passes, which are below.
A zip holds the notebooks, the package, a README and the licences, and comes out the same, byte for byte, whenever it
is made from the same chapters. What a page opens or offers for download is the student's notebook, too. Colab and
Binder open notebooks of a public repository, and do not have our package: a first cell installs it.
"""

import argparse
import io
import re
import zipfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from book._ext import teaching
from crossentropy import __version__ as VERSION
from tools import chapters
from tools.chapters import BOOK, ROOT
from tools.course import assignments, decks, exercises
from tools.course.myst_to_jupyter import Book, to_jupyter
from tools.site import pyodide
from tools.templates import filled

SLIDES = ROOT / "course" / "slides"
EPOCH = (2020, 2, 2, 0, 0, 0)  # a zip records when its files were changed; these always then


# The passes: each takes a notebook, the name of its page and the book, and returns the changed notebook ---


def apply(notebook, passes, page, book):
    """The notebook of a page after these passes; the one that is given stays as it is."""
    notebook = nbformat.from_dict(notebook)
    for change in passes:
        notebook = change(notebook, page, book)
    return notebook


def with_stubs(notebook, page, book):
    """Under each exercise a cell to answer in; where its solution ends with a check: empty functions, and the check."""
    stubs = {}
    for exercise in exercises.find(notebook):
        code = exercises.source(notebook, exercise)
        stubs[notebook.cells[exercise.text].id] = exercises.stub(code) if exercises.check_call(code) else ""
    cells = []
    for cell in notebook.cells:
        cells += [cell] if cell.id not in stubs else [cell, new_code_cell(stubs[cell.id], id=f"{cell.id}-answer")]
    notebook.cells = cells
    return notebook


def without_solutions(notebook, page, book):
    """No text and no code of a solution."""
    notebook.cells = [cell for cell in notebook.cells if not exercises.is_solution(cell)]
    return notebook


def with_marking_notes(notebook, page, book):
    """Under the text of an exercise, what to look for when marking it."""
    marks = {q["exercise"]: q["notes"] for a in assignments.table() for q in a["question"] if "notes" in q}

    def note(cell):
        match = exercises.EXERCISE.search(cell.source)
        return {"marking": admonition("When marking", marks[match["name"]])} if match and match["name"] in marks else {}

    return with_text_below(notebook, note)


def with_speaker_notes(notebook, page, book):
    """Under a cell, what a speaker wants to remember at its slides."""
    deck = SLIDES / f"{page}.md"
    slides = decks.read(deck).slides if deck.exists() else []

    def notes(cell):
        spoken = [slide for slide in slides if slide.cell == cell.id and slide.notes]
        return {f"notes-{n}": admonition(f"Notes: {slide.title}", slide.notes) for n, slide in enumerate(spoken, 1)}

    return with_text_below(notebook, notes)


def with_captions(notebook, page, book):
    """Under a figure, its caption, which Jupyter does not show by itself."""

    def caption(cell):
        figure = cell.metadata.get("mystnb", {}).get("figure")
        return {"caption": f"**Figure.** {figure['caption']}"} if figure else {}

    return with_text_below(notebook, caption)


def jupyter_markdown(notebook, page, book):
    """Nothing of the book's markup, and links that lead somewhere."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = to_jupyter(cell.source, book, page)
    return notebook


def without_sums(notebook, page, book):
    """None of the lines that say to a test how the numbers of a caption are made."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(r"^# numbers: .*\n?", "", cell.source, flags=re.M)
    return notebook


def jupyter_metadata(notebook, page, book):
    """No cell hidden; of the tags the one that marks a solution."""
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag == "solution"]
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return notebook


def with_way_back(notebook, page, book):
    """Above all, where the notebook comes from."""
    title = f"[{book.title}]({book.site}/book/{page}.html)" if book.site else book.title
    text = f"*From the book {title}, version {VERSION}. The solutions of the exercises are there.*"
    notebook.cells.insert(0, new_markdown_cell(text, id="book"))
    return notebook


def with_install(notebook, page, book):
    """At the top, a cell that installs the package from the book's repository."""
    source = f'%pip install --quiet "crossentropy[plots] @ git+{book.repository}"'
    notebook.cells.insert(0, new_code_cell(source, id="install"))
    return notebook


def with_text_below(notebook, texts):
    """Markdown below cells: of a cell, `texts` gives {how the id of the new cell ends: its text}."""
    cells = []
    for cell in notebook.cells:
        cells += [cell, *(new_markdown_cell(text, id=f"{cell.id}-{end}") for end, text in texts(cell).items())]
    notebook.cells = cells
    return notebook


def admonition(title, text):
    """A block of the book's Markdown, whatever blocks are in it."""
    return f"::::::{{admonition}} {title}\n\n{text.strip()}\n::::::"


STUDENT = [
    with_stubs,
    without_solutions,
    without_sums,
    with_captions,
    jupyter_markdown,
    jupyter_metadata,
    with_way_back,
]
# What is put below a cell last stands nearest to it.
INSTRUCTOR = [without_sums, with_marking_notes, with_speaker_notes, with_captions, jupyter_markdown, jupyter_metadata]
COLAB = [*STUDENT, with_install]
ZIPPED = {"student": STUDENT, "instructor": INSTRUCTOR}


# What an edition holds -------------------------------------------------------------------------------


def pages():
    """The names of the pages that are notebooks, in the order of the book."""
    return [name for name in chapters.pages() if (BOOK / f"{name}.ipynb").exists()]


def notebooks(passes, book):
    """{file name: text} of every notebook of the book, after these passes."""
    texts = {}
    for name in pages():
        notebook = apply(nbformat.read(BOOK / f"{name}.ipynb", as_version=4), passes, name, book)
        nbformat.validate(notebook)
        texts[f"{name}.ipynb"] = nbformat.writes(notebook) + "\n"
    return texts


def contents(edition):
    """{name: bytes} of all that the zip of an edition holds."""
    book = Book()
    [[name, entry]], [wheel] = (list(part.items()) for part in pyodide.own_wheel())
    package = f"{name}-{entry['version']}-py3-none-any.whl"
    texts = notebooks(ZIPPED[edition], book)
    about = {"title": book.title, "edition": edition, "version": entry["version"], "wheel": package}
    texts["README.md"] = filled("edition.md", chapters=pages(), titles=book.titles, **about)
    texts["requirements.txt"] = f"./{package}\nnumpy>=2\nmatplotlib>=3.8\njupyterlab>=4\n"
    texts |= {name: (ROOT / name).read_text(encoding="utf-8") for name in ("LICENSE", "LICENSE-CONTENT")}
    if edition == "instructor":
        texts["sessions.md"] = (ROOT / "course" / "sessions.md").read_text(encoding="utf-8")
        texts["examination.md"] = teaching.examination()
    return {package: wheel[1], **{name: text.encode() for name, text in texts.items()}}


def zipped(files):
    """The bytes of a zip that is the same for the same files; an EPUB's `mimetype` comes first, as it is."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr, info.create_system = 0o644 << 16, 3
            archive.writestr(info, files[name], zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return data.getvalue()


def for_pages(folder):
    """Write the notebooks that the pages offer: from there the book's pages are next door, wherever it is published."""
    write(folder, notebooks(STUDENT, Book(site="..")))


def for_colab(folder):
    """Write Colab's and Binder's notebooks: into `book/`, where the book's buttons look for them on the branch."""
    book = Book()
    if not book.repository:
        raise SystemExit("repository.url of _config.yml is empty: Colab installs the package from there")
    write(folder / "book", notebooks(COLAB, book))


def write(folder, texts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="+", choices=[*ZIPPED, "colab"])
    parser.add_argument("--into", type=Path, help="instead of _build/course, or _build/colab")
    args = parser.parse_args(argv)
    for edition in args.edition:
        if edition in ZIPPED:
            path = (args.into or ROOT / "_build" / "course") / f"crossentropy-{edition}.zip"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(zipped({f"{path.stem}/{name}": data for name, data in contents(edition).items()}))
        else:
            path = args.into or ROOT / "_build" / "colab"
            for_colab(path)
        print(path)


if __name__ == "__main__":
    main()
