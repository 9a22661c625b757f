"""Propositions 4, 5, 10 and 16: turnover, competences, number of members, coaching."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from E00_propositions.laboratory import Effect, Laboratory, mean_effect

from trustsim.scenarios import interventions
from trustsim.scenarios.interventions import handover
from trustsim.scenarios.scenario import Scenario


def turnover(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Tenure halved where there is trust, then good handover as well."""
    trusting = base.with_(history=0.7)
    tenure = trusting.values()["tenure"]
    restless = trusting.with_(tenure=tenure / 2)
    yield lab.effect(
        "tenure halved at high trust: dissolved by 5 years",
        trusting,
        restless,
        "dissolved",
        60,
        "+",
    )
    yield lab.effect(
        "tenure halved at high trust: mature by 5 years", trusting, restless, "matured", 60, "-"
    )
    yield lab.effect(
        "and good handover: dissolved by 5 years",
        restless,
        restless + handover(),
        "dissolved",
        60,
        "-",
    )
    yield lab.effect(
        "and good handover: mature by 5 years", restless, restless + handover(), "matured", 60, "+"
    )


def competences(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Each competence up by one standard deviation."""
    values = base.values()
    for name in ("influence", "collaboration", "integrity", "process_focus"):
        raised = base.with_(**{name: values[name] + values["trait_spread"]})
        yield lab.effect(
            f"{name} up by one sd: mature by 5 years", base, raised, "matured", 60, "+"
        )


def size(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Five members against twelve, and twelve with diaries as free as among five."""
    few, many = base.with_(organisations=5), base.with_(organisations=12)
    yield lab.effect("5 to 12 members: mature by 5 years", few, many, "matured", 60, "-")
    plenty = {"meetings": base.values()["meetings"] * 11 / 4}
    yield lab.effect(
        "12 members, diaries as free as among 5: mature by 5 years",
        many,
        many.with_(**plenty),
        "matured",
        60,
        "+",
    )


def coaching(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Coaching throughout: what it costs in year one and brings by year five."""
    coached = base + interventions.coaching()
    values = [np.nan_to_num(lab.panel(one).numbers["value"]) for one in (base, coached)]
    for first, last, when, predicted in ((0, 12, "year 1", "-"), (0, 60, "years 1 to 5", "+")):
        sums = [value[:, first:last].sum(axis=1) for value in values]
        yield mean_effect(
            f"coaching: value in {when}", sums[1] - sums[0], predicted, "value of full trust"
        )
    yield lab.effect("coaching: mature by 5 years", base, coached, "matured", 60, "+")
