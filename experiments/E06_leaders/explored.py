"""Settings in which changing the leaders might help, thought of after the grid had been seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from E06_leaders.lives import START, UNITS, estimate, outcomes

import trustsim as ts
from trustsim.scenarios.interventions import incident, replace_leaders, selection
from trustsim.scenarios.interventions.definition import Intervention

OTHER_SEED = 2116  # not the luck on which the settings were first tried
EARLY = 6


class Setting(NamedTuple):
    """A partnership, and who is replaced when."""

    name: str
    scenario: ts.Scenario
    change: Intervention
    start: int = START


def settings() -> tuple[Setting, ...]:
    """All that were tried."""
    usual = ts.scenario("voluntary")
    strangers = {"history": 0.2, "handover": 0.0, "tenure": 84}
    half = replace_leaders(start=START)
    better = selection(start=START, months=1, gain=0.2)
    first = replace_leaders(start=START, share=1.0, target=0)
    broken = usual.with_(handover=0.0, tenure=84) + incident(start=12, size=10)
    return (
        Setting("distrust that may not end", usual.with_(may_exit=0, **strangers), half),
        Setting(
            "deep distrust that may not end",
            usual.with_(may_exit=0, history_depth=20, **strangers),
            half,
        ),
        Setting("deep distrust", usual.with_(history_depth=20, **strangers), half),
        Setting(
            "distrust, after half a year", usual.with_(**strangers), replace_leaders(start=EARLY),
            EARLY,
        ),
        Setting("the leader who broke the word", broken, first),
        Setting("better successors", usual + better, half),
        Setting("better successors of the dishonest", usual.with_(integrity=0.4) + better, half),
    )  # fmt: skip


def explored(sizes: Mapping[str, object]) -> pd.DataFrame:
    """Effects in every setting: setting, trust_before, outcome, unit, estimate, low, high, n."""
    rows = []
    watched = dict(sizes, seed=OTHER_SEED, record="months")
    for one in settings():
        before, after = (
            outcomes(ts.simulate(scenario, **watched), one.start)
            for scenario in (one.scenario, one.scenario + one.change)
        )
        trust = float(np.nanmean(before["before"]))
        rows += [
            {"setting": one.name, "trust_before": trust, "outcome": name, "unit": unit,
             **estimate(after[name] - before[name])}
            for name, unit in UNITS.items()
        ]  # fmt: skip
    return pd.DataFrame(rows)
