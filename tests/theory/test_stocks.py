"""Routines, show, expectation, frustration and goodwill along their closed paths.

Exact to rounding; runs in which somebody leaves are left out where people matter.
"""

import numpy as np
import pytest

from trustsim import theory

MONTHS = np.arange(1, 61)


def agrees(found, expected):
    return np.allclose(found, expected, rtol=0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("parameters", "practice"),
    [
        ({}, 1.0),
        ({"process_focus": 0.2}, 0.4),
        ({"process_skipped": 0.5}, 0.5),
        ({"organisations": 4, "people": 2}, 1.0),
    ],
)
def test_routines_grow_and_decay_along_the_closed_path(lives, column, parameters, practice):
    runs = lives(
        "willing", replicates=20, months=60, record="months", routine_growth=0.1,
        routine_decay=0.05, **parameters,
    )  # fmt: skip
    path = theory.routines_after(MONTHS, start=0.0, practice=practice, growth=0.1, decay=0.05)
    assert agrees(column(runs, "routines"), path)


def test_routines_on_paper_need_no_practice(lives, column):
    runs = lives(
        "unwilling", replicates=20, months=60, record="months", routines_on_paper=0.1,
        routine_decay=0.05,
    )  # fmt: skip
    path = theory.routines_after(MONTHS, start=0.0, practice=1.0, growth=0.1, decay=0.05)
    assert agrees(column(runs, "routines"), path)


def test_what_coaching_leaves_raises_the_routines_one_can_hold(lives, column):
    """After 50 years of coaching both stocks have settled to within 1e-9; of 100 pairs each
    stays complete with chance 0.37, so none is left with chance below 1e-19."""
    runs = lives(
        "willing", replicates=100, months=600, record="months", process_focus=0.2, coaching=0.5,
        coaching_gain=0.2, coaching_kept=0.9, coaching_effect=0.5, coaching_time=0.0,
        routine_growth=0.1, routine_decay=0.05,
    )  # fmt: skip
    learned = theory.coached_in_the_long_run(intensity=0.5, gain=0.2, kept=0.9)
    focus = 0.2 + 0.5 * learned * 0.8
    end = theory.routines_in_the_long_run(practice=2.0 * focus, growth=0.1, decay=0.05)
    assert np.allclose(column(runs, "routines")[:, -1], end, rtol=0.0, atol=1e-9)


def test_show_follows_what_is_done(lives, column):
    runs = lives("willing", replicates=20, months=60, record="months", show_smoothing=0.2)
    path = theory.level_after(MONTHS, start=0.0, target=1.0, rate=0.2)
    assert agrees(column(runs, "nominal_maturity"), path)


@pytest.mark.parametrize(("pressure", "raised", "pace"), [(0.6, 0.0, 16.0), (0.5, 0.3, 5.0)])
def test_the_sponsor_expects_along_a_saturating_path(lives, column, pressure, raised, pace):
    runs = lives(
        "unwilling", replicates=20, months=60, record="months", pressure=pressure,
        expectation_raised=raised, pace=pace,
    )  # fmt: skip
    path = theory.level_after(MONTHS, start=0.0, target=pressure + raised, rate=1.0 / pace)
    assert agrees(column(runs, "expectation"), path)


# All is expected from the first month on, and nothing ever seen: a shortfall of 1.
NOTHING_IS_SEEN = {"realism": 0.0, "show_smoothing": 0.0, "pressure": 1.0, "pace": 1.0}


def test_frustration_closes_on_a_constant_shortfall(lives, column):
    runs = lives(
        "unwilling", replicates=20, months=60, record="months", adaptation=0.15, **NOTHING_IS_SEEN
    )
    path = theory.level_after(MONTHS, start=0.0, target=1.0, rate=0.15)
    assert agrees(column(runs, "frustration"), path)


def test_goodwill_is_spent_by_disappointment(lives, column):
    """By what members feel, not by what is expected: a product over months."""
    runs = lives(
        "unwilling", replicates=20, months=60, record="months", history=0.8, goodwill=0.9,
        goodwill_spend=0.05, adaptation=0.15, **NOTHING_IS_SEEN,
    )  # fmt: skip
    felt = theory.level_after(MONTHS, start=0.0, target=1.0, rate=0.15)
    assert agrees(column(runs, "goodwill"), 0.72 * np.cumprod(1.0 - 0.05 * felt))
