"""Every notebook runs from top to bottom, quickly and quietly, and is stored as it ran.

At toy size here, the three longest among the slow tests; in full, compared with what is stored,
among the slow tests. A notebook without sizes runs in full here as well. After a change of science,
or of a notebook's code: `python notebooks/execute.py NAME`, and read it again.
"""

import re

import pytest

from notebooks import execute

NOTEBOOKS = execute.notebooks()
SIZED = [path for path in NOTEBOOKS if execute.toy_sizes(execute.read(path))]
LONG = ("03_silver_bullets", "05_turnover_and_handover", "06_sweeps_and_sensitivity")
ALARM = re.compile(r"Warning|Traceback|(?<![\w/.])/(?:home|tmp|usr|root|work)/")


def outputs(notebook):
    return [output for cell in execute.code_cells(notebook) for output in cell.outputs]


def printed(notebook):
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def assert_quiet(notebook):
    for output in outputs(notebook):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        texts = [output.get("text", ""), *output.get("data", {}).values()]
        for text in texts:
            assert not ALARM.search(text), text


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def stored(path):
    return execute.read(path)


def test_there_are_notebooks_and_most_know_a_toy_size():
    assert NOTEBOOKS
    assert len(SIZED) > len(NOTEBOOKS) / 2


def test_it_opens_with_a_question_and_ends_with_exercises(stored):
    cells = stored.cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert "?" in cells[0].source
    assert "## Exercises" in cells[-1].source


def test_it_is_stored_as_it_ran(stored):
    cells = execute.code_cells(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any("image/png" in output.get("data", {}) for output in outputs(stored))
    assert stored.metadata.trustsim.ran == execute.digest(stored), "code changed since it ran"


def test_it_took_less_than_two_minutes(stored):
    """On the machine that ran it last: a limit on this one would fail whenever it is busy.

    If that one was busy, the clock says little; processor time is what a free one would need at
    most.
    """
    clock = stored.metadata.trustsim.seconds
    processor = stored.metadata.trustsim.processor_seconds or clock
    assert 0 < min(clock, processor) < execute.MOST_SECONDS


def test_its_outputs_hold_no_warning_and_no_path(stored):
    assert_quiet(stored)


def test_toy_sizes_are_smaller_than_full_ones(stored):
    toy, full = execute.toy_sizes(stored), execute.full_sizes(stored)
    assert toy.keys() == full.keys()
    for name, value in toy.items():
        assert type(value) is type(full[name]), name
        larger = len(full[name]) if isinstance(value, list | tuple) else full[name]
        assert (len(value) if isinstance(value, list | tuple) else value) < larger, name


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.slow] if path.stem in LONG else [], id=path.stem)
        for path in SIZED
    ],
)
def test_it_runs_at_toy_size(path):
    fresh = execute.made_small(execute.read(path))
    execute.executed(fresh)
    assert_quiet(fresh)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.slow] if path in SIZED else [], id=path.stem)
        for path in NOTEBOOKS
    ],
)
def test_it_runs_in_full_and_prints_what_is_stored(path):
    fresh = execute.read(path)
    execute.executed(fresh)
    assert_quiet(fresh)
    assert printed(fresh) == printed(execute.read(path))
