"""From what a reader chose to the two scenarios that are lived through."""

from __future__ import annotations

from typing import Any, NamedTuple

from trustsim.app.lessons import TWIN
from trustsim.app.levers import NOTHING, Choice, Slider
from trustsim.app.state import HORIZON, HUNDRED, State
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

TO_THE_END = {"months": HORIZON}
"""Argument and value that mean "never stops" on a slider."""


class Case(NamedTuple):
    """Two fates: what each lives through, with which luck, and how many pairs are looked at."""

    first: Scenario
    second: Scenario
    luck: int
    other_luck: int
    pairs: int


def case_of(state: State) -> Case:
    """The two scenarios of a page.

    Raises
    ------
    ParameterError, ScenarioError
        The levers together make no sense.
    """
    base = scenario(str(state.values.get("setting", "voluntary")))
    base = base.with_(**_parameters(state, both=True))
    second = base.with_(**_parameters(state, both=False)) + interventions_of(state)
    twins = state.values.get("twin", TWIN) == TWIN
    other = state.luck if twins else state.luck + 100_000
    return Case(base, second, state.luck, other, int(state.values.get("pairs", HUNDRED)))


def interventions_of(state: State) -> list[Intervention]:
    """What the levers do to the second fate; nothing at a dose of 0."""
    chosen: dict[str, dict[str, Any]] = {}
    for lever in state.lesson.levers:
        name = intervention_of(state, lever)
        if isinstance(lever, Slider) and name and acts(state, lever):
            chosen.setdefault(name, {})[lever.argument] = float(state.values[lever.key])
    made = []
    for name, arguments in chosen.items():
        given = {key: value for key, value in arguments.items() if value != TO_THE_END.get(key)}
        if given.get("dose", 1.0) > 0.0:
            made.append(CATALOG[name](**given))
    return made


def intervention_of(state: State, lever: Slider | Choice) -> str:
    """Name of the intervention that a lever belongs to; nothing for a parameter."""
    if isinstance(lever, Choice):
        name = str(state.values[lever.key])
    else:
        name = str(state.values.get(lever.of, lever.of))
    return name if name in CATALOG else ""


def acts(state: State, lever: Slider | Choice) -> bool:
    """Whether a lever can change anything now: not how long it lasts if it is done once."""
    if isinstance(lever, Choice) or not lever.of:
        return True
    name = intervention_of(state, lever)
    if not name or state.values.get(lever.of) == NOTHING:
        return False
    return not (lever.argument == "months" and CATALOG[name].lasts_once)


def _parameters(state: State, *, both: bool) -> dict[str, float]:
    """Parameters that were moved; one left at its default keeps the value that its setting has."""
    moved = {}
    for lever in state.lesson.levers:
        if isinstance(lever, Slider) and lever.key in BY_NAME and lever.both is both:
            value = float(state.values[lever.key])
            if not lever.of and value != BY_NAME[lever.key].default:
                moved[lever.key] = value
    return moved
