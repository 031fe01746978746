"""This edition of the book, as CITATION.cff has it."""

import yaml

from tools.chapters import ROOT

ABOUT = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
TITLE, VERSION, DATE = ABOUT["title"], ABOUT["version"], ABOUT["date-released"]
AUTHOR = ABOUT["authors"][0]["name"]
IN_WORDS = f"Version {VERSION}, {DATE.day} {DATE:%B %Y}"
