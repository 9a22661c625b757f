"""The same partnership in steps of another length: weeks or quarters instead of months.

A robustness check: what hangs on the length of a step is no finding. Rates, chances, budgets and
spells are converted so that a year means the same; what a step allows at most does not convert
(two people meet at most once a step), and that is what the check is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from trustsim.errors import StudyError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.change import Change
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

STEPS = {"week": 12 / 52, "month": 1.0, "quarter": 3.0}
"""Length of each step, in months."""

KEPT = ("evidence_kept", "integrity_kept", "coaching_kept", "shock_kept", "exit_memory")
"""Shares of a stock that are still there a month later: they multiply up over months."""

BUDGETS = ("meetings", "extra_meetings")
"""So many a month."""

PER_STEP = ("coordinator_capacity", "announcement", "coordinator_coaching")
"""Said of a month or a meeting, yet not to be converted: pairs attended at a time; a level of show
that is smoothed afterwards; learning in one meeting."""


def in_steps(scenario: Scenario, step: str, *, judged_monthly: bool = True) -> Scenario:
    """The scenario with a step of another length; one simulated "month" is then one step.

    Parameters
    ----------
    scenario : Scenario
        As written, in months.
    step : str
        One of STEPS.
    judged_monthly : bool, optional
        Whether members go on judging by about a month of results, or by one step's alone. (A
        quarter's step is a quarter's results in any case.)

    Raises
    ------
    StudyError
        There is no such step.
    """
    months = length_of(step)
    if months == 1.0:
        return scenario
    values = {name: _converted(name, value, months) for name, value in scenario.values().items()}
    if not judged_monthly:
        values["results_window"] = 1.0
    return replace(
        scenario,
        name=f"{scenario.name}, by the {step}",
        overrides=values,
        interventions=tuple(_in_steps(item, months) for item in scenario.interventions),
        menu=tuple(_in_steps(item, months) for item in scenario.menu),
        where="",
    )


def length_of(step: str) -> float:
    """Months in one step of that name. Raises StudyError."""
    if step not in STEPS:
        raise StudyError(
            refusal(
                "time step",
                "step",
                step,
                f"must be one of {', '.join(STEPS)}",
                f"Name one of these.{nearest(step, tuple(STEPS))}",
            )
        )
    return STEPS[step]


def in_months(runs: pd.DataFrame, step: str) -> pd.DataFrame:
    """A runs table simulated in steps, its dates in months: the month in which the step ends.

    Every column named `month_...` is converted and rounded up, so that dates stay whole.
    """
    length = length_of(step)
    columns = [name for name in runs if str(name).startswith("month_")]
    dates = runs[columns].astype("Float64") * length
    # A hair off, or the twelfth month of 52 weeks would be the thirteenth.
    whole = (dates - 1e-6).map(lambda date: date if date is pd.NA else -(-date // 1))
    return runs.assign(**{str(name): whole[name].astype("Int64") for name in columns})


def _in_steps(item: Intervention, months: float) -> Intervention:
    return replace(
        item,
        changes=tuple(_change_in_steps(change, months) for change in item.changes),
        start=float(round(item.start / months)),
        months=None if item.months is None else max(1.0, float(round(item.months / months))),
    )


def _change_in_steps(change: Change, months: float) -> Change:
    # What lasts one month is an event: it lasts one step.
    lasts = change.months
    if lasts is not None and lasts > 1:
        lasts = max(1.0, float(round(lasts / months)))
    value = change.value
    if change.operation != "multiply":
        value = _converted(change.parameter, value, months)
    return replace(change, start=float(round(change.start / months)), months=lasts, value=value)


def _converted(name: str, value: float, months: float) -> float:
    """A parameter's value for a step of that many months, within the parameter's range."""
    parameter = BY_NAME[name]
    found = _conversion(name)(value, months)
    if parameter.whole:
        found = float(max(parameter.low, round(found)))
    return min(max(found, parameter.low), parameter.high)


def _conversion(name: str) -> Callable[[float, float], float]:
    unit = BY_NAME[name].unit
    if name in KEPT:
        return lambda value, months: value**months
    if name in PER_STEP:
        return _as_it_is
    if name in BUDGETS or unit == "per month of mature value":
        return lambda value, months: value * months
    if unit == "months":
        return lambda value, months: value / months
    if unit in ("share a month", "chance a month"):
        return lambda value, months: 1.0 - (1.0 - value) ** months
    return _as_it_is


def _as_it_is(value: float, _: float) -> float:
    return value
