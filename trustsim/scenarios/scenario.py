"""A scenario: a named, frozen, validated set of parameters and interventions."""

from __future__ import annotations

import functools
import hashlib
import html
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from trustsim.arguments import LONGEST, listed, mapping, plain_whole, text, whole
from trustsim.errors import ParameterError, ScenarioError, nearest, refusal
from trustsim.model.parameters import BY_NAME, NAMES, PARAMETERS, Parameter
from trustsim.scenarios.change import Change, part_of, refuse
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.interventions.registry import written

SCHEDULED = -1.0  # group of a change that has a date instead of a place on the menu
REACHING = "silver_bullet_propensity"


@dataclass(frozen=True)
class Scenario:
    """What a partnership is, and what is done to it.

    Two scenarios with the same values and interventions are equal whatever they are called.

    Parameters
    ----------
    name : str
        What to call it.
    overrides : mapping of str to float
        Parameters that differ from their defaults.
    interventions : tuple of Intervention
        What is in force, by date.
    menu : tuple of Intervention
        Silver bullets that frustrated members may reach for (see `silver_bullet_propensity`).
    menu_months : tuple
        The month after which they may first do so, and the month at whose end the menu and all
        that was reached for end (None: never).

    Raises
    ------
    ParameterError, ScenarioError
        Something in it does not make sense.
    """

    name: str = field(default="voluntary", compare=False)
    overrides: Mapping[str, float] = field(default_factory=dict, hash=False)
    interventions: tuple[Intervention, ...] = ()
    menu: tuple[Intervention, ...] = ()
    menu_months: tuple[int, int | None] = (0, None)
    where: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        text("scenario", "name", self.name, "what to call it", ScenarioError)
        place = self.where or f"scenario {self.name!r}"
        example = '{"negativity": 2.0}'
        values = checked(mapping(place, "overrides", self.overrides, example, ScenarioError), place)
        kept = {
            name: values[name]
            for name in BY_NAME
            if name in values and values[name] != BY_NAME[name].default
        }
        object.__setattr__(self, "overrides", _Frozen(kept))
        for what in ("interventions", "menu"):
            object.__setattr__(self, what, _several(getattr(self, what), place, what))
        self._check_interventions(place)
        self._check_menu_months(place)

    def _check_interventions(self, place: str) -> None:
        organisations = int(self.values()["organisations"])
        for item in (*self.interventions, *self.menu):
            for change in item.changes:
                if change.target is not None and change.target >= organisations:
                    allowed = f"must be below {organisations}, the number of members"
                    step = "Members are counted from 0."
                    refuse(place, f"{item.name} target", change.target, allowed, step)
        for one, other in combinations(self.interventions, 2):
            for change in one.changes:
                for against in other.changes:
                    if change.contradicts(against):
                        got = f"{one} and {other}"
                        allowed = f"contradict each other: both set {change.parameter} at a time"
                        step = "Let one end before the other starts, or keep one of them."
                        refuse(place, "interventions", got, allowed, step)

    def _check_menu_months(self, place: str) -> None:
        span = tuple(listed(self.menu_months))
        if not 1 <= len(span) <= 2:
            step = "For example (0, 24): the menu ends with month 24."
            refuse(place, "menu_months", span, "must be a start and an end, in months", step)
        start = whole(place, "menu_months", span[0], 0, LONGEST, "months before", ScenarioError)
        end = span[1] if len(span) == 2 else None
        if end is not None:
            end = whole(place, "menu_months", end, start + 1, LONGEST, "last month", ScenarioError)
        object.__setattr__(self, "menu_months", (start, end))

    def values(self) -> dict[str, float]:
        """All parameters by name, in the order of the table."""
        return {p.name: self.overrides.get(p.name, p.default) for p in PARAMETERS}

    def change_rows(self) -> list[tuple[float, ...]]:
        """All changes as rows of `engines.packing.CHANGE`, in the order in which they are applied.

        First what parameters become, by date, as everything else changes the value they then have.
        The others are sorted, so that the order of typing makes no difference.
        """
        dated = [change for item in self.interventions for change in item.changes]
        become = sorted(
            (change for change in dated if change.operation == "become"),
            key=lambda change: change.start,
        )
        first = [change.row(SCHEDULED) for change in become]
        dated = [change for change in dated if change.operation != "become"]
        reached = [
            change.row(float(group))
            for group, item in enumerate(self.menu)
            for change in item.changes
        ]
        start, end = self.menu_months
        if end is None:
            rows = [*first, *sorted([*(change.row(SCHEDULED) for change in dated), *reached])]
        else:
            # What was reached for has no date at which it could be cut, so it is written over.
            touched = {change.parameter for item in self.menu for change in item.changes}
            values = self.values()
            over = [Change(name, "set", values[name], end) for name in sorted(touched)]
            over += [change for change in become if change.parameter in touched]
            over = [part for change in over if (part := part_of(change, end, math.inf))]
            early = [part for change in dated if (part := part_of(change, 0, end))]
            late = [part for change in dated if (part := part_of(change, end, math.inf))]
            rows = [
                *first,
                *sorted([*(change.row(SCHEDULED) for change in early), *reached]),
                *(change.row(SCHEDULED) for change in over),
                *sorted(change.row(SCHEDULED) for change in late),
            ]
        if start:
            rows.append(Change(REACHING, "set", 0.0, 0, start).row(SCHEDULED))
        if end is not None:
            rows.append(Change(REACHING, "set", 0.0, end).row(SCHEDULED))
        return rows

    def menu_size(self) -> int:
        """Number of silver bullets that may be reached for."""
        return len(self.menu)

    def with_(self, **parameters: float) -> Scenario:
        """A validated copy with other parameters.

        Parameters
        ----------
        **parameters : float
            Values by name; `name` renames the copy.

        Returns
        -------
        Scenario

        Raises
        ------
        ParameterError
            A name is unknown or a value is out of range.
        ScenarioError
            The parameter changes at a date, so that one value would not say enough.
        """
        name: Any = parameters.pop("name", self.name)
        self._refuse_dated(parameters)
        return replace(self, name=name, overrides={**self.overrides, **parameters}, where="")

    def _refuse_dated(self, names: Iterable[str]) -> None:
        """Refuse to give one value to what becomes another half way."""
        for item in self.interventions:
            for change in item.changes:
                if change.operation == "become" and change.parameter in names:
                    got = f"{change.value:g} after month {change.start:g}"
                    allowed = "changes at a date, so one value would not say which is meant"
                    step = "Set it before the change is added, or take that out: without('change')."
                    refuse(f"scenario {self.name!r}", change.parameter, got, allowed, step)

    def __add__(self, other: Intervention | Iterable[Intervention]) -> Scenario:
        """A validated copy in which this intervention happens too."""
        added = _several(other, f"scenario {self.name!r}", "interventions")
        return replace(self, interventions=(*self.interventions, *added), where="")

    def without_interventions(self) -> Scenario:
        """A copy in which nothing is done to the partnership."""
        return replace(self, interventions=(), where="")

    def without(self, name: str) -> Scenario:
        """A copy in which no intervention of this name happens.

        Raises
        ------
        ScenarioError
            There is none of that name.
        """
        left = tuple(item for item in self.interventions if item.name != name)
        if len(left) == len(self.interventions):
            known = sorted({item.name for item in self.interventions})
            allowed = f"must be one of what is done to it ({', '.join(known) or 'nothing'})"
            step = "Look at its `interventions`."
            refuse(f"scenario {self.name!r}", "without", name, allowed, step)
        return replace(self, interventions=left, where="")

    def reaching_for(self, *menu: Intervention, propensity: float) -> Scenario:
        """A copy whose frustrated members may reach for these bullets, each with the same chance.

        Parameters
        ----------
        *menu : Intervention
            The bullets.
        propensity : float
            Chance a month, in [0, 1], that they do while frustration is above its threshold.
        """
        self._refuse_dated((REACHING,))
        overrides = {**self.overrides, REACHING: propensity}
        return replace(self, menu=menu, menu_months=(0, None), overrides=overrides, where="")

    def digest(self) -> str:
        """Hash of everything that can move a result; the name can't."""
        content = json.dumps(
            {
                "values": {k: float(v) for k, v in self.values().items()},
                "changes": self.change_rows(),
                "menu": self.menu_size(),
            },
            sort_keys=True,
        )
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def __hash__(self) -> int:
        return hash(self.digest())

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as it stands in a file.

        Raises
        ------
        ScenarioError
            An intervention could not be read back.
        """
        data: dict[str, Any] = {"name": self.name, **self.overrides}
        if self.interventions:
            data["interventions"] = [written(CATALOG, item) for item in self.interventions]
        if self.menu:
            data["menu"] = [written(CATALOG, item) for item in self.menu]
        if self.menu_months != (0, None):
            data["menu_months"] = [month for month in self.menu_months if month is not None]
        return data

    def to_json(self) -> str:
        """The scenario as JSON; `trustsim.scenarios.files.from_json` reads it back."""
        return json.dumps({"scenario": self.to_dict()}, indent=2)

    def to_toml(self) -> str:
        """The scenario as TOML; a file with this text can be given to `trustsim run`."""
        lines = ["[scenario]"]
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in self.to_dict().items()
        ]
        return "\n".join(lines) + "\n"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{p.name}</td><td>{self.overrides[p.name]:g}</td><td>{p.unit}</td>"
            f"<td>{html.escape(p.meaning)}</td></tr>"
            for p in PARAMETERS
            if p.name in self.overrides
        )
        done = "".join(f"<li>{html.escape(str(item))}</li>" for item in self.interventions)
        return (
            f"<p><b>{html.escape(self.name)}</b>: {len(self.overrides)} parameters differ from "
            f"their defaults</p><table>{rows}</table><ul>{done}</ul>"
        )


@functools.cache
def _model() -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in PARAMETERS:
        kind = int if parameter.whole else float
        limits = Field(
            ge=parameter.low,
            le=parameter.high,
            strict=True,
            allow_inf_nan=None if parameter.whole else False,
        )
        fields[parameter.name] = (Annotated[kind, limits], kind(parameter.default))
    return create_model("Values", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def allowed(parameter: Parameter) -> str:
    """What a parameter may be, in words.

    >>> allowed(BY_NAME["negativity"])
    'must be a number in [1, 10] (weight of bad news relative to good; factor)'
    """
    kind = "a whole number" if parameter.whole else "a number"
    return (
        f"must be {kind} in [{parameter.low:g}, {parameter.high:g}] "
        f"({parameter.meaning}; {parameter.unit})"
    )


def checked(overrides: Mapping[Any, Any], where: str) -> dict[str, float]:
    """The same values, all of them valid; whole numbers as int, the rest as float.

    Raises
    ------
    ParameterError
        A name is unknown, or a value has the wrong type or is out of range.
    """
    for name, value in overrides.items():
        if name not in BY_NAME:
            step = f"`trustsim explain` lists them.{nearest(str(name), NAMES)}"
            must = "is not a parameter of the model"
            raise ParameterError(refusal(where, str(name), value, must, step))
    plain = {name: plain_whole(value) for name, value in overrides.items()}
    try:
        _model()(**plain)
    except ValidationError as found:
        name = str(found.errors()[0]["loc"][0])
        step = f"Run `trustsim explain {name}` for its source and default."
        got, must = overrides[name], allowed(BY_NAME[name])
        raise ParameterError(refusal(where, name, got, must, step)) from None
    return {
        name: int(value) if BY_NAME[name].whole else float(value) for name, value in plain.items()
    }


def _several(given: Any, place: str, what: str) -> tuple[Intervention, ...]:
    """Interventions, or a single one, as a tuple."""
    if isinstance(given, Intervention):
        return (given,)
    items = tuple(listed(given))
    for item in items:
        if not isinstance(item, Intervention):
            step = "Make one with trustsim.interventions, for example coordinator(start=6)."
            refuse(place, what, item, "must be an intervention", step)
    return items


class _Frozen(dict[str, float]):
    """A mapping that can't be changed; equal to any dict with the same content."""

    def _refuse(self, *_: object, **__: object) -> None:
        raise TypeError("a Scenario is frozen; use .with_(name=value) for a changed copy")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type, tuple[dict[str, float]]]:
        return (_Frozen, (dict(self),))
