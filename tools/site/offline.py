"""Check the built book.

    python tools/book.py finished    it is there, and no page asks another host for anything

A plain link may lead anywhere; what a page loads by itself must come from the book.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
LOADS = {  # the attributes through which an element fetches something
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
LINKS_ONLY = {"alternate", "author", "bookmark", "canonical", "help", "license", "next", "prev", "search"}
ADDRESS = re.compile(r"(?:(?<![\w:])//|\bhttps?://|\bwss?://)[^\s\"'()<>,;]+", re.IGNORECASE)
NAMESPACE = re.compile(r"https?://www\.w3\.org/\d{4}/", re.IGNORECASE)  # a name, never fetched
CSS_LOAD = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]+)", re.IGNORECASE)


class _Page(HTMLParser):
    """Collects the off-host references of one page as (element, address)."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.inside = None

    def _addresses(self, where, text, pattern=ADDRESS):
        for match in pattern.finditer(text or ""):
            address = match[match.lastindex or 0]
            if not NAMESPACE.match(address):
                self.found.append((where, address))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside = tag if tag in ("script", "style") else None
        for name in LOADS.get(tag, ()):
            if not (attrs.get(name) or "").startswith("data:"):
                self._addresses(f"{tag} {name}", attrs.get(name))
        if tag == "link" and not LINKS_ONLY & set((attrs.get("rel") or "").lower().split()):
            self._addresses("link href", attrs.get("href"))
        if tag == "meta" and (attrs.get("http-equiv") or "").lower() == "refresh":
            self._addresses("meta refresh", attrs.get("content"))
        self._addresses("style attribute", attrs.get("style"), CSS_LOAD)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.inside = None

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "script":
            self._addresses("script", re.sub(r"(?m)(?<!:)//.*$|/\*(?s:.*?)\*/", "", data))
        elif self.inside == "style":
            self._addresses("style", data, CSS_LOAD)


def offhost_html(text):
    """Off-host references of a page: [(element, address)]."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


def offhost_css(text):
    """Off-host references of a style sheet: [("css", address)]."""
    return [("css", match[1]) for match in CSS_LOAD.finditer(text)]


def offhost(site):
    """Every resource that the built pages would ask another host for: [(file, element, address)]."""
    site = Path(site)
    found = []
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if name.startswith("_sources/") or not path.is_file():
            continue
        if path.suffix == ".html" and not name.startswith("_static/"):
            references = offhost_html(path.read_text(encoding="utf-8"))
        elif path.suffix == ".css":
            references = offhost_css(path.read_text(encoding="utf-8"))
        else:
            continue
        found += [(name, *reference) for reference in references]
    return found


def finished(site=SITE):
    """Complaints about the built book; none if it may be read and published."""
    site = Path(site)
    if not (site / "index.html").is_file():
        return [f"{site / 'index.html'} is missing: the book was not built"]
    return [f"{name}: {where} asks another host: {address}" for name, where, address in offhost(site)]


def main(arguments):
    if arguments != ["finished"]:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    complaints = finished()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
