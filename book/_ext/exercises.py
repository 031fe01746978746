"""Exercises and their solutions, as sphinx-exercise and myst-nb leave them on a page."""

from tools.course import exercises

from .pages import following, fragment

ANSWER = """<p class="answer-lead">{}</p>
<div class="cell tag_answer docutils container"><div class="cell_input docutils container">{}</div></div>"""
OPEN = "Your answer."
CHECKED = '{} The last line <a href="{}#reference-checks">checks it</a>.'
EMPTY = "# your answer"
REPEATED = ["proof", "proof-content", "exercise-content", "solution-content"]


def give_answer_cells(page):
    """Under each exercise that is solved by code stands a cell to answer in: the stub of the students' edition."""
    solutions = {solution.a["href"]: solution for solution in page.soup.find_all("div", class_="solution")}
    for exercise in page.soup.select("div.exercise[id]"):
        code = "\n\n\n".join(_code(solutions.get(f"#{exercise['id']}")))
        if not code:
            continue
        checked = exercises.check_call(code)
        lead = CHECKED.format(OPEN, page.link("book/reference")) if checked else OPEN
        stub = exercises.stub(code) if checked else EMPTY
        shown = page.app.builder.highlighter.highlight_block(stub, "ipython3")
        exercise.insert_after(fragment(ANSWER.format(lead, shown)))


def _code(solution):
    """The code of a solution, if there is one."""
    if solution:
        for cell in following(solution, "tag_solution"):
            yield from (pre.get_text() for pre in cell.select("div.cell_input pre"))


def drop_repeated_ids(page):
    """sphinx-proof and sphinx-exercise give every block of a page the same id."""
    for block in page.soup.find_all(id=REPEATED):
        if "admonition" in {*block.get("class", ()), *block.parent.get("class", ())}:
            del block["id"]


def open_solutions(page):
    """The cells of a worked solution open and close with its text: no second button."""
    for solution in page.soup.select("div.solution.dropdown"):
        for cell in following(solution, "tag_solution"):
            cell["class"].append("in-solution")
            for details in cell.select("details.hide"):
                details["open"] = ""
