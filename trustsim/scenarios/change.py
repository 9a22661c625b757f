"""The atom of every intervention: one parameter altered in a window of months."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NoReturn

from trustsim.errors import ScenarioError, refusal
from trustsim.model.parameters import BY_NAME, INDEX, ORGANISATION, SIZES
from trustsim.model.rules.change import ADD, MULTIPLY, SET

OPERATIONS = {"set": SET, "add": ADD, "multiply": MULTIPLY, "become": SET}
"""What can be done to a parameter, with its code in the rules. "become" gives it another value from
then on, as if the scenario had been written with it: all other changes come on top."""

READ_AT_THE_START = (*SIZES, "history_spread", "history_depth", "goodwill", "trust_rule")
"""Parameters that are read when a partnership is founded, and never again."""

MEASURE = "meetings"
"""Its base value measures what a month has room for, whatever is in force."""


@dataclass(frozen=True)
class Change:
    """A parameter altered while a window is open; see `model/rules/change.py` for the arithmetic.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    operation : str
        One of `OPERATIONS`.
    value : float
        What it is set to, what is added, or the factor.
    start : float
        Months that pass before it begins.
    months : float, optional
        How long it lasts, in months. To the end if left out.
    dose : float
        From 0, nothing at all, to 1, the full measure.
    target : int, optional
        The one member it is aimed at, counted from 0. Everybody if left out.
    """

    parameter: str
    operation: str
    value: float
    start: float = 0.0
    months: float | None = None
    dose: float = 1.0
    target: int | None = None

    def row(self, group: float) -> tuple[float, ...]:
        """The change as numbers, in the order of `engines.packing.CHANGE`."""
        return (
            float(INDEX[self.parameter]),
            float(OPERATIONS[self.operation]),
            float(self.value),
            float(self.dose),
            float(self.start),
            -1.0 if self.months is None else float(self.months),
            -1.0 if self.target is None else float(self.target),
            float(group),
        )

    def overlaps(self, other: Change) -> bool:
        """Whether both are in force in some month, on some common target."""
        if self.target is not None and other.target is not None and self.target != other.target:
            return False
        end = float("inf") if self.months is None else self.start + self.months
        other_end = float("inf") if other.months is None else other.start + other.months
        return self.start < other_end and other.start < end

    def contradicts(self, other: Change) -> bool:
        """Whether both set the same parameter at the same time to different values."""
        return (
            self.parameter == other.parameter
            and self.operation == other.operation == "set"
            and (self.value, self.dose) != (other.value, other.dose)
            and self.overlaps(other)
        )


def part_of(change: Change, after: float, until: float) -> Change | None:
    """What is left of a change between two months; None if nothing is.

    Only whole months count, so start and months become whole numbers where something is cut.

    >>> left = part_of(Change("reporting", "add", 0.1, start=6.5, months=3.0), 8, 99)
    >>> left.start, left.months
    (8, 1)
    """
    begins = math.floor(change.start)
    ends = math.inf if change.months is None else math.floor(change.start + change.months)
    first, last = max(begins, after), min(ends, until)
    if first >= last:
        return None
    if (first, last) == (begins, ends):
        return change
    months = None if last == math.inf else int(last - first)
    return replace(change, start=int(first), months=months)


def refuse(where: str, what: str, got: object, allowed: str, step: str) -> NoReturn:
    """Raise a ScenarioError in the five-part form of every error of trustsim."""
    raise ScenarioError(refusal(where, what, got, allowed, step)) from None


def check_value(where: str, what: str, parameter: str, operation: str, value: float) -> None:
    """Refuse a value that could never make sense for that parameter.

    Raises
    ------
    ScenarioError
    """
    known = BY_NAME[parameter]
    low, high = {
        "add": (known.low - known.high, known.high - known.low),
        "multiply": (0.0, 1000.0),
    }.get(operation, (known.low, known.high))
    if not low <= value <= high:
        allowed = f"must lie in [{low:g}, {high:g}] ({known.meaning})"
        step = f"Run `trustsim explain {parameter}` for its range and source."
        refuse(where, what, value, allowed, step)


def may_be_aimed(parameter: str) -> bool:
    """Whether a change of this parameter may be aimed at a single member."""
    return BY_NAME[parameter].level == ORGANISATION
