import null_models
import numpy as np
import pytest
from E00_propositions.shapes import hazard_shape, shape_fits

from trustsim.analysis import TableError

MONTHS = np.arange(1.0, 121)


@pytest.fixture
def lived(runs_of):
    """Runs that dissolve at a monthly hazard, watched for as long as it is given."""

    def build(generator, hazards, size=300):
        ends = generator.random((size, len(hazards))) < hazards
        dissolved = np.where(ends.any(axis=1), ends.argmax(axis=1) + 1, 0)
        return runs_of(np.zeros(size, dtype=int), dissolved, len(hazards))

    return build


def test_a_rise_or_a_fall_is_no_peak():
    exposure = np.full(4, 100)
    for events in ([1, 2, 3, 4], [4, 3, 2, 1], [2, 2, 2, 2]):
        fits = shape_fits(np.array(events), exposure)
        assert fits.peaked == pytest.approx(max(fits.rising, fits.falling))


def test_the_peak_is_found_in_its_months_with_its_height(runs_of):
    # 100 at risk: 1 ends in month 5, then 10 of 99 in 15, 1 of 89 in 25; 88 are left at 40.
    runs = runs_of([0] * 100, [5] + [15] * 10 + [25] + [0] * 88, 40)
    row = hazard_shape(runs, event="dissolved", width=10, draws=19).iloc[0]
    assert (row["peak_from"], row["peak_to"]) == (11, 20)
    assert row["peak"] == pytest.approx(12 * 10 / (5 * 99 + 5 * 89))
    assert (row["stretches"], row["events"], row["n"]) == (4, 12, 100)


def test_without_events_there_is_no_shape(runs_of):
    row = hazard_shape(runs_of([0] * 9, [0] * 9, 60), event="dissolved", draws=19).iloc[0]
    assert (row["p_value"], row["peak"], row["ratio_rising"]) == (1.0, 0.0, 0.0)


def test_the_same_seed_draws_the_same(lived):
    runs = lived(np.random.default_rng(1), np.full(60, 0.02))
    ones = [hazard_shape(runs, event="dissolved", draws=49, seed=3) for _ in range(2)]
    assert ones[0].equals(ones[1])


def test_a_peak_of_a_random_walk_is_seen(lived):
    """20 tables of 1,000 runs; should 9 of 10 be seen, fewer than 14 come 2 in 1,000 times."""
    generator = np.random.default_rng(2)
    hazards = null_models.barrier_hazard(MONTHS, distance=5.0, drift=-0.02, spread=0.6)
    seen = [
        hazard_shape(lived(generator, hazards, 1000), event="dissolved", draws=99)["p_value"].item()
        for _ in range(20)
    ]
    assert np.sum(np.array(seen) <= 0.05) >= 14


@pytest.mark.parametrize(
    "name",
    [
        "constant",
        *(
            pytest.param(one, marks=pytest.mark.nightly)
            for one in ("falling a little", "rising a little")
        ),
    ],
)
def test_hazards_without_a_peak_are_called_peaked_as_rarely_as_said(name, lived):
    """At most 5 %, in 150 tables: up to .05 + 4 * sqrt(.05*.95/150) = .121; false alarms 3e-5."""
    hazards = {
        "constant": np.full(120, 0.01),
        "falling a little": 0.012 - 0.00005 * MONTHS,
        "rising a little": 0.004 + 0.00005 * MONTHS,
    }[name]
    generator = np.random.default_rng(3)
    chances = [
        hazard_shape(lived(generator, hazards), event="dissolved", draws=99)["p_value"].item()
        for _ in range(150)
    ]
    assert np.mean(np.array(chances) <= 0.05) <= 0.121


def test_draws_are_needed(runs_of):
    with pytest.raises(TableError, match="draws"):
        hazard_shape(runs_of([0], [5], 60), event="dissolved", draws=0)
