"""Run, canonicalise, check and edit the chapters.

    python tools/notebooks.py run   book/*.ipynb            execute, save the outputs in canonical form
    python tools/notebooks.py check book/*.ipynb            the rules that need no execution
    python tools/notebooks.py text  book/entropy.ipynb      print the text view (MyST Markdown)
    python tools/notebooks.py write book/entropy.ipynb TEXT make the notebook from its text view, and run it

A chapter exists once, as a notebook with its outputs. The text view is for editing only.
"""

import argparse
import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbclient import NotebookClient

from book._ext import quiz
from tools.course import decks

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_METADATA = ("jupyter", "mystnb", "slideshow", "tags")
TAGS = {
    "hide-cell",  # shown on request: solutions
    "hide-input",  # the code is shown on request: figures
    "nbval-ignore-output",  # what the cell prints depends on the machine
    "solution",  # left out of the student edition
}
QUESTIONS = (5, 8)  # of a chapter
SECTIONS = ("Common mistakes", "Summary", "Exercises", "Further reading")
SLIDERS = '<div class="sliders" data-figure="'
TIERS = ("Warm-up", "Core", "Stretch")
TOC = Path(__file__).parents[2] / "_toc.yml"
LONGEST_CELL, MEDIAN_CELL, WIDEST_LINE = 20, 4, 88


# Canonical form -------------------------------------------------------------------------------------


def slug(text):
    """`Wrong beliefs cost bits` -> `wrong-beliefs-cost-bits`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-")


def readable_ids(cells):
    """Ids made of the section's heading and a count, so that a diff names the place."""
    heading, seen, ids = "cell", {}, []
    for cell in cells:
        if cell.cell_type == "markdown" and (headings := re.findall(r"^#{1,3} +(.+)$", cell.source, re.M)):
            heading = slug(headings[-1]) or "cell"
        seen[heading] = seen.get(heading, 0) + 1
        ids.append(f"{heading}-{seen[heading]}")
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
    """Write only what really changed."""
    text = nbformat.writes(canonical(notebook)) + "\n"
    path = Path(path)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        return True
    return False


def run(path, notebook=None):
    """Execute the chapter in its folder and save it; True if the file changed."""
    notebook = nbformat.read(path, as_version=4) if notebook is None else notebook
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(Path(path).parent)}},
    )
    client.execute()
    return save(notebook, path)


def divided(notebook):
    """One Markdown cell a section, an exercise or a question: what a slide or an edition takes or leaves."""
    starts = r"(?<!\)=)\n+(?=(?:\([\w-]+\)=\n)?#{2,3} |:::+\{(?:exercise|quiz)\})"
    cells = []
    for cell in notebook.cells:
        parts = re.split(starts, cell.source) if cell.cell_type == "markdown" else [cell.source]
        for part in parts:
            cells.append(nbformat.from_dict({**cell, "source": part}))
    notebook.cells = cells
    return notebook


def text_view(notebook):
    """The chapter as MyST Markdown. Its slides are left out: they have a text of their own (tools/slides.py)."""
    notebook = canonical(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
    return jupytext.writes(notebook, fmt="md:myst")


def write(path, text):
    """Make a chapter from its text view, format its code and run it; its slides stay with their cells."""
    path = Path(path)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    nbformat.write(canonical(divided(jupytext.reads(text, fmt="md:myst"))), path)
    for command in (["check", "--fix", "--exit-zero"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, "--quiet", str(path)], check=True)
    notebook = nbformat.read(path, as_version=4)
    if before is not None:
        try:
            remarks = decks.carry(nbformat.reads(before, as_version=4), notebook)
        except decks.DeckError:
            path.write_text(before, encoding="utf-8")
            raise
        print("".join(f"{path}: {remark}\n" for remark in remarks), end="")
    return run(path, notebook)


# Rules ----------------------------------------------------------------------------------------------


def code_lines(cell):
    """Lines of code, without blank lines and comments."""
    return [s for line in cell.source.splitlines() if (s := line.strip()) and not s.startswith("#")]


def outputs(cell, kind):
    """The cell's outputs of one kind."""
    return [output for output in cell.outputs if output.output_type == kind]


def called(statement):
    """The name of the function that a statement calls and does nothing else, or None."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func)
    return None


def is_sliders(output):
    """Whether it is the note that a figure has sliders on its page."""
    return output.output_type == "execute_result" and output.data.get("text/html", "").startswith(SLIDERS)


def check_counts(notebook):
    """nbval passes a cell that was never run, so every count must be there."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        if cell.execution_count != number:
            yield f"{cell.id}: execution count {cell.execution_count}, expected {number}"
        if not cell.source.strip():
            yield f"{cell.id}: empty cell"


def check_tags(notebook):
    """An unknown tag is silently dead."""
    for cell in notebook.cells:
        for tag in set(cell.metadata.get("tags", [])) - TAGS:
            yield f"{cell.id}: unknown tag {tag!r}"
        if "solution" in cell.metadata.get("tags", []) and cell.cell_type == "code":
            hidden = "hide-cell" in cell.metadata.tags and cell.metadata.get("jupyter", {}).get("source_hidden")
            if not hidden:
                yield f"{cell.id}: a solution is hidden until asked for (hide-cell, jupyter.source_hidden)"


def check_figures(notebook):
    """Each figure has alt text that says something, a caption and a name of its own."""
    names = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        pictures = [o for o in outputs(cell, "display_data") if any(k.startswith("image/") for k in o.data)]
        if not pictures:
            continue
        meta = cell.metadata.get("mystnb", {})
        if len(pictures) > 1:
            yield f"{cell.id}: {len(pictures)} figures in one cell"
        if any("image/svg+xml" not in picture.data for picture in pictures):
            yield f"{cell.id}: a figure is not SVG"
        if len(meta.get("image", {}).get("alt", "").split()) < 12:
            yield f"{cell.id}: the alt text says too little (at least 12 words)"
        if not meta.get("figure", {}).get("caption"):
            yield f"{cell.id}: a figure without caption"
        name = meta.get("figure", {}).get("name", "")
        if not name.startswith("fig-") or name in names:
            yield f"{cell.id}: figure name {name!r} is missing or used twice"
        names.add(name)
        last = ast.parse(cell.source).body
        if last and called(last[-1]) == "plots.sliders":
            last.pop()
        if not last or called(last[-1]) != "plt.show":
            yield f"{cell.id}: end a plot cell with plt.show(), and after it at most plots.sliders(…)"


def check_outputs(notebook):
    """Only printed text, figures and their sliders: no bare representations, warnings or tracebacks."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if is_sliders(output):
                if not any("image/svg+xml" in o.data for o in outputs(cell, "display_data")):
                    yield f"{cell.id}: sliders without a figure in the same cell"
            elif "text/html" in output.get("data", {}):
                yield f"{cell.id}: an HTML output that is not of plots.sliders"
            elif output.output_type in ("error", "execute_result"):
                yield f"{cell.id}: output of type {output.output_type}; print through an f-string"
            elif output.output_type == "stream" and output.name != "stdout":
                yield f"{cell.id}: writes to {output.name}"
            elif output.output_type == "stream":
                for pattern, what in (
                    (r"\d\.\d{7,}", "an unrounded number"),
                    (r"0x[0-9a-f]{6,}", "an address"),
                    (r"np\.(float|int)\d+\(", "a bare representation"),
                ):
                    if match := re.search(pattern, output.text):
                        yield f"{cell.id}: prints {what}: {match[0]}"


def check_code(notebook):
    """Short cells, seeded, imports in the first, nothing that nbval cannot compare."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    lengths = [len(code_lines(cell)) for cell in cells]
    read = [n for n, cell in zip(lengths, cells, strict=True) if "solution" not in cell.metadata.get("tags", [])]
    if read and statistics.median(read) > MEDIAN_CELL:
        yield f"the median cell has {statistics.median(read)} lines, at most {MEDIAN_CELL}"
    for number, (cell, length) in enumerate(zip(cells, lengths, strict=True)):
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
            if (
                isinstance(node, ast.Attribute)
                and ast.unparse(node.value) == "np.random"
                and node.attr != "default_rng"
            ):
                yield f"{cell.id}: np.random.{node.attr}; draw from a seeded default_rng"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.random.default_rng" and not node.args:
                yield f"{cell.id}: default_rng without a seed"


def check_shape(notebook):
    """The parts that every chapter has, in order, and a solution for each exercise."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = re.findall(r"^# +(.+)$", text, re.M)
    if len(titles) != 1:
        yield f"{len(titles)} titles, expected one"
    if "You will be able to" not in text:
        yield "no objectives ('You will be able to')"
    if not re.search(r"^:::+\{admonition\} Predict", text, re.M):
        yield "no question to predict the answer of ('Predict …')"
    headings = re.findall(r"^## +(.+)$", text, re.M)
    if [h for h in headings if h in SECTIONS] != list(SECTIONS):
        yield f"the sections {', '.join(SECTIONS)} must close the chapter in this order"
    tiers = [h for h in re.findall(r"^### +(.+)$", text, re.M) if h in TIERS]
    if tiers != list(TIERS):
        yield f"the exercises come in the tiers {', '.join(TIERS)}"
    exercises = re.findall(r"^:::+\{exercise\}.*\n:label: (\S+)", text, re.M)
    solutions = re.findall(r"^:::+\{solution\} (\S+)", text, re.M)
    if exercises != solutions or not exercises:
        yield f"exercises {exercises} and solutions {solutions} differ"


def check_quiz(notebook):
    """Questions that can be read, each in a cell of its own, five to eight, and gathered after the summary."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown" and "{quiz" in cell.source]
    asked, reviews = [], []
    for place, cell in enumerate(cells):
        try:
            found = quiz.find(cell.source)
        except quiz.QuizError as error:
            yield f"{cell.id}: {error}"
            continue
        if found and quiz.BLOCK.sub("", cell.source, count=1).strip():
            yield f"{cell.id}: a question has a cell of its own"
        reviews += [place for _ in quiz.REVIEW.findall(cell.source)]
        if found and reviews:
            yield f"{cell.id}: a question after the review"
        asked += found
        yield from (f"{cell.id}: {problem}" for question in found for problem in quiz.problems(question))
    if not cells:
        return
    least, most = QUESTIONS
    if not least <= len(asked) <= most:
        yield f"{len(asked)} questions, a chapter has {least} to {most}"
    names = [question.name for question in asked]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"two questions are called {name}"
    if len(asked) >= least:
        yield from quiz.patterns(asked)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    if len(reviews) != 1 or not re.search(r"^## Check yourself\n+:::+\{quiz-review\}", text, re.M):
        yield "the questions are gathered once, in a section 'Check yourself' (quiz-review)"
    closing = [h for h in re.findall(r"^## +(.+)$", text, re.M) if h in ("Summary", "Check yourself", "Exercises")]
    if closing != ["Summary", "Check yourself", "Exercises"]:
        yield "'Check yourself' stands between Summary and Exercises"


def check_form(notebook):
    """Saved by this tool."""
    if nbformat.writes(notebook) != nbformat.writes(canonical(notebook)):
        yield "not in canonical form: run `make notebooks`"


RULES = (
    check_counts,
    check_tags,
    check_figures,
    check_outputs,
    check_code,
    check_shape,
    check_quiz,
    check_form,
)


def appendices(toc=TOC):
    """Names of the pages in the part "Appendices"."""
    parts = yaml.safe_load(Path(toc).read_text(encoding="utf-8"))["parts"]
    return {Path(page["file"]).stem for part in parts if part["caption"] == "Appendices" for page in part["chapters"]}


def rules_for(path):
    """An appendix need not have the shape of a chapter; every other rule holds for it too."""
    return tuple(rule for rule in RULES if rule is not check_shape or Path(path).stem not in appendices())


def problems(notebook, rules=RULES):
    """Every breach of the rules, as sentences."""
    return [problem for rule in rules for problem in rule(notebook)]


# Command line ---------------------------------------------------------------------------------------


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "check", "text"):
        commands.add_parser(name).add_argument("files", nargs="+", type=Path)
    writer = commands.add_parser("write")
    writer.add_argument("file", type=Path)
    writer.add_argument("text", type=Path)
    args = parser.parse_args(argv)
    status = 0
    if args.command == "write":
        try:
            write(args.file, args.text.read_text(encoding="utf-8"))
        except decks.DeckError as error:
            print(f"{args.file}: {error}", file=sys.stderr)
            return 1
        print(f"wrote {args.file}")
        return 0
    for path in args.files:
        if args.command == "run":
            print(f"{path}: {'changed' if run(path) else 'unchanged'}")
        elif args.command == "text":
            print(text_view(nbformat.read(path, as_version=4)))
        else:
            for problem in problems(nbformat.read(path, as_version=4), rules_for(path)):
                print(f"{path}: {problem}", file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
