"""Slow remedies, silver bullets and events: those of `catalog.py`, and those you register.

`register` adds one that you made with `define`. It is then an attribute here like the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustsim.scenarios.interventions.catalog import *  # noqa: F403 - whatever is added there
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import (
    BULLET,
    EVENT,
    REMEDY,
    Definition,
    Effect,
    Intervention,
    define,
)
from trustsim.scenarios.interventions.registry import check, check_free

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
    "define",
    "register",
    *sorted(CATALOG.own),
]


def register(definition: Definition, *, replace: bool = False) -> Definition:
    """Add an intervention of your own, for this Python process.

    From then on it has a name: in text (`"+mine:start=6"`), in files and studies, for `explain`,
    and as `trustsim.interventions.mine`. Every process that reads such a text must register it.
    Workers of a sweep need not, as they receive its effects. For the command line, put it into a
    package with an entry point of the group `trustsim.interventions` (docs/extending.md).

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
        It was not made by `define`, its name is taken or is no plain word, it cites what is not
        in references.bib, or its effects make no sense.

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
