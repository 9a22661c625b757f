"""The published numbers of Pant and Yu come out of the rule that they printed, and of no other."""

import math

import pytest
from E09_peers import pant_yu

from trustsim import data

TARGETS = data.read("peer_targets").set_index("id")


@pytest.fixture(scope="module")
def published():
    return pant_yu.sweep("published")


@pytest.fixture(scope="module")
def released():
    return pant_yu.sweep("released")


def target(row):
    """Number and tolerance, as the table of targets has them."""
    return float(TARGETS.loc[row, "expected"]), float(TARGETS.loc[row, "tolerance"])


@pytest.mark.parametrize(
    ("row", "metric", "statistic"),
    [
        ("PT02", "recovery", "median"),
        ("PT05", "cumulative", "median"),
        ("PT06", "dependency", "mean"),
    ],
)
def test_the_published_rule_gives_the_published_numbers(published, row, metric, statistic):
    number, tolerance = target(row)
    assert abs(published[metric].agg(statistic) - number) < tolerance


def test_the_spread_over_the_grid_is_the_published_one(published):
    """Means and standard deviations of their headline table, to its two printed digits."""
    for metric, mean, spread in (
        ("negativity", 3.47, 1.93),
        ("recovery", 1.09, 0.07),
        ("cumulative", 1.99, 0.31),
    ):
        assert published[metric].mean() == pytest.approx(mean, abs=0.005)
        assert published[metric].std(ddof=0) == pytest.approx(spread, abs=0.005)


def test_the_released_rule_does_not_give_the_published_recovery(released):
    number, tolerance = target("PT03")
    assert abs(released["recovery"].median() - number) < tolerance
    assert abs(released["recovery"].median() - target("PT02")[0]) > 0.2


def test_the_two_forms_differ_in_what_good_signals_do_after_damage_and_nowhere_else(
    published, released
):
    for metric in ("negativity", "cumulative", "dependency"):
        assert published[metric].equals(released[metric]), metric
    assert not published["recovery"].equals(released["recovery"])


def test_under_the_published_rule_nothing_is_lost_for_good():
    later = pant_yu.sweep("published", periods=100)["recovery"]
    assert (later >= 1.0).all()
    released = pant_yu.sweep("released", periods=100)["recovery"]
    assert not (released >= 1.0).all()


def test_two_of_seven_parameters_move_nothing(published):
    """3,125 points differ, and 243 of the smaller grid: those of the five parameters that enter."""
    assert len(published) == pant_yu.distinct(published) == 5**5
    assert pant_yu.distinct(pant_yu.sweep("published", levels=(0, 2, 4))) == 3**5
    assert pant_yu.distinct(published) * pant_yu.LEVELS_OF_THE_OTHERS**2 == 78_125


def test_the_sharpness_of_a_signal_would_matter_if_signals_were_computed():
    """Were kappa applied to conduct, another kappa would give another loss."""
    soft, sharp = (
        pant_yu.trajectory([math.tanh(-kappa)], trust=0.8, chosen=pant_yu.Rule())[-1]
        for kappa in (0.5, 2.0)
    )
    assert soft - sharp > 0.01


def test_dependency_amplification_is_algebra():
    for amplification in (0.3, 0.7):
        chosen = pant_yu.Rule(amplification=amplification)
        wanted = (1 + 0.8 * amplification) / (1 + 0.2 * amplification)
        assert pant_yu.dependency_amplification(chosen) == pytest.approx(wanted, rel=1e-9)


def test_renault_and_nissan_starts_and_builds_as_published_under_every_form_and_input():
    wanted = [float(level) for level in TARGETS.loc["PT07", "expected"].split(";")]
    for form in pant_yu.FORMS:
        for inputs in (pant_yu.README_INPUTS, pant_yu.CODE_INPUTS):
            found = pant_yu.renault_nissan(inputs, fourth_ends=60, form=form)
            assert len(found) == len(wanted)
            assert found[:4] == pytest.approx(wanted[:4], abs=0.002)
