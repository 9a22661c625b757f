"""What users seldom do, and no other test does: it is refused in words, or changes nothing else."""

import sys

import pytest
from typer.testing import CliRunner

import trustsim as ts
from trustsim.analysis import TableError, turnbull
from trustsim.cli.application import app
from trustsim.errors import OutputError, ParameterError, ScenarioError, StudyError
from trustsim.output import check_destination
from trustsim.scenarios.ablations import ablated
from trustsim.scenarios.change import Change
from trustsim.sweeps.foresee import foresee

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


def test_what_a_study_takes_is_reckoned_from_one_cell_when_cells_are_slow(monkeypatch):
    study = ts.Study("dyad", **DYAD, factors={"handover": [0.0, 0.4, 0.8]})
    monkeypatch.setattr("trustsim.sweeps.foresee.SECONDS_A_CELL", 0.01)
    assert foresee(study, workers=1).timed == 3
    monkeypatch.setattr("trustsim.sweeps.foresee.SECONDS_IN_ALL", 0.0)
    few = foresee(study, workers=1)
    assert (few.timed, few.runs) == (1, (15, 15))
