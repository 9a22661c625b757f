"""Figures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trustsim import arguments
from trustsim.comparison.arms import BASELINE, targets
from trustsim.comparison.curves import CURVES

if TYPE_CHECKING:
    from trustsim.comparison.result import Comparison


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
