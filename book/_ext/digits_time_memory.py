"""What `make bench` recorded, on the page.

    ```{digits-time-memory} machine          where and with what it was measured
    ```{digits-time-memory} goals            how many goals were reached
    ```{digits-time-memory} digits           a line for each function: its largest errors
    ```{digits-time-memory} errors           every set of every function
    ```{digits-time-memory} factors          our times over the exponential's and SciPy's
    ```{digits-time-memory} factors_wide     the same with the widest instructions, where there are two sets
    ```{digits-time-memory} ratios           a picture of our times over other libraries', over its caption
    ```{digits-time-memory} speed            the times
    ```{digits-time-memory} memory           the memory that a call takes
    ```{digits-time-memory} import           the time to import the package

No number of the page is typed: all come from the records of `tools/measuring`.
"""

import re
import statistics
from pathlib import Path

import matplotlib
from docutils import nodes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import blended_transform_factory
from sphinx.util.docutils import SphinxDirective

from crossentropy import plots
from tools.measuring import records
from tools.measuring.libraries import OURS, TABLE

from .other_libraries import ROOT, line, number, prose, table, tag, tbody, tr

LARGEST = 0  # of a set's errors, largest and median
SECTIONS = {"Digits": "accuracy", "Time beside other libraries": "speed", "Memory": "memory", "Import": "import"}
#: The libraries in the pictures: shape and colour of a mark.
MARKS = {
    OURS: ("o", plots.TRUTH),
    "SciPy": ("s", plots.EXTRA),
    "PyTorch": ("D", plots.BELIEF),
    "Optax": ("^", plots.QUIET),
    "scikit-learn": ("X", "#222222"),
}


def by(rows, *fields):
    """Rows with the same fields together, in order, by these fields as text."""
    groups = {}
    for row in rows:
        groups.setdefault(", ".join(str(row[field]) for field in fields), []).append(row)
    return groups


def load():
    """The rows of both records, by section; and where and with what each was measured."""
    kept = {name: records.load(name) for name in ("benchmarks", "accuracy")}
    rows = [row for record in kept.values() for row in record["rows"]]
    return by(rows, "section") | {"provenance": {name: record["provenance"] for name, record in kept.items()}}


def task(name):
    """What is measured, as code: our function, and whether with its gradient."""
    called, with_gradient = re.match(r"ce\.(\w+?)(_value_and_grad)?\(", TABLE["benchmarks"][name][OURS]).groups()
    return f"`{called}`, with gradient" if with_gradient else f"`{called}`"


def size(shape):
    """10,000 × 10."""
    return " × ".join(f"{length:,}" for length in shape)


def called(library):
    return "ours" if library == OURS else library


def measured(value):
    """A time, a share or a ratio, with three digits; or that there is none."""
    if value is None:
        return "not measured"
    return f"{float(f'{value:.3g}'):,}".removesuffix(".0") if value >= 1e-4 else "0"


def error(value):
    """An error in units in the last place, with two digits, large ones with one."""
    if isinstance(value, str):
        return value
    return number(float(f"{value:.2g}" if value < 1000 else f"{value:.0e}"))


def result(row):
    """What became of the goal of a row."""
    return "not measured" if records.aim(row) is None else "missed" if records.missed(row) else "reached"


def verdict(row):
    """The goal, if there is one, and whether it was reached."""
    if row["goal"] is None:
        return "–"
    text = f"{measured(row['goal'])}, {result(row)}"
    return tag("strong", text, classes=["missed"]) if records.missed(row) else text


# Tables and paragraphs --------------------------------------------------------


def grouped(caption, columns, groups):
    """A `<table>` of groups of rows, each under its heading."""
    wide = {"scope": "rowgroup", "role": "rowheader", "colspan": str(len(columns))}
    bodies = [
        tbody(tr(tag("th", *prose(heading), **wide), classes=["group"]), *rows) for heading, rows in groups.items()
    ]
    return [table([caption], columns, bodies, ["libraries", "benchmarks"])]


def function(name):
    """The function in a row of errors, as code: `entropy` in bits."""
    return re.sub(r"^\w+", r"`\g<0>`", name)


def libraries(data):
    """Those that errors are told of, with the heads of their columns."""
    named = {name for found in data["accuracy"] for name in found}
    return {name: "Ours" if name == OURS else name for name in MARKS if name in named}


def largest(found, library):
    """The largest of a library's errors; None where it has no such call."""
    errors = [one[library][LARGEST] for one in found if library in one]
    return "lost" if "lost" in errors else max(errors, default=None)


def digits(data):
    """A line for each function, and one for each set with a goal of its own."""
    names = libraries(data)
    columns = ["Function", *names.values(), "Goal"]
    rows = []
    for found in by(data["accuracy"], "function", "goal").values():
        first, cells = found[0], []
        head = [function(first["function"]), *([] if first["goal"] else [one["set"] for one in found])]
        for library in names:
            worst = largest(found, library)
            cells.append("–" if worst is None else error(worst))
            if worst is not None and first["set"] == "random":
                cells[-1] += f" ({error(first[library][LARGEST])})"
        cells.append(verdict(first | {OURS: [largest(found, OURS)]}))
        rows.append(line(", ".join(head), cells, columns))
    caption = "Largest error of each function in ULP, over all sets of inputs; in brackets on random inputs alone"
    return [table([caption], columns, [tbody(*rows)], ["libraries", "benchmarks"])]


def errors(data):
    """Every set of every function: largest and median error."""
    names = libraries(data)
    columns = ["Inputs", *names.values(), "Goal"]

    def told(found):
        cells = [" / ".join(map(error, found[name])) if name in found else "–" for name in names]
        return line(found["set"], [*cells, verdict(found)], columns)

    functions = by(data["accuracy"], "function").items()
    groups = {function(name): map(told, found) for name, found in functions}
    return grouped("Errors in ULP, largest / median", columns, groups)


def tasks(rows, caption, first, fields):
    """What was measured of each task at each size: the library, and some numbers."""
    library, *numbers = fields.values()

    def told(found):
        cells = [called(found[library]), *(measured(found[field]) for field in numbers), verdict(found)]
        return line(f"{size(found['shape'])} {found['dtype']}", cells, [first, *fields, "Goal"])

    groups = {task(name): map(told, found) for name, found in by(rows, "task").items()}
    return grouped(caption, [first, *fields, "Goal"], groups)


def factor(row):
    """Our time over the exponential's, and in brackets over SciPy's; in bold if either is too long."""
    text = f"{row['factor']:.2g} ({row['ratio']:.2g})"
    return tag("strong", text, classes=["missed"]) if records.missed(row) or row["ratio"] > 1 else text


def by_instructions(data):
    """The rows of each set of instructions, the widest last."""
    return dict(reversed(by(data["factors"], "instructions").items()))


def factors_with(instructions, rows):
    """The table of one set of instructions."""
    columns = ["Table", "float64", "+ gradient", "float32", "+ gradient, float32"]
    places = [("float64", False), ("float64", True), ("float32", False), ("float32", True)]
    groups = {}
    for found in by(rows, "task", "shape").values():
        lines = []
        for inputs, same in by(found, "inputs").items():
            cells = {(row["dtype"], row["gradient"]): factor(row) for row in same}
            lines.append(line(inputs, [cells.get(place, "–") for place in places], columns))
        groups[f"`{found[0]['task']}`, {size(found[0]['shape'])}"] = lines
    shape = rows[0]["shape"]
    took = {
        dtype: statistics.median(row["exp_ms"] for row in same)
        for dtype, same in by([row for row in rows if row["shape"] == shape], "dtype").items()
    }
    caption = (
        f"With {instructions}: our time over that of the exponential, in brackets over SciPy's. The exponential of "
        f"{size(shape)} numbers takes " + " and ".join(f"{measured(ms)} ms in {dtype}" for dtype, ms in took.items())
    )
    return grouped(caption, columns, groups)


def factors(data):
    return factors_with(*next(iter(by_instructions(data).items())))


def factors_wide(data):
    if len(data := by_instructions(data)) == 1:
        return [paragraph("NumPy found no wider instructions on this machine.")]
    return factors_with(*list(data.items())[-1])


def speed(data):
    fields = {"Beside": "peer", "Ours, ms": "ours_ms", "Theirs, ms": "peer_ms", "Ratio": "ratio", "Kept": "kept"}
    return tasks(data["speed"], "Milliseconds a call on one core", "Size", fields)


def memory(data):
    fields = {"Library": "library", "Logits, MB": "input_mb", "Extra, MB": "extra_mb", "Share": "share"}
    return tasks(data["memory"], "Memory that a call takes beside its arguments", "Logits", fields)


def paragraph(text):
    return nodes.paragraph("", "", *prose(text))


def machine(data):
    """The machines and the versions of the two records."""
    paragraphs = []
    for what, name in (("Time and memory", "benchmarks"), ("Errors", "accuracy")):
        where, versions = data["provenance"][name]["machine"], data["provenance"][name]["versions"]
        text = f"{what}: {where['processor']}, {where['cores']} cores, of which one thread uses one, with "
        text += (
            f"{where['instructions']}; {where['system']}, memory from {where['allocator']} as it comes, pages larger "
        )
        text += f"than 4 kB: {where['huge_pages'] or 'unknown'}; "
        text += ", ".join(f"{key} {version}" for key, version in versions.items())
        text += f". The machine's load was {where['load']} at the start"
        if "load_after" in where:
            text += f" and {where['load_after']} at the end; the measurement is a load of 1"
        paragraphs.append(paragraph(f"{text}."))
    return paragraphs


def goals(data):
    """How many of the goals were reached."""
    items = nodes.bullet_list()
    for what, section in SECTIONS.items():
        results = [result(row) for row in data[section] if row["goal"] is not None]
        counts = [f"{results.count('reached')} of {len(results)} goals reached"]
        counts += [f"{results.count(word)} {word}" for word in ("missed", "not measured") if word in results]
        items += nodes.list_item("", paragraph(f"{what}: {', '.join(counts)}."))
    for instructions, rows in by_instructions(data).items():
        reached, quicker = (
            sum(found) for found in ([not records.missed(row) for row in rows], [row["ratio"] <= 1 for row in rows])
        )
        text = f"Time over that of the exponential, with {instructions}: {reached} of {len(rows)} goals reached, "
        text += f"{len(rows) - reached} missed; in {quicker} of {len(rows)} no longer than SciPy."
        items += nodes.list_item("", paragraph(text))
    return [items]


def importing(data):
    """What the import costs."""
    (found,) = data["import"]
    return [
        paragraph(
            f"`import numpy` takes {measured(found['numpy_ms'])} ms here. `import crossentropy`, which imports NumPy "
            f"too, takes {measured(found['extra_ms'])} ms more: the median difference of {found['pairs']} pairs of "
            f"fresh processes. The goal of at most {measured(found['goal'])} ms was {result(found)}."
        )
    ]


# Pictures ---------------------------------------------------------------------


def legend(figure, used):
    """The marks of the libraries that are drawn, and their names, above everything."""
    marks = {called(name): mark for name, mark in MARKS.items() if name in used}
    handles = [Line2D([], [], marker=marker, color=colour, linestyle="") for marker, colour in marks.values()]
    figure.legend(handles, [*marks], loc="outside upper left", ncols=len(marks), columnspacing=1.2, handletextpad=0.2)


def ratios(data):
    """Our time over each peer's, a line for each call, with the alt text."""
    values = [row["ratio"] for row in data["speed"]]
    kept = [row["kept"] for row in data["speed"] if row["kept"] is not None]
    figure = Figure(figsize=(5.0, 1))
    axes = figure.subplots()
    # Headings begin at the left edge of the picture and stand in the way of nothing.
    left = blended_transform_factory(figure.transFigure, axes.transData)
    labels, y = [], 0.0
    for name, calls in by(data["speed"], "task").items():
        y += 1.25
        head = task(name).replace("`", "").replace(", with gradient", " + gradient")
        text = axes.text(0.01, y, head, transform=left, va="center")
        text.set(fontweight="bold", fontsize=10.5, in_layout=False)
        top = y + 0.5
        for rows in by(calls, "shape", "dtype").values():
            y += 1
            labels.append((y, f"{size(rows[0]['shape'])} {rows[0]['dtype']}"))
            axes.axhline(y, color="#dddddd", lw=0.8, zorder=0)
            for row in rows:
                marker, colour = MARKS[row["peer"]]
                axes.plot(row["ratio"], y, marker, color=colour, ms=6.5, gid="ratio")
                if row["kept"] is not None:
                    axes.plot(row["kept"], y, marker, color=colour, ms=6.5, mfc="white", zorder=1.5, gid="kept")
        axes.plot([1, 1], [top, y + 0.5], color="#222222", lw=1.2, zorder=1, gid="1")
    figure.set_size_inches(5.0, 0.25 * (y + 5))
    axes.set_yticks([y for y, _ in labels], [label for _, label in labels])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set(ylim=(y + 0.8, 0.3), xscale="log", xlabel="our time / their time")
    axes.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
    axes.set_xticks([], minor=True)
    axes.set_xlim(min(0.09, min(values + kept) / 1.25), max(2.5, max(values + kept) * 1.25))
    legend(figure, by(data["speed"], "peer"))
    alt = (
        "Dots on a logarithmic axis, a line for each call and size, a mark for each library: of "
        f"{len(values)} ratios {sum(value < 1 for value in values)} lie left of the line at 1, where ours is faster. "
        f"The least is {measured(min(values))}, the largest {measured(max(values))}."
    )
    if kept:
        alt += f" With memory kept, open marks, {sum(value < 1 for value in kept)} of {len(kept)} lie left."
    return figure, alt


def drawn(data, path, caption):
    """The picture in the book's style, saved: a figure node with alt text and caption."""
    with matplotlib.rc_context():
        plots.use_book_style()
        figure, alt = ratios(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
    image = nodes.image("", uri=f"/{path.relative_to(ROOT).as_posix()}", alt=alt)
    return nodes.figure("", image, nodes.caption("", "", *prose(caption)), classes=["drawn"])


WORDS = {"machine": machine, "goals": goals, "digits": digits, "errors": errors}
WORDS |= {"factors": factors, "factors_wide": factors_wide, "speed": speed, "memory": memory, "import": importing}


class Benchmarks(SphinxDirective):
    """Shows something of the records; run again when they or this change."""

    required_arguments = 1
    has_content = True  # the caption of a picture

    def run(self):
        (name,) = self.arguments
        for path in (records.FILES["accuracy"], records.FILES["benchmarks"], __file__, plots.__file__):
            self.env.note_dependency(str(path))
        if name in WORDS:
            return WORDS[name](load())
        if name != "ratios":
            raise self.error(f"there is no {name}, only ratios, {', '.join(WORDS)}")
        path = Path(self.env.srcdir) / "_build" / "benchmarks" / "ratios.svg"
        node = drawn(load(), path, " ".join(self.content))
        node["names"].append("fig-measured-ratios")
        self.state.document.note_explicit_target(node, node)
        return [node]


def setup(app):
    app.setup_extension("book._ext.other_libraries")  # whose elements these are
    app.add_directive("digits-time-memory", Benchmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
