"""The site: everything that `python -m tools.site.build` puts into _build/html."""

import contextlib

from filelock import FileLock, Timeout

from tools.chapters import ROOT

SITE = ROOT / "_build" / "html"
WEB = ROOT / "_build" / "web"  # what is made of web/, on its way to the site


class BuildError(Exception):
    """A part of the site could not be made; the text says why."""


@contextlib.contextmanager
def alone(file=ROOT / "_build" / "lock"):
    """While the block runs, no other build writes into this tree; the system frees the lock of one that died."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Another build is at work in {ROOT}: waiting for its end.", flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
