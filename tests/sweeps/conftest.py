"""Small studies cut into many tasks, their rows in one order, and other processes to do harm to."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import trustsim as ts

ROOT = Path(__file__).parents[2]
PIECE = 20  # replicates
FIVE_PARTS = re.compile(r"[^\n]+?, [^=\n]+ = [^\n]*?: [^\n]*?\. [^\n]+[.?)`]")


def sorted_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in one order, whatever part they came from; words as words, numbers to the bit."""
    keys = [name for name in ("cell", "replicate", "month", "organisation") if name in table]
    words = dict.fromkeys(("run_id", "cell", "arm"), str)
    table = table.astype(words).sort_values(keys, kind="stable").reset_index(drop=True)
    return table[sorted(table.columns)]


def same_bits(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        sorted_rows(one), sorted_rows(other), check_exact=True, check_categorical=False
    )


class Folder:
    """A folder of results as somebody sees it who does not have this package."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def parts(self, table: str = "runs") -> list[Path]:
        return sorted((self.path / table).glob("arm=*/part-*.parquet"))

    def rows(self, table: str = "runs") -> pd.DataFrame:
        return sorted_rows(pd.read_parquet(self.path / table))

    def drafts(self) -> list[Path]:
        return [path for path in self.path.rglob("*") if path.name.endswith(".draft")]

    def content(self) -> dict[str, bytes]:
        """Every file but the lock, by its place."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and path.name != ".lock"
        }


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "results")


@pytest.fixture
def cut(monkeypatch):
    """Tasks of a few runs instead of a few seconds: every study here is many of them."""
    monkeypatch.setattr("trustsim.sweeps.plan.pair_months", lambda cell, months: 1)
    monkeypatch.setattr("trustsim.sweeps.plan.PAIR_MONTHS", PIECE)


@pytest.fixture
def small():
    """Maker of a small study: two arms, two levels, 60 replicates of two partners."""

    def make(**changes):
        given = {
            "replicates": 60,
            "months": 24,
            "seed": 5,
            "arms": {"baseline": [], "coordinator": ["coordinator(start=0)"]},
            "factors": {"negativity": [1.2, 2.5]},
        }
        return ts.Study("dyad", **{**given, **changes})

    return make


@pytest.fixture
def begun(monkeypatch):
    """Every range of replicates that a worker of this process has begun: (cell, first, count)."""
    from trustsim.sweeps import work

    seen = []
    simulate = work._simulate

    def counted(job, scenario, first, count):
        seen.append((scenario.digest(), first, count))
        return simulate(job, scenario, first, count)

    monkeypatch.setattr(work, "_simulate", counted)
    return seen


@pytest.fixture
def child(tmp_path):
    """Starts Python text in a process of its own, from the root of the repository."""
    started = []

    def start(text, *arguments, options=(), **environment):
        path = tmp_path / f"child-{len(started)}.py"
        path.write_text(text, encoding="utf-8")
        where = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        process = subprocess.Popen(
            [sys.executable, *options, str(path), *map(str, arguments)],
            cwd=ROOT, env=where, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
