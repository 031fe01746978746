"""The book as a whole: every page listed, every source cited, every claim and theorem covered."""

import lzma
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest
import yaml
from sphinx.util.matching import Matcher

import crossentropy
from crossentropy.data import load_alice
from tests.notebooks import NOTEBOOKS
from tools import chapters

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CHAPTERS = [chapter.name for chapter in chapters.chapters()]
PARTS = chapters.parts()
#: The parts without chapters. Appendices, notebooks or not, have a shape of their own.
AFTERWARDS = ["Appendices", "Teaching", "Reference"]


def prose(page):
    """The Markdown of a page, be it a notebook or a text file."""
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    cells = NOTEBOOKS[page.stem].cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


PAGES = {page.stem: prose(page) for page in sorted([*BOOK.glob("*.md"), *BOOK.glob("*.ipynb")])}


@pytest.fixture(scope="module")
def files():
    """The files of the repository, as git lists them."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a clone: git knows which files belong to the repository")
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.fail(f"git must list the files of the repository: {error} {getattr(error, 'stderr', '')}")
    return [name for name in names if (ROOT / name).exists()]


def test_every_page_is_in_the_toc():
    assert sorted(chapters.pages()) == sorted(PAGES)
    assert PARTS["The five chapters"] == CHAPTERS[:5]
    assert [page for part, pages in PARTS.items() if part not in AFTERWARDS for page in pages] == CHAPTERS
    assert list(PARTS)[-3:] == AFTERWARDS
    notebooks = {path.stem for path in BOOK.glob("*.ipynb")}
    assert set(CHAPTERS) == notebooks - set(PARTS["Appendices"])
    assert not notebooks & {*PARTS["Teaching"], *PARTS["Reference"]}


def test_the_book_is_made_of_its_pages_alone():
    """An environment beside them holds hundreds of pages, of other projects, and Sphinx would read them."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    excluded = Matcher(config["exclude_patterns"])
    ignored = re.findall(r"^/(.+?)/?$", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.M)
    environments = set(re.findall(r"\.venv(?:-[a-z]+)?", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert len(environments) == 3
    assert all(any(fnmatch(name, pattern) for pattern in ignored) for name in environments)
    for folder in map(PurePosixPath, [*environments, *ignored]):
        assert any(excluded(str(path)) for path in (folder, *folder.parents)), folder


def test_every_source_is_cited():
    bibliography = (BOOK / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{(\w+),", bibliography, re.M)
    cited = {
        key.split("{")[0]
        for text in PAGES.values()
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
        for key in keys.split(",")
        if re.match(r"[a-z]+\d{4}", key)
    }
    assert entries == sorted(set(entries))
    assert cited == set(entries)


def test_every_public_name_is_in_the_reference():
    listed = re.findall(r"autofunction:: (?:crossentropy\.)?(\w+)$", PAGES["reference"], re.M)
    assert sorted(listed) == crossentropy.__all__
    for module in ("data", "training", "plots"):
        assert f"automodule:: crossentropy.{module}" in PAGES["reference"]


def test_every_theorem_has_an_identity():
    theorems = {label for text in PAGES.values() for label in re.findall(r"^:label: thm-(\S+)", text, re.M)}
    source = (ROOT / "tests" / "package" / "test_identities.py").read_text(encoding="utf-8")
    tested = {name.replace("_", "-") for name in re.findall(r"^def test_(\w+)\(", source, re.M)}
    assert theorems <= tested
    assert len(theorems) >= 14


@pytest.mark.parametrize(("heading", "numbers"), [("## Claims", 14), ("## Slips", 6)], ids=["claims", "slips"])
def test_every_claim_of_the_source_is_covered(heading, numbers):
    table = PAGES["source"].split(heading)[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if re.match(r"\| \d", line)]
    assert [int(row[0]) for row in rows] == list(range(1, numbers + 1))
    targets = {label for text in PAGES.values() for label in re.findall(r"^\(([\w-]+)\)=$", text, re.M)}
    targets |= {f"{page}.md" for page in PAGES}
    for row in rows:
        links = re.findall(r"\]\(([^)]+)\)", row[-1])
        assert links, row
        assert set(links) <= targets, row


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_links_between_chapters_have_targets(chapter):
    targets = {label for text in PAGES.values() for label in re.findall(r"^\(([\w-]+)\)=$", text, re.M)}
    files = {f"{page}{suffix}" for page in PAGES for suffix in (".md", ".ipynb")}
    links = set(re.findall(r"\]\(([^)\s]+)\)", PAGES[chapter]))
    assert links
    assert links <= targets | files


@pytest.mark.parametrize("page", PAGES)
def test_no_filler(page):
    filler = (
        r"important to note|let's dive|dive in\b|\bsimply\b|\bobviously\b|\btrivially\b|of course|needless to say"
        r"|in today's|powerful tool|delve"
    )
    found = re.findall(filler, PAGES[page], re.I)
    assert not found


def test_the_recorded_size_of_xz_is_what_xz_says():
    """The one rival of *From bits to bytes* that this Python has and the reader's browser lacks."""
    packed = lzma.compress(load_alice(), preset=9 | lzma.PRESET_EXTREME)
    cells = NOTEBOOKS["codes"].cells
    assert any(f'"xz": {len(packed):_},' in cell.source for cell in cells)


def test_readme_example():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code, output = re.search(r"```python\n(.*?)```.*?```(?:text)?\n(.*?)```", readme, re.S).groups()
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout == output


def test_nothing_points_where_there_is_nothing(files):
    """The package's name is not registered, and no lock holds an address."""
    excepted = ("README.md", "CONTRIBUTING.md", "tests/book/test_book.py")  # they may say what not to type
    for name in files:
        if name.endswith((".png", ".csv", ".gz")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        assert name in excepted or not re.search(r"pip install crossentropy\b", text), name
        if name.endswith(".lock"):
            assert "://" not in text, name
        if name == "requirements/book.lock":
            assert text.count("--hash=sha256:") > 1000


def test_files_and_commands_that_the_text_names_exist(files):
    """The changelog tells of old ones, and the tests make up their own."""
    commands = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    folders = {name.split("/")[0] for name in files if "/" in name and not name.startswith(".")}
    path = rf"(?<![\w./*-])(?:{'|'.join(folders)})/[\w./-]+\.(?:py|toml|md|ipynb|cfg|lock|css|js)\b"
    made_up = {"book/chapter.ipynb", "tests/testdata/alice29.txt"}  # a cell's code for ruff; a file of brotli's
    named = set()
    for name in files:
        if name.startswith(("tests/", "CHANGELOG")) or not name.endswith((".py", ".md", ".toml", ".lock", ".ipynb")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        lost = [found for found in re.findall(path, text) if not (ROOT / found).exists() and found not in made_up]
        lost += [found for found in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.M) if found not in commands]
        assert not lost, (name, lost)
        named.update(re.findall(path, text))
    assert len(named) >= 20


def test_data_files_are_small(files):
    assert not [name for name in files if (ROOT / name).stat().st_size > 200_000 and not name.endswith(".ipynb")]
