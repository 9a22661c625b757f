"""The front door: quick to open, few names, rooms of a size one can take in."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "mesa", "numba", "pandas", "scipy", "matplotlib", "pyarrow", "pydantic", "typer", "networkx",
}  # fmt: skip
LONGEST_FILE = 600
MOST_NAMES = 25


def modules_after(statement: str) -> set[str]:
    """Top-level modules loaded in a fresh interpreter by one statement."""
    program = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "statement",
    [
        "import trustsim; assert trustsim.__file__, 'no __init__.py'",
        "import trustsim.citations",
        "import trustsim.data",
        "import trustsim.errors",
        "import trustsim.schema",
    ],
)
def test_import_is_cheap(statement):
    assert not modules_after(statement) & HEAVY


def test_the_check_sees_a_heavy_import():
    assert "pandas" in modules_after("import pandas")


def test_public_names_are_few_and_there():
    import trustsim

    assert 0 < len(trustsim.__all__) <= MOST_NAMES
    assert len(set(trustsim.__all__)) == len(trustsim.__all__)
    for name in trustsim.__all__:
        assert getattr(trustsim, name) is not None


@pytest.mark.parametrize(
    "first", ["ts.scenario('dyad')", "ts.scenarios()", "import trustsim.scenarios.scenario"]
)
def test_the_table_of_settings_can_be_asked_for_whatever_was_asked_before(first):
    program = f"import trustsim as ts; {first}; print(len(ts.scenarios()))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "5\n"


def test_files_are_short(modules):
    long = {module.name: module.lines for module in modules if module.lines > LONGEST_FILE}
    assert not long, "two smaller files with honest names read better"
