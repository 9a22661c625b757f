"""The gallery shows every figure, and the code that stands there draws it."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes

from trustsim import figures

DOCS = Path(__file__).parents[2] / "docs"
SMALLER = (
    (r"(\breplicates|\"replicates\")([=:] ?)(\d+)", 40),
    (r"(\bpoints)(=)(\d+)", 4),
)
"""Sizes in the code of the gallery, and what they are at most in a quick run."""


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("docs_gallery", DOCS / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text(gallery):
    return gallery.PAGE.read_text(encoding="utf-8")


def quick(text):
    """The same page with its code at toy size."""
    return re.sub(r"```python\n.*?```", lambda found: smaller(found[0]), text, flags=re.DOTALL)


def smaller(code):
    """A piece of code at toy size."""
    for pattern, most in SMALLER:
        code = re.sub(
            pattern,
            lambda found, most=most: f"{found[1]}{found[2]}{min(int(found[3]), most)}",
            code,
        )
    return code.replace("every=4", "every=60")


def test_every_figure_has_its_heading_its_question_and_its_code(gallery, text):
    shown = [piece for piece in gallery.pieces(text) if piece.link]
    headed = [name for piece in shown for name in piece.title.split(", ")]
    assert sorted(headed) == sorted(figures.__all__)
    for piece in shown:
        assert f"figures.{piece.title.split(', ')[0]}(" in piece.code
        assert piece.code.count("\n") <= 15, piece.title
    questions = re.findall(r"^### .+\n\n(.+)\n\n!\[", text, re.MULTILINE)
    assert len(questions) == len(shown)
    assert all(question.endswith("?") for question in questions)


def test_pictures_are_there_small_and_none_is_left_over(gallery, text):
    links = {gallery.HERE / piece.link for piece in gallery.pieces(text) if piece.link}
    assert set((gallery.HERE / "figures" / "gallery").iterdir()) == links
    stills = [path for path in links if path.suffix == ".png"]
    assert max(path.stat().st_size for path in stills) < 60_000
    assert sum(path.stat().st_size for path in links) < 2_000_000


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_the_code_of_the_gallery_draws_its_pictures(gallery, text, tmp_path):
    made = dict(gallery.drawn(quick(text)))
    assert len(made) == sum(bool(piece.link) for piece in gallery.pieces(text))
    for piece, picture in made.items():
        assert isinstance(picture, FuncAnimation if piece.link.endswith(".gif") else Axes)
        if piece.link.endswith(".gif"):
            gallery.save(picture, tmp_path / "moving.gif", grey=True)
    gallery.save(next(iter(made.values())), tmp_path / "still.png", grey=True)
    for path in tmp_path.iterdir():
        with gallery.Image.open(path) as shown:
            colours = shown.convert("RGB").getcolors()
        assert all(red == green == blue for _, (red, green, blue) in colours), path.name
