"""What an intervention is: a cited recipe of changes with start, months, dose and target."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trustsim.arguments import plain
from trustsim.errors import nearest
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.change import OPERATIONS, Change, check_value, may_be_aimed, refuse

BULLET, REMEDY, EVENT = "silver bullet", "slow remedy", "event"
COMMON: dict[str, Any] = {"start": 0, "months": None, "dose": 1.0, "target": None}
"""Arguments that every intervention has, with their defaults."""

LIMITS = {
    "start": (0, 100_000, "months that pass before it begins"),
    "months": (1, 100_000, "how long it lasts"),
    "dose": (0, 1, "0 is nothing at all, 1 the full measure"),
}
"""Least and greatest value of the numbers among them, and what each means."""


@dataclass(frozen=True)
class Effect:
    """One line of a recipe: what happens to a parameter at full dose.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    operation : str
        "set", "add", "multiply" or "become".
    value : float
        What it is set to, what is added, or the factor.
    argument : str
        The argument of the recipe that errors should name.
    once : bool
        It lasts one month, inside something that lasts longer.
    full : bool
        The dose does not scale it: a property of the means, such as a coordinator's skill.
    """

    parameter: str
    operation: str
    value: float
    argument: str = ""
    once: bool = False
    full: bool = False


@dataclass(frozen=True)
class Intervention:
    """A named intervention with its arguments; it prints as it is typed.

    person_months: what it costs at its dose, for each month in force after `start`.
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
    """An entry of the catalogue; call it with arguments to get an `Intervention`.

    person_months: what it costs at full dose, for each month in force (for an event: each time);
    cost_grows_with: the argument in proportion to which it costs more than with its default;
    first_member: without a target it is aimed at the first member, not at everybody;
    listed: it stands in lists of interventions; what does not prints all its own arguments.
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
    listed: bool = True

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return inspect.getdoc(self.recipe) or ""

    @property
    def __signature__(self) -> inspect.Signature:
        kinds = inspect.Parameter
        defaults = {**COMMON, "months": 1 if self.lasts_once else None, **self.arguments}
        return inspect.Signature(
            [kinds(key, kinds.KEYWORD_ONLY, default=value) for key, value in defaults.items()]
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

        Parameters
        ----------
        start : float
            Months that pass before it begins, in [0, 100000].
        months : float, optional
            How long it lasts, in [1, 100000] months. To the end if left out; an event happens once.
        dose : float
            From 0, nothing at all, to 1, the full measure.
        target : int, optional
            The one member it is aimed at, counted from 0.
        **own
            Arguments of the recipe.

        Raises
        ------
        ScenarioError
            An argument is unknown or outside its range.
        """
        where = f"intervention {self.name}"
        start, months, dose, target = map(plain, (start, months, dose, target))
        given = {"start": start, "months": months, "dose": dose, "target": target}
        own = {key: plain(value) for key, value in own.items()}
        for key, (least, most, meaning) in LIMITS.items():
            if given[key] is not None or COMMON[key] is not None:
                _number(where, key, given[key], least, most, meaning)
        if target is not None and (type(target) is not int or target < 0):
            allowed = "must be the number of a member, counted from 0"
            refuse(where, "target", target, allowed, "Leave it out to aim at everybody.")
        for key, value in own.items():
            if key not in self.arguments:
                known = (*COMMON, *self.arguments)
                allowed = f"is unknown; the arguments are {', '.join(known)}"
                step = f"Run `trustsim explain {self.name}`.{nearest(key, known)}"
                refuse(where, key, value, allowed, step)
            if not isinstance(value, str) or not isinstance(self.arguments[key], str):
                _number(where, key, value, -1e6, 1e6, "see its description")
        chosen = {**self.arguments, **own}
        lasting = 1 if months is None and self.lasts_once else months
        aimed_at = 0 if target is None and self.first_member else target
        changes = []
        for effect in self.recipe(**chosen):
            name, value = effect.parameter, effect.value
            check_value(where, effect.argument or name, name, effect.operation, value)
            if target is not None and not may_be_aimed(name):
                allowed = f"can't be used: {name} belongs to the whole partnership"
                refuse(where, "target", target, allowed, "Leave the target out.")
            span = 1 if effect.once else lasting
            scale = 1.0 if effect.full else dose
            changes.append(
                Change(name, effect.operation, float(value), start, span, scale, aimed_at)
            )
        given |= own
        defaults = {**COMMON, **self.arguments} if self.listed else COMMON
        typed = tuple((k, v) for k, v in given.items() if k not in defaults or v != defaults[k])
        cost = chosen.get("person_months", self.person_months) * dose
        if self.cost_grows_with:
            cost *= chosen[self.cost_grows_with] / self.arguments[self.cost_grows_with]
        done = () if dose == 0 else tuple(changes)
        return Intervention(self.name, typed, done, start, lasting, cost)


def define(
    kind: str,
    *,
    cites: tuple[str, ...],
    predicted: str,
    person_months: float,
    cost_grows_with: str = "",
    lasts_once: bool = False,
    first_member: bool = False,
    listed: bool = True,
) -> Callable[[Callable[..., list[Effect]]], Definition]:
    """Make an entry of the catalogue from a function that returns the effects at full dose.

    The entry has the function's name. The function's arguments have defaults, numbers or words,
    and its docstring is what `trustsim explain` prints. `trustsim.interventions.register` makes
    the name known.

    Parameters
    ----------
    kind : str
        BULLET, REMEDY or EVENT.
    cites : tuple of str
        Keys of references.bib; () for none.
    predicted : str
        What is expected of it, said before it is tried.
    person_months : float
        What it costs at full dose, for each month in force (with `lasts_once`: each time).
    cost_grows_with : str, optional
        The argument in proportion to which it costs more than with its default.
    lasts_once : bool
        It lasts one month, unless `months` are given.
    first_member : bool
        Without a target it is aimed at the first member, not at everybody.
    listed : bool
        It stands in lists of interventions.

    Returns
    -------
    callable
        A decorator that turns the function into a `Definition`.

    Raises
    ------
    ScenarioError
        An argument has no default or a name that is taken, or an effect names no parameter.
    """

    def wrap(recipe: Callable[..., list[Effect]]) -> Definition:
        signature = inspect.signature(recipe)
        arguments = {key: argument.default for key, argument in signature.parameters.items()}
        _check_recipe(recipe, arguments, cost_grows_with)
        return Definition(
            recipe.__name__, kind, recipe, cites, predicted, person_months, lasts_once,
            first_member, arguments, cost_grows_with, listed,
        )  # fmt: skip

    return wrap


def _number(where: str, what: str, value: Any, low: float, high: float, meaning: str) -> None:
    a_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not a_number or not low <= value <= high:
        allowed = f"must be a number in [{low:g}, {high:g}] ({meaning})"
        refuse(where, what, value, allowed, f"Run `trustsim explain {where.split()[-1]}`.")


def _check_recipe(
    recipe: Callable[..., list[Effect]], arguments: Mapping[str, Any], cost_grows_with: str
) -> None:
    """Refuse a function that can't be called with its defaults, or yields no effects."""
    where = f"define, {recipe.__name__}"
    for key, value in arguments.items():
        if key in COMMON:
            allowed = f"every intervention has {', '.join(COMMON)} already"
            refuse(where, "argument", key, allowed, "Give the argument another name.")
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            got = "missing" if value is inspect.Parameter.empty else value
            step = f"For example *, {key}: float = 0.1."
            refuse(where, key, got, "must have a default, a number or a word", step)
    if cost_grows_with and not arguments.get(cost_grows_with):
        allowed = "must be one of its arguments, with a default that is not 0"
        step = "Leave cost_grows_with out if the cost is always the same."
        refuse(where, "cost_grows_with", cost_grows_with, allowed, step)
    effects: Any = recipe(**arguments)  # whatever a user's function returns
    if not isinstance(effects, list) or not all(isinstance(one, Effect) for one in effects):
        step = 'For example return [Effect("reporting", "add", 0.1)].'
        refuse(where, "result", effects, "must be a list of Effect", step)
    for effect in effects:
        if effect.parameter not in BY_NAME:
            step = f"`trustsim explain` lists them.{nearest(effect.parameter, BY_NAME)}"
            refuse(where, "effect", effect.parameter, "must be a parameter of the model", step)
        if effect.operation not in OPERATIONS:
            allowed = f"must be one of {', '.join(OPERATIONS)}"
            step = "The second argument of an Effect says how the parameter is altered."
            refuse(where, "operation", effect.operation, allowed, step)
