"""Tables and figures of a run, each with what it shows and the numbers behind it."""

from __future__ import annotations

import functools
import io
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trustsim.report.words import FIRST_OF_TWO, INTERVALS, SHARE, reported_months

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from trustsim.simulation import Runs

DOTS_PER_INCH = 150
LEAST_AT_RISK = 0.05
"""Share of partnerships to which it must still be able to happen for a hazard to be drawn."""

MOST_PEOPLE = 40
"""Largest partnership whose single story is told: a larger one takes Mesa too long."""

TOLD = {
    "intervention started",
    "intervention stopped",
    "incident",
    "reached for a silver bullet",
    "matured",
    "relapsed",
    "became tokenistic",
    "member left",
    "dissolved",
}
MOST_TOLD = 10


class Table(NamedTuple):
    """A table to keep: its file name, what it is, and the numbers."""

    name: str
    title: str
    caption: str
    data: pd.DataFrame


class Figure(NamedTuple):
    """A figure to keep: its file name, what it shows, the picture and the plotted numbers."""

    name: str
    title: str
    caption: str
    png: bytes
    data: pd.DataFrame


def tables_of(runs: Runs) -> list[Table]:
    """The summary tables of a run, by name."""
    from trustsim.analysis import turnover_rate

    bound = ""
    if runs.scenario.values()["may_exit"] == 0:
        bound = " No member may leave here (may_exit = 0): 0 by definition, not by luck."
    months = reported_months(runs.horizon)
    found = {
        "first_of_two": first_of_two(runs, months),
        "attrition": runs.attrition(months),
        "causes": causes_of(runs),
        "time_to_maturity": runs.time_to_maturity(),
        "status": runs.status_shares(months),
        "turnover": turnover_rate(runs.runs),
    }
    words = {"intervals": INTERVALS, "bound": bound}
    return [Table(name, *said("tables", name, **words), data) for name, data in found.items()]


def said(kind: str, name: str, **values: object) -> tuple[str, str]:
    """Title and caption of an exhibit, from captions.toml, with these values in their places."""
    title, caption = captions()[kind][name]
    return title.format(**values), caption.format(**values)


@functools.cache
def captions() -> dict[str, dict[str, tuple[str, str]]]:
    """All titles and captions, by kind and name."""
    return tomllib.loads((files("trustsim.report") / "captions.toml").read_text("utf-8"))


def figures_of(runs: Runs) -> list[Figure]:
    """The figures of a run; those that would show nothing are left out."""
    found = [_status(runs), _incidence(runs)]
    found += [
        _hazard(runs, event) for event in ("dissolved", "matured") if bool(runs.runs[event].any())
    ]
    if runs.recorded("months"):
        found += [_fan(runs, column) for column in ("mean_trust", "maturity", "frustration")]
    values = runs.scenario.values()
    if values["organisations"] * values["people"] <= MOST_PEOPLE:
        found.append(_story(runs))
    return found


def picture(ax: Axes) -> bytes:
    """The figure that these Axes are on, as PNG."""
    from matplotlib.text import Text

    buffer = io.BytesIO()
    figure = ax.get_figure(root=True)
    assert figure is not None
    # A name that somebody has given is no formula, and a broken one would stop the drawing. Only
    # the numbers of a logarithmic axis are drawn as one.
    axes = (axis for one in figure.axes for axis in (one.xaxis, one.yaxis))
    numbers = {
        label
        for axis in axes
        if axis.get_scale() in ("log", "symlog")
        for label in axis.get_ticklabels(which="both")
    }
    for text in figure.findobj(Text):
        text.set_parse_math(text in numbers)
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": "trustsim"})
    return buffer.getvalue()


def causes_of(runs: Runs) -> pd.DataFrame:
    """Share of partnerships that ended for each cause, with its interval."""
    from trustsim.analysis.intervals import wilson_bounds

    counts = runs.runs["cause"].value_counts(sort=False)
    shares = counts.to_numpy(dtype=np.float64) / len(runs)
    low, high = wilson_bounds(shares, np.full(len(shares), float(len(runs))))
    table = counts.index.astype(str).to_frame(index=False, name="quantity")
    return table.assign(
        month=runs.horizon, estimate=shares, low=low, high=high, unit=SHARE, n=len(runs)
    )


def first_by_month(runs: Runs, by: Sequence[int] | None = None) -> dict[str, pd.DataFrame]:
    """Cumulative incidence of what came first, and of dissolution whenever it came.

    Parameters
    ----------
    runs : Runs
        The run.
    by : sequence of int, optional
        Months; all of them if left out.

    Returns
    -------
    dict of str to pandas.DataFrame
        matured, dissolved before maturing, neither yet (the three add up to 1 at each month) and
        dissolved at all; columns as in `analysis.cumulative_incidence`.
    """
    from trustsim.analysis import cumulative_incidence
    from trustsim.analysis.intervals import wilson_bounds

    mature, before, neither, at_all = FIRST_OF_TWO
    found = {
        mature: cumulative_incidence(runs.runs, event="matured", by=by),
        before: cumulative_incidence(runs.runs, event="dissolved", by=by, first=True),
        at_all: cumulative_incidence(runs.runs, event="dissolved", by=by),
    }
    # All partnerships of a run are watched to one horizon, so those with no event can be counted.
    events = len(runs) - found[mature]["events"] - found[before]["events"]
    share = (events / len(runs)).to_numpy()
    low, high = wilson_bounds(share, np.full(len(share), float(len(runs))))
    start = found[mature]["month"] == 0
    found[neither] = found[mature].assign(
        estimate=share,
        standard_error=np.sqrt(share * (1 - share) / len(runs)),
        low=np.where(start, 1.0, low),
        high=np.where(start, 1.0, high),
        events=events,
    )
    return {event: found[event].assign(event=event) for event in FIRST_OF_TWO}


def first_of_two(runs: Runs, by: Sequence[int]) -> pd.DataFrame:
    """The same by some months, as a summary table."""
    import pandas as pd

    tables = first_by_month(runs, by).values()
    table = pd.concat(tables).rename(columns={"event": "quantity"}).assign(unit=SHARE)
    table = table.sort_values("month", kind="stable", ignore_index=True)
    return table[["quantity", "month", "estimate", "low", "high", "unit", "n"]]


def _status(runs: Runs) -> Figure:
    counts = runs.occupancy.drop(columns=["members_lost_squared"])
    return Figure("status", *said("figures", "status"), picture(runs.plot.status()), counts)


def _incidence(runs: Runs) -> Figure:
    import pandas as pd

    from trustsim.figures import plot_cumulative_incidence

    tables = first_by_month(runs)
    mature, before, *_ = FIRST_OF_TWO
    ax = plot_cumulative_incidence(tables[mature])
    ax = plot_cumulative_incidence(tables[before], ax, label=before.replace(" ", "\n", 1))
    ax.set_ylabel("share of partnerships so far")
    data = pd.concat(tables.values(), ignore_index=True)
    return Figure("incidence", *said("figures", "incidence"), picture(ax), data)


def _hazard(runs: Runs, event: str) -> Figure:
    from trustsim.analysis import hazard
    from trustsim.figures import plot_hazard

    table = hazard(runs.runs, event=event)
    width = table["month_to"] - table["month_from"] + 1
    table = table[table["person_months"] >= LEAST_AT_RISK * len(runs) * width]
    name = f"hazard_{event}"
    words = said("figures", name, least=LEAST_AT_RISK)
    return Figure(name, *words, picture(plot_hazard(table)), table)


def _fan(runs: Runs, column: str) -> Figure:
    from trustsim import schema
    from trustsim.figures.runs import LEVELS

    meaning = next(one.meaning for one in schema.MONTHS if one.name == column)
    by_month = runs.months.groupby("month")[column]
    bands = by_month.quantile(np.array(list(LEVELS))).unstack().reset_index()
    bands.columns = ["month", *(f"quantile_{level:g}" for level in LEVELS)]
    plain = column.replace("_", " ")
    words = said("figures", "fan", column=plain, meaning=meaning[:1].upper() + meaning[1:])
    return Figure(f"fan_{column}", *words, picture(runs.plot.fan(column)), bands)


def _story(runs: Runs) -> Figure:
    import pandas as pd

    from trustsim.figures import plot_partnership_story

    replicate = int(runs.runs["replicate"].iloc[0])
    model = runs.one(replicate, log_actions=False)
    months, events = pd.DataFrame(model.month_rows()), model.events
    told = events[events["event"].isin(TOLD)].drop_duplicates(["month", "event"])
    model.release()
    ax = plot_partnership_story(months, told[["month", "event"]].head(MOST_TOLD))
    words = said("figures", "story", replicate=replicate, most=MOST_TOLD)
    return Figure("story", *words, picture(ax), months)
