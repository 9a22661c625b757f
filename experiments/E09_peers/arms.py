"""Orderings of other models asked of trustsim: the same partnerships under two arms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from E00_calibration.ensemble import design
from numpy.typing import NDArray

import trustsim as ts
from trustsim.analysis.intervals import mean_of_differences, paired_shares, wilson
from trustsim.analysis.outcomes import outcomes
from trustsim.calibration import FACTORS
from trustsim.scenarios.change import Change
from trustsim.scenarios.interventions import coordinator, deadline, mandate
from trustsim.scenarios.interventions.definition import Intervention

Floats = NDArray[np.float64]
Row = dict[str, object]

SHARE, MONTHS_UNIT, VALUE_UNIT = "share of partnerships", "months", "value of full trust"
WAIT, MATURED, VALUE = "months not mature", "matured", "value"
INTEGRITY = 0.3  # of a difficult member's people; .7 by default
VIABLE = 0.1  # share of partnerships that stand mature at the horizon
BOX_SEED = 1709


class Lab:
    """Simulates each arm with the same luck, as often as it is asked about."""

    def __init__(self, sizes: Mapping[str, int], progress: Callable[[int], object]) -> None:
        self.sizes, self._progress = sizes, progress

    def lived(self, scenario: ts.Scenario, record: str = "runs") -> ts.Runs:
        """Lives of a scenario."""
        names = ("replicates", "seed", "months")
        size = {name: self.sizes[name] for name in names}
        return ts.simulate(scenario, **size, record=record, progress=self._progress)

    def each(self, scenario: ts.Scenario, name: str) -> Floats:
        """One outcome of every partnership: WAIT, MATURED by 5 years, or VALUE."""
        months = self.sizes["months"]
        known = {one.name: one for one in outcomes((60,), months, months)}
        return np.asarray(known[name].measure(self.lived(scenario).runs), dtype=np.float64)


def asked(lab: Lab, base: ts.Scenario) -> list[Row]:
    """Every quantity that is asked of trustsim itself."""
    return [
        *_repenning(lab, base),
        *_scott(lab, base),
        *_bitterman(lab, base),
        _mean(
            "chicago.months_not_mature",
            lab.each(base + coordinator(), WAIT) - lab.each(base, WAIT),
            MONTHS_UNIT,
        ),
        *_gorobets(lab, base),
    ]


def _repenning(lab: Lab, base: ts.Scenario) -> list[Row]:
    arms = [lab.lived(arm, "months").months for arm in (base, base + deadline())]
    value, trust, control = ([_wide(arm, name, lab) for arm in arms]
                             for name in ("value", "mean_trust", "control"))  # fmt: skip
    rows = []
    for first, last in ((1, 6), (61, 120)):
        # A partnership that has dissolved delivers nothing.
        sums = [np.nansum(one[:, first - 1 : last], axis=1) for one in value]
        rows.append(_mean(f"repenning.value_{first}_{last}", sums[1] - sums[0], VALUE_UNIT))
    for name, levels, unit in (("trust", trust, "share"), ("control", control, "share of acts")):
        change = levels[1][:, 35] - levels[0][:, 35]
        rows.append(_mean(f"repenning.{name}_36", change[np.isfinite(change)], unit))
    return rows


def _scott(lab: Lab, base: ts.Scenario) -> list[Row]:
    difficult = Intervention(
        "a difficult member", (), (Change("integrity", "set", INTEGRITY, target=0),)
    )

    def delay(scenario: ts.Scenario) -> Floats:
        return lab.each(scenario + difficult, WAIT) - lab.each(scenario, WAIT)

    eight, four = delay(base), delay(base.with_(organisations=4))
    helped = delay(base + coordinator())
    return [
        _mean("scott.months_not_mature", eight, MONTHS_UNIT),
        _mean("scott.four_minus_eight", four - eight, MONTHS_UNIT),
        _mean("scott.with_coordinator_minus_without", helped - eight, MONTHS_UNIT),
    ]


def _bitterman(lab: Lab, base: ts.Scenario) -> list[Row]:
    low = base.with_(history=0.2)
    much, little = (
        lab.each(base + mandate() + coordinator(capacity=pairs), MATURED) for pairs in (2.0, 0.25)
    )
    gain = lab.each(low + mandate(), VALUE) - lab.each(low, VALUE)
    return [
        _mean("bitterman.mandate_value_low_history", gain, VALUE_UNIT),
        _share("bitterman.capacity.matured_60", much - little),
    ]


def _gorobets(lab: Lab, base: ts.Scenario) -> list[Row]:
    few = Lab({**lab.sizes, "replicates": max(lab.sizes["replicates"] // 20, 20)}, lab._progress)
    viable = 0
    points = design(lab.sizes["points"], BOX_SEED)
    for _, point in points.iterrows():
        lived = few.lived(base.with_(**{name: float(point[name]) for name in FACTORS}))
        viable += int((lived.runs["status"] == "mature").mean() >= VIABLE)
    bounds = wilson(viable, len(points))
    option = float(base.values()["exit_option"])
    harder = lab.each(base.with_(exit_option=2 * option), MATURED) - lab.each(base, MATURED)
    return [
        row("gorobets.share_of_box", viable / len(points), *bounds, "of one", len(points)),
        _share("gorobets.outside_doubled.matured_60", harder),
    ]


def _wide(months: pd.DataFrame, column: str, lab: Lab) -> Floats:
    """A column of the months table, shape (partnerships, months), nan once dissolved."""
    table = months.pivot(index="replicate", columns="month", values=column)
    return table.reindex(columns=range(1, lab.sizes["months"] + 1)).to_numpy(dtype=np.float64)


def _mean(quantity: str, differences: Floats, unit: str) -> Row:
    bounds = mean_of_differences(differences)
    return row(quantity, float(differences.mean()), *bounds, unit, len(differences))


def _share(quantity: str, differences: Floats) -> Row:
    up, down = int((differences > 0).sum()), int((differences < 0).sum())
    bounds = paired_shares(up, down, size=len(differences))
    return row(quantity, float(differences.mean()), *bounds, SHARE, len(differences))


def row(quantity: str, estimate: float, low: float, high: float, unit: str, size: int) -> Row:
    """A row of `measured`."""
    names = ("quantity", "estimate", "low", "high", "unit", "n")
    return dict(zip(names, (quantity, estimate, low, high, unit, size), strict=True))
