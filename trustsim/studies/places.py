"""Where a bullet is tried: its arguments, the partnership and the coordinator, set by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from trustsim.errors import ParameterError, ScenarioError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.interventions import coordinator
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition, Intervention
from trustsim.scenarios.scenario import Scenario

ARGUMENTS = {
    "dose": "share of the full measure",
    "start": "months before it begins",
    "months": "months in force",
}
COORDINATION = {
    "coordinator": "pairs a month, from the start",
    "follow_up": "pairs a month, from the bullet on",
    "coordination": "0 never, 1 with the bullet, 2 from the start",
}


class Axis(NamedTuple):
    """One thing that a map varies, and its levels in order.

    name: an argument of the bullet ("dose", "start", "months" or its own), "coordinator" or
    "follow_up" (capacity, from the start or from the bullet's start on), "coordination" (0
    never, 1 with the bullet, 2 from the start) or a parameter of the partnership. A name that
    both the bullet and the partnership know needs "bullet." or "partnership." before it.
    """

    name: str
    values: tuple[float, ...]


class Bullet(NamedTuple):
    """A catalogue entry and those of its arguments that stay as they are."""

    definition: Definition
    fixed: Mapping[str, Any]


def bullet_of(bullet: Definition | Intervention | str) -> Bullet:
    """A bullet by its catalogue entry, its name, or with some arguments given.

    Raises ScenarioError.
    """
    if isinstance(bullet, Definition):
        return Bullet(bullet, {})
    name = bullet.name if isinstance(bullet, Intervention) else bullet
    if name not in CATALOG:
        raise ScenarioError(
            refusal(
                "studies",
                "bullet",
                name,
                "must be an intervention of the catalogue, or a definition",
                f"Run `trustsim explain --help`.{nearest(str(name), CATALOG)}",
            )
        )
    fixed = dict(bullet.arguments) if isinstance(bullet, Intervention) else {}
    return Bullet(CATALOG[name], fixed)


def arms(
    base: Scenario, bullet: Bullet, settings: Mapping[str, float]
) -> tuple[Scenario, Scenario]:
    """The partnership of these settings, without the bullet and with it.

    settings: by the names that `Axis` knows. A coordinator is in both.
    """
    own: dict[str, float] = {}
    parameters: dict[str, float] = {}
    coordination: dict[str, float] = {}
    groups = {"bullet": own, "partnership": parameters, "coordination": coordination}
    for name, value in settings.items():
        group, plain = _belongs(name, bullet.definition)
        groups[group][plain] = (
            _whole_where_needed(plain, value) if group == "partnership" else value
        )
    shot = bullet.definition(**{**bullet.fixed, **own})
    without = _coordinated(base.with_(**parameters), coordination, shot.start)
    return without, without + shot


def unit_of(name: str, bullet: Definition) -> str:
    """The unit of what an axis varies; empty for a bullet's own argument."""
    group, plain = _belongs(name, bullet)
    if group == "partnership":
        return BY_NAME[plain].unit
    return ARGUMENTS.get(plain, "") if group == "bullet" else COORDINATION[plain]


def axis_of(axis: Axis | tuple[str, Sequence[float]], bullet: Bullet, which: str) -> Axis:
    """A checked axis. Raises ParameterError."""
    name, values = axis
    _belongs(name, bullet.definition)
    if len(values) == 0 or len(set(values)) < len(values):
        raise refused(which, list(values), "needs levels, each once", "Give at least one level.")
    return Axis(name, tuple(float(value) for value in values))


def refused(what: str, got: object, allowed: str, next_step: str) -> ParameterError:
    """The error that a map or a sample can't be made so."""
    return ParameterError(refusal("regimes", what, got, allowed, next_step))


def _coordinated(base: Scenario, coordination: Mapping[str, float], start: float) -> Scenario:
    """The base with the coordinator that was asked for; one from the start needs no other."""
    level = coordination.get("coordination", 0)
    early = coordination.get("coordinator", 1.0 if level == 2 else 0.0)
    late = coordination.get("follow_up", 1.0 if level == 1 else 0.0)
    if early:
        return base + coordinator(capacity=early)
    return base + coordinator(capacity=late, start=start) if late else base


def _belongs(name: str, bullet: Definition) -> tuple[str, str]:
    """Group of what a name varies (bullet, partnership, coordination), and its plain name."""
    said, _, plain = name.rpartition(".")
    own = plain in ARGUMENTS or plain in bullet.arguments
    theirs = plain in BY_NAME
    if plain in COORDINATION and not said:
        return "coordination", plain
    if own and theirs and not said:
        raise refused(
            "axis",
            name,
            f"is known to {bullet.name} and to the partnership",
            f"Say bullet.{name} or partnership.{name}.",
        )
    if own and said in ("", "bullet"):
        return "bullet", plain
    if theirs and said in ("", "partnership"):
        return "partnership", plain
    known = (*ARGUMENTS, *bullet.arguments, *COORDINATION, *BY_NAME)
    raise refused(
        "axis",
        name,
        f"is no argument of {bullet.name}, no coordinator and no parameter",
        f"Run `trustsim explain {bullet.name}`.{nearest(plain, known)}",
    )


def _whole_where_needed(name: str, value: float) -> float:
    return int(value) if BY_NAME[name].whole and float(value).is_integer() else value
