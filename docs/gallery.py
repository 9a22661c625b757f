"""The pictures of docs/gallery.md, drawn by the lines of code that stand there.

    python docs/gallery.py --write          draws every picture anew
    python docs/gallery.py --grey FOLDER    the same in grey, to look at, into a folder of your own

A picture belongs to the heading it stands under; the code below it leaves `ax`, or `animation`.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.animation import FuncAnimation
from PIL import Image, ImageSequence

from trustsim.figures import write_animation

HERE = Path(__file__).parent
PAGE = HERE / "gallery.md"
PIECE = re.compile(
    r"^### (?P<title>[^\n]+)$|^!\[[^\n]*\]\((?P<link>[^\n)]+)\)$|^```python\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
DOTS = 100  # an inch
COLOURS = 256  # of a file


class Piece(NamedTuple):
    """Some lines of code; of a picture: what stands in its heading, and its file."""

    code: str
    title: str = ""
    link: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """Code of a page in its order, with the picture above it, if there is one."""
    title = link = ""
    for found in PIECE.finditer(text):
        if found["title"]:
            title, link = found["title"], ""
        elif found["link"]:
            link = found["link"]
        else:
            yield Piece(found["code"], title if link else "", link)
            title = link = ""


def drawn(text: str) -> Iterator[tuple[Piece, Any]]:
    """Each picture of a page, as Axes or an animation, after running the code up to it."""
    names: dict[str, Any] = {}
    for number, piece in enumerate(pieces(text)):
        names.pop("ax", None)
        names.pop("animation", None)
        exec(compile(piece.code, f"{PAGE.name}, piece {number}", "exec"), names)  # noqa: S102
        if piece.link:
            yield piece, names["animation"] if "animation" in names else names["ax"]


def save(made: Any, path: Path, *, grey: bool = False) -> None:
    """Write a picture in few colours, so that the file stays small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(made, FuncAnimation):
        write_animation(made, path)
        if grey:
            with Image.open(path) as moving:
                frames = [frame.convert("L") for frame in ImageSequence.Iterator(moving)]
            frames[0].save(path, save_all=True, append_images=frames[1:], duration=160, loop=0)
        return
    raw = io.BytesIO()
    made.get_figure(root=True).savefig(raw, format="png", dpi=DOTS)
    picture = Image.open(raw).convert("RGB")
    if grey:
        picture = picture.convert("L").convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, format="PNG", optimize=True)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="draw every picture anew")
    what.add_argument("--grey", type=Path, metavar="FOLDER", help="the same in grey, elsewhere")
    options = parser.parse_args()
    for piece, made in drawn(PAGE.read_text("utf-8")):
        path = options.grey / Path(piece.link).name if options.grey else HERE / piece.link
        save(made, path, grey=bool(options.grey))
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
