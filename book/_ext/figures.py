"""Figures with sliders: the note of `plots.sliders` moves into its figure.

myst-nb gives the caption of a cell to each of its outputs. So the note is taken out of the outputs before the page is
read, put after the cell, and moved between picture and caption when the page is written.
"""

import json

NOTE = '<div class="sliders"'


def take_sliders(app, page, source):
    """Put the notes of a notebook after their cells."""
    if NOTE.replace('"', '\\"') not in source[0]:
        return
    notebook, cells = json.loads(source[0]), []
    for cell in notebook["cells"]:
        cells.append(cell)
        for output in list(cell.get("outputs", [])):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if html.startswith(NOTE):
                cell["outputs"].remove(output)
                cells.append({"cell_type": "markdown", "id": f"{cell['id']}-sliders", "metadata": {}, "source": html})
    source[0] = json.dumps({**notebook, "cells": cells})


def place_sliders(page):
    """Move each note into its figure; ask for the script."""
    notes = page.soup.select("div.sliders[data-figure]")
    for note in notes:
        figure = note.find_previous("figure")
        note.clear()  # what it says is for readers of the notebook
        figure.figcaption.insert_before(note.extract())
    if notes:
        page.app.add_js_file("figures-load.js", type="module")
