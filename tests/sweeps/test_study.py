"""A study file: what it may say, and one clear line for whatever it may not."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim.errors import TrustsimError
from trustsim.model.parameters import BY_NAME
from trustsim.sweeps.cells import cells_of
from trustsim.sweeps.design import points_of
from trustsim.sweeps.study_file import json_schema

FIVE_PARTS = re.compile(r"[^=]+?, [^=]+ = .*?: .*?\. .+[.?)`]", re.DOTALL)
WHOLE = """
[study]
scenario = "dyad"
replicates = 40
months = 24
seed = 11
[arms]
baseline = []
coordinator = ["coordinator(start=0)"]
[factors]
negativity = [1.2, 2.5]
handover = []
"coordinator.dose" = [0.0, 1.0]
[design]
kind = "lhs"
points = 12
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="study.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_says_what_the_keywords_say(file):
    read = ts.Study.read(file(WHOLE))
    made = ts.Study(
        "dyad", replicates=40, months=24, seed=11,
        arms={"baseline": [], "coordinator": ts.interventions.coordinator()},
        factors={"negativity": [1.2, 2.5], "handover": [], "coordinator.dose": [0, 1]},
        design="lhs", points=12,
    )  # fmt: skip
    assert read.digest() == made.digest()
    pd.testing.assert_frame_equal(points_of(read), points_of(made))
    assert read.size() == 24


def test_a_study_is_read_back_from_what_it_writes(file, tmp_path):
    study = ts.Study.read(file(WHOLE))
    again = ts.Study.read(file(study.to_json(), "again.json"))
    assert again.digest() == study.digest()
    table = pd.DataFrame({"negativity": [1.5, 2.0]})
    listed = ts.Study("dyad", design="csv", table=table)
    listed.table.to_csv(tmp_path / "points.csv", index=False)
    assert ts.Study.read(file(listed.to_json(), "listed.json")).digest() == listed.digest()


def test_a_scenario_may_stand_in_the_file_or_beside_it(file):
    inside = ts.Study.read(file("[scenario]\nbased_on = 'dyad'\nnegativity = 3.0"))
    file("[scenario]\nbased_on = 'dyad'\nnegativity = 3.0", "mine.toml")
    beside = ts.Study.read(file("[study]\nscenario = 'mine.toml'", "other.toml"))
    assert inside.scenario == beside.scenario
    assert inside.scenario.values()["negativity"] == 3


def test_ranges_come_from_the_table_of_parameters():
    study = ts.Study(factors={"handover": []}, design="factorial")
    known = BY_NAME["handover"]
    assert points_of(study)["handover"].tolist() == [known.low, known.high]


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_samples_keep_to_their_ranges_and_fill_them(kind):
    study = ts.Study(
        factors={"negativity": [1.5, 2.5], "organisations": [3, 6]}, design=kind, points=256
    )
    points = points_of(study)
    assert points["negativity"].between(1.5, 2.5).all()
    # Each whole number is as likely as another.
    assert points["organisations"].value_counts().to_dict() == dict.fromkeys([3, 4, 5, 6], 64)
    # Strata of a sixteenth of the range: both designs put about 16 of 256 points into each.
    counts = np.histogram(points["negativity"], 16, (1.5, 2.5))[0]
    assert counts.min() >= 12


def test_a_larger_sobol_sample_begins_with_the_smaller_one():
    small, large = (
        points_of(ts.Study(factors={"handover": [], "tenure": []}, design="sobol", points=size))
        for size in (20, 30)
    )
    pd.testing.assert_frame_equal(large.head(20), small)


def test_a_grid_is_every_combination_in_every_arm():
    study = ts.Study(
        "dyad", arms={"one": [], "other": ["away_day(start=3)"]},
        factors={"handover": [0.0, 0.5, 1.0], "negativity": [1.5, 2.5]},
    )  # fmt: skip
    cells = list(cells_of(study))
    assert len(cells) == 12
    assert len({cell.key for cell in cells}) == 12
    assert cells[0].scenario == ts.scenario("dyad").with_(handover=0.0, negativity=1.5)
    assert [cell.number for cell in cells] == list(range(12))


def test_a_cell_keeps_its_key_when_the_study_grows():
    small = ts.Study("dyad", factors={"handover": [0.0, 0.5]})
    large = ts.Study(
        "dyad", factors={"handover": [0.0, 0.25, 0.5]},
        arms={"baseline": [], "day": ["away_day()"]}, replicates=5,
    )  # fmt: skip
    assert {c.key for c in cells_of(small)} < {c.key for c in cells_of(large)}
    other = ts.Study("dyad", factors={"handover": [0.0, 0.5]}, seed=1)
    assert not {c.key for c in cells_of(small)} & {c.key for c in cells_of(other)}


def test_an_argument_of_an_intervention_can_be_a_factor():
    study = ts.Study(
        "dyad", arms={"baseline": [], "m": ["mandate(start=6)"]}, factors={"mandate.dose": [0, 0.5]}
    )
    cells = {(cell.arm, cell.factors): cell.scenario for cell in cells_of(study)}
    base = ts.scenario("dyad")
    assert cells["baseline", (0.5,)] == base
    assert cells["m", (0.5,)] == base + ts.interventions.mandate(start=6, dose=0.5)
    assert cells["m", (0.0,)].digest() == base.digest()


def test_a_point_that_makes_no_sense_is_a_cell_with_a_problem():
    study = ts.Study(
        "dyad", arms={"m": ["monitoring(target=2)"]}, factors={"organisations": [2, 3]}
    )
    problems = [cell.problem for cell in cells_of(study)]
    assert "must be below 2" in problems[0]
    assert problems[1] == ""


def test_the_schema_names_every_key_with_its_meaning():
    schema = json_schema()
    assert json.dumps(schema)
    for table in ("StudyTable", "DesignTable", "PrecisionTable"):
        for key, form in schema["$defs"][table]["properties"].items():
            assert form.get("description"), (table, key)


BAD = {
    "not toml": "[study\n",
    "unknown table": "[stud]\nseed = 1",
    "unknown key": "[study]\nsed = 1",
    "wrong type": "[study]\nreplicates = 2.5",
    "text for a number": "[study]\nseed = 'x'",
    "out of range": "[study]\nreplicates = 0",
    "true": "[study]\nmonths = true",
    "no such setting": "[study]\nscenario = 'volontary'",
    "no such record": "[study]\nrecord = 'acts'",
    "bad scenario": "[scenario]\nnegativty = 2",
    "arm that is no list": "[arms]\na = 'mandate()'",
    "no such intervention": "[arms]\na = ['mandat()']",
    "code": "[arms]\na = [\"mandate(start=print('x'))\"]",
    "no such factor": "[factors]\nnegativty = [1.0, 2.0]",
    "factor of nobody": "[factors]\n'mandate.dose' = [0.0, 1.0]",
    "no such argument": "[arms]\na = ['mandate()']\n[factors]\n'mandate.dos' = [0.0, 1.0]",
    "grid without levels": "[factors]\nhandover = []",
    "level twice": "[factors]\nhandover = [0.5, 0.5]",
    "level that is nan": "[factors]\nhandover = [nan]",
    "level that is text": "[factors]\nhandover = ['much']",
    "no such design": "[design]\nkind = 'lhd'",
    "sample without size": "[factors]\nhandover = []\n[design]\nkind = 'lhs'",
    "three ends": "[factors]\nhandover = [0.0, 0.5, 1.0]\n[design]\nkind = 'lhs'\npoints = 3",
    "ends the wrong way": "[factors]\nhandover = [1.0, 0.0]\n[design]\nkind = 'sobol'\npoints = 3",
    "no file": "[design]\nkind = 'csv'",
    "missing file": "[design]\nkind = 'csv'\nfile = 'points.csv'",
    "name of an arm that is none": "[arms]\n__HIVE_DEFAULT_PARTITION__ = []",
    "name of an arm that no folder can have": "[arms]\n" + 300 * "a" + " = []",
    "precision of nothing": "[precision]\nhalf_width = 0.1\noutcome = 'disolved'",
    "floor over ceiling": "[precision]\nhalf_width = 0.1\nfloor = 5\nceiling = 3",
    "precision without width": "[precision]\noutcome = 'dissolved'",
    "width of nothing": "[precision]\nhalf_width = 0",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_study_is_one_line_in_five_parts(file, name):
    with pytest.raises(TrustsimError) as refused:
        ts.Study.read(file(BAD[name]))
    text = str(refused.value)
    assert "\n" not in text
    assert FIVE_PARTS.fullmatch(text), text


def test_nearest_names_are_suggested(file):
    for text, wanted in (
        ("[study]\nsed = 1", "`seed`"),
        ("[factors]\nnegativty = [1.0, 2.0]", "`negativity`"),
        ("[arms]\na = ['mandate()']\n[factors]\n'mandate.dos' = [0.0, 1.0]", "`dose`"),
    ):
        with pytest.raises(TrustsimError, match=re.escape(wanted)):
            ts.Study.read(file(text))


@pytest.mark.parametrize("name", ["value", "run_id", "handover", "replicate", "meetings_observed"])
def test_an_own_outcome_may_not_take_the_name_of_a_column(name):
    with pytest.raises(ts.StudyError, match="no column has yet"):
        ts.Study("dyad", factors={"handover": [0.1, 0.2]}, outcomes={name: len})


@pytest.mark.parametrize(
    "table",
    ["handover\n0.1,0.5\n0.2,0.6", "a,b\n1,x", "handover\n", "handover,handover\n1,2", "charm\n1"],
)
def test_a_bad_table_of_points_is_refused(file, table):
    file(table, "points.csv")
    with pytest.raises(TrustsimError) as refused:
        ts.Study.read(file("[design]\nkind = 'csv'\nfile = 'points.csv'"))
    assert FIVE_PARTS.fullmatch(str(refused.value)), refused.value


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name,handover\nLeeds,0.1\nYork,0.2", "row 1, column name = Leeds: must be a number"),
        ("handover,negativity\n0.1,2\n0.2,", r"row 2, column negativity = missing: .*Fill empty"),
        ("handover\n0.1\n2026-11-30", "row 2, column handover = 2026-11-30: must be a number"),
        ("handover\n0.1\ntrue", "row 2, column handover = true: must be a number"),
        ("handover\n0.1\ninf", "row 2, column handover = inf: must be a number"),
        ("handover;negativity\n0,1;2,0\n0,2;2,5", r"separator = semicolons in the line .*commas"),
        ("handover\tnegativity\n0.1\t2.0", r"separator = tabs in the line .*must be a comma"),
        ("handover,negativity\n0,1,2,0\n0,2,2,5", "4 values in row 1: each row must have 2"),
        ("handover,negativity\n0.1,2\n0.2,2\n0.1,2.0", "row 3, the same as row 1"),
        ("handover\n0.1\n1.4", r"row 2, column handover = 1\.4: must be a number in \[0, 1\]"),
        (
            "organisations\n4\n4.5",
            r"row 2, column organisations = 4\.5: must be a whole number in \[2, 200\]",
        ),
    ],
)
def test_a_bad_cell_is_refused_with_its_row_column_and_value(file, table, told):
    file(table, "points.csv")
    with pytest.raises(ts.StudyError, match=told) as refused:
        ts.Study.read(file("[design]\nkind = 'csv'\nfile = 'points.csv'"))
    assert FIVE_PARTS.fullmatch(str(refused.value)), refused.value


@pytest.mark.parametrize("name", ["points.xlsx", "points.ods", "points.numbers", "points.csv"])
def test_the_file_of_a_spreadsheet_is_refused_with_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(200))
    with pytest.raises(ts.StudyError, match="Save it as CSV"):
        ts.Study("dyad", design="csv", table=tmp_path / name)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pd.to_datetime(["2026-01-31", "2026-02-28"]), "row 1, column handover = Timestamp"),
        ([0.1, None], "row 2, column handover = missing"),
        ([True, False], "row 1, column handover = True"),
        (pd.array([0.1, pd.NA]), "row 2, column handover = missing"),
    ],
)
def test_a_frame_of_dates_or_gaps_is_refused(column, told):
    with pytest.raises(ts.StudyError, match=told):
        ts.Study("dyad", design="csv", table=pd.DataFrame({"handover": column}))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"factors": {"handover": [0.5, 7.0]}}, r"handover = 7\.0: must be a number in \[0, 1\]"),
        (
            {"factors": {"organisations": [2, 4.5]}, "design": "lhs", "points": 4},
            r"organisations = 4\.5: must be a whole number in \[2, 200\]",
        ),
        (
            {"factors": {"mandate.dose": [0.5, 7.0]}, "arms": {"m": ["mandate"]}},
            r"mandate\.dose = 7\.0: is not a value of this argument",
        ),
    ],
)
def test_a_value_that_no_scenario_can_have_is_refused_at_once(how, told):
    with pytest.raises(ts.StudyError, match=told):
        ts.Study("dyad", **how)


@pytest.mark.parametrize(("one", "other"), [("a", "A"), ("Café", "Cafe\u0301")])
def test_arms_that_a_disk_may_take_for_one_are_refused(one, other):
    with pytest.raises(ts.StudyError, match=r"differs from .* only by case"):
        ts.Study("dyad", arms={one: [], other: ["mandate"]})
