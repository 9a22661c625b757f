"""What is promised about installing, building and running the checks is there."""

import csv
import doctest
import os
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from tests.release import lowest
from tests.tiers import TIERS, tier_of
from trustsim import data
from trustsim.errors import TrustsimError

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = {
    "mesa>=3.3,<4", "networkx>=3.2", "numpy>=1.26", "pandas>=2.1.4", "scipy>=1.15",
    "matplotlib>=3.10", "numba>=0.59", "pyarrow>=18", "typer>=0.22", "tqdm>=4.66",
    "pydantic>=2.7.1", "filelock>=3.12", "jinja2>=3.1", "markupsafe>=2.1",
}  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def constraints() -> list[str]:
    return [line for line in text_of("constraints.txt").splitlines() if not line.startswith("#")]


def test_core_dependencies_are_the_agreed_ones():
    assert set(PROJECT["project"]["dependencies"]) == CORE
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_constraints_hold_names_and_versions_only():
    form = re.compile(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; python_version (<|>=) "3\.12")?')
    assert len(constraints()) > 50
    assert not [line for line in constraints() if not form.fullmatch(line)]


def test_every_direct_dependency_is_constrained_once_for_each_python():
    extras = PROJECT["project"]["optional-dependencies"]
    of_others = {"interoperability"}  # its tests skip what is not installed
    developed_with = {one for name in extras if name not in of_others for one in extras[name]}
    for requirement in CORE | {one for one in developed_with if not one.startswith("trustsim[")}:
        name = re.match(r"[a-z0-9-]+", requirement.lower())[0]
        lines = [line for line in constraints() if line.startswith(f"{name}==")]
        markers = {line.partition(" ; ")[2] for line in lines}
        both = {'python_version < "3.12"', 'python_version >= "3.12"'}
        assert len(lines) == len(markers), name
        assert markers in ({""}, both), name


def test_the_version_is_the_same_wherever_it_stands():
    version = PROJECT["project"]["version"]
    assert f"version: {version}\n" in text_of("CITATION.cff")
    assert f"\n## {version} " in text_of("CHANGELOG.md")


def test_the_readme_promises_commands_that_exist():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    pages = text_of("README.md") + text_of("CONTRIBUTING.md")
    promised = set(re.findall(r"(?:^|`)make ([a-z]+)", pages, re.MULTILINE))
    assert {"demo", "test", "check", "nightly"} <= promised <= targets
    assert PROJECT["project"]["scripts"] == {"trustsim": "trustsim.__main__:main"}


def test_continuous_integration_runs_what_people_run():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make test", "make check"]


def test_tiers_are_those_of_the_markers_and_of_places_that_exist():
    settings = PROJECT["tool"]["pytest"]["ini_options"]
    markers = {line.partition(":")[0] for line in settings["markers"]}
    assert set(TIERS.values()) == {"check", "nightly"} <= markers
    assert settings["addopts"][-1] == "not check and not nightly"
    assert settings["filterwarnings"][0] == "error"
    for place in TIERS:
        assert (ROOT / place).exists(), place
        assert tier_of(Path(place, "deeper", "test_any.py")) == TIERS[place]
    assert tier_of(Path("tests/test_packaging.py")) is None


def test_what_make_names_is_there():
    """Modules that a target runs exist, and `make help` explains every target."""
    makefile = text_of("Makefile")
    for module in re.findall(r"-m (tests\.[\w.]+)", makefile):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", makefile, re.MULTILINE)[1]
    explained = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert sorted(phony.replace("\\", "").split()) == sorted(explained)


def test_the_lowest_version_of_each_package_is_known():
    assert len(lowest()) == len(CORE)
    assert {"mesa==3.3", "pyarrow==18"} <= set(lowest())


def test_data_ships_with_the_package():
    package = files("trustsim")
    for name in ("references.bib", "py.typed", "data/README.md"):
        assert (package / name).is_file(), name
    shipped = {path.name for path in (package / "data").iterdir() if path.name.endswith(".csv")}
    assert shipped == {f"{name}.csv" for name in data.NAMES}


@pytest.mark.parametrize("name", data.NAMES)
def test_every_row_has_every_field_and_a_source(name):
    with (files("trustsim.data") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(rows[0])}
    source, status = rows[0].index("source"), rows[0].index("status")
    for row in rows[1:]:
        assert row[source], row
        assert re.match(r"verified|recalled|computed|hypothesis", row[status]), row


@pytest.mark.parametrize("name", data.NAMES)
def test_a_table_reads_whole_and_its_columns_are_explained(name):
    table = data.read(name)
    assert len(table) > 5
    assert not [column for column in table.columns if str(column).startswith("Unnamed")]
    explained = (files("trustsim.data") / "README.md").read_text(encoding="utf-8")
    assert not [column for column in table.columns if f"`{column}`" not in explained]


def test_units_and_rollout_tell_the_same_story():
    """From 2019, when footprints had settled at 42, the units add up to the published counts."""
    units, rollout = data.read("ics_units"), data.read("ics_rollout")
    settled = rollout[(rollout["date"] >= "2019") & (rollout["date"] < "2022")]
    assert len(settled) == 4
    for date, count in zip(settled["date"], settled["cumulative_count"], strict=True):
        assert (units["right_date"] <= date).sum() == count, date
    assert (units["left_years"] < units["right_years"]).all()
    assert units["deadline_forced"].sum() == 13


def test_an_unknown_table_is_refused_with_the_nearest_one():
    with pytest.raises(TrustsimError, match="Did you mean `ics_units`"):
        data.read("ics_unit")


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(data).failed == 0
