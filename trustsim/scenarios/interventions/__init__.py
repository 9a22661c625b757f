"""Silver bullets, slow remedies and events, one file each; `catalog.py` lists them.

`register` adds one of your own, made by `define`; it is then an attribute here as the others are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustsim.scenarios.interventions.away_day import away_day
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.charter import charter
from trustsim.scenarios.interventions.coaching import coaching
from trustsim.scenarios.interventions.consultants import consultants
from trustsim.scenarios.interventions.coordinator import coordinator
from trustsim.scenarios.interventions.deadline import deadline
from trustsim.scenarios.interventions.definition import (
    BULLET,
    EVENT,
    REMEDY,
    Definition,
    Effect,
    Intervention,
    define,
)
from trustsim.scenarios.interventions.funding_end import funding_end
from trustsim.scenarios.interventions.handover import handover
from trustsim.scenarios.interventions.incentive import incentive
from trustsim.scenarios.interventions.incident import incident
from trustsim.scenarios.interventions.mandate import mandate
from trustsim.scenarios.interventions.monitoring import monitoring
from trustsim.scenarios.interventions.realistic_expectations import realistic_expectations
from trustsim.scenarios.interventions.registry import check, check_free
from trustsim.scenarios.interventions.replace_leaders import replace_leaders
from trustsim.scenarios.interventions.restructure import restructure
from trustsim.scenarios.interventions.selection import selection

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BULLET",
    "CATALOG",
    "EVENT",
    "REMEDY",
    "Definition",
    "Effect",
    "Intervention",
    "away_day",
    "charter",
    "coaching",
    "consultants",
    "coordinator",
    "deadline",
    "define",
    "funding_end",
    "handover",
    "incentive",
    "incident",
    "mandate",
    "monitoring",
    "realistic_expectations",
    "register",
    "replace_leaders",
    "restructure",
    "selection",
]


def register(definition: Definition, *, replace: bool = False) -> Definition:
    """Add an intervention of one's own, for this Python process.

    From then on it has a name: in text (`"+mine:start=6"`), in files and studies, for `explain`,
    and as `trustsim.interventions.mine`. Every process that reads such a text must register it;
    workers of a sweep need not, as they are sent its effects. For the command line, give it an
    entry point of the group `trustsim.interventions` in a package of your own (docs/extending.md).

    Parameters
    ----------
    definition : Definition
        Made by `define`.
    replace : bool
        Take the place of one of your own that has the same name. Those of trustsim stay.

    Returns
    -------
    Definition
        The same, so that `@register` can stand above `@define(...)`.

    Raises
    ------
    ScenarioError
        It is no definition, its name is taken or no plain word, it cites what is not in
        references.bib, or its effects make no sense.

    Examples
    --------
    >>> @register
    ... @define(BULLET, cites=(), predicted="more is expected", person_months=0.1)
    ... def speech(*, raises: float = 0.1) -> list[Effect]:
    ...     "A leader promises results in public."
    ...     return [Effect("expectation_raised", "add", raises, "raises")]
    >>> from trustsim.scenarios.files import scenario
    >>> (scenario("dyad") + speech(start=6)).to_dict()["interventions"]
    ['speech(start=6)']
    >>> del CATALOG["speech"]
    """
    check(definition)
    if CATALOG.registered(definition.name) is not definition:
        taken = globals().keys() - CATALOG.own
        check_free(CATALOG, taken, definition.name, replace)
        CATALOG[definition.name] = definition
    return definition


def __getattr__(name: str) -> Any:
    """A registered intervention by its name (PEP 562)."""
    if not name.startswith("_") and name in CATALOG:
        return CATALOG[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *CATALOG})
