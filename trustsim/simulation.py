"""`simulate`: a scenario lived through many times, and the tables that come of it."""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trustsim import arguments, schema
from trustsim.errors import ParameterError, ResourceError, refusal
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

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
        "simulate",
        replicates=replicates,
        seed=seed,
        months=months,
        workers=workers,
        chunk=chunk,
        first=first,
    )
    engine = arguments.one_of("simulate", "engine", engine, ENGINES)
    record = arguments.one_of("simulate", "record", record, RECORDS)
    arguments.check_crew("simulate", executor, progress)
    _check_memory(chosen, asked.replicates, asked.months, engine, record, asked.workers)
    from trustsim.engines.packing import setup

    plan = setup(chosen.values(), chosen.change_rows(), chosen.menu_size())
    if engine == "mesa":
        from trustsim.engines.mesa_engine import run_mesa

        raw = run_mesa(
            chosen,
            seed=asked.seed,
            first=asked.first,
            count=asked.replicates,
            months=asked.months,
            record_months="months" in RECORDS[record],
            record_members="members" in RECORDS[record],
            progress=progress,
        )
    else:
        from trustsim.engines.ensemble import run_ensemble

        raw = run_ensemble(
            plan,
            seed=asked.seed,
            first=asked.first,
            count=asked.replicates,
            months=asked.months,
            record_months="months" in RECORDS[record],
            record_members="members" in RECORDS[record],
            workers=asked.workers,
            chunk=asked.chunk,
            executor=executor,
            progress=progress,
        )
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
        return _table(schema.RUNS, self._raw.runs)

    @functools.cached_property
    def months(self) -> pd.DataFrame:
        """One row a partnership and month, until it dissolves; columns as in `schema.MONTHS`.

        Raises
        ------
        ParameterError
            Unless it was simulated with record="months" or "all".
        """
        self._check_recorded("months")
        return _table(schema.MONTHS, self._raw.months)

    @functools.cached_property
    def members(self) -> pd.DataFrame:
        """One row a partnership and seat at the table; columns as in `schema.MEMBERS`.

        Raises
        ------
        ParameterError
            Unless it was simulated with record="members" or "all".
        """
        self._check_recorded("members")
        return _table(schema.MEMBERS, self._raw.members)

    def recorded(self, table: str) -> bool:
        """Whether "months" or "members" was recorded."""
        return arguments.text("runs", "table", table, "its name") in RECORDS[self.record]

    def _check_recorded(self, table: str) -> None:
        if not self.recorded(table):
            raise ParameterError(
                refusal(
                    f"runs.{table}",
                    "record",
                    self.record,
                    f"{table} were not recorded",
                    f'Simulate again with record="{table}", or "all".',
                )
            )

    @functools.cached_property
    def occupancy(self) -> pd.DataFrame:
        """Per month, how many partnerships have each status; columns as in `schema.OCCUPANCY`."""
        import numpy as np

        numbers = np.arange(1, self.horizon + 1)[:, None]
        return _table(schema.OCCUPANCY, np.hstack([numbers, self._raw.occupancy]))

    def attrition(self, by: Sequence[int] = YEARS) -> pd.DataFrame:
        """Partnerships dissolved and members lost by these months, with 95 % intervals."""
        from trustsim.analysis.summaries import attrition

        return attrition(self.runs, self.occupancy, by=self._within("attrition", by))

    def _within(self, where: str, by: Sequence[int]) -> list[int]:
        """Months to report: those within the horizon, or the horizon itself."""
        asked = arguments.months(where, by)
        return [month for month in asked if month <= self.horizon] or [self.horizon]

    def time_to_maturity(self) -> pd.DataFrame:
        """Maturity reached by 3, 5, 7, 10 years, median and first decile, restricted mean."""
        from trustsim.analysis.summaries import time_to_maturity

        return time_to_maturity(self.runs, horizon=self.horizon)

    def status_shares(self, by: Sequence[int] = YEARS) -> pd.DataFrame:
        """Shares of forming, mature, tokenistic and dissolved, with 95 % intervals."""
        from trustsim.analysis.summaries import status_shares

        return status_shares(self.occupancy, by=self._within("status_shares", by))

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
        from trustsim.analysis.events import EVENTS
        from trustsim.analysis.survival import cumulative_incidence

        arguments.one_of("cumulative_incidence", "event", event, EVENTS)
        switched = arguments.switch("cumulative_incidence", "first", first)
        return cumulative_incidence(self.runs, event=event, first=switched)

    def hazard(self, event: str = "dissolved", *, bandwidth: int = 12) -> pd.DataFrame:
        """How often a year it happens to those that wait, by month of age, smoothed, with a band.

        Parameters
        ----------
        event : {"matured", "dissolved"}
            What is waited for.
        bandwidth : int, optional
            Months on either side that count, in [2, 1200]; see `analysis.smoothed_hazard`.
        """
        from trustsim.analysis import smoothed_hazard
        from trustsim.analysis.events import EVENTS

        arguments.one_of("hazard", "event", event, EVENTS)
        arguments.whole("hazard", "bandwidth", bandwidth, 2, 1200, "months on either side")
        # A spell of maturity that the horizon cuts short is not seen: no months without events.
        hold = int(self.scenario.values()["maturity_hold"])
        until = self.horizon - hold + 1 if event == "matured" else self.horizon
        return smoothed_hazard(self.runs, event=event, bandwidth=bandwidth, until=max(until, 1))

    def one(self, replicate: int, *, log_actions: bool = True) -> Partnership:
        """That very partnership as agents, run to its end."""
        from trustsim.engines.partnership import Partnership

        model = Partnership(
            self.scenario,
            seed=self.seed,
            replicate=replicate,
            months=self.horizon,
            log_actions=log_actions,
        )
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


def _table(columns: tuple[schema.Column, ...], numbers: Any) -> pd.DataFrame:
    return schema.frame(columns, numbers)


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
    *,
    replicates: Any,
    seed: Any,
    months: Any,
    workers: Any = None,
    chunk: Any = None,
    first: Any = 0,
) -> Asked:
    """The numbers as they will be used, once all of them make sense; a seed drawn for None.

    Raises
    ------
    ParameterError
        A number is out of range.
    """

    def whole(what: str, value: Any, low: int, high: int, meaning: str) -> int:
        return arguments.whole(where, what, value, low, high, meaning)

    count = whole("replicates", replicates, 1, 2**32, "partnerships to simulate")
    horizon = whole("months", months, 1, arguments.LONGEST, "horizon")
    start = whole("first", first, 0, 2**32 - 1, "number of the first partnership")
    whole("first + replicates", start + count, 1, 2**32, "numbers of partnerships")
    threads = None if workers is None else whole("workers", workers, 1, 1024, "threads")
    size = None if chunk is None else whole("chunk", chunk, 1, 10**9, "partnerships a task")
    if seed is None:
        seed = secrets.randbits(63)
    luck = whole("seed", seed, 0, 2**64 - 1, "the luck of all partnerships")
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
    runs = replicates * len(schema.RUNS) * 8 * 3
    rows, tables = 0, RECORDS[record]
    if "months" in tables:
        rows += replicates * months * len(schema.MONTHS) * 8 * 3
    if "members" in tables:
        rows += replicates * organisations * len(schema.MEMBERS) * 8 * 3
    return state + runs + rows


def _check_memory(
    scenario: Scenario, replicates: int, months: int, engine: str, record: str, workers: int | None
) -> None:
    threads = workers or os.cpu_count() or 1
    check_fits("simulate", memory_needed(scenario, replicates, months, engine, record, threads))


def check_fits(where: str, needed: int) -> None:
    """Refuse work that needs more bytes than four fifths of this machine's memory.

    Raises
    ------
    ResourceError
        It would not fit.
    """
    there = (
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        if hasattr(os, "sysconf")
        else 2**34
    )
    if needed > 0.8 * there:
        raise ResourceError(
            refusal(
                where,
                "memory",
                f"{needed / 2**30:.1f} GiB",
                f"must fit in {0.8 * there / 2**30:.1f} GiB, four fifths of this machine's",
                "Take fewer replicates, fewer members, or record only runs.",
            )
        )
