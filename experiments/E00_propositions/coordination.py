"""Propositions 1 to 3: whether, when and how a coordinator is appointed."""

from __future__ import annotations

from collections.abc import Iterator

from E00_propositions.estimators import share_kept
from E00_propositions.laboratory import (
    Effect,
    Laboratory,
    column,
    happened,
    held_against,
    mean_effect,
)

from trustsim.scenarios.interventions import coordinator
from trustsim.scenarios.scenario import Scenario


def presence(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """A coordinator from the start against none."""
    with_one = base + coordinator()
    yield lab.effect("coordinator: dissolved by 5 years", base, with_one, "dissolved", 60, "-")
    yield lab.effect("coordinator: mature by 5 years", base, with_one, "matured", 60, "+")
    yield lab.effect(
        "coordinator: months not mature", base, with_one, "months not mature", 120, "-"
    )


def timing(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Early against late, and what is left after withdrawal."""
    early, late = base + coordinator(), base + coordinator(start=24)
    yield lab.effect(
        "from the start, not from year 3: mature by 5 years", late, early, "matured", 60, "+"
    )
    yield _kept(lab, base, base + coordinator(months=12), "gone after 12 months")
    for rate, name in ((0.0, "none"), (0.05, "much")):
        settled = base.with_(institutionalising=rate)
        until, throughout = settled + coordinator(months=48), settled + coordinator()
        lost = column(lab.runs(until), "mature_months") - column(
            lab.runs(throughout), "mature_months"
        )
        yield mean_effect(
            f"withdrawn after 4 years, {name} institutionalised: months mature", lost, "-"
        )


def _kept(lab: Laboratory, base: Scenario, short: Scenario, name: str) -> Effect:
    """Share of the gain at seven years that a coordinator who leaves has kept."""
    full = base + coordinator()
    without, briefly, throughout = (
        happened(lab.runs(one), "matured", 84) for one in (base, short, full)
    )
    return held_against(
        f"{name}: share of the gain in maturity by 7 years that is kept",
        "share",
        share_kept(throughout - without, briefly - without, lab.seed),
        "below 1/2",
    )


def appointment(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Imposed against agreed; with allegiance against none."""
    agreed, imposed = base + coordinator(), base + coordinator(inclusiveness=0.3)
    partial = base + coordinator(allegiance=0.9)
    yield lab.effect("imposed, not agreed: mature by 5 years", agreed, imposed, "matured", 60, "-")
    yield lab.effect(
        "allegiance, against no coordinator: mature by 5 years", base, partial, "matured", 60, "-"
    )
    yield lab.effect(
        "allegiance, against no coordinator: dissolved by 5 years",
        base,
        partial,
        "dissolved",
        60,
        "+",
    )
