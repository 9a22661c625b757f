"""What was predicted before the first run, and whether it came true: a table of verdicts.

Bands and signs are those that the model's specification stated beforehand. A verdict is held
(the whole 95 % interval lies in the band), missed (all of it outside) or open (it straddles).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import pandas as pd
from arms import STP, VOLUNTARY
from tables import BAN_MANDATED, IN_STP, IN_TWIN, MANDATE_FREE, MANDATE_LOCKED

from trustsim.analysis.intervals import paired_shares

POINTS = "difference of shares"
RESTATED = "restated input: the tenure was set from the same counts"
DESIGN = "design: a coordinator's capacity was chosen with this effect in voluntary twins in view"


def verdicts(found: Mapping[str, pd.DataFrame], year_five: int) -> pd.DataFrame:
    """One row a prediction: what, the band, what was found, the verdict, and what kind it is."""
    rows = [
        _share(
            "of voluntary twins, a quarter to three fifths dissolve within five years",
            found["attrition"], VOLUNTARY.key, "dissolved", year_five, (0.25, 0.60),
            "half a calibration target: that was on eight organisations without this history",
        ),
        _share(
            "fewer than three fifths of STPs are mature within five years",
            found["maturity"], STP.key, "matured", year_five, (0.0, 0.60), "finding",
        ),
        _share(
            "the STPs that mature within ten years take three to five years (median)",
            found["maturity"], STP.key, "median month of those matured", None, (36, 60), "finding",
        ),
        _share(
            "a fifth to a half of STPs are talking shops at year five",
            found["status"], STP.key, "tokenistic", year_five, (0.2, 0.5), "finding",
        ),
        _effect(
            "a coordinator adds 5 to 20 points to the STPs mature within five years",
            found["contrasts"], IN_STP, "matured", year_five, (0.05, 0.20), DESIGN,
        ),
        _effect(
            "a coordinator adds 5 to 20 points to the voluntary twins mature within five years",
            found["contrasts"], IN_TWIN, "matured", year_five, (0.05, 0.20), DESIGN,
        ),
        _effect(
            "a mandate delays maturity where none may leave: fewer mature within five years",
            found["contrasts"], MANDATE_LOCKED, "matured", year_five,
            (-inf, 0.0),
        ),
        _effect(
            "a mandate makes more partnerships dissolve where members may leave",
            found["contrasts"], MANDATE_FREE, "dissolved", year_five,
            (0.0, inf),
        ),
        _effect(
            "a ban on leaving turns dissolution into talk: more months as a talking shop",
            found["contrasts"], BAN_MANDATED, "tokenistic months", None, (0.0, inf),
        ),
        _outruns(found["nominal"], year_five),
        _leaders(found["turnover"]),
        _near(found["designation"]),
    ]  # fmt: skip
    return pd.DataFrame(rows)


def verdict(low: float, high: float, band: tuple[float, float]) -> str:
    """Held, missed or open.

    >>> verdict(0.3, 0.4, (0.25, 0.6)), verdict(0.1, 0.2, (0.25, 0.6)), verdict(0.2, 0.3, (0.25, 1))
    ('held', 'missed', 'open')
    """
    if not low <= high:  # nothing was found, so no interval
        return "open"
    if band[0] <= low and high <= band[1]:
        return "held"
    return "missed" if high < band[0] or low > band[1] else "open"


def _row(what, estimate, low, high, unit, band, kind) -> dict[str, object]:
    row = {"prediction": what, "at_least": band[0], "at_most": band[1], "estimate": estimate}
    return row | {
        "low": low,
        "high": high,
        "unit": unit,
        "verdict": verdict(low, high, band),
        "kind": kind,
    }


def _share(what, table, arm, quantity, month, band, kind) -> dict[str, object]:
    rows = table[(table["arm"] == arm) & (table["quantity"] == quantity)]
    row = (rows if month is None else rows[rows["month"] == month]).iloc[0]
    return _row(what, row["estimate"], row["low"], row["high"], row["unit"], band, kind)


def _effect(what, contrasts, question, outcome, month, band, kind="finding") -> dict[str, object]:
    rows = contrasts[(contrasts["question"] == question) & (contrasts["outcome"] == outcome)]
    row = (rows if month is None else rows[rows["month"] == month]).iloc[0]
    unit = POINTS if row["unit"].startswith("share") else row["unit"]
    return _row(what, row["difference"], row["low"], row["high"], unit, band, kind)


def _outruns(nominal: pd.DataFrame, month: int) -> dict[str, object]:
    what = "show outruns fact: by year five more STPs are declared mature than are"
    rows = nominal[(nominal["arm"] == STP.key) & (nominal["month"] == month)].set_index("quantity")
    size = int(rows["n"].iloc[0])
    empty, unseen = (
        round(rows.loc[quantity, "estimate"] * size)
        for quantity in ("declared, not mature", "mature, not declared")
    )
    low, high = paired_shares(empty, unseen, size=size)
    return _row(what, (empty - unseen) / size, low, high, POINTS, (0.0, inf), "finding")


def _leaders(turnover: pd.DataFrame) -> dict[str, object]:
    row = turnover[turnover["who"] == f"simulated, {STP.name}"].iloc[0]
    what = "0.36 to 0.60 changes of a leader a year"
    return _row(what, row["rate"], row["low"], row["high"], "a year", (0.36, 0.60), RESTATED)


def _near(designation: pd.DataFrame) -> dict[str, object]:
    what = "simulated maturity is near the real designations at all five inspections"
    inside, total = int(designation["matured_near"].sum()), len(designation)
    row = _row(what, inside, inside, inside, f"of {total} inspections", (total, total), "finding")
    return row | {"verdict": "held" if inside == total else "missed"}
