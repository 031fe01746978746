"""Measure section by section, print each row, and save the records that are whole."""

import argparse
import time

from tools.measuring import bench, libraries, records
from tools.measuring.accuracy import accuracy
from tools.measuring.factors import factors
from tools.measuring.peers import peers

SECTIONS = {
    "accuracy": {"accuracy": accuracy},
    "benchmarks": {"factors": factors, "speed": bench.speed, "memory": bench.memory, "import": bench.importing},
    "peers": {"peers": peers},
}


def shown(row):
    """A row in a line; a star after a missed goal."""
    known = {name: value for name, value in row.items() if name != "goal" or value is not None}
    cells = [f"{name} {'not measured' if value is None else value}" for name, value in known.items()]
    return "\t".join(cells).expandtabs(16) + (" *" if records.missed(row) else "")


def measure(record, chosen, only):
    """Run some sections of a record, and save it, unless something is missing from it."""
    found, missing = libraries.installed(record)
    path, kept = records.FILES[record], ""
    if missing:
        kept = f"{path.name} stays as it is, because it holds all libraries. Not installed: {', '.join(missing)}."
    elif only or chosen != list(SECTIONS[record]):
        kept = f"{path.name} stays as it is, because it holds every task of {', '.join(SECTIONS[record])}."
    print(kept or f"For {path.name}:")
    where, start, rows = records.machine(), time.perf_counter(), []
    for section in chosen:
        for row in SECTIONS[record][section](found, only):
            rows.append({"section": section} | row)
            print(shown(rows[-1]), flush=True)
    where |= {"load_after": records.machine()["load"], "minutes": round((time.perf_counter() - start) / 60, 1)}
    print(f"{sum(map(records.missed, rows))} goals missed. {where}")
    if not kept:
        records.save(path, {"machine": where, "versions": records.versions(found)}, rows)
    print(kept or f"Saved in {path}.")


def run(arguments, description):
    names = [section for sections in SECTIONS.values() for section in sections]
    parser = argparse.ArgumentParser("python -m tools.measuring", description=description)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"some of {', '.join(names)}; else all")
    parser.add_argument(
        "--task", default="", help="of accuracy, factors, speed, memory and peers only the tasks with this name"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.sections) - set(names):
        parser.error(f"there is no {', '.join(unknown)}, only {', '.join(names)}")
    for record, sections in SECTIONS.items():
        if chosen := [section for section in sections if section in (options.sections or names)]:
            measure(record, chosen, options.task)
