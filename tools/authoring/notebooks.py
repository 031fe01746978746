"""Run, canonicalise, check and edit the chapters.

    python -m tools.authoring.notebooks run   book/*.ipynb            execute, save the outputs in canonical form
    python -m tools.authoring.notebooks check book/*.ipynb            the rules that need no execution
    python -m tools.authoring.notebooks text  book/entropy.ipynb      print the text view (MyST Markdown)
    python -m tools.authoring.notebooks write book/entropy.ipynb TEXT make the notebook from its text view, and run it

A chapter exists once, as a notebook with its outputs. The text view is for editing only.
"""

import argparse
import ast
import re
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from book._ext import quiz
from tools.chapters import parts

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_METADATA = ("jupyter", "mystnb", "tags")
TAGS = {
    "hide-cell",  # shown on request: solutions
    "hide-input",  # the code is shown on request: figures
    "nbval-ignore-output",  # what the cell prints depends on the machine
    "solution",  # left out of the student edition
}
QUESTIONS = (4, 8)  # of a chapter
SECTIONS = ("## Common mistakes", "## Summary", "## Exercises", "## Further reading")
TIERS = ("### Warm-up", "### Core", "### Stretch")
UNREADABLE = {
    r"\d\.\d{7,}": "an unrounded number",
    r"0x[0-9a-f]{6,}": "an address",
    r"np\.(float|int)\d+\(": "a bare representation",
}
SLIDERS = '<div class="sliders" data-figure="'
LONGEST_CELL, MEDIAN_CELL = 20, 4
WIDEST_LINE = 88  # the page is that wide
FORMAT = ["format", f"--line-length={WIDEST_LINE}"]


# Canonical form -------------------------------------------------------------------------------------


def slug(text):
    """`Wrong beliefs cost bits` -> `wrong-beliefs-cost-bits`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-")


def readable_ids(cells):
    """Ids made of the section's heading and a count, so that a diff names the place."""
    heading, count, ids = "cell", Counter(), []
    for cell in cells:
        if cell.cell_type == "markdown" and (headings := re.findall(r"^#{1,3} +(.+)$", cell.source, re.M)):
            heading = slug(headings[-1]) or "cell"
        count[heading] += 1
        ids.append(f"{heading}-{count[heading]}")
    return ids


def canonical(notebook):
    """The notebook with nothing in it that a re-run or another editor would change."""
    notebook = nbformat.from_dict(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell, cell_id in zip(notebook.cells, readable_ids(notebook.cells), strict=True):
        cell.id = cell_id
        cell.metadata = nbformat.from_dict({k: cell.metadata[k] for k in CELL_METADATA if k in cell.metadata})
        cell.source = cell.source.strip("\n")
        cell.pop("attachments", None)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    return notebook


def save(notebook, path):
    """Write only what really changed; the chapter's deck follows the cells whose ids change."""
    notebook, path = canonical(notebook), Path(path)
    text = nbformat.writes(notebook) + "\n"
    before = path.read_text(encoding="utf-8") if path.exists() else None
    if text == before:
        return False
    path.write_text(text, encoding="utf-8")
    deck = path.resolve().parents[1] / "course" / "slides" / f"{path.stem}.md"
    if before and deck.exists():
        rename_cells(deck, nbformat.reads(before, as_version=4), notebook)
    return True


def rename_cells(deck, before, after):
    """A new cell moves the ids behind it on. What a slide shows stays what it was."""
    ids = {cell.source: cell.id for cell in after.cells}
    moved = {cell.id: ids.get(cell.source.strip("\n"), cell.id) for cell in before.cells}
    text = deck.read_text(encoding="utf-8")
    renamed = re.sub(r"^(cell: *)(\S+)", lambda match: match[1] + moved.get(match[2], match[2]), text, flags=re.M)
    if renamed != text:
        deck.write_text(renamed, encoding="utf-8")
        print(f"{deck}: cells have other ids now")


def run(path, notebook=None):
    """Execute the chapter in its folder and save it; True if the file changed."""
    notebook = nbformat.read(path, as_version=4) if notebook is None else notebook
    folder = {"metadata": {"path": str(Path(path).parent)}}
    options = {"timeout": 120, "kernel_name": "python3", "record_timing": False, "coalesce_streams": True}
    NotebookClient(notebook, resources=folder, **options).execute()
    return save(notebook, path)


def divided(notebook):
    """One Markdown cell a section, an exercise or a question: what a slide or an edition takes or leaves."""
    starts = r"(?<!\)=)\n+(?=(?:\([\w-]+\)=\n)?#{2,3} |:::+\{(?:exercise|quiz)\})"
    cells = []
    for cell in notebook.cells:
        parts = re.split(starts, cell.source) if cell.cell_type == "markdown" else [cell.source]
        cells += [nbformat.from_dict({**cell, "source": part}) for part in parts]
    notebook.cells = cells
    return notebook


def ruff(notebook, *options):
    """Run ruff on a notebook; its standard output is the notebook that it makes."""
    command = [sys.executable, "-m", "ruff", *options, "--quiet", "--stdin-filename", "book/chapter.ipynb", "-"]
    return subprocess.run(command, input=nbformat.writes(notebook), stdout=subprocess.PIPE, encoding="utf-8")


def write(path, text):
    """Make a chapter from its text view, format its code and run it."""
    notebook = canonical(divided(jupytext.reads(text, fmt="md:myst")))
    for options in (["check", "--fix", "--exit-zero"], FORMAT):
        done = ruff(notebook, *options)
        done.check_returncode()
        notebook = nbformat.reads(done.stdout, as_version=4)
    return run(path, notebook)


# Rules ----------------------------------------------------------------------------------------------


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """All Markdown in one piece."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def in_order(headings, text):
    """Whether each of the headings stands there once, in this order."""
    return [line for line in text.splitlines() if line in headings] == list(headings)


def pictures(cell):
    """The figures among the cell's outputs."""
    shown = [output for output in cell.outputs if output.output_type == "display_data"]
    return [output for output in shown if any(kind.startswith("image/") for kind in output.data)]


def called(statement):
    """The name of the function that a statement calls and does nothing else, or None."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func)
    return None


def check_counts(notebook):
    """nbval passes a cell that was never run, so every count must be there."""
    for number, cell in enumerate(code_cells(notebook), 1):
        if cell.execution_count != number:
            yield f"{cell.id}: execution count {cell.execution_count}, expected {number}"
        if not cell.source.strip():
            yield f"{cell.id}: empty cell"


def check_tags(notebook):
    """An unknown tag is silently dead."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        yield from (f"{cell.id}: unknown tag {tag!r}" for tag in set(tags) - TAGS)
        hidden = "hide-cell" in tags and cell.metadata.get("jupyter", {}).get("source_hidden")
        if "solution" in tags and cell.cell_type == "code" and not hidden:
            yield f"{cell.id}: a solution is hidden until asked for (hide-cell, jupyter.source_hidden)"


def check_figures(notebook):
    """Each figure has alt text that says something, a caption and a name of its own."""
    names = set()
    for cell in code_cells(notebook):
        if not (found := pictures(cell)):
            continue
        meta = cell.metadata.get("mystnb", {})
        if len(found) > 1:
            yield f"{cell.id}: {len(found)} figures in one cell"
        if any("image/svg+xml" not in picture.data for picture in found):
            yield f"{cell.id}: a figure is not SVG"
        if len(meta.get("image", {}).get("alt", "").split()) < 12:
            yield f"{cell.id}: the alt text says too little (at least 12 words)"
        caption = meta.get("figure", {}).get("caption", "")
        if not caption:
            yield f"{cell.id}: a figure without caption"
        if turned := re.search(r"\b(black|white|dark(er)?|light(er)?)\b", caption, re.I):
            yield f"{cell.id}: the caption says {turned[0]!r}, which the dark theme turns round"
        name = meta.get("figure", {}).get("name", "")
        if not name.startswith("fig-") or name in names:
            yield f"{cell.id}: figure name {name!r} is missing or used twice"
        names.add(name)
        calls = [called(statement) for statement in ast.parse(cell.source).body]
        if calls[-1:] != ["plt.show"] and calls[-2:] != ["plt.show", "plots.sliders"]:
            yield f"{cell.id}: end a plot cell with plt.show(), and after it at most plots.sliders(…)"


def check_outputs(notebook):
    """Only printed text, figures and their sliders: no bare representations, warnings or tracebacks."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            page = output.get("data", {}).get("text/html")
            if output.output_type == "execute_result" and (page or "").startswith(SLIDERS):
                if not any("image/svg+xml" in picture.data for picture in pictures(cell)):
                    yield f"{cell.id}: sliders without a figure in the same cell"
            elif page is not None:
                yield f"{cell.id}: an HTML output that is not of plots.sliders"
            elif output.output_type in ("error", "execute_result"):
                yield f"{cell.id}: output of type {output.output_type}; print through an f-string"
            elif output.output_type == "stream" and output.name != "stdout":
                yield f"{cell.id}: writes to {output.name}"
            elif output.output_type == "stream":
                for pattern, what in UNREADABLE.items():
                    if match := re.search(pattern, output.text):
                        yield f"{cell.id}: prints {what}: {match[0]}"
                if (widest := max(map(len, output.text.splitlines()), default=0)) > WIDEST_LINE:
                    yield f"{cell.id}: prints a line of {widest} characters, at most {WIDEST_LINE}"


def check_code(notebook):
    """Short cells, half of the open ones very short; seeded, imports in the first, nothing nbval cannot compare."""
    lengths = []
    for number, cell in enumerate(code_cells(notebook)):
        lines = [line.strip() for line in cell.source.splitlines()]
        length = len([line for line in lines if line and not line.startswith("#")])
        if not {"solution", "hide-input", "hide-cell"} & set(cell.metadata.get("tags", [])):
            lengths.append(length)
        if length > LONGEST_CELL:
            yield f"{cell.id}: {length} lines of code, at most {LONGEST_CELL}"
        if (widest := max(map(len, cell.source.splitlines()), default=0)) > WIDEST_LINE:
            yield f"{cell.id}: a line of {widest} characters, at most {WIDEST_LINE}"
        if cell.source.rstrip().endswith(";"):
            yield f"{cell.id}: ends with a semicolon, which nbval ignores"
        if re.search(r"^\s*[%!]", cell.source, re.M):
            yield f"{cell.id}: magics do not run everywhere the package does"
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import | ast.ImportFrom) and number:
                yield f"{cell.id}: imports belong in the first cell"
            if isinstance(node, ast.Call) and ast.unparse(node) == "np.random.default_rng()":
                yield f"{cell.id}: default_rng without a seed"
    if lengths and statistics.median(lengths) > MEDIAN_CELL:
        yield f"the median cell has {statistics.median(lengths)} lines, at most {MEDIAN_CELL}"


def check_format(notebook):
    """The lint of modules leaves notebooks out, because the page is narrower."""
    if ruff(notebook, *FORMAT, "--check").returncode:
        yield f"the code is not formatted: ruff {' '.join(FORMAT)}"


def check_shape(notebook):
    """The parts that every chapter has, in order, and a solution for each exercise."""
    text = prose(notebook)
    titles = re.findall(r"^# +(.+)$", text, re.M)
    if len(titles) != 1:
        yield f"{len(titles)} titles, expected one"
    if "You will be able to" not in text:
        yield "no objectives ('You will be able to')"
    if not re.search(r"^:::+\{admonition\} Predict", text, re.M):
        yield "no question to predict the answer of ('Predict …')"
    for title in re.findall(r"\{admonition\} (?!Predict)(.+)\n:class: tip", text):
        yield f"the box {title!r} looks like a prediction; another class than tip"
    if not in_order(SECTIONS, text):
        yield f"the sections {', '.join(SECTIONS)} must close the chapter in this order"
    if not in_order(TIERS, text):
        yield f"the exercises come in the tiers {', '.join(TIERS)}"
    exercises = re.findall(r"^:::+\{exercise\}.*\n:label: (\S+)", text, re.M)
    solutions = re.findall(r"^:::+\{solution\} (\S+)", text, re.M)
    if exercises != solutions or not exercises:
        yield f"exercises {exercises} and solutions {solutions} differ"


def check_quiz(notebook):
    """Questions that can be read, each in a cell of its own, and gathered after the summary."""
    asked, reviews = [], 0
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or "{quiz" not in cell.source:
            continue
        try:
            found = quiz.find(cell.source)
        except quiz.QuizError as error:
            yield f"{cell.id}: {error}"
            continue
        if found and quiz.BLOCK.sub("", cell.source, count=1).strip():
            yield f"{cell.id}: a question has a cell of its own"
        reviews += len(quiz.REVIEW.findall(cell.source))
        if found and reviews:
            yield f"{cell.id}: a question after the review"
        asked += found
        yield from (f"{cell.id}: {problem}" for question in found for problem in quiz.problems(question))
    text = prose(notebook)
    if "{quiz" not in text:
        return
    least, most = QUESTIONS
    if not least <= len(asked) <= most:
        yield f"{len(asked)} questions, a chapter has {least} to {most}"
    names = Counter(question.name for question in asked)
    yield from (f"two questions are called {name}" for name, count in names.items() if count > 1)
    if len(asked) >= least:
        yield from quiz.patterns(asked)
    if reviews != 1 or not re.search(r"^## Check yourself\n+:::+\{quiz-review\}", text, re.M):
        yield "the questions are gathered once, in a section 'Check yourself' (quiz-review)"
    if not in_order(["## Summary", "## Check yourself", "## Exercises"], text):
        yield "'Check yourself' stands between Summary and Exercises"


def check_form(notebook):
    """Saved by this tool."""
    if nbformat.writes(notebook) != nbformat.writes(canonical(notebook)):
        yield "not in canonical form: run `make notebooks`"


RULES = (
    check_counts, check_tags, check_figures, check_outputs, check_code, check_format, check_shape, check_quiz,
    check_form,
)  # fmt: skip


def rules_for(path):
    """An appendix need not have the shape of a chapter; every other rule holds for it too."""
    return [rule for rule in RULES if rule is not check_shape or Path(path).stem not in parts()["Appendices"]]


def problems(notebook, rules=RULES):
    """Every breach of the rules, as sentences."""
    return [problem for rule in rules for problem in rule(notebook)]


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "check", "text"):
        commands.add_parser(name).add_argument("files", nargs="+", type=Path)
    writer = commands.add_parser("write")
    writer.add_argument("file", type=Path)
    writer.add_argument("text", type=Path)
    args = parser.parse_args(argv)
    if args.command == "write":
        write(args.file, args.text.read_text(encoding="utf-8"))
        print(f"wrote {args.file}")
        return 0
    found = []
    for path in args.files:
        notebook = nbformat.read(path, as_version=4)
        if args.command == "run":
            print(f"{path}: {'changed' if run(path, notebook) else 'unchanged'}")
        elif args.command == "text":
            print(jupytext.writes(canonical(notebook), fmt="md:myst"))
        else:
            found += [f"{path}: {problem}" for problem in problems(notebook, rules_for(path))]
    print("".join(f"{problem}\n" for problem in found), end="", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
