"""From the book's Markdown to what Jupyter shows: no directives, no roles, links that lead somewhere.

The book is written in MyST. Its blocks (`:::{admonition}`), roles (`{term}`) and labels mean nothing to Jupyter,
which would show them as they are typed. Formulas are the same in both.
"""

import re
from pathlib import Path
from urllib.parse import quote

import nbformat
import yaml
from pybtex.database import parse_file
from pybtex.richtext import Text

ROOT = Path(__file__).resolve().parents[2]

from book._ext import quiz

#: Functions that see each Markdown cell first, for blocks that are more than a title and a text.
PREPARE = [quiz.for_jupyter]

FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
TARGET = re.compile(r"^\(([\w-]+)\)=\n+", re.M)
HEADING = re.compile(r"^\(([\w-]+)\)=\n+#+ +(.+)$", re.M)
LABELLED = re.compile(r"^:::+\{([\w:-]+)\} *(.*)\n(?::[\w-]+:.*\n)*?:label: (\S+)$", re.M)
OPENING = re.compile(r"(:::+)\{([\w:-]+)\} *(.*)")
OPTION = re.compile(r":([\w-]+): *(.*)")
ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
EXPLICIT = re.compile(r"(.+?)\s*<([^<>]+)>", re.S)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
CITED = re.compile(r"([A-Za-z]+\d{4}[a-z]?)(?:\{([^{}]*)\})?")
ADMONITIONS = ("admonition", "attention", "caution", "hint", "important", "note", "seealso", "tip", "warning")


class PlainError(Exception):
    """Something in a page that has no plain form yet; the text says what."""


def prose(page):
    """The Markdown of a page, be it a notebook or a text file."""
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    return "\n\n".join(c.source for c in nbformat.read(page, as_version=4).cells if c.cell_type == "markdown")


def author_year(entry):
    """`Cover and Thomas, 2006`."""
    names = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names))) for p in entry.persons["author"]]
    who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{who}, {entry.fields['year']}"


class Book:
    """Where every label of the book leads, and its sources."""

    def __init__(self, root=ROOT):
        folder = Path(root) / "book"
        config = yaml.safe_load((Path(root) / "_config.yml").read_text(encoding="utf-8"))
        #: Where the book is published; empty where that is not known.
        self.site = config.get("html", {}).get("baseurl", "").rstrip("/")
        self.pages, self.labels = {}, {}
        for path in sorted([*folder.glob("*.ipynb"), *folder.glob("*.md")]):
            text = prose(path)
            title = re.search(r"^# +(.+)$", text, re.M)
            self.pages[path.stem] = (path.suffix, title[1] if title else path.stem)
            for label, heading in HEADING.findall(text):
                self.labels[label] = (path.stem, heading, heading)
            for kind, title, label in LABELLED.findall(text):
                self.labels[label] = (path.stem, title or kind.rpartition(":")[2], None)
            if path.suffix == ".ipynb":
                for cell in nbformat.read(path, as_version=4).cells:
                    if figure := cell.metadata.get("mystnb", {}).get("figure"):
                        self.labels[figure["name"]] = (path.stem, first_sentence(figure["caption"]), None)
        self.sources = parse_file(str(folder / "references.bib")).entries

    def link(self, text, page, anchor=None, here=None):
        """A link to a notebook beside this one, or to the published page; the text alone where there is none."""
        if not text:
            text = self.pages[page][1]
        if self.pages[page][0] == ".ipynb":
            fragment = f"#{quote(anchor.replace(' ', '-'))}" if anchor and not re.search(r"[$`{]", anchor) else ""
            if page == here:
                return f"[{text}]({fragment})" if fragment else text
            return f"[{text}]({page}.ipynb{fragment})"
        return f"[{text}]({self.site}/book/{page}.html)" if self.site else text

    def to_label(self, label, text="", here=None):
        """A link to what has this label."""
        if label not in self.labels:
            raise PlainError(f"no page has the label {label}")
        page, title, anchor = self.labels[label]
        return self.link(text or title, page, anchor, here)

    def cite(self, content):
        """`([Huffman, 1952](https://…))`."""
        cited = []
        for key, where in CITED.findall(content):
            entry = self.sources[key]
            url = f"https://doi.org/{entry.fields['doi']}" if "doi" in entry.fields else entry.fields.get("url")
            text = (
                f"[{author_year(entry)}]({url.replace('(', '%28').replace(')', '%29')})" if url else author_year(entry)
            )
            cited.append(f"{text}, {where}" if where else text)
        if not cited:
            raise PlainError(f"{content!r} cites nothing")
        return "; ".join(cited)

    def role(self, name, content, here):
        """What stands for a role."""
        explicit = EXPLICIT.fullmatch(content)
        text, target = explicit.groups() if explicit else ("", content)
        if name == "term":
            return text or target
        if name == "doc":
            return self.link(text, Path(target).stem, here=here)
        if name == "ref":
            return self.to_label(target, text, here)
        if name == "prf:ref":
            return f"*{self.to_label(target, text, here)}*"
        if name == "numref":
            return f"the figure *{self.to_label(target, here=here)}*"
        if name in ("py:func", "func"):
            return f"`{target.lstrip('~').rpartition('.')[2]}`"
        if name == "cite:p":
            return f"({self.cite(content)})"
        if name == "cite:t":
            return self.cite(content)
        raise PlainError(f"the role {{{name}}} has no plain form")


def first_sentence(text):
    """The text up to its first full stop, without it."""
    return re.split(r"(?<=\w|\$|\))[.:;](?:\s|$)", text, maxsplit=1)[0].rstrip(".")


def quoted(text):
    """As a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def block(name, title, options, body):
    """What stands for a directive."""
    if "dropdown" in options.get("class", "") and name in ADMONITIONS:
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
    raise PlainError(f"the directive {{{name}}} has no plain form")


def without_blocks(text):
    """The text with its directives converted, the inner ones first."""
    lines, done = text.splitlines(), []
    while lines:
        line = lines.pop(0)
        if not (opening := OPENING.fullmatch(line.strip())):
            done.append(line)
            continue
        colons, name, title = opening.groups()
        if colons not in (ends := [other.strip() for other in lines]):
            raise PlainError(f"{line.strip()!r} is never closed")
        end = ends.index(colons)
        body, lines, options = lines[:end], lines[end + 1 :], {}
        while body and (option := OPTION.fullmatch(body[0].strip())):
            options[option[1]] = option[2]
            body.pop(0)
        done.append(block(name, title.strip(), options, without_blocks("\n".join(body)).strip()))
    return "\n".join(done)


def outside_code(text, change):
    """Apply a change to all but the fenced code."""
    parts, start = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[start : fence.start()]), fence[0]]
        start = fence.end()
    return "".join([*parts, change(text[start:])])


def plain(text, book, here):
    """The Markdown of a cell of the page `here`, as Jupyter shows it well."""
    for prepare in PREPARE:
        text = prepare(text)

    def links(match):
        label, target = match.groups()
        if target.startswith(("#", "http://", "https://", "mailto:")):
            return match[0]
        stem, _, suffix = target.rpartition(".")
        if suffix in ("md", "ipynb") and stem in book.pages:
            return book.link(label, stem, here=here)
        return book.to_label(target, label, here)

    def change(part):
        part = LINK.sub(links, TARGET.sub("", part))
        return ROLE.sub(lambda match: book.role(match[1], match[2], here), part)

    return outside_code(without_blocks(text), change)
