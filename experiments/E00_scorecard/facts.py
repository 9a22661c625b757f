"""The stylised facts and the bands they are held to, read from `facts.toml`.

The bands were written down before anything was run; what was changed later is told in the file.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustsim import arguments
from trustsim.scenarios.files import intervention
from trustsim.scenarios.scenario import Scenario

HERE = Path(__file__).parent
ROLES = ("test", "design", "restated", "calibration", "hypothesis")
"""Why a fact is counted, or isn't: only a test is. See the head of `facts.toml`."""


@dataclass(frozen=True)
class Measure:
    """One quantity of a fact: how it is measured, where, and the open band it is held to.

    design: what else the statistic needs, as it stands in the file: arms and options.
    """

    fact: str
    name: str
    claim: str
    statistic: str
    settings: tuple[str, ...]
    band: tuple[float, float]
    unit: str
    role: str
    needs: frozenset[str]
    enlarged: int
    design: Mapping[str, Any]

    @property
    def options(self) -> dict[str, Any]:
        """Months, columns and the like."""
        return dict(self.design.get("options", {}))

    def arm(self, name: str, base: Scenario) -> Scenario:
        """An arm of the design, made of a setting."""
        return arm_of(base, self.design[name])

    def arms(self, base: Scenario) -> list[Scenario]:
        """All arms of a design that lists them."""
        return [arm_of(base, one) for one in self.design["arms"]]


@dataclass(frozen=True)
class Fact:
    """A stylised fact: what was seen of it beforehand, why it is measured so, its measures."""

    identifier: str
    role: str
    seen: str
    why: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Refit:
    """Which level of a peer is set anew, on which grid, with how many partnerships.

    note: when this was added and why, where it was not there from the start.
    """

    parameter: str
    values: tuple[float, ...]
    replicates: int
    seed: int
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """All facts, how many partnerships an arm has unless told otherwise, and what was changed."""

    replicates: int
    seed: int
    months: int
    changed: tuple[str, ...]
    refits: tuple[Refit, ...]
    facts: tuple[Fact, ...]

    def chosen(self, identifiers: Sequence[str] | None) -> tuple[Fact, ...]:
        """Those of these identifiers, all if there are none.

        Raises ParameterError.
        """
        known = [one.identifier for one in self.facts]
        names = checked_names("facts", identifiers, known)
        return tuple(one for one in self.facts if one.identifier in names)


def arm_of(base: Scenario, arm: Mapping[str, Any]) -> Scenario:
    """A setting with other values, with less and with more done to it."""
    chosen = base.without_interventions() if arm.get("undone") else base
    return chosen.with_(**arm.get("values", {})) + [
        intervention(one) for one in arm.get("done", [])
    ]


@functools.cache
def facts() -> Facts:
    """The facts that are shipped."""
    return facts_from((HERE / "facts.toml").read_text(encoding="utf-8"))


def facts_from(text: str) -> Facts:
    """Facts from TOML text, in the form of `facts.toml`.

    Examples
    --------
    >>> [one.identifier for one in facts().facts][:2]
    ['SF01', 'SF03']
    """
    data = tomllib.loads(text)
    return Facts(
        data["replicates"],
        data["seed"],
        data["months"],
        tuple(data["changed"]),
        tuple(Refit(**{**one, "values": tuple(one["values"])}) for one in data["refit"]),
        tuple(_fact(one) for one in data["fact"]),
    )


def _fact(data: Mapping[str, Any]) -> Fact:
    shared = {key: value for key, value in data.items() if key not in ("measure", "seen", "why")}
    return Fact(
        data["id"],
        data["role"],
        data["seen"],
        data.get("why", ""),
        tuple(_measure({**shared, **one}) for one in data["measure"]),
    )


def _measure(data: Mapping[str, Any]) -> Measure:
    low, high = data["band"]
    assert data["role"] in ROLES, data["role"]
    return Measure(
        data["id"],
        data["name"],
        data["claim"],
        data["statistic"],
        tuple(data["settings"]),
        (float(low), float(high)),
        data["unit"],
        data["role"],
        frozenset(data["needs"]),
        data.get("enlarged", 1),
        data,
    )


def checked_names(what: str, given: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """The names given, all that are known if none is.

    Raises ParameterError, with the nearest name.
    """
    names = (given,) if isinstance(given, str) else tuple(given or known)
    return tuple(arguments.one_of("validate", what, name, known) for name in names)
