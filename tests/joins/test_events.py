"""Simulate, read the table, estimate: when things happen, against closed forms.

Unless a test says otherwise an estimate may be 4.9 standard errors off, with the error from the
closed form and not from the estimator: a false alarm in a million a comparison. Seeds are fixed,
so a test that passes goes on passing.
"""

import numpy as np
import pytest

from tests.joins.conftest import LEAVES
from trustsim import theory
from trustsim.analysis import (
    cumulative_incidence,
    hazard,
    median_given_event,
    months_lost,
    restricted_mean,
    smoothed_hazard,
)

ENDS = theory.hazard_of_any(LEAVES, 2)
MONTHS = np.arange(1, 61)
SIZE = 4000


def ended_by(month):
    return 1 - theory.geometric_survival(month, ENDS)


def close(found, chance, size):
    chance = np.asarray(chance)
    return np.all(np.abs(found - chance) <= 4.9 * np.sqrt(chance * (1 - chance) / size) + 1e-12)


def test_dissolution_accumulates_as_a_constant_hazard_does(parting):
    table = parting.cumulative_incidence("dissolved").set_index("month")
    assert close(table.loc[MONTHS, "estimate"].to_numpy(), ended_by(MONTHS), SIZE)
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_attrition_reports_the_same_share(parting):
    table = parting.attrition([12, 36, 60])
    found = table[table["quantity"] == "dissolved"]
    assert close(found["estimate"].to_numpy(), ended_by(found["month"].to_numpy()), SIZE)


def test_status_shares_are_those_of_the_living_and_the_dead(parting):
    """Unwilling partners are forming for 23 months, and a talking shop from then on."""
    table = parting.status_shares([23, 24, 60]).set_index(["month", "quantity"])["estimate"]
    for month, status in ((23, "forming"), (24, "tokenistic"), (60, "tokenistic")):
        alive = theory.geometric_survival(month, ENDS)
        assert close(table[month, status], alive, SIZE)
        assert close(table[month, "dissolved"], 1 - alive, SIZE)
        assert table[month, "mature"] == 0
    assert table[60, "tokenistic among survivors"] == 1


def test_the_hazard_is_the_one_that_was_planted(parting):
    """A year holds twelve monthly chances."""
    table = hazard(parting.runs, event="dissolved", width=12)
    assert len(table) == 5
    error = 12 * np.sqrt(ENDS * (1 - ENDS) / table["person_months"])
    assert (np.abs(table["estimate"] - 12 * ENDS) < 4.9 * error).all()


def test_the_smoothed_hazard_is_the_one_that_was_planted(parting):
    """Away from the ends a kernel of 12 months either side is at least as sure as 6 months are."""
    table = smoothed_hazard(parting.runs, event="dissolved").set_index("month").loc[13:48]
    error = 12 * np.sqrt(ENDS * (1 - ENDS) / (6 * table["at_risk"]))
    assert (np.abs(table["estimate"] - 12 * ENDS) < 4.9 * error).all()


def test_months_alive_are_the_area_under_survival(parting):
    row = restricted_mean(parting.runs, event="dissolved", horizon=48).iloc[0]
    mean = theory.geometric_survival(np.arange(48), ENDS).sum()
    # E min(T, 48)^2 is the sum of (2 t + 1) P(T > t).
    second = ((2 * np.arange(48) + 1) * theory.geometric_survival(np.arange(48), ENDS)).sum()
    error = np.sqrt((second - mean**2) / SIZE)
    assert abs(row["estimate"] - mean) < 4.9 * error
    # A standard error of 4,000 bounded values is itself known to a few per cent.
    assert row["standard_error"] == pytest.approx(error, rel=0.1)


def test_months_lost_and_months_alive_make_up_the_horizon(parting):
    lost = months_lost(parting.runs, horizon=48).set_index("cause")["estimate"]
    alive = restricted_mean(parting.runs, event="dissolved", horizon=48)["estimate"].item()
    assert lost["any"] + alive == pytest.approx(48, abs=1e-9)
    assert lost["outside cause"] == pytest.approx(lost["any"], abs=1e-9)
    assert (lost.drop(["any", "outside cause"]) == 0).all()


def test_quantiles_of_those_that_end_are_those_of_a_geometric_time(parting):
    """The share by the estimate lies within 4.9 standard errors of the quantile's own share."""
    table = median_given_event(parting.runs, event="dissolved", horizon=60)
    for row, share in zip(table.itertuples(), (0.1, 0.5), strict=True):
        reach = 4.9 * np.sqrt(share * (1 - share) / row.n)
        below, at = (ended_by(row.estimate - n) / ended_by(60) for n in (1, 0))
        assert below < share + reach
        assert at > share - reach


def test_causes_share_the_incidence(parting):
    of_cause = cumulative_incidence(
        parting.runs, event="dissolved", cause="outside cause", by=[12, 60]
    )
    of_any = cumulative_incidence(parting.runs, event="dissolved", by=[12, 60])
    assert of_cause["estimate"].tolist() == of_any["estimate"].tolist()


def test_what_comes_first_adds_up_and_what_comes_ever_does_not(holding):
    """Mature are those that last five months; those of the first five end before maturity."""
    by = [60]
    matured, first, ever = (
        cumulative_incidence(holding.runs, by=by, **asked)["estimate"].item()
        for asked in (
            {"event": "matured"},
            {"event": "dissolved", "first": True},
            {"event": "dissolved"},
        )
    )
    assert close(matured, theory.geometric_survival(5, ENDS), SIZE)
    assert close(first, ended_by(5), SIZE)
    assert close(ever, ended_by(60), SIZE)
    assert matured + first == pytest.approx(1, abs=1e-12)
    assert matured + ever > 1.5
    runs = holding.cumulative_incidence("dissolved", first=True)
    assert runs["estimate"].iloc[-1] == first
    assert set(runs["event"]) == {"dissolved first"}


def test_time_to_maturity_where_it_is_known(holding):
    """Whoever matures does so in month 1; whoever does not waits for all 60."""
    table = holding.time_to_maturity().set_index(["quantity", "month"])["estimate"]
    share = theory.geometric_survival(5, ENDS)
    assert close(table["matured", 60], share, SIZE)
    assert table["first decile month of those matured", 60] == 1
    assert table["median month of those matured", 60] == 1
    waits = table["months not mature, restricted mean", 60]
    assert waits == pytest.approx(60 - 59 * table["matured", 60])


def test_the_hazard_of_maturing_is_read_up_to_where_it_can_be_seen(parting, holding):
    """A spell of six months that begins in month 56 would end after the horizon of 60."""
    assert parting.hazard("matured")["month"].iloc[-1] == 55
    table = holding.hazard("matured", bandwidth=2)
    assert table["events"].iloc[0] == holding.runs["matured"].sum()


def test_where_nobody_may_leave_nothing_ends(compared):
    runs = compared.runs("safe")
    assert (runs.cumulative_incidence("dissolved")["estimate"] == 0).all()
    table = runs.attrition([60])
    assert (table["estimate"] == 0).all()
    assert restricted_mean(runs.runs, event="dissolved", horizon=60)["estimate"].item() == 60
