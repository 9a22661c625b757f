"""Meetings, acts and their delivery, counted, against the chances they should have."""

import math

import numpy as np
import pytest
from scipy import stats

from trustsim import theory
from trustsim.model.actions import ACTIONS

COLUMNS = {action.name: action.observable for action in ACTIONS}


def close(total, chance, count, errors=4.9):
    return abs(total - count * chance) < errors * math.sqrt(count * chance * (1.0 - chance))


def test_the_meeting_budget_is_spent(lives):
    """60 pairs of people meet with chance 3/10 a month; 100 runs of 24 months, 4.9 standard
    errors of a binomial: false-alarm rate 1e-6."""
    runs = lives("willing", replicates=100, months=24, organisations=6, people=2, meetings=3.0)
    assert close(runs.runs.meetings.sum(), 0.3, 60 * 100 * 24)


def test_reporting_and_coaching_spend_it_elsewhere(lives):
    """As above with a budget of 3 (1 - 0.2) (1 - 0.5 0.4) + 0.5 = 2.42 meetings."""
    runs = lives(
        "willing", replicates=100, months=24, organisations=6, people=2, meetings=3.0,
        reporting=0.2, coaching=0.5, coaching_time=0.4, extra_meetings=0.5,
    )  # fmt: skip
    assert close(runs.runs.meetings.sum(), 0.242, 60 * 100 * 24)


def test_where_nothing_is_expected_fewer_meet(lives):
    """As above, with half of the budget used."""
    runs = lives(
        "willing", replicates=100, months=24, organisations=6, people=2, meetings=3.0,
        attention_floor=0.5, pressure=0.0,
    )  # fmt: skip
    assert close(runs.runs.meetings.sum(), 0.15, 60 * 100 * 24)


def test_strong_command_at_home_costs_contact_across_the_boundary(lives):
    """Weights 1 and 1 - 0.8 0.5 = 0.6: a pair of people meets with chance w v 3 / 10, and
    nobody else takes the time. 100 runs of 24 months, 4.9 standard errors: false-alarm rate
    1e-6."""
    runs = lives(
        "willing", replicates=100, months=24, organisations=6, people=2, tiers=2, meetings=3.0,
        command=0.8, thinning=0.5, deference=0.0,
    )  # fmt: skip
    chances = [one * other * 0.3 for one in (1.0, 0.6) for other in (1.0, 0.6)]
    mean = 15 * 2400 * sum(chances)
    variance = 15 * 2400 * sum(chance * (1.0 - chance) for chance in chances)
    assert abs(runs.runs.meetings.sum() - mean) < 4.9 * math.sqrt(variance)


@pytest.mark.parametrize(
    ("command", "influence", "integrity", "chance"),
    [(0.0, 0.5, 0.7, 0.1 + 0.6 * 0.5 + 0.4 * 0.7), (0.5, 0.5, 0.7, 0.84), (0.0, 0.0, 0.0, 0.1)],
)
def test_promises_are_delivered_as_often_as_command_and_influence_allow(
    lives, command, influence, integrity, chance
):
    """24,000 promises, 4.9 standard errors of a binomial: false-alarm rate 1e-6 each."""
    runs = lives(
        "willing", replicates=200, months=60, command=command, influence=influence,
        integrity=integrity, delivery_floor=0.1, delivery_influence=0.6, delivery_trust=0.4,
        willingness_trust=0.0,
    )  # fmt: skip
    assert (runs.runs.meetings == 60).all()
    assert close(runs.runs.home_delivery.sum() * 120, chance, 24_000)


def test_each_action_is_taken_as_often_as_its_chance(lives):
    """24,000 acts in 200 runs, chi-square: false-alarm rate 1e-6."""
    runs = lives(
        "", replicates=200, months=60, record="months", willingness=0.4, willingness_trust=0.0,
        collaboration=0.5, breach_rate=0.1, integrity=0.5, compliance=0.3, rivalry=0.4, stake=0.6,
        monitoring=0.5, monitoring_effect=0.4, charter=0.5, charter_effect=0.5,
        delivery_floor=0.8, delivery_influence=0.0, delivery_trust=0.0,
    )  # fmt: skip
    left = (1.0 - 0.2) * (1.0 - 0.25)
    breach = 0.1 * left
    willing = (1.0 - breach) / (1.0 + math.exp(-0.4))
    ordered = (1.0 - breach - willing) * 0.3
    undercut = (1.0 - breach - willing - ordered) * 0.4 * 0.5 * left
    rest = 1.0 - breach - willing - ordered - undercut
    chances = {
        "cooperate": willing * 0.8, "fail": willing * 0.2, "comply": ordered, "breach": breach,
        "undercut": undercut, "control": rest * 0.3, "withdraw": rest * 0.7,
    }  # fmt: skip
    acts = runs.months.meetings * 2.0
    counts = [float((runs.months[COLUMNS[name]] * acts).sum()) for name in chances]
    assert sum(counts) == pytest.approx(24_000)
    assert float(runs.months[COLUMNS["challenge"]].sum()) == 0.0
    assert stats.chisquare(counts, np.array(list(chances.values())) * 24_000).pvalue > 1e-6
    assert runs.runs.breaches.sum() == pytest.approx(counts[list(chances).index("breach")])


def test_value_rests_on_the_trust_of_both(lives, column):
    """Exact: all cooperate, and act on the trust that faded evidence leaves."""
    runs = lives("willing", replicates=20, months=48, record="months", surplus=0.5)
    before = np.arange(48)
    good = 0.9 * theory.evidence_after(before, start=1.0, news=1.0, kept=0.9)
    bad = 0.9 * theory.evidence_after(before, start=1.0, news=0.0, kept=0.9)
    joint = theory.trust_from_counts(good, bad, prior=0.5, prior_weight=4.0) ** 2
    assert np.allclose(column(runs, "value"), joint * (1.0 + 0.5 * joint), rtol=0.0, atol=1e-12)
    assert np.allclose(column(runs, "smoke"), 1.0 - joint, rtol=0.0, atol=1e-12)
