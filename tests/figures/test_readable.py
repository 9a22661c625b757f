"""Every figure can be read: nothing is cut off, in grey neither; mended after looking at each."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from trustsim import figures
from trustsim.figures.indication import MARKS
from trustsim.studies.regimes import BACKFIRES, HELPS


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


def test_names_on_bars_of_fates_stand_on_white_or_on_black(figures_of_comparisons):
    plot, tables = figures_of_comparisons["fates"]
    named = [text for text in plot(*tables).texts if text.get_bbox_patch() is not None]
    assert len(named) == 16
    for text in named:
        behind = text.get_bbox_patch().get_facecolor()
        assert contrast_of(text.get_color(), behind) >= 10


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


def test_words_for_a_tenth_keep_off_the_line_at_zero():
    """Nine in ten lose, and the tenth from the top loses little: a dot just under the line."""
    ax = figures.plot_individual_effects(pd.DataFrame({"value": np.linspace(-9, -0.001, 400)}))
    [word] = [text for text in ax.texts if text.get_text().startswith("a tenth above")]
    assert word.xy == (0.9, 0.0)
    FigureCanvasAgg(ax.get_figure(root=True)).draw()
    foot = ax.transData.inverted().transform((0, word.get_window_extent().y0))[1]
    assert foot > 0


def test_an_interval_that_leaves_a_screen_ends_in_an_arrow_head(figures_of_sensitivity):
    plot, (found,) = figures_of_sensitivity["plot_morris"]
    assert not [
        line for line in plot(found).lines if line.get_marker() == ">" and len(line.get_xdata())
    ]
    wide = found.copy()
    wide.loc[wide["factor"] == "pace", "corrected_high"] = 9.0
    ax = plot(wide)
    [arrows] = [line for line in ax.lines if line.get_marker() == ">"]
    assert list(arrows.get_xdata()) == [ax.get_xlim()[1]]


def test_a_bar_too_high_for_its_row_has_its_count(figures_of_calibration):
    plot, (ranks,) = figures_of_calibration["ranks"]
    assert not plot(ranks).texts
    ranks = ranks.copy()
    ranks.loc[3, "count"] = 217
    assert [text.get_text() for text in plot(ranks).texts] == ["217"]


def test_the_line_of_perfect_forecasts_is_named(figures_of_studies):
    plot, tables = figures_of_studies["calibration"]
    assert "as many as forecast" in [text.get_text() for text in plot(*tables).texts]
