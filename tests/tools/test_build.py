"""Builds on hostile machines: no registry, no room, no rights, two at once; and the workflow that publishes."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

from tools.site import ROOT, BuildError, alone, build, node

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A folder with the lock of our npm packages, and an empty cache."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(node.FOLDER / name, tmp_path)
    monkeypatch.setattr(node, "FOLDER", tmp_path)
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.slow
def test_a_registry_out_of_reach_is_named_at_once(packages, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    start = time.monotonic()
    with pytest.raises(BuildError, match=r"^npm ci failed: ECONNREFUSED, .*http://127\.0\.0\.1:9/.*") as error:
        node.install()
    assert time.monotonic() - start < 30
    assert "\n" not in str(error.value)
    assert not (packages / "node_modules").exists()


def test_npm_goes_on_without_a_cache_it_may_not_use(packages, monkeypatch):
    asked = []

    def npm(*arguments):
        asked.append(arguments)
        (packages / "node_modules").mkdir(exist_ok=True)
        (packages / "node_modules" / ".package-lock.json").write_text("{}", encoding="utf-8")
        if "--cache" not in arguments:
            raise BuildError("npm ci failed: EACCES, Your cache folder contains root-owned files")

    monkeypatch.setattr(node, "npm", npm)
    node.install()
    assert [arguments[:2] for arguments in asked] == [("ci",), ("ci", "--cache")]
    assert (packages / "node_modules").exists()


def test_what_npm_leaves_when_it_fails_goes(packages, monkeypatch):
    def npm(*arguments):
        (packages / "node_modules" / "half").mkdir(parents=True)
        raise BuildError("npm ci failed: EINTEGRITY, a wrong sum")

    monkeypatch.setattr(node, "npm", npm)
    with pytest.raises(BuildError, match="EINTEGRITY"):
        node.install()
    assert not (packages / "node_modules").exists()


def test_what_npm_left_on_a_full_disk_is_not_taken_for_whole(packages, monkeypatch):
    """There npm ends with 0, and its last file is empty."""
    stamp = packages / "node_modules" / ".package-lock.json"
    written = []

    def npm(*arguments):
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text("".join(written), encoding="utf-8")

    monkeypatch.setattr(node, "npm", npm)
    with pytest.raises(BuildError, match=r"is the disk of .* full"):
        node.install()
    assert not stamp.parent.exists()
    npm()
    written.append("{}")
    node.install()
    assert stamp.stat().st_size


@pytest.mark.slow
def test_a_build_that_is_ended_takes_along_what_it_started(tmp_path):
    """Its pages are made by a child, which would write into the site beside the next build."""
    wait = f"import time; open({str(tmp_path / 'begun')!r}, 'w'); time.sleep(60)"
    code = (ROOT / "tools" / "site" / "build.py").read_text(encoding="utf-8")
    code = code.replace("sys.exit(main())", f"python('-c', {wait!r})")
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as ran:
        while not (tmp_path / "begun").exists() and ran.poll() is None:
            time.sleep(0.1)
        [child] = Path(f"/proc/{ran.pid}/task/{ran.pid}/children").read_text(encoding="ascii").split()
        ran.terminate()
    assert ran.returncode == 1
    assert not Path(f"/proc/{child}").exists()


def test_a_second_build_waits_and_says_so(tmp_path, capsys):
    lock, order = tmp_path / "_build" / "lock", []

    def second():
        with alone(lock):
            order.append("second")

    with alone(lock):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.5)
        assert "waiting" in capsys.readouterr().out
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("error", [OSError(13, "Permission denied", "/a/place"), BuildError("no page")])
def test_a_build_that_fails_says_why_in_a_line(monkeypatch, error):
    def fail(*options):
        raise error

    monkeypatch.setattr(build, "build", fail)
    monkeypatch.setattr(build, "full_disks", list)
    monkeypatch.setattr(build, "alone", contextlib.nullcontext)
    assert build.main([]) == str(error)


def test_a_full_disk_is_named_and_no_half_site_stays(tmp_path, monkeypatch):
    def fail(*options):
        raise BuildError("the pages")

    for folder in ("html", ".doctrees", "web", "node_modules"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(build, "build", fail)
    monkeypatch.setattr(build, "SITE", tmp_path / "html")
    monkeypatch.setattr(build, "WEB", tmp_path / "web")
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(build, "alone", contextlib.nullcontext)
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(1, 1, 0 if place == tmp_path else build.ROOM))
    assert build.main([]) == f"the pages\nThe disk is full at {tmp_path}."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_a_web_server_may_read_the_site_whatever_the_umask(tmp_path):
    page = tmp_path / "site" / "book" / "entropy.html"
    page.parent.mkdir(parents=True)
    page.touch()
    for path, mode in ((page, 0o600), (page.parent, 0o700), (page.parents[1], 0o700)):
        path.chmod(mode)
    build.let_everybody_read(page.parents[1])
    assert [oct(path.stat().st_mode & 0o777) for path in (page, *page.parents[:2])] == ["0o644", "0o755", "0o755"]


def test_the_path_of_the_clone_is_in_no_file_that_python_reads_in_the_encoding_of_the_locale(tmp_path):
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["editable"])
    with zipfile.ZipFile(path) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".pth")]
        assert str(ROOT) not in wheel.read(name).decode()


# Make -------------------------------------------------------------------------------------------------


@pytest.fixture
def make(tmp_path):
    """Run the Makefile in another folder with an environment made by the Python of the tests, run by no make."""
    if not shutil.which("make"):
        pytest.skip("needs make")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".ready").touch()
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)

    def run(*arguments):
        command = ["make", "--no-print-directory", "-f", ROOT / "Makefile", *arguments]
        own = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
        ran = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, encoding="utf-8")
        return ran.returncode, ran.stdout + ran.stderr

    run.folder = tmp_path
    return run


def test_another_python_is_not_taken_for_that_of_the_environment(make):
    other = make.folder / "python9.9"
    other.write_text("#!/bin/sh\necho 9.9\n", encoding="utf-8")
    other.chmod(0o755)
    for arguments in ((), (f"PYTHON={sys.executable}",)):
        assert make("same-python", *arguments) == (0, "")
    status, said = make("same-python", f"PYTHON={other}")
    assert status
    assert "made with another Python" in said
    status, said = make("same-python", "PYTHON=python9")
    assert status
    assert "There is no command python9" in said
    (make.folder / ".venv" / "bin" / "python").unlink()  # the system has a newer Python now
    status, said = make("same-python")
    assert status
    assert "rm -rf .venv" in said


def test_two_makes_do_not_fill_one_environment(make):
    (make.folder / "requirements").mkdir()
    (make.folder / "requirements" / "x.lock").touch()
    (make.folder / ".venv-x.lock").mkdir()
    status, said = make(".venv-x/.ready", f"PYTHON={sys.executable}")
    assert status
    assert "Another make is at work in .venv-x" in said
    assert not (make.folder / ".venv-x").exists()


def test_an_environment_that_could_not_be_filled_goes(make):
    """pip may take the half of a package for all of it."""
    (make.folder / "requirements").mkdir()
    (make.folder / "requirements" / "x.lock").touch()
    python = make.folder / "python9"
    python.write_text('#!/bin/sh\ntest "$1" = -c || mkdir -p "$3/bin"\n', encoding="utf-8")
    python.chmod(0o755)
    status, said = make(".venv-x/.ready", f"PYTHON={python}")
    assert status
    assert "Making .venv-x" in said
    assert not list(make.folder.glob(".venv-x*"))


# Publishing -------------------------------------------------------------------------------------------


WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())
JOBS = {
    f"{path.stem}-{name}": job
    for path in WORKFLOWS
    for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_name_their_version(path):
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_a_job_has_its_own_rights_and_an_end(job):
    assert job["timeout-minutes"] <= 60
    assert job["permissions"]
    if "write" in job["permissions"].values():
        assert job["if"] == "github.ref == 'refs/heads/main'"
