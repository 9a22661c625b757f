"""The Python of docs/comparing.md works; what it types is typed by tests/test_examples.py."""

import re
from pathlib import Path

import matplotlib

from docs.examples import smaller

PAGE = (Path(__file__).parents[1] / "docs" / "comparing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_examples_run_one_after_the_other(capsys):
    matplotlib.use("agg")
    space = {}
    for number, block in enumerate(BLOCKS):
        exec(compile(smaller(block), f"comparing.md, block {number}", "exec"), space)  # noqa: S102
    assert len(BLOCKS) > 8
    assert space["comparison"].names == ("mandate", "mandate, coordinated", "away-day")
    assert (space["runs"]["bullets_reached_for"] > 0).any()
    assert len(space["regimes"]) == 4
    assert capsys.readouterr().out
