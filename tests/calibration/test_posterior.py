"""The shipped posterior is what its record says, and says what it can about each parameter."""

import gc

import numpy as np
import pandas as pd
import pytest

from trustsim.calibration import (
    FACTORS,
    TARGETS,
    accepted,
    informed,
    posterior,
    posterior_scenarios,
    predictive,
    provenance,
    sampled,
)
from trustsim.calibration.sampling import (
    OBSERVED,
    REPLICATES,
    SEED,
    Prior,
    agrees,
    misfit,
    outcomes_at,
)
from trustsim.errors import ParameterError, StudyError
from trustsim.scenarios.files import scenario


def test_the_shipped_draws_agree_with_all_facts_and_lie_in_the_prior():
    table = posterior()
    assert len(table) >= 200
    assert agrees(table).all()
    for name, (low, high) in FACTORS.items():
        assert table[name].between(low, high).all(), name
    assert not table[list(FACTORS)].duplicated().any()


def test_a_shipped_draw_still_gives_the_outcomes_it_was_shipped_with():
    """Fails when a rule changes and the calibration is not repeated: same seed, same bits."""
    table = posterior()
    for number in (0, len(table) - 1):
        row = table.iloc[number].to_dict()
        found = outcomes_at(row, workers=1)
        for target in TARGETS:
            assert found[target.name] == pytest.approx(row[target.name], rel=1e-5), target.name


def test_the_record_fits_the_draws_and_the_present_prior_and_bands():
    record, table = provenance(), posterior()
    assert record["draws"] == record["effective_sample_size"] == len(table)
    assert record["accepted_share"] == pytest.approx(len(table) / record["simulations"])
    assert record["tolerance"] == {t.name: [t.low, t.high] for t in TARGETS}
    assert record["prior"] == {name: list(bounds) for name, bounds in FACTORS.items()}
    assert record["partnerships_a_simulation"] == REPLICATES
    assert record["library"].startswith("pyabc ")


def test_the_shipped_draws_are_those_of_the_recorded_seed():
    """The first draw is the first point of the prior that agrees; its points are cheap to list."""
    record, table = provenance(), posterior()
    prior = Prior(record["seed"])
    points = [prior.draw() for _ in range(record["simulations"])]
    lucks = [int(point[SEED]) for point in points]
    places = [lucks.index(luck) for luck in table[SEED]]
    assert places == sorted(places)
    assert places[-1] == record["simulations"] - 1
    for place, row in zip(places, table.to_dict("records"), strict=True):
        assert {name: points[place][name] for name in FACTORS} == {n: row[n] for n in FACTORS}


def test_scenarios_at_draws_keep_what_the_scenario_sets_itself():
    base = scenario("stp")
    first = posterior().iloc[0]
    chosen = posterior_scenarios(base, draws=2)
    assert len(chosen) == 2
    values = chosen[0].values()
    for name in FACTORS:
        expected = base.overrides[name] if name in base.overrides else first[name]
        assert values[name] == expected, name
    assert values["tenure"] == base.values()["tenure"] != first["tenure"]
    assert chosen[0].interventions == base.interventions


@pytest.mark.parametrize("draws", [0, 10_000])
def test_draws_that_are_not_there_are_refused(draws):
    with pytest.raises(ParameterError, match="the draws that are shipped"):
        posterior_scenarios(scenario("voluntary"), draws=draws)


def uniform_draws(size, seed):
    generator = np.random.default_rng(seed)
    return pd.DataFrame({name: generator.uniform(*ends, size) for name, ends in FACTORS.items()})


def test_a_posterior_that_is_the_prior_is_told_to_be_uninformed():
    """21 tests at p < .001 / 21 and intervals of 95 %, 17 of which at least should hold 1:
    fewer than one seed in a thousand has more than 4 of 21 outside."""
    found = informed(uniform_draws(400, seed=6))
    assert (found["p"] > 0.001 / 21).all()
    assert ((found["sd_ratio_low"] < 1) & (found["sd_ratio_high"] > 1)).sum() >= 17
    assert found["sd_ratio"].is_monotonic_increasing


def test_a_parameter_that_the_facts_inform_is_told_and_stands_first():
    draws = uniform_draws(400, seed=7)
    low = FACTORS["pace"][0]
    draws["pace"] = low + (draws["pace"] - low) / 2
    row = informed(draws).iloc[0]
    assert row["parameter"] == "pace"
    assert row["sd_ratio_low"] < 0.5 < row["sd_ratio_high"]
    assert row["shift"] == pytest.approx(-0.25 * 12**0.5, abs=0.1)
    assert row["p"] < 1e-9
    assert low <= row["low"] < row["quarter_low"] < row["median"] < row["quarter_high"]


def test_outcomes_over_the_posterior_lie_in_their_bands():
    found = predictive(posterior())
    assert found["target"].tolist() == [target.name for target in TARGETS]
    assert (found["low"] >= found["band_low"]).all()
    assert (found["high"] <= found["band_high"]).all()
    assert (found["low"] < found["median"]).all()


def test_pyabc_accepts_the_very_points_that_agree(made_up_bank):
    """An independent rule, one line of numpy, finds the same draws in the same bank."""
    pytest.importorskip("pyabc")
    rows = made_up_bank.to_dict("records")
    outcomes = {row[SEED]: {name: row[name] for name in OBSERVED} for row in rows}
    found, taken = accepted(iter(rows), lambda point: outcomes[point[SEED]], 60)
    expected = made_up_bank[agrees(made_up_bank)].head(60)
    pd.testing.assert_frame_equal(found, expected.reset_index(drop=True))
    assert taken == expected.index[-1] + 1
    gc.collect()  # Python 3.13 warns here of a connection that was not closed


def test_the_same_seed_draws_the_same_bits_and_another_does_not():
    pytest.importorskip("pyabc")
    options = {"most": 400, "replicates": 60}
    first, taken = sampled(3, seed=3, workers=1, **options)
    again, also = sampled(3, seed=3, workers=2, **options)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert taken == also
    assert agrees(first).all()
    other, _ = sampled(3, seed=4, **options)
    assert not other.equals(first)


def test_a_search_that_finds_too_few_is_given_up(made_up_bank):
    pytest.importorskip("pyabc")
    rows = made_up_bank.to_dict("records")
    outcomes = {row[SEED]: {name: row[name] for name in OBSERVED} for row in rows}
    with pytest.raises(StudyError, match="among 20 tried"):
        accepted(iter(rows), lambda point: outcomes[point[SEED]], 15, most=20)


def test_misfit_counts_half_widths_of_the_worst_outcome():
    middle = pd.DataFrame([OBSERVED])
    edge = middle.assign(**{TARGETS[1].name: TARGETS[1].high})
    beyond = middle.assign(**{TARGETS[3].name: TARGETS[3].high + 12.0})
    never = middle.assign(**{TARGETS[3].name: np.inf})
    table = pd.concat([middle, edge, beyond, never])
    assert misfit(table) == pytest.approx([0, 1, 2, np.inf])
    assert agrees(table).tolist() == [True, True, False, False]
