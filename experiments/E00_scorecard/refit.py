"""A fair chance for a peer: its level set anew by the calibration targets, the same budget each."""

from __future__ import annotations

import math
from typing import NamedTuple

from E00_scorecard.facts import Refit
from E00_scorecard.models import Model

from trustsim.calibration import TARGETS, distance, outcomes
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate


class Refitted(NamedTuple):
    """What was set anew in a peer, and how near to the calibration targets it then is.

    value: the nearest of the grid; distance: how far outside the bands that can be told,
    half-widths, summed (0 is within all of them); untold: bands that can't be told, since too few
    mature; nearer: whether that value is nearer than the default. If not, it is the model itself.
    """

    model: str
    parameter: str
    value: float
    distance: float
    untold: int
    nearer: bool


def refitted_value(model: Model, refit: Refit) -> Refitted:
    """The value of the grid at which a model comes nearest to the calibration targets.

    Nearest is where most bands can be told (waits can't where fewer than 20 partnerships mature),
    of these where the bands that can be told are nearest, of those the value next to the default.
    """
    default = BY_NAME[refit.parameter].default
    found = []
    for value in refit.values:
        chosen = scenario("voluntary").with_(**{**model.parameters, refit.parameter: value})
        runs = simulate(chosen, replicates=refit.replicates, seed=refit.seed)
        untold, left = distance_told(outcomes(runs))
        found.append((untold, left, abs(value - default), value))
    untold, left, _, value = min(found)
    return Refitted(model.name, refit.parameter, value, left, untold, value != default)


def distance_told(found: dict[str, float]) -> tuple[int, float]:
    """How many calibration bands can't be told, and how far outside the others the outcomes are.

    Without this one wait that is not known would hide how many end.
    """
    untold = [one for one in TARGETS if not math.isfinite(found[one.name])]
    return len(untold), distance({**found, **{one.name: one.low for one in untold}})
