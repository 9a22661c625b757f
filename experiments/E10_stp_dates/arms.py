"""The partnerships that are drawn: calibrated points by counted turnover, and the arms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from E10_stp_dates import dates

import trustsim as ts
from trustsim import data

INSPECTIONS = (1.25, 2.19, 3.26, 4.18, 4.73)  # years from March 2016, before the deadline
MONTHS = tuple(math.floor(12 * year) for year in INSPECTIONS)
LEADS = "STP/ICS executive lead"
TENURES = 5
MAIN = "stp"
SET, DUE = 34, 61  # months that pass before January 2019, and before the deadline of April 2021
RUSH = 6


class Arm(NamedTuple):
    """One version of the same systems."""

    key: str
    name: str
    of: Callable[[ts.Scenario], ts.Scenario]


def with_deadline(start: int) -> Callable[[ts.Scenario], ts.Scenario]:
    """An arm with the deadline in force from `start` until it is due."""
    bullet = ts.interventions.deadline(start=start, months=DUE - start)
    return lambda scenario: scenario + bullet


def with_members(count: int) -> Callable[[ts.Scenario], ts.Scenario]:
    """An arm with so many organisations."""
    return lambda scenario: scenario.with_(organisations=count)


ARMS = (
    Arm(MAIN, "STP: mandate, 12 members", lambda scenario: scenario),
    Arm("deadline", "with the deadline, from when it was set", with_deadline(SET)),
    Arm("rush", "with a late rush only", with_deadline(DUE - RUSH)),
    Arm("lifted", "without the mandate", lambda scenario: scenario.without("mandate")),
    Arm("members_8", "8 members", with_members(8)),
    Arm("members_20", "20 members", with_members(20)),
)


def rates() -> tuple[float, float]:
    """Least and most changes of an English lead a year, as counted."""
    table = data.read("turnover_rates")
    found = table.loc[table["role"] == LEADS, "implied_rate_per_year"]
    return float(found.min()), float(found.max())


def cells(scenario: ts.Scenario, points: int) -> list[tuple[int, ts.Scenario]]:
    """The scenario at every point with each of five tenures, from the turnover counted."""
    tenures = 12 / np.linspace(*rates(), TENURES)
    return [
        (point, one.with_(tenure=float(tenure)))
        for point, one in enumerate(dates.places(scenario, points=points))
        for tenure in tenures
    ]
