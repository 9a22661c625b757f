"""One partnership told as a story, without and with a coordinator, in the same luck."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from arms import STP, STP_COORDINATOR
from tables import AllRuns, happened

import trustsim as ts

RULE = (
    "the first replicate, counting from 0, that matures within the years simulated in one of the "
    "two arms and not in the other; replicate 0 where there is none"
)
TOLD = {
    "became tokenistic": "talking shop",
    "matured": "mature",
    "relapsed": "maturity lost",
    "dissolved": "dissolved",
}


class Story(NamedTuple):
    """The same partnership in two arms."""

    replicate: int
    changed: bool
    helped: float  # share of all pairs that matured only with the coordinator
    hurt: float  # share that matured only without
    without: ts.Partnership
    coordinated: ts.Partnership


def tell(runs: AllRuns) -> Story:
    """Pick one by the rule, and live through it again as agents."""
    one, two = runs[STP.key], runs[STP_COORDINATOR.key]
    before, after = (happened(arm, "month_matured", arm.horizon) for arm in (one, two))
    changed = np.flatnonzero(before != after)
    replicate = int(changed[0]) if len(changed) else 0
    return Story(
        replicate,
        len(changed) > 0,
        float((after & ~before).mean()),
        float((before & ~after).mean()),
        one.one(replicate, log_actions=False),
        two.one(replicate, log_actions=False),
    )


def months_of(partnership: ts.Partnership) -> pd.DataFrame:
    """Its months, as a table."""
    return pd.DataFrame(partnership.month_rows())


def turning_points(partnership: ts.Partnership) -> pd.DataFrame:
    """What befell it, in a word or two for the figure: without the many changes of people."""
    events = partnership.events
    kept = events[events["event"].isin(TOLD)]
    marks = kept[["month", "event"]].assign(event=kept["event"].map(TOLD))
    nominal = partnership.month_nominal
    if nominal:
        marks.loc[len(events)] = [int(nominal), "declared mature"]
    return marks.sort_values("month", kind="stable", ignore_index=True)


def year_by_year(partnership: ts.Partnership) -> pd.DataFrame:
    """Where it stands at the end of every year, and how many leaders and deputies left."""
    months = months_of(partnership)
    ends = months[(months["month"] % 12 == 0) | (months["month"] == months["month"].max())]
    events = partnership.events
    left = events.loc[events["event"].str.startswith("key person"), "month"]
    years = np.ceil(ends["month"] / 12).astype(int)
    columns = ["month", "status", "mean_trust", "maturity", "nominal_maturity", "frustration"]
    counts = [int((np.ceil(left / 12) == year).sum()) for year in years]
    return ends[columns].assign(people_who_left=counts).reset_index(drop=True)
