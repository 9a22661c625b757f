"""Careful selection of key individuals."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("kanter1989", "seed2018"),
    predicted="helps, through those who are appointed while it lasts",
    person_months=0.1,
)
def selection(*, gain: float = 0.1) -> list[Effect]:
    """People are appointed for Kanter's four competences; those in post stay as they are.

    gain: added to the mean of each competence among new appointees, a share.
    """
    return [
        Effect("influence", "add", gain, "gain"),
        Effect("collaboration", "add", gain, "gain"),
        Effect("integrity", "add", gain, "gain"),
        Effect("process_focus", "add", gain, "gain"),
    ]
