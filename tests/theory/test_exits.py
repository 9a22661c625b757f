"""Leaving and ending with one hazard at a time, against geometric and binomial forms.

Unless a test says otherwise: compared within 4.9 standard errors of a binomial share,
false-alarm rate 1e-6 a comparison.
"""

import math

import numpy as np
import pytest
from scipy import stats

from trustsim import schema, theory

RUNS = 4000
MONTHS = np.arange(1, 61)
LEAVING = {"may_exit": 1, "outside_hazard": 0.02}
ALL_FRUSTRATED = {
    "realism": 0.0, "show_smoothing": 0.0, "adaptation": 1.0, "pressure": 1.0, "pace": 1.0,
}  # fmt: skip


def close(share, chance, count):
    return np.all(np.abs(share - chance) <= 4.9 * np.sqrt(chance * (1.0 - chance) / count) + 1e-12)


def test_two_partners_part_after_a_geometric_time(lives):
    """Chi-square over months, neighbours pooled to an expected count of 5 or more:
    false-alarm rate 1e-6."""
    runs = lives("willing", replicates=RUNS, months=60, **LEAVING).runs
    hazard = theory.hazard_of_any(0.02, 2)
    survival = theory.geometric_survival(np.arange(61), hazard)
    expected = RUNS * np.append(survival[:-1] - survival[1:], survival[-1])
    ended = runs.month_dissolved.fillna(61).to_numpy(dtype=int)
    found = np.bincount(ended, minlength=62)[1:]
    assert expected.min() > 5
    assert stats.chisquare(found, expected).pvalue > 1e-6
    assert (runs.cause.dropna() == "outside cause").all()
    assert runs.cause.notna().equals(runs.dissolved)


def test_members_are_lost_one_by_one_at_a_constant_hazard(lives):
    """Twenty members cannot be down to one in two years (chance below 1e-10 a run)."""
    assert theory.chance_of_losing(19, 20, 24, 0.01) < 1e-10
    occupancy = lives(
        "willing", replicates=1000, months=24, organisations=20, may_exit=1, outside_hazard=0.01
    ).occupancy
    gone = 1.0 - theory.geometric_survival(MONTHS[:24], 0.01)
    assert close(occupancy.members_lost.to_numpy() / 20_000, gone, 20_000)
    none_lost = 1.0 - occupancy.lost_a_member.to_numpy() / 1000
    assert close(none_lost, (1.0 - gone) ** 20, 1000)


def test_a_partnership_ends_when_one_member_is_left(lives):
    runs = lives("willing", replicates=RUNS, months=60, organisations=4, **LEAVING)
    ended = runs.occupancy.dissolved.to_numpy() / RUNS
    chances = [theory.chance_of_losing(3, 4, int(month), 0.02) for month in MONTHS]
    assert close(ended, np.array(chances), RUNS)


def test_a_quorum_counts_exits_as_long_as_they_are_remembered(lives):
    """Eight members and a quorum of 0.65: the third exit that is not forgotten ends it."""
    runs = lives(
        "willing", replicates=RUNS, months=60, organisations=8, quorum=0.65, exit_memory=1.0,
        **LEAVING,
    )  # fmt: skip
    ended = runs.occupancy.dissolved.to_numpy() / RUNS
    chances = [theory.chance_of_losing(3, 8, int(month), 0.02) for month in MONTHS]
    assert close(ended, np.array(chances), RUNS)


def test_left_seats_fill_as_a_two_state_chain(lives):
    """The share of filled seats month by month; seats are independent, 12 a run, and not down
    to one of them (chance below 1e-7 a month)."""
    months = lives(
        "willing", replicates=1000, months=48, record="months", organisations=12, refill=0.1,
        **LEAVING,
    ).months  # fmt: skip
    filled = months.groupby("month").members.mean().to_numpy() / 12.0
    share = theory.seats_filled(MONTHS[:48], hazard=0.02, refill=0.1)
    assert close(filled, share, 12_000)


def test_without_the_right_to_leave_nobody_leaves(lives):
    parameters = {**LEAVING, "may_exit": 0, "vote_rate": 1.0, "sponsor_stop": 1.0, "quorum": 1.0}
    runs = lives("unwilling", replicates=200, months=60, **parameters, **ALL_FRUSTRATED).runs
    assert not runs.dissolved.any()
    assert (runs.members_lost == 0).all()


def cause_hazards(outside, option, push, vote, sponsor):
    """Monthly hazards of five ends of a pair: two exits share a draw, then the vote, then the
    sponsor. The cause of the last member to leave counts."""
    leaving = outside + option + push
    of_pair = theory.hazard_of_any(leaving, 2)
    stays = 1.0 - of_pair
    return {
        "outside cause": of_pair * outside / leaving,
        "outside option": of_pair * option / leaving,
        "frustration": of_pair * push / leaving,
        "vote": stays * vote,
        "sponsor": stays * (1.0 - vote) * sponsor,
    }


def test_causes_of_dissolution_compete_as_constant_hazards_do(lives):
    """Five cumulative incidences at 12 and 36 months."""
    runs = lives(
        "unwilling", replicates=RUNS, months=36, may_exit=1, outside_hazard=0.004,
        exit_option=0.003, outside_option=2.0, exit_frustration=0.005, vote_rate=0.01,
        vote_threshold=0.5, sponsor_stop=0.008, **ALL_FRUSTRATED,
    ).runs  # fmt: skip
    hazards = cause_hazards(0.004, 0.006, 0.005, 0.01, 0.008)
    expected = theory.cumulative_incidence([12, 36], list(hazards.values()))
    for cause, chances in zip(hazards, expected, strict=True):
        for month, chance in zip((12, 36), chances, strict=True):
            found = ((runs.cause == cause) & (runs.month_dissolved <= month)).mean()
            assert close(found, chance, RUNS), (cause, month)


def test_goodwill_shields_from_the_pull_to_leave_but_not_from_outside(lives):
    """Goodwill of 0.6 that is not spent holds back 0.9 of it: a hazard of 0.03 (1 - 0.54)."""
    runs = lives(
        "unwilling", replicates=RUNS, months=36, may_exit=1, history=0.6, goodwill=1.0,
        goodwill_spend=0.0, goodwill_shield=0.9, exit_frustration=0.03, outside_hazard=0.01,
        **ALL_FRUSTRATED,
    ).runs  # fmt: skip
    hazard = theory.hazard_of_any(0.01 + 0.03 * (1.0 - 0.54), 2)
    alive = (~runs.dissolved).mean()
    assert close(alive, float(theory.geometric_survival(36, hazard)), RUNS)


def test_a_remembered_breach_adds_to_the_pull_of_the_frustrated(lives):
    """A breach by each in every month, half of it remembered, comes to 2 (1 - 2**-t) breaches;
    each multiplies the hazard of 0.01 by another half. Survival and the share of ends that a
    breach caused are then sums over months."""
    runs = lives(
        "willing", replicates=RUNS, months=24, may_exit=1, breach_rate=1.0, integrity=0.0,
        exit_frustration=0.01, exit_breach=0.5, shock_kept=0.5, **ALL_FRUSTRATED,
    ).runs  # fmt: skip
    shock = 0.5 * 2.0 * (1.0 - 0.5 ** np.arange(1, 25))
    stays = (1.0 - 0.01 * (1.0 + shock)) ** 2
    alive = np.cumprod(stays)
    ends = np.append(1.0, alive[:-1]) * (1.0 - stays)
    assert close((~runs.dissolved).mean(), alive[-1], RUNS)
    assert close((runs.cause == "breach").mean(), (ends * shock / (1.0 + shock)).sum(), RUNS)


@pytest.mark.parametrize(("tenure", "effect"), [(25.0, 0.0), (40.0, 1.5)])
def test_people_leave_their_posts_at_the_hazard_of_tenure(lives, tenure, effect):
    """Frustration is full from the second month on. 6 people, 400 runs of 50 months."""
    runs = lives(
        "unwilling", replicates=400, months=50, organisations=3, people=2, tenure=tenure,
        turnover_frustration=effect, **ALL_FRUSTRATED,
    ).runs  # fmt: skip
    assert (runs.person_months == 6 * 50).all()
    hazards = np.array([1.0 / tenure] + [(1.0 + effect) / tenure] * 49)
    mean = 6 * 400 * hazards.sum()
    variance = 6 * 400 * (hazards * (1.0 - hazards)).sum()
    assert abs(runs.departures.sum() - mean) < 4.9 * math.sqrt(variance)
    assert (runs.replaced_by_decree == 0).all()


def test_every_cause_of_the_schema_can_end_a_partnership(lives):
    runs = lives(
        "willing", replicates=RUNS, months=60, may_exit=1, tenure=5.0, breach_rate=0.2,
        integrity=0.5, outside_hazard=0.002, exit_option=0.002, exit_frustration=0.002,
        exit_breach=1.0, exit_departure=1.0, shock_kept=0.8, vote_rate=0.005, sponsor_stop=0.005,
        **ALL_FRUSTRATED,
    ).runs  # fmt: skip
    assert set(runs.cause.dropna()) == set(schema.CAUSES)


def test_competing_hazards_and_survival_add_up():
    found = theory.cumulative_incidence(np.arange(1, 100), [0.01, 0.02, 0.005])
    alive = theory.geometric_survival(np.arange(1, 100), 0.035)
    assert np.allclose(found.sum(axis=0) + alive, 1.0, atol=1e-12)
