"""Each example of docs/interoperability.md is run as it stands there, as a program of its own.

What a tool gives is held against what trustsim gives for the same runs.
"""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "interoperability.md").read_text(encoding="utf-8")
EXAMPLES = dict(
    re.findall(r"<!-- example: (\S+) -->\n```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
)

SHARES = """
from trustsim.sweeps import Sweep
runs = Sweep.read("results").runs
runs = runs.assign(dissolved=runs["month_dissolved"].notna())
own = runs.groupby(["arm", "handover"], observed=True)["dissolved"].agg(["mean", "size"])
"""

# By example: the module that it needs, and what must hold after it.
CHECKS = {
    "polars": (
        "polars",
        SHARES
        + """
assert table["arm"].to_list() == list(own.index.get_level_values("arm").astype(str))
assert abs(table["dissolved"].to_numpy() - own["mean"].to_numpy()).max() < 1e-12
assert table["n"].to_list() == own["size"].to_list() == [200] * 6
""",
    ),
    "duckdb": (
        "duckdb",
        SHARES
        + """
assert table["arm"].to_list() == list(own.index.get_level_values("arm").astype(str))
assert abs(table["dissolved"].to_numpy() - own["mean"].to_numpy()).max() < 1e-12
assert table["n"].to_list() == own["size"].to_list() == [200] * 6
""",
    ),
    "scipy": (
        "scipy",
        """
from trustsim.sweeps.contrasts import contrasts_of
results = Sweep.read("results")
own = contrasts_of(results.source, results.study).query("outcome == 'value' and handover == 0.4")
own, width = own.iloc[0], (own["high"] - own["low"]).iloc[0]
assert len(gain) == own["n"]
assert abs(gain.mean() - own["difference"]) < 1e-9
# Bootstrap and Student agree but for skewness, and the chance of 9,999 resamples.
assert abs(interval.low - own["low"]) < width / 5
assert abs(interval.high - own["high"]) < width / 5
""",
    ),
    "scikit-survival": (
        "sksurv",
        """
assert len(watched) == 1200 and 0 < dissolved.sum() < 1200
assert watched.max() == 60 and watched.min() >= 1
shares = runs.assign(dissolved=dissolved).groupby("arm", observed=True)["dissolved"].mean()
# The arm in which fewer dissolve has the lower hazard.
assert (model.coef_[1] < 0) == (shares["brokered"] < shares["baseline"])
""",
    ),
    "salib": (
        "SALib",
        """
assert len(dissolved) == len(points) == 16 * 4
# That misreading others dissolves partnerships, and losing a leader's ties alone hardly, is known.
assert found["ST"][1] > found["ST"][0]
""",
    ),
    "ema_workbench": (
        "ema_workbench",
        """
box = Prim(x, worst).find_box()
limits = box.box_lims[-1]
inside = ((x >= limits.iloc[0]) & (x <= limits.iloc[1])).all(axis=1)
assert len(x) == 60 and 0 < inside.sum() < 60
assert worst[inside].mean() > worst.mean()
assert found["lost"][0] == live(*drawn.loc[0, ["handover", "misreading"]].astype(float))["lost"]
""",
    ),
    "optuna": (
        "optuna",
        """
assert len(study.trials) == 10
assert study.best_value == max(trial.value for trial in study.trials) == value(start, 0, 100)
""",
    ),
    "mesa": (
        "mesa",
        """
import trustsim as ts
runs = ts.simulate(ts.scenario("dyad").with_(handover=0.8), replicates=5, months=24).runs
last = {row["replicate"]: row for row in lived if row["handover"] == 0.8}
assert sorted(last) == [0, 1, 2, 3, 4]
assert [last[number]["month"] for number in range(5)] == runs["months"].tolist()
""",
    ),
}


def run(code, folder):
    path = folder / "example.py"
    path.write_text(code, encoding="utf-8")
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=folder, env=surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the first example of the page has been run."""
    place = tmp_path_factory.mktemp("page")
    run(EXAMPLES["results"], place)
    return place


def test_every_example_is_checked():
    assert set(EXAMPLES) == {"results", *CHECKS}
    assert TEXT.count("```python") == len(EXAMPLES)


@pytest.mark.parametrize("name", CHECKS)
def test_an_example_runs_and_gives_what_trustsim_gives(folder, name):
    module, check = CHECKS[name]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f'{module} is not installed: pip install "trustsim[interoperability]"')
    assert run(EXAMPLES[name] + check, folder).strip()


def test_the_columns_that_the_example_in_r_reads_are_there(folder):
    """R itself is not run."""
    code = re.search(r"```r\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)[1]
    runs = pd.read_parquet(folder / "results" / "runs")
    asked = re.search(r"group_by\((.*?)\)", code)[1].split(", ")
    asked += re.findall(r"is\.na\((\w+)\)", code)
    assert asked == ["arm", "handover", "month_dissolved"]
    assert set(asked) <= set(runs.columns)
    assert runs["month_dissolved"].isna().any()
