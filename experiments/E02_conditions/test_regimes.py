"""Regime maps: every cell is a paired contrast, every verdict follows from its interval."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from E02_conditions.regime_picture import plot_regime_map
from E02_conditions.regimes import (
    ALL,
    RESAMPLES,
    arms,
    critical_value,
    regime_map,
    wrong_by_chance,
)
from scipy import stats

import trustsim as ts
from trustsim.analysis import paired_contrast
from trustsim.analysis.intervals import NORMAL_QUANTILE
from trustsim.discovery import bullet_of, verdict
from trustsim.errors import ParameterError, ScenarioError
from trustsim.scenarios.interventions import coordinator, mandate, restructure

SMALL = ts.scenario("voluntary").with_(organisations=4)
PAIRS = 60


@pytest.fixture(scope="module")
def regimes():
    return regime_map(
        SMALL,
        "mandate",
        across=("dose", (0, 1)),
        up=("history", (0.3, 0.7)),
        month=60,
        replicates=PAIRS,
        seed=3,
    )


def test_a_cell_is_the_paired_contrast_of_its_two_arms(regimes):
    base = SMALL.with_(history=0.7)
    runs = [
        ts.simulate(arm, replicates=PAIRS, seed=3, months=60).runs
        for arm in (base, base + mandate())
    ]
    table = paired_contrast(*runs, horizon=60, by=(60,)).set_index(["outcome", "month"])
    cell = regimes[(regimes["across_value"] == 1) & (regimes["up_value"] == 0.7)].iloc[0]
    for name in ("baseline", "other", "difference", "low", "high", "n"):
        assert cell[name] == pytest.approx(table.loc[("matured", 60), name])


def test_dose_zero_makes_no_difference_at_all(regimes):
    nothing = regimes[regimes["across_value"] == 0]
    assert (nothing["difference"] == 0).all()
    assert set(nothing["verdict"]) == {"makes no difference"}


@pytest.mark.parametrize("outcome", ["dissolved", "value"])
def test_other_outcomes_are_the_contrast_too(outcome):
    table = regime_map(
        SMALL,
        mandate(start=6),
        across=("dose", (1,)),
        up=("coordination", (0,)),
        outcome=outcome,
        month=60,
        replicates=PAIRS,
        seed=4,
    )
    runs = [
        ts.simulate(arm, replicates=PAIRS, seed=4, months=60).runs
        for arm in (SMALL, SMALL + mandate(start=6))
    ]
    expected = paired_contrast(*runs, horizon=60, by=(60,)).set_index(["outcome", "month"])
    for name in ("difference", "low", "high"):
        assert table[name].iloc[0] == pytest.approx(expected.loc[(outcome, 60), name])


@pytest.mark.parametrize(
    ("settings", "remedies"),
    [
        ({"coordination": 0}, []),
        ({"coordination": 1, "start": 12}, [coordinator(start=12)]),
        ({"coordination": 2, "start": 12}, [coordinator()]),
        ({"coordinator": 1, "start": 12}, [coordinator()]),
        ({"coordinator": 0}, []),
        ({"follow_up": 2, "start": 5}, [coordinator(start=5, capacity=2.0)]),
    ],
)
def test_a_coordinator_is_in_both_arms(settings, remedies):
    without, with_it = arms(SMALL, bullet_of("mandate"), settings)
    assert without == SMALL + remedies
    assert with_it == without + mandate(start=settings.get("start", 0))


def test_arguments_given_are_kept_unless_an_axis_sets_them():
    shot = bullet_of(restructure(months=18, start=3))
    assert arms(SMALL, shot, {"dose": 0.5})[1] == SMALL + restructure(months=18, start=3, dose=0.5)
    assert arms(SMALL, shot, {"start": 9})[1] == SMALL + restructure(months=18, start=9)


def test_a_name_known_to_bullet_and_partnership_must_say_whose():
    shot = bullet_of("restructure")
    with pytest.raises(ParameterError, match=r"bullet\.command or partnership\.command"):
        arms(SMALL, shot, {"command": 0.2})
    ours, theirs = (arms(SMALL, shot, {f"{who}.command": 0.2}) for who in ("partnership", "bullet"))
    assert ours == (SMALL.with_(command=0.2), SMALL.with_(command=0.2) + restructure())
    assert theirs == (SMALL, SMALL + restructure(command=0.2))


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"across": ("doze", (1,))}, ParameterError, "Did you mean `dose`"),
        ({"up": ("dose", (1,))}, ParameterError, "same as across"),
        ({"across": ("dose", ())}, ParameterError, "needs levels"),
        ({"across": ("dose", (1, 1))}, ParameterError, "needs levels"),
        ({"across": ("dose", (2,))}, ScenarioError, "dose"),
        ({"outcome": "matures"}, ParameterError, "Did you mean `matured`"),
        ({"bullet": "mandat"}, ScenarioError, "Did you mean `mandate`"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(changed, error, said):
    asked = {"bullet": "mandate", "across": ("dose", (1,)), "up": ("history", (0.5,)), **changed}
    with pytest.raises(error, match=said) as caught:
        regime_map(SMALL, asked.pop("bullet"), replicates=2, **asked)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("low", "high", "better", "expected"),
    [
        (0.01, 0.2, 1, "helps"),
        (0.01, 0.2, -1, "backfires"),
        (-0.2, -0.01, 1, "backfires"),
        (-0.2, -0.01, -1, "helps"),
        (-0.04, 0.04, 1, "makes no difference"),
        (-0.04, 0.06, 1, "nobody knows"),
        (-0.06, 0.04, -1, "nobody knows"),
        (0.0, 0.2, 1, "nobody knows"),
    ],
)
def test_a_verdict_follows_from_the_interval(low, high, better, expected):
    assert verdict(low, high, better=better, margin=0.05) == expected


def test_intervals_for_all_cells_hold_those_for_each(regimes):
    together = regime_map(
        SMALL,
        "mandate",
        across=("dose", (0, 1)),
        up=("history", (0.3, 0.7)),
        month=60,
        replicates=PAIRS,
        seed=3,
        simultaneous=True,
    )
    assert (together["difference"] == regimes["difference"]).all()
    assert (together["low"] <= regimes["low"] + 1e-12).all()
    assert (together["high"] >= regimes["high"] - 1e-12).all()
    assert set(together["intervals"]) == {ALL}
    assert "2.0" not in wrong_by_chance(together)
    assert "about 0.2" in wrong_by_chance(regimes)


@pytest.mark.parametrize(("cells", "copies"), [(10, 1), (1, 10)])
def test_the_reach_for_all_cells_is_that_of_as_many_as_are_independent(cells, copies):
    """False alarms: a bootstrap quantile off by 4 of its standard errors, 1 in 10,000."""
    dice = np.random.default_rng(1)
    differences = np.repeat(dice.standard_normal((cells, 4000)), copies, axis=0)
    exact = stats.norm.ppf((1 + 0.95 ** (1 / cells)) / 2)
    slope = cells * 2 * stats.norm.pdf(exact) * 0.95 ** ((cells - 1) / cells)
    tolerance = 4 * np.sqrt(0.05 * 0.95 / RESAMPLES) / slope
    assert critical_value(differences, seed=2) == pytest.approx(exact, abs=tolerance)


def test_certain_cells_need_no_wider_interval():
    assert critical_value(np.ones((5, 20))) == NORMAL_QUANTILE


def _drawn(rows):
    columns = ("across_value", "up_value", "better", "difference", "verdict", "outcome")
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        bullet="mandate", across="dose", up="history", month=84, margin=0.05, n=9,
        unit="share of partnerships", intervals=ALL,
    )  # fmt: skip


def test_the_figure_shows_sign_number_and_ignorance():
    table = _drawn(
        [
            (0.5, 0.3, 1, 0.12, "helps", "matured"),
            (1.0, 0.3, 1, -0.30, "backfires", "matured"),
            (0.5, 0.7, 1, 0.08, "nobody knows", "matured"),
            (1.0, 0.7, 1, 0.01, "makes no difference", "matured"),
        ]
    )
    ax = plot_regime_map(table)
    assert [text.get_text() for text in ax.texts] == ["+12", "\N{MINUS SIGN}30", "+8", "+1"]
    assert [bool(patch.get_hatch()) for patch in ax.patches] == [False, False, True, False]
    red, _, blue, _ = ax.patches[0].get_facecolor()
    assert blue > red
    assert ax.get_xlabel() == "dose (share of full)"
    assert "points more matured by year 7" in ax.get_title(loc="left")


def test_a_narrow_cell_shows_the_sign_alone_and_nothing_where_nothing_is_known():
    verdicts = ("helps", "backfires", "nobody knows")
    gains = (0.12, -0.3, 0.08)
    rows = [(n, 0.3, 1, gains[n % 3], verdicts[n % 3], "matured") for n in range(60)]
    _, ax = plt.subplots(figsize=(5, 2))
    plot_regime_map(_drawn(rows), ax, small=True)
    assert [text.get_text() for text in ax.texts] == ["+", "\N{MINUS SIGN}", ""] * 20
    assert ax.get_title(loc="left") == "mandate"


def test_an_effect_that_rounds_to_nothing_keeps_its_sign_where_it_is_sure():
    table = _drawn(
        [
            (0.5, 0.3, 1, 0.004, "helps", "matured"),
            (1.0, 0.3, 1, -0.004, "makes no difference", "matured"),
        ]
    )
    ax = plot_regime_map(table)
    assert [text.get_text() for text in ax.texts] == ["+0.4", "0"]


def test_an_outcome_that_is_not_a_share_keeps_its_unit():
    table = _drawn([(0.5, 0.3, 1, 2.34, "helps", "value")]).assign(unit="person-months")
    ax = plot_regime_map(table)
    assert ax.texts[0].get_text() == "+2.3"
    assert "more value in 7 years (person-months)" in ax.get_title(loc="left")


def test_fewer_dissolved_is_drawn_as_better():
    table = _drawn([(0.5, 0.3, -1, -0.12, "helps", "dissolved")])
    ax = plot_regime_map(table)
    assert ax.texts[0].get_text() == "+12"
    assert "points fewer dissolved" in ax.get_title(loc="left")
