"""What may be passed to a `Partnership`: its seed, whole numbers, and its scenario."""

from __future__ import annotations

import secrets
from typing import Any

from trustsim import arguments
from trustsim.errors import ParameterError, refusal
from trustsim.scenarios.files import scenario as scenario_of

LARGEST_SEED = (1 << 64) - 1
LARGEST_REPLICATE = (1 << 32) - 1
MEANINGS = {
    "seed": "the luck of all partnerships",
    "rng": "another name for seed",
    "replicate": "number of the partnership",
    "months": "horizon",
}
ASKED_OF_A_SCENARIO = ("values", "change_rows", "menu_size")


def chosen_seed(keywords: dict[str, Any], rng: Any) -> int:
    """The seed among the keywords (taken out of them), or `rng`; drawn if neither is given.

    Raises ParameterError.
    """
    named = {"seed": keywords.pop("seed", None), "rng": rng}
    given = {
        whole_number(name, value, 0, LARGEST_SEED)
        for name, value in named.items()
        if value is not None
    }
    if len(given) > 1:
        allowed = "differs from the seed that was given"
        step = "Give one of them: rng is another name for seed."
        raise ParameterError(refusal("Partnership", "rng", rng, allowed, step))
    return given.pop() if given else secrets.randbits(32)


def whole_number(what: str, given: Any, low: int, high: int) -> int:
    """A whole number within limits, as int.

    Raises ParameterError.
    """
    return arguments.whole("Partnership", what, given, low, high, MEANINGS[what])


def setting_of(scenario: Any, parameters: dict[str, Any]) -> Any:
    """The scenario by that name, in that file or given as it is, with these parameters.

    Raises ScenarioError or ParameterError.
    """
    # Whatever is asked of a scenario here may also be answered by one of another kind.
    known = all(callable(getattr(scenario, name, None)) for name in ASKED_OF_A_SCENARIO)
    chosen: Any = scenario
    if not known or isinstance(scenario, type):
        chosen = scenario_of(scenario)
    return chosen.with_(**parameters) if parameters else chosen
