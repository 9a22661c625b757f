"""What a mature partnership costs: stated person-months, beside twins on which none are spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trustsim.analysis.intervals import mean_of_differences
from trustsim.analysis.pairs import CostOfGain, cost_of_gain, matched
from trustsim.analysis.tables import Floats, month_numbers
from trustsim.comparison.result import spent
from trustsim.errors import ParameterError, refusal
from trustsim.simulation import Runs

if TYPE_CHECKING:
    import pandas as pd

ADDITIONAL = "additional matured partnership"
SAVED = "dissolution avoided"
MATURED = "matured partnership"
ALIVE = "partnership not dissolved"
PRICED, FREE = "priced", "no stated cost"
NO_GAIN = "no gain to pay for"
WHERE = "cost_per_matured"


class _Purchase(NamedTuple):
    """What was paid, and what was had for it; one number a partnership."""

    gain: str
    paid: Floats
    had: Floats


def cost_per_matured(baseline: Runs, arms: Mapping[str, Runs], *, by: int = 60) -> pd.DataFrame:
    """Person-months for what each arm brought about by a month, against the same partnerships.

    Two gains are differences to the baseline: an additional matured partnership, and a dissolution
    avoided. Two are plain averages of the arm: all it cost over all that matured, or that had not
    dissolved; they credit the arm with what would have happened anyway.

    Parameters
    ----------
    baseline : Runs
        The arm to compare with, usually one in which nothing is done.
    arms : mapping of str to Runs
        Other arms by name: the same partnerships, watched for as long.
    by : int, optional
        Month up to which both costs and gains count.

    Returns
    -------
    pandas.DataFrame
        Four rows an arm: arm, gain (what is paid for), month, cost, cost_low, cost_high (extra
        person-months a partnership; of the averages, all person-months), share, share_low,
        share_high (gained a partnership), estimate, low, high (person-months for each gained;
        Fieller's interval), reading ("priced", "no stated cost" or "no gain to pay for"), n.
        Intervals are Student's unless stated. Where the share gained is not surely above 0 the
        price is missing.

    Raises
    ------
    ParameterError
        `by` lies beyond the horizon, or bullets were reached for and it lies before it.
    TableError
        The arms are not the same partnerships.
    """
    import pandas as pd

    rows = []
    for name, other in arms.items():
        for runs in (baseline, other):
            _check_month(runs, by)
        rows += [
            {"arm": name, "gain": purchase.gain, "month": by, **_priced(purchase)}
            for purchase in _purchases(baseline, other, by)
        ]
    return pd.DataFrame(rows)


def price_words(row: Mapping[str, object]) -> str:
    """The price of one row in words.

    >>> price_words({"reading": "priced", "estimate": 181.2, "low": 160.4, "high": 207.0})
    '181 (160 to 207) person-months'
    >>> price_words({"reading": "no gain to pay for"})
    'no gain to pay for'
    """
    if row["reading"] != PRICED:
        return str(row["reading"])
    estimate, low, high = (f"{row[name]:,.0f}" for name in ("estimate", "low", "high"))
    return f"{estimate} ({low} to {high}) person-months"


def _purchases(baseline: Runs, other: Runs, by: int) -> Iterator[_Purchase]:
    matched(baseline.runs, other.runs)
    # Both were simulated in the order of their replicates, so rows are pairs.
    before, after = (_happened(runs, "matured", by) for runs in (baseline, other))
    ended_before, ended_after = (_happened(runs, "dissolved", by) for runs in (baseline, other))
    cost = spent(other, by)
    extra = cost - spent(baseline, by)
    yield _Purchase(ADDITIONAL, extra, after - before)
    yield _Purchase(SAVED, extra, ended_before - ended_after)
    yield _Purchase(MATURED, cost, after)
    yield _Purchase(ALIVE, cost, 1 - ended_after)


def _happened(runs: Runs, event: str, by: int) -> Floats:
    when = month_numbers(runs.runs, f"month_{event}")
    return ((when > 0) & (when <= by)).astype(np.float64)


def _priced(purchase: _Purchase) -> dict[str, object]:
    cost, share = mean_of_differences(purchase.paid), mean_of_differences(purchase.had)
    price = cost_of_gain(purchase.paid, purchase.had)
    return {
        "cost": float(purchase.paid.mean()),
        "cost_low": cost.low,
        "cost_high": cost.high,
        "share": float(purchase.had.mean()),
        "share_low": share.low,
        "share_high": share.high,
        **price._asdict(),
        "reading": _reading(purchase, price),
        "n": len(purchase.had),
    }


def _reading(purchase: _Purchase, price: CostOfGain) -> str:
    if np.isnan(price.estimate):
        return NO_GAIN
    return PRICED if purchase.paid.any() else FREE


def _check_month(runs: Runs, by: int) -> None:
    if not 1 <= by <= runs.horizon:
        allowed = f"must be a month within the horizon of {runs.horizon}"
        raise ParameterError(
            refusal(WHERE, "by", by, allowed, "Simulate for longer, or look earlier.")
        )
    if runs.scenario.menu and by < runs.horizon:
        allowed = f"must be the horizon of {runs.horizon} where bullets are reached for"
        raise ParameterError(
            refusal(WHERE, "by", by, allowed, "The runs don't tell in which month that was.")
        )
