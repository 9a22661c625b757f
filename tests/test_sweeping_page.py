"""What docs/sweeping.md shows works as it stands: its study file, its Python, what it types."""

import re
from pathlib import Path

import matplotlib

from trustsim.sweeps import Study

PAGE = (Path(__file__).parents[1] / "docs" / "sweeping.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
FILE = re.search(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_the_examples_run_one_after_the_other(tmp_path, monkeypatch, capsys):
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    Path("study.toml").write_text(FILE)
    space = {}
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"sweeping.md, block {number}", "exec"), space)  # noqa: S102
    assert len(BLOCKS) >= 9
    assert len(space["found"].runs) == 3 * 8 * 150
    assert "16 cells" in capsys.readouterr().out


def test_the_table_of_designs_names_them_all():
    from trustsim.sweeps.study_file import KINDS

    rows = re.search(r"\| `kind`.*?\n\n", PAGE, re.DOTALL)[0]
    assert all(re.search(rf"\b{kind}\b", rows) for kind in KINDS)
    assert Study().form.design.kind == "grid"
