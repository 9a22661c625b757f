import numpy as np
import pytest

from trustsim.analysis import TableError, aalen_johansen
from trustsim.analysis.competing import incidence

# Ten cases with ties and censoring, worked by hand:
# time  at risk  of 1  of 2  censored  S before   F1             F2
#   2     10       1     1      0        1         .1             .1
#   3      8       2     0      1       .8         .1+.8*2/8=.3   .1
#   5      5       1     1      1       .6         .3+.6/5=.42    .1+.12=.22
#   7      2       0     1      1       .36        .42            .22+.36/2=.40
TIME = [2, 2, 3, 3, 3, 5, 5, 5, 7, 7]
CAUSE = [1, 2, 1, 1, 0, 1, 2, 0, 2, 0]


def test_hand_worked_table_with_ties_and_censoring():
    table = aalen_johansen(TIME, CAUSE)
    first, second = table[table.cause == 1], table[table.cause == 2]
    assert first["time"].tolist() == [2, 3, 5, 7]
    assert first["at_risk"].tolist() == [10, 8, 5, 2]
    assert first["events"].tolist() == [1, 2, 1, 0]
    assert first["estimate"].tolist() == pytest.approx([0.1, 0.3, 0.42, 0.42])
    assert second["estimate"].tolist() == pytest.approx([0.1, 0.1, 0.22, 0.40])


def test_hand_worked_variance():
    # F1 at 3: sum over s of (F(3)-F(s))^2 d/(n(n-d)) + S^2 d1(n-d1)/n^3 - 2(F(3)-F(s)) S d1/n^2
    at_2 = 0.2**2 * 2 / 80 + 1 * 9 / 1000 - 2 * 0.2 * 1 / 100
    at_3 = 0.8**2 * 2 * 6 / 512
    table = aalen_johansen(TIME, CAUSE)
    assert table["standard_error"][1] == pytest.approx(np.sqrt(at_2 + at_3))


def test_without_a_rival_it_is_one_minus_kaplan_meier_with_greenwood():
    time, cause = [1, 2, 2, 4, 4, 6], [1, 1, 0, 1, 0, 0]
    table = aalen_johansen(time, cause)
    survival = np.array([5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 * 2 / 3, 5 / 6 * 4 / 5 * 2 / 3])
    greenwood = np.cumsum([1 / 30, 1 / 20, 1 / 6, 0])
    assert table["estimate"].tolist() == pytest.approx(1 - survival)
    assert table["standard_error"].tolist() == pytest.approx(survival * np.sqrt(greenwood))


def test_uncensored_it_is_the_share_with_the_binomial_error():
    generator = np.random.default_rng(3)
    time, cause = generator.integers(1, 20, 200), generator.integers(1, 3, 200)
    table = aalen_johansen(time, cause)
    table = table[table.cause == 2]
    shares = np.array([((time <= t) & (cause == 2)).mean() for t in table["time"]])
    assert table["estimate"].to_numpy() == pytest.approx(shares)
    assert table["standard_error"].to_numpy() == pytest.approx(np.sqrt(shares * (1 - shares) / 200))
    assert table["effective"].to_numpy() == pytest.approx(200)


def test_causes_and_the_rest_add_up_to_one():
    table = aalen_johansen(TIME, CAUSE)
    by_seven = table[table["time"] == 7]["estimate"].sum()
    assert by_seven == pytest.approx(1 - 0.36 * 0.5)


def test_an_area_and_a_probability_share_one_variance():
    found = incidence(TIME, CAUSE, of=1)
    one = np.array([0.0, 0, 1, 0])
    assert found.variance_of_sum(one) == pytest.approx(found.standard_errors()[2] ** 2)
    assert found.variance_of_sum(3 * one) == pytest.approx(9 * found.standard_errors()[2] ** 2)


def test_a_weight_of_two_is_two_cases():
    weighted = aalen_johansen(TIME, CAUSE, weights=[2] * 10)
    doubled = aalen_johansen(TIME * 2, CAUSE * 2)
    assert weighted.to_numpy() == pytest.approx(doubled.to_numpy())


def test_nothing_happened_is_not_certainty_that_nothing_can():
    table = aalen_johansen([5] * 50, [0] * 50)
    assert table["estimate"].tolist() == [0.0]
    assert table["high"].item() == pytest.approx(1.96**2 / (50 + 1.96**2), rel=1e-3)


@pytest.mark.parametrize(
    ("time", "cause", "weights"),
    [
        ([], [], None),
        ([1, 2], [1], None),
        ([0, 1], [1, 1], None),
        ([1, 2], [1, 1], [-1, 2]),
        ([1, 2], [1, 1], [0, 0]),
    ],
)
def test_nonsense_is_refused(time, cause, weights):
    with pytest.raises(TableError, match="aalen_johansen"):
        aalen_johansen(time, cause, weights=weights)
