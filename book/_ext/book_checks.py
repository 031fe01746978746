"""Under each exercise with a check stands the call that checks the answer."""

import re

from bs4 import BeautifulSoup

CALL = re.compile(r"^check\(\s*\"(?P<name>[\w-]+)\",\s*(?P<answers>[\w, \n]+?),?\s*\)\s*\Z", re.M)
LINE = '<p class="exercise-check"><a href="{}">Check</a> your answer: <code></code></p>'


def tell_checks(app, page, template, context, doctree):
    """Add the line to the exercises of this page; the solutions make the calls."""
    if "tag_solution" not in context.get("body", ""):
        return
    body = BeautifulSoup(context["body"], "html.parser")
    for code in body.select("div.cell.tag_solution div.cell_input pre"):
        call = CALL.search(code.get_text())
        exercise = call and body.find(id=f"ex-{call['name']}")
        if exercise:
            reference = context["pathto"]("book/reference") + "#reference-checks"
            line = BeautifulSoup(LINE.format(reference), "html.parser")
            answers = ", ".join(re.findall(r"\w+", call["answers"]))
            line.code.string = f'check("{call["name"]}", {answers})'
            (exercise.section or exercise).append(line)
    context["body"] = str(body)


def setup(app):
    app.connect("html-page-context", tell_checks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
