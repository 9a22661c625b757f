"""Every figure: it is in the gallery, has its number of runs and units, and can be read."""

import inspect
import subprocess
import sys

from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from trustsim import figures


def test_every_figure_is_in_the_gallery_with_its_question_and_its_code(gallery):
    """One place to change: the page is made from the examples beside the functions."""
    text = gallery.PAGE.read_text(encoding="utf-8")
    assert text == gallery.page(), "run python docs/gallery.py --write"
    pieces = [piece for section in gallery.SECTIONS for piece in gallery.pieces(section)]
    names = [piece.name for piece in pieces]
    assert sorted([*names, "write_animation"]) == sorted(figures.__all__)
    assert "figures.write_animation(" in text
    for piece in pieces:
        assert f"figures.{piece.name}(" in piece.code
        assert piece.question.endswith("?"), piece.name
        assert piece.code.count("\n") <= 15, piece.name


def test_pictures_are_there_small_and_none_is_left_over(gallery):
    links = {
        gallery.HERE / one.link for section in gallery.SECTIONS for one in gallery.pieces(section)
    }
    assert set((gallery.HERE / "figures" / "gallery").iterdir()) == links
    stills = [path for path in links if path.suffix == ".png"]
    assert max(path.stat().st_size for path in stills) < 60_000
    assert sum(path.stat().st_size for path in links) < 2_000_000


def test_every_figure_takes_axes_and_says_how_many_runs_it_rests_on_and_what_its_axes_are(shown):
    for name, made in shown.items():
        if name.startswith("animate_"):
            assert isinstance(made, FuncAnimation)
            continue
        assert isinstance(made, Axes), name
        assert "ax" in inspect.signature(getattr(figures, name)).parameters, name
        titles = [made.get_title(loc=side) for side in ("left", "right")]
        words = " ".join([*titles, made.get_xlabel()])
        known = ("partnership", "pairs", "replicates a point", "draws", "pseudo-studies", "made up")
        assert any(word in words for word in known), name
        assert made.get_xlabel() or not made.axison or name == "plot_trust_network", name


def test_no_word_is_cut_off_at_the_edge(shown):
    stills = {name: made for name, made in shown.items() if isinstance(made, Axes)}
    cut = {name: cut_off(ax) for name, ax in stills.items()}
    assert {name: words for name, words in cut.items() if words} == {}


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


def test_a_picture_is_kept_in_colour_or_grey(gallery, shown, tmp_path):
    gallery.save(shown["animate_partnership"], tmp_path / "moving.gif", grey=True)
    gallery.save(shown["plot_status_stack"], tmp_path / "still.png", grey=True)
    for path in tmp_path.iterdir():
        with gallery.Image.open(path) as picture:
            colours = picture.convert("RGB").getcolors()
        assert all(red == green == blue for _, (red, green, blue) in colours), path.name


def test_drawing_needs_no_window_system():
    code = (
        "import sys, trustsim.figures;"
        "sys.exit('matplotlib.pyplot' in sys.modules or 'tkinter' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
