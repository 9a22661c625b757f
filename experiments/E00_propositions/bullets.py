"""Propositions 12 and 15: bullets reached for when frustrated, and an away-day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from E00_propositions.estimators import (
    Flags,
    gap_between,
    share_kept,
    sum_over_window,
)
from E00_propositions.laboratory import (
    HORIZON,
    SHARE,
    Effect,
    Laboratory,
    column,
    happened,
    held_against,
    mean_effect,
    share_effect,
)

from trustsim.analysis.tables import Floats, month_numbers
from trustsim.scenarios.interventions import (
    away_day,
    coordinator,
    deadline,
    mandate,
    replace_leaders,
)
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

PROPENSITY = 0.25
TIMES = 5
AFTER = 36  # months over which reaching early and late are compared


def reaching(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """One bullet on the menu at a time, against the same partnerships with none.

    At the defaults 7 partnerships in 100 are ever frustrated enough to reach for one, so more
    are simulated than for the other propositions.
    """
    lab = lab.enlarged(TIMES)
    for bullet in (mandate(months=24), replace_leaders(), deadline(months=24)):
        arm = base.reaching_for(bullet, propensity=PROPENSITY)
        reached = column(lab.runs(arm), "bullets_reached_for") > 0
        yield from _within(lab, base, arm, bullet, reached)
        yield _naive(lab, arm, bullet, reached)
        yield _early_against_late(lab, base, arm, bullet)
    # Until its first bullet a partnership is the same whatever is on the menu, so the same
    # ones reach; and the others live as without a menu. So naive minus paired is one gap.
    yield held_against(
        "reaching, naive minus paired, whatever the bullet: matured by 7 years",
        SHARE,
        gap_between(happened(lab.runs(base), "matured", 84), reached, lab.seed),
        "-",
    )


def _within(
    lab: Laboratory, base: Scenario, arm: Scenario, bullet: Intervention, reached: Flags
) -> Iterator[Effect]:
    """Paired, within those that reach."""
    for event, predicted in (("matured", "-"), ("dissolved", "+")):
        without, reaches = (happened(lab.runs(one), event, 84)[reached] for one in (base, arm))
        claim = f"reaching for {bullet.name}, those that do: {event} by 7 years"
        yield share_effect(claim, without, reaches, predicted)
    lost = column(lab.runs(arm), "value") - column(lab.runs(base), "value")
    claim = f"reaching for {bullet.name}, those that do: value"
    yield mean_effect(claim, lost[reached], "-", "value of full trust")


def _naive(lab: Laboratory, arm: Scenario, bullet: Intervention, reached: Flags) -> Effect:
    """Those that reached against those that didn't, in one arm."""
    return held_against(
        f"reaching for {bullet.name}, naive against those that don't: matured by 7 years",
        SHARE,
        gap_between(happened(lab.runs(arm), "matured", 84), reached, lab.seed),
        "-",
    )


def _early_against_late(
    lab: Laboratory, base: Scenario, arm: Scenario, bullet: Intervention
) -> Effect:
    """Value over three years after reaching, early minus late; half the reachers are early."""
    month = month_numbers(lab.runs(arm).runs, "month_first_bullet")
    followed = (month > 0) & (month <= HORIZON - AFTER)
    first = month[followed] + 1
    lost: Floats = np.subtract(
        *(
            sum_over_window(lab.panel(one).numbers["value"][followed], first, AFTER)
            for one in (arm, base)
        )
    )
    early = first <= np.median(first) if len(first) else np.zeros(0, dtype=bool)
    return held_against(
        f"reaching for {bullet.name}, early minus late: value in 3 years after it",
        "value of full trust",
        gap_between(lost, early, lab.seed),
        "not 0",
    )


def launch(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """An away-day in month 13, alone and with a coordinator from then on."""
    day, follow_up = away_day(start=12), coordinator(start=12)
    arms = [lab.panel(one) for one in (base, base + day, base + follow_up, base + day + follow_up)]
    alive = np.logical_and.reduce([arm.alive(36) for arm in arms])
    trust = {month: [arm.at("mean_trust", month)[alive] for arm in arms] for month in (15, 36)}
    gains = {month: levels[1] - levels[0] for month, levels in trust.items()}
    yield mean_effect("away-day in month 13: mean trust in month 15", gains[15], "+", "share")
    yield held_against(
        "away-day in month 13: share of that gain left in month 36",
        "share",
        share_kept(gains[15], gains[36], lab.seed),
        "below 1/2",
    )
    none, alone, followed, both = trust[36]
    yield mean_effect(
        "away-day and follow-up, more than the two add up to: mean trust in month 36",
        (both - followed) - (alone - none),
        "+",
        "share",
    )
    edge = base.with_(history=history_below_tipping(lab, base))
    without, launched = (happened(lab.runs(one), "matured", HORIZON) for one in (edge, edge + day))
    claim = "away-day just below the tipping point: matured by 10 years"
    yield share_effect(claim, without, launched, "+")


def history_below_tipping(lab: Laboratory, base: Scenario) -> float:
    """Highest history, in steps of .05, with which fewer than half mature by ten years.

    Found by halving, as if the share rose with history; 0 where half mature whatever it is.
    """
    low, high = 0, 21
    while high - low > 1:
        middle = (low + high) // 2
        share = happened(lab.runs(base.with_(history=middle / 20)), "matured", HORIZON).mean()
        low, high = (middle, high) if share < 0.5 else (low, middle)
    return low / 20
