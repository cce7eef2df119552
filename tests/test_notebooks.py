"""The notebooks run from beginning to end, and what they gave is kept in them."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _kinds(cell):
    """What a cell gave, without what changes from run to run."""
    return [(output.output_type, sorted(output.get("data", {}))) for output in cell.outputs if output.output_type != "stream"]


def test_there_are_four_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["01_first_look", "02_study", "03_your_own", "04_how_good"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_gives_what_is_kept_in_it(path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    kept = nbformat.read(path, 4)
    run = nbformat.read(path, 4)
    NotebookClient(run, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    for before, after in zip(kept.cells, run.cells, strict=True):
        if before.cell_type == "code":
            assert _kinds(before) == _kinds(after), f"what is kept of this cell is out of date; run the notebook again and save it:\n{before.source}"
            assert not [output for output in after.outputs if output.get("name") == "stderr"], f"this cell complains:\n{before.source}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_figures_have_labelled_axes_and_nothing_of_this_machine_is_kept(path):
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "plt.subplots" in cell.source:
            assert "set_xlabel" in cell.source, cell.source
            assert "set_ylabel" in cell.source, cell.source
    text = path.read_text(encoding="utf-8")
    for folder in (str(ROOT), str(Path.home()), "/tmp/", "/var/folders"):
        assert folder not in text, f"{path.name} holds the path {folder}"
