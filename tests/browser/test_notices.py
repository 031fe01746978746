"""web/NOTICES.md names every file of the built site, and the site holds the text of every licence."""

import email
import re
import zipfile
from pathlib import PurePosixPath

from tools.site import ROOT, SITE

NOTICES = (ROOT / "web" / "NOTICES.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in NOTICES.splitlines()
    if line.startswith("|") and not line.startswith(("| Part", "|---"))
]


def test_every_file_of_the_site_has_a_notice():
    patterns = [pattern for row in ROWS for pattern in re.findall("`(.*?)`", row[-1])]
    found = {pattern: set(SITE.glob(pattern)) for pattern in patterns}
    assert [pattern for pattern in patterns if not found[pattern]] == [], "these files are no longer there"
    files = {path for path in SITE.rglob("*") if path.is_file() and path.parent.name != "take-away"}
    assert sorted(path.relative_to(SITE).as_posix() for path in files - set().union(*found.values())) == []


def test_the_text_of_every_licence_is_there():
    texts = {path.stem for path in (SITE / "_static" / "licences").iterdir()}
    foreign = [row for row in ROWS if len(row) == 4]
    told = {name for _, licence, holder, _ in foreign if holder != "in the wheel" for name in licence.split(", ")}
    assert told - {"trademarks", "to name these services", "each its own", "permissive"} == texts


def test_the_wheel_says_whose_its_data_is():
    [path] = (SITE / "_static" / "pyodide").glob("crossentropy-*.whl")
    with zipfile.ZipFile(path) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(wheel.read(name))
        inside = [PurePosixPath(name) for name in wheel.namelist() if "/data/" in name]
        files = {path.name for path in inside if path.suffix not in (".py", ".pyc")} - {"README.md"}
        text = wheel.read(f"{PurePosixPath(name).parent}/licenses/src/crossentropy/data/README.md").decode()
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0 AND LicenseRef-Public-Domain"
    headings = re.findall(r"^## (`.*`)$", text, re.MULTILINE)
    assert {file for heading in headings for file in re.findall(r"`(.*?)`", heading)} == files
    licences = re.findall(r"^- \*\*Licence\.\*\* (.*)$", text, re.MULTILINE)
    assert len(licences) == len(headings)
    assert all("CC BY 4.0" in licence or "public domain" in licence for licence in licences)


def test_versions_are_those_of_the_locks():
    """Of what is not in a file's name."""
    lock = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("requirements/book.lock", "web/package.json"))
    told = re.findall(r"^\| \[([\w. -]+)\]\(.*?\) (\d[\d.]*\.\d+\.\d+)", NOTICES, re.MULTILINE)
    assert len(told) > 10
    for part, version in told:
        name = part.lower().replace(" ", "-").replace("pyodide-kernel", "jupyterlite-pyodide-kernel")
        assert re.search(rf"{re.escape(name)}(-core)?(==|\": \"){re.escape(version)}", lock, re.IGNORECASE), part
