"""On what to spend a fixed budget, and when: a search, and its answer tried again on fresh luck."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from E08_schedule.schedule_plans import ITEMS, Schedule, apart, plain_schedules, schedule_of
from E08_schedule.schedule_retest import (
    EQUAL,
    FOUND,
    NOTHING,
    Outcome,
    Trial,
    candidates,
    optimism,
    retested,
)

from trustsim.analysis.tables import Floats
from trustsim.errors import ParameterError, refusal
from trustsim.scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

WHERE = "search_schedule"
DIALS = 8  # two cuts of the money, three starts, three doses
POPULATION = 20  # candidates a generation; Storn and Price: about ten times the few that matter
APART = 0.2  # part of the money moved elsewhere or elsewhen that makes another kind of schedule


@dataclass(frozen=True)
class ScheduleSearch:
    """The answer of a search, tried again; made by `search_schedule`.

    best: the schedule found; limit: most that may dissolve; candidates: every schedule simulated,
    in the luck of the search; retest: the best, other kinds, plain ones and nothing, in fresh luck;
    optimism: what the search promised minus what fresh luck gave; schedules: the retest's, by name.
    """

    best: Schedule
    limit: float
    schedules: dict[str, Schedule]
    candidates: pd.DataFrame
    retest: pd.DataFrame
    optimism: pd.DataFrame
    _fresh: Trial = field(repr=False)

    def fresh(self, name: str) -> Outcome:
        """What became of each partnership in fresh luck, under a schedule of the retest.

        Raises ParameterError for a name that is not in it.
        """
        if name not in self.schedules:
            known = ", ".join(self.schedules)
            raise ParameterError(
                refusal(WHERE, "name", name, f"must be one of {known}", "Name one of them.")
            )
        return self._fresh(self.schedules[name])

    @property
    def nearly_equal(self) -> pd.DataFrame:
        """Rows of the retest whose difference to the best may be 0."""
        others = self.retest[self.retest["schedule"] != FOUND]
        return others[others["verdict"] == EQUAL].reset_index(drop=True)


def search_schedule(
    scenario: Scenario,
    *,
    budget: float = 18.0,
    by: int = 60,
    most_dissolved: float | None = None,
    evaluations: int = 400,
    replicates: int = 400,
    retest_replicates: int = 4000,
    others: int = 6,
    also: Mapping[str, Schedule] | None = None,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> ScheduleSearch:
    """Schedule under which most partnerships mature, for a budget, and how sure that is.

    The budget is split among a coordinator, coaching and a handover protocol; each has a start and
    a dose, and lasts as long as its part of the money does. Differential evolution (Storn and Price
    1997) looks for the split, starts and doses with the most partnerships matured by a month, among
    those with few enough dissolved. Every candidate meets the same luck. The best is then tried on
    fresh luck beside the best of other kinds, three plain schedules, and nothing.

    Parameters
    ----------
    scenario : Scenario
        The partnership; what is done to it already stays.
    budget : float
        Person-months, at most, over `by` months if the partnership lasts.
    by : int
        Month by which it should mature, and after which nothing is bought.
    most_dissolved : float, optional
        Largest share that may have dissolved by then; left out, the share if nothing is done.
    evaluations : int
        Schedules simulated at most.
    replicates, retest_replicates : int
        Partnerships a candidate in the search, and a schedule in the fresh luck.
    others : int
        Schedules of other kinds tried again; another kind spends a fifth of the money elsewhere.
    also : mapping of str to Schedule, optional
        Schedules of your own, by name, to be tried beside the answer; the search never sees them.
    seed : int
        Luck of the search; the fresh luck is that of the next seed.
    progress : callable, optional
        Called with the number of partnerships simulated.

    Raises
    ------
    ParameterError
        The budget can't buy anything or can't be spent, the limit can't be kept by any schedule
        tried, or a number is out of range.
    """
    _check_budget(scenario, budget, by, most_dissolved)
    _check_own(also or {}, budget, by, others)
    _check_counts(evaluations, replicates, retest_replicates, others)
    trial = Trial(scenario, by, replicates, seed, progress or (lambda _: None))
    nothing = trial(Schedule(()))
    limit = float(nothing.dissolved.mean()) if most_dissolved is None else float(most_dissolved)
    plain = plain_schedules(budget, by)
    _evolve(trial, budget, limit, evaluations, plain)
    best = _best(trial, limit)
    named = {FOUND: best, **_other_kinds(trial, best, limit, others, budget, plain), **plain}
    named |= {**(also or {}), NOTHING: Schedule(())}
    fresh = Trial(scenario, by, retest_replicates, seed + 1, progress or (lambda _: None))
    return ScheduleSearch(
        best,
        limit,
        named,
        candidates(trial, limit),
        retested(fresh, named),
        optimism(trial, fresh, best),
        fresh,
    )


class _SpentError(Exception):
    """All evaluations have been used."""


def _evolve(
    trial: Trial, budget: float, limit: float, evaluations: int, plain: dict[str, Schedule]
) -> None:
    """Simulate candidates until the evaluations are used up; `trial.done` has them all."""
    from scipy.optimize import Bounds, NonlinearConstraint, differential_evolution
    from scipy.stats import qmc

    for schedule in plain.values():
        trial(schedule)

    def outcome(point: Floats) -> Outcome:
        schedule = schedule_of(point, budget, trial.by)
        if schedule not in trial.done and len(trial.done) > evaluations:
            raise _SpentError
        return trial(schedule)

    def not_matured(point: Floats) -> float:
        return 1 - float(outcome(point).matured.mean())

    def dissolved(point: Floats) -> Floats:
        return np.array([outcome(point).dissolved.mean()])

    first = qmc.LatinHypercube(DIALS, rng=trial.seed).random(POPULATION)
    try:
        with warnings.catch_warnings():
            # Nobody within the limit in a generation is no error here: the caller looks at all.
            warnings.simplefilter("ignore")
            differential_evolution(
                not_matured,
                Bounds(np.zeros(DIALS), np.ones(DIALS)),
                init=first,
                maxiter=evaluations,
                tol=0.0,
                polish=False,
                rng=trial.seed,
                constraints=NonlinearConstraint(dissolved, -np.inf, limit),
            )
    except _SpentError:
        return


def _within(trial: Trial, limit: float) -> list[Schedule]:
    """Schedules that keep the limit: most matured first, then fewest dissolved, then cheapest."""
    kept = [one for one, found in trial.done.items() if found.dissolved.mean() <= limit]
    return sorted(
        kept,
        key=lambda one: (
            -trial.done[one].matured.mean(),
            trial.done[one].dissolved.mean(),
            one.person_months,
        ),
    )


def _best(trial: Trial, limit: float) -> Schedule:
    kept = _within(trial, limit)
    if kept:
        return kept[0]
    least = min(float(found.dissolved.mean()) for found in trial.done.values())
    raise ParameterError(
        refusal(
            WHERE,
            "most_dissolved",
            limit,
            f"is kept by none of {len(trial.done)} schedules; the least dissolved is {least:.3f}",
            "Allow more, or give a larger budget.",
        )
    )


def _other_kinds(
    trial: Trial,
    best: Schedule,
    limit: float,
    others: int,
    budget: float,
    plain: dict[str, Schedule],
) -> dict[str, Schedule]:
    """The best schedules that spend a good part of the money elsewhere, or at other times."""
    picked = [best]
    for one in _within(trial, limit):
        if len(picked) > others:
            break
        new = one.purchases and one not in plain.values()
        if new and all(apart(one, each, budget, trial.by) >= APART for each in picked):
            picked.append(one)
    return {f"other {place}": one for place, one in enumerate(picked[1:], start=1)}


def _check_budget(scenario: Scenario, budget: float, by: int, most_dissolved: float | None) -> None:
    _whole("by", by, 12, 1200, "month by which it should mature")
    least = max(item.person_months for item in ITEMS.values())
    most = by * sum(item.person_months for item in ITEMS.values())
    if not least <= budget <= most:
        raise ParameterError(
            refusal(
                WHERE,
                "budget",
                budget,
                f"must lie in [{least:g}, {most:g}] person-months: a month of a coordinator, and "
                f"everything at full dose for {by} months",
                "Give a budget in that range.",
            )
        )
    if most_dissolved is not None and not 0 <= most_dissolved <= 1:
        raise ParameterError(
            refusal(
                WHERE,
                "most_dissolved",
                most_dissolved,
                "must be a share in [0, 1]",
                "Leave it out to allow as many as if nothing were done.",
            )
        )
    there = [item.name for item in scenario.interventions if item.name in ITEMS]
    if there:
        raise ParameterError(
            refusal(
                WHERE,
                "scenario",
                there[0],
                "is what is to be scheduled, and is there already",
                f'Take it out with .without("{there[0]}").',
            )
        )


def _check_own(also: Mapping[str, Schedule], budget: float, by: int, others: int) -> None:
    taken = {FOUND, NOTHING, *plain_schedules(budget, by)}
    taken |= {f"other {place}" for place in range(1, others + 1)}
    for name, schedule in also.items():
        last = max((one.start + one.months for one in schedule.purchases), default=0)
        if name in taken:
            allowed, step = "is the name of another schedule", "Call it something else."
        elif schedule.person_months > budget + 1e-9 or last > by:
            allowed = f"must cost at most {budget:g} person-months, and end by month {by}"
            step = "Buy less of it, or give a larger budget."
        else:
            continue
        raise ParameterError(refusal(WHERE, f"also {name!r}", str(schedule), allowed, step))


def _check_counts(evaluations: int, replicates: int, retest_replicates: int, others: int) -> None:
    _whole("evaluations", evaluations, 10, 10**6, "schedules simulated")
    _whole("replicates", replicates, 10, 10**7, "partnerships a candidate")
    _whole("retest_replicates", retest_replicates, 10, 10**7, "partnerships in fresh luck")
    _whole("others", others, 0, 100, "schedules of other kinds")


def _whole(what: str, value: object, low: int, high: int, meaning: str) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ParameterError(
            refusal(
                WHERE,
                what,
                value,
                f"must be a whole number in [{low}, {high}] ({meaning})",
                "Give one in that range.",
            )
        )
