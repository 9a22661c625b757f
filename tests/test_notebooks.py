"""Every notebook runs from top to bottom without a warning, and is stored as it ran.

They run here at toy size. In full, compared with what is stored, they run with the slow tests.
After a change of science, or of the code of a notebook: `python docs/generate.py`.
"""

import re

import pytest

from notebooks import execute

NOTEBOOKS = execute.notebooks()
ALARM = re.compile(r"Warning|Traceback|(?<![\w/.])/(?:home|tmp|usr|root|work)/")
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def outputs(notebook):
    return [output for cell in execute.code_cells(notebook) for output in cell.outputs]


def printed(notebook):
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def assert_quiet(notebook):
    for output in outputs(notebook):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        for text in (output.get("text", ""), *output.get("data", {}).values()):
            assert not ALARM.search(text), text


@each
def test_it_is_stored_as_it_ran(path):
    stored = execute.read(path)
    cells = execute.code_cells(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert stored.metadata.trustsim.ran == execute.digest(stored), "code changed since it ran"
    assert_quiet(stored)


@each
def test_it_runs_at_toy_size(path):
    fresh = execute.read(path)
    toy, full = execute.toy_sizes(fresh), execute.full_sizes(fresh)
    assert toy, "name the toy sizes in the notebook's metadata"
    for name, value in toy.items():
        assert type(value) is type(full[name]), name
        large, small = (len(x) if isinstance(x, list) else x for x in (full[name], value))
        assert small < large, name
    execute.executed(execute.made_small(fresh))
    assert_quiet(fresh)


@pytest.mark.nightly
@each
def test_it_runs_in_full_and_prints_what_is_stored(path):
    fresh = execute.read(path)
    execute.executed(fresh)
    assert_quiet(fresh)
    assert printed(fresh) == printed(execute.read(path))
