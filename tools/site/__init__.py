"""The site: everything that `python -m tools.site.build` puts into _build/html."""

from tools.chapters import ROOT

SITE = ROOT / "_build" / "html"
WEB = ROOT / "_build" / "web"  # what is made of web/, on its way to the site


class BuildError(Exception):
    """A part of the site could not be made; the text says why."""
