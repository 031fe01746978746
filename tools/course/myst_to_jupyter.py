"""From the book's Markdown to what Jupyter shows: no directives, no roles, links that lead somewhere.

The book is written in MyST. Its blocks (`:::{admonition}`), roles (`{term}`) and labels mean nothing to Jupyter,
which would show them as they are typed. Formulas are the same in both.
"""

import re
from urllib.parse import quote

import nbformat
import yaml
from nbformat.v4 import new_markdown_cell
from pybtex.database import parse_file
from pybtex.richtext import Text

from book._ext import quiz
from tools.chapters import BOOK, ROOT

FENCED = re.compile(r"(^```.*?^```[ \t]*$|^~~~.*?^~~~[ \t]*$)", re.M | re.S)
TITLE = re.compile(r"^# +(.+)$", re.M)
TARGET = re.compile(r"^\(([\w-]+)\)=\n+", re.M)
HEADING = re.compile(r"^((?:\([\w-]+\)=\n+)+)#+ +(.+)$", re.M)  # its labels, and the heading
LABELLED = re.compile(r"^:::+\{([\w:-]+)\} *(.*)\n(?::[\w-]+:.*\n)*?:label: (\S+)$", re.M)
OPENING = re.compile(r"^[ \t]*:::+\{.*$", re.M)
OPTION = re.compile(r"^[ \t]*:([\w-]+): *(.*)$", re.M)
# A block with no other inside: its colons, name, title, options and text.
INNERMOST = re.compile(
    r"^[ \t]*(:::+)\{([\w:-]+)\} *(.*)\n((?:[ \t]*:[\w-]+:.*\n)*)((?:(?![ \t]*:::).*\n)*)[ \t]*\1[ \t]*$", re.M
)
ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
EXPLICIT = re.compile(r"(.+?)\s*<([^<>]+)>", re.S)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
CITED = re.compile(r"([A-Za-z]+\d{4}[a-z]?)(?:\{([^{}]*)\})?")
ADMONITIONS = ("admonition", "attention", "caution", "hint", "important", "note", "seealso", "tip", "warning")


class ConversionError(Exception):
    """Something in a page that has no plain form yet; the text says what."""


def cells(path):
    """The cells of a page; a text file has one."""
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4).cells
    return [new_markdown_cell(path.read_text(encoding="utf-8"))]


class Book:
    """Where every label of the book leads, and its sources."""

    def __init__(self, beside=None, site=None):
        """`beside`: pages that lie as notebooks beside the one that links to them; if None, all that are notebooks.

        `site`: where the book's pages are, if not where `_config.yml` says.
        """
        config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
        self.title, self.repository = config["title"], config["repository"]["url"]
        #: Where the book is published; empty where that is not known.
        self.site = site or config.get("html", {}).get("baseurl", "").rstrip("/")
        self.beside = {path.stem for path in BOOK.glob("*.ipynb")} if beside is None else beside
        self.titles, self.labels = {}, {}  # of a page its title, of a label its page, title, and heading if it has one
        for path in sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")]):
            for cell in cells(path):
                if figure := cell.metadata.get("mystnb", {}).get("figure"):
                    self.labels[figure["name"]] = (path.stem, first_sentence(figure["caption"]), None)
                if cell.cell_type == "markdown":
                    self.read(path.stem, cell.source)
        self.sources = parse_file(str(BOOK / "references.bib")).entries

    def read(self, page, text):
        """Keep the title of the page and the labels that are in this text."""
        if title := TITLE.search(text):
            self.titles.setdefault(page, title[1])
        for labels, heading in HEADING.findall(text):
            self.labels |= dict.fromkeys(re.findall(r"\(([\w-]+)\)=", labels), (page, heading, heading))
        for label in TARGET.findall(text):  # of a paragraph or a box, which Jupyter cannot lead to
            self.labels.setdefault(label, (page, self.titles[page], None))
        for kind, title, label in LABELLED.findall(text):
            self.labels[label] = (page, title or kind.rpartition(":")[2], None)

    def link(self, text, page, heading=None, here=None):
        """A link to a notebook beside this one, or to the published page; the text alone where there is none."""
        if page not in self.titles:
            raise ConversionError(f"the book has no page {page}")
        text = text or self.titles[page]
        fragment = f"#{quote(heading.replace(' ', '-'))}" if heading and not re.search(r"[$`{]", heading) else ""
        if page not in self.beside:
            address = f"{self.site}/book/{page}.html" if self.site else ""
        else:
            address = fragment if page == here else f"{page}.ipynb{fragment}"
        return f"[{text}]({address})" if address else text

    def to_label(self, label, text="", here=None):
        """A link to what has this label."""
        if label not in self.labels:
            raise ConversionError(f"no page has the label {label}")
        page, title, heading = self.labels[label]
        return self.link(text or title, page, heading, here)

    def cite(self, content):
        """`[Huffman, 1952](https://…), ch. 2`."""
        cited = []
        for key, where in CITED.findall(content):
            entry = self.sources[key]
            url = f"https://doi.org/{entry.fields['doi']}" if "doi" in entry.fields else entry.fields.get("url", "")
            address = url.replace("(", "%28").replace(")", "%29")
            text = f"[{author_year(entry)}]({address})" if url else author_year(entry)
            cited.append(f"{text}, {where}" if where else text)
        if not cited:
            raise ConversionError(f"{content!r} cites nothing")
        return "; ".join(cited)

    def role(self, name, content, here):
        """What stands for a role."""
        explicit = EXPLICIT.fullmatch(content)
        text, target = explicit.groups() if explicit else ("", content)
        match name:
            case "term":
                return text or target
            case "doc":
                return self.link(text, target.rpartition("/")[2], here=here)
            case "ref":
                return self.to_label(target, text, here)
            case "prf:ref":
                return f"*{self.to_label(target, text, here)}*"
            case "numref":
                return f"the figure *{self.to_label(target, here=here)}*"
            case "py:func" | "func":
                return f"`{target.lstrip('~').rpartition('.')[2]}`"
            case "cite:p":
                return f"({self.cite(content)})"
            case "cite:t":
                return self.cite(content)
        raise ConversionError(f"the role {{{name}}} has no plain form")


def author_year(entry):
    """`Cover and Thomas, 2006`."""
    names = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names))) for p in entry.persons["author"]]
    who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{who}, {entry.fields['year']}"


def first_sentence(text):
    """The text up to its first full stop, without it."""
    return re.split(r"(?<=\w|\$|\))[.:;](?:\s|$)", text, maxsplit=1)[0].rstrip(".")


def quoted(text):
    """As a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def block(name, title, options, body):
    """What stands for a directive."""
    if name in ADMONITIONS and "dropdown" in options.get("class", ""):
        return f"<details>\n<summary>{title or name.capitalize()}</summary>\n\n{body}\n\n</details>"
    if name in ADMONITIONS:
        return quoted(f"**{title or name.capitalize()}**\n\n{body}")
    if name == "exercise":
        return f"#### Exercise: {title}\n\n{body}"
    if name == "solution":
        return f"**Solution**\n\n{body}"
    if name == "prf:proof":
        return quoted(f"*Proof.* {body}")
    if name.startswith("prf:"):
        return quoted(f"**{name[4:].capitalize()}{f' ({title})' if title else ''}.** {body}")
    raise ConversionError(f"the directive {{{name}}} has no plain form")


def without_blocks(text):
    """The text with its directives converted, the inner ones first."""

    def converted(match):
        _, name, title, options, body = match.groups()
        return block(name, title.strip(), dict(OPTION.findall(options)), body.strip())

    while INNERMOST.search(text):
        text = INNERMOST.sub(converted, text)
    if left := OPENING.search(text):
        raise ConversionError(f"{left[0].strip()!r} is never closed")
    return text


def to_jupyter(text, book, here):
    """The Markdown of a cell of the page `here`, as Jupyter shows it well."""

    def link(match):
        label, target = match.groups()
        if target.startswith(("#", "http://", "https://", "mailto:")):
            return match[0]
        stem, _, suffix = target.rpartition(".")
        if suffix in ("md", "ipynb") and stem in book.titles:
            return book.link(label, stem, here=here)
        return book.to_label(target, label, here)

    parts = FENCED.split(without_blocks(quiz.for_jupyter(text)))
    for place in range(0, len(parts), 2):  # every second part is fenced code, which stays as it is
        linked = LINK.sub(link, TARGET.sub("", parts[place]))
        parts[place] = ROLE.sub(lambda role: book.role(role[1], role[2], here), linked)
    return "".join(parts)
