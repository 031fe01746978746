"""The chapters as notebooks for a course: the student's edition without solutions, the instructor's with all.

    python tools/editions.py student instructor [--into FOLDER]     writes crossentropy-student.zip, …

Both are made from the chapters and kept nowhere. In the student's, the code of a solution is replaced by a stub,
empty functions, names to fill in and the call of the check, and its text is left out. The instructor's has in
addition the notes of the slides and of whoever marks the assignments, the session plans and the questions for an
examination. A zip holds the notebooks, the package, a README and the licences, and comes out the same, byte for
byte, whenever it is made from the same chapters.
"""

import argparse
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_markdown_cell

from book._ext import teaching
from tools import chapters as registry
from tools.chapters import ROOT
from tools.course import decks, exercises, myst_to_jupyter
from tools.site import pyodide

OUT = ROOT / "_build" / "course"
EDITIONS = ("student", "instructor")
EPOCH = (2020, 2, 2, 0, 0, 0)  # a zip records when its files were changed; these always then
ABOUT = {
    "student": """The exercises are at the end of each notebook, without solutions. A function that you are to write
stands there empty, an answer that you are to compute is `...`. Replace it, and run the cell: the call of
`check` in its last line says that you are right, or what is wrong. As often as you like; nobody counts.

Answer the questions in words in cells of your own. The book's website has all solutions.""",
    "instructor": """The notebooks hold everything: the exercises with their solutions, what a speaker wants to
remember, and what to look for when marking. Notes are cells that begin with **Notes** or **When marking**.
`sessions.md` has the plan of each session, minute by minute, and `examination.md` questions with answers and
marking notes; what surrounds them is the book's page *Teaching with this book*. The student's edition is
`crossentropy-student.zip`.""",
}
README = """# {title}

The notebooks of the book, {edition} edition, for version {version} of the package.

{about}

## Start, with Python on your computer

You need Python 3.11 or newer. In this folder:

```
python -m venv env
env/bin/python -m pip install -r requirements.txt
env/bin/jupyter lab
```

On Windows write `env\\Scripts\\` for `env/bin/`. The package itself is the file `{wheel}` of this
folder; it is on no index, and nothing of that name should be fetched from one. If you have NumPy, matplotlib and
JupyterLab already, this is enough, also without a network:

```
python -m pip install --no-deps {wheel}
```

## Start, without installing anything

On the book's website a button at the top of each chapter's page opens the chapter as a notebook, with Python running in
your browser. The exercises are the same; the solutions are there too, so do not scroll too far. Under each exercise on
the page stands the call that checks it: add a cell, compute what it names, and make the call.

## In which order

{order}

## Licences

Code: MIT (LICENSE). Text and figures: Creative Commons Attribution 4.0 International (LICENSE-CONTENT).
"""


# The cells ------------------------------------------------------------------------------------------


def speaker_notes(chapter, root=ROOT):
    """What a speaker wants to remember at the slides of each cell: {id of the cell: [(title, notes)]}."""
    deck, notes = Path(root) / "course" / "slides" / f"{chapter}.md", {}
    for slide in decks.read(deck, Path(root) / "book").slides if deck.exists() else []:
        if slide.cell and slide.notes:
            notes.setdefault(slide.cell, []).append((slide.title, slide.notes))
    return notes


def marking(root=ROOT):
    """What to look for when marking, {exercise: notes}; nothing where there are no assignments."""
    table = Path(root) / "course" / "assignments.toml"
    if not table.exists():
        return {}
    questions = [
        question
        for assignment in tomllib.loads(table.read_text(encoding="utf-8"))["assignment"]
        for question in assignment["question"]
    ]
    return {question["exercise"]: question["notes"].strip() for question in questions if question.get("notes")}


def shown(cell):
    """The cell with the metadata that Jupyter knows: nothing hidden."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag in ("solution",)]
    cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return cell


def caption(cell, book, page):
    """The caption of a figure, which Jupyter does not show by itself."""
    figure = cell.metadata.get("mystnb", {}).get("figure")
    if figure is None:
        return []
    text = myst_to_jupyter.plain(figure["caption"], book, page)
    return [new_markdown_cell(f"**Figure.** {text}", id=f"{cell.id}-caption")]


def without_solutions(notebook):
    """The notebook with stubs in place of what solves its exercises."""
    stubs = {}
    for exercise in exercises.find(notebook):
        code = exercises.source(notebook, exercise)
        if code and exercises.check_call(code):
            stubs[exercise.code[-1]] = exercises.stub(code)
    solved = {index for exercise in exercises.find(notebook) for index in [*exercise.prose, *exercise.code]}
    cells = []
    for index, cell in enumerate(notebook.cells):
        if index in stubs:
            cell.source, cell.outputs, cell.execution_count = stubs[index], [], None
            cell.metadata = nbformat.from_dict({})
        elif index in solved or exercises.is_solution(cell):
            continue
        cells.append(cell)
    notebook.cells = cells
    return notebook


def edited(notebook, edition, book, page, marks=None, spoken=None):
    """A chapter as a notebook of this edition."""
    notebook, marks, spoken = nbformat.from_dict(notebook), marks or {}, spoken or {}
    if edition == "student":
        notebook = without_solutions(notebook)
    cells = []
    for cell in notebook.cells:
        found = caption(cell, book, page)
        if edition == "instructor":
            for number, (title, notes) in enumerate(spoken.get(cell.id, []), 1):
                text = myst_to_jupyter.plain(f"**Notes: {title}**\n\n{notes}", book, page)
                found.append(new_markdown_cell(myst_to_jupyter.quoted(text), id=f"{cell.id}-notes-{number}"))
            match = exercises.EXERCISE.search(cell.source) if cell.cell_type == "markdown" else None
            if match and match["name"] in marks:
                text = myst_to_jupyter.quoted(f"**When marking**\n\n{marks[match['name']]}")
                found.append(new_markdown_cell(text, id=f"{cell.id}-marking"))
        if cell.cell_type == "markdown":
            cell.source = myst_to_jupyter.plain(cell.source, book, page)
        cells += [shown(cell), *found]
    notebook.cells = cells
    return notebook


# The zip --------------------------------------------------------------------------------------------


def chapters(root=ROOT):
    """The notebooks, in the order of the book."""
    toc = yaml.safe_load((Path(root) / "_toc.yml").read_text(encoding="utf-8"))
    files = [Path(root) / f"{entry['file']}.ipynb" for part in toc["parts"] for entry in part["chapters"]]
    return [path for path in files if path.exists()]


def contents(edition, root=ROOT):
    """{name: bytes} of all that an edition holds."""
    book, marks, files = myst_to_jupyter.Book(root), marking(root), {}
    for path in chapters(root):
        spoken = speaker_notes(path.stem, root)
        notebook = edited(nbformat.read(path, as_version=4), edition, book, path.stem, marks, spoken)
        nbformat.validate(notebook)
        files[path.name] = (nbformat.writes(notebook) + "\n").encode()
    [[name, entry]], [wheel] = (list(part.items()) for part in pyodide.own_wheel())
    package = f"{name}-{entry['version']}-py3-none-any.whl"
    title = yaml.safe_load((Path(root) / "_config.yml").read_text(encoding="utf-8"))["title"]
    order = "\n".join(f"{n}. `{path.name}`: {book.pages[path.stem][1]}" for n, path in enumerate(chapters(root), 1))
    readme = README.format(
        title=title, edition=edition, about=ABOUT[edition], version=entry["version"], wheel=package, order=order
    )
    files |= {
        package: wheel[1],
        "README.md": readme.encode(),
        "requirements.txt": f"./{package}\nnumpy>=2\nmatplotlib>=3.8\njupyterlab>=4\n".encode(),
        **{name: (Path(root) / name).read_bytes() for name in ("LICENSE", "LICENSE-CONTENT")},
    }
    return files | (for_teachers(root, book) if edition == "instructor" else {})


def for_teachers(root, book):
    """{name: bytes} of the session plans and of the questions for an examination."""
    asked = {chapter.name: book.pages[chapter.name][1] for chapter in registry.chapters()}
    return {
        "sessions.md": (Path(root) / "course" / "sessions.md").read_bytes(),
        "examination.md": teaching.exam_markdown(asked).encode(),
    }


def zipped(files, path, folder):
    """Write the files as a zip in which they lie in one folder; the same bytes for the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, files[name])


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="+", choices=EDITIONS)
    parser.add_argument("--into", type=Path, default=OUT)
    args = parser.parse_args(argv)
    args.into.mkdir(parents=True, exist_ok=True)
    for edition in args.edition:
        path = args.into / f"crossentropy-{edition}.zip"
        zipped(contents(edition), path, path.stem)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
