"""Grades the submissions of an assignment: each by a judge of its own (`tools.course.judge`), row by row.

What is written goes into a new folder beside that of the submissions: `scores.csv` with a row as soon as a submission
is judged (and called `scores-partial.csv` until all are), `feedback` with a file for each student, and `marking.csv`,
where the words are marked by hand.
"""

import csv
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict

from tools.chapters import ROOT
from tools.course import judge
from tools.templates import filled

FAILED = "the judge failed", "the sandbox did not start"
SEED = ROOT / "course" / "hidden-seed.txt"


class GradingError(Exception):
    """Why nothing at all can be graded."""


def seed(path=SEED):
    """What the hidden inputs are drawn from: made up once, and kept in a file that nobody but its owner reads."""
    if not path.exists():
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(f"{secrets.randbits(128)}\n")
    text = path.read_text(encoding="utf-8").strip()
    if not re.fullmatch(r"[0-9]+", text):
        raise GradingError(f"{path} holds {text!r}, expected a whole number; with another one all hidden inputs change")
    return int(text)


# Submissions ----------------------------------------------------------------------------------------


def submissions(folder):
    """(student, path, how many notebooks the student handed in); without one, the path is that of something else.

    Learning platforms give each student a folder, in which the names of the files are the same, or put a student's
    name before that of the file.
    """
    places = visible(folder)
    while len(places) == 1 and any(map(is_folder, visible(places[0]))):  # a folder around all
        places = visible(places[0])
    found = []
    for place in places:
        inside = files(place)
        notebooks = [path for path in inside if path.suffix.lower() == ".ipynb"]
        if len(notebooks) == 1:
            found.append((place.name if is_folder(place) else place.stem, notebooks[0], 1))
        elif notebooks:
            names = [str(path.relative_to(place.parent).with_suffix("")) for path in notebooks]
            found += [(name, path, len(names)) for name, path in zip(names, notebooks, strict=True)]
        else:
            found.append((place.name, (inside or [place])[0], 0))
    return found


def is_folder(path):
    return path.is_dir() and not path.is_symlink()


def visible(path):
    """What lies in a folder, without what computers put beside a student's files."""
    inside = path.iterdir() if is_folder(path) else ()
    return sorted(entry for entry in inside if not entry.name.startswith(".") and entry.name != "__MACOSX")


def files(path):
    return [file for entry in visible(path) for file in files(entry)] if is_folder(path) else [path]


def room(place):
    return f"{shutil.disk_usage(place).free / 1e6:,.1f} MB are free in {place}"


def ready(limits):
    """GradingError where no sandbox can be started, or where it would leave this user's files open unasked."""
    try:
        with judge.Sandbox(limits) as box:
            closed = box.closed
    except (OSError, judge.NotGraded) as error:
        why = error.args[0][-1][-1] if isinstance(error, shutil.Error) else error
        raise GradingError(f"No notebook can be run: {why} ({room(tempfile.gettempdir())})") from None
    if not closed and not os.environ.get("TRUSTED"):
        raise GradingError(
            "Notebooks would have your rights here, over your files or your processes.\n"
            "A closed sandbox needs Landlock, of Linux 5.13 or later, on x86-64 or aarch64.\n"
            "If you would let all these students use your account, set TRUSTED=yes."
        )


# One submission -------------------------------------------------------------------------------------


def judged(path, questions, handed_out, number, limits):
    """The verdict of a judge in a process of its own; {"not_graded": why} where there is none."""
    if path.is_symlink():
        return {"not_graded": "a link to another place"}
    if path.suffix.lower() != ".ipynb":
        return {"not_graded": f"no notebook, but {path.name}" if path.is_file() else "no notebook"}
    if not path.is_file():
        return {"not_graded": f"{path.name} is no file"}
    keys = ("name", "title", "answers", "points", "hidden", "functions", "right")
    asked = [{key: question[key] for key in keys if key in question} for question in questions]
    job = {"path": str(path.absolute()), "questions": asked, "handed_out": handed_out, "seed": number}
    job["limits"] = asdict(limits)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tools.course.judge"],
            input=json.dumps(job),
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            timeout=2 * limits.a_notebook + 300,
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"not_graded": "judging it took too long"}
    except ValueError:
        return {"not_graded": f"the judge failed: {(done.stderr.splitlines() or ['without a word'])[-1][:200]}"}


def clean(text):
    """The text without what no UTF-8 has, such as a file's name from another computer."""
    return str(text).encode("utf-8", "replace").decode()


def status(verdict):
    if "not_graded" in verdict:
        return f"not graded: {verdict['not_graded']}"
    return f"flagged: {'; '.join(verdict['flags'])}" if verdict["flags"] else "graded"


# Files ----------------------------------------------------------------------------------------------


def cell(value):
    """The value as a spreadsheet may have it: it takes a text that begins so for a formula, and runs it."""
    text = f"{value:g}" if isinstance(value, float) else clean(value)
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text)
    if len(text) > 30_000:  # a cell has no more room
        text = f"{text[:30_000]} … (the rest is in the notebook)"
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith("\t") else text


def table(file, header):
    """Write rows to a new file one by one; the mark at its beginning tells spreadsheets that it is UTF-8."""
    writer = csv.writer(file)

    def write(row):
        writer.writerow(map(cell, row))
        file.flush()

    write(header)
    return write


def new_folder(submissions):
    """A folder beside the submissions that was not there before."""
    submissions = submissions.absolute()
    for number in range(1, 10_000):
        name = f"{submissions.name}-graded{f'-{number}' if number > 1 else ''}"
        try:
            (submissions.parent / name).mkdir()
        except FileExistsError:
            continue
        return submissions.parent / name
    raise GradingError(f"{submissions.parent} is full of folders of grades")


def grade(assignment, questions, handed_out, folder, limits, number):
    """Grade a folder of submissions; yields each (student, total or None, status), last the folder with all of it."""
    if not folder.is_dir():
        raise GradingError(f"there is no folder {folder}")
    if not (found := submissions(folder)):
        raise GradingError(f"no submission in {folder}")
    ready(limits)
    names = [question["name"] for question in questions]
    target = new_folder(folder)
    taken = set()

    def stop(kind, error, trace):
        if isinstance(error, OSError):
            raise GradingError(f"Stopped: {error} ({room(target)})") from None

    with ExitStack() as stack:
        stack.push(stop)
        (target / "feedback").mkdir()
        scores, marking = (
            stack.enter_context((target / name).open("x", encoding="utf-8-sig", newline=""))
            for name in ("scores-partial.csv", "marking.csv")
        )
        score = table(scores, ["student", "notebook", *names, "total", "status"])
        mark = table(marking, ["student", "question", "what it is for", "maximum", "points", "words"])
        for student, path, together in found:
            student = re.sub(r"[\x00-\x1f]", " ", clean(student))
            verdict = judged(path, questions, handed_out, number, limits)
            if (graded := "not_graded" not in verdict) and together > 1:
                verdict["flags"].append(f"one of {together} notebooks of this student")
            if not graded and verdict["not_graded"].startswith(FAILED):
                ready(limits)  # or it fails in the same way for all who come
            points = [verdict["results"][name][0] for name in names] if graded else [""] * len(names)
            total = sum(points) if graded else None
            score([student, path.relative_to(folder), *points, total if graded else "", status(verdict)])
            for question in questions if graded else []:
                said = verdict["words"][question["name"]] or "(no words found; look into the notebook)"
                for line in question.get("rubric", []):
                    mark([student, question["title"], line["for"], line["points"], "", said])
            name = plain = re.sub(r"[^\w .()@-]+", "_", student)[:120]
            for again in range(2, len(found) + 2):
                if name.lower() not in taken:
                    break
                name = f"{plain}-{again}"
            taken.add(name.lower())
            told = {"assignment": assignment, "questions": questions, "student": student, "verdict": verdict}
            text = clean(filled("feedback.txt", **told, total=total))
            (target / "feedback" / f"{name}.txt").write_text(text, encoding="utf-8")
            yield student, total, clean(status(verdict))
    (target / "scores-partial.csv").rename(target / "scores.csv")
    yield target
