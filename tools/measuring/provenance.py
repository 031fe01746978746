"""Where and with what something was measured, and the file that keeps it."""

import datetime
import importlib.metadata
import json
import os
import platform
from pathlib import Path

PACKAGES = {
    "Python": None,
    "NumPy": "numpy",
    "crossentropy": None,
    "SciPy": "scipy",
    "scikit-learn": "scikit-learn",
    "PyTorch": "torch",
    "JAX": "jax",
    "Optax": "optax",
    "mpmath": "mpmath",
}


def processor():
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def described():
    """Processor, cores, system, date, and how busy the machine is."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.date.today().isoformat(),
        "load": load and round(load, 2),
    }


def versions(libraries):
    """The versions of Python, NumPy, ourselves and these libraries."""
    import crossentropy

    wanted = {"NumPy", *libraries} | ({"JAX"} if "Optax" in libraries else set())
    found = {name: importlib.metadata.version(PACKAGES[name]) for name in PACKAGES if name in wanted and PACKAGES[name]}
    return {"Python": platform.python_version(), "crossentropy": crossentropy.__version__} | found


def _rows(value, indent=""):
    if isinstance(value, dict) and any(isinstance(x, dict | list) and x for x in value.values()) and indent == "":
        body = ",\n".join(f"  {json.dumps(key)}: {_rows(x, '  ')}" for key, x in value.items())
        return f"{{\n{body}\n}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {json.dumps(x, ensure_ascii=False)}" for x in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def text(result):
    """A result as JSON with one line for each innermost object, so that a diff shows what changed."""
    return _rows(result) + "\n"


def save(path, result):
    """Write a result, a dictionary of dictionaries and lists of rows."""
    path.write_text(text(result), encoding="utf-8")
