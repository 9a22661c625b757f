"""Statistics on tables made by hand, where the answer is known; and models that must fail."""

from functools import partial

import numpy as np
import pytest
from E00_scorecard.bench import Bench
from E00_scorecard.facts import facts
from E00_scorecard.measuring import STATISTICS, rows_of
from E00_scorecard.models import FATES, Model
from E00_scorecard.one_arm import ratio_of_rates, resampled, share_of
from E09_peers.nulls import runs_table

from trustsim.scenarios.files import scenario
from trustsim.scenarios.settings import SETTINGS

NEVER = 10**6
VOLUNTARY = scenario("voluntary")


def measure(fact, name):
    chosen = facts().chosen([fact])[0]
    return next(one for one in chosen.measures if one.name == name)


def planted(ended, matured=None):
    """A model in which partnerships end and mature in just these months."""
    matured = np.full(len(ended), NEVER) if matured is None else matured

    def made(*, replicates, seed, months):
        return runs_table(np.asarray(matured), np.asarray(ended), months=months)

    return Model("planted", "planted", "null model", "", frozenset((FATES,)), {}, made)


def verdicts(model, fact):
    size = len(model.maker(replicates=1, seed=1, months=120))
    bench = Bench(size, 1, parameters=dict(model.parameters), maker=model.maker)
    rows = rows_of(model, bench, facts().chosen([fact])[0], list(SETTINGS))
    return {row["measure"]: row["verdict"] for row in rows}


def ends(rate_by_year, size=4000):
    """Months of dissolution at a monthly chance that changes from year to year."""
    generator = np.random.default_rng(5)
    chances = np.repeat(rate_by_year, 12)
    draws = generator.random((size, len(chances))) < chances
    return np.where(draws.any(axis=1), draws.argmax(axis=1) + 1, NEVER)


def test_a_hazard_that_rises_peaks_and_falls_passes_and_one_that_only_rises_or_falls_fails():
    hump = ends([0.002, 0.006, 0.02, 0.012, 0.01, 0.008, 0.006, 0.004, 0.004, 0.004])
    assert set(verdicts(planted(hump), "SF01").values()) == {"passes"}
    rising = verdicts(planted(ends(np.linspace(0.002, 0.02, 10))), "SF01")
    assert rising["peak within"] == "fails"
    falling = verdicts(planted(ends(np.linspace(0.02, 0.002, 10))), "SF01")
    assert falling["peak within"] == "fails"
    assert falling["low at first"] != "passes"


def test_where_nobody_ever_ends_a_hazard_has_no_shape():
    still = planted(np.full(50, NEVER))
    assert set(verdicts(still, "SF01").values()) == {"cannot say"}


@pytest.mark.parametrize("month", [3, NEVER])
def test_a_model_in_which_all_end_at_once_or_never_fails_the_calibration(month):
    assert set(verdicts(planted(np.full(500, month)), "SF03").values()) == {"fails"}


def test_a_model_in_which_all_mature_in_one_month_fails_the_spread():
    model = planted(np.full(300, NEVER), np.full(300, 48))
    found = verdicts(model, "SF04")
    assert found == {"median": "passes", "first decile": "passes", "spread": "fails"}


def test_a_model_without_partners_does_not_speak_to_facts_about_them():
    model = planted(np.full(50, NEVER))
    for fact in ("SF08", "SF11", "SF13", "SF23"):
        assert set(verdicts(model, fact).values()) == {"does not speak"}


def test_the_ratio_of_two_rates_is_exact():
    """Against the closed form of a binomial share of 1/2 with 1 and 1 events."""
    low, high = ratio_of_rates([1, 1], [100, 200])
    share = 1 - np.sqrt(0.975)
    assert low == pytest.approx(2 * share / (1 - share))
    assert high == pytest.approx(2 * (1 - share) / share)
    assert ratio_of_rates([0, 10], [100, 100]).low == 0.0
    assert ratio_of_rates([10, 0], [100, 100]).high == np.inf


def test_a_model_of_one_kind_of_trust_fails_where_dishonesty_is_worse():
    """Violations of integrity that are excused, fade and mend like failures are no worse."""
    same = {"integrity_excuse": 1.0, "integrity_kept": 0.96, "mending_integrity": 1.0,
            "depth_repair": 0.0}  # fmt: skip
    ask = measure("SF08", "repair")
    ours = STATISTICS[ask.statistic](Bench(60, 3), scenario("dyad"), ask)
    assert ours.low > 0
    flat = STATISTICS[ask.statistic](Bench(60, 3, parameters=same), scenario("dyad"), ask)
    assert flat.low <= 0


def test_a_charter_that_does_nothing_fails_where_charters_go_with_trust():
    ask = measure("SF10", "charter, trust")
    bench = Bench(20, 3, parameters={"charter_effect": 0.0})
    found = STATISTICS[ask.statistic](bench, VOLUNTARY, ask)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_statistics_know_every_arm_of_the_file_at_toy_size():
    """Each statistic gives three numbers in order, or none, for a handful of partnerships."""
    bench = Bench(12, 1)
    for fact in facts().facts:
        for ask in fact.measures:
            for setting in ask.settings:
                found = STATISTICS[ask.statistic](bench, scenario(setting), ask)
                if not np.isnan([found.low, found.high]).any():
                    assert found.low <= found.high, ask.name


def test_a_bench_sets_what_makes_its_model_after_all_else():
    bench = Bench(2, 1, parameters={"command": 0.0})
    assert bench.dressed(VOLUNTARY.with_(command=0.9)).values()["command"] == 0.0
    larger = bench.enlarged(4)
    assert larger.replicates == 8
    assert larger.dressed(VOLUNTARY).values()["command"] == 0.0
    assert bench.enlarged(4) is larger


def test_arms_of_a_bench_share_their_luck():
    bench = Bench(6, 2)
    share = partial(bench.fates, VOLUNTARY)
    assert share() is share()
    assert bench.runs(VOLUNTARY).seed == 2


def test_from_one_partnership_or_none_nothing_is_estimated():
    assert np.isnan(resampled(np.mean, np.array([3]), seed=1)).all()
    assert np.isnan(share_of(np.array([], dtype=bool))).all()
