import numpy as np
import pytest
from matplotlib.figure import Figure

from trustsim.figures.labels import END_LABEL, label_lines, spread, year_axis
from trustsim.figures.style import LINES, STATUS_AREAS


@pytest.mark.parametrize(
    ("wanted", "gap", "placed"),
    [
        ([], 1, []),
        ([0.9, 0.1, 0.5], 0.1, [0.9, 0.1, 0.5]),  # with room they stay
        ([0.5, 0.5, 0.5], 0.2, [0.3, 0.5, 0.7]),  # those that collide move by the least
        ([1.0, 1.0], 0.2, [0.8, 1.0]),  # inside
        ([0.0, 0.05], 0.2, [0.0, 0.2]),
        ([0.5] * 5, 0.9, [0, 0.25, 0.5, 0.75, 1]),  # without room the gap shrinks
    ],
)
def test_labels_are_as_near_as_can_be_to_where_they_belong(wanted, gap, placed):
    assert spread(wanted, gap=gap, low=0, high=1) == placed


def test_order_and_gaps_hold_for_any_heights():
    """Random heights; no chance of a false alarm."""
    generator = np.random.default_rng(0)
    for _ in range(100):
        wanted = generator.random(6)
        placed = np.array(spread(list(wanted), gap=0.1, low=0, high=1))
        order = np.argsort(wanted)
        assert (np.diff(placed[order]) >= 0.1 - 1e-8).all()
        assert placed.min() >= 0
        assert placed.max() <= 1 + 1e-8


def test_a_second_call_moves_the_labels_of_the_first():
    ax = Figure().add_subplot()
    ax.plot([0, 12], [0, 0.5], label="one")
    label_lines(ax)
    ax.plot([0, 12], [0, 0.5], label="two")
    label_lines(ax)
    texts = [text for text in ax.texts if text.get_gid() == END_LABEL]
    assert [text.get_text() for text in texts] == ["one", "two"]
    assert texts[0].get_position()[1] != texts[1].get_position()[1]


@pytest.mark.parametrize(("months", "count", "last"), [(60, 6, "5"), (120, 11, "10")])
def test_months_are_marked_in_years(months, count, last):
    ax = Figure().add_subplot()
    ax.plot([0, months], [0, 1])
    year_axis(ax, months)
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert (len(labels), labels[-1]) == (count, last)
    assert ax.get_xlim() == (0, months)


def test_no_two_lines_or_areas_share_a_look_in_grey():
    """The first six dashes differ; areas differ by hatch or by at least a quarter of grey."""
    assert len({str(style.dash) for style in LINES[:6]}) == 6
    looks = []
    for area in STATUS_AREAS.values():
        red, green, blue = (int(area.colour[place : place + 2], 16) for place in (1, 3, 5))
        looks.append((area.hatch, 0.299 * red + 0.587 * green + 0.114 * blue))
    plain = [grey for hatch, grey in looks if not hatch]
    assert abs(plain[0] - plain[1]) > 0.25 * 255
    assert len({hatch for hatch, _ in looks}) == 3
