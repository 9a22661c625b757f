"""What docs/cases.md shows runs as it stands, and its numbers are those of the experiments."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")


def readme(name):
    return (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")


def test_the_example_runs():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    space = {}
    exec(compile(block, "cases.md", "exec"), space)  # noqa: S102
    assert space["alive"].shape == (500, 2)
    assert (space["alive"][:, 0] >= space["alive"][:, 1]).all()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("E10_stp_dates", ["p is .51", "17 % (6 to 31)"]),
        ("E11_coalitions", ["ratio is 55", "100 % alive", "a ratio of 2.1"]),
        ("E12_acos", ["3 % are", "published 28 %"]),
    ],
)
def test_its_numbers_stand_in_the_experiments(name, numbers):
    """The page repeats few numbers; whoever changes one there meets this test."""
    text = " ".join(readme(name).split())
    assert [number for number in numbers if number not in text] == []


@pytest.mark.parametrize("name", ["E10_stp_dates", "E11_coalitions", "E12_acos"])
def test_each_experiment_says_what_the_data_can_and_cannot_tell(name):
    assert "## What the data can and can't tell" in readme(name)
    assert f"experiments/{name}/README.md" in PAGE
