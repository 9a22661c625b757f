"""What is followed month by month in every arm, and how it is read from the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trustsim import schema

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


def monthly(raw: Raw, months: int) -> dict[str, np.ndarray]:
    """Each followed quantity as (partnership, month), 0 once dissolved."""
    place = {column.name: n for n, column in enumerate(schema.MONTHS)}
    lived = raw.runs[:, schema.column_names(schema.RUNS).index("months")].astype(np.int64)
    row = np.repeat(np.arange(len(lived)), lived)
    column = raw.months[:, place["month"]].astype(np.int64) - 1
    status = raw.months[:, place["status"]]
    shares = {
        "mature": status == schema.STATUSES.index("mature"),
        "alive": status != schema.STATUSES.index("dissolved"),
    }
    found = {curve.name: np.zeros((len(lived), months)) for curve in CURVES}
    for curve in CURVES:
        summed = raw.months[:, [place[name] for name in curve.columns]].sum(axis=1)
        found[curve.name][row, column] = shares.get(curve.name, summed)
    return found
