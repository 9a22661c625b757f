"""What an intervention is: a cited recipe of changes with start, months, dose and target."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trustsim.arguments import plain
from trustsim.errors import ScenarioError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.change import Change, check_value, may_be_aimed

BULLET, REMEDY, EVENT = "silver bullet", "slow remedy", "event"


@dataclass(frozen=True)
class Effect:
    """One line of a recipe: what happens to a parameter at full dose.

    once: True for a shock of one month inside something that lasts; full: True for a
    setting of the means (a coordinator's skill) that the dose does not scale.
    """

    parameter: str
    operation: str
    value: float
    argument: str = ""
    once: bool = False
    full: bool = False


@dataclass(frozen=True)
class Intervention:
    """A named intervention with its arguments; prints as it is typed.

    person_months: what it costs at its dose, a month in force from the month after `start`.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...]
    changes: tuple[Change, ...]
    start: float = 0
    months: float | None = None
    person_months: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.arguments)
        return f"{self.name}({inside})"

    __repr__ = __str__


@dataclass(frozen=True)
class Definition:
    """A catalogue entry; call it with arguments to get an `Intervention`.

    person_months: what it costs at full dose, a month in force (for an event: each time);
    cost_grows_with: argument in proportion to which it costs more than with its default;
    first_member: without a target it is aimed at the first member, not at everybody.
    """

    name: str
    kind: str
    recipe: Callable[..., list[Effect]]
    cites: tuple[str, ...]
    predicted: str
    person_months: float
    lasts_once: bool
    first_member: bool
    arguments: Mapping[str, Any]
    cost_grows_with: str = ""

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return inspect.getdoc(self.recipe) or ""

    @property
    def __signature__(self) -> inspect.Signature:
        kinds = inspect.Parameter
        common = {"start": 0, "months": 1 if self.lasts_once else None, "dose": 1.0, "target": None}
        return inspect.Signature(
            [
                kinds(key, kinds.KEYWORD_ONLY, default=value)
                for key, value in {**common, **self.arguments}.items()
            ]
        )

    def __call__(
        self,
        *,
        start: float = 0,
        months: float | None = None,
        dose: float = 1.0,
        target: int | None = None,
        **own: Any,
    ) -> Intervention:
        """The intervention with these arguments.

        Raises ScenarioError for an unknown argument or one outside its range.
        """
        where = f"intervention {self.name}"
        start, months, dose, target = map(plain, (start, months, dose, target))
        own = {key: plain(value) for key, value in own.items()}
        for key in own:
            if key not in self.arguments:
                known = ("start", "months", "dose", "target", *self.arguments)
                raise ScenarioError(
                    refusal(
                        where,
                        key,
                        own[key],
                        f"is no argument of it; it takes {', '.join(known)}",
                        f"Run `trustsim explain {self.name}`.{nearest(key, known)}",
                    )
                )
        _number(where, "start", start, 0, 100_000, "months that pass before it begins")
        if months is not None:
            _number(where, "months", months, 1, 100_000, "how long it lasts")
        _number(where, "dose", dose, 0, 1, "0 is nothing at all, 1 the full measure")
        if target is not None and (type(target) is not int or target < 0):
            raise ScenarioError(
                refusal(
                    where,
                    "target",
                    target,
                    "must be the number of a member, from 0",
                    "Leave it out to aim at everybody.",
                )
            )
        aimed_at = 0 if target is None and self.first_member else target
        chosen = {**self.arguments, **own}
        for key, value in own.items():
            if not isinstance(value, str) or not isinstance(self.arguments[key], str):
                _number(where, key, value, -1e6, 1e6, "see its description")
        lasting = 1 if months is None and self.lasts_once else months
        changes = []
        for effect in self.recipe(**chosen):
            check_value(
                where,
                effect.argument or effect.parameter,
                effect.parameter,
                effect.operation,
                effect.value,
            )
            if target is not None and not may_be_aimed(effect.parameter):
                raise ScenarioError(
                    refusal(
                        where,
                        "target",
                        target,
                        f"can't be used: {effect.parameter} belongs to the whole partnership",
                        "Leave the target out.",
                    )
                )
            changes.append(
                Change(
                    effect.parameter,
                    effect.operation,
                    float(effect.value),
                    start,
                    1 if effect.once else lasting,
                    1.0 if effect.full else dose,
                    aimed_at,
                )
            )
        given: dict[str, Any] = {
            "start": start,
            "months": months,
            "dose": dose,
            "target": target,
            **own,
        }
        defaults = {"start": 0, "months": None, "dose": 1.0, "target": None, **self.arguments}
        kept = tuple((key, value) for key, value in given.items() if value != defaults[key])
        cost = self.person_months * dose
        if self.cost_grows_with:
            cost *= chosen[self.cost_grows_with] / self.arguments[self.cost_grows_with]
        done = () if dose == 0 else tuple(changes)
        return Intervention(self.name, kept, done, start, lasting, cost)


def _number(where: str, what: str, value: object, low: float, high: float, meaning: str) -> None:
    a_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not a_number or not low <= value <= high:  # type: ignore[operator]
        raise ScenarioError(
            refusal(
                where,
                what,
                value,
                f"must be a number in [{low:g}, {high:g}] ({meaning})",
                f"Run `trustsim explain {where.split()[-1]}`.",
            )
        )


def define(
    kind: str,
    *,
    cites: tuple[str, ...],
    predicted: str,
    person_months: float,
    cost_grows_with: str = "",
    lasts_once: bool = False,
    first_member: bool = False,
) -> Callable[[Callable[..., list[Effect]]], Definition]:
    """Make a catalogue entry of a function that returns the effects at full dose."""

    def wrap(recipe: Callable[..., list[Effect]]) -> Definition:
        arguments = {
            key: parameter.default
            for key, parameter in inspect.signature(recipe).parameters.items()
        }
        for effect in recipe(**arguments):
            assert effect.parameter in BY_NAME, effect.parameter
        return Definition(
            recipe.__name__,
            kind,
            recipe,
            cites,
            predicted,
            person_months,
            lasts_once,
            first_member,
            arguments,
            cost_grows_with,
        )

    return wrap
