"""Notebooks for Colab: a cell more, and nothing else changed."""

from pathlib import Path

import nbformat
import pytest

from tools.course import colab

ROOT = Path(__file__).parents[2]
ADDRESS = "https://example.org/book"


def test_only_the_install_is_added():
    chapter = nbformat.read(ROOT / "book" / "entropy.ipynb", as_version=4)
    copy = colab.with_install(chapter, ADDRESS)
    assert copy.cells[0].source == f'%pip install --quiet "crossentropy[plots] @ git+{ADDRESS}"'
    assert copy.cells[1:] == chapter.cells
    nbformat.validate(copy)


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_every_chapter_is_written_when_there_is_an_address(tmp_path, monkeypatch, capsys, address):
    (tmp_path / "book").mkdir()
    (tmp_path / "_config.yml").write_text(f'repository: {{url: "{address}"}}')
    (tmp_path / "book" / "entropy.ipynb").write_bytes((ROOT / "book" / "entropy.ipynb").read_bytes())
    monkeypatch.setattr(colab, "ROOT", tmp_path)
    assert colab.main() == (0 if address else 1)
    assert bool(capsys.readouterr().err) != bool(address)
    written = [path.name for path in tmp_path.glob("_build/colab/book/*")]
    assert written == (["entropy.ipynb"] if address else [])
