"""Every notebook runs from top to bottom, quickly and quietly, and is stored as it ran."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_SECONDS = 120


def read(path):
    return nbformat.read(path, as_version=4)


def outputs(notebook):
    return [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]  # fmt: skip


def printed(notebook):
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_it_opens_with_a_question_and_ends_with_exercises(path):
    cells = read(path).cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert "?" in cells[0].source
    assert "## Exercises" in cells[-1].source


def test_it_is_stored_as_it_ran(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any("image/png" in output.get("data", {}) for output in outputs(read(path)))


def test_its_outputs_hold_no_warning_and_no_path(path):
    for output in outputs(read(path)):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        texts = [output.get("text", ""), *output.get("data", {}).values()]
        for text in texts:
            assert not re.search(r"Warning|Traceback|(?<![\w/.])/(?:home|tmp|usr|root|work)/", text)


def test_it_runs_and_prints_what_is_stored(path, monkeypatch):
    """After a change of science: `jupyter execute --inplace` the notebook and read it again."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    stored = read(path)
    fresh = read(path)
    client = NotebookClient(
        fresh,
        kernel_name="python3",
        timeout=MOST_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    assert not [output for output in outputs(fresh) if output.output_type == "error"]
    assert printed(fresh) == printed(stored)
