"""Check that no page of the built book asks another host for anything.

A plain link may lead anywhere; what a page loads by itself must come from the book.
"""

import re
from html.parser import HTMLParser

from tools.site import SITE

LOADS = {"data", "href", "poster", "src", "srcset", "xlink:href"}  # attributes that make a browser fetch something
LINKS = {"a", "area"}  # unless the element is a link
RELATED = {"alternate", "author", "bookmark", "canonical", "help", "license", "next", "prev", "search"}  # or names one
ADDRESS = re.compile(r"(?:(?<![\w:])//|\bhttps?://|\bwss?://)[^\s\"'()<>,;]+", re.IGNORECASE)
NAMESPACE = re.compile(r"https?://www\.w3\.org/\d{4}/", re.IGNORECASE)  # a name, never fetched
CSS_LOAD = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]+)", re.IGNORECASE)
COMMENT = re.compile(r"(?m)(?<!:)//.*$|/\*(?s:.*?)\*/")


class _Page(HTMLParser):
    """Collects the off-host references of a page as (place, address)."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inside = [], None
        self.feed(text)
        self.close()

    def search(self, place, text, pattern=ADDRESS):
        addresses = (match[match.lastindex or 0] for match in pattern.finditer(text))
        self.found += [(place, address) for address in addresses if not NAMESPACE.match(address)]

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        values = {name: value or "" for name, value in attributes}
        loads = tag not in LINKS and not RELATED & set(values.get("rel", "").lower().split())
        for name, value in values.items():
            if name == "style":
                self.search("style attribute", value, CSS_LOAD)
            elif loads and name in LOADS and not value.startswith("data:"):
                self.search(f"{tag} {name}", value)
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.search("meta refresh", values.get("content", ""))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "script":
            self.search("script", COMMENT.sub("", data))
        elif self.inside == "style":
            self.search("style", data, CSS_LOAD)


def complaints(site=SITE):
    """What is wrong with the built book; nothing if it may be read and published."""
    pages = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] not in ("_sources", "_static")]
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    texts |= {path: f"<style>{path.read_text(encoding='utf-8')}</style>" for path in site.rglob("*.css")}
    return [
        f"{path.relative_to(site).as_posix()}: {place} asks another host: {address}"
        for path, text in sorted(texts.items())
        for place, address in _Page(text).found
    ]
