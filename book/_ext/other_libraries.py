"""The table of other libraries, `book/_data/other-libraries.toml`, on the page.

```{other-libraries} names            the inputs that the calls of the table use, as code
```{other-libraries} libraries        the libraries: version, imports, rows executed
```{other-libraries} kl_divergence    the rows of a group
"""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tools.measuring.libraries import DATA, ROOT, TABLE

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: The cells under a call: heading, and the fields that it shows.
COLUMNS = {"Takes": ("order", "expects"), "Labels": ("labels",), "Axis": ("axis",), "By default": ("reduction", "base")}


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


def tr(*cells, **attributes):
    return tag("tr", *cells, role="row", **attributes)


def td(column, *content):
    """A `<td>` with its column's name, for narrow screens."""
    return tag("td", *content, role="cell", **{"data-label": column})


def line(head, contents, columns):
    """A row of a table: its head, and for each other column text, a node, or a list of them."""
    lists = (content if isinstance(content, list) else [content] for content in contents)
    cells = (td(column, tag("div", *content)) for column, content in zip(columns[1:], lists, strict=True))
    return tr(tag("th", *prose(head), scope="row", role="rowheader"), *cells)


def tbody(*rows):
    return tag("tbody", *rows, role="rowgroup")


def table(caption, columns, bodies, classes=()):
    """A `<table>`; the roles stay where a narrow screen shows it as blocks."""
    heads = (tag("th", column, scope="col", role="columnheader") for column in columns)
    parts = [tag("caption", *caption), tag("thead", tr(*heads), role="rowgroup"), *bodies]
    return tag("table", *parts, classes=["other-libraries", *classes], role="table")


# The calls --------------------------------------------------------------------


def said(entry, field):
    """What a cell says about a field."""
    if field == "base":
        return f"base: {entry['base']}"
    absent = {"labels": "–", "reduction": "no reduction"}.get(field, "none")
    return absent if entry[field] == "none" else entry[field]


def trap(entry):
    """What the trap is, the call that falls into it, and the two values."""
    refused = isinstance(entry.get("gives"), str)
    shown = [tag("p", tag("strong", "Checked." if refused else "Trap."), " ", *prose(entry["says"]))]
    if "code" not in entry:
        return shown
    given = ["raises ", code(entry["gives"])] if refused else ["gives ", tag("strong", number(entry["gives"]))]
    value = [code(entry["code"]), " ", *given]
    if entry.get("warns"):
        value.append(" and a warning")
    if "ours" not in entry:
        value.append(f", not {number(entry['truth'])}.")
    elif isinstance(entry["truth"], str):
        value += ["; ", code(entry["ours"]), " is a ", code(entry["truth"]), "."]
    else:
        value += ["; ", code(entry["ours"]), f" is {number(entry['truth'])}", "."]
    return [*shown, tag("p", *value, classes=["given"])]


def body(entry):
    """One row of the data file, a `<tbody>`: a heading with the call, a line of cells, and the traps."""
    library = TABLE["library"][entry["library"]]
    heading = [tag("span", library["name"], classes=["library"]), " ", code(entry["call"]), " "]
    heading.append(tag("span", "= ", code(entry["same"]), classes=["same"]))
    if "not_executed" in entry:
        heading += [" ", tag("span", f"Not executed. {entry['not_executed']}", classes=["not-executed"])]
    cells = [
        td(column, *(tag("p", *prose(said(entry, field))) for field in fields)) for column, fields in COLUMNS.items()
    ]
    traps = [node for one in entry["traps"] for node in trap(one)]
    address = entry.get("url") or library["docs"].format(entry["source"])
    link = nodes.reference("", f"{library['name']} documentation", refuri=address, internal=False)
    wide = {"colspan": str(len(COLUMNS))}
    return tag(
        "tbody",
        tr(tag("th", *heading, scope="rowgroup", role="rowheader", **wide)),
        tr(*cells),
        tr(tag("td", *traps, nodes.paragraph("", "", link, classes=["source"]), role="cell", **wide)),
        ids=[f"other-libraries-{entry['id']}"],
        role="rowgroup",
    )


def group(name):
    """The rows of a group, a `<table>`."""
    what = ["Losses' gradients"] if name == "gradients" else [code(f"ce.{name}")]
    bodies = [body(entry) for entry in TABLE["row"] if entry["group"] == name]
    return table([*what, " in other libraries"], COLUMNS, bodies)


def names():
    """The inputs as code that can be pasted."""
    shown = ["import numpy as np", "", "import crossentropy as ce", ""]
    for name, value in TABLE["inputs"].items():
        given = f"{name} = {value}" if isinstance(value, int) else f"{name} = np.array({value})"
        comment = f"# {TABLE['inputs_mean'][name]}"
        shown += [f"{given}  {comment}"] if len(given + comment) < 86 else [comment, given]
    return "\n".join(shown)


def libraries():
    """The libraries, a `<table>`: version, rows executed, imports."""
    columns = ["Library", "Version", "Rows executed", "Imported as"]
    rows = []
    for key, library in TABLE["library"].items():
        calls = [entry for entry in TABLE["row"] if entry["library"] == key]
        run = sum("not_executed" not in entry for entry in calls)
        executed = [f"{run} of {len(calls)}", *([" (", code(library["test"]), ")"] if run else [])]
        imports = [tag("p", code(text)) for text in library["imports"].splitlines()]
        if "environment" in library:
            settings = ", ".join(f"`{name}={value}`" for name, value in library["environment"].items())
            imports.append(tag("p", "with ", *prose(settings)))
        rows.append(line(library["name"], [version(library) or "–", executed, imports], columns))
    return table(["The libraries, and what was run of each"], columns, [tbody(*rows)], ["libraries"])


class Calls(SphinxDirective):
    """Shows something of the data file; run again when that, a lock or this changes."""

    required_arguments = 1

    def run(self):
        (what,) = self.arguments
        locks = {library["lock"] for library in TABLE["library"].values() if "lock" in library}
        for path in [DATA, __file__, *(ROOT / lock for lock in sorted(locks))]:
            self.env.note_dependency(str(path))
        if what == "names":
            return [nodes.literal_block(names(), names(), language="python")]
        if what == "libraries":
            return [libraries()]
        if what not in TABLE["group"]:
            raise self.error(f"{DATA.name} has no group {what}")
        return [group(what)]


def setup(app):
    app.add_node(element, html=(visit_element, depart_element))
    app.add_directive("other-libraries", Calls)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
