from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError, designation, turnbull

UNITS = Path(__file__).parents[2] / "trustsim" / "data" / "ics_units.csv"


def test_separate_intervals_hold_their_own_share():
    table = turnbull([0, 0, 1, 2], [1, 1, 2, np.inf])
    assert table["left"].tolist() == [0, 1, 2]
    assert table["mass"].tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert table["estimate"].tolist() == pytest.approx([0.5, 0.75, 1])


def test_overlapping_intervals_meet_in_their_intersection():
    table = turnbull([0, 1], [2, 3])
    assert table[["left", "right", "mass"]].to_numpy().tolist() == [[1, 2, 1]]


def test_a_case_that_could_lie_in_two_stretches_is_shared():
    # p1^6 (p1 + p2)^2 p2^3 is greatest at p1 = 2/3, whatever the share of the pair.
    left, right = [0] * 6 + [0] * 2 + [1] * 3, [1] * 6 + [2] * 2 + [2] * 3
    assert turnbull(left, right)["mass"].tolist() == pytest.approx([2 / 3, 1 / 3], abs=1e-5)


def test_exact_and_right_censored_times_give_kaplan_meier():
    time, event = np.array([1, 2, 2, 4, 4, 6]), np.array([1, 1, 0, 1, 0, 0])
    table = turnbull(time, np.where(event == 1, time, np.inf))
    survival = np.array([5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 * 2 / 3])
    assert table["right"].tolist()[:3] == [1, 2, 4]
    assert table["estimate"].to_numpy()[:3] == pytest.approx(1 - survival, abs=1e-5)


def test_an_interval_that_closes_when_another_opens_does_not_overlap_it():
    table = turnbull([0, 5], [5, 10])
    assert table["right"].tolist() == [5, 10]


def test_an_exact_time_at_the_closing_end_lies_within():
    assert turnbull([0, 5], [5, 5])[["left", "right"]].to_numpy().tolist() == [[5, 5]]


def test_no_other_mass_is_more_likely():
    """Random masses, mixed with the answer; none may win. No chance of a false alarm."""
    generator = np.random.default_rng(4)
    left = generator.integers(0, 8, 40)
    right = left + generator.integers(1, 5, 40)
    table = turnbull(left, right)
    inside = (left[:, None] <= table["left"].to_numpy()) & (
        table["right"].to_numpy() <= right[:, None]
    )
    best = np.log(inside @ table["mass"].to_numpy()).sum()
    for _ in range(200):
        rival = 0.9 * table["mass"].to_numpy() + 0.1 * generator.dirichlet(np.ones(len(table)))
        assert np.log(inside @ rival).sum() <= best + 1e-7


def test_designation_of_english_partnerships():
    # 8 of the first 11 are known to the year; 6 : 3 of these share out the other two.
    table = designation(pd.read_csv(UNITS))
    assert table["right"].tolist() == [1.25, 1.88, 3.26, 4.18, 4.73, np.inf]
    assert table["estimate"].to_numpy()[:5] == pytest.approx(
        [22 / 3 / 42, 11 / 42, 14 / 42, 18 / 42, 29 / 42], abs=1e-5
    )
    assert table["mass"].iloc[-1] == pytest.approx(13 / 42, abs=1e-5)


def test_those_forced_by_a_deadline_are_censored_at_the_inspection_before_it():
    columns = {"left_years": [0, 1, 1], "right_years": [1, 2, 2], "deadline_forced": [0, 0, 1]}
    units = pd.DataFrame(columns)
    pd.testing.assert_frame_equal(designation(units), turnbull([0, 1, 1], [1, 2, np.inf]))
    for column in columns:
        with pytest.raises(TableError, match=f"^units, column = {column}:"):
            designation(units.drop(columns=column))


@pytest.mark.parametrize("size", [3, 29, 60])
def test_a_share_of_time_is_never_over_one(size):
    """Sums of many fractions are: these are of one case in each of so many years."""
    table = turnbull(np.arange(size), np.arange(size) + 1)
    assert table["estimate"].max() <= 1
    assert table["estimate"].tolist() == pytest.approx((np.arange(size) + 1) / size)


@pytest.mark.parametrize(
    ("left", "right"),
    [([], []), (0, 1), ([[0, 1]], [[1, 2]]), ([0, 1], [1]), ([1], [0]), ([0, np.nan], [1, 1]),
     ([-np.inf], [1])],
)  # fmt: skip
def test_nonsense_is_refused(left, right):
    with pytest.raises(TableError, match=r"^turnbull, "):
        turnbull(left, right)


def test_the_entry_that_is_wrong_is_named_with_its_dates():
    with pytest.raises(TableError, match=r"^turnbull, entry 1 = \(3.0, 2.0\):"):
        turnbull([0, 3, 0], [0, 2, 1])
