"""The atom of every intervention: one parameter altered in a window of months."""

from __future__ import annotations

from dataclasses import dataclass

from trustsim.errors import ScenarioError, refusal
from trustsim.model.parameters import BY_NAME, ORGANISATION
from trustsim.model.rules.change import ADD, MULTIPLY, SET

OPERATIONS = {"set": SET, "add": ADD, "multiply": MULTIPLY}


@dataclass(frozen=True)
class Change:
    """A parameter altered while a window is open; see `model/rules/change.py` for the arithmetic.

    start: months that pass before it begins; months: how long it lasts (None: to the end);
    dose in [0, 1]; target: index of the one member it is aimed at (None: everybody).
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
        from trustsim.model.parameters import INDEX

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


def check_value(where: str, what: str, parameter: str, operation: str, value: float) -> None:
    """Refuse a value that could never make sense for that parameter.

    Raises ScenarioError.
    """
    known = BY_NAME[parameter]
    low, high = {
        "set": (known.low, known.high),
        "add": (known.low - known.high, known.high - known.low),
        "multiply": (0.0, 1000.0),
    }[operation]
    if not low <= value <= high:
        raise ScenarioError(
            refusal(
                where,
                what,
                value,
                f"must lie in [{low:g}, {high:g}] ({known.meaning})",
                f"Run `trustsim explain {parameter}` for its range and source.",
            )
        )


def may_be_aimed(parameter: str) -> bool:
    """Whether a change of it may be aimed at a single member."""
    return BY_NAME[parameter].level == ORGANISATION
