"""What a comparison found: effects, curves, fates, costs, and single partnerships."""

from __future__ import annotations

import base64
import functools
import html
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trustsim import arguments
from trustsim.analysis.curves import crossing
from trustsim.analysis.outcomes import MONTHLY, SHARE, label_of, outcomes
from trustsim.analysis.pairs import (
    UNPRICED,
    cost_of_gain,
    fates,
    individual_effects,
    paired,
    paired_contrast,
    who_pays,
)
from trustsim.analysis.tables import Floats
from trustsim.comparison.arms import BASELINE, targets
from trustsim.comparison.curves import CURVES
from trustsim.scenarios.costs import person_months
from trustsim.simulation import YEARS, Runs

if TYPE_CHECKING:
    from trustsim.analysis.curves import PairedSums
    from trustsim.engines.partnership import Partnership

HEADLINE = 60
"""Month of the shares that a notebook shows, or the last that was simulated."""
MOST_DRAWN = 6
"""Arms whose curves a notebook shows."""
OVERVIEW = "Change from the baseline, the same partnerships; in brackets: 95 % intervals."


class Comparison:
    """The same partnerships under a baseline and other arms; made by `compare`.

    baseline: `Runs` of the baseline; arms: `Runs` by name of the arm; names: of the arms.
    """

    def __init__(
        self,
        baseline: Runs,
        arms: Mapping[str, Runs],
        sums: Mapping[str, Mapping[str, PairedSums]],
    ) -> None:
        self.baseline = baseline
        self.arms = dict(arms)
        self.names = tuple(self.arms)
        self.seed = baseline.seed
        self.horizon = baseline.horizon
        self._sums = sums

    def __len__(self) -> int:
        return len(self.baseline)

    @functools.cached_property
    def effects(self) -> pd.DataFrame:
        """Every arm against the baseline; rows as in `analysis.paired_contrast`, after the arm."""
        parts = {name: self.between(BASELINE, name) for name in self.names}
        return pd.concat(parts, names=["arm"]).reset_index("arm").reset_index(drop=True)

    def between(self, one: str, other: str, *, by: Sequence[int] = YEARS) -> pd.DataFrame:
        """Any arm against any other (or "baseline"): paired differences, other minus one."""
        asked = arguments.months("between", by)
        months = [month for month in asked if month <= self.horizon] or [self.horizon]
        pair = self.runs(one).runs, self.runs(other).runs
        return paired_contrast(*pair, horizon=self.horizon, by=months)

    @functools.cached_property
    def curves(self) -> pd.DataFrame:
        """Mean paired differences month by month.

        Columns: arm, quantity, unit, month, baseline, other, difference, low, high, n. A
        partnership that has dissolved counts as 0.
        """
        keys = ["arm", "quantity", "unit"]
        parts = {
            (name, curve.name, curve.unit): self._sums[name][curve.name].table()
            for name in self.names
            for curve in CURVES
        }
        return pd.concat(parts, names=keys).reset_index(keys).reset_index(drop=True)

    @functools.cached_property
    def crossings(self) -> pd.DataFrame:
        """Better before worse, and the like: how each mean curve went beside the baseline's.

        Columns: arm, quantity, pattern, first, then, crosses (months; see `analysis.crossing`).
        """
        rows = []
        for name in self.names:
            for curve in CURVES:
                if curve.better:
                    found = crossing(self._sums[name][curve.name].table(), better=curve.better)
                    rows.append({"arm": name, "quantity": curve.name, **found._asdict()})
        return pd.DataFrame(rows).astype(dict.fromkeys(("first", "then", "crosses"), "Int64"))

    @functools.cached_property
    def costs(self) -> pd.DataFrame:
        """What each arm spends, and what a gain costs.

        One row an arm: arm, person_months (mean, all months), extra (beyond the baseline's),
        extra_low, extra_high, month, matured (paired change by that month, a share), per_matured,
        per_low, per_high (person-months spent by then for each partnership more that has matured
        by then, Fieller's interval; missing where no gain is certain, or bullets could be reached
        for).
        """
        month = min(60, self.horizon)
        base_cost, matured = spent(self.baseline, self.horizon), _matured(self.baseline, month)
        by_then = spent(self.baseline, month)
        rows = []
        for name, runs in self.arms.items():
            own = spent(runs, self.horizon)
            extra, gain = paired(base_cost, own), _matured(runs, month) - matured
            # What bullets of a menu cost by some month is not known, only over all months.
            priced = not (runs.scenario.menu or self.baseline.scenario.menu)
            price = cost_of_gain(spent(runs, month) - by_then, gain) if priced else UNPRICED
            spending = (extra.other, extra.difference, extra.low, extra.high)
            rows.append((name, *spending, month, gain.mean(), *price))
        names = ("arm", "person_months", "extra", "extra_low", "extra_high", "month")
        return pd.DataFrame(rows, columns=[*names, "matured", "per_matured", "per_low", "per_high"])

    def individual(self, arm: str) -> pd.DataFrame:
        """The effect on each partnership; columns as in `analysis.individual_effects`."""
        return individual_effects(self.baseline.runs, self.runs(arm).runs, horizon=self.horizon)

    def fates(self, arm: str) -> pd.DataFrame:
        """From which status to which; columns as in `analysis.fates`."""
        return fates(self.baseline.runs, self.runs(arm).runs)

    def who_pays(self, arm: str) -> pd.DataFrame:
        """What changed for each member; columns as in `analysis.who_pays`."""
        return who_pays(self.baseline.members, self.runs(arm).members)

    def helped(self, arm: str, count: int = 5) -> list[int]:
        """Numbers of the partnerships whose value gained most from an arm, the most first."""
        return self._changed("helped", arm, count, 1)

    def harmed(self, arm: str, count: int = 5) -> list[int]:
        """Numbers of the partnerships whose value lost most from an arm, the most first."""
        return self._changed("harmed", arm, count, -1)

    def _changed(self, where: str, arm: str, count: int, sign: int) -> list[int]:
        count = arguments.whole(where, "count", count, 0, 2**32, "partnerships to name")
        gain = sign * self.individual(arm).set_index("replicate")["value"]
        most = gain[gain > 0].sort_values(ascending=False, kind="stable").head(count)
        return [int(str(n)) for n in most.index]

    def one(self, replicate: int, arm: str = BASELINE) -> Partnership:
        """That very partnership in an arm, as agents, run to its end."""
        return self.runs(arm).one(replicate)

    def story(self, replicate: int, arm: str) -> str:
        """One partnership twice, in words: what happened in the baseline, and in an arm."""
        told = []
        for name in (BASELINE, arm):
            model = self.one(replicate, name)
            told.append(f"Partnership {replicate}, {name}\n\n{model.story()}")
            model.release()
        return "\n\n\n".join(told)

    def runs(self, arm: str) -> Runs:
        """The runs of an arm, or of the "baseline".

        Raises ParameterError for a name that is not known.
        """
        arguments.one_of("comparison", "arm", arm, (BASELINE, *self.names))
        return self.baseline if arm == BASELINE else self.arms[arm]

    @property
    def plot(self) -> ComparisonPlots:
        """Figures: `.effects(arm)`, `.curves()`, `.incidence()`, `.individual(arm)` and so on."""
        return ComparisonPlots(self)

    def _repr_html_(self) -> str:
        title = html.escape(repr(self).strip("<>"))
        table = self._overview().to_html(index=False)
        return f"<p><b>{title}</b></p><p>{OVERVIEW}</p>{table}{self._picture()}"

    def _overview(self) -> pd.DataFrame:
        """One row an arm: what it changed in maturity, dissolution and value, as short texts."""
        month = min(HEADLINE, self.horizon)
        rows = []
        for name in self.names:
            row = {"arm": name}
            for found in self.between(BASELINE, name, by=[month]).to_dict("records"):
                if found["outcome"] in ("matured", "dissolved", "value", f"value {MONTHLY}"):
                    share = found["unit"] == SHARE
                    label = label_of(found["outcome"], found["month"])
                    change = _written(found, 100 if share else 1)
                    row[f"{label}, points" if share else label] = change
            rows.append(row)
        return pd.DataFrame(rows)

    def _picture(self) -> str:
        """The curves of value of the first arms, as an image within the page."""
        from trustsim.figures import plot_curves

        shown = self.curves[self.curves["arm"].isin(self.names[:MOST_DRAWN])]
        figure = plot_curves(shown, better=1).get_figure(root=True)
        assert figure is not None
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=100, bbox_inches="tight")
        image = base64.b64encode(buffer.getvalue()).decode("ascii")
        return f'<img alt="Mean paired difference in value" src="data:image/png;base64,{image}">'

    def __repr__(self) -> str:
        arms = ", ".join(map(repr, self.names))
        return (
            f"<Comparison of {arms} with {self.baseline.scenario.name!r}: "
            f"{len(self)} partnerships, {self.horizon} months, seed {self.seed}>"
        )


class ComparisonPlots:
    """Figures of one `Comparison`; each returns matplotlib Axes."""

    def __init__(self, comparison: Comparison) -> None:
        self._all = comparison

    def effects(self, arm: str, ax: Any = None) -> Any:
        """Every outcome's paired difference with its interval."""
        from trustsim.figures import plot_paired_effect

        return plot_paired_effect(self._all.between(BASELINE, arm), ax=ax)

    def curves(self, quantity: str = "value", ax: Any = None) -> Any:
        """Mean paired difference of every arm, month by month."""
        from trustsim.figures import plot_curves

        known = [curve.name for curve in CURVES]
        arguments.one_of("plot.curves", "quantity", quantity, known)
        better = next(curve.better for curve in CURVES if curve.name == quantity)
        return plot_curves(self._all.curves, quantity, ax=ax, better=better)

    def incidence(self, event: str = "matured", ax: Any = None) -> Any:
        """Cumulative incidence of maturity (or dissolution) in every arm."""
        from trustsim.figures import plot_arms_incidence

        tables = {
            name: self._all.runs(name).cumulative_incidence(event)
            for name in (BASELINE, *self._all.names)
        }
        return plot_arms_incidence(tables, ax=ax)

    def individual(self, arm: str, measure: str = "value", ax: Any = None) -> Any:
        """How unequal the effect is: every partnership's own."""
        from trustsim.figures import plot_individual_effects

        arguments.text("plot.individual", "measure", measure, "a column of `individual`")
        return plot_individual_effects(self._all.individual(arm), measure, ax=ax)

    def fates(self, arm: str, ax: Any = None) -> Any:
        """From which status to which."""
        from trustsim.figures import plot_fates

        return plot_fates(self._all.fates(arm), ax=ax)

    def who_pays(self, arm: str, quantity: str = "value_received", ax: Any = None) -> Any:
        """What changed for each member."""
        from trustsim.figures import plot_payers

        arguments.text("plot.who_pays", "quantity", quantity, "one of those in `who_pays`")
        aimed = targets(self._all.baseline.scenario, self._all.runs(arm).scenario)
        return plot_payers(self._all.who_pays(arm), quantity, ax=ax, targets=aimed)


def _written(row: Mapping[Any, Any], scale: float) -> str:
    """A paired difference and its interval, as +1.2 (+0.8 to +1.6)."""
    middle, low, high = (f"{scale * row[name]:+.3g}" for name in ("difference", "low", "high"))
    return middle if row["low"] != row["low"] else f"{middle} ({low} to {high})"


def spent(runs: Runs, by: int) -> Floats:
    """Person-months spent on each partnership by a month, in the order of the runs table."""
    lived = np.minimum(runs.runs["months"].to_numpy(), by)
    return person_months(runs.scenario, lived, runs.runs["bullets_reached_for"].to_numpy())


def _matured(runs: Runs, month: int) -> Floats:
    return outcomes([month], month, month)[0].measure(runs.runs)
