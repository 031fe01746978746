"""The table of other libraries, `book/_data/other-libraries.toml`, on the page.

    ```{other-libraries-names}            the inputs that the calls of the table use, as code
    ```{other-libraries-libraries}        the libraries: version, imports, rows executed
    ```{other-libraries} kl_divergence    the rows of a group

A row is a `<tbody>`: a heading with the call, a line of cells, and its traps.
"""

import re
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "book" / "_data" / "other-libraries.toml"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: The cells under a call: heading, and the fields that it shows.
COLUMNS = {
    "Takes": ("order", "expects"),
    "Labels": ("labels",),
    "Axis": ("axis",),
    "By default": ("reduction", "base"),
}


def load():
    """The whole table, a dictionary."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def version(library):
    """The version that the library's lock pins, or None where no row is executed."""
    if "lock" not in library:
        return None
    lock = (ROOT / library["lock"]).read_text(encoding="utf-8")
    return re.search(rf"^{re.escape(library['package'])}==([\w.]+)", lock, re.M)[1]


def number(value):
    """A value as it is printed: at most four significant digits, a real minus, ∞."""
    if isinstance(value, list):
        return f"[{', '.join(map(number, value))}]"
    text = f"{value:.4g}".replace("inf", "∞").replace("nan", "NaN")
    mantissa, _, exponent = text.partition("e")
    if exponent:
        power = str(int(exponent)).translate(SUPERSCRIPTS)
        text = f"{mantissa} · 10{power}" if mantissa.lstrip("-") != "1" else mantissa.replace("1", "10") + power
    return text.replace("-", "−")


# Nodes ------------------------------------------------------------------------


class element(nodes.General, nodes.Element):
    """An HTML element that docutils has no node for: `tag`, attributes in `html`."""


def visit_element(self, node):
    self.body.append(self.starttag(node, node["tag"], "", **node["html"]))


def depart_element(self, node):
    self.body.append(f"</{node['tag']}>")


def tag(name, *children, classes=(), ids=(), **html):
    """An element with its children; a string becomes text."""
    node = element("", tag=name, html=html, classes=list(classes), ids=list(ids))
    node += [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return node


def code(text):
    return nodes.literal(text, text)


def prose(text):
    """Text with `code` in backticks."""
    pieces = re.split(r"`([^`]+)`", text)
    return [code(piece) if i % 2 else nodes.Text(piece) for i, piece in enumerate(pieces) if piece]


# The table --------------------------------------------------------------------


def said(row, field):
    """What a cell says about a field."""
    if field == "base":
        return f"base: {row['base']}"
    absent = {"labels": "–", "reduction": "no reduction"}.get(field, "none")
    return absent if row[field] == "none" else row[field]


def trap(entry):
    """What the trap is, the call that falls into it, and the two values."""
    shown = tag("p", tag("strong", "Trap."), " ", *prose(entry["says"]))
    if "code" not in entry:
        return [shown]
    value = tag(
        "p",
        code(entry["code"]),
        " gives ",
        tag("strong", number(entry["gives"])),
        classes=["given"],
    )
    if entry.get("warns"):
        value += nodes.Text(" and a warning")
    if "ours" not in entry:
        value += nodes.Text(f", not {number(entry['truth'])}.")
    else:
        value += [nodes.Text("; "), code(entry["ours"])]
        refused = isinstance(entry["truth"], str)
        value += (
            [nodes.Text(" is a "), code(entry["truth"])] if refused else nodes.Text(f" is {number(entry['truth'])}")
        )
        value += nodes.Text(".")
    return [shown, value]


def source(row, library):
    """The page of the library's documentation."""
    address = row.get("url") or library["docs"].format(row["source"])
    return nodes.reference("", f"{library['name']} documentation", refuri=address, internal=False)


def body(row, library):
    """One row of the data file, a `<tbody>`."""
    name = tag("span", library["name"], classes=["library"])
    heading = [
        name,
        " ",
        code(row["call"]),
        " ",
        tag("span", "= ", code(row["same"]), classes=["same"]),
    ]
    if "not_executed" in row:
        heading += [
            " ",
            tag("span", f"Not executed. {row['not_executed']}", classes=["not-executed"]),
        ]
    cells = [
        tag(
            "td",
            *(tag("p", *prose(said(row, field))) for field in fields),
            role="cell",
            **{"data-label": column},
        )
        for column, fields in COLUMNS.items()
    ]
    traps = [node for entry in row["traps"] for node in trap(entry)]
    link = nodes.paragraph("", "", source(row, library), classes=["source"])
    wide = {"colspan": str(len(COLUMNS))}
    return tag(
        "tbody",
        tag(
            "tr",
            tag("th", *heading, scope="rowgroup", role="rowheader", **wide),
            role="row",
        ),
        tag("tr", *cells, role="row"),
        tag("tr", tag("td", *traps, link, role="cell", **wide), role="row"),
        ids=[f"other-libraries-{row['id']}"],
        role="rowgroup",
    )


def table(group, data):
    """The rows of a group, a `<table>`."""
    rows = [row for row in data["row"] if row["group"] == group]
    what = ["Losses' gradients"] if group == "gradients" else [code(f"ce.{group}")]
    return tag(
        "table",
        tag("caption", *what, " in other libraries"),
        tag(
            "thead",
            tag(
                "tr",
                *(tag("th", column, scope="col", role="columnheader") for column in COLUMNS),
                role="row",
            ),
            role="rowgroup",
        ),
        *(body(row, data["library"][row["library"]]) for row in rows),
        classes=["other-libraries"],
        role="table",
    )


def names(data):
    """The inputs as code that can be pasted."""
    lines = ["import numpy as np", "", "import crossentropy as ce", ""]
    for name, value in data["inputs"].items():
        literal = value if isinstance(value, int) else f"np.array({value})"
        line, comment = f"{name} = {literal}", f"# {data['inputs_mean'][name]}"
        lines += [f"{line}  {comment}"] if len(line + comment) < 86 else [comment, line]
    return "\n".join(lines)


def libraries(data):
    """The libraries, a `<table>`: version, rows executed, imports."""
    columns = ["Library", "Version", "Rows executed", "Imported as"]
    lines = []
    for key, library in data["library"].items():
        rows = [row for row in data["row"] if row["library"] == key]
        run = sum("not_executed" not in row for row in rows)
        environment = [f"{name}={value}" for name, value in library.get("environment", {}).items()]
        imports = [tag("p", code(line)) for line in library["imports"].splitlines()]
        if environment:
            imports.append(tag("p", "with ", *prose(", ".join(f"`{item}`" for item in environment))))
        command = [" (", code(library["test"]), ")"] if run else []
        values = [
            [version(library) or "–"],
            [f"{run} of {len(rows)}", *command],
            imports,
        ]
        cells = [
            tag("td", tag("div", *value), role="cell", **{"data-label": column})
            for column, value in zip(columns[1:], values, strict=True)
        ]
        lines.append(
            tag(
                "tr",
                tag("th", library["name"], scope="row", role="rowheader"),
                *cells,
                role="row",
            )
        )
    head = tag(
        "tr",
        *(tag("th", column, scope="col", role="columnheader") for column in columns),
        role="row",
    )
    return tag(
        "table",
        tag("caption", "The libraries, and what was run of each"),
        tag("thead", head, role="rowgroup"),
        tag("tbody", *lines, role="rowgroup"),
        classes=["other-libraries", "libraries"],
        role="table",
    )


# Directives -------------------------------------------------------------------


class FromData(SphinxDirective):
    """Shows something of the data file; run anew when that, a lock or this changes."""

    def data(self):
        data = load()
        locks = {library["lock"] for library in data["library"].values() if "lock" in library}
        for path in [DATA, __file__, *(ROOT / lock for lock in sorted(locks))]:
            self.env.note_dependency(str(path))
        return data


class Rosetta(FromData):
    required_arguments = 1

    def run(self):
        data = self.data()
        if self.arguments[0] not in data["group"]:
            raise self.error(f"{DATA.name} has no group {self.arguments[0]}")
        return [table(self.arguments[0], data)]


class Names(FromData):
    def run(self):
        text = names(self.data())
        return [nodes.literal_block(text, text, language="python")]


class Libraries(FromData):
    def run(self):
        return [libraries(self.data())]


def setup(app):
    app.add_node(element, html=(visit_element, depart_element))
    app.add_directive("other-libraries", Rosetta)
    app.add_directive("other-libraries-names", Names)
    app.add_directive("other-libraries-libraries", Libraries)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
