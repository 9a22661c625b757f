"""The option --draws: results over parameter values that agree with the published facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.scenarios.scenario import Scenario

DRAWS = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="How many sets of parameter values to try, each in agreement with the published "
        "facts; 0 for none.",
        show_default="60; 0 under 200 replicates or above 40 key people",
    ),
]
USUAL, FEWEST, MOST = 60, 100, 200
QUICK = 200
"""Replicates under which it is done only if asked for: somebody takes a quick look."""
MOST_PEOPLE = 40
"""Key people of a partnership above which it is done only if asked for: it takes long."""


class Doubt:
    """How much of it to compute, and the computing."""

    def __init__(self, draws: int | None, scenario: Scenario, replicates: int, arms: int) -> None:
        values = scenario.values()
        large = values["organisations"] * values["people"] > MOST_PEOPLE
        left_out = large or replicates < QUICK
        self.draws = (0 if left_out else USUAL) if draws is None else draws
        if self.draws not in (0, USUAL):
            from trustsim.calibration import check_draws

            check_draws(self.draws)
        self.each = min(max(replicates // 10, FEWEST), MOST)
        self.replicates = replicates
        per_arm = self.draws * self.each + replicates if self.draws else 0
        self.total = per_arm * arms
        """Partnerships that it takes, for the progress bar."""

    def table(
        self, scenario: Scenario, arms: Mapping[str, Any] | None, **options: Any
    ) -> pd.DataFrame | None:
        """Levels and effects with doubt about the parameters; None if there is nothing to do."""
        if not self.draws:
            return None
        from trustsim.calibration import with_parameter_uncertainty

        sizes: dict[str, Any] = {
            "draws": self.draws,
            "replicates": self.each,
            "at_defaults": self.replicates,
        }
        return with_parameter_uncertainty(scenario, arms, **sizes, **options)
