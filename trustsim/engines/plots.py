"""Figures of one partnership, and its moving picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustsim.errors import ParameterError, refusal

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.engines.partnership import Partnership

MARKED = (
    *("intervention started", "intervention stopped", "incident", "reached for a silver bullet"),
    *("matured", "relapsed", "became tokenistic", "member left", "dissolved"),
)
"""Events that figures mark; people come and go too often for that."""

SHORT = {"reached for a silver bullet": "reached for a bullet"}
WITH_WHO = ("incident", "member left")
MOST_MARKED = 12


class PartnershipPlots:
    """Figures of one `Partnership`; each returns matplotlib Axes.

    All but the story need acts and ties, which are kept with log_actions=True; all but trust and
    the network need a month to have been lived through. Either raises ParameterError.
    """

    def __init__(self, partnership: Partnership) -> None:
        self._one = partnership

    def story(self, ax: Any = None) -> Any:
        """Trust, maturity, frustration and visible show, with what befell it."""
        from trustsim.figures import plot_partnership_story

        return plot_partnership_story(self._months(), self._marks(), ax=ax)

    def trust(self, month: int | None = None, ax: Any = None) -> Any:
        """Who trusts whom in a month, as a matrix of people; the last month if left out."""
        from trustsim.figures import plot_trust_matrix

        ties = self._one.ties
        chosen = ties[ties["month"] == (self._one.month if month is None else month)]
        people = chosen[["observer", "partner", "trust"]].astype({"observer": str, "partner": str})
        return plot_trust_matrix(people, ax=ax)

    def network(
        self, months: Sequence[int] | None = None, between: str | None = None, ax: Any = None
    ) -> Any:
        """Who trusts whom at several moments, as networks side by side."""
        from trustsim.figures import plot_trust_network

        counts = self._one.base["breadth_threshold"]
        return plot_trust_network(
            self._one.ties, ax=ax, months=months, between=between, counts=counts
        )

    def acts(self, by: str = "organisation", ax: Any = None) -> Any:
        """Every act, month by month, in lanes of organisations or people."""
        from trustsim.figures import plot_action_timeline

        self._check_lived()
        return plot_action_timeline(self._one.actions, self._marks(), ax=ax, by=by)

    def animation(self, every: int = 1) -> Any:
        """Network and story, month by month: a matplotlib animation; every: months a frame."""
        from trustsim.figures import animate_partnership

        events = self._told()
        counts = self._one.base["breadth_threshold"]
        return animate_partnership(
            self._one.ties, self._months(), events, every=every, counts=counts
        )

    def save_animation(self, path: str | os.PathLike[str], every: int = 1) -> Path:
        """Write the moving picture as a GIF.

        Raises TrustsimError if the name does not end in .gif or its folder is not there.
        """
        from trustsim.figures import write_animation
        from trustsim.figures.animation import checked_path

        target = checked_path(path)
        return write_animation(self.animation(every), target)

    def _months(self) -> pd.DataFrame:
        import pandas as pd

        self._check_lived()
        return pd.DataFrame(self._one.month_rows())

    def _check_lived(self) -> None:
        if self._one.month == 0:
            step = "Call run_model() or step() first."
            raise ParameterError(refusal("plot", "month", 0, "nothing has happened yet", step))

    def _told(self) -> pd.DataFrame:
        """Events that are marked, each once a month, with who where that matters."""
        events = self._one.events
        chosen = events[events["event"].isin(MARKED)].drop_duplicates(["month", "event", "who"])
        words = [
            f"{SHORT.get(event, event)}{f': {who}' if event in WITH_WHO else ''}"
            for event, who in zip(chosen["event"], chosen["who"], strict=True)
        ]
        return chosen.assign(event=words)[["month", "event"]].drop_duplicates()

    def _marks(self) -> pd.DataFrame:
        return self._told().head(MOST_MARKED)
