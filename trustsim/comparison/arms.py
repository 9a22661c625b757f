"""What is compared: arms from scenarios, interventions or text, and bullets lifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trustsim.arguments import check_distinct, mapping
from trustsim.errors import ParameterError, refusal
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import BULLET, Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.scenarios.typed import typed_arm

Arm = Scenario | Intervention | str | Iterable[Intervention]
BASELINE = "baseline"


def all_arms(base: Scenario, arms: Mapping[str, Arm], *, lifted: bool) -> dict[str, Scenario]:
    """The arms as scenarios, and each silver bullet of the baseline lifted, if that is wanted.

    Raises ParameterError if there is nothing to compare with.
    """
    arms = mapping("compare", "arms", arms, '{"coordinator": interventions.coordinator()}')
    chosen = {**arms_of(base, arms), **(lifted_arms(base) if lifted else {})}
    if not chosen:
        step = "Give at least one, for example +coordinator."
        raise ParameterError(refusal("compare", "arms", "none", "at least one arm is needed", step))
    check_distinct("compare", "arm", (BASELINE, *chosen))
    return chosen


def arms_of(base: Scenario, arms: Mapping[str, Arm]) -> dict[str, Scenario]:
    """The arms as scenarios of their own, by name; ParameterError if one makes no sense."""
    chosen = {}
    for name, arm in arms.items():
        if not str(name).strip() or name == BASELINE or type(name) is not str:
            allowed = f"must be text, and not {BASELINE!r}"
            raise ParameterError(refusal("compare", "arm", name, allowed, "Give it another name."))
        if isinstance(arm, str):
            found = base + typed_arm(arm)
        elif isinstance(arm, Scenario):
            found = arm
        elif isinstance(arm, Intervention | list | tuple):
            found = base + arm
        else:
            allowed = "must be a scenario, interventions, or text such as +mandate:dose=0.5"
            step = "An intervention is made by calling it: interventions.coordinator()."
            raise ParameterError(refusal("compare", f"arm {name}", arm, allowed, step))
        chosen[name] = found
    return chosen


def lifted_arms(base: Scenario) -> dict[str, Scenario]:
    """One arm for each silver bullet in force in the baseline: the same without it."""
    bullets = {
        item.name
        for item in base.interventions
        if item.name in CATALOG and CATALOG[item.name].kind == BULLET
    }
    return {f"without {name}": base.without(name) for name in sorted(bullets)}


def targets(base: Scenario, other: Scenario) -> list[int]:
    """Numbers of the members at whom something is aimed in the other scenario, not in the base."""
    here, there = (
        {
            (str(item), change.target)
            for item in scenario.interventions
            for change in item.changes
            if change.target is not None
        }
        for scenario in (other, base)
    )
    return sorted({target for _, target in here - there})
