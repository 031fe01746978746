"""Whole chapters as notebooks in the reader's browser: JupyterLite, with the Pyodide that the pages use.

web/jupyter-lite.json has its settings: what the book does not ship is not asked of another host, either.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from tools.site import ROOT, BuildError

SETTINGS = ROOT / "web" / "jupyter-lite.json"
SCRIPT = ROOT / "web" / "src" / "lite.js"
KEPT = """

**Your copy.** What you change here is kept in this browser, and a new edition of the book leaves it as it is. To
read the new edition, or to start afresh, delete this notebook in the
[list of notebooks](../lite/tree/index.html): the book's own then takes its place."""
EXTENSION = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
OPTIONS = {
    "apps": ["notebooks", "tree"],
    "ignore_sys_prefix": ["federated_extensions"],  # an author's JupyterLab may have others
    "federated_extensions": [str(EXTENSION)],
    "no_libarchive": True,
    "no_sourcemaps": True,
    "no_unused_shared_packages": True,
}


def build(chapters, work, out):
    """JupyterLite with these chapters, into the folder `out`.

    It begins from nothing each time: from the record of an earlier build it may leave out our settings
    and fall back to a Pyodide from another host.
    """
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    (work / "files").mkdir(parents=True)
    for chapter in chapters:
        notebook = nbformat.read(chapter, as_version=4)
        notebook.metadata.kernelspec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
        notebook.cells[0].source += KEPT
        nbformat.write(notebook, work / "files" / chapter.name)
    shutil.copy(SETTINGS, work)
    (work / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": OPTIONS}), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core.app", "build", "--lite-dir", ".", "--output-dir", str(out)]
    built = subprocess.run(command, cwd=work, capture_output=True, encoding="utf-8")
    if built.returncode:
        raise BuildError((built.stderr or built.stdout).strip()[-2000:])
    check(out / SETTINGS.name)
    shutil.copy(SCRIPT, out / "book.js")
    for app in OPTIONS["apps"]:
        page = out / app / "index.html"
        page.write_text(with_script(page.read_text(encoding="utf-8")), encoding="utf-8")


def with_script(text):
    """A page of JupyterLite with our icon, and our script, which must be there before JupyterLite's own starts."""
    before, settings, after = text.partition("      {}\n    </script>\n")
    if not settings:
        raise BuildError("JupyterLite's pages have changed: where are their settings?")
    ours = '    <link rel="icon" href="../../_static/logo.svg">\n    <script src="../book.js"></script>\n'
    return f"{before}{settings}{ours}{after}"


def check(written):
    """Complain unless each of our settings of a plugin is in the file that JupyterLite wrote; it adds its own."""
    wanted, found = (
        json.loads(path.read_text(encoding="utf-8"))["jupyter-config-data"].get("litePluginSettings", {})
        for path in (SETTINGS, written)
    )
    for plugin, settings in wanted.items():
        if wrong := [name for name, value in settings.items() if found.get(plugin, {}).get(name) != value]:
            raise BuildError(f"JupyterLite was built without our {', '.join(wrong)}")
