"""The notebooks of the book, read once for all tests; none may change them."""

import nbformat

from tools.chapters import BOOK

NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(BOOK.glob("*.ipynb"))}
