"""The gallery: a page and its pictures, from the examples beside the functions that draw them.

    python docs/gallery.py --write          writes gallery.md and draws every picture
    python docs/gallery.py --page           writes gallery.md only
    python docs/gallery.py --grey FOLDER    draws the pictures in grey into a folder, to look at

A figure `plot_x` is shown by the function `example_x` that stands beside it in `trustsim.figures`:
its docstring says what is seen (first line) and which question it answers; its body is the code.
Its parameters are names that the code at the top of its section, or of the page, has made.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import io
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.animation import FuncAnimation
from PIL import Image, ImageSequence

from trustsim.figures import write_animation

HERE = Path(__file__).parent
PAGE = HERE / "gallery.md"
DOTS = 100  # an inch
COLOURS = 256  # of a file
TOP = """\
<!-- Made by docs/gallery.py from the examples in trustsim/figures; change those. -->

# Gallery of figures

Every figure that trustsim draws, the question it answers, and the code that made it. Each takes
a tidy table and returns matplotlib Axes: pass `ax=` to draw on your own, and save one with
`.figure.savefig("name.png")`.

The pictures come from small simulations, so their intervals are wide. They show what a figure
looks like; for findings see [evidence.md](evidence.md). The code of a section continues the code
above it.
"""
IMPORTS = """\
import numpy as np
import pandas as pd

import trustsim as ts
from trustsim import analysis, figures
"""


class Section(NamedTuple):
    """A part of the page: modules of `trustsim.figures`, code before their examples, a remark."""

    title: str
    modules: tuple[str, ...]
    code: str = ""
    remark: str = ""


SECTIONS = (
    Section(
        "One partnership",
        ("partnership", "network", "animation"),
        """\
four = ts.scenario("voluntary").with_(organisations=4)
partnership = ts.Partnership(four, seed=7, replicate=3, log_actions=True)
partnership.run_model()
events = partnership.events
marks = events[events["event"].isin(["member left", "matured", "relapsed", "dissolved"])]
""",
        "`partnership.plot` has these too: `.story()`, `.trust()`, `.network()` and `.acts()`.\n"
        '`partnership.plot.save_animation("story.gif")` writes the moving picture, and so does\n'
        "`trustsim story voluntary --animation story.gif`.",
    ),
    Section(
        "Many partnerships",
        ("runs",),
        'runs = ts.simulate("voluntary", replicates=400, seed=7, record="months")\n',
    ),
    Section(
        "Arms compared",
        ("comparison",),
        """\
from trustsim.report.comparison_words import worst_off

arms = {"coordinator": "+coordinator", "mandate": "+mandate", "deadline": "+deadline"}
both = ts.compare("voluntary", arms, replicates=400, seed=7, months=120)
worst = worst_off(both, "mandate")
""",
        "`both.plot` has most of these too.",
    ),
    Section("How much, when, and for how long", ("doses",)),
    Section(
        "Which parameters matter",
        ("sensitivity",),
        """\
from trustsim.sweeps import Study, sweep
from trustsim.sweeps.sensitivity import sensitivity_of

ranges = {name: [] for name in ("negativity", "handover", "tenure", "pace", "meetings")}
setup = {"replicates": 100, "months": 60, "factors": ranges}
morris = sweep(Study("voluntary", design="morris", points=10, **setup))
screened = sensitivity_of(morris, outcome="dissolved")
saltelli = sweep(Study("voluntary", design="saltelli", points=32, **setup))
shares = sensitivity_of(saltelli, outcome="dissolved")
""",
    ),
    Section(
        "What facts say about parameters", ("calibration",), "from trustsim import calibration\n"
    ),
)


class Piece(NamedTuple):
    """A figure of the page: its name, what is seen, the question, the code, and its file."""

    name: str
    seen: str
    question: str
    code: str
    link: str


def pieces(section: Section) -> list[Piece]:
    """The figures of a section that have an example, in the order of their modules."""
    modules = [importlib.import_module(f"trustsim.figures.{name}") for name in section.modules]
    return [
        _piece(example, module.__all__)
        for module in modules
        for name, example in vars(module).items()
        if name.startswith("example_")
    ]


def _piece(example: Any, public: list[str]) -> Piece:
    plot = example.__name__.removeprefix("example_")
    plot = plot if plot in public else f"plot_{plot}"
    seen, question = (inspect.getdoc(example) or "").split("\n\n")
    source = textwrap.dedent(inspect.getsource(example))
    body = ast.parse(source).body[0].body  # type: ignore[attr-defined]
    code = textwrap.dedent("\n".join(source.splitlines()[body[1].lineno - 1 :]))
    moving = plot.startswith("animate_")
    code = re.sub(r"^return ", "animation = " if moving else "ax = ", code, flags=re.MULTILINE)
    code = re.sub(r"(?<![\w.])((?:plot|animate)_\w+\()", r"figures.\1", code)
    code = re.sub(r"\n?^ax = ax$\n?", "", code, flags=re.MULTILINE)
    link = f"figures/gallery/{plot}.{'gif' if moving else 'png'}"
    return Piece(plot, seen.rstrip("."), question, code.rstrip("\n") + "\n", link)


def page() -> str:
    """The page as it is now."""
    parts = [TOP, f"```python\n{IMPORTS}```\n"]
    for section in SECTIONS:
        parts.append(f"## {section.title}\n")
        parts += [f"```python\n{section.code}```\n"] if section.code else []
        parts += [f"{section.remark}\n"] if section.remark else []
        for one in pieces(section):
            parts.append(f"### {one.name}\n\n{one.question}\n\n![{one.seen}]({one.link})\n")
            parts.append(f"```python\n{one.code}```\n")
    return "\n".join(parts)


def drawn(*, replicates: int | None = None) -> Iterator[tuple[Piece, Any]]:
    """Each picture of the page, as Axes or an animation, after running the code up to it.

    replicates: at most so many in each simulation, for a quick look.
    """
    names: dict[str, Any] = {}

    def run(code: str, where: str) -> None:
        if replicates is not None:
            most = rf"\g<1>{replicates}"
            code = re.sub(r"(replicates(?:=|\": ))\d+", most, code).replace("every=4", "every=60")
        exec(compile(code, f"{PAGE.name}, {where}", "exec"), names)  # noqa: S102

    run(IMPORTS, "imports")
    for section in SECTIONS:
        run(section.code, section.title)
        for one in pieces(section):
            run(one.code, one.name)
            yield one, names["animation" if one.name.startswith("animate_") else "ax"]


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
    what.add_argument("--write", action="store_true", help="write the page and draw every picture")
    what.add_argument("--page", action="store_true", help="write the page only")
    what.add_argument("--grey", type=Path, metavar="FOLDER", help="draw in grey, elsewhere")
    options = parser.parse_args()
    if not options.grey:
        PAGE.write_text(page(), "utf-8")
    if options.page:
        return 0
    for one, made in drawn():
        path = options.grey / Path(one.link).name if options.grey else HERE / one.link
        save(made, path, grey=bool(options.grey))
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
