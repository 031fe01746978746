"""Exercises and their solutions, as sphinx-exercise and myst-nb leave them on a page."""

import re

from .pages import fragment

CALL = re.compile(r"^check\(\s*\"(?P<name>[\w-]+)\",\s*(?P<answers>[\w, \n]+?),?\s*\)\s*\Z", re.M)
LINE = '<p class="exercise-check"><a href="{}#reference-checks">Check</a> your answer: <code></code></p>'
REPEATED = ("proof", "proof-content", "exercise-content", "solution-content")


def tell_checks(page):
    """Under each exercise with a check stands the call that checks the answer; its solution makes it."""
    for code in page.soup.select("div.cell.tag_solution div.cell_input pre"):
        call = CALL.search(code.get_text())
        exercise = call and page.soup.find(id=f"ex-{call['name']}")
        if exercise:
            line = fragment(LINE.format(page.link("book/reference")))
            answers = ", ".join(re.findall(r"\w+", call["answers"]))
            line.code.string = f'check("{call["name"]}", {answers})'
            (exercise.section or exercise).append(line)


def drop_repeated_ids(page):
    """sphinx-proof and sphinx-exercise give every block of a page the same id."""
    for name in REPEATED:
        for block in page.soup.select(f".admonition > section#{name}, div.admonition#{name}"):
            del block["id"]


def open_solutions(page):
    """The cells of a worked solution open and close with its text: no second button."""
    for solution in page.soup.select("div.solution.dropdown"):
        cell = solution.find_next_sibling()
        while cell and "tag_solution" in cell.get("class", ()):
            cell["class"].append("in-solution")
            for details in cell.select("details.hide"):
                details["open"] = ""
            cell = cell.find_next_sibling()
