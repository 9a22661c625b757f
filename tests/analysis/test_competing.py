import numpy as np
import pytest

from tests.analysis import by_hand
from trustsim.analysis import TableError, aalen_johansen
from trustsim.analysis.events import incidence


@pytest.mark.parametrize("censored", [False, True])
def test_every_number_is_its_definition_in_fractions(censored):
    generator = np.random.default_rng(31)
    for _ in range(8):
        runs = by_hand.random_runs(generator, 10, censored=censored)
        cases = by_hand.waits(runs, "matured")
        months, kinds = zip(*cases, strict=True)
        table = aalen_johansen(months, kinds)
        for row in table.to_dict("records"):
            # What is a rival to the one is the event to the other.
            mine = [(when, kind and 1 + (kind != row["cause"])) for when, kind in cases]
            time = int(row["time"])
            share = by_hand.incidence(by_hand.hazards_of(mine))[time - 1]
            at_risk, events, _ = by_hand.counted(mine)[time - 1]
            assert (row["at_risk"], row["events"]) == (at_risk, events)
            assert row["estimate"] == pytest.approx(float(share), abs=1e-12)
            spread = by_hand.variance(mine, lambda h, n=time: by_hand.incidence(h)[n - 1])
            assert row["standard_error"] == pytest.approx(float(spread) ** 0.5, abs=1e-9)
            size = sum(kind > 0 or when >= time for when, kind in cases)
            if 0 < share < 1 and spread > 0:
                size = float(share * (1 - share) / spread)
            assert row["effective"] == pytest.approx(size)
            bounds = by_hand.wilson(float(share), size)
            assert (row["low"], row["high"]) == pytest.approx(bounds, abs=1e-9)


@pytest.mark.parametrize("size", [5, 7, 9, 18, 60])
def test_a_chance_that_is_a_sum_of_many_fractions_is_never_over_one(size):
    found = incidence(np.arange(size) + 1, np.ones(size), of=1)
    assert found.estimate.max() <= 1
    assert found.estimate.tolist() == pytest.approx((np.arange(size) + 1) / size)


def test_nothing_happened_is_not_certainty_that_nothing_can():
    table = aalen_johansen([5] * 50, [0] * 50)
    assert table["estimate"].tolist() == [0.0]
    assert table["high"].item() == pytest.approx(1.96**2 / (50 + 1.96**2), rel=1e-3)


def test_without_any_event_the_table_is_that_of_the_first_cause():
    table = aalen_johansen([0.5], [0])
    assert table[["cause", "time", "events"]].to_numpy().tolist() == [[1, 0.5, 0]]


@pytest.mark.parametrize(
    ("time", "cause"),
    [
        *[([], []), (3, 1), ([1, 2], [1]), ([[1, 2]], [[1, 1]]), ([0, 1], [1, 1])],
        *[([np.nan, 1], [1, 1]), ([np.inf, 1], [1, 1]), (["3", 1], [1, 1]), ([1, 2], [1, 1.5])],
        (np.array(["2020-01-01"], "datetime64[D]"), [1]),
    ],
)
def test_nonsense_is_refused(time, cause):
    with pytest.raises(TableError, match=r"^aalen_johansen, "):
        aalen_johansen(time, cause)
