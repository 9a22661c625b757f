"""A folder of results is whole or not there, and holds what it takes to get them again."""

import errno
import hashlib
import json
import os
import stat
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from trustsim import output, schema
from trustsim.errors import OutputError
from trustsim.output import check_destination, whole_folder, write_run, write_table
from trustsim.scenarios.files import from_data, from_toml, scenario
from trustsim.scenarios.interventions import coordinator, incident, mandate
from trustsim.simulation import simulate

COMMAND = "trustsim run --typed 'so'"


@pytest.fixture(scope="module")
def runs():
    chosen = scenario("voluntary").with_(organisations=4, name='four "friends" & <co>')
    chosen = chosen + coordinator(start=6) + mandate(start=12, months=24, dose=0.6)
    chosen = chosen.reaching_for(incident(kind="competence", target=1), propensity=0.1)
    return simulate(chosen, replicates=40, months=50, seed=11, record="all")


@pytest.fixture(scope="module")
def folder(runs, tmp_path_factory):
    place = tmp_path_factory.mktemp("results") / "deep" / "first"
    assert write_run(runs, place, command=COMMAND) == place / "report.html"
    return place


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# What is in it.


def test_everything_is_there_and_nothing_else(folder):
    found = files_in(folder)
    assert {
        "runs.parquet", "months.parquet", "members.parquet", "occupancy.parquet",
        "manifest.json", "report.html", "scenario.toml",
        "tables/attrition.csv", "tables/time_to_maturity.csv", "tables/status.csv",
        "figures/status.png", "figures/status.csv", "figures/incidence.png",
    } <= found  # fmt: skip
    pictures = {Path(name).stem for name in found if name.endswith(".png")}
    numbers = {Path(name).stem for name in found if name.startswith("figures/")}
    assert pictures == numbers, "every picture with the numbers that it shows"
    assert [path.name for path in folder.parent.iterdir()] == ["first"], "no draft is left"


@pytest.mark.parametrize("name", ["runs", "months", "members", "occupancy"])
def test_plain_pandas_reads_the_very_tables_and_columns_carry_unit_and_meaning(runs, folder, name):
    pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{name}.parquet"), getattr(runs, name))
    columns = {column.name: column for column in getattr(schema, name.upper())}
    fields = pq.read_schema(folder / f"{name}.parquet")
    assert fields.names == list(columns)
    for field in fields:
        assert field.metadata[b"unit"].decode() == columns[field.name].unit
        assert field.metadata[b"meaning"].decode() == columns[field.name].meaning
    file = pq.ParquetFile(folder / f"{name}.parquet").metadata
    assert file.row_group(0).column(0).compression == "ZSTD"


def test_a_column_of_ones_own_is_kept(tmp_path):
    table = pd.DataFrame({"replicate": [0, 1], "arm": pd.Categorical(["a", "b"])})
    write_table(tmp_path / "x.parquet", table, schema.RUNS)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "x.parquet"), table)
    assert pq.read_schema(tmp_path / "x.parquet").field("arm").metadata is None


def test_without_recording_there_is_no_table_of_months_or_members(tmp_path, undrawn):
    runs = simulate("dyad", replicates=5, months=12, engine="mesa")
    write_run(runs, tmp_path / "out")
    assert not {"months.parquet", "members.parquet"} & files_in(tmp_path / "out")


def test_the_numbers_of_figures_and_tables_are_those_of_the_run(runs, folder):
    drawn = pd.read_csv(folder / "figures" / "incidence.csv")
    for name, event, first in (
        ("matured", "matured", False),
        ("dissolved before maturing", "dissolved", True),
        ("dissolved at all", "dissolved", False),
    ):
        expected = runs.cumulative_incidence(event, first=first).assign(event=name)
        found = drawn[drawn["event"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    table = pd.read_csv(folder / "tables" / "attrition.csv")
    pd.testing.assert_frame_equal(table, runs.attrition([36, 50]), check_dtype=False)


# The manifest.


def test_the_manifest_says_what_was_done(runs, folder):
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["command"] == COMMAND
    assert (record["seed"], record["replicates"], record["months"]) == (11, 40, 50)
    assert (record["engine"], record["record"]) == ("ensemble", "all")
    assert record["scenario_digest"] == runs.scenario.digest()
    assert len(record["sources_digest"]) == 16
    assert {"trustsim", "numpy", "numba", "mesa"} <= set(record["versions"])
    assert record["time_utc"].endswith("+00:00")
    assert record["python"]
    assert record["platform"]


def test_the_manifest_has_the_sum_of_every_other_file(folder):
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(record["sha256"]) == files_in(folder) - {"manifest.json"}
    for name, digest in record["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_same_numbers_come_from_what_was_kept(runs, folder):
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    kept = [
        scenario(folder / "scenario.toml"),
        from_toml(record["scenario_toml"]),
        from_data({"scenario": record["scenario"]}, "manifest"),
    ]
    for chosen in kept:
        assert chosen == runs.scenario
        assert chosen.name == runs.scenario.name
    again = simulate(
        kept[0],
        replicates=record["replicates"],
        seed=record["seed"],
        months=record["months"],
        first=record["first_replicate"],
        workers=1,
    )
    pd.testing.assert_frame_equal(again.runs, pd.read_parquet(folder / "runs.parquet"))


def test_the_command_can_be_typed_again(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/trustsim", "run", "+mandate(start=12)", "a b"])
    assert output.command_line() == "trustsim run '+mandate(start=12)' 'a b'"


# Whole or not there.


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_is_filled_only_at_the_end(tmp_path, there):
    folder = tmp_path / "a" / "out"
    if there:
        folder.mkdir(parents=True)
    with whole_folder(folder) as draft:
        (draft / "one").write_text("1")
        assert "a/out/one" not in files_in(tmp_path)
    assert files_in(tmp_path) == {"a/out/one"}


@pytest.mark.parametrize("problem", [KeyboardInterrupt, RuntimeError, SystemExit, OutputError])
def test_whatever_stops_the_writing_leaves_nothing(tmp_path, problem):
    def write_half():
        with whole_folder(tmp_path / "a" / "out") as draft:
            (draft / "half").write_text("half")
            raise problem

    with pytest.raises(problem):
        write_half()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named_and_leaves_nothing(runs, tmp_path, monkeypatch, undrawn):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(output, "write_manifest", full)
    with pytest.raises(OutputError, match=r"No space left on device: could not be written"):
        write_run(runs, tmp_path / "a" / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="links and permissions differ")
def test_a_link_to_an_empty_folder_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with whole_folder(tmp_path / "link") as draft:
        (draft / "one").write_text("1")
    assert (tmp_path / "link").is_symlink()
    assert files_in(tmp_path / "real") == {"one"}


@pytest.mark.skipif(os.name == "nt", reason="links and permissions differ")
def test_others_may_read_as_the_user_has_set(tmp_path):
    before = os.umask(0o027)
    try:
        with whole_folder(tmp_path / "out"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def test_a_folder_with_something_in_it_is_never_touched(tmp_path):
    (tmp_path / "keep.txt").write_text("precious")
    with pytest.raises(OutputError, match="1 file in it: must be new or empty"):
        check_destination(tmp_path)
    assert files_in(tmp_path) == {"keep.txt"}


def test_something_that_arrives_meanwhile_is_not_overwritten(tmp_path):
    def write_while_another_does():
        with whole_folder(tmp_path / "out") as draft:
            (draft / "one").write_text("1")
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "theirs").write_text("precious")

    with pytest.raises(OutputError):
        write_while_another_does()
    assert files_in(tmp_path) == {"out/theirs"}


@pytest.mark.parametrize("name", ["file", "file/out", "file/deep/out", "x" * 300, "nul\0l"])
def test_a_place_that_can_not_be_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("precious")
    with pytest.raises(OutputError):
        check_destination(f"{tmp_path}/{name}")
    assert files_in(tmp_path) == {"file"}


def test_the_folder_one_is_in_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="can't be replaced"):
        check_destination(".")


def test_asking_leaves_no_trace(tmp_path):
    assert check_destination(tmp_path / "a" / ".." / "out") == tmp_path / "out"
    assert not list(tmp_path.iterdir())
