"""Assemble the Python that runs in the reader's browser: Pyodide with NumPy, matplotlib and this package.

web/pyodide.toml lists the parts. Pyodide itself is an npm package; its wheels come from the first source
that has them, and only bytes with the right sha256 (Pyodide's own lock file or web/pyodide.toml has it) are
taken. Only what the book needs is shipped, compiled to bytecode (web/compile.mjs), and nothing else stands in the
lock file of the site: importing another package fails by name, with no request. The wheels and their bytecode are
kept in a cache of the user, so that the next clone need not make them again.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from functools import partial
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from platformdirs import user_cache_path

from tools.site import ROOT, BuildError, node

PINS = ROOT / "web" / "pyodide.toml"
LOCK = node.MODULES / "pyodide" / "pyodide-lock.json"
STDLIB = "python_stdlib.zip"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", STDLIB)
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


class MissingParts(BuildError):
    """Some parts cannot be had; the text names them and the sources that were tried."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# A source is given names of files, and returns {name: bytes} of those that it has.
def from_folder(folder, names):
    """A local folder: the cache, or an official Pyodide release."""
    return {name: Path(folder, name).read_bytes() for name in names if Path(folder, name).is_file()}


def download(requirements, python):
    """The wheels that pip finds for another Python; an OSError with pip's reason where it has none."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*PIP, "download", "--no-deps", "--only-binary=:all:", "--python-version", python, "--dest", folder]
        ran = subprocess.run([*command, "--retries=1", *requirements], capture_output=True, encoding="utf-8")
        found = {path.name: path.read_bytes() for path in Path(folder).glob("*.whl")}
    if not found:
        why = re.search(r"\[(?:Errno|WinError)[^'\n]*", ran.stderr) or re.search(r".*$", ran.stderr.strip())
        raise OSError(why[0])
    return found


def from_index(pure, python, names):
    """Pure-Python wheels under their own names."""
    wheels = [parse_wheel_filename(name) for name in names if name in pure]
    return download([f"{name}=={version}" for name, version, *_ in wheels], python)


def from_carrier(carrier, names):
    """A wheel of the package index that carries Pyodide's wheels."""
    found = {}
    for data in download([carrier["wheel"]], carrier["python"]).values():
        with zipfile.ZipFile(io.BytesIO(data)) as wheel:
            paths = {path.rpartition("/")[2]: path for path in wheel.namelist() if path.startswith(carrier["folder"])}
            found |= {name: wheel.read(paths[name]) for name in names if name in paths}
    return found


def sources(pins, python):
    """{name: source}, in the order in which they are asked."""
    local = os.environ.get("PYODIDE_DIST")
    return {
        **({local: partial(from_folder, local)} if local else {}),
        "the index": partial(from_index, pins["pure"], python),
        **{carrier["wheel"]: partial(from_carrier, carrier) for carrier in pins["carriers"]},
    }


def verified(files, wanted):
    """Of {name: bytes}, what is wanted and has the right sum."""
    return {name: data for name, data in files.items() if sha256(data) == wanted.get(name)}


def collect(wanted, sources, cache):
    """Files by name, given {name: sha256}: from the cache, then from each source in turn."""
    found, cached, tried = {}, None, []
    for name, source in {"the cache": partial(from_folder, cache), **sources}.items():
        missing = wanted.keys() - found
        try:
            found |= verified(source(missing), wanted) if missing else {}
            tried.append(name)
        except OSError as error:
            tried.append(f"{name}, {error}")
        cached = set(found) if cached is None else cached
    if fresh := {name: data for name, data in found.items() if name not in cached}:
        keep(fresh, cache)
    if missing := sorted(wanted.keys() - found):
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        names = ", ".join(missing[:3]) + more
        raise MissingParts(f"no source has {names} with the right sum (tried: {'; '.join(tried)})")
    return found


def keep(files, cache):
    """Write files into the cache. The build can do without it, so one that is full or forbidden is only mentioned."""
    path = cache
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            path = cache / f"{name}.{os.getpid()}"  # half of a file must not bear its name
            path.write_bytes(data)
            path.replace(cache / name)
    except OSError as error:
        print(f"the wheels are not kept for the next build: {error.strerror}: {path}", flush=True)
        with contextlib.suppress(OSError):
            path.unlink()


def lock_entry(file, sha, depends, imports=None):
    """{name: what Pyodide's lock file says} of a pure-Python wheel."""
    name, version, *_ = parse_wheel_filename(file)
    told = {"name": name, "version": str(version), "file_name": file, "sha256": sha, "depends": depends}
    always = {"install_dir": "site", "package_type": "package", "unvendored_tests": False}
    return {name: {**told, "imports": imports or [name], **always}}


def own_wheel():
    """(lock entry, file) of this package, built from the tree.

    The build number in the file's name is made of its sum: a browser never takes an old wheel for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, str(ROOT)]
        built = subprocess.run(command, capture_output=True, encoding="utf-8")
        if built.returncode:
            raise MissingParts(f"the package's own wheel: {built.stderr.strip()[-600:]}")
        [path] = Path(folder).glob("*.whl")
        data = path.read_bytes()
    name, version, tags = path.name.split("-", 2)
    file = f"{name}-{version}-0{sha256(data)[:8]}-{tags}"
    return lock_entry(file, sha256(data), ["numpy"]), {file: data}


def pruned(lock, entries):
    """Pyodide's lock file with only these packages; all that they need must be among them."""
    for entry in entries.values():
        if absent := [name for name in entry["depends"] if canonicalize_name(name) not in entries]:
            raise MissingParts(f"{entry['name']} needs {', '.join(absent)}: add to {PINS.name}")
    return {**lock, "packages": dict(sorted(entries.items()))}


def compiled(files, own, leave, folder, cache):
    """The files with bytecode, as far as possible from the folder or the cache; our own change too often to be kept."""
    recipe = PINS, PINS.with_name("compile.mjs"), PINS.parent / "src" / "compiled.py", LOCK
    how = b"".join(path.read_bytes() for path in recipe)
    made = {name: f"{sha256(how + data)[:16]}-{name}" for name, data in files.items()}
    found = from_folder(folder, made.values()) | from_folder(cache, made.values())
    if missing := [name for name in files if made[name] not in found]:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as source:
            for name in missing:
                Path(source, name).write_bytes(files[name])
            job = {"pyodide": str(node.MODULES / "pyodide"), "leave": leave, "keep": ["crossentropy/"]}
            job["files"] = [[str(Path(source, name)), str(folder / made[name])] for name in missing]
            node.run("compile.mjs", json.dumps(job))
        fresh = from_folder(folder, [made[name] for name in missing])
        keep({made[name]: fresh[made[name]] for name in missing if name not in own}, cache)
        found |= fresh
    for path in folder.glob("*"):
        if path.name not in made.values():
            path.unlink()
    return {name: found[file] for name, file in made.items()}


def assemble(out, cache=None):
    """Write the whole runtime to a folder, and return its lock."""
    cache = cache or user_cache_path("crossentropy-book", appauthor=False)
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
    core = node.MODULES / "pyodide"
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    entries = {name: lock["packages"][name] for name in pins["distribution"]}
    for entry in entries.values():
        entry["depends"] = [name for name in entry["depends"] if name not in pins["unneeded"]]
    for file, sha in pins["pure"].items():
        known = lock["packages"].get(parse_wheel_filename(file)[0], {})
        entries |= lock_entry(file, sha, known.get("depends", []), known.get("imports"))
    wanted = {entry["file_name"]: entry["sha256"] for entry in entries.values()}
    files = collect(wanted, sources(pins, lock["info"]["python"].rpartition(".")[0]), cache / "wheels")
    own_entry, own_file = own_wheel()
    lock = pruned(lock, entries | own_entry)
    files |= own_file
    library = {STDLIB: (core / STDLIB).read_bytes()}
    folder = out.parent.parent / "compiled"
    files = compiled(files | library, own_file, pins["left_out"], folder, cache / "compiled")
    for entry in lock["packages"].values():
        entry["sha256"] = sha256(files[entry["file_name"]])
    files |= {name: (core / name).read_bytes() for name in CORE if name not in files}
    files["pyodide-lock.json"] = json.dumps(lock, indent=1).encode()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, data in files.items():
        (out / name).write_bytes(data)
    return lock
