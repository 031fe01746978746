"""Build the whole book into _build/html; it stops at the first failure.

    python -m tools.site.build [--live=required] [--take-away] [--pages]

Where Python for the reader's browser cannot be had, the book is built without live cells; the last lines say
which it is. With --live=required a book without them is a failure. With --take-away the whole book is also made into
a PDF and an EPUB, which takes minutes and needs Chromium. With --pages, the notebooks, JupyterLite, the slides and the
editions beside the pages are left out.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

from platformdirs import user_cache_path

from tools.site import ROOT, SITE, WEB, BuildError, alone, keep, live, node, offline, policy

# It has no `python -m jupyter_book`. Its trees are many small objects, and to look through them for rubbish as often as
# Python does takes a quarter of the time.
JUPYTER_BOOK = ("-c", "import gc; gc.set_threshold(50_000, 1000); from jupyter_book.cli.main import main; main()")
LINE = "!" * 100
ROOM = 10_000_000  # bytes; a disk with less is full


def python(*arguments):
    """Run Python with these arguments; only its errors are shown."""
    if subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        raise BuildError(f"failed: python {' '.join(map(str, arguments))}")


def build(live_required=False, take_away=False, pages_alone=False):
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
    shutil.rmtree(SITE / "take-away", ignore_errors=True)
    os.environ["TAKE_AWAY"] = "1" * take_away  # to the book's extension
    python(*JUPYTER_BOOK, "build", ".", "-n", "-W", "--keep-going", "--quiet")
    front = (ROOT / "web" / "index.html").read_text(encoding="utf-8")  # Jupyter Book's own has no title
    (SITE / "index.html").write_text(policy.with_policy(front), encoding="utf-8")
    if not pages_alone:
        say("notebooks, JupyterLite")
        live.notebooks()
        say("slides")
        python("-m", "tools.course.slides", "build")
        say("editions")
        python("-m", "tools.course.editions", "student", "instructor", "--into", SITE / "course")
    if take_away:
        say("PDF and EPUB")
        python("-m", "tools.site.take_away")
    say("check that no page asks another host for anything")
    if complaints := offline.complaints():
        raise BuildError("\n".join(complaints))
    if not pages_alone:
        keep.write()
    let_everybody_read(SITE)
    live_parts = "live cells" if pages_alone else "live cells and JupyterLite"
    say(f"{SITE / 'index.html'}{'' if why_not_live else f', with {live_parts}'}")
    if why_not_live:
        say(f"{LINE}\nTHE BOOK WAS BUILT WITHOUT LIVE CELLS AND WITHOUT JUPYTERLITE.\n{why_not_live}\n{LINE}")


def let_everybody_read(site):
    """A web server is another user: the author's umask may not hide the site from it."""
    for path in (site, *site.rglob("*")):
        mode = path.stat().st_mode
        wanted = mode | (0o555 if path.is_dir() else 0o444)
        if mode != wanted:
            path.chmod(wanted)


def full_disks():
    """The places a build writes to that have no room left."""
    places = [SITE.parent, user_cache_path(), *map(Path, filter(None, [os.environ.get("TMPDIR")]))]
    return [str(place) for place in places if place.exists() and shutil.disk_usage(place).free < ROOM]


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Build the whole book into _build/html.")
    parser.add_argument("--live", choices=["required"], help="fail where the live cells cannot be built")
    parser.add_argument("--take-away", action="store_true", help="make a PDF and an EPUB of the whole book, too")
    parser.add_argument("--pages", action="store_true", help="build the pages alone")
    options = parser.parse_args(arguments)
    try:
        with alone():
            build(options.live == "required", options.take_away, options.pages)
    except (BuildError, OSError) as error:
        if full := full_disks():
            # To the next build, half a page is a page.
            for folder in (SITE, SITE.with_name(".doctrees"), WEB, node.MODULES):
                shutil.rmtree(folder, ignore_errors=True)
            return f"{error}\nThe disk is full at {' and at '.join(full)}."
        return str(error)


if __name__ == "__main__":
    # An exception ends what this process waits for, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    sys.exit(main())
