"""Whether a promise is delivered at home: by command, or by influence and standing."""

from __future__ import annotations

from trustsim.model.rules.numeric import share


def delivery_probability(
    command: float,
    influence: float,
    home_trust: float,
    floor: float,
    influence_effect: float,
    trust_effect: float,
) -> float:
    """Chance that a promise made to partners is met at home.

    Command delivers whatever trust says; where it does not reach, personal influence and
    the staff's trust in their leaders must.

    >>> delivery_probability(1.0, 0.0, 0.0, 0.0, 0.5, 0.5)
    1.0
    """
    by_persuasion = share(floor + influence_effect * influence + trust_effect * home_trust)
    return command + (1.0 - command) * by_persuasion
