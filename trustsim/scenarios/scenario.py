"""A scenario: a named, frozen, validated set of parameters and interventions."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from trustsim.arguments import listed, mapping, text
from trustsim.errors import ScenarioError, refusal
from trustsim.model.parameters import BY_NAME, PARAMETERS
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.interventions.registry import written
from trustsim.scenarios.validation import checked


@dataclass(frozen=True)
class Scenario:
    """What a partnership is, and what is done to it.

    name: what to call it; overrides: parameters that differ from their defaults;
    interventions: in force by date; menu: silver bullets that frustrated members may reach
    for by themselves (see `silver_bullet_propensity`). Two scenarios with the same values
    and interventions are equal whatever they are called.

    Raises ParameterError or ScenarioError if anything in it does not make sense.
    """

    name: str = field(default="voluntary", compare=False)
    overrides: Mapping[str, float] = field(default_factory=dict, hash=False)
    interventions: tuple[Intervention, ...] = ()
    menu: tuple[Intervention, ...] = ()
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

    def _check_interventions(self, place: str) -> None:
        organisations = int(self.values()["organisations"])
        for item in (*self.interventions, *self.menu):
            for change in item.changes:
                if change.target is not None and change.target >= organisations:
                    raise ScenarioError(
                        refusal(
                            place,
                            f"{item.name} target",
                            change.target,
                            f"must be below {organisations}, the number of members",
                            "Members count from 0.",
                        )
                    )
        for one, other in combinations(self.interventions, 2):
            for change in one.changes:
                for against in other.changes:
                    if change.contradicts(against):
                        raise ScenarioError(
                            refusal(
                                place,
                                "interventions",
                                f"{one} and {other}",
                                f"contradict each other: both set {change.parameter} at a time",
                                "Let one end before the other starts, or keep one of them.",
                            )
                        )

    def values(self) -> dict[str, float]:
        """All parameters by name, in the order of the table."""
        return {p.name: self.overrides.get(p.name, p.default) for p in PARAMETERS}

    def change_rows(self) -> list[tuple[float, ...]]:
        """All changes as rows of `engines.packing.CHANGE`, in an order that typing can't alter."""
        rows = [change.row(-1.0) for item in self.interventions for change in item.changes]
        for group, item in enumerate(self.menu):
            rows += [change.row(float(group)) for change in item.changes]
        return sorted(rows)

    def menu_size(self) -> int:
        """Number of silver bullets that may be reached for."""
        return len(self.menu)

    def with_(self, **parameters: float) -> Scenario:
        """A validated copy with other parameters (and, where given, another `name`)."""
        name: Any = parameters.pop("name", self.name)
        return replace(self, name=name, overrides={**self.overrides, **parameters}, where="")

    def __add__(self, other: Intervention | Iterable[Intervention]) -> Scenario:
        """A validated copy in which this intervention happens too."""
        added = _several(other, f"scenario {self.name!r}", "interventions")
        return replace(self, interventions=(*self.interventions, *added), where="")

    def without_interventions(self) -> Scenario:
        """A copy in which nothing is done to the partnership."""
        return replace(self, interventions=(), where="")

    def without(self, name: str) -> Scenario:
        """A copy in which no intervention of this name happens.

        Raises ScenarioError if there is none.
        """
        kept = tuple(item for item in self.interventions if item.name != name)
        if len(kept) == len(self.interventions):
            known = sorted({item.name for item in self.interventions})
            raise ScenarioError(
                refusal(
                    f"scenario {self.name!r}",
                    "without",
                    name,
                    f"must be one of what is done to it ({', '.join(known) or 'nothing'})",
                    "Look at its `interventions`.",
                )
            )
        return replace(self, interventions=kept, where="")

    def reaching_for(self, *menu: Intervention, propensity: float) -> Scenario:
        """A copy whose frustrated members may reach for these bullets, each as likely.

        propensity: chance a month that they do, while frustration is above its threshold.
        """
        return replace(
            self,
            menu=menu,
            overrides={**self.overrides, "silver_bullet_propensity": propensity},
            where="",
        )

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

        Raises ScenarioError for an intervention that could not be read back.
        """
        data: dict[str, Any] = {"name": self.name, **self.overrides}
        if self.interventions:
            data["interventions"] = [written(CATALOG, item) for item in self.interventions]
        if self.menu:
            data["menu"] = [written(CATALOG, item) for item in self.menu]
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


def _several(given: Any, place: str, what: str) -> tuple[Intervention, ...]:
    """Interventions, or a single one, as a tuple.

    Raises ScenarioError.
    """
    if isinstance(given, Intervention):
        return (given,)
    items = tuple(listed(given))
    for item in items:
        if not isinstance(item, Intervention):
            step = "Make one with trustsim.interventions, for example coordinator(start=6)."
            raise ScenarioError(refusal(place, what, item, "must be an intervention", step))
    return items


class _Frozen(dict[str, float]):
    """A mapping that can't be changed; equal to any dict with the same content."""

    def _refuse(self, *_: object, **__: object) -> None:
        raise TypeError("a Scenario is frozen; use .with_(name=value) for a changed copy")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type, tuple[dict[str, float]]]:
        return (_Frozen, (dict(self),))
