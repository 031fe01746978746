"""Both editions as their readers have them: unpacked, with the package of the zip, run from end to end."""

import subprocess
import sys
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from tools.course import editions, exercises

VERDICT = {"student": "not answered yet.", "instructor": "right."}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Folder of an edition, and the folder where the wheel in it was installed, without a network."""
    made = {}

    def unpack(edition):
        if edition not in made:
            folder = tmp_path_factory.mktemp(edition)
            editions.main([edition, "--into", str(folder)])
            with zipfile.ZipFile(folder / f"crossentropy-{edition}.zip") as archive:
                archive.extractall(folder)
            inside = folder / f"crossentropy-{edition}"
            [wheel] = inside.glob("*.whl")
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
            subprocess.run([*pip, "--target", folder / "installed", wheel], check=True)
            made[edition] = inside, folder / "installed"
        return made[edition]

    return unpack


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("chapter", editions.pages())
@pytest.mark.parametrize("edition", editions.ZIPPED)
def test_notebook_runs_to_the_end(unpacked, monkeypatch, edition, chapter):
    """Each check says that its stub is not answered, or that the solution is right."""
    folder, installed = unpacked(edition)
    monkeypatch.setenv("PYTHONPATH", str(installed))
    notebook = nbformat.read(folder / f"{chapter}.ipynb", as_version=4)
    notebook.cells.append(new_code_cell("import crossentropy\nprint(crossentropy.__file__)"))
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert str(installed) in cells[-1].outputs[0].text
    checked = [(exercises.check_call(cell.source), cell) for cell in cells]
    for name, cell in [(call[0], cell) for call, cell in checked if call]:
        printed = "".join(output.text for output in cell.outputs)
        assert printed.splitlines()[-1] == f"{name}: {VERDICT[edition]}"
