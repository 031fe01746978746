"""The files that keep what was measured: where and with what (`provenance`), and a row for each result (`rows`)."""

import datetime
import importlib.metadata
import json
import os
import platform
from pathlib import Path

import numpy as np

import crossentropy
from tools.measuring.libraries import LIBRARIES, ROOT

SHIPPED = ROOT / "src" / "crossentropy" / "data"  # what a chapter shows, in a browser too
FILES = {
    "accuracy": ROOT / "book" / "_data" / "accuracy.json",
    "benchmarks": SHIPPED / "benchmarks.json",
    "peers": SHIPPED / "peers.json",
}
#: What is compared with a row's goal, section by section.
AIMS = {"accuracy": "crossentropy", "factors": "factor", "speed": "ratio", "memory": "share", "import": "extra_ms"}


def aim(row):
    """The value that a row compares with its goal, if any; of errors, the largest."""
    value = row.get(AIMS.get(row["section"]))
    return value[0] if isinstance(value, list) else value


def missed(row):
    """Whether a row has a goal and a value that does not reach it; "lost" digits do not."""
    goal, value = row.get("goal"), aim(row)
    return goal is not None and value is not None and (isinstance(value, str) or value > goal)


def significant(value, count=3):
    """So many significant digits, as a number: more would differ from one run to the next."""
    return float(f"{value:.{count}g}")


def load(name):
    """A record, as it was saved."""
    return json.loads(FILES[name].read_text(encoding="utf-8"))


def save(path, provenance, rows):
    """Write a record, a line for each row, so that a diff shows what changed."""
    head = json.dumps(provenance, ensure_ascii=False)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    path.write_text(f'{{"provenance": {head},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def instructions():
    """The sets of instructions to measure with, by name: the environment that makes NumPy use no wider ones."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]
    names = [*found.get("baseline", []), *found.get("found", [])]
    wide = [name for name in names if name.startswith("AVX512") or name == "X86_V4"]
    if wide:
        return {"AVX-512": {}, "AVX2": {"NPY_DISABLE_CPU_FEATURES": " ".join(wide)}}
    return {"AVX2" if {"AVX2", "X86_V3"} & set(names) else " ".join(names) or "no wide ones": {}}


def huge_pages():
    """When Linux gives pages larger than 4 kB; None elsewhere."""
    try:
        choices = Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text(encoding="ascii")
    except OSError:
        return None
    return choices.partition("[")[2].partition("]")[0]


def machine():
    """Processor, cores, system, what decides the time of a call besides, date, and how busy the machine is."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "instructions": next(iter(instructions())),
        "threads": int(os.environ.get("OMP_NUM_THREADS", 0)) or os.cpu_count(),
        "allocator": " ".join(platform.libc_ver()).strip() or "of the system",
        "huge_pages": huge_pages(),
        "date": datetime.date.today().isoformat(),
        "load": load and round(load, 2),
    }


def versions(keys):
    """The versions of Python, this package, NumPy and the libraries with these keys; with Optax, of JAX too."""
    wanted = [LIBRARIES[key] for key in LIBRARIES if key in keys or (key == "jax" and "optax" in keys)]
    packages = {library["name"]: library["package"] for library in wanted if "package" in library}
    found = {name: importlib.metadata.version(package) for name, package in ({"NumPy": "numpy"} | packages).items()}
    return {"Python": platform.python_version(), "crossentropy": crossentropy.__version__} | found
