"""What users seldom do, and no other test does: it is refused in words, or changes nothing else."""

import sys

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import trustsim as ts
from trustsim import verification
from trustsim.analysis import TableError, turnbull
from trustsim.calibration import __main__ as searching
from trustsim.cli.application import app
from trustsim.errors import OutputError, ParameterError, ScenarioError, StudyError
from trustsim.output import check_destination
from trustsim.scenarios.ablations import ablated
from trustsim.scenarios.change import Change
from trustsim.scenarios.costs import person_months
from trustsim.scenarios.interventions import coordinator, mandate
from trustsim.sweeps import Sweep
from trustsim.sweeps.merge import merge
from trustsim.validation.one_arm import resampled, share_of

DYAD = {"arms": {"alone": []}, "replicates": 5, "months": 6}


def test_a_likelihood_that_does_not_settle_is_refused(monkeypatch):
    left, right = [0] * 6 + [0] * 2 + [1] * 3, [1] * 6 + [2] * 2 + [2] * 3
    assert len(turnbull(left, right)) == 2
    monkeypatch.setattr(sys.modules["trustsim.analysis.turnbull"], "MOST_STEPS", 1)
    with pytest.raises(TableError, match="steps = 1: the likelihood has not settled"):
        turnbull(left, right)


def test_the_folder_one_stands_in_can_not_be_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="the folder you are in"):
        check_destination(tmp_path)
    assert check_destination(tmp_path / "run") == tmp_path / "run"


def test_a_mount_point_can_not_be_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.is_mount", lambda path: path == tmp_path)
    with pytest.raises(OutputError, match="a mount point"):
        check_destination(tmp_path)


@pytest.mark.parametrize(("option", "what"), [("--html", "file"), ("--animation", "file")])
def test_a_file_without_a_name_is_refused(option, what):
    done = CliRunner().invoke(app, ["story", "dyad", option, " "])
    assert done.exit_code == 2
    assert f"name a {what}" in " ".join(done.output.split())


def test_a_partnership_that_has_not_lived_has_nothing_to_plot():
    with pytest.raises(ParameterError, match="nothing has happened yet"):
        ts.Partnership("dyad", seed=1).plot.story()


@pytest.mark.parametrize("table", ["actions", "ties"])
def test_a_table_that_was_not_kept_is_refused_with_how_to_keep_it(table):
    model = ts.Partnership("dyad", seed=1)
    model.step()
    with pytest.raises(ParameterError, match=f"{table} were not kept.*log_actions=True"):
        getattr(model, table)


def test_an_ablation_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="Did you mean `goodwill`"):
        ablated(ts.scenario("dyad"), "goodwil")


@pytest.mark.parametrize(
    ("first", "second", "together"), [(0, 1, False), (0, 0, True), (None, 1, True)]
)
def test_changes_of_different_organisations_do_not_overlap(first, second, together):
    one, other = (
        Change("openness", "set", value, target=target)
        for value, target in ((0.2, first), (0.4, second))
    )
    assert one.overlaps(other) is together
    assert one.contradicts(other) is together


def test_a_grid_of_too_many_points_is_refused_before_it_is_made():
    levels = [number / 5000 for number in range(4000)]
    study = ts.Study(
        "dyad", **DYAD, factors={"handover": levels, "negativity": [1 + x for x in levels]}
    )
    with pytest.raises(StudyError, match=r"points = 16,000,000: must be at most 10,000,000"):
        ts.sweep(study)


LEVELS = pd.DataFrame({"handover": [0.0, 0.8]})
LOOKS = {"outcome": "dissolved", "month": 6, "half_width": 0.1}


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"design": "lhs", "factors": {"handover": []}}, "points = missing: is needed for lhs"),
        ({"design": "csv"}, "file = missing: a csv design needs its points"),
        ({"design": "grid", "table": LEVELS}, "kind = grid: points are given in a table"),
        ({"factors": {"mandate.start": []}, "arms": {"told": ["mandate"]}}, "no known range"),
        ({"precision": LOOKS | {"floor": 9, "ceiling": 4}}, "floor = 9 over a ceiling of 4"),
        (
            {"precision": LOOKS | {"floor": 4, "ceiling": 8, "outcome": "disolved"}},
            "outcome = disolved: is not the name of an outcome",
        ),
    ],
)
def test_a_design_that_lacks_something_or_contradicts_itself_is_refused(how, told):
    given = {key: value for key, value in {**DYAD, **how}.items() if key != "replicates"}
    size = {} if "precision" in how else {"replicates": 5}
    with pytest.raises(StudyError, match=told):
        ts.sweep(ts.Study("dyad", **given, **size), workers=1)


@pytest.mark.parametrize(
    "other", [{"replicates": 6}, {"arms": {"alone": [], "told": ["mandate(start=2)"]}}]
)
def test_studies_that_no_single_study_could_be_are_kept_side_by_side(other, tmp_path):
    """More replicates in one, or one name of an arm for two things at different points."""
    one = {**DYAD, "arms": {"alone": [], "told": ["mandate(start=1)"]}}
    folders = [tmp_path / "one", tmp_path / "other"]
    ts.sweep(ts.Study("dyad", **one, factors={"handover": [0.0]}), folders[0], workers=1)
    ts.sweep(ts.Study("dyad", **{**one, **other}, factors={"handover": [0.8]}), folders[1],
             workers=1)  # fmt: skip
    merged = Sweep.read(merge(folders, tmp_path / "both"))
    assert len(merged.runs) == sum(len(Sweep.read(folder).runs) for folder in folders)
    assert len(list((tmp_path / "both" / "studies").iterdir())) == 2


def test_a_bullet_that_is_reached_for_costs_the_mean_of_its_menu():
    """Two on the menu: a mandate as long as it lasts, a coordinator for three months at most."""
    menu = (mandate(), coordinator(months=3))
    each = [item.person_months for item in menu]
    scenario = ts.scenario("voluntary").reaching_for(*menu, propensity=0.1)
    spent = person_months(scenario, [12, 12, 12], [0, 1, 2])
    once = each[0] / 2 * 12 + each[1] / 2 * 3
    assert spent.tolist() == pytest.approx([0.0, once, 2 * once])


def test_from_one_partnership_or_none_nothing_is_estimated():
    assert np.isnan(resampled(np.mean, np.array([3]), seed=1)).all()
    assert np.isnan(share_of(np.array([], dtype=bool))).all()


def test_arrays_of_another_shape_differ_in_every_number():
    one, other = np.zeros((2, 3)), np.zeros((2, 2))
    assert verification._differing([one, one], [one, other]) == 6


def test_names_of_the_package_are_those_it_offers():
    assert dir(ts) == sorted(ts.__all__)


def test_a_search_for_points_writes_what_it_screened_and_what_passed_twice(tmp_path, monkeypatch):
    """Every point passes a screen that is at distance nought: those confirmed are all of them."""
    monkeypatch.setattr(searching, "distance", lambda found: 0.0)
    words = ["--points", "2", "1", "--screen", "4", "--confirm", "5", "--seed", "11"]
    monkeypatch.setattr("sys.argv", ["calibration", *words, "--out", str(tmp_path / "found")])
    searching.main()
    screened = [pd.read_csv(tmp_path / "found" / f"screened-{seed}.csv") for seed in (11, 12)]
    assert [len(table) for table in screened] == [2, 1]
    assert len(pd.read_csv(tmp_path / "found" / "points.csv")) == 3
    monkeypatch.setattr(searching, "distance", lambda found: 1.0)
    assert searching.confirmed(screened[0].assign(distance=1.0), 5, 1).empty
