"""Figures with sliders: the note of `plots.sliders` moves into its figure.

myst-nb gives the caption of a cell to each of its outputs. So the note is taken out of
the outputs before the page is read, put after the cell, and moved between picture and
caption when the page is written.
"""

import filecmp
import json
from pathlib import Path

from bs4 import BeautifulSoup

NOTE = '<div class="sliders"'


def take_notes(app, page, source):
    """Put the notes of a notebook after their cells."""
    if NOTE.replace('"', '\\"') not in source[0]:
        return
    notebook, cells = json.loads(source[0]), []
    for cell in notebook["cells"]:
        cells.append(cell)
        kept = []
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if html.startswith(NOTE):
                note = {"cell_type": "markdown", "id": f"{cell['id']}-sliders"}
                cells.append({**note, "metadata": {}, "source": html})
            else:
                kept.append(output)
        if "outputs" in cell:
            cell["outputs"] = kept
    source[0] = json.dumps({**notebook, "cells": cells})


def place_notes(app, page, template, context, doctree):
    """Move each note into its figure; ask for the script."""
    if NOTE not in context.get("body", ""):
        return
    body = BeautifulSoup(context["body"], "html.parser")
    for note in body.select("div.sliders[data-figure]"):
        figure = note.find_previous("figure")
        note.clear()  # what it says is for readers of the notebook
        figure.figcaption.insert_before(note.extract())
    context["body"] = str(body)
    app.add_js_file("figures-load.js", type="module")


def outdated(app, env, added, changed, removed):
    """All pages, if the scripts changed: Sphinx copies nothing when no page is new."""
    site = Path(app.outdir, "_static")
    for made in Path(app.srcdir, "_build", "web", "figures").iterdir():
        copy = site / made.name
        if not copy.is_file() or not filecmp.cmp(made, copy, shallow=False):
            return sorted(env.found_docs)
    return []


def setup(app):
    # On every page, so that all pages share one style sheet.
    app.add_css_file("figures.css", priority=900)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", take_notes)
    app.connect("html-page-context", place_notes, priority=600)  # after the mending
    return {"parallel_read_safe": True, "parallel_write_safe": True}
