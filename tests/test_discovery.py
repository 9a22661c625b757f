"""Scenario discovery finds what was planted, finds nothing in noise, and says how sure it is."""

import sys

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim.analysis.tables import TableError
from trustsim.discovery import (
    FACTORS,
    Factor,
    conditions,
    confirm_region,
    latin_hypercube,
    narrowed,
    regime_sample,
    what_would_have_to_be_true,
)
from trustsim.errors import MissingExtraError, ParameterError
from trustsim.scenarios.interventions import mandate, restructure

BY_NAME = {factor.name: factor for factor in FACTORS}
NEAR_DEFAULT = (
    Factor("dose", 0.9, 1, "dose", ""),
    Factor("history", 0.45, 0.55, "initial trust", ""),
)


@pytest.fixture(scope="module")
def sample():
    shots = ["mandate", restructure(months=18), "away_day"]
    return regime_sample("voluntary", shots, points=4, replicates=20, seed=5, month=48)


def planted(points, rule, *, noise=0.0, seed=0):
    """A sample whose bullet helps just where the rule says, but for some noise."""
    dice = np.random.default_rng(seed)
    drawn = latin_hypercube(points, seed)
    truth = rule(drawn) ^ (dice.random(points) < noise)
    return drawn.assign(
        point=range(points),
        bullet="mandate",
        outcome="matured",
        verdict=np.where(truth, "helps", "nobody knows"),
    )


def test_a_hypercube_puts_one_point_in_every_slice():
    drawn = latin_hypercube(48, seed=2)
    for factor in FACTORS:
        values = drawn[factor.name]
        assert values.between(factor.low, factor.high).all()
        if not factor.whole:
            slices = np.floor((values - factor.low) / (factor.high - factor.low) * 48)
            assert sorted(slices) == list(range(48))


def test_every_row_is_the_paired_effect_of_that_point(sample):
    row = sample[(sample["point"] == 2) & (sample["bullet"] == "restructure")].iloc[0]
    own = {f.name: row[f.name] for f in FACTORS}
    base = ts.scenario("voluntary").with_(
        **{
            name: int(own[name]) if name == "organisations" else own[name]
            for name in own
            if name not in ("dose", "start", "months", "coordination")
        }
    )
    if own["coordination"]:
        first = own["start"] if own["coordination"] == 1 else 0
        base = base + ts.interventions.coordinator(start=first)
    shot = restructure(dose=own["dose"], start=own["start"], months=18)
    shares = [
        ts.simulate(arm, replicates=20, seed=5, months=48, first=40).runs["matured"].mean()
        for arm in (base, base + shot)
    ]
    assert row["outcome"] == "matured"
    assert [row["baseline"], row["other"]] == shares
    assert row["difference"] == pytest.approx(shares[1] - shares[0])


def test_all_bullets_of_a_point_meet_the_same_baseline(sample):
    assert len(sample) == 4 * 3 * 3
    assert (sample.groupby(["point", "outcome"])["baseline"].nunique() == 1).all()


def test_factors_that_a_bullet_has_not_are_missing(sample):
    missing = sample.groupby("bullet")["months"].apply(lambda months: months.isna().all())
    assert missing.to_dict() == {"away_day": True, "mandate": False, "restructure": True}


def test_a_planted_region_is_found_and_said():
    """False alarms: 1 in 20 verdicts is flipped; that a region's density falls under 1/2 needs
    half of at least 20 held-out points flipped, below 1 in a million.
    """
    table = planted(
        400, lambda drawn: (drawn["history"] > 0.55) & (drawn["pressure"] <= 0.65), noise=0.05
    )
    found = what_would_have_to_be_true(table, "mandate", shuffles=19)
    best = found.leaves.iloc[0]
    assert bool(best["region"])
    assert set(best["bounds"]) >= {"history", "pressure"}
    assert best["bounds"]["history"][0] == pytest.approx(0.55, abs=0.05)
    assert best["bounds"]["pressure"][1] == pytest.approx(0.65, abs=0.05)
    assert found.shuffled == 1 / 20
    assert found.skill > 0.4
    sentence = found.sentences()[0]
    assert "initial trust above 0.5" in sentence
    assert "pressure at most 0.6" in sentence


def test_leaves_are_measured_on_all_held_out_points_and_on_no_others():
    table = planted(200, lambda drawn: drawn["history"] > 0.6, noise=0.1)
    found = what_would_have_to_be_true(table, "mandate", shuffles=1)
    leaves = found.leaves
    assert (found.grown_on, found.measured_on) == (100, 100)
    assert (leaves["grown_points"].sum(), leaves["points"].sum()) == (100, 100)
    assert leaves["holding"].sum() / 100 == pytest.approx(found.base_rate)
    assert leaves["coverage"].sum() == pytest.approx(1)


def test_nothing_is_found_in_noise():
    """False alarms: a Wilson bound above 1/2 at a base rate of 1/5 needs 7 of 8 held-out points
    in one of at most 8 leaves: below 1 in 1,000.
    """
    dice = np.random.default_rng(8)
    table = planted(400, lambda drawn: dice.random(len(drawn)) < 0.2)
    found = what_would_have_to_be_true(table, "mandate", shuffles=19)
    assert found.regions.empty
    assert found.skill < 0.1
    assert "no conditions found" in found.sentences()[0]


def test_a_verdict_that_never_occurs_has_no_region():
    found = what_would_have_to_be_true(
        planted(60, lambda drawn: drawn["dose"] > 2), "mandate", shuffles=3
    )
    assert found.base_rate == 0
    assert found.regions.empty
    assert found.shuffled == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bullet": "deadline"}, "must be one of mandate"),
        ({"outcome": "value"}, "must be one of matured"),
        ({"verdict": "works"}, "must be one of helps"),
        ({"depth": 4}, r"must be a whole number in \[1, 3\]"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(changed, said):
    asked = {"bullet": "mandate", **changed}
    with pytest.raises(TableError, match=said) as caught:
        what_would_have_to_be_true(planted(40, lambda drawn: drawn["dose"] > 0.5), **asked)
    assert "\n" not in str(caught.value)


def test_too_few_points_are_refused():
    with pytest.raises(TableError, match="at least 16"):
        what_would_have_to_be_true(planted(10, lambda drawn: drawn["dose"] > 0.5), "mandate")
    with pytest.raises(ParameterError, match="points = 0: must be a whole number"):
        regime_sample("voluntary", ["mandate"], points=0)


def test_without_scikit_learn_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    with pytest.raises(MissingExtraError, match=r'pip install "trustsim\[discovery\]"') as caught:
        what_would_have_to_be_true(planted(40, lambda drawn: drawn["dose"] > 0.5), "mandate")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"coordination": (-np.inf, 0)}, "no coordinator"),
        ({"coordination": (0, 1)}, "a coordinator who comes with the bullet"),
        ({"coordination": (1, np.inf)}, "a coordinator from the start"),
        ({"start": (11, 24)}, "start at least 12 and at most 24"),
        ({"dose": (0.4, np.inf)}, "dose above 0.4"),
        ({}, "anything goes"),
    ],
)
def test_bounds_are_said_in_words(bounds, words):
    assert conditions(bounds, BY_NAME) == words


def test_points_of_a_narrowed_hypercube_lie_within_the_bounds():
    bounds = {"history": (0.6, np.inf), "organisations": (5, 8), "coordination": (-np.inf, 0)}
    drawn = latin_hypercube(50, 1, narrowed(FACTORS, bounds))
    assert (drawn["history"] >= 0.6).all()
    assert set(drawn["organisations"]) == {6, 7, 8}
    assert set(drawn["coordination"]) == {0}


def test_a_region_of_known_harm_is_confirmed_and_one_of_nothing_is_not():
    """A lasting mandate takes some 30 points of maturity at the defaults, give or take 8 a point.

    False alarms: the mean of 8 points reaches 0 in fewer than 1 in 10,000.
    """
    told = {"points": 8, "replicates": 40, "seed": 9, "verdict": "backfires"}
    harm = confirm_region("voluntary", mandate(), {}, factors=NEAR_DEFAULT, **told)
    assert harm.confirmed
    assert harm.interval.high < 0
    assert harm.share > 0
    nothing = (Factor("dose", 0, 0, "dose", ""),)
    none = confirm_region("voluntary", mandate(), {}, factors=nothing, **told)
    assert (none.effect, none.confirmed) == (0, False)


def test_the_same_seed_gives_the_same_sample(sample):
    again = regime_sample("voluntary", ["mandate"], points=4, replicates=20, seed=5, month=48)
    first = sample[sample["bullet"] == "mandate"].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, again)
