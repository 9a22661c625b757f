"""A fair chance for a peer: its level set anew by the calibration targets, the same budget each."""

from __future__ import annotations

from trustsim.calibration import distance, outcomes
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario
from trustsim.simulation import simulate
from trustsim.validation.facts import Refit
from trustsim.validation.models import Model


def refitted_value(model: Model, refit: Refit) -> tuple[float, float]:
    """The value of the grid at which a model comes nearest to the calibration targets.

    Of values as near, that nearest to the default. Where none lets 20 partnerships mature the
    targets say nothing, and the default stays.

    Returns
    -------
    tuple of float
        The value, and how far outside the bands it still is: half-widths, summed; 0 is within
        all, infinite where too few mature.
    """
    default = BY_NAME[refit.parameter].default
    found = []
    for value in refit.values:
        chosen = scenario("voluntary").with_(**{**model.parameters, refit.parameter: value})
        runs = simulate(chosen, replicates=refit.replicates, seed=refit.seed)
        found.append((distance(outcomes(runs)), abs(value - default), value))
    left, _, value = min(found)
    return (value if left < float("inf") else default), left
