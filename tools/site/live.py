"""What makes the book run in its reader's browser, beside the pages themselves.

    python tools/live.py prepare [--required]   before the pages: scripts and Python, into _build/web
    python tools/live.py notebooks              after the pages: JupyterLite, into the site
    python tools/live.py verdict                last: say so if the book cannot run

Where the parts cannot be had the book is built without them, and the verdict tells why; with --required
that is a failure.
"""

import json
import shutil
import sys
from pathlib import Path

from tools.site import lite, node, pyodide

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "_build" / "web"
SITE = ROOT / "_build" / "html"
STATIC = WEB / "static"  # what the pages' _static gets: live/ and pyodide/
FACTS = WEB / "runtime.json"
REASON = WEB / "why-not-live.txt"
#: What a page loads of Pyodide before its first cell runs; the rest is for JupyterLite.
FIRST = ("contourpy", "crossentropy", "cycler", "fonttools", "kiwisolver", "matplotlib", "numpy", "packaging")
FIRST += ("pillow", "pyparsing", "python-dateutil", "pytz", "six")


def runtime(folder, lock):
    """What the scripts must know of Pyodide: where it is, and how much of it there is to load."""
    files = [*pyodide.CORE, "pyodide-lock.json", *(lock["packages"][name]["file_name"] for name in FIRST)]
    sizes = {name: (folder / name).stat().st_size for name in files}
    version = pyodide.sha256((folder / "pyodide-lock.json").read_bytes())[:8]
    return {
        "folder": "../pyodide/",
        "lock": f"pyodide-lock.json?v={version}",
        "sizes": sizes,
        "total": sum(sizes.values()),
    }


def prepare():
    """Scripts and Python, or the reason why not."""
    shutil.rmtree(STATIC / "live", ignore_errors=True)
    for file in (FACTS, REASON):
        file.unlink(missing_ok=True)
    try:
        node.install()
        lock = pyodide.assemble(STATIC / "pyodide")
        facts = runtime(STATIC / "pyodide", lock)
        node.run("build.mjs", STATIC / "live", json.dumps(facts))
        scripts = b"".join(path.read_bytes() for path in sorted((STATIC / "live").iterdir()))
        FACTS.write_text(json.dumps({**facts, "scripts": pyodide.sha256(scripts)}), encoding="utf-8")
    except (node.NodeError, pyodide.MissingParts) as error:
        shutil.rmtree(STATIC, ignore_errors=True)
        WEB.mkdir(parents=True, exist_ok=True)
        REASON.write_text(f"{error}\n", encoding="utf-8")
        return str(error)
    return None


def notebooks():
    """JupyterLite beside the pages, if Python is there for it; and nothing of an earlier build."""
    for name in ("live", "pyodide"):
        shutil.rmtree(SITE / "_static" / name, ignore_errors=True)
        if FACTS.exists():
            shutil.copytree(STATIC / name, SITE / "_static" / name)
    if not FACTS.exists():
        shutil.rmtree(SITE / "lite", ignore_errors=True)
        return
    lite.build(sorted((ROOT / "book").glob("*.ipynb")), WEB / "lite", SITE / "lite")


def verdict():
    """The last lines of a build without live cells; nothing otherwise."""
    if not REASON.exists():
        return ""
    line = "!" * 100
    return f"{line}\nTHE BOOK WAS BUILT WITHOUT LIVE CELLS AND WITHOUT JUPYTERLITE.\n{REASON.read_text()}{line}"


def main(arguments):
    match arguments:
        case ["prepare", *options] if options in ([], ["--required"]):
            reason = prepare()
            if reason and options:
                print(f"the live cells are required: {reason}", file=sys.stderr)
                return 1
        case ["notebooks"]:
            notebooks()
        case ["verdict"]:
            print(verdict(), end="\n" if REASON.exists() else "")
        case _:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
