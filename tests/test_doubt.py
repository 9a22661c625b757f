"""Results with doubt about the parameters stand beside those at the values given."""

import re

import pandas as pd
import pytest
from typer.testing import CliRunner

import trustsim as ts
from trustsim.calibration import with_parameter_uncertainty
from trustsim.cli import app
from trustsim.cli.doubting import Doubt
from trustsim.report import doubt_section, doubt_text

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def doubt():
    arms = {"coordinator": "+coordinator"}
    return with_parameter_uncertainty(
        "dyad", arms, draws=4, replicates=20, at_defaults=30, months=60
    )


def test_every_level_and_effect_is_shown_with_both_intervals(doubt):
    section = str(doubt_section(doubt))
    for row in doubt.to_dict("records"):
        assert row["quantity"] in section
    rows = re.findall(r"<tr>", section)
    assert len(rows) == len(doubt) + 1
    assert "4 draws" in section
    assert "30 partnerships" in section
    assert not re.search(r"(?<=[> (])-\d", section), "a page has real minus signs"
    assert re.search(r"(?<=[> (])\N{MINUS SIGN}\d", section)


def test_what_was_not_asked_for_is_said_to_be_missing():
    assert "Not asked for" in str(doubt_section(None))


def test_a_terminal_is_told_effects_where_there_are_arms(doubt):
    told = doubt_text(doubt)
    assert "coordinator" in told
    assert "> 0, < 0" in told
    assert ("~: this interval" in told) == (" ~ " in told)
    apart = doubt_text(doubt.assign(luck_apart=True))
    assert "~" not in apart
    assert "> 0, < 0: shares of draws" in apart
    assert max(map(len, told.splitlines())) < 90
    assert told.isascii(), "any terminal can show it"
    alone = doubt_text(doubt[doubt["arm"] == "baseline"])
    assert "> 0, < 0" not in alone
    assert "dissolved by year 5, %" in alone


def test_numbers_at_the_values_given_are_those_of_the_run_itself(tmp_path, undrawn):
    """Else a reader would see two estimates of one thing."""
    words = ["run", "dyad", "--replicates", "40", "--months", "60", "--seed", "3", "--draws", "3"]
    found = RUNNER.invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    kept = pd.read_csv(tmp_path / "out" / "tables" / "parameter_uncertainty.csv")
    runs = ts.simulate("dyad", replicates=40, months=60, seed=3)
    shares = runs.attrition([36, 60]).query("quantity == 'dissolved'").set_index("month")
    ended = kept[(kept["kind"] == "level") & (kept["quantity"] == "dissolved")].set_index("month")
    assert ended["default"].to_dict() == pytest.approx(shares["estimate"].to_dict())
    assert kept["draws"].max() == 3
    assert "With doubt about the parameters" in (tmp_path / "out" / "report.html").read_text()


def test_it_can_be_left_out(tmp_path, undrawn):
    words = ["compare", "dyad", "+coordinator", "--replicates", "20", "--months", "24"]
    found = RUNNER.invoke(app, [*words, "--draws", "0", "--out", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    assert "doubt" not in found.output
    assert not (tmp_path / "out" / "tables" / "parameter_uncertainty.csv").exists()


def test_a_large_partnership_is_doubted_only_if_asked_for():
    small, large = ts.scenario("voluntary"), ts.scenario("voluntary").with_(organisations=60)
    assert Doubt(None, small, 1000, arms=2).total == 2 * (60 * 100 + 1000)
    assert Doubt(None, large, 1000, arms=2).total == 0
    assert Doubt(5, large, 1000, arms=1).total == 5 * 100 + 1000


def test_a_quick_look_is_not_doubted_and_a_draw_is_never_a_handful():
    scenario = ts.scenario("voluntary")
    assert Doubt(None, scenario, 199, arms=1).total == 0
    assert Doubt(10, scenario, 20, arms=1).each == 100
    assert Doubt(None, scenario, 10_000, arms=1).each == 200


def test_more_draws_than_there_are_is_refused_in_one_line():
    words = ["run", "dyad", "--replicates", "5", "--months", "12", "--draws", "1000"]
    found = RUNNER.invoke(app, words)
    assert found.exit_code == 2
    assert "must be a whole number in [2, 200]" in found.output
