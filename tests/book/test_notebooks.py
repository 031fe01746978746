"""The rules of a chapter, and that each rule catches its breach."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebooks import NOTEBOOKS
from tools.authoring import notebooks

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("*.ipynb"))

SHAPE = """# Title

You will be able to

:::{admonition} Predict first
:::

## Common mistakes

## Summary

## Exercises

### Warm-up

:::{exercise} One
:label: ex-one
:::

### Core

### Stretch

## Further reading
"""
SOLUTION = ":::{solution} ex-one\n:::"
FIGURE = {
    "mystnb": {
        "image": {"alt": "a picture that is described in a sentence of no less than twelve words"},
        "figure": {"caption": "What it shows.", "name": "fig-one"},
    }
}


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        pytest.param(path, rule, id=f"{path.stem}-{rule.__name__}")
        for path in CHAPTERS
        for rule in notebooks.rules_for(path)
    ],
)
def test_chapter_keeps_the_rules(path, rule):
    assert notebooks.problems(NOTEBOOKS[path.stem], [rule]) == []


def code(source="x = 1", count=2, outputs=(), **metadata):
    return new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=metadata)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def figure(mime="image/svg+xml"):
    return new_output("display_data", data={mime: "<svg/>"})


def sliders(html='<div class="sliders" data-figure="surprise" data-values="{}">…</div>', kind="execute_result"):
    return new_output(kind, data={"text/html": html, "text/plain": "…"})


WITH_SLIDERS = 'plt.show()\nplots.sliders(\n    "surprise",\n    p=0.25,\n)'


def chapter(*cells):
    """A small notebook that keeps every rule, with these cells added."""
    first = code("import math", 1)
    body = [new_markdown_cell(SHAPE), first, *cells, new_markdown_cell(SOLUTION)]
    return notebooks.canonical(new_notebook(cells=body))


def test_the_sample_keeps_the_rules():
    drawn = code("plt.show()", 2, [figure()], **FIGURE)
    assert notebooks.problems(chapter(drawn, code(count=3, outputs=[printed("1.25 bits\n")]))) == []


def test_a_figure_may_have_sliders():
    drawn = code(WITH_SLIDERS, 2, [figure(), sliders()], **FIGURE)
    assert notebooks.problems(chapter(drawn)) == []


BREACHES = {
    "never run": (notebooks.check_counts, [code(count=None)]),
    "run out of order": (notebooks.check_counts, [code(count=7)]),
    "empty cell": (notebooks.check_counts, [code("", 2)]),
    "unknown tag": (notebooks.check_tags, [code(tags=["hide_input"])]),
    "solution in the open": (notebooks.check_tags, [code(tags=["solution"])]),
    "solution not hidden in Jupyter": (notebooks.check_tags, [code(tags=["solution", "hide-cell"])]),
    "no alt text": (notebooks.check_figures, [code("plt.show()", 2, [figure()])]),
    "short alt text": (
        notebooks.check_figures,
        [code("plt.show()", 2, [figure()], mystnb=FIGURE["mystnb"] | {"image": {"alt": "a curve"}})],
    ),
    "colour that the dark theme turns round": (
        notebooks.check_figures,
        [
            code(
                "plt.show()", 2, [figure()], mystnb=FIGURE["mystnb"] | {"figure": {"caption": "Dark.", "name": "fig-a"}}
            )
        ],
    ),
    "no caption": (
        notebooks.check_figures,
        [code("plt.show()", 2, [figure()], mystnb=FIGURE["mystnb"] | {"figure": {"name": "fig-one"}})],
    ),
    "name used twice": (notebooks.check_figures, [code("plt.show()", n, [figure()], **FIGURE) for n in (2, 3)]),
    "figure as PNG": (notebooks.check_figures, [code("plt.show()", 2, [figure("image/png")], **FIGURE)]),
    "two figures": (notebooks.check_figures, [code("plt.show()", 2, [figure(), figure()], **FIGURE)]),
    "no plt.show": (notebooks.check_figures, [code("ax.plot(1)", 2, [figure()], **FIGURE)]),
    "sliders before the picture": (
        notebooks.check_figures,
        [code("plots.sliders('surprise', p=0.25)\nplt.show()\nx = 1", 2, [figure()], **FIGURE)],
    ),
    "sliders and no plt.show": (
        notebooks.check_figures,
        [code("ax.plot(1)\nplots.sliders('surprise', p=0.25)", 2, [figure(), sliders()], **FIGURE)],
    ),
    "sliders without a figure": (notebooks.check_outputs, [code(outputs=[sliders()])]),
    "other HTML": (notebooks.check_outputs, [code(outputs=[figure(), sliders("<b>bold</b>")])]),
    "HTML that is displayed": (notebooks.check_outputs, [code(outputs=[figure(), sliders(kind="display_data")])]),
    "stderr": (notebooks.check_outputs, [code(outputs=[printed("warning", "stderr")])]),
    "bare representation": (notebooks.check_outputs, [code(outputs=[new_output("execute_result", data={})])]),
    "traceback": (notebooks.check_outputs, [code(outputs=[new_output("error", ename="E", evalue="", traceback=[])])]),
    "unrounded": (notebooks.check_outputs, [code(outputs=[printed("0.30000000000000004")])]),
    "too wide": (notebooks.check_outputs, [code(outputs=[printed("a" * 89)])]),
    "address": (notebooks.check_outputs, [code(outputs=[printed("<object at 0x7f001234>")])]),
    "numpy scalar": (notebooks.check_outputs, [code(outputs=[printed("np.float64(1.0)")])]),
    "long cell": (notebooks.check_code, [code("\n".join(f"x = {i}" for i in range(21)))]),
    "long median": (notebooks.check_code, [code("\n".join(["x = 1"] * 9), n) for n in (2, 3)]),
    "wide line": (notebooks.check_code, [code("x = " + "1" * 90)]),
    "semicolon": (notebooks.check_code, [code("x = 1;")]),
    "magic": (notebooks.check_code, [code("%matplotlib inline")]),
    "late import": (notebooks.check_code, [code("import os")]),
    "no seed": (notebooks.check_code, [code("rng = np.random.default_rng()")]),
    "not formatted": (notebooks.check_format, [code("x=1")]),
    "a line that ruff would break": (notebooks.check_format, [code(f"x = [{', '.join(['1000'] * 15)}]")]),
    "exercise without solution": (
        notebooks.check_shape,
        [new_markdown_cell(":::{exercise} Two\n:label: ex-two\n:::")],
    ),
    "second title": (notebooks.check_shape, [new_markdown_cell("# Another")]),
    "looks like a prediction": (
        notebooks.check_shape,
        [new_markdown_cell(":::{admonition} Recipe\n:class: tip\n1. Ask.\n:::")],
    ),
}


@pytest.mark.parametrize(("rule", "cells"), BREACHES.values(), ids=BREACHES)
def test_rule_catches_its_breach(rule, cells):
    assert notebooks.problems(chapter(*cells), [rule])


@pytest.mark.parametrize(
    "part",
    [
        "You will be able to",
        ":::{admonition} Predict",
        "## Common mistakes",
        "## Summary",
        "## Exercises",
        "### Warm-up",
        "### Core",
        "### Stretch",
        "## Further reading",
    ],
)
def test_each_part_of_a_chapter_is_missed(part):
    notebook = chapter()
    notebook.cells[0].source = notebook.cells[0].source.replace(part, "")
    assert notebooks.problems(notebook, [notebooks.check_shape])


def test_only_an_appendix_may_leave_the_shape_of_a_chapter(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "parts", lambda: {"Chapters": ["one"], "Appendices": ["two"]})
    shapeless = notebooks.canonical(new_notebook(cells=[code(count=None)]))
    for name in ("one", "two"):
        notebooks.save(shapeless, tmp_path / f"{name}.ipynb")
        assert notebooks.main(["check", str(tmp_path / f"{name}.ipynb")]) == 1
        told = capsys.readouterr().err
        assert "execution count" in told  # every other rule holds for an appendix
        assert ("no objectives" in told) == (name == "one")


def test_the_book_has_chapters_and_appendices():
    shaped = {path.stem for path in CHAPTERS if notebooks.check_shape in notebooks.rules_for(path)}
    assert {path.stem for path in CHAPTERS} - shaped == {"optimisers", "misconceptions"}
    assert "losses" in shaped


@pytest.mark.parametrize(
    "spoil",
    [
        lambda nb: nb.metadata.update(widgets={}),
        lambda nb: nb.cells[1].metadata.update(execution={}),
        lambda nb: nb.cells[1].update(id="a1b2c3"),
        lambda nb: nb.cells[0].update(source=nb.cells[0].source + "\n\n"),
    ],
    ids=["notebook metadata", "timing", "random id", "blank lines"],
)
def test_canonical_form_is_required_and_restored(spoil):
    notebook = chapter()
    spoil(notebook)
    assert notebooks.problems(notebook, [notebooks.check_form])
    assert notebooks.problems(notebooks.canonical(notebook), [notebooks.check_form]) == []


def test_saving_touches_a_file_only_when_it_changes(tmp_path):
    path = tmp_path / "chapter.ipynb"
    assert notebooks.save(chapter(), path)
    assert not notebooks.save(chapter(), path)
    assert notebooks.save(chapter(code()), path)


def test_a_deck_follows_the_cells_of_its_chapter(tmp_path, capsys):
    path, deck = tmp_path / "book" / "bits.ipynb", tmp_path / "course" / "slides" / "bits.md"
    for file in (path, deck):
        file.parent.mkdir(parents=True)
    before = "title: A\ncell: bits-2\nshow: output\n\n---\n\n\ntitle: B\ncell: bits-3\n"
    deck.write_text(before, encoding="utf-8")
    old, new, bits = code("print(1)"), code("print(0)"), new_markdown_cell("# Bits")
    last = code("print(2)")
    notebooks.save(new_notebook(cells=[bits, old, last]), path)
    assert deck.read_text(encoding="utf-8") == before
    edited = [bits, new, code("print(1)"), code("print(2)  # edited"), code("print(2)")]
    notebooks.save(new_notebook(cells=edited), path)
    assert "bits.md: cells have other ids now" in capsys.readouterr().out
    after = before.replace("bits-3", "bits-5").replace("bits-2", "bits-3")
    assert deck.read_text(encoding="utf-8") == after
    notebooks.save(new_notebook(cells=edited[:-2]), path)  # a cell that is gone keeps its name, and is told
    assert deck.read_text(encoding="utf-8") == after


def test_ids_name_the_section():
    cells = [new_markdown_cell("## Wrong beliefs: 3 bits!\n\ntext"), new_code_cell("x"), new_markdown_cell("more")]
    assert notebooks.readable_ids(cells) == [f"wrong-beliefs-3-bits-{n}" for n in (1, 2, 3)]


def test_a_section_and_an_exercise_have_a_cell_of_their_own():
    source = "# A\n\ntext\n\n(target)=\n## B\n\nmore\n\n:::{exercise} C\n:label: c\n:::"
    notebook = notebooks.divided(new_notebook(cells=[new_markdown_cell(source), new_code_cell("## not\n\n## cut")]))
    assert [cell.source for cell in notebook.cells] == [
        "# A\n\ntext",
        "(target)=\n## B\n\nmore",
        ":::{exercise} C\n:label: c\n:::",
        "## not\n\n## cut",
    ]


@pytest.mark.slow
def test_text_view_and_back(tmp_path, capsys):
    path = tmp_path / "chapter.ipynb"
    text = "---\nkernelspec:\n  name: python3\n  display_name: x\n  language: python\n---\n\n# A\n\n"
    wide = f"x = [{', '.join(['1000'] * 15)}]"
    text += f"```{{code-cell}} ipython3\nprint('1 bit')\n{wide}\n```\n"
    assert notebooks.write(path, text)
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[1].outputs[0].text == "1 bit\n"
    assert notebook.cells[1].execution_count == 1
    assert notebooks.problems(notebook, [notebooks.check_format]) == []
    assert notebooks.main(["text", str(path)]) == 0
    assert 'print("1 bit")' in capsys.readouterr().out
    assert notebooks.run(path) is False  # nothing changes when it runs again


def test_check_names_the_file_and_fails(tmp_path, capsys):
    path = tmp_path / "bad.ipynb"
    notebooks.save(chapter(code(count=None)), path)
    assert notebooks.main(["check", str(path)]) == 1
    assert f"{path}: " in capsys.readouterr().err
