"""Build the whole book into _build/html; it stops at the first failure.

    python -m tools.site.build [--live=required]

Where Python for the reader's browser cannot be had, the book is built without live cells, and the last lines
say so; with --live=required that is a failure.
"""

import argparse
import subprocess
import sys
from functools import partial

from tools.site import ROOT, SITE, WEB, BuildError, live, node, offline

JUPYTER_BOOK = ("-c", "from jupyter_book.cli.main import main; main()")  # it has no `python -m jupyter_book`
LINE = "!" * 100


def python(*arguments):
    """Run Python with these arguments; only its errors are shown."""
    if subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        raise BuildError(f"failed: python {' '.join(map(str, arguments))}")


def build(live_required=False):
    """Build the parts of the book in the order in which they need each other, and say which is being built."""
    say = partial(print, flush=True)
    say("npm packages, figures with sliders")
    node.install()
    node.run("build-figures.mjs", WEB / "figures")
    say("scripts and Python for the browser")
    why_not_live = live.prepare()
    if why_not_live and live_required:
        raise BuildError(f"the live cells are required: {why_not_live}")
    say("pages")
    python(*JUPYTER_BOOK, "build", ".", "-n", "-W", "--keep-going", "--quiet")
    say("JupyterLite")
    live.notebooks()
    say("slides")
    python("-m", "tools.course.slides", "build")
    say("editions")
    python("-m", "tools.course.editions", "student", "instructor", "--into", SITE / "course")
    say("check that no page asks another host for anything")
    if complaints := offline.complaints():
        raise BuildError("\n".join(complaints))
    say(SITE / "index.html")
    if why_not_live:
        say(f"{LINE}\nTHE BOOK WAS BUILT WITHOUT LIVE CELLS AND WITHOUT JUPYTERLITE.\n{why_not_live}\n{LINE}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Build the whole book into _build/html.")
    parser.add_argument("--live", choices=["required"], help="fail where the live cells cannot be built")
    live_required = parser.parse_args(arguments).live == "required"
    try:
        build(live_required)
    except BuildError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(main())
