"""Ratios of hazards against sums over cases, one at a time (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from trustsim.analysis import TableError, hazard_ratios
from trustsim.analysis.events import CENSORED, HAPPENED, PREVENTED, FirstEvents, first_events
from trustsim.analysis.ratios import log_hazard_ratio

Z = 1.959963984540054
COLUMNS = [
    *("event", "view", "ratio", "low", "high", "log_ratio", "standard_error"),
    *("baseline_events", "other_events", "n"),
]


class Efron:
    """Partial likelihood of one covariate, 0 or 1, written out case by case."""

    def __init__(self, months, happened, second):
        self.months, self.happened = np.asarray(months), np.asarray(happened)
        self.second = np.asarray(second, dtype=float)

    def steps(self, log_ratio):
        """For each event in turn: its month, the mean of the covariate, and the whole weight.

        Of those with an event in the same month, a part is thought to have gone already.
        """
        weights = np.exp(log_ratio * self.second)
        for month in np.unique(self.months[self.happened]):
            tied = self.happened & (self.months == month)
            at_risk = self.months >= month
            for gone in np.arange(tied.sum()) / tied.sum():
                there = weights * (at_risk - gone * tied)
                yield month, gone, (there * self.second).sum() / there.sum(), there.sum()

    def score(self, log_ratio):
        means = [mean for _, _, mean, _ in self.steps(log_ratio)]
        return self.second[self.happened].sum() - sum(means)

    def fit(self, clusters):
        log_ratio = brentq(self.score, -20, 20, xtol=1e-13)
        steps = list(self.steps(log_ratio))
        information = sum(mean * (1 - mean) for _, _, mean, _ in steps)
        pulls = {}
        for case, (month, happened, arm) in enumerate(
            zip(self.months, self.happened, self.second, strict=True)
        ):
            pull = 0.0
            if happened:
                pull += arm - np.mean([mean for when, _, mean, _ in steps if when == month])
            for when, gone, mean, whole in steps:
                left = 1 - gone if happened and when == month else float(when <= month)
                pull -= left * math.exp(log_ratio * arm) * (arm - mean) / whole
            pulls[clusters[case]] = pulls.get(clusters[case], 0.0) + pull
        return log_ratio, math.sqrt(sum(pull**2 for pull in pulls.values())) / information


def fitted(arms, event, view, *, paired, cause=None, last=None):
    """The same from runs tables; last: the month that ends the watching."""
    first = [first_events(arm, event, cause=cause) for arm in arms]
    months, kinds = (np.concatenate([arm[part] for arm in first]) for part in (0, 1))
    kinds = np.where(months > last, CENSORED, kinds)
    months = np.minimum(months, last)
    if view == "subdistribution":
        months = np.where(kinds == PREVENTED, last, months)
    sizes = [len(arm) for arm in arms]
    clusters = [*range(sizes[0]), *range(sizes[1])] if paired else list(range(sum(sizes)))
    second = np.repeat([0, 1], sizes)
    return Efron(months, kinds == HAPPENED, second).fit(clusters)


@pytest.fixture
def short_arms(drawn_runs):
    """Twelve months, so that most events are ties; rivals in both arms."""
    generator = np.random.default_rng(41)
    return [
        drawn_runs(generator, 40, mature=rate, dissolve=0.05, horizon=12) for rate in (0.06, 0.1)
    ]


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("event", ["matured", "dissolved"])
def test_both_views_are_those_of_sums_over_cases(short_arms, event, paired):
    table = hazard_ratios(*short_arms, event=event, paired=paired)
    assert table.columns.tolist() == COLUMNS
    assert table["event"].tolist() == [event] * 2
    assert table["view"].tolist() == ["cause-specific", "subdistribution"]
    for row in table.itertuples():
        log_ratio, error = fitted(short_arms, event, row.view, paired=paired, last=12)
        assert row.log_ratio == pytest.approx(log_ratio, abs=1e-10)
        assert row.standard_error == pytest.approx(error, rel=1e-9)
        assert row.ratio == pytest.approx(math.exp(log_ratio))
        assert row.low == pytest.approx(math.exp(log_ratio - Z * error))
        assert row.high == pytest.approx(math.exp(log_ratio + Z * error))
        counts = [int(arm[f"month_{event}"].notna().sum()) for arm in short_arms]
        assert [row.baseline_events, row.other_events] == counts
        assert row.n == 40


def test_arms_of_two_sizes_tell_the_first_from_the_second(short_arms):
    baseline, other = short_arms[0].iloc[:25], short_arms[1]
    table = hazard_ratios(baseline, other, event="matured", paired=False)
    for row in table.itertuples():
        expected = fitted((baseline, other), "matured", row.view, paired=False, last=12)
        assert (row.log_ratio, row.standard_error) == pytest.approx(expected)
        assert row.n == 25


def test_months_after_until_are_left_out(short_arms):
    table = hazard_ratios(*short_arms, event="matured", until=7)
    for row in table.itertuples():
        expected = fitted(short_arms, "matured", row.view, paired=True, last=7)
        assert (row.log_ratio, row.standard_error) == pytest.approx(expected)
    early = [int((arm["month_matured"] <= 7).sum()) for arm in short_arms]
    assert table[["baseline_events", "other_events"]].to_numpy().tolist() == [early] * 2


def test_a_cause_competes_with_the_other_causes(short_arms):
    causes = [
        arm.assign(cause=np.where(arm["month_dissolved"].notna(), names, None))
        for arm, names in zip(
            short_arms, (["vote", "breach"] * 20, ["vote", "vote", "breach", "vote"] * 10),
            strict=True,
        )
    ]  # fmt: skip
    table = hazard_ratios(*causes, event="dissolved", cause="vote")
    assert table["event"].tolist() == ["dissolved: vote"] * 2
    for row in table.itertuples():
        expected = fitted(causes, "dissolved", row.view, paired=True, cause="vote", last=12)
        assert (row.log_ratio, row.standard_error) == pytest.approx(expected)


def test_one_event_in_each_arm_by_hand():
    """Months 1 (baseline) and 2 (other), of two and two: 1 = 2 r / (2 + 2 r) + 2 r / (1 + 2 r)."""
    first = FirstEvents(np.array([1, 3, 2, 3]), np.array([1, 0, 1, 0]), 3)
    found = log_hazard_ratio(first, 2, np.array([0, 1, 2, 3]))
    ratio = math.exp(found.log_ratio)
    assert 2 * ratio / (2 + 2 * ratio) + 2 * ratio / (1 + 2 * ratio) == pytest.approx(1)
    assert ratio == pytest.approx(math.sqrt(0.5))


def test_events_in_the_same_month_by_hand():
    """One of each arm, of one and two: 1 = 2 r / (1 + 2 r) + 1.5 r / (.5 + 1.5 r)."""
    first = FirstEvents(np.array([4, 4, 5]), np.array([1, 1, 0]), 5)
    ratio = math.exp(log_hazard_ratio(first, 1, np.arange(3)).log_ratio)
    assert 2 * ratio / (1 + 2 * ratio) + 1.5 * ratio / (0.5 + 1.5 * ratio) == pytest.approx(1)


def test_without_any_event_nothing_is_known():
    first = FirstEvents(np.array([5, 5]), np.array([0, 2]), 5)
    assert np.isnan(log_hazard_ratio(first, 1, np.arange(2))).all()


@pytest.mark.parametrize(("cause", "expected"), [([1, 0], -math.inf), ([0, 1], math.inf)])
def test_events_in_one_arm_alone_give_an_endless_ratio_without_error(cause, expected):
    first = FirstEvents(np.array([5, 5]), np.array(cause), 5)
    found = log_hazard_ratio(first, 1, np.arange(2))
    assert found.log_ratio == expected
    assert math.isnan(found.standard_error)


def test_the_arm_with_a_fault_is_named(runs_of):
    runs = runs_of([5, 0], [0, 9], 12)
    bare = runs.drop(columns="replicate")
    for arms, name in (((bare, runs), "baseline"), ((runs, bare), "other")):
        with pytest.raises(TableError, match=f"^hazard_ratios, {name}, column = replicate:"):
            hazard_ratios(*arms, event="matured")
    # Strangers need no number.
    assert len(hazard_ratios(bare, bare, event="matured", paired=False)) == 2
    for arms, name in (((runs.iloc[:0], runs), "baseline"), ((runs, runs.iloc[:0]), "other")):
        with pytest.raises(TableError, match=f"^hazard_ratios, {name}, rows = 0:"):
            hazard_ratios(*arms, event="matured", paired=False)


def test_twins_and_months_are_asked_for_in_the_name_of_the_function(runs_of):
    runs = runs_of([5, 0, 0], [0, 9, 0], 12)
    with pytest.raises(TableError, match=r"^hazard_ratios, replicate = 0:"):
        hazard_ratios(runs.assign(replicate=0), runs, event="matured")
    with pytest.raises(TableError, match=r"^hazard_ratios, until = 13:"):
        hazard_ratios(runs, runs, event="matured", until=13)
    longer = pd.concat([runs, runs_of([0], [0], 24).assign(replicate=3)])
    with pytest.raises(TableError, match=r"^hazard_ratios, months watched = "):
        hazard_ratios(longer, longer, event="matured")


def test_twins_are_pairs_unless_said_otherwise(short_arms):
    default = hazard_ratios(*short_arms, event="matured")
    pd.testing.assert_frame_equal(default, hazard_ratios(*short_arms, event="matured", paired=True))
    apart = hazard_ratios(*short_arms, event="matured", paired=False)
    assert (default["standard_error"] != apart["standard_error"]).all()


def test_a_large_arm_against_one_without_events_is_endless_too():
    """The chance that an event falls on the larger arm rounds to 1 before the ratio is endless."""
    first = FirstEvents(np.full(2001, 5), np.array([*[0] * 2000, 1]), 5)
    assert log_hazard_ratio(first, 1, np.arange(2001)).log_ratio == math.inf


@pytest.mark.parametrize("cause", [[1, 0], [0, 1]])
def test_events_with_nobody_of_the_other_arm_there_say_nothing(cause):
    months = np.where(np.array(cause) == 1, 5, 2)
    first = FirstEvents(months, np.array(cause), 5)
    assert np.isnan(log_hazard_ratio(first, 1, np.arange(2))).all()
