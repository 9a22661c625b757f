"""What is followed month by month in every arm, and how it is read from the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trustsim import schema
from trustsim.analysis.curves import PairedSums

if TYPE_CHECKING:
    from trustsim.engines.ensemble import Raw


class Curve(NamedTuple):
    """A monthly quantity that is followed in both arms; 0 once a partnership has dissolved."""

    name: str
    unit: str
    better: int  # 1: more is better, -1: less is, 0: neither
    columns: tuple[str, ...]  # of the months table, added up


CURVES = (
    Curve("value", "value of full trust a month", 1, ("value",)),
    Curve("maturity", "share", 1, ("maturity",)),
    Curve("nominal_maturity", "share", 0, ("nominal_maturity",)),
    Curve("activity", "share of acts", 0, ("cooperation", "compliance")),
    # Not -1: whoever dissolves makes no smoke, so less of it is no gain by itself.
    Curve("smoke", "share of budget", 0, ("smoke",)),
    Curve("mature", "share of partnerships", 1, ()),
    Curve("alive", "share of partnerships", 1, ()),
)


def curve_sums(months: int) -> dict[str, PairedSums]:
    """Empty sums of every curve, by its name."""
    return {curve.name: PairedSums(months) for curve in CURVES}


def monthly(raw: Raw, months: int) -> dict[str, np.ndarray]:
    """Each followed quantity as (partnership, month), 0 once dissolved."""
    place = {column.name: n for n, column in enumerate(schema.MONTHS)}
    lived = raw.runs[:, schema.column_names(schema.RUNS).index("months")].astype(np.int64)
    row = np.repeat(np.arange(len(lived)), lived)
    column = raw.months[:, place["month"]].astype(np.int64) - 1
    ended = raw.months[:, place["status"]] == schema.STATUSES.index("dissolved")
    mature = raw.months[:, place["status"]] == schema.STATUSES.index("mature")
    found = {}
    for curve in CURVES:
        if curve.name == "mature":
            numbers = mature.astype(np.float64)
        elif curve.name == "alive":
            numbers = (~ended).astype(np.float64)
        else:
            numbers = raw.months[:, [place[name] for name in curve.columns]].sum(axis=1)
        table = np.zeros((len(lived), months))
        table[row, column] = numbers
        found[curve.name] = table
    return found


def without_months(raw: Raw) -> Raw:
    """Results without their months."""
    return raw._replace(months=raw.months[:0].copy())
