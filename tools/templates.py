"""Templates: of what the course hands out in course/templates, of the whole book in web/src/take-away."""

import jinja2

from tools.chapters import ROOT

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader([ROOT / "course" / "templates", ROOT / "web" / "src" / "take-away"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


def filled(template, /, **values):
    """The text of a template with these values."""
    return TEMPLATES.get_template(template).render(**values)
