"""`simulate`: a scenario lived through many times, and the tables that come of it."""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from trustsim import analysis, arguments, schema
from trustsim.analysis.events import EVENTS
from trustsim.errors import ParameterError, ResourceError, refusal
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from trustsim.engines.ensemble import Raw
    from trustsim.engines.partnership import Partnership

ENGINES = ("ensemble", "mesa")
RECORDS = {
    "runs": ("runs",),
    "members": ("runs", "members"),
    "months": ("runs", "months"),
    "all": ("runs", "members", "months"),
}
"""Tables kept, by what `record` is."""

BYTES_A_TIE = 1500  # of one person's tie to another, as a Python object
YEARS = (36, 60, 84, 120)


def simulate(
    scenario: Scenario | str | Path = "voluntary",
    *,
    replicates: int = 1000,
    seed: int | None = 0,
    months: int = 120,
    engine: str = "ensemble",
    record: str = "runs",
    workers: int | None = None,
    chunk: int | None = None,
    first: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int], object] | None = None,
) -> Runs:
    """Live through a scenario many times, each with its own luck.

    Neither the number of workers, the chunk, the executor, the engine nor what is recorded changes
    any number.

    Parameters
    ----------
    scenario : Scenario, str or path, optional
        A scenario, the name of a setting, or the path to a TOML file.
    replicates : int, optional
        How many partnerships, in [1, 2**32].
    seed : int or None, optional
        The luck of all partnerships, in [0, 2**64). None draws one and records it.
    months : int, optional
        Horizon, in [1, 12000].
    engine : {"ensemble", "mesa"}, optional
        Compiled, or with agents: the same numbers to the bit.
    record : {"runs", "members", "months", "all"}, optional
        Tables to keep: one row a partnership; and one a member's seat as well, or one a month, or
        both.
    workers : int, optional
        Threads, in [1, 1024]; as many as there are cores if left out.
    chunk : int, optional
        Partnerships a task.
    first : int, optional
        Number of the first partnership.
    executor : concurrent.futures.Executor, optional
        Where tasks are run instead of in threads.
    progress : callable, optional
        Called with the number of partnerships just done.

    Returns
    -------
    Runs
        Tables, estimates and figures.

    Raises
    ------
    ParameterError, ScenarioError
        An argument or the scenario makes no sense.
    ResourceError
        It would not fit in this machine's memory.

    Examples
    --------
    >>> simulate("dyad", replicates=3, months=12, engine="mesa").runs.shape[0]
    3
    """
    chosen = scenario_of(scenario)
    asked = checked_arguments(
        "simulate", replicates, seed, months, workers=workers, chunk=chunk, first=first
    )
    engine = arguments.one_of("simulate", "engine", engine, ENGINES)
    record = arguments.one_of("simulate", "record", record, RECORDS)
    arguments.check_crew("simulate", executor, progress)
    threads = asked.workers or os.cpu_count() or 1
    size = memory_needed(chosen, asked.replicates, asked.months, engine, record, threads)
    check_fits("simulate", size)
    from trustsim.engines.packing import setup

    plan = setup(chosen.values(), chosen.change_rows(), chosen.menu_size())
    options: dict[str, Any] = {
        "seed": asked.seed,
        "first": asked.first,
        "count": asked.replicates,
        "months": asked.months,
        "record_months": "months" in RECORDS[record],
        "record_members": "members" in RECORDS[record],
        "progress": progress,
    }
    if engine == "mesa":
        from trustsim.engines.mesa_engine import run_mesa

        raw = run_mesa(chosen, **options)
    else:
        from trustsim.engines.ensemble import run_ensemble

        options.update(workers=asked.workers, chunk=asked.chunk, executor=executor)
        raw = run_ensemble(plan, **options)
    return Runs(chosen, asked.seed, asked.months, engine, record, raw)


class Runs:
    """Many lives of one scenario, as tables; made by `simulate`.

    scenario, seed (as used), horizon (months), engine, record.
    """

    def __init__(
        self, scenario: Scenario, seed: int, horizon: int, engine: str, record: str, raw: Raw
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.horizon = horizon
        self.engine = engine
        self.record = record
        self._raw = raw

    def __len__(self) -> int:
        return len(self._raw.runs)

    @functools.cached_property
    def runs(self) -> pd.DataFrame:
        """One row a partnership; columns as in `schema.RUNS`."""
        return schema.frame(schema.RUNS, self._raw.runs)

    @functools.cached_property
    def months(self) -> pd.DataFrame:
        """One row a partnership and month, until it dissolves; columns as in `schema.MONTHS`.

        Raises ParameterError unless it was simulated with record="months" or "all".
        """
        self._check_recorded("months")
        return schema.frame(schema.MONTHS, self._raw.months)

    @functools.cached_property
    def members(self) -> pd.DataFrame:
        """One row a partnership and seat at the table; columns as in `schema.MEMBERS`.

        Raises ParameterError unless it was simulated with record="members" or "all".
        """
        self._check_recorded("members")
        return schema.frame(schema.MEMBERS, self._raw.members)

    def recorded(self, table: str) -> bool:
        """Whether "months" or "members" was recorded."""
        return arguments.text("runs", "table", table, "its name") in RECORDS[self.record]

    def _check_recorded(self, table: str) -> None:
        if not self.recorded(table):
            allowed = f"{table} were not recorded"
            step = f'Simulate again with record="{table}", or "all".'
            raise ParameterError(refusal(f"runs.{table}", "record", self.record, allowed, step))

    @functools.cached_property
    def occupancy(self) -> pd.DataFrame:
        """Per month, how many partnerships have each status; columns as in `schema.OCCUPANCY`."""
        numbers = np.arange(1, self.horizon + 1)[:, None]
        return schema.frame(schema.OCCUPANCY, np.hstack([numbers, self._raw.occupancy]))

    def attrition(self, by: Sequence[int] = YEARS) -> pd.DataFrame:
        """Partnerships dissolved and members lost by these months, with 95 % intervals."""
        return analysis.attrition(self.runs, self.occupancy, by=self._within("attrition", by))

    def _within(self, where: str, by: Sequence[int]) -> list[int]:
        """Months to report: those within the horizon, or the horizon itself."""
        asked = arguments.months(where, by)
        return [month for month in asked if month <= self.horizon] or [self.horizon]

    def time_to_maturity(self) -> pd.DataFrame:
        """Maturity reached by 3, 5, 7, 10 years, median and first decile, restricted mean."""
        return analysis.time_to_maturity(self.runs, horizon=self.horizon)

    def status_shares(self, by: Sequence[int] = YEARS) -> pd.DataFrame:
        """Shares of forming, mature, tokenistic and dissolved, with 95 % intervals."""
        return analysis.status_shares(self.occupancy, by=self._within("status_shares", by))

    def cumulative_incidence(self, event: str = "matured", *, first: bool = False) -> pd.DataFrame:
        """Share of partnerships to which it has happened, month by month, with a band.

        Parameters
        ----------
        event : {"matured", "dissolved"}
            Maturity before dissolution, or dissolution whenever it comes.
        first : bool, optional
            Whether dissolution counts only where it came before maturity. Then the shares of the
            two events add up to at most 1.
        """
        arguments.one_of("cumulative_incidence", "event", event, EVENTS)
        switched = arguments.switch("cumulative_incidence", "first", first)
        return analysis.cumulative_incidence(self.runs, event=event, first=switched)

    def hazard(self, event: str = "dissolved", *, bandwidth: int = 12) -> pd.DataFrame:
        """How often a year it happens to those that wait, by month of age, smoothed, with a band.

        Parameters
        ----------
        event : {"matured", "dissolved"}
            What is waited for.
        bandwidth : int, optional
            Months on either side that count, in [2, 1200]; see `analysis.smoothed_hazard`.
        """
        arguments.one_of("hazard", "event", event, EVENTS)
        arguments.whole("hazard", "bandwidth", bandwidth, 2, 1200, "months on either side")
        # A spell of maturity that the horizon cuts short is not seen: no months without events.
        hold = int(self.scenario.values()["maturity_hold"])
        until = self.horizon - hold + 1 if event == "matured" else self.horizon
        return analysis.smoothed_hazard(
            self.runs, event=event, bandwidth=bandwidth, until=max(until, 1)
        )

    def one(self, replicate: int, *, log_actions: bool = True) -> Partnership:
        """That very partnership as agents, run to its end."""
        from trustsim.engines.partnership import Partnership

        where = {"seed": self.seed, "replicate": replicate, "months": self.horizon}
        model = Partnership(self.scenario, **where, log_actions=log_actions)
        model.run_model()
        return model

    @property
    def plot(self) -> Plots:
        """Figures, as `runs.plot.status()`, `.incidence()`, `.hazard()`, `.fan("mean_trust")`.

        Those of one partnership: `runs.one(3).plot.network()` and so on.
        """
        return Plots(self)

    def _repr_html_(self) -> str:
        table = self.status_shares()
        title = repr(self).strip("<>")
        return f"<p><b>{title}</b></p>{table.round(3).to_html(index=False)}"

    def __repr__(self) -> str:
        return (
            f"<Runs of {self.scenario.name!r}: {len(self)} partnerships, "
            f"{self.horizon} months, seed {self.seed}>"
        )


class Plots:
    """Figures of one `Runs`; each returns matplotlib Axes."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def status(self, ax: Any = None) -> Any:
        """Shares mature, tokenistic, forming and dissolved, month by month."""
        from trustsim.figures import plot_status_stack

        return plot_status_stack(self._runs.occupancy, ax=ax)

    def incidence(self, event: str = "matured", ax: Any = None) -> Any:
        """Cumulative incidence of maturity (or dissolution) with its band."""
        from trustsim.figures import plot_cumulative_incidence

        return plot_cumulative_incidence(self._runs.cumulative_incidence(event), ax=ax, label=event)

    def hazard(self, event: str = "dissolved", ax: Any = None) -> Any:
        """How often a year it happens to those that wait, by month of age, with its band."""
        from trustsim.figures import plot_smoothed_hazard

        return plot_smoothed_hazard(self._runs.hazard(event), ax=ax, label=event)

    def fan(self, column: str = "mean_trust", ax: Any = None) -> Any:
        """Median and bands of a column of the months table."""
        from trustsim.figures import plot_fan

        known = [c.name for c in schema.MONTHS if c.kind == "float"]
        arguments.one_of("plot.fan", "column", column, known)
        return plot_fan(self._runs.months, column, ax=ax)


class Asked(NamedTuple):
    """The arguments of `simulate` and `compare`, checked, as Python's own numbers."""

    replicates: int
    seed: int
    months: int
    workers: int | None
    chunk: int | None
    first: int


def checked_arguments(
    where: str,
    replicates: Any,
    seed: Any,
    months: Any,
    *,
    workers: Any = None,
    chunk: Any = None,
    first: Any = 0,
) -> Asked:
    """The numbers as they will be used; a seed drawn for None. Raises ParameterError."""
    whole = functools.partial(arguments.whole, where)
    count = whole("replicates", replicates, 1, 2**32, "partnerships to simulate")
    horizon = whole("months", months, 1, arguments.LONGEST, "horizon")
    start = whole("first", first, 0, 2**32 - 1, "number of the first partnership")
    whole("first + replicates", start + count, 1, 2**32, "numbers of partnerships")
    threads = None if workers is None else whole("workers", workers, 1, 1024, "threads")
    size = None if chunk is None else whole("chunk", chunk, 1, 10**9, "partnerships a task")
    luck = secrets.randbits(63) if seed is None else seed
    luck = whole("seed", luck, 0, 2**64 - 1, "the luck of all partnerships")
    return Asked(count, luck, horizon, threads, size, start)


def memory_needed(
    scenario: Scenario, replicates: int, months: int, engine: str, record: str, workers: int
) -> int:
    """Estimate of the memory that a simulation takes, in bytes."""
    from trustsim.engines.packing import bytes_needed

    values = scenario.values()
    organisations, people = int(values["organisations"]), int(values["people"])
    state = bytes_needed(organisations, people) * workers
    if engine == "mesa":
        state = (organisations * people) ** 2 * BYTES_A_TIE
    cells = len(schema.RUNS)
    if "months" in RECORDS[record]:
        cells += months * len(schema.MONTHS)
    if "members" in RECORDS[record]:
        cells += organisations * len(schema.MEMBERS)
    return state + replicates * cells * 8 * 3


def check_fits(where: str, needed: int) -> None:
    """Refuse (ResourceError) what needs more bytes than four fifths of this machine's memory."""
    there = 2**34
    if hasattr(os, "sysconf"):
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > 0.8 * there:
        got = f"{needed / 2**30:.1f} GiB"
        allowed = f"must fit in {0.8 * there / 2**30:.1f} GiB, four fifths of this machine's"
        step = "Take fewer replicates, fewer members, or record only runs."
        raise ResourceError(refusal(where, "memory", got, allowed, step))
