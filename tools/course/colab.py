"""The chapters as notebooks for Colab: the same, after a first cell that installs the package.

    python tools/colab.py      writes _build/colab/book/*.ipynb

Colab opens notebooks of a public repository and brings no package of ours. `make publish-colab` pushes
these to the branch `colab`, to which the book's Colab buttons lead.
"""

import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[2]


def with_install(notebook, address):
    """The notebook with a first cell that installs the package from the repository at this address."""
    cell = nbformat.v4.new_code_cell(f'%pip install --quiet "crossentropy[plots] @ git+{address}"', id="install")
    copy = nbformat.from_dict(notebook)
    copy.cells.insert(0, cell)
    return copy


def main():
    address = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    if not address:
        print("repository.url of _config.yml is empty: Colab installs the package from there", file=sys.stderr)
        return 1
    folder = ROOT / "_build" / "colab" / "book"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        nbformat.write(with_install(nbformat.read(path, as_version=4), address), folder / path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
