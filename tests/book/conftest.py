"""A page as the steps of the extension see it, without Sphinx."""

from types import SimpleNamespace

import pytest
from sphinx.highlighting import PygmentsBridge

from book._ext.pages import Page, fragment


@pytest.fixture
def page():
    """page(html): the page with this body; `asked` has the scripts that the steps ask for."""

    def made(html, name="book/entropy", source="book/entropy.ipynb", live_cells=""):
        asked = []
        app = SimpleNamespace(
            config=SimpleNamespace(live_cells=live_cells, root_doc="book/index"),
            env=SimpleNamespace(doc2path=lambda page, base: source),
            add_js_file=lambda file, **options: asked.append((file, options)),
            asked=asked,
            builder=SimpleNamespace(highlighter=PygmentsBridge("html")),
        )

        def pathto(target, resource=False):
            return f"../{target}" if resource else f"../{target}.html"

        return Page(app, name, {"header_buttons": [], "pathto": pathto}, fragment(html))

    return made
