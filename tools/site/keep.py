"""What lets a browser install the book, and keep this edition where there is no network: web/src/keep.js, sw.js."""

import hashlib
import json
import shutil

from tools import edition
from tools.site import ROOT, SITE, live

LEFT_OUT = {"course", "edition.json", "lite", "notebooks", "slides", "sw.js", "take-away"}  # no part of the reading
MANIFEST = {
    "name": edition.TITLE,
    "short_name": "Cross-Entropy",
    "start_url": "book/index.html",
    "scope": ".",
    "display": "minimal-ui",
    "background_color": "#fdfcf9",
    "theme_color": "#0b5c7a",
    "icons": [{"src": "_static/logo.svg", "sizes": "any", "type": "image/svg+xml"}],
}


def write(site=SITE, facts=live.FACTS):
    """The list of the files to keep, named by what is in them, and what the browser asks for beside it."""
    (site / "manifest.webmanifest").write_text(json.dumps(MANIFEST), encoding="utf-8")
    shutil.copy(ROOT / "web" / "src" / "sw.js", site)
    python = json.loads(facts.read_text(encoding="utf-8"))["sizes"] if facts.exists() else {}
    files, contents, size = [], hashlib.sha256(), 0
    for path in sorted(path for path in site.rglob("*") if path.is_file() and not path.name.startswith(".")):
        name = path.relative_to(site)
        if name.parts[0] not in LEFT_OUT and ("pyodide" not in name.parts or path.name in python):
            files.append(name.as_posix())
            contents.update(f"{name.as_posix()}\n".encode() + path.read_bytes())
            size += path.stat().st_size
    listed = {"edition": contents.hexdigest()[:12], "size": size, "files": files}
    (site / "edition.json").write_text(json.dumps(listed), encoding="utf-8")
