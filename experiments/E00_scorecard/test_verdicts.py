"""An interval passes inside the band, fails outside it, and else says nothing."""

import math

import pytest
from E00_scorecard.verdicts import verdict, verdict_of_all

INFINITE = math.inf


@pytest.mark.parametrize(
    ("low", "high", "band", "expected"),
    [
        (0.2, 0.4, (0.1, 0.5), "passes"),
        (0.6, 0.8, (0.1, 0.5), "fails"),
        (-0.2, 0.05, (0.1, 0.5), "fails"),
        (0.4, 0.6, (0.1, 0.5), "cannot say"),
        (0.0, 0.6, (0.1, 0.5), "cannot say"),
        (0.1, 0.4, (0.1, 0.5), "cannot say"),
        (0.5, 0.6, (0.1, 0.5), "fails"),
        (0.0, 0.0, (0.0, INFINITE), "fails"),
        (0.1, 9e9, (0.0, INFINITE), "passes"),
        (-0.1, 0.1, (-INFINITE, 0.0), "cannot say"),
        (math.nan, math.nan, (0.0, 1.0), "cannot say"),
        (0.2, math.inf, (0.0, INFINITE), "cannot say"),
    ],
)
def test_the_verdict_on_an_interval(low, high, band, expected):
    assert verdict(low, high, band) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["passes", "passes"], "passes"),
        (["passes", "fails", "cannot say"], "fails"),
        (["passes", "cannot say"], "cannot say"),
        (["does not speak", "passes"], "does not speak"),
        (["does not speak", "fails"], "fails"),
        ([], "does not speak"),
    ],
)
def test_a_fact_is_as_good_as_its_worst_measure(verdicts, expected):
    assert verdict_of_all(verdicts) == expected
