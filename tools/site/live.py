"""What makes the book run in its reader's browser, beside the pages themselves: scripts, Python, JupyterLite."""

import json
import shutil

from tools.course import editions
from tools.site import SITE, WEB, lite, node, pyodide, serve

STATIC = WEB / "static"  # what the pages' _static gets: live/ and pyodide/
FACTS = WEB / "runtime.json"  # what the pages must know of it; there only if they run
#: What a page loads of Pyodide before its first cell runs; the rest is for JupyterLite.
FIRST = ("contourpy", "crossentropy", "cycler", "kiwisolver", "matplotlib", "numpy", "packaging", "pillow")
FIRST += ("pyparsing", "python-dateutil", "six")


def runtime(folder, lock):
    """What the scripts must know of Pyodide: where it is, and how much of it there is to load."""
    files = [*pyodide.CORE, "pyodide-lock.json", *(lock["packages"][name]["file_name"] for name in FIRST)]
    sizes = {name: (folder / name).stat().st_size for name in files}
    lock_file = f"pyodide-lock.json?v={pyodide.sha256((folder / 'pyodide-lock.json').read_bytes())[:8]}"
    return {"folder": "../pyodide/", "lock": lock_file, "sizes": sizes, "total": sum(sizes.values())}


def prepare():
    """Before the pages: scripts and Python, into _build/web. Where Python cannot be had: the reason why."""
    FACTS.unlink(missing_ok=True)
    shutil.rmtree(STATIC / "live", ignore_errors=True)
    try:
        lock = pyodide.assemble(STATIC / "pyodide")
    except pyodide.MissingParts as error:
        shutil.rmtree(STATIC, ignore_errors=True)
        return str(error)
    facts = runtime(STATIC / "pyodide", lock)
    node.run("build.mjs", STATIC / "live", json.dumps(facts))
    scripts = b"".join(path.read_bytes() for path in sorted((STATIC / "live").iterdir()))
    FACTS.write_text(json.dumps({**facts, "scripts": pyodide.sha256(scripts)}), encoding="utf-8")
    return None


def notebooks():
    """After the pages: their notebooks, and JupyterLite if Python is there for it; and nothing of an earlier build."""
    for name in ("_static/live", "_static/pyodide", "notebooks", "lite"):
        shutil.rmtree(SITE / name, ignore_errors=True)
    editions.for_pages(SITE / "notebooks")
    if FACTS.exists():
        shutil.copytree(STATIC, SITE / "_static", dirs_exist_ok=True)
        shutil.copy(serve.__file__, SITE)  # where the pages can't run, they name it
        lite.build(sorted((SITE / "notebooks").iterdir()), WEB / "lite", SITE / "lite")
