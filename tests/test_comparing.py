"""What docs/comparing.md shows works as it stands: its Python, and what it types."""

import re
import shlex
import sys
from pathlib import Path

import matplotlib
import pytest

from trustsim import cli

PAGE = (Path(__file__).parents[1] / "docs" / "comparing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
TYPED = re.findall(r"^trustsim .+$", PAGE, re.MULTILINE)


def test_the_examples_run_one_after_the_other(capsys):
    matplotlib.use("agg")
    space = {}
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"comparing.md, block {number}", "exec"), space)  # noqa: S102
    assert len(BLOCKS) > 10
    assert space["comparison"].names == ("mandate", "mandate, coordinated", "away-day")
    assert (space["runs"]["bullets_reached_for"] > 0).any()
    assert len(space["regimes"]) == 4
    assert capsys.readouterr().out


@pytest.mark.parametrize("line", TYPED)
def test_what_is_typed_is_understood(line, monkeypatch, tmp_path, capsys):
    """Smaller than it says: the last of two equal options counts."""
    monkeypatch.chdir(tmp_path)
    small = ["--replicates", "4", "--months", "14", "--workers", "1", "--quiet"]
    monkeypatch.setattr(sys, "argv", [*shlex.split(line), *small])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    assert not ended.value.code, capsys.readouterr().err
    if "--out" in line:
        assert list(tmp_path.glob("out/*/report.html"))
