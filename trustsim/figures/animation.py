"""One partnership as a moving picture: who trusts whom, and how it fares, month by month."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.animation import AbstractMovieWriter, FuncAnimation
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from trustsim.analysis.tables import TableError, require_columns
from trustsim.arguments import expanded
from trustsim.errors import TrustsimError, refusal
from trustsim.figures.labels import label_lines, year_axis
from trustsim.figures.network import (
    COLUMNS,
    ORGANISATIONS,
    draw_network,
    moment_in_words,
    moment_of,
    name_kinds,
    seats_of,
)
from trustsim.figures.partnership import STORY
from trustsim.figures.style import DARK, SMALL, SOOT, line_style

__all__ = ["animate_partnership", "write_animation"]

WHERE = "animate_partnership"
SIZE = (8.4, 4.4)  # inches
DOTS = 90  # an inch
SPEED = 6  # frames a second
LAST = 4.0  # seconds that the last frame stands
COLOURS = 64  # of a file: few make it small, and the figure has fewer inks
TOLD = 5  # events that stand under the figure at a time
WHILE = 12  # months that an event stands there
NEW = 6  # months that somebody is new


def animate_partnership(
    ties: pd.DataFrame,
    months_table: pd.DataFrame,
    events: pd.DataFrame | None = None,
    *,
    every: int = 1,
    counts: float | None = None,
) -> FuncAnimation:
    """The network of trust and the story of one partnership, a frame a month from the start on.

    Save it with `write_animation`; in a notebook, `IPython.display.HTML(made.to_jshtml())`.

    Parameters
    ----------
    ties : pandas.DataFrame
        Ties of one partnership, as `Partnership.ties`.
    months_table : pandas.DataFrame
        Months table of that run.
    events : pandas.DataFrame, optional
        What befell it: month and event (a few words).
    every : int, optional
        Months from one frame to the next.
    counts : float, optional
        Mutual trust from which a pair counts for maturity; the parameter `breadth_threshold`.

    Raises
    ------
    TableError
        A table lacks a column, holds more than one run, or `every` is less than 1.
    """
    require_columns(ties, COLUMNS, where=WHERE)
    require_columns(months_table, ("replicate", "month", *STORY), where=WHERE)
    if events is not None and len(events):
        require_columns(events, ("month", "event"), where=f"{WHERE}, events")
    _check(months_table, every)
    film = _Film(ties, months_table, events, counts)
    last = int(ties["month"].max())
    frames = sorted({*range(0, last, every), last})
    return FuncAnimation(
        film.figure, film.show, frames=frames, init_func=list, interval=1000 / SPEED, repeat=False
    )


def example_animate_partnership(partnership: Any, marks: Any) -> FuncAnimation:
    """The network of trust beside the lines of the story, month by month.

    How did it go, as a moving picture?
    """
    months = pd.DataFrame(partnership.month_rows())
    # figures.write_animation(animation, "story.gif") keeps it.
    return animate_partnership(partnership.ties, months, marks, every=4)


def write_animation(animation: FuncAnimation, path: str | os.PathLike[str]) -> Path:
    """Write a GIF, whole or not at all; the same animation gives the same bytes.

    Parameters
    ----------
    animation : matplotlib.animation.FuncAnimation
        From `animate_partnership`.
    path : str or path
        File that ends in .gif; one that is there is replaced.

    Raises
    ------
    TrustsimError
        The name ends in something else, or its folder is not there.
    """
    target = checked_path(path)
    handle, name = tempfile.mkstemp(suffix=".gif", dir=target.parent)
    os.close(handle)
    try:
        animation.save(name, writer=_GifWriter(fps=SPEED), dpi=DOTS)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def checked_path(path: str | os.PathLike[str]) -> Path:
    """The file to write an animation to.

    Raises TrustsimError if its name does not end in .gif, or its folder is not there.
    """
    target = expanded(path)
    if target.suffix.lower() != ".gif":
        step = "Name it like story.gif."
        raise TrustsimError(refusal("animation", "file", str(path), "must end in .gif", step))
    if not os.path.isdir(target.parent) or os.path.isdir(target) or _too_long(target):
        allowed = "must be a file in a folder that is there"
        raise TrustsimError(refusal("animation", "file", str(path), allowed, "Make the folder."))
    return target


def _too_long(path: Path) -> bool:
    """Whether no file can have this name."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return False


def _check(months_table: pd.DataFrame, every: int) -> None:
    replicates = months_table["replicate"].nunique()
    if replicates > 1:
        step = "Pick one, as in months[months.replicate == 0]."
        raise TableError(refusal(WHERE, "replicates", replicates, "must be one", step))
    if every < 1:
        step = "1 shows every month."
        raise TableError(refusal(WHERE, "every", every, "must be at least 1", step))


class _Film:
    """A figure that can show any month of one partnership."""

    def __init__(
        self,
        ties: pd.DataFrame,
        months_table: pd.DataFrame,
        events: pd.DataFrame | None,
        counts: float | None,
    ) -> None:
        self.events, self.counts = events, counts
        self.seats = seats_of(ties)
        self.moments = {
            int(str(month)): moment_of(rows, ORGANISATIONS) for month, rows in ties.groupby("month")
        }
        self.months = months_table["month"].to_numpy()
        self.status = (
            months_table["status"].astype(str).tolist() if "status" in months_table else []
        )
        self.levels = {name: months_table[name].to_numpy() for name in STORY}
        self.figure = Figure(figsize=SIZE, dpi=DOTS)
        _PatientCanvas(self.figure)
        self.network = self.figure.add_axes((0.0, 0.2, 0.46, 0.73))
        self.course = self._course(self.figure.add_axes((0.56, 0.25, 0.31, 0.62)))
        self.head = self.figure.text(0.02, 0.95, "", fontsize=12, weight="bold", color=SOOT)
        self.told = self.figure.text(0.56, 0.115, "", fontsize=SMALL, va="top", color=DARK)
        key = self.figure.add_axes((0.02, 0.155, 0.48, 0.02))
        key.set_axis_off()
        name_kinds(key, counts, new=f"new within {NEW} months", columns=2)

    def _course(self, ax: Axes) -> Axes:
        """The whole story in outline, over which lines grow."""
        ax.spines[["top", "right"]].set_visible(False)
        self.lines = []
        for number, (column, name) in enumerate(STORY.items()):
            style = line_style(number)
            looks: dict[str, Any] = {"color": style.colour, "ls": style.dash}
            ax.plot(self.months, self.levels[column], lw=0.7, alpha=0.4, label=name, **looks)
            self.lines += ax.plot([], [], lw=1.9, label=f"_{name}", **looks)
        self.now = ax.axvline(0, color=SOOT, lw=1, label="_now")
        ax.set_ylim(0, 1)
        ax.set_ylabel("share (0 = none, 1 = full)", fontsize=SMALL)
        year_axis(ax, float(self.months[-1]))
        ax.xaxis.label.set_fontsize(SMALL)
        ax.tick_params(labelsize=SMALL)
        label_lines(ax)
        return ax

    def show(self, month: int) -> list[Any]:
        """The figure as it is at the end of a month."""
        self.network.clear()
        if month in self.moments:
            moment, before = self.moments[month], self._people(month - NEW)
            draw_network(self.network, moment, self.seats, before=before, counts=self.counts)
        self.network.set(xlim=(-1.55, 1.55), ylim=(-1.45, 1.45), aspect="equal")
        self.network.set_axis_off()
        until = self.months <= month
        for line, column in zip(self.lines, STORY, strict=True):
            line.set_data(self.months[until], self.levels[column][until])
        self.now.set_xdata([month, month])
        self.head.set_text(self._head(month))
        self.told.set_text(self._told(month))
        return []

    def _people(self, month: int) -> Collection[str] | None:
        """Who was there in a month; nobody is new who was there at the start."""
        moment = self.moments.get(max(month, 0))
        return None if moment is None else {one for all in moment.people.values() for one in all}

    def _head(self, month: int) -> str:
        words = [f"month {month}" if month else "start"]
        if self.status and month:
            words.append(self.status[int(np.flatnonzero(self.months == month)[0])])
        if month in self.moments:
            words.append(moment_in_words(self.moments[month]))
        return f"{words[0]}: {', '.join(words[1:])}"

    def _told(self, month: int) -> str:
        if self.events is None or not len(self.events):
            return ""
        when = self.events["month"].to_numpy()
        here = self.events[(when <= month) & (when > month - WHILE)].tail(TOLD)
        return "\n".join(f"month {one['month']}: {one['event']}" for one in here.to_dict("records"))


class _PatientCanvas(FigureCanvasAgg):
    """Draws only when told to: matplotlib would otherwise draw every frame twice."""

    def draw_idle(self, *args: Any, **keywords: Any) -> None:
        """Nobody is looking."""


class _GifWriter(AbstractMovieWriter):
    """Frames in one palette, so that the file is small and the colours do not flicker."""

    def setup(self, fig: Figure, outfile: Any, dpi: float | None = None) -> None:
        super().setup(fig, outfile, dpi=dpi)
        self.pictures: list[Any] = []

    def grab_frame(self, **savefig_kwargs: Any) -> None:
        from PIL import Image

        canvas = self.fig.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        self.pictures.append(Image.fromarray(pixels[:, :, :3].copy()))

    def finish(self) -> None:
        from PIL import Image

        first = self.pictures[0]
        shown = self.pictures[:: max(1, len(self.pictures) // 4)]
        sample = Image.new("RGB", (first.width, first.height * len(shown)))
        for number, picture in enumerate(shown):
            sample.paste(picture, (0, number * first.height))
        palette = sample.quantize(COLOURS)
        frames = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in self.pictures]
        waits = [round(1000 / self.fps)] * (len(frames) - 1) + [round(1000 * LAST)]
        frames[0].save(
            self.outfile, format="GIF", save_all=True, append_images=frames[1:], duration=waits,
            loop=0, optimize=False,
        )  # fmt: skip


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
