"""Every figure can be read: nothing is cut off, in grey neither; mended after looking at each."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from trustsim import figures


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


def test_names_on_bars_of_fates_stand_on_white_or_on_black(figures_of_comparisons):
    plot, tables = figures_of_comparisons["fates"]
    named = [text for text in plot(*tables).texts if text.get_bbox_patch() is not None]
    assert len(named) == 16
    for text in named:
        behind = text.get_bbox_patch().get_facecolor()
        assert contrast_of(text.get_color(), behind) >= 10


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
