"""Wheels and the standard library with bytecode: the reader's browser need not compile what it imports."""

import contextlib
import io
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc, cache_from_source

WHEN = 1980, 1, 1, 0, 0, 0


def compiled(data, options):
    """The zip file with .pyc in the place of .py, or beside it in a package that keeps its source."""
    old, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name.startswith(tuple(options["leave"])):
                continue
            body, code = old.read(name), None
            if name.endswith(".py"):
                with contextlib.suppress(SyntaxError):  # a test of errors, or a template
                    code = compile(body, name, "exec", dont_inherit=True)
            kept = name.startswith(tuple(options["keep"]))
            if kept or not code:
                new.writestr(zipfile.ZipInfo(name, WHEN), body, zipfile.ZIP_DEFLATED, 9)
            if code:
                path = cache_from_source(name) if kept else f"{name}c"
                bytecode = _code_to_hash_pyc(code, bytes(8), checked=False)
                new.writestr(zipfile.ZipInfo(path, WHEN), bytecode, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


compiled  # noqa: B018 - what the caller gets
