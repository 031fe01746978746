"""Links that open the assignments on a JupyterHub, where the repository is known."""

import tomllib
from pathlib import Path
from urllib.parse import quote, urlencode

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

TABLE = Path(__file__).parents[2] / "course" / "assignments.toml"
BRANCH = "assignments"  # to which `make publish-assignments` pushes


def hub_link(hub, repository, path):
    """Address at which nbgitpuller copies the branch to a student and opens a file."""
    name = repository.rstrip("/").rpartition("/")[2].removesuffix(".git")
    query = {"repo": repository, "branch": BRANCH, "urlpath": f"lab/tree/{name}/{path}"}
    told = urlencode(query, safe="/", quote_via=quote)
    return f"{hub}/hub/user-redirect/git-pull?{told}"


class HubLinks(SphinxDirective):
    """`{hub-links} https://hub.example.org`: one address for each assignment.

    The body leads over to them. Nothing is shown where the repository has no address.
    """

    required_arguments = 1
    has_content = True

    def run(self):
        self.env.note_dependency(str(TABLE))
        repository = self.config.html_theme_options.get("repository_url")
        if not repository:
            return []
        lines = []
        table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
        for assignment in table["assignment"]:
            name = assignment["name"]
            path = f"{name}/student/{name}.ipynb"
            link = hub_link(self.arguments[0], repository, path)
            lines += [f"# {assignment['title']}", link, ""]
        text = "\n".join(lines).strip()
        links = nodes.literal_block(text, text, language="text")
        return [*self.parse_content_to_nodes(), links]


def setup(app):
    app.add_directive("hub-links", HubLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
