"""The chapters of the book: what `book/chapters.toml` knows of them, in the order of `_toc.yml`."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
REGISTRY = BOOK / "chapters.toml"


class Chapter(NamedTuple):
    """A chapter; `name` is its file name, and the prefix of its labels, exercises and questions."""

    name: str
    title: str
    question: str
    module: str
    builds_on: list
    minutes: int

    @property
    def path(self):
        return BOOK / f"{self.name}.ipynb"

    @property
    def deck(self):
        """Its slides, if it has any."""
        return ROOT / "course" / "slides" / f"{self.name}.md"


def parts():
    """The pages of each part of the book, in order: {caption: [name]}."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return {part["caption"]: [Path(page["file"]).name for page in part["chapters"]] for part in toc["parts"]}


def pages():
    """Every page of the book, in order."""
    return ["index", *(name for names in parts().values() for name in names)]


def chapters():
    """The chapters, in order."""
    known = tomllib.loads(REGISTRY.read_text(encoding="utf-8"))
    return [Chapter(name, **known[name]) for name in pages() if name in known]
