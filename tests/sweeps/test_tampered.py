"""A finished folder changed by hand in every way we could think of, and every command on it.

Whatever was done to it, a command gives what the undisturbed folder gives, or refuses in one line;
resuming mends, or refuses in one line; and no row is ever lost, added or moved without a word.
"""

import json
import os
import re
import shutil
from contextlib import contextmanager

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import trustsim as ts
from tests.sweeps.conftest import PIECE, Folder, same_bits
from trustsim.cli import app
from trustsim.errors import OutputError, StudyError, TrustsimError
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.failures import lost_files, spoilt_files
from trustsim.sweeps.merge import merge

pytestmark = pytest.mark.usefixtures("cut")
FIVE_PARTS = re.compile(r"[^\n]+?, [^=\n]+ = [^\n]*?: [^\n]*?\. [^\n]+[.?)`]")
TABLES = ("runs", "members")


def fails_for_some(runs):
    """An own outcome that fails for one run in seven."""
    if (runs["replicate"] % 7 == 3).any():
        raise ValueError("no length")
    return runs["months"].to_numpy(float)


def study(**changes):
    given = {
        "replicates": PIECE,
        "months": 12,
        "seed": 5,
        "record": "members",
        "arms": {"baseline": [], "coordinator": ["coordinator(start=0)"]},
        "design": "csv",
        "table": pd.DataFrame({"negativity": [1.2, 2.5]}),
        "outcomes": {"length": fails_for_some},
    }
    return ts.Study("dyad", **{**given, **changes})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The undisturbed folder, and one of another study with the same columns."""
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trustsim.sweeps.plan.pair_months", lambda cell, months: 1)
        patch.setattr("trustsim.sweeps.plan.PAIR_MONTHS", PIECE)
        sweep(study(), place / "whole", workers=1)
        sweep(study(seed=6), place / "strange", workers=1)
        more = study(arms={"baseline": [], "day": ["away_day(start=3)"]})
        sweep(more, place / "family", workers=1)
    assert len(Folder(place / "whole").parts()) == 4
    assert len(Sweep.read(place / "whole").failures) == 4 * 3
    return place


@pytest.fixture(scope="module")
def expected(made, tmp_path_factory):
    """What each command gives where nothing was disturbed."""
    place = tmp_path_factory.mktemp("expected")
    return {name: command(made / "whole", place / name) for name, command in COMMANDS.items()}


@pytest.fixture
def copy(made, tmp_path):
    return Folder(shutil.copytree(made / "whole", tmp_path / "results"))


# Commands: results of a folder as plain tables.


def merged(path, out):
    merge([path], out)
    return Sweep.read(out).table("members")


def rerun(path, _):
    done = Sweep.read(path)
    # The same run, whatever the folder calls its first.
    return pd.DataFrame([done.rerun(f"{KEY}-7").run_row()])


COMMANDS = {
    "runs": lambda path, _: Sweep.read(path).runs,
    "members": lambda path, _: Sweep.read(path).table("members"),
    "summary": lambda path, _: Sweep.read(path).summary(by=[6, 12]),
    "contrasts": lambda path, _: Sweep.read(path).contrasts(by=[6, 12]),
    "failures": lambda path, _: Sweep.read(path).failures,
    "rerun": rerun,
    "merge": merged,
}
ROWS = {"runs", "members", "summary", "contrasts", "merge"}
EVERY = set(COMMANDS)
KEY = next(ts.sweeps.cells.cells_of(study())).key


# Damage: what is done to a folder, and which commands must refuse it; resuming mends or refuses.


def manifest(**changes):
    """Replaces values of the manifest; of its family where the name begins with it."""

    def damage(folder, made):
        path = folder.path / "manifest.json"
        held = json.loads(path.read_text())
        for name, value in changes.items():
            place = held["family"] if name.startswith("family_") else held
            name = name.removeprefix("family_")
            if value is GONE:
                del place[name]
            else:
                place[name] = value
        path.write_text(json.dumps(held))

    return damage


def content(name, what):
    """Another content of a file; `GONE` removes it."""

    def damage(folder, made):
        path = folder.path / name
        if what is GONE:
            path.unlink()
        else:
            path.write_bytes(what if isinstance(what, bytes) else what.encode())

    return damage


GONE = object()


def swapped(name, other="strange"):
    def damage(folder, made):
        shutil.copy(made / other / name, folder.path / name)

    return damage


def halved(name):
    def damage(folder, made):
        path = folder.path / name
        os.truncate(path, path.stat().st_size // 2)

    return damage


def a_folder(name):
    def damage(folder, made):
        (folder.path / name).unlink()
        (folder.path / name).mkdir()

    return damage


def cells_changed(change):
    """The same cells, of which something else is told."""

    def damage(folder, made):
        path = folder.path / "cells.parquet"
        change(pd.read_parquet(path)).to_parquet(path, index=False)

    return damage


def other_levels(cells):
    return cells.assign(negativity=cells["negativity"] + 1)


def other_scenarios(cells):
    return cells.assign(scenario=cells["scenario"].to_numpy()[::-1])


def first_failure_file(folder, made):
    min((folder.path / "failures").glob("*.json")).unlink()


def all_failure_files(folder, made):
    shutil.rmtree(folder.path / "failures")


def failure_file(what):
    """Another content of the first file of failures, made from its rows."""

    def damage(folder, made):
        path = min((folder.path / "failures").glob("*.json"))
        text = what(json.loads(path.read_text()))
        path.write_bytes(text if isinstance(text, bytes) else json.dumps(text).encode())

    return damage


def without(name):
    return failure_file(
        lambda rows: [{key: row[key] for key in row if key != name} for row in rows]
    )


def with_value(name, value):
    return failure_file(lambda rows: [{**rows[0], name: value}, *rows[1:]])


def foreign_part(folder, made):
    """A part of another study of the same family, of a cell that this one does not have."""
    for table in TABLES:
        [part, *_] = sorted((made / "family" / table / "arm=day").glob("*"))
        (folder.path / table / "arm=day").mkdir()
        shutil.copy(part, folder.path / table / "arm=day")


def part_of_another_seed(folder, made):
    for table in TABLES:
        shutil.copy(Folder(made / "strange").parts(table)[0], folder.parts(table)[0].parent)


def part_under_another_arm(folder, made):
    for table in TABLES:
        part = folder.parts(table)[0]
        part.rename(folder.path / table / "arm=coordinator" / part.name.replace("part-", "part-9"))


def part_there_twice(folder, made):
    for table in TABLES:
        part = folder.parts(table)[0]
        shutil.copy(part, part.with_name(part.name.replace("part-0", "part-9")))


def part_rewritten(change):
    """The rows of a part changed, and written as a stranger's tool writes them."""

    def damage(folder, made):
        part = folder.parts()[0]
        pq.write_table(change(pq.ParquetFile(part).read()), part)

    return damage


def without_note(rows):
    return rows.replace_schema_metadata({})


def other_type(rows):
    place = rows.column_names.index("value")
    return rows.set_column(place, "value", rows["value"].cast(pa.float32()))


def without_column(rows):
    return rows.drop_columns(["value"])


def part_flipped(folder, made, name="value"):
    part = folder.parts()[0]
    group = pq.ParquetFile(part).metadata.row_group(0)
    column = group.column(rows_named(part).index(name))
    begins = min(column.data_page_offset, column.dictionary_page_offset or column.data_page_offset)
    held = bytearray(part.read_bytes())
    held[begins + column.total_compressed_size - 2] ^= 0x40
    part.write_bytes(held)


def rows_named(part):
    return pq.ParquetFile(part).schema_arrow.names


def part_is_a_link(folder, made):
    """Moved to another disk, with a link where it was: it is read through the link."""
    for table in TABLES:
        part = folder.parts(table)[0]
        outside = folder.path.parent / f"outside-{table}.parquet"
        part.rename(outside)
        part.symlink_to(os.path.relpath(outside, part.parent))


def part_is_a_dead_link(folder, made):
    part = folder.parts()[0]
    part.unlink()
    part.symlink_to("nowhere.parquet")


def manifest_is_a_link(folder, made):
    path = folder.path / "manifest.json"
    path.rename(folder.path.parent / "elsewhere.json")
    path.symlink_to("../elsewhere.json")


def strangers(folder, made):
    (folder.path / "notes.txt").write_text("mine")
    (folder.parts()[0].parent / "part-of-my-notes.txt").write_text("mine")
    (folder.path / "failures" / "notes.txt").write_text("mine")


DEEP = "[" * 100_000
MENDED, REFUSED = "mended", "refused"
SPOILT_MANIFESTS = {
    "empty": content("manifest.json", ""),
    "no object": content("manifest.json", "[1]"),
    "not UTF-8": content("manifest.json", b"\xff\xfe{"),
    "cut": halved("manifest.json"),
    "deep": content("manifest.json", DEEP),
    "gone": content("manifest.json", GONE),
    "a folder": a_folder("manifest.json"),
    "of a run": content("manifest.json", '{"made_by": "trustsim"}'),
    "of another study": swapped("manifest.json"),
    **{
        f"without {name}": manifest(**{name: GONE})
        for name in (
            *("family", "status", "shard", "study_digest", "cells", "family_tables"),
            *("family_outcomes", "family_format", "family_seed", "family_factors"),
        )
    },
    **{
        f"{name} = {value}": manifest(**{name: value})
        for name, value in (
            *(("family", 3), ("family", []), ("status", 3), ("status", "done"), ("shard", "1/1")),
            *(("shard", [1]), ("shard", [2, 1]), ("shard", [1, True]), ("study_digest", 3)),
            *(("family_tables", "runs"), ("family_tables", []), ("family_tables", [3])),
            *(("family_tables", ["../outside", "runs"]), ("family_tables", ["members"])),
            *(("family_months", "12"), ("family_seed", None), ("family_factors", "negativity")),
            *(("family_outcomes", {"length": 1}), ("cells", "4"), ("merged_from", 3)),
            *(("study_digest", "0123456789abcdef"), ("failures", 3), ("failures", [3])),
        )
    },
}
"""What every command refuses, and resuming too."""

SPOILT_FAILURES = {
    "empty": failure_file(lambda rows: b""),
    "no JSON": failure_file(lambda rows: b'[{"run_id": '),
    "not UTF-8": failure_file(lambda rows: b"\xff"),
    "deep": failure_file(lambda rows: DEEP.encode()),
    "no list": failure_file(lambda rows: {}),
    "list of numbers": failure_file(lambda rows: [1, 2]),
    "fewer": failure_file(lambda rows: rows[1:]),
    "gone": first_failure_file,
    "all gone": all_failure_files,
    **{f"without {name}": without(name) for name in ("cell", "replicate", "stage", "run_id")},
    **{
        f"{name} = {value!r}": with_value(name, value)
        for name, value in (("replicate", "3"), ("cell", 3), ("cell", "0" * 12), ("stage", None))
    },
}
"""What is refused where failures are read, and mended on resuming."""

FEW = ("empty", "fewer", "gone", "all gone", "cell = '000000000000'")
MATRIX = {
    # Manifest.
    "manifest gone": (SPOILT_MANIFESTS["gone"], EVERY, REFUSED),
    "manifest family = 3": (SPOILT_MANIFESTS["family = 3"], EVERY, REFUSED),
    "manifest a link": (manifest_is_a_link, set(), MENDED),
    "manifest of fewer tables": (manifest(family_tables=["runs"]), ROWS, REFUSED),
    "manifest of more tables": (
        manifest(family_tables=["runs", "months", "members"]), ROWS, REFUSED,
    ),
    "manifest of other rules": (manifest(family_rules="x"), ROWS, REFUSED),
    "manifest of another seed": (manifest(family_seed=7), ROWS, REFUSED),
    "manifest of a later version": (manifest(family_format=2), ROWS, REFUSED),
    "manifest of another shard": (manifest(shard=[1, 2]), set(), REFUSED),
    "manifest unfinished": (manifest(status="running"), set(), MENDED),
    "manifest with notes": (manifest(comment="mine"), set(), MENDED),
    # Study and points.
    "study gone": (content("study.json", GONE), EVERY, MENDED),
    "study not UTF-8": (content("study.json", b"\xff"), EVERY, MENDED),
    "study of another": (swapped("study.json"), EVERY, MENDED),
    "points gone": (content("points.csv", GONE), EVERY, MENDED),
    "points changed": (content("points.csv", "negativity\n1.2\n2.6\n"), EVERY, MENDED),
    # Cells.
    "cells gone": (content("cells.parquet", GONE), EVERY - {"failures"}, MENDED),
    "cells cut": (halved("cells.parquet"), EVERY - {"failures"}, MENDED),
    "cells a folder": (a_folder("cells.parquet"), EVERY - {"failures"}, REFUSED),
    "cells of other levels": (cells_changed(other_levels), EVERY - {"failures"}, MENDED),
    "cells of other scenarios": (cells_changed(other_scenarios), EVERY - {"failures"}, MENDED),
    "cells of another": (swapped("cells.parquet"), EVERY - {"failures"}, MENDED),
    # Failures.
    **{
        f"failures {name}": (SPOILT_FAILURES[name], {"failures", "merge"}, MENDED) for name in FEW
    },
    # Parts.
    "part foreign": (foreign_part, ROWS, REFUSED),
    "part of another seed": (part_of_another_seed, ROWS, REFUSED),
    "part under another arm": (part_under_another_arm, ROWS, MENDED),
    # Merging compares both, to the bit, and keeps one.
    "part twice": (part_there_twice, ROWS - {"merge"}, REFUSED),
    "part without its note": (part_rewritten(without_note), ROWS - {"members"}, MENDED),
    "part of another type": (part_rewritten(other_type), ROWS - {"members"}, MENDED),
    "part without a column": (part_rewritten(without_column), ROWS - {"members"}, MENDED),
    "part flipped": (part_flipped, ROWS - {"members"}, MENDED),
    "part a link": (part_is_a_link, set(), MENDED),
    "part a dead link": (part_is_a_dead_link, ROWS - {"members"}, MENDED),
    "strangers": (strangers, set(), MENDED),
}  # fmt: skip


@pytest.mark.parametrize("damage", MATRIX)
def test_every_command_gives_what_was_stored_or_refuses(damage, copy, made, expected, tmp_path):
    hurt, refusing, _ = MATRIX[damage]
    hurt(copy, made)
    before = contents(copy)
    refused = {}
    for number, (name, command) in enumerate(COMMANDS.items()):
        out = tmp_path / f"out-{number}"
        try:
            same_table(command(copy.path, out), expected[name])
        except TrustsimError as problem:
            refused[name] = str(problem)
    assert set(refused) == refusing
    assert [text for text in refused.values() if not FIVE_PARTS.fullmatch(text)] == []
    assert "merge" not in refused or [*tmp_path.glob("out-*")] == []
    assert contents(copy) == before, "reading has changed the folder"


@pytest.fixture(scope="module")
def shared(made, tmp_path_factory):
    """A copy for tests that put back what they change."""
    return Folder(shutil.copytree(made / "whole", tmp_path_factory.mktemp("shared") / "results"))


@contextmanager
def put_back(folder, name):
    """One file or folder of a folder of results, as it was whatever is done to it."""
    path = folder.path / name
    kept = folder.path.parent / "kept"
    (shutil.copytree if path.is_dir() else shutil.copy)(path, kept)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        kept.rename(path)


@pytest.mark.parametrize("damage", SPOILT_MANIFESTS)
def test_a_manifest_that_is_spoilt_is_refused_by_every_command(damage, shared, made, tmp_path):
    with put_back(shared, "manifest.json"):
        SPOILT_MANIFESTS[damage](shared, made)
        for command in (*COMMANDS.values(), lambda path, _: sweep(study(), path, resume=True)):
            with pytest.raises(TrustsimError) as caught:
                command(shared.path, tmp_path / "out")
            assert FIVE_PARTS.fullmatch(str(caught.value)), str(caught.value)
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", SPOILT_FAILURES)
def test_failures_that_are_not_as_they_were_written_are_refused(damage, shared, made, tmp_path):
    with put_back(shared, "failures"):
        SPOILT_FAILURES[damage](shared, made)
        for name in ("failures", "merge"):
            with pytest.raises(StudyError) as caught:
                COMMANDS[name](shared.path, tmp_path / "out")
            assert FIVE_PARTS.fullmatch(str(caught.value)), str(caught.value)
        arms = set(Sweep.read(shared.path).cells["cell"])
        assert lost_files(shared.path) or spoilt_files(shared.path, arms), "seen on resuming"
    assert not lost_files(shared.path)
    assert not spoilt_files(shared.path, arms)


def contents(folder):
    """Every file and link, by its place."""
    return {
        path: os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.path.rglob("*")
        if (path.is_symlink() or path.is_file()) and path.name != ".lock"
    }


def same_table(one, other):
    one, other = (table.reset_index(drop=True) for table in (one, other))
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_categorical=False)


@pytest.mark.parametrize("damage", MATRIX)
def test_resuming_mends_or_refuses(damage, copy, made, expected, tmp_path):
    hurt, _, ending = MATRIX[damage]
    hurt(copy, made)
    outside = {path: path.read_bytes() for path in tmp_path.glob("*.*") if path.is_file()}
    parts = {path: path.read_bytes() for path in copy.parts() if path.exists()}
    if ending == REFUSED:
        with pytest.raises(TrustsimError) as caught:
            sweep(study(), copy.path, resume=True, workers=1)
        assert FIVE_PARTS.fullmatch(str(caught.value)), str(caught.value)
        assert {path: path.read_bytes() for path in copy.parts()} == parts
    else:
        done = sweep(study(), copy.path, resume=True, workers=1)
        for table in TABLES:
            same_bits(done.table(table), expected["runs" if table == "runs" else "members"])
        for name in ("summary", "contrasts", "rerun", "merge"):
            same_table(COMMANDS[name](copy.path, tmp_path / "out"), expected[name])
        order = ["run_id", "stage"]
        failed, wanted = (one.sort_values(order) for one in (done.failures, expected["failures"]))
        same_table(failed, wanted)
    assert {path: path.read_bytes() for path in outside} == outside


def test_a_damaged_part_is_seen_where_runs_without_an_outcome_are_looked_for(copy, made, expected):
    """Also by who reads the ends of files alone: what is looked through must be sound."""
    first_failure_file(copy, made)
    part_flipped(copy, made, "length")
    done = sweep(study(), copy.path, resume=True, deep=False, workers=1)
    same_bits(done.runs, expected["runs"])
    assert [*(copy.path / "damaged").glob("runs-*")] != []


def test_a_spoilt_manifest_can_be_had_from_another_folder(copy, made, expected, tmp_path):
    """As the message says: a sweep of the same study elsewhere, stopped at once, writes it."""

    def stop(runs):
        raise KeyboardInterrupt

    (copy.path / "manifest.json").write_text("spoilt")
    with pytest.raises(KeyboardInterrupt):
        sweep(study(), tmp_path / "elsewhere", progress=stop)
    shutil.copy(tmp_path / "elsewhere" / "manifest.json", copy.path)
    kept = {path: path.read_bytes() for path in copy.parts()}
    done = sweep(study(), copy.path, resume=True, workers=1)
    same_bits(done.runs, expected["runs"])
    assert {path: path.read_bytes() for path in copy.parts()} == kept


# Folders in folders, links, names, rights.


def test_a_new_folder_in_one_that_is_merged_is_refused(copy, tmp_path):
    before = contents(copy)
    (tmp_path / "link").symlink_to(copy.path)
    for out in (copy.path / "inside", copy.path / "deep" / "inside", tmp_path / "link" / "inside"):
        with pytest.raises(StudyError, match=r"merge, output folder = .* must stay as it is"):
            merge([copy.path], out)
    assert contents(copy) == before
    assert not (copy.path / "inside").exists()


def test_a_folder_that_holds_one_that_is_merged_is_refused(copy):
    before = contents(copy)
    for out in (copy.path, copy.path.parent):
        with pytest.raises(OutputError, match="must be new or empty"):
            merge([copy.path], out)
    assert contents(copy) == before


def test_parts_that_are_links_are_merged_as_what_they_point_to(copy, made, tmp_path, expected):
    part_is_a_link(copy, made)
    merge([copy.path], tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_symlink()]
    shutil.rmtree(copy.path)
    for path in tmp_path.glob("outside-*"):
        path.unlink()
    same_bits(Sweep.read(tmp_path / "out").runs, expected["runs"])


def test_a_name_that_is_too_long_is_told(tmp_path, copy):
    long = tmp_path / ("x" * 300)
    for call in (
        lambda: sweep(study(), long),
        lambda: sweep(study(), long / "inside", resume=True),
        lambda: Sweep.read(long),
        lambda: merge([long], tmp_path / "out"),
        lambda: merge([copy.path], long),
        lambda: Sweep.read(copy.path).write_summary(long),
    ):
        with pytest.raises(TrustsimError) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results"]


def test_half_a_character_in_the_name_of_an_arm_is_refused():
    with pytest.raises(StudyError, match=r"\[arms\], name = "):
        study(arms={"baseline": [], "half \ud800": []})


@pytest.mark.parametrize("name", ["mkdir", "replace"])
def test_a_folder_without_the_right_to_write_is_told(name, copy, monkeypatch, expected):
    """Whoever runs this may be allowed everything, so the system's refusal is played."""
    halved(str(copy.parts()[0].relative_to(copy.path)))(copy, None)

    def refused(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(f"pathlib.Path.{name}", refused)
        with pytest.raises(OutputError, match="Permission denied"):
            sweep(study(), copy.path, resume=True, workers=1)
    done = sweep(study(), copy.path, resume=True, workers=1)
    same_bits(done.runs, expected["runs"])


def test_a_point_that_is_there_twice_is_refused_by_its_rows(tmp_path):
    table = pd.DataFrame({"negativity": [1.2, 2.5, 1.2], "handover": [0.0, 0.5, 0.0]})
    with pytest.raises(StudyError, match="row 3, the same as row 1"):
        study(table=table)
    table.to_csv(tmp_path / "points.csv", index=False)
    with pytest.raises(StudyError, match=r"points\.csv, points = row 3, the same as row 1"):
        study(table=tmp_path / "points.csv")
    assert study(table=table.assign(handover=[0.0, 0.5, 0.1])).size() == 6


def test_the_run_of_a_cell_that_can_not_be_simulated_is_told(tmp_path):
    arms = {"baseline": [], "watched": ["monitoring(target=3)"]}
    done = sweep(study(arms=arms, table=pd.DataFrame({"organisations": [2]})), tmp_path / "out")
    key = done.cells.loc[done.cells["problem"] != "", "cell"].iloc[0]
    with pytest.raises(StudyError, match="can't be simulated"):
        done.rerun(f"{key}-0")


# The command line: code 2 and one line.

PLAIN = """
[study]
scenario = "dyad"
replicates = 5
months = 6
[arms]
baseline = []
coordinator = ["coordinator(start=0)"]
"""
ON_THE_LINE = ("manifest family = 3", "manifest gone", "study of another", "cells of another")


@pytest.mark.parametrize("damage", ON_THE_LINE)
def test_the_command_line_tells_it_in_one_line(damage, made, tmp_path):
    text = tmp_path / "study.toml"
    text.write_text(PLAIN)
    started = CliRunner().invoke(app, ["sweep", str(text), "--out", str(tmp_path / "out"), "-q"])
    assert started.exit_code == 0, started.output
    key = Sweep.read(tmp_path / "out").runs["run_id"][0]
    MATRIX[damage][0](Folder(tmp_path / "out"), made)
    out = str(tmp_path / "out")
    commands = [["rerun", out, key], ["merge", out, "--out", str(tmp_path / "merged")]]
    mended = ["sweep", str(text), "--out", out, "--resume", "-q"]
    if MATRIX[damage][2] == REFUSED:
        commands.append(mended)
    for command in commands:
        told = CliRunner().invoke(app, command)
        assert told.exit_code == 2, told.output
        assert re.fullmatch(r"trustsim: (Study|Output)Error: [^\n]+\n", told.stderr), told.stderr
    if MATRIX[damage][2] == MENDED:
        assert CliRunner().invoke(app, mended).exit_code == 0
        assert CliRunner().invoke(app, ["rerun", out, key]).exit_code == 0
