"""What `make accuracy` and `make bench` saved, on the page.

    ```{digits-time-memory} machine          where and with what it was measured
    ```{digits-time-memory} goals            how many goals were reached
    ```{digits-time-memory} digits           a line a function: its largest errors
    ```{digits-time-memory} errors           every set of every function
    ```{digits-time-memory} ratios           a picture of the ratios of times
    ```{digits-time-memory} speed            the times
    ```{digits-time-memory} memory           the memory that a call takes
    ```{digits-time-memory} import           the time to import the package
    ```{digits-time-memory} growth           a picture of both against the size of the input

No number of the page is typed: all come from `book/_data/`.
"""

import json
from pathlib import Path

import matplotlib
from docutils import nodes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator
from matplotlib.transforms import blended_transform_factory
from sphinx.util.docutils import SphinxDirective

from crossentropy import plots

from .other_libraries import ROOT, number, prose, tag

DATA = ROOT / "book" / "_data"
FILES = {name: DATA / f"{name}.json" for name in ("accuracy", "benchmarks")}
OURS = "crossentropy"
LARGEST, MEDIAN = 0, 1  # of a set's errors
TASKS = {
    "cross_entropy": "`softmax_cross_entropy`",
    "cross_entropy_gradient": "`softmax_cross_entropy`, with gradient",
    "entropy": "`entropy`",
    "kl": "`kl_divergence`",
    "logsumexp": "`logsumexp`",
    "softmax": "`softmax`",
    "binary": "`binary_cross_entropy`",
    "binary_logits_gradient": "`binary_cross_entropy_with_logits`, with gradient",
}
#: The libraries in the pictures: shape and colour of a mark.
MARKS = {
    OURS: ("o", plots.TRUTH),
    "SciPy": ("s", plots.EXTRA),
    "PyTorch": ("D", plots.BELIEF),
    "Optax": ("^", plots.QUIET),
    "scikit-learn": ("X", "#222222"),
}


def load():
    """Both results, by the names of their files."""
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


# Words ------------------------------------------------------------------------


def size(shape):
    """10,000 × 10."""
    return " × ".join(f"{length:,}" for length in shape)


def called(library):
    return "ours" if library == OURS else library


def heading(library):
    return "Ours" if library == OURS else library


def measured(value):
    """A time, a share or a ratio, with three digits; what there is none of."""
    if value is None:
        return "not measured"
    return f"{float(f'{value:.3g}'):,}".removesuffix(".0") if value >= 1e-4 else "0"


def error(value):
    """An error in units in the last place, with two digits, large ones with one."""
    if isinstance(value, str):
        return value
    return number(float(f"{value:.2g}" if value < 1000 else f"{value:.0e}"))


def missed(value, goal):
    """Whether there is a goal, and a value that does not reach it."""
    if goal is None or value is None:
        return False
    return isinstance(value, str) or value > goal


def verdict(value, goal):
    """The goal, and whether it was reached."""
    if goal is None:
        return "–"
    if value is None:
        return f"{measured(goal)}, not measured"
    if missed(value, goal):
        return tag("strong", f"{measured(goal)}, missed", classes=["missed"])
    return f"{measured(goal)}, reached"


def aims(data):
    """What has a goal: a word for it, and pairs of value and goal."""
    bench = data["benchmarks"]
    imported = bench["import"]
    errors = data["accuracy"]["lines"]
    return {
        "Digits": [(line[OURS][LARGEST], line["target"]) for line in errors],
        "Time": [(line["ratio"], line["goal"]) for line in bench["speed"]],
        "Memory": [(line["share"], line["goal"]) for line in bench["memory"]],
        "Import": [(imported["extra_ms"], imported["goal_ms"])],
    }


# Tables -----------------------------------------------------------------------


def row(head, cells, columns):
    """A line of a table; cells carry their columns' names, for narrow screens."""
    return tag(
        "tr",
        tag("th", *prose(head), scope="row", role="rowheader"),
        *(
            tag("td", tag("div", cell), role="cell", **{"data-label": column})
            for cell, column in zip(cells, columns[1:], strict=True)
        ),
        role="row",
    )


def table(caption, columns, bodies):
    """A `<table>`; bodies are pairs of a heading, or None, and rows."""
    heads = (tag("th", name, scope="col", role="columnheader") for name in columns)
    wide = {"scope": "rowgroup", "role": "rowheader", "colspan": str(len(columns))}
    groups = []
    for heading, rows in bodies:
        if heading:
            cell = tag("th", *prose(heading), **wide)
            rows = [tag("tr", cell, classes=["group"], role="row"), *rows]
        groups.append(tag("tbody", *rows, role="rowgroup"))
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        *groups,
        classes=["other-libraries", "libraries", "benchmarks"],
        role="table",
    )


def by(lines, *fields):
    """Lines with the same fields together, in order."""
    groups = {}
    for line in lines:
        key = tuple(str(line[field]) for field in fields)
        groups.setdefault(key if len(fields) > 1 else key[0], []).append(line)
    return groups


def function(name):
    """The function in a line of errors, as code: `entropy` in bits."""
    what, _, more = name.partition(" ")
    return f"`{what}` {more}".rstrip()


def libraries(data):
    """Those that errors are told of; what was not installed has a column too."""
    there = data["accuracy"]
    named = {name for line in there["lines"] for name in line} | {*there["missing"]}
    return [name for name in MARKS if name in named]


def errors_of(line, library, missing):
    """What was found for a library, or the reason why there is nothing."""
    if library in missing:
        return None
    return line.get(library, "–")


def digits(data):
    """A line a function, and one for each set that has no goal."""
    names, missing = libraries(data), data["accuracy"]["missing"]
    columns = ["Function", *map(heading, names), "Goal"]
    rows = []
    groups = by(data["accuracy"]["lines"], "function", "target")
    for (name, target), lines in groups.items():
        head = function(name)
        if target in ("None", "0.0", "0"):
            head += ", " + ", ".join(line["set"] for line in lines)
        cells = []
        for library in names:
            found = [errors_of(line, library, missing) for line in lines]
            if None in found:
                cells.append("not measured")
            elif "–" in found:
                cells.append("–")
            else:
                all_sets = [one[LARGEST] for one in found]
                worst = "lost" if "lost" in all_sets else max(all_sets)
                text = error(worst)
                if lines[0]["set"] == "random":
                    text += f" ({error(found[0][LARGEST])})"
                cells.append(text)
            if library == OURS:
                ours = worst
        rows.append(row(head, [*cells, verdict(ours, lines[0]["target"])], columns))
    caption = "Largest error of each function in ULP, over all sets of inputs; in brackets on random inputs alone"
    return [table(caption, columns, [(None, rows)])]


def errors(data):
    """Every set of every function: largest and median error."""
    names, missing = libraries(data), data["accuracy"]["missing"]
    columns = ["Inputs", *map(heading, names), "Goal"]
    bodies = []
    for name, lines in by(data["accuracy"]["lines"], "function").items():
        rows = []
        for line in lines:
            cells = []
            for library in names:
                found = errors_of(line, library, missing)
                if found is None or found == "–":
                    cells.append(found or "not measured")
                else:
                    cells.append(f"{error(found[LARGEST])} / {error(found[MEDIAN])}")
            goal = verdict(line[OURS][LARGEST], line["target"])
            rows.append(row(line["set"], [*cells, goal], columns))
        bodies.append((function(name), rows))
    return [table("Errors in ULP, largest / median", columns, bodies)]


def speed(data):
    """Times and ratios, task by task."""
    columns = ["Size", "Beside", "Ours, ms", "Theirs, ms", "Ratio", "Goal"]
    bodies = []
    for task, lines in by(data["benchmarks"]["speed"], "task").items():
        rows = [
            row(
                f"{size(line['shape'])} {line['dtype']}",
                [
                    line["peer"],
                    measured(line["ours_ms"]),
                    measured(line["peer_ms"]),
                    measured(line["ratio"]),
                    verdict(line["ratio"], line["goal"]),
                ],
                columns,
            )
            for line in lines
        ]
        bodies.append((TASKS[task], rows))
    return [table("Milliseconds a call on one core", columns, bodies)]


def memory(data):
    """Extra memory, task by task."""
    columns = ["Logits", "Library", "Logits, MB", "Extra, MB", "Share", "Goal"]
    bodies = []
    for task, lines in by(data["benchmarks"]["memory"], "task").items():
        rows = [
            row(
                f"{size(line['shape'])} {line['dtype']}",
                [
                    called(line["library"]),
                    measured(line["input_mb"]),
                    measured(line["extra_mb"]),
                    measured(line["share"]),
                    verdict(line["share"], line["goal"]),
                ],
                columns,
            )
            for line in lines
        ]
        bodies.append((TASKS[task], rows))
    return [table("Memory that a call takes beside its arguments", columns, bodies)]


# Paragraphs -------------------------------------------------------------------


def paragraph(text):
    return nodes.paragraph("", "", *prose(text))


def machine(data):
    """The machines and the versions of the two runs."""
    paragraphs = []
    for what, name in (("Time and memory", "benchmarks"), ("Errors", "accuracy")):
        result = data[name]
        where, versions = result["machine"], result["versions"]
        text = f"{what}: {where['processor']}, {where['cores']} cores, "
        text += f"{where['system']}; "
        text += ", ".join(f"{key} {version}" for key, version in versions.items())
        text += f". The machine's load was {where['load']} at the start"
        if "load_after" in where:
            text += f" and {where['load_after']} at the end; the measurement is a load of 1"
        text += "."
        if result["missing"]:
            text += f" Not installed, so not measured: {', '.join(result['missing'])}."
        paragraphs.append(paragraph(text))
    return paragraphs


def goals(data):
    """How many of the goals were reached."""
    items = nodes.bullet_list()
    for what, pairs in aims(data).items():
        pairs = [pair for pair in pairs if pair[1] is not None]
        absent = sum(value is None for value, _ in pairs)
        failed = sum(missed(*pair) for pair in pairs)
        text = f"{what}: {len(pairs) - absent - failed} of {len(pairs)} goals reached"
        text += f", {failed} missed" if failed else ""
        text += f", {absent} not measured." if absent else "."
        items += nodes.list_item("", paragraph(text))
    return [items]


def importing(data):
    """What the import costs."""
    found = data["benchmarks"]["import"]
    reached = "missed" if missed(found["extra_ms"], found["goal_ms"]) else "reached"
    return [
        paragraph(
            f"`import numpy` takes {measured(found['numpy_ms'])} ms here. `import "
            f"crossentropy`, which imports NumPy too, takes "
            f"{measured(found['extra_ms'])} ms more: the median difference of "
            f"{found['pairs']} pairs of fresh processes. The goal of at most "
            f"{measured(found['goal_ms'])} ms was {reached}."
        )
    ]


# Pictures ---------------------------------------------------------------------


def legend(figure, names):
    """The marks and their names, above everything."""
    handles = [Line2D([], [], marker=MARKS[name][0], color=MARKS[name][1], linestyle="") for name in names]
    figure.legend(
        handles,
        [called(name) for name in names],
        loc="outside upper left",
        ncols=len(names),
        columnspacing=1.2,
        handletextpad=0.2,
    )


def plain(power):
    """0.1, 1, 1,000, and 10⁵ for what is long."""
    return f"{power:,.10g}" if 1e-3 < power < 1e4 else number(power)


def logarithmic(axis, few=4):
    """Powers of ten that can be read, few enough for the room."""
    axis.set_major_locator(LogLocator(numticks=few))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda power, _: plain(power)))


def ratios(data):
    """Our time over each peer's, a line a call, with the alt text and the caption."""
    lines = [line for line in data["benchmarks"]["speed"] if line["ratio"] is not None]
    values = [line["ratio"] for line in lines]
    figure = Figure(figsize=(5.0, 1))
    axes = figure.subplots()
    # Headings begin at the left edge of the picture and stand in the way of nothing.
    left = blended_transform_factory(figure.transFigure, axes.transData)
    labels, y = [], 0.0
    for task, calls in by(lines, "task").items():
        y += 1.25
        head = TASKS[task].replace("`", "").replace(", with gradient", " + gradient")
        text = axes.text(0.01, y, head, transform=left, va="center")
        text.set(fontweight="bold", fontsize=10.5, in_layout=False)
        top = y + 0.5
        for points in by(calls, "shape", "dtype").values():
            y += 1
            labels.append((y, f"{size(points[0]['shape'])} {points[0]['dtype']}"))
            axes.axhline(y, color="#dddddd", lw=0.8, zorder=0)
            for line in points:
                marker, colour = MARKS[line["peer"]]
                axes.plot(line["ratio"], y, marker, color=colour, ms=6.5, gid="ratio")
        axes.plot([1, 1], [top, y + 0.5], color="#222222", lw=1.2, zorder=1, gid="1")
    figure.set_size_inches(5.0, 0.25 * (y + 5))
    axes.set_ylim(y + 0.8, 0.3)
    axes.set_yticks([y for y, _ in labels], [label for _, label in labels])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xscale("log")
    axes.set_xlim(min(0.09, min(values) / 1.25), max(2.5, max(values) * 1.25))
    axes.xaxis.set_major_locator(FixedLocator([0.1, 0.3, 1, 3, 10]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
    axes.set_xlabel("our time / their time")
    legend(figure, [name for name in MARKS if name in by(lines, "peer")])
    faster = sum(value < 1 for value in values)
    alt = (
        "Dots on a logarithmic axis, a line for each call and size, a mark for each "
        f"library: of {len(values)} ratios {faster} lie left of the line at 1, where "
        f"ours is faster. The least is {measured(min(values))}, the largest "
        f"{measured(max(values))}."
    )
    caption = (
        "Our time over that of another library. Left of the line at 1 ours takes less "
        "time, right of it more. The axis is logarithmic."
    )
    return figure, alt, caption


def growth(data):
    """Time and memory against rows and classes, with the alt text and the caption."""
    lines = data["benchmarks"]["growth"]
    fields = {"ms": "time, ms", "extra_mb": "extra memory, MB"}
    known = [field for field in fields if any(x[field] is not None for x in lines)]
    figure = Figure(figsize=(5.6, 0.6 + 2.5 * len(known)))
    grid = figure.subplots(len(known), 2, sharex="col", sharey="row", squeeze=False)
    said = []
    for across, (along, points) in enumerate(by(lines, "along").items()):
        index = 0 if along == "rows" else 1
        other = points[0]["shape"][1 - index]
        beside = f"{other:,} classes" if along == "rows" else f"{other:,} rows"
        for down, field in enumerate(known):
            axes = grid[down][across]
            for library, series in by(points, "library").items():
                marker, colour = MARKS[library]
                xs = [line["shape"][index] for line in series]
                # On a logarithmic axis there is no place for nothing.
                ys = [max(0.01, line[field] or 0) for line in series]
                axes.loglog(xs, ys, marker=marker, color=colour, ms=4.5, lw=1.6)
                said.append(
                    f"{fields[field]} of {called(library)} against {along}, from "
                    f"{measured(series[0][field])} at {xs[0]:,} to "
                    f"{measured(series[-1][field])} at {xs[-1]:,}"
                )
            axes.grid(color="#dddddd", lw=0.8)
            logarithmic(axes.xaxis)
            logarithmic(axes.yaxis, 6)
            if not across:
                axes.set_ylabel(fields[field])
        grid[-1][across].set_xlabel(f"{along}, with {beside}")
    legend(figure, [name for name in MARKS if name in by(lines, "library")])
    alt = f"Lines on logarithmic axes: {'; '.join(said)}."
    caption = (
        "Time and extra memory of `softmax_cross_entropy` on float32 logits. Each line "
        "ends where logits and call together would take more than 2 GB. Extra memory "
        "below 0.01 MB is drawn as 0.01. All axes are logarithmic."
    )
    return figure, alt, caption


def drawn(picture, data, path):
    """A picture in the book's style, saved: a figure node with alt text and caption."""
    with matplotlib.rc_context():
        plots.use_book_style()
        figure, alt, caption = picture(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
    image = nodes.image("", uri=f"/{path.relative_to(ROOT).as_posix()}", alt=alt)
    text = nodes.caption("", "", *prose(caption))
    return nodes.figure("", image, text, classes=["drawn"])


# The directive ----------------------------------------------------------------

WORDS = {
    "machine": machine,
    "goals": goals,
    "digits": digits,
    "errors": errors,
    "speed": speed,
    "memory": memory,
    "import": importing,
}
PICTURES = {"ratios": ratios, "growth": growth}


class Benchmarks(SphinxDirective):
    """Shows something of the saved results; run anew when they or this change."""

    required_arguments = 1

    def run(self):
        (name,) = self.arguments
        for path in (*FILES.values(), __file__, plots.__file__):
            self.env.note_dependency(str(path))
        if name in WORDS:
            return WORDS[name](load())
        if name not in PICTURES:
            raise self.error(f"there is no {name}, only {[*WORDS, *PICTURES]}")
        path = Path(self.env.srcdir) / "_build" / "benchmarks" / f"{name}.svg"
        node = drawn(PICTURES[name], load(), path)
        node["names"].append(f"fig-measured-{name}")
        self.state.document.note_explicit_target(node, node)
        return [node]


def setup(app):
    app.setup_extension("book._ext.other_libraries")  # whose elements these are
    app.add_directive("digits-time-memory", Benchmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
