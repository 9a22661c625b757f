"""Propositions 9, 11 and 18: the hazard of dissolution, relapse, two fates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from E00_propositions.bimodality import dip_test
from E00_propositions.estimators import MATURE, rate_ratio, relapses
from E00_propositions.laboratory import (
    Effect,
    Laboratory,
    Panel,
    held_against,
    mean_effect,
)

from trustsim.analysis.survival import hazard
from trustsim.analysis.tables import Floats
from trustsim.scenarios.interventions import funding_end
from trustsim.scenarios.scenario import Scenario


def hump(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Hazard by year of life, with goodwill and without."""
    for name, chosen in (("", base), (", goodwill off", base.with_(goodwill=0.0))):
        table = hazard(lab.runs(chosen).runs, event="dissolved", width=12)
        yield from _rise_and_fall(table, name)


def _rise_and_fall(table: pd.DataFrame, name: str) -> Iterator[Effect]:
    """First year and last three years against the year of the peak."""
    events = table["events"].to_numpy(dtype=float)
    exposure = table["person_months"].to_numpy(dtype=float)
    rate = events / exposure
    peak = int(np.argmax(rate))
    before, after = slice(0, 1), slice(max(len(rate) - 3, 0), len(rate))
    for part, when in ((before, "first year"), (after, "years 8 to 10")):
        there, here = events[part].sum(), events[peak]
        ratio = (there / exposure[part].sum()) / rate[peak]
        error = np.sqrt(1 / max(there, 0.5) + 1 / max(here, 0.5))
        low, high = ratio * np.exp(-1.96 * error), ratio * np.exp(1.96 * error)
        yield Effect(
            f"hazard of dissolution, {when} over the peak (year {peak + 1}){name}",
            "ratio",
            float(ratio),
            float(low),
            float(high),
            "below 1",
            bool(high < 1),
        )


def upkeep(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """The grant that paid for two meetings in five ends after month 60.

    Both arms are the same until then, so the same partnerships are mature in month 60.
    """
    kept, lost = lab.panel(base), lab.panel(base + funding_end(start=60))
    mature = kept.status[:, 59] == MATURE
    arms = [relapses(arm.status[mature], 60) for arm in (kept, lost)]
    yield held_against(
        "meetings cut by 40 % after 5 years: relapses per mature month (published: about 2)",
        "ratio",
        rate_ratio(arms[0], arms[1], lab.seed),
        "above 1",
    )
    yield mean_effect(
        "meetings cut by 40 % after 5 years: months mature in years 6 to 10, if mature then",
        _mature_months(lost)[mature] - _mature_months(kept)[mature],
        "-",
        "months",
    )


def _mature_months(panel: Panel) -> Floats:
    months: Floats = (panel.status[:, 60:] == MATURE).sum(axis=1).astype(np.float64)
    return months


def two_fates(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Bimodality of trust and of value among partnerships alive at seven years.

    Asked twice: of the partnership as it is, and of two members who can't leave and whose
    willingness hangs on trust (the region where it was found to hold).
    """
    steep = base.with_(
        organisations=2, people=2, may_exit=0, willingness=0.6, willingness_trust=14.0
    )
    for name, chosen in (("as it is", base), ("two members, steep in trust", steep)):
        yield from _dips(lab.panel(chosen), name, lab.seed)


def _dips(panel: Panel, name: str, seed: int) -> Iterator[Effect]:
    alive = panel.alive(84)
    for column in ("mean_trust", "value"):
        found = dip_test(panel.at(column, 84)[alive], seed=seed)
        yield Effect(
            f"dip of {column} at 7 years, {name}",
            "dip",
            found.dip,
            found.dip,
            found.dip,
            "p < .05",
            bool(found.p_value < 0.05),
        )
