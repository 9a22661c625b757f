"""Which factors matter: a tornado of effects, Morris's screen, Sobol's shares of variance."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.errors import TrustsimError, refusal
from trustsim.figures.labels import beside, note, points, spread, text_height
from trustsim.figures.style import BLUE, DARK, PALE, SMALL, VERMILION, axes_or_new

__all__ = ["plot_morris", "plot_sobol", "plot_tornado"]

COLUMNS = (
    *("arm", "outcome", "month", "unit", "factor", "index", "estimate", "low", "high"),
    *("corrected", "corrected_low", "corrected_high", "noise", "n", "replicates"),
)
CROSSES = ";\ncrosses: not corrected for noise"
ONLY_ARM = "baseline"  # needs no naming
APART = 0.2  # rows of one factor, a share of the space between factors


def plot_tornado(effects: pd.DataFrame, ax: Axes | None = None, *, most: int = 15) -> Axes:
    """What each factor's whole range does to an outcome, the largest mean size on top.

    Bars: the mean effect with its sign, the interval over points and luck; at the right the mean
    size (corrected for noise), which exceeds the bar where effects differ in sign.

    Parameters
    ----------
    effects : pandas.DataFrame
        Rows of `sensitivity_of` for one arm of a Morris study.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    most : int, optional
        Factors that are drawn.
    """
    table = _checked(effects, "plot_tornado")
    signed, size = _by_factor(table, "mu"), _by_factor(table, "mu_star")
    signed = signed.loc[_largest(size, "corrected", most)]
    scale, unit = _scale(table)
    ax = axes_or_new(ax, height=1.2 + 0.28 * len(signed))
    ax.axvline(0, color=DARK, lw=1)
    sizes = (scale * size.loc[signed.index, "corrected"]).tolist()
    for place, row in enumerate(signed.to_dict("records")):
        height = -place
        middle = scale * row["estimate"]
        ax.barh(height, middle, height=0.6, color=BLUE if middle > 0 else VERMILION, alpha=0.6)
        ends = (scale * row["corrected_low"], scale * row["corrected_high"])
        ax.hlines(height, *ends, color=DARK, lw=1.4)
        beside(ax, height, f"{sizes[place]:.1f}" if scale > 1 else f"{sizes[place]:.3g}")
    beside(ax, 0.8, "mean size")
    _name_rows(ax, list(signed.index))
    ax.set_xlabel(f"mean effect of the whole range on {_outcome(table)} ({unit})")
    _small_print(ax, table, "trajectories")
    return ax


def example_tornado(screened: Any) -> Axes:
    """Bars of mean effects, the largest on top.

    Which parameters move an outcome most, and which way?
    """
    return plot_tornado(screened)


def plot_morris(effects: pd.DataFrame, ax: Axes | None = None, *, names: int = 10) -> Axes:
    """Mean size of each factor's effects across, their spread up.

    Above the line the spread exceeds the mean size: what the factor does hangs on the others.
    Filled marks are corrected for noise, crosses are not. An interval that leaves the figure ends
    in an arrow head.

    Parameters
    ----------
    effects : pandas.DataFrame
        Rows of `sensitivity_of` for one arm of a Morris study.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    names : int, optional
        Factors that are named, those with the largest mean size.
    """
    table = _checked(effects, "plot_morris")
    size, sigma = _by_factor(table, "mu_star"), _by_factor(table, "sigma")
    scale, unit = _scale(table)
    ax = axes_or_new(ax, width=7.4, height=5.0)
    rows = size.join(sigma.add_suffix("_sigma"))
    for row in rows.to_dict("records"):
        across, up = scale * row["corrected"], scale * row["corrected_sigma"]
        ax.hlines(
            up, scale * row["corrected_low"], scale * row["corrected_high"], color=BLUE, lw=0.8
        )
        ax.plot(across, up, "o", color=BLUE, ms=5)
        ax.plot(scale * row["estimate"], scale * row["estimate_sigma"], "x", color=DARK, ms=4)
    # An interval may be many times as wide as all marks are apart.
    top = 1.35 * scale * float(rows[["estimate", "corrected"]].max().max())
    ax.set_xlim(right=top)
    ax.set_ylim(bottom=0)
    cut = rows[scale * rows["corrected_high"] > top]
    ax.plot([top] * len(cut), scale * cut["corrected_sigma"], ">", color=BLUE, ms=5, clip_on=False)
    end = min(top, ax.get_ylim()[1])
    ax.plot([0, end], [0, end], color=DARK, lw=0.8, ls=":")
    line: dict[str, Any] = {
        "rotation": 45,
        "rotation_mode": "anchor",
        "transform_rotates_text": True,
    }
    ax.text(0.58 * end, 0.6 * end, "spread = mean size", va="bottom", fontsize=SMALL, color=DARK,
            **line)  # fmt: skip
    chosen = rows.loc[_largest(size, "corrected", names)]
    heights = [scale * float(value) for value in chosen["corrected_sigma"]]
    low, high = ax.get_ylim()
    places = spread(heights, gap=text_height(ax), low=low, high=high)
    for name, across, up, place in zip(
        chosen.index, scale * chosen["corrected"], heights, places, strict=True
    ):
        ax.annotate(
            _plain(name),
            xy=(float(across), up),
            xytext=(1.03, place),
            textcoords=ax.get_yaxis_transform(),
            fontsize=SMALL,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": PALE, "lw": 0.6},
        )
    ax.set_xlabel(f"mean size of the effect on {_outcome(table)} ({unit})")
    ax.set_ylabel(f"spread of the effect ({unit})")
    _small_print(ax, table, "trajectories", CROSSES)
    return ax


def example_morris(screened: Any) -> Axes:
    """Mean size across, spread up.

    Which parameters matter by themselves, and which only together with others?
    """
    return plot_morris(screened)


def plot_sobol(indices: pd.DataFrame, ax: Axes | None = None, *, most: int = 15) -> Axes:
    """Each factor's share of the variance, alone and in all, the largest total on top.

    Filled marks with intervals are corrected for noise; crosses are not.

    Parameters
    ----------
    indices : pandas.DataFrame
        Rows of `sensitivity_of` for one arm of a Saltelli study.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    most : int, optional
        Factors that are drawn.
    """
    table = _checked(indices, "plot_sobol")
    looks = {"total": ("in all", BLUE, "o"), "first": ("alone", VERMILION, "s")}
    order = _largest(_by_factor(table, "total"), "corrected", most)
    ax = axes_or_new(ax, height=1.2 + 0.42 * len(order))
    ax.axvline(0, color=DARK, lw=1)
    for index, (words, colour, mark) in looks.items():
        rows = _by_factor(table, index).loc[order]
        shift = APART if index == "total" else -APART
        for place, row in enumerate(rows.to_dict("records")):
            height = shift - place
            ax.hlines(height, row["corrected_low"], row["corrected_high"], color=colour, lw=1.4)
            ax.plot(row["corrected"], height, mark, color=colour, ms=5)
            ax.plot(row["estimate"], height, "x", color=DARK, ms=4)
        beside(ax, shift, words, colour)
    _name_rows(ax, order)
    ax.set_xlabel(f"share of the variance of {_outcome(table)} between points")
    _small_print(ax, table, "base samples", CROSSES)
    return ax


def example_sobol(shares: Any) -> Axes:
    """Shares of variance with intervals.

    How much of the variance is due to each parameter, alone and in all?
    """
    return plot_sobol(shares)


def _checked(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """The table, if it is of one arm and outcome."""
    require_columns(table, COLUMNS, where=where)
    kinds = table[["arm", "outcome", "month"]].drop_duplicates()
    if len(kinds) > 1:
        step = "Choose rows of one arm and one outcome."
        raise TrustsimError(refusal(where, "arms and outcomes", len(kinds), "must be one", step))
    return table


def _by_factor(table: pd.DataFrame, index: str) -> pd.DataFrame:
    rows = table[table["index"] == index].set_index("factor")
    if rows.empty:
        found = ", ".join(dict.fromkeys(table["index"].astype(str)))
        step = "plot_sobol draws a Saltelli study, plot_morris and plot_tornado a Morris study."
        raise TrustsimError(refusal("table", "index", found, f"has no {index}", step))
    # With few replicates nothing can be corrected: the plain estimates are what there is.
    for name, plain in (("", "estimate"), ("_low", "low"), ("_high", "high")):
        column = f"corrected{name}"
        rows[column] = rows[column].fillna(rows[plain])
    return rows


def _largest(rows: pd.DataFrame, column: str, most: int) -> list[str]:
    ordered = rows.sort_values(column, ascending=False, kind="stable")
    return [str(name) for name in ordered.index[:most]]


def _scale(table: pd.DataFrame) -> tuple[float, str]:
    return points(str(table["unit"].iloc[0]))


def _outcome(table: pd.DataFrame) -> str:
    first = table.iloc[0]
    return f"{_plain(first['outcome'])} by month {int(first['month'])}"


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks([-place for place in range(len(names))], [_plain(name) for name in names])
    ax.set_ylim(-len(names) + 0.4, 1.1)


def _small_print(ax: Axes, table: pd.DataFrame, samples: str, more: str = "") -> None:
    first = table.iloc[0]
    known = pd.notna(first["noise"])
    noise = f"noise {100 * first['noise']:.1f} % of the variance" if known else "noise unknown"
    numbers = f"{int(first['n'])} {samples}, {int(first['replicates']):,} replicates a point"
    if first["arm"] != ONLY_ARM:
        numbers = f"{_plain(first['arm'])}: {numbers}"
    note(ax, f"{numbers}; {noise}; lines: 95 % intervals{more}")


def _plain(name: object) -> str:
    return str(name).replace("_", " ")
