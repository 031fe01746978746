"""Whole chapters as notebooks in the reader's browser: JupyterLite, with the Pyodide that the pages use."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Cross-Entropy from First Principles",
        "faviconUrl": "../_static/logo.svg",
        "litePluginSettings": {
            KERNEL: {
                "pyodideUrl": "./../_static/pyodide/pyodide.mjs",
                "disablePyPIFallback": True,  # what the book does not ship is not asked of another host
                "loadPyodideOptions": {
                    "packages": ["comm", "crossentropy", "ipython", "jedi", "matplotlib", "micropip", "numpy"]
                },
            }
        },
    },
}
BUILD = {
    "LiteBuildConfig": {
        "apps": ["notebooks"],
        "ignore_sys_prefix": ["federated_extensions"],  # an author's JupyterLab may have others
        "federated_extensions": [
            str(Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension"))
        ],
        "no_libarchive": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
}


class LiteError(Exception):
    """JupyterLite could not be built, or not with our settings."""


def contents(chapters, folder):
    """The chapters, for the kernel that the browser has."""
    for chapter in chapters:
        notebook = nbformat.read(chapter, as_version=4)
        notebook.metadata.kernelspec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
        nbformat.write(notebook, folder / chapter.name)


def build(chapters, work, out):
    """JupyterLite with these chapters, into the folder `out`.

    It begins from nothing each time: from the record of an earlier build it may leave out our settings
    and fall back to a Pyodide from another host.
    """
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    (work / "files").mkdir(parents=True)
    contents(chapters, work / "files")
    (work / "jupyter-lite.json").write_text(json.dumps(SETTINGS))
    (work / "jupyter_lite_config.json").write_text(json.dumps(BUILD))
    command = [sys.executable, "-m", "jupyterlite_core.app", "build", "--lite-dir", ".", "--output-dir", str(out)]
    built = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if built.returncode:
        raise LiteError((built.stderr or built.stdout).strip()[-2000:])
    check(out)


def check(out):
    """Complain unless the settings are in the output."""
    written = json.loads((out / "jupyter-lite.json").read_text(encoding="utf-8"))
    settings = written["jupyter-config-data"].get("litePluginSettings", {}).get(KERNEL, {})
    wanted = SETTINGS["jupyter-config-data"]["litePluginSettings"][KERNEL]
    wrong = [name for name, value in wanted.items() if settings.get(name) != value]
    if wrong:
        raise LiteError(f"JupyterLite was built without our {', '.join(wrong)}")
