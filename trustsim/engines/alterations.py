"""What interventions alter: which changes of parameters are in force, and what then holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import NamedTuple

from trustsim.engines.packing import EVERYBODY, SCHEDULED
from trustsim.model.parameters import NAMES, PARAMETERS
from trustsim.model.rules import change
from trustsim.model.trust_rules import TRUST_RULES


class Alteration(NamedTuple):
    """One change of a parameter, as the scenario gives it (columns of `packing.CHANGE`)."""

    parameter: float
    operation: float
    value: float
    dose: float
    start: float
    months: float
    target: float
    group: float


def is_in_force(one: Alteration, month: int, reached: Sequence[float]) -> bool:
    """Whether a change is in force in a month.

    reached: for each item of the menu, the month in which the members reached for it; 0 for not
    yet.
    """
    if one.group == SCHEDULED:
        return change.in_force(month, one.start, one.months)
    since = reached[int(one.group)]
    return since > 0.0 and change.in_force(month, since + one.start, one.months)


def effective_parameters(
    base: Mapping[str, float],
    changes: Sequence[Alteration],
    active: Sequence[bool],
    target: float,
    rule: int,
) -> SimpleNamespace:
    """Parameters for the member at a seat, or for the whole (EVERYBODY), after all active changes.

    rule: the code of the rule of trust, which fixes some parameters.
    """
    values = dict(base)
    for one, is_active in zip(changes, active, strict=True):
        if is_active and one.target in (EVERYBODY, target):
            parameter = PARAMETERS[int(one.parameter)]
            values[parameter.name] = change.changed_value(
                values[parameter.name],
                one.operation,
                one.value,
                one.dose,
                float(parameter.low),
                float(parameter.high),
            )
    values.update(TRUST_RULES[rule].fixed)
    return SimpleNamespace(**{name: values[name] for name in NAMES})
