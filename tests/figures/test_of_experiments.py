"""Figures of single experiments, which stand beside them: what is drawn is what the table says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from trustsim import figures
from trustsim.figures.indication import MARKS
from trustsim.studies.regimes import ALL, BACKFIRES, HELPS

UNITS = Path(__file__).parents[2] / "trustsim" / "data" / "ics_units.csv"


@pytest.fixture(scope="session")
def units():
    return pd.read_csv(UNITS)


@pytest.fixture(scope="session")
def predicted():
    """Bands of two lines and a fitted curve without a band."""
    month = np.arange(1, 61)
    parts = []
    for line, rise in (("declared", 30.0), ("mature in fact", 80.0), ("fitted", 50.0)):
        share = 1 - np.exp(-month / rise)
        half = np.nan if line == "fitted" else 0.1
        columns = {"line": line, "month": month, "estimate": share}
        bounds = {"low": np.maximum(share - half, 0), "high": np.minimum(share + half, 1)}
        parts.append(pd.DataFrame({**columns, **bounds, "n": 42, "draws": 500}))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="session")
def published():
    columns = {"month": [15, 39], "estimate": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]}
    return pd.DataFrame({**columns, "n": 42})


def shares(rows, **columns):
    """A table of shares of partnerships with intervals, 400 pairs a row."""
    table = pd.DataFrame(rows)
    middle = np.linspace(-0.1, 0.1, len(table))
    numbers = {
        "difference": middle,
        "estimate": middle,
        "low": middle - 0.02,
        "high": middle + 0.02,
    }
    return table.assign(**numbers, unit="share of partnerships", n=400, **columns)


def crossed(**levels):
    """Every combination of these levels, a row each."""
    return pd.MultiIndex.from_product(levels.values(), names=levels).to_frame(index=False)


@pytest.fixture
def figures_of_studies():
    arms = shares({"arm": ["coordinator", "mandate"], "kind": ["slow remedy", "silver bullet"]})
    arms = arms.assign(outcome="matured", month=60, gain="additional matured partnership")
    arms = arms.assign(cost=9.0, cost_low=8.0, cost_high=10.0, share=arms["difference"])
    arms = arms.assign(share_low=arms["low"], share_high=arms["high"])
    methods = crossed(bullet=["mandate", "away_day"], method=list(MARKS))
    reached = shares(methods, against="", outcome="dissolved", month=84)
    cells = shares(crossed(up_value=[0.2, 0.8], across_value=[0.5, 1.0]))
    cells = cells.assign(bullet="mandate", across="dose", up="history", outcome="matured", month=84)
    cells = cells.assign(better=1, margin=0.05, intervals=ALL)
    cells = cells.assign(verdict=[BACKFIRES, BACKFIRES, HELPS, HELPS])
    areas = shares(crossed(look=[3, 12], predictor=["visible", "hidden", "everything"]))
    areas = areas.assign(method="logistic", test="fresh luck", measure="auc")
    forecast = shares({"forecast": [0.1, 0.3]}, test="fresh luck", observed=[0.12, 0.31])
    return {
        "forest": (figures.plot_forest, (arms,)),
        "cost and effect": (figures.plot_cost_effect, (arms,)),
        "indication": (figures.plot_indication, (reached,)),
        "regime map": (figures.plot_regime_map, (cells,)),
        "early warning": (figures.plot_early_warning, (areas[areas["look"] == 12],)),
        "skill by month": (figures.plot_skill_by_month, (areas,)),
        "calibration": (figures.plot_calibration, (forecast,)),
    }


@pytest.fixture
def verdicts_on_facts():
    kinds = crossed(model=["trustsim", "constant_hazard"], fact=["SF01", "SF03"])
    kinds = kinds.assign(title="The hazard peaks", role=["test", "calibration"] * 2, n=400)
    return kinds.assign(verdict=["passes", "fails", "cannot say", "does not speak"])


@pytest.fixture
def every_figure(figures_of_studies, maturity, units, predicted, published, verdicts_on_facts):
    return {
        **figures_of_studies,
        "designation": (figures.plot_maturity_over_designation, (maturity, units)),
        "predictive": (figures.plot_predictive_bands, (predicted, published)),
        "scorecard": (figures.plot_scorecard, (verdicts_on_facts,)),
    }


def line_of(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def cut_off(ax):
    """Words that do not fit on the figure, as far as they reach beyond it (pixels)."""
    figure = ax.get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    width, height = figure.bbox.width, figure.bbox.height
    # Marks of an axis beyond its limits have words, but these are not drawn.
    marks = {
        id(label) for axis in (ax.xaxis, ax.yaxis) for label in axis.get_ticklabels(which="both")
    }
    found = {}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in marks:
            box = text.get_window_extent()
            beyond = max(-box.x0, -box.y0, box.x1 - width, box.y1 - height)
            if beyond > 1:
                found[text.get_text()] = round(float(beyond))
    return found


def test_every_figure_draws_on_its_own_and_on_given_axes_with_its_number_of_runs(every_figure):
    for name, (plot, tables) in every_figure.items():
        alone = plot(*tables)
        assert isinstance(alone, Axes), name
        alone.get_figure(root=True).draw_without_rendering()
        titles = [alone.get_title(loc=side) for side in ("left", "right")]
        words = " ".join([*titles, alone.get_xlabel()])
        assert any(word in words for word in ("partnership", "pairs", "replicates a point")), name
        given = Figure().add_subplot()
        assert plot(*tables, ax=given) is given, name


def test_no_word_is_cut_off_at_the_edge(every_figure):
    cut = {name: cut_off(plot(*tables)) for name, (plot, tables) in every_figure.items()}
    assert {name: words for name, words in cut.items() if words} == {}


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast_of(one, other):
    """Contrast of two colours (WCAG): 1 none, 21 black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_numbers_of_a_regime_map_can_be_read_on_every_shade(figures_of_studies):
    plot, (cells,) = figures_of_studies["regime map"]
    shades = pd.concat([cells.assign(across_value=cells["across_value"] + n) for n in range(5)])
    shades["difference"] = np.linspace(-0.5, 0.5, len(shades))
    shades["verdict"] = np.where(shades["difference"] < 0, BACKFIRES, HELPS)
    ax = plot(shades)
    assert len(ax.texts) == len(ax.patches) == 20
    for text, cell in zip(ax.texts, ax.patches, strict=True):
        assert contrast_of(text.get_color(), cell.get_facecolor()) >= 4.5


def test_methods_are_named_in_ink_with_their_mark(figures_of_studies):
    plot, tables = figures_of_studies["indication"]
    ax = plot(*tables)
    named = {text.get_text(): text for text in ax.texts}
    assert set(named) == set(MARKS)
    assert all(contrast_of(text.get_color(), "white") > 7 for text in named.values())
    keys = {
        str(line.get_label()).removeprefix("_key of "): line.get_marker()
        for line in ax.lines
        if str(line.get_label()).startswith("_key of ")
    }
    assert keys == {method: mark for method, (mark, _) in MARKS.items()}


def test_one_test_of_a_warning_stands_on_its_row(figures_of_studies):
    plot, (areas,) = figures_of_studies["early warning"]
    [line] = [line for line in plot(areas).lines if line.get_label() == "_fresh luck"]
    assert list(line.get_ydata()) == [0, 1, 2]
    both = pd.concat([areas, areas.assign(test="other parameters")])
    heights = [list(line.get_ydata()) for line in plot(both).lines[1:]]
    assert heights[0] != heights[1]


def test_the_line_of_perfect_forecasts_is_named(figures_of_studies):
    plot, tables = figures_of_studies["calibration"]
    assert "as many as forecast" in [text.get_text() for text in plot(*tables).texts]


def test_predictive_bands_are_the_tables_and_a_fitted_curve_has_none(predicted, published):
    ax = figures.plot_predictive_bands(predicted, published, label="seen")
    assert len(ax.collections) == 2 + 1  # bands of two lines, bars of the dots
    for name, rows in predicted.groupby("line"):
        assert np.array_equal(line_of(ax, name).get_ydata(), rows["estimate"])
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_ydata().tolist() == published["estimate"].tolist()
    assert "500 draws of 42 partnerships" in ax.get_title(loc="right")
    assert ax.get_ylim() == (0, 1)


def test_designation_is_the_turnbull_curve_with_the_forced_censored(maturity, units):
    ax = figures.plot_maturity_over_designation(maturity, units)
    assert np.array_equal(line_of(ax, "simulated maturity").get_ydata(), maturity["estimate"])
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_xdata() / 12 == pytest.approx([1.25, 1.88, 3.26, 4.18, 4.73])
    assert dots.get_ydata()[-1] == pytest.approx(29 / 42, abs=1e-5)
    cross = line_of(ax, "_censored")
    assert cross.get_xdata()[0] / 12 == pytest.approx(4.73)
    assert "last 13" in dots.get_label()
    assert len(ax.patches) == 5
