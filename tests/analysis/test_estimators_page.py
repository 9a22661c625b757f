"""docs/estimators.md names what is there, and its example runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

from trustsim import analysis

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "estimators.md").read_text(encoding="utf-8")


def test_every_estimator_of_the_table_is_exported():
    table = TEXT.partition("## The estimators")[2].partition("##")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")][2:]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[2])}
    assert len(rows) >= 7
    assert named <= set(analysis.__all__)
    other = {"TableError"}
    summaries = {"attrition", "paired_contrast", "status_shares", "time_to_maturity"}
    assert set(analysis.__all__) - named == other | summaries | {"turnover_rate"}


def test_the_example_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    path = tmp_path / "example.py"
    path.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path)], cwd=tmp_path, env=surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(r"dissolved first +\d", done.stdout)
