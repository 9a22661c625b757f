"""What the figures of a comparison draw is what its tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from trustsim.analysis import TableError
from trustsim.analysis.curves import crossing
from trustsim.analysis.intervals import wilson
from trustsim.analysis.pairs import BURDENS, who_pays
from trustsim.figures import (
    plot_curves,
    plot_fates,
    plot_individual_effects,
    plot_paired_effect,
    plot_payers,
    plot_worst_off,
)
from trustsim.figures.comparison import BAR, MEASURES, turns_back
from trustsim.figures.labels import END_LABEL
from trustsim.schema import STATUSES

MONTHS = np.arange(1, 61)


def make_curve(arm, difference, *, quantity="value", unit="value of full trust a month"):
    """A mean curve whose interval reaches one hundredth to either side."""
    table = pd.DataFrame({"month": MONTHS, "difference": np.asarray(difference, dtype=float)})
    table = table.assign(low=table.difference - 0.01, high=table.difference + 0.01, n=250)
    table.insert(0, "arm", arm)
    table.insert(1, "quantity", quantity)
    table.insert(2, "unit", unit)
    return table


@pytest.fixture
def curves():
    """One arm always above, one that is above until month 30, one that comes back."""
    rises = 0.05 + MONTHS / 1000
    falls = np.where(MONTHS <= 30, 0.05, -0.05)
    returns = np.where((MONTHS <= 20) | (MONTHS > 50), 0.05, -0.05)
    value = [make_curve("up", rises), make_curve("down", falls), make_curve("back", returns)]
    shares = make_curve("up", rises, quantity="alive", unit="share of partnerships")
    return pd.concat([*value, shares], ignore_index=True)


@pytest.fixture
def individual():
    """Two in ten harmed, one untouched, seven helped, all by different amounts."""
    value = np.array([-9.0, -4.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 12.0] * 20)
    table = {name: np.random.default_rng(3).permutation(value) for name in MEASURES}
    return pd.DataFrame({"replicate": np.arange(200), **table})


@pytest.fixture
def fates():
    counts = {("mature", "mature"): 60, ("mature", "dissolved"): 20, ("forming", "mature"): 30,
              ("dissolved", "dissolved"): 88, ("dissolved", "mature"): 1,
              ("dissolved", "forming"): 1}  # fmt: skip
    rows = [(one, two, counts.get((one, two), 0), 200) for one in STATUSES for two in STATUSES]
    return pd.DataFrame(rows, columns=["baseline", "other", "count", "n"])


@pytest.fixture
def payers():
    """Three seats: the first always loses, the second always gains, the third is left alone."""
    seats = pd.MultiIndex.from_product([range(80), range(3)], names=["replicate", "organisation"])
    before = pd.DataFrame(index=seats).reset_index()
    luck = np.random.default_rng(4).normal(10, 1, len(before))
    for burden in BURDENS:
        before[burden.name] = luck
    after = before.copy()
    change = np.select([before.organisation == 0, before.organisation == 1], [-2.0, 1.0], 0.0)
    change *= 1 + before["replicate"] / 100
    for burden in BURDENS:
        after[burden.name] += change
    return who_pays(before, after)


def line_of(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def end_labels(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == END_LABEL]


def words_on(ax):
    return [text.get_text() for text in ax.texts]


# Outcomes.


def test_effects_of_one_unit_keep_their_unit(contrast):
    shares = contrast[contrast["unit"] == "share of partnerships"]
    ax = plot_paired_effect(shares)
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == pytest.approx(sorted(100 * shares["difference"]))
    assert "percentage points" in ax.get_xlabel()
    assert "400 pairs" in ax.get_title(loc="right")


def test_effects_of_several_units_are_in_standard_deviations(contrast):
    ax = plot_paired_effect(contrast)
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == pytest.approx(sorted(contrast["difference"] / contrast["spread"]))
    assert "standard deviations" in ax.get_xlabel()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert {"value, summed", "value per month alive", "matured by year 5"} <= set(names)
    assert "no change" in [text.get_text() for text in ax.texts]


# Curves.


def test_a_curve_and_its_band_are_the_table(curves):
    ax = plot_curves(curves, better=1)
    table = curves[(curves["arm"] == "up") & (curves["quantity"] == "value")]
    assert np.array_equal(line_of(ax, "up").get_ydata(), table["difference"])
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(table["high"].max())
    assert band[:, 1].min() == pytest.approx(table["low"].min())
    assert "value of full trust a month" in ax.get_ylabel()


def test_the_month_in_which_a_curve_turns_is_marked_and_said(curves):
    ax = plot_curves(curves, better=1)
    labels = dict(text.partition("\n")[::2] for text in end_labels(ax))
    assert labels["up"] == ""
    assert labels["down"] == "better before worse:\nturns in month 31"
    assert labels["back"].endswith("turns in month 21,\nbetter again at the end")
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_turn"]
    assert sorted(marks) == [21, 31]
    assert {"month 21", "month 31"} <= set(words_on(ax))


def test_where_less_is_better_the_same_curve_is_worse_before_better(curves):
    said = "\n".join(end_labels(plot_curves(curves, better=-1)))
    assert "worse before better" in said
    assert "better before worse" not in said
    assert "above before below" in "\n".join(end_labels(plot_curves(curves)))


def test_a_curve_within_its_interval_of_no_change_turns_nowhere():
    wave = make_curve("wave", 0.009 * np.sin(MONTHS / 5))
    ax = plot_curves(wave, better=1)
    assert end_labels(ax) == ["wave"]
    assert not [line for line in ax.lines if line.get_label() == "_turn"]


def test_only_a_curve_that_ends_on_its_first_side_turns_back(curves):
    for arm, expected in (("up", False), ("down", False), ("back", True)):
        curve = curves[(curves["arm"] == arm) & (curves["quantity"] == "value")]
        assert turns_back(curve, crossing(curve)) is expected
        mirrored = curve.assign(difference=-curve.difference, low=-curve.high, high=-curve.low)
        assert turns_back(mirrored, crossing(mirrored)) is expected


def test_shares_are_drawn_in_percentage_points(curves):
    ax = plot_curves(curves, "alive")
    assert "percentage points" in ax.get_ylabel()
    last = curves[curves["quantity"] == "alive"]["difference"].iloc[-1]
    assert line_of(ax, "up").get_ydata()[-1] == pytest.approx(100 * last)


# Single partnerships.


def test_the_line_is_every_difference_in_order(individual):
    ax = plot_individual_effects(individual)
    heights = line_of(ax, "_sorted").get_ydata()
    assert np.array_equal(heights[:-1], np.sort(individual["value"]))
    assert line_of(ax, "_mean").get_ydata()[0] == pytest.approx(individual["value"].mean())


def test_helped_and_harmed_are_counted_with_their_intervals(individual):
    said = "\n".join(words_on(plot_individual_effects(individual)))
    for name, share in (("helped", 0.7), ("harmed", 0.2)):
        low, high = wilson(200 * share, 200)
        assert f"{name}: {share:.0%} ({100 * low:.0f} to {100 * high:.0f})" in said
    assert "no change: 20 of 200" in said
    nobody = "\n".join(words_on(plot_individual_effects(individual.assign(value=0.0))))
    assert "helped: 0%" in nobody
    assert "no change: 200 of 200" in nobody
    alone = "\n".join(words_on(plot_individual_effects(individual.head(1))))
    assert "nan" not in alone


def test_less_smoke_is_help(individual):
    said = "\n".join(words_on(plot_individual_effects(individual, "smoke")))
    assert "helped: 20%" in said
    assert "harmed: 70%" in said


def test_words_for_a_tenth_keep_off_the_line_at_zero():
    """Nine in ten lose, and the tenth from the top loses little: a dot just under the line."""
    ax = plot_individual_effects(pd.DataFrame({"value": np.linspace(-9, -0.001, 400)}))
    [word] = [text for text in ax.texts if text.get_text().startswith("a tenth above")]
    assert word.xy == (0.9, 0.0)
    FigureCanvasAgg(ax.get_figure(root=True)).draw()
    foot = ax.transData.inverted().transform((0, word.get_window_extent().y0))[1]
    assert foot > 0


# Fates.


def test_each_part_of_a_bar_is_its_count(fates):
    ax = plot_fates(fates)
    parts = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    names = [label.get_text().partition("\n")[0] for label in ax.get_xticklabels()]
    assert names == ["mature", "forming", "dissolved"], "none was tokenistic"
    drawn = {}
    for part in parts:
        one, two = part.get_label().split(" to ")
        assert part.get_x() + BAR / 2 == pytest.approx(names.index(one))
        drawn[one, two] = part.get_height()
    counts = fates[fates["count"] > 0].set_index(["baseline", "other"])["count"]
    totals = counts.groupby("baseline").sum()
    assert set(drawn) == set(counts.index)
    for (one, two), height in drawn.items():
        assert height == pytest.approx(counts[one, two] / totals[one])


def test_every_count_is_written_the_small_ones_beside_the_bar(fates):
    said = [text.partition("\n")[0] for text in words_on(plot_fates(fates))]
    for wanted in ("mature 60", "dissolved 20", "mature 30", "dissolved 88", "mature 1"):
        assert wanted in said
    assert "forming 1" in said
    low, high = wilson(148, 200)
    note = plot_fates(fates).get_title(loc="right")
    assert f"74% ({100 * low:.0f} to {100 * high:.0f}) ended alike" in note
    low, high = wilson(20, 80)
    assert f"dissolved 20\n({100 * low:.0f} to {100 * high:.0f} %)" in words_on(plot_fates(fates))


def test_names_on_bars_of_fates_stand_on_white_or_on_black(fates):
    named = [text for text in plot_fates(fates).texts if text.get_bbox_patch() is not None]
    assert len(named) == 4
    for text in named:
        behind = to_rgb(text.get_bbox_patch().get_facecolor())
        assert abs(sum(to_rgb(text.get_color())) - sum(behind)) > 2.5, text.get_text()


# Who pays.


def test_dots_are_the_differences_and_losses_look_otherwise(payers):
    ax = plot_payers(payers)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[:4] == ["member 0", "member 1", "member 2", "all members (mean)"]
    table = payers[payers["quantity"] == "value_received"].set_index("member")["difference"]
    dots = [line for line in ax.lines if line.get_marker() in ("o", "s")]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(list(table))
    looks = {name: dot.get_marker() for name, dot in zip(table.index, dots, strict=True)}
    assert looks["0"] == looks["worst off"] == "s"
    assert looks["1"] == looks["best off"] == "o"
    hollow = [dot.get_markerfacecolor() == "white" for dot in dots]
    assert hollow == [False, False, True, False, False, False], "only member 2 is left alone"


def test_where_less_is_better_a_gain_is_a_loss(payers):
    ax = plot_payers(payers, "smoke")
    dots = [line for line in ax.lines if line.get_marker() in ("o", "s")]
    assert dots[0].get_marker() == "o"
    assert dots[1].get_marker() == "s"
    assert "less is better" in ax.get_xlabel()


def test_a_target_is_marked(payers):
    names = [label.get_text() for label in plot_payers(payers, targets=[1]).get_yticklabels()]
    assert names[:3] == ["member 0", "member 1 (target)", "member 2"]


def test_the_worst_off_say_in_how_many_partnerships_somebody_loses():
    worst = pd.DataFrame(
        {"quantity": "value_received", "unit": "value of full trust", "better": 1,
         "difference": [-1.0] * 30 + [0.0] * 10 + [2.0] * 60}
    )  # fmt: skip
    said = "\n".join(words_on(plot_worst_off(worst)))
    assert "every member gains: 60%" in said
    assert "a member loses: 30%" in said


# Refusals.


@pytest.mark.parametrize("draw", [
    lambda curves, individual, payers: plot_curves(curves, "valeu"),
    lambda curves, individual, payers: plot_individual_effects(individual, "valeu"),
    lambda curves, individual, payers: plot_payers(payers, "value_recieved"),
])  # fmt: skip
def test_an_unknown_quantity_is_refused_with_the_nearest(curves, individual, payers, draw):
    with pytest.raises(TableError, match="value"):
        draw(curves, individual, payers)


@pytest.mark.parametrize(
    "plot", [plot_curves, plot_individual_effects, plot_fates, plot_payers, plot_worst_off]
)
def test_a_table_without_the_columns_is_refused(plot):
    with pytest.raises(TableError, match="is missing"):
        plot(pd.DataFrame({"something else": [1]}))
