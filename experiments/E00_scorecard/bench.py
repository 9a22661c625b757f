"""A place to simulate one model: what every statistic asks for its arms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from E00_propositions.laboratory import FOLLOWED, HORIZON, Laboratory, Panel

from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs

if TYPE_CHECKING:
    import pandas as pd

    Maker = Callable[..., pd.DataFrame]


class Bench(Laboratory):
    """A laboratory in which every scenario is lived through by one model.

    replicates, seed: partnerships of each arm, and their luck; parameters: what makes the
    model, set in every scenario after all else; maker: for a model that is no simulation of
    partners, what gives a table of months of maturity and dissolution.
    """

    followed = (*FOLLOWED, "undercut", "breach")

    def __init__(
        self,
        replicates: int,
        seed: int,
        *,
        parameters: dict[str, float] | None = None,
        maker: Maker | None = None,
    ) -> None:
        super().__init__(replicates, seed)
        self._parameters = parameters or {}
        self._maker = maker
        self._made: pd.DataFrame | None = None
        self._larger: dict[int, Bench] = {}

    def dressed(self, scenario: Scenario) -> Scenario:
        """The scenario as this model lives it."""
        return scenario.with_(**self._parameters)

    def fates(self, scenario: Scenario) -> pd.DataFrame:
        """When each partnership matured and ended, as a runs table."""
        if self._maker is None:
            return self.runs(scenario).runs
        if self._made is None:
            self._made = self._maker(replicates=self.replicates, seed=self.seed, months=HORIZON)
        return self._made

    def runs(self, scenario: Scenario, record: str = "runs", months: int = HORIZON) -> Runs:
        """Lives of a scenario."""
        return super().runs(self.dressed(scenario), record, months)

    def panel(self, scenario: Scenario) -> Panel:
        """Months of a scenario."""
        return super().panel(self.dressed(scenario))

    def enlarged(self, times: int) -> Bench:
        """The same luck for more partnerships, where a design asks about few of them."""
        if times == 1:
            return self
        if times not in self._larger:
            self._larger[times] = Bench(
                self.replicates * times,
                self.seed,
                parameters=self._parameters,
                maker=self._maker,
            )
        return self._larger[times]
