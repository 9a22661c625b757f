import numpy as np
import pytest

from trustsim.analysis import TableError, hazard_ratios


def in_months(times, horizon):
    months = np.ceil(times).astype(np.int64)
    return np.where((months >= 1) & (months <= horizon), months, 0)


@pytest.fixture
def twins(runs_of):
    """Two arms of exponential lives, most pairs on the same luck; ratio of hazards e**0.4."""

    def build(generator, size, *, same=0.7, horizon=60, rival=0.01):
        luck = generator.exponential(size=size)
        other_luck = np.where(generator.random(size) < same, luck, generator.exponential(size=size))
        arms = []
        for each, rate in ((luck, 0.02), (other_luck, 0.02 * np.exp(0.4))):
            rivals = generator.exponential(1 / rival, size=size)
            times = each / rate
            matured = np.where(times < rivals, in_months(times, horizon), 0)
            dissolved = np.where(times < rivals, 0, in_months(rivals, horizon))
            arms.append(runs_of(matured, dissolved, horizon))
        return arms

    return build


def by_view(table):
    return table.set_index("view")


def test_without_a_rival_the_views_are_one(twins):
    arms = twins(np.random.default_rng(1), 100)
    table = by_view(hazard_ratios(*arms, event="dissolved"))
    assert table.loc["cause-specific", "ratio"] == table.loc["subdistribution", "ratio"]


def test_arms_that_are_the_same_have_a_ratio_of_one_for_sure(twins):
    baseline, _ = twins(np.random.default_rng(2), 100)
    table = hazard_ratios(baseline, baseline, event="matured")
    assert table["ratio"].to_numpy() == pytest.approx(1)
    assert table["standard_error"].to_numpy() == pytest.approx(0, abs=1e-9)
    apart = hazard_ratios(baseline, baseline, event="matured", paired=False)
    assert (apart["standard_error"] > 0.1).all()


def test_swapping_the_arms_inverts_the_ratio(twins):
    baseline, other = twins(np.random.default_rng(3), 150)
    there = hazard_ratios(baseline, other, event="matured")
    back = hazard_ratios(other, baseline, event="matured")
    assert back["log_ratio"].to_numpy() == pytest.approx(-there["log_ratio"].to_numpy())
    assert back["standard_error"].to_numpy() == pytest.approx(there["standard_error"].to_numpy())


def test_rows_in_any_order_are_the_same_pairs(twins):
    baseline, other = twins(np.random.default_rng(4), 80)
    shuffled = other.sample(frac=1, random_state=1)
    one = hazard_ratios(baseline, other, event="matured")
    two = hazard_ratios(baseline, shuffled, event="matured")
    assert one["standard_error"].tolist() == two["standard_error"].tolist()


def test_more_deaths_alone_lower_the_subdistribution_ratio(twins):
    """Maturing is as fast in both arms; 1,000 pairs; 5 standard errors."""
    baseline, other = (
        twins(np.random.default_rng(seed), 1000, rival=rival)[0]
        for seed, rival in ((5, 0.005), (6, 0.04))
    )
    table = by_view(hazard_ratios(baseline, other, event="matured", paired=False))
    specific, sub = table.loc["cause-specific"], table.loc["subdistribution"]
    assert abs(specific["log_ratio"]) < 5 * specific["standard_error"]
    assert sub["log_ratio"] < -5 * sub["standard_error"]


def test_an_arm_without_events_has_no_bounds(runs_of):
    some, none = runs_of([10, 0], [0, 0], 60), runs_of([0, 0], [0, 0], 60)
    table = hazard_ratios(some, none, event="matured")
    assert table[["ratio", "low", "high"]].to_numpy().tolist() == [[0, 0, np.inf]] * 2
    table = hazard_ratios(none, some, event="matured")
    assert table[["ratio", "low", "high"]].to_numpy().tolist() == [[np.inf, 0, np.inf]] * 2
    table = hazard_ratios(none, none, event="matured")
    assert table["ratio"].isna().all()
    assert table[["baseline_events", "other_events"]].to_numpy().tolist() == [[0, 0]] * 2


def test_twins_must_match(twins):
    baseline, other = twins(np.random.default_rng(7), 10)
    with pytest.raises(TableError, match="replicate = 9"):
        hazard_ratios(baseline, other.iloc[:9], event="matured")
    assert len(hazard_ratios(baseline, other.iloc[:9], event="matured", paired=False)) == 2


def test_the_error_of_twins_is_that_of_leaving_each_pair_out(twins):
    """The jackknife is another estimate of the same thing; they agree to a few per cent."""
    baseline, other = twins(np.random.default_rng(8), 60)
    table = hazard_ratios(baseline, other, event="matured")
    left_out = np.array(
        [
            hazard_ratios(baseline.drop(index=n), other.drop(index=n), event="matured")["log_ratio"]
            for n in range(60)
        ]
    )
    jackknife = np.sqrt(left_out.var(axis=0) * 59)
    assert table["standard_error"].to_numpy() == pytest.approx(jackknife, rel=0.1)


def test_cause_specific_intervals_cover_and_twins_narrow_them(twins):
    """400 pairs of arms; .95 - 4 * .0109, .01 for the sandwich. False-alarm rate 1e-4."""
    generator = np.random.default_rng(9)
    hits, errors, apart = 0, [], []
    for _ in range(400):
        arms = twins(generator, 150)
        row = by_view(hazard_ratios(*arms, event="matured")).loc["cause-specific"]
        hits += np.log(row["low"]) <= 0.4 <= np.log(row["high"])
        errors.append(row["standard_error"])
        alone = by_view(hazard_ratios(*arms, event="matured", paired=False))
        apart.append(alone.loc["cause-specific", "standard_error"])
    assert hits / 400 > 0.896
    assert np.mean(errors) < 0.9 * np.mean(apart)


def test_subdistribution_intervals_cover(runs_of):
    """The design of Fine & Gray 1999: F = 1 - (1 - p(1 - e**-t))**exp(b x); bound as above."""
    generator = np.random.default_rng(10)
    most, log_ratio, size = 0.6, 0.5, 150

    def arm(factor):
        luck = generator.random(size)
        happens = luck < 1 - (1 - most) ** factor
        share = np.where(happens, (1 - (1 - luck) ** (1 / factor)) / most, 0.5)
        times = np.where(happens, -np.log(1 - share), generator.exponential(size=size))
        months = in_months(12 * times, 120)
        return runs_of(np.where(happens, months, 0), np.where(happens, 0, months), 120)

    hits = 0
    for _ in range(400):
        table = hazard_ratios(arm(1.0), arm(np.exp(log_ratio)), event="matured", paired=False)
        row = by_view(table).loc["subdistribution"]
        hits += np.log(row["low"]) <= log_ratio <= np.log(row["high"])
    assert hits / 400 > 0.896
