"""Trust between two people under steady news, against closed forms.

Where no chance is left the comparison is exact to rounding. The only draws are whether
somebody leaves (such runs are left out, which biases nothing: leaving is independent of all
else here) and whether a promise in 7e10 is not made: false-alarm rate below 1e-6 a test.
"""

import math

import numpy as np
import pytest

from trustsim import theory
from trustsim.model.actions import BREACH, COMPLY, COOPERATE, EVIDENCE, WITHDRAW

MONTHS = np.arange(1, 49)
KEPT = EVIDENCE[COOPERATE]
PASSIVE = -EVIDENCE[WITHDRAW]


def expected(
    *, good=0.0, bad=0.0, kept=0.9, bad_kept=None, history=0.5, depth=2.0, prior=0.5, weight=4.0
):
    """Trust by month: the good and the bad count each level off by themselves."""
    plus = theory.evidence_after(MONTHS, start=depth * history, news=good, kept=kept)
    minus = theory.evidence_after(
        MONTHS, start=depth * (1.0 - history), news=bad, kept=kept if bad_kept is None else bad_kept
    )
    return theory.trust_from_counts(plus, minus, prior=prior, prior_weight=weight)


CASES = {
    "kept promises": ("willing", {}, {"good": KEPT}),
    "thin memory": ("willing", {"evidence_kept": 0.5}, {"good": KEPT, "kept": 0.5}),
    "nothing forgotten": ("willing", {"evidence_kept": 1.0}, {"good": KEPT, "kept": 1.0}),
    "a heavy prior": ("willing", {"prior_weight": 20.0}, {"good": KEPT, "weight": 20.0}),
    "trusting people": ("willing", {"disposition": 0.8}, {"good": KEPT, "prior": 0.8}),
    "a long good history": (
        "willing", {"history": 0.9, "history_depth": 20.0},
        {"good": KEPT, "history": 0.9, "depth": 20.0},
    ),
    "a long bad history": (
        "willing", {"history": 0.2, "history_depth": 20.0},
        {"good": KEPT, "history": 0.2, "depth": 20.0},
    ),
    "what was ordered says little": (
        "willing", {"evidence_discount": 0.6}, {"good": 0.4 * KEPT},
    ),
    "monitoring is read as distrust": (
        "willing", {"monitoring": 0.5, "monitoring_signal": 0.3}, {"good": KEPT, "bad": 0.15},
    ),
    "passive attendance": ("unwilling", {}, {"bad": PASSIVE}),
    "bad news weighs more": ("unwilling", {"negativity": 2.5}, {"bad": 2.5 * PASSIVE}),
    "compliance": ("unwilling", {"compliance": 1.0}, {"good": EVIDENCE[COMPLY]}),
    "one command": ("unwilling", {"command_across": 1.0}, {"good": EVIDENCE[COMPLY]}),
    "a mending coordinator": (
        "unwilling",
        {"coordinator_capacity": 1.0, "coordinator_skill": 0.8, "coordinator_inclusiveness": 0.5,
         "coordinator_mending": 0.5, "coordinator_challenge": 0.0, "coordinator_support": 0.0,
         "coordinator_coaching": 0.0},
        {"bad": PASSIVE, "bad_kept": 0.9 * (1.0 - 0.8 * 0.5 * 0.5)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_trust_under_steady_news_is_the_closed_form(lives, column, case):
    kind, parameters, terms = CASES[case]
    runs = lives(kind, replicates=20, months=48, record="months", **parameters)
    trust = column(runs, "mean_trust")
    assert np.allclose(trust, expected(**terms), rtol=0.0, atol=1e-12)


def test_trust_under_steady_breaches_keeps_two_clocks(lives, column):
    """Old failures fade by one clock, violations of integrity by their own."""
    runs = lives(
        "willing", replicates=20, months=48, record="months",
        breach_rate=1.0, integrity=0.0, negativity=1.5, integrity_kept=0.95,
    )  # fmt: skip
    assert (column(runs, "breach") == 1.0).all()
    failures = theory.evidence_after(MONTHS, start=1.0, news=0.0, kept=0.9)
    violations = theory.evidence_after(MONTHS, news=-EVIDENCE[BREACH] * 1.5, kept=0.95)
    trust = theory.trust_from_counts(failures, failures + violations, prior=0.5, prior_weight=4.0)
    assert np.allclose(column(runs, "mean_trust"), trust, rtol=0.0, atol=1e-12)


def test_trust_settles_where_theory_says(lives, column):
    runs = lives("willing", replicates=20, months=300, record="months", evidence_kept=0.8)
    end = theory.trust_in_the_long_run(
        good_news=KEPT, bad_news=0.0, kept=0.8, prior=0.5, prior_weight=4.0
    )
    assert np.allclose(column(runs, "mean_trust")[:, -1], end, rtol=0.0, atol=1e-12)


def test_colleagues_take_over_a_part_of_each_experience(lives, column):
    """Three people a side all meet: each hears of two more promises, at the rate of hearsay."""
    runs = lives("willing", replicates=20, months=48, record="months", people=3, hearsay=0.25)
    trust = column(runs, "mean_trust")
    assert np.allclose(trust, expected(good=KEPT * (1.0 + 2 * 0.25)), rtol=0.0, atol=1e-12)


def test_a_partisan_coordinator_costs_its_own_side_trust(lives, column):
    runs = lives(
        "willing", replicates=20, months=48, record="months", coordinator_capacity=1.0,
        coordinator_allegiance=0.6, allegiance_signal=0.5, coordinator_mending=0.0,
    )  # fmt: skip
    in_others = expected(good=KEPT)
    in_its_side = expected(good=KEPT, bad=0.6 * 0.5)
    assert np.allclose(column(runs, "weakest_trust"), in_its_side, rtol=0.0, atol=1e-12)
    assert np.allclose(column(runs, "mean_trust"), (in_others + in_its_side) / 2, atol=1e-12)


def test_institutional_trust_follows_that_of_the_people(lives, column):
    runs = lives("willing", replicates=20, months=48, record="months", institutional_rate=0.1)
    level, followed = 0.5, []
    for trust in expected(good=KEPT):
        level += 0.1 * (trust - level)
        followed.append(level)
    assert np.allclose(column(runs, "institutional_trust"), followed, rtol=0.0, atol=1e-12)


NOBODY_MEETS = {"attention_floor": 0.0, "pressure": 0.0, "history_depth": 0.0}


def test_where_nobody_meets_the_prior_drifts_to_institutional_trust(lives, column):
    runs = lives(
        "willing", replicates=20, months=48, record="months", history=0.8, disposition=0.3,
        prior_drift=0.1, **NOBODY_MEETS,
    )  # fmt: skip
    assert (column(runs, "meetings") == 0.0).all()
    drifted = theory.level_after(MONTHS, start=0.3, target=0.8, rate=0.1)
    assert np.allclose(column(runs, "mean_trust"), drifted, rtol=0.0, atol=1e-12)


def test_successors_start_from_the_handover(lives):
    """Both sides of a tie start again when either person leaves: after three months at a hazard
    of 1/2 a tie is as it was with chance (1/4)**3. 5,000 runs, 4.9 standard errors:
    false-alarm rate 1e-6."""
    runs = lives(
        "willing", replicates=5000, months=3, history=0.8, disposition=0.3, handover=0.5,
        tenure=2.0, **NOBODY_MEETS,
    ).runs  # fmt: skip
    as_it_was = np.isclose(runs.mean_trust, 0.3)
    introduced = np.isclose(runs.mean_trust, 0.3 + 0.5 * (0.8 - 0.3))
    assert (as_it_was | introduced).all()
    assert (as_it_was == (runs.departures == 0)).all()
    chance = 0.25**3
    error = math.sqrt(chance * (1.0 - chance) / 5000)
    assert abs(as_it_was.mean() - chance) < 4.9 * error


def test_evidence_from_chance_meetings_has_the_moments_of_theory(lives):
    """Evidence is read back from trust; 5,000 runs. Mean within 4.9 standard errors, variance
    within 4.9 of its own (from the fourth moment): false-alarm rate 2e-6."""
    runs = lives("willing", replicates=5000, months=40, meetings=0.5, history_depth=0.0).runs
    trust = runs.loc[runs.departures == 0, "mean_trust"].to_numpy()
    evidence = theory.good_evidence_behind(trust, prior=0.5, prior_weight=4.0)
    mean, variance = theory.moments_of_evidence(40, chance=0.5, news=KEPT, kept=0.9)
    count = len(evidence)
    deviations = (evidence - mean) ** 2
    assert count > 4000
    assert abs(evidence.mean() - mean) < 4.9 * math.sqrt(variance / count)
    assert abs(deviations.mean() - variance) < 4.9 * deviations.std() / math.sqrt(count)
